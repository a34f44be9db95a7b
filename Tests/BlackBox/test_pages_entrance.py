"""Coming in and going out: passwords, sessions, links that work once, and where a login leads."""
import re
import secrets

import pytest

from harness.client import raw
from harness.daemon import free_port
from harness.dashboard import PASSWORD, Document
from harness.faults import must, needs_root


def code_of(answer):
    return re.search(r"alidade=([^;]*)", answer.cookies[0])[1]


def attributes(answer):
    return set(answer.cookies[0].split("; ")[1:])


# Passwords


def test_somebody_comes_in_and_goes_out(site):
    visitor = site.visitor()
    asked = visitor.get("/telemetry/events/?days=7&sort=-date")
    assert (asked.status, asked.location) == (303, "/login?next=%2Ftelemetry%2Fevents%2F%3Fdays%3D7%26sort%3D-date")
    page = Document(visitor.get(asked.location).text)
    assert page.all("input", name="next")[0]["value"] == "/telemetry/events/?days=7&sort=-date"
    for number, (name, password) in enumerate((("olga", "wrong"), ("nobody", PASSWORD), ("", ""), ("olga", ""), ("OLGA", PASSWORD))):
        visitor.source = f"127.0.1.{number + 1}"  # guesses count by address
        answer = visitor.post("/login", {"name": name, "password": password, "next": "/telemetry/events/"})
        assert answer.status == 403 and "The name or the password is wrong." in answer.text and not answer.cookies
        assert PASSWORD not in answer.text
    answer = visitor.post("/login", {"name": "ann", "password": PASSWORD, "next": "/telemetry/events/?days=7"})
    assert (answer.status, answer.location) == (303, "/telemetry/events/?days=7")
    assert attributes(answer) == {"Path=/", "HttpOnly", "SameSite=Lax"} and len(code_of(answer)) >= 43
    cookie = dict(visitor.cookies)
    assert visitor.get("/login?next=/telemetry/outcomes/").location == "/telemetry/outcomes/", "who is signed in goes on"
    assert visitor.get(answer.location).status == 200
    gone = visitor.post("/logout")
    assert (gone.status, gone.location, gone.headers["Clear-Site-Data"]) == (303, "/login", '"cache"')
    assert re.match("alidade=; ", gone.cookies[0]) and "Max-Age=0" in gone.cookies[0] and not visitor.cookies
    visitor.cookies = cookie
    assert visitor.get("/telemetry/").status == 303 and visitor.get("/telemetry/events.json").status == 401


def test_a_planted_cookie_becomes_no_session(site):
    planted = secrets.token_hex(32)
    visitor = site.visitor()
    visitor.cookies = {"alidade": planted}
    assert visitor.get("/telemetry/").status == 303
    answer = visitor.login("ann", PASSWORD)
    assert code_of(answer) != planted
    other = site.visitor()
    other.cookies = {"alidade": planted}
    assert other.get("/telemetry/").status == 303
    # The next login has another one, and the one before is dead.
    first = dict(visitor.cookies)
    assert code_of(visitor.login("ann", PASSWORD)) != first["alidade"]
    other.cookies = first
    assert other.get("/telemetry/events.json").status == 401


def test_a_cookie_counts_by_its_name_and_its_whole_value(site):
    token = site.member("ann").cookies["alidade"]
    visitor = site.visitor()
    for cookie in (
            f"Alidade={token}", f"__Host-alidade={token}", f"alidade={token[:-1]}", f"alidade={token}0", "alidade=", f"alidade={token.upper()}x", "alidade=%00",
            f"x=alidade={token}", "alidade=" + "A" * 8000):
        assert visitor.get("/telemetry/events.json", ("Cookie", cookie)).status == 401, cookie
    assert visitor.get("/telemetry/events.json", ("Cookie", f"other=1; alidade={token}")).status == 200
    assert visitor.get("/telemetry/events.json?alidade=" + token).status == 401


NEXT = [
    "https://evil.example/", "//evil.example/", "/\\evil.example/", "/telemetry/../login", "/telemetry//evil.example", "\\/evil.example", "javascript:alert(1)",
    "/login", "/", "", "telemetry/", " /telemetry/", "/telemetry/\r\nSet-Cookie: a=b", "/telemetry/\t", "/telemetry/%2e%2e/", "/telemetry/%5cevil", "/telemetry/%2f%2fevil",
    "/telemetry/\u2028", "/telemetry/#<script>", "/telemetryevil/", "/telemetry/" + "x" * 5000, "/telemetry/@evil.example\\", "///telemetry/", "http:/telemetry/",
]


@pytest.mark.parametrize("target", NEXT, ids=lambda target: repr(target[:30]))
def test_a_login_leads_to_pages_of_ours_only(site, target):
    form = {"name": "ann", "password": PASSWORD, "next": target}
    answer = site.visitor().post("/login", form)
    assert (answer.status, answer.location) == (303, "/telemetry/")
    page = site.visitor().send("GET", "/login?next=" + "".join(f"%{byte:02X}" for byte in target.encode()))
    assert page.status == 200 and Document(page.text).all("input", name="next")[0]["value"] == "/telemetry/"


def test_repeated_guesses_wait_and_nobody_is_locked_out_for_good(make_dashboard):
    site = make_dashboard().start()
    answers = [site.visitor(source=f"127.0.0.{number + 2}").login("olga", "guess") for number in range(8)]
    assert [answer.status for answer in answers[:5]] == [403] * 5
    waits = [answer for answer in answers if answer.status == 429]
    assert waits and all(1 <= int(answer.headers["Retry-After"]) <= 60 and "Too many attempts" in answer.text for answer in waits)
    # The same peer with names that nobody has.
    guesses = [site.visitor(source="127.0.0.99").login(f"name{number}", "guess").status for number in range(8)]
    assert guesses[:5] == [403] * 5 and 429 in guesses
    assert site.visitor(source="127.0.0.50").login("ann", PASSWORD).status == 303, "others come in all the time"
    assert "sign-ins failed" in site.daemon.log()


def test_nothing_secret_is_in_the_log(site):
    visitor = site.visitor(source="127.0.1.20")
    secret, name = "planted-password-7351", "planted\nname-9912"
    visitor.login(name, secret)
    visitor.get(f"/telemetry/?token={secret}")
    visitor.get("/telemetry/events.json", ("Authorization", f"Bearer {secret}"))
    visitor.get("/telemetry/events.json", ("Cookie", f"alidade={secret}"))
    visitor.get(f"/login/link/{secret}")
    token = site.member("ann").cookies["alidade"]
    log = site.daemon.log()
    assert secret not in log and token not in log and PASSWORD not in log
    assert "signed in" in log and "name=ann" in log
    assert all(re.match(r"\d{4}-\d\d-\d\dT\S+Z (notice|info|warning|error|debug) ", line) for line in log.splitlines()), "one line for each event"


# Sessions


def test_a_reload_ends_the_sessions_of_who_was_changed_and_a_restart_all(make_dashboard):
    site = make_dashboard().start()
    members = {name: site.member(name) for name in ("ann", "olga", "max")}
    file = site.daemon.folder / "staff"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(line.replace("olga:analyst+operator", "olga:analyst") for line in lines if not line.startswith("max:")) + "\n")
    assert members["olga"].get("/telemetry/").status == 200, "not before the reload"
    site.daemon.signal(1)
    site.daemon.wait_log("the old content -> new content")
    assert {name: member.get("/telemetry/").status for name, member in members.items()} == {"ann": 200, "olga": 303, "max": 303}
    assert site.visitor().login("max", PASSWORD).status == 403
    assert site.visitor().login("olga", PASSWORD).status == 303
    site.daemon.stop()
    site.start()
    assert members["ann"].get("/telemetry/").status == 303


# Links


def link(site, name):
    done = site.daemon.run("staff", "link", name)
    assert done.returncode == 0, done
    url = done.stdout.strip()
    assert url.startswith(site.base + "/login/link/")
    return url[len(site.base):]


def test_a_link_signs_in_once_also_over_a_restart(make_dashboard):
    site = make_dashboard().start()
    path = link(site, "olga")
    for _ in range(2):
        shown = site.visitor().get(path)
        assert shown.status == 200 and "Sign in as olga" in shown.text and not shown.cookies, "looking at it uses nothing up"
    assert site.visitor().send("HEAD", path).status == 200
    assert site.visitor().post(path, {}, origin=False).status == 403
    visitor = site.visitor()
    answer = visitor.post(path, {})
    assert (answer.status, answer.location) == (303, "/telemetry/") and visitor.get("/telemetry/").status == 200
    used, unused = path, link(site, "olga")
    for _ in range(2):
        for method in ("get", "post"):
            again = getattr(site.visitor(), method)(used)
            assert again.status == 410 and "no longer works" in again.text and not again.cookies
        site.daemon.stop()
        site.start()
    assert site.visitor().post(unused, {}).status == 303, "a restart uses nothing up"
    for token in ("0" * 64, "", "x", "../" * 5, "%00", "0" * 5000):
        assert site.visitor().get(f"/login/link/{token}").status in (404, 410), token


def test_a_link_of_a_changed_member_is_void(make_dashboard):
    site = make_dashboard().start()
    path = link(site, "olga")
    done = site.daemon.run("staff", "passwd", "olga", "--password-file", "-", input="another password\n")
    assert done.returncode == 0, done
    site.daemon.signal(1)
    site.daemon.wait_log("the old content -> new content")
    assert site.visitor().post(path, {}).status == 410


# Programs


def test_a_token_reads_and_does_nothing(make_dashboard, tmp_path):
    (tmp_path / "token").write_text("a-token-of-some-length\n")
    site = make_dashboard({"http": {"token_file": str(tmp_path / "token")}}).start()
    bearer = ("Authorization", "Bearer a-token-of-some-length")
    for path in ("/telemetry/events.json", "/telemetry/metrics.json", "/telemetry/", "/telemetry/activity.csv"):
        assert site.visitor().get(path, bearer).status == 200, path
    assert site.visitor().get("/telemetry/operations/", bearer).status in (403, 404)
    for wrong in ("Bearer a-token-of-some-lengt", "Bearer a-token-of-some-lengthx", "Bearer", "Bearer ", "Basic a-token-of-some-length", "bearer  x"):
        assert site.visitor().get("/telemetry/events.json", ("Authorization", wrong)).status == 401, wrong


# Other machines


@pytest.fixture
def other_address():
    """An address of this machine that is not loopback."""
    needs_root()
    must("ip", "address", "replace", "192.0.2.77/32", "dev", "lo")
    yield "192.0.2.77"
    must("ip", "address", "delete", "192.0.2.77/32", "dev", "lo")


def test_over_plain_http_from_another_address_nobody_signs_in(make_dashboard, other_address):
    port = free_port()
    site = make_dashboard({"http": {"listen": f"0.0.0.0:{port}"}}).start()
    away = site.visitor(host=f"{other_address}:{port}", source=other_address)
    away.address = f"{other_address}:{port}"
    page = away.get("/login")
    assert page.status == 200 and "not encrypted" in page.text
    answer = away.login("ann", PASSWORD)
    assert answer.status == 403 and "not encrypted" in answer.text and not answer.cookies
    assert site.daemon.run("staff", "link", "ann").returncode == 0
    near = site.visitor(host=f"127.0.0.1:{port}")
    near.address = f"127.0.0.1:{port}"
    assert near.login("ann", PASSWORD).status == 303
    # Whoever passes a request on from there says nothing about the connection.
    answer = away.login("ann", PASSWORD)
    assert answer.status == 403
    assert away.post("/login", {"name": "ann", "password": PASSWORD}, ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Proto", "https")).status == 403


def test_with_a_secure_url_only_known_proxies_pass_logins_on(make_dashboard, other_address):
    port = free_port()
    settings = {"http": {"listen": f"0.0.0.0:{port}"}, "dashboard": {"url": "https://telemetry.example.org"}}
    for peers, status in (([], 403), ([other_address], 303)):
        site = make_dashboard({**settings, "dashboard": {**settings["dashboard"], "proxy": {"peers": peers}}}).start()
        proxy = site.visitor(host="telemetry.example.org", source=other_address)
        proxy.address = f"{other_address}:{port}"
        form = {"name": "ann", "password": PASSWORD}
        answer = proxy.post("/login", form, ("Origin", "https://telemetry.example.org"), origin=False)
        assert answer.status == status, answer
        if status == 303:
            assert answer.cookies[0].startswith("__Host-alidade=") and attributes(answer) == {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"}
            assert proxy.get("/telemetry/").status == 200
            assert proxy.post("/login", form, ("Origin", "http://telemetry.example.org"), origin=False).status == 403
            assert proxy.post("/login", form, ("Origin", "https://telemetry.example.org"), ("X-Forwarded-Proto", "http"), origin=False).status == 403
        else:
            assert "dashboard.proxy.peers" in answer.text
        site.daemon.stop()


def test_a_request_line_that_is_none_gets_no_page(site):
    for request in (b"GET\r\n\r\n", b"\0\0\0\0\r\n\r\n", b"GET /telemetry/ HTTP/9.9\r\nHost: x\r\n\r\n", b"A" * 20_000 + b"\r\n\r\n"):
        assert b"200 OK" not in raw(site.address, request)
