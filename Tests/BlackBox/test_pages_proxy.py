"""Behind a reverse proxy: Debian's nginx with the page's own configuration in front of the daemon, and whoever pretends to be one."""
import base64
import grp
import http.client
import os
import ssl
import stat

import pytest

from harness.certificates import Authority
from harness.client import Client
from harness.daemon import free_port
from harness.dashboard import PASSWORD, Document
from harness.nginx import Nginx
from harness.page import steps
from harness.pages import get

NAME = "telemetry.example.org"


def snippet(words):
    found = [block for language, paragraph, block in steps("Who-may-see-the-pages") if language == "nginx" and words in paragraph]
    assert len(found) == 1
    return found[0]


def basic(name):
    return ("Authorization", "Basic " + base64.b64encode(f"{name}:secret".encode()).decode())


def identifying(folder, port, upstream):
    (folder / "users").write_text("".join(f"{name}:{{PLAIN}}secret\n" for name in ("alice", "bob", "carol@example.org", "dave@example.org.evil")))
    text = snippet("nginx with a password file").replace("http://127.0.0.1:8089", upstream).replace("/etc/nginx/telemetry.htpasswd", str(folder / "users"))
    return Nginx(folder / "nginx", f"server {{\n    listen 127.0.0.1:{port};\n{text}\n}}").start()


PROXY = {
    "peers": ["127.0.0.1"], "user_header": "X-Remote-User", "groups_header": "X-Remote-Groups", "analysts": ["readers", "@example.org"],
    "operators": ["user:alice", "ops"], "auditors": ["audit"],
}


@pytest.fixture(scope="module")
def proxied(make_dashboard, generated):
    return make_dashboard({"dashboard": {"url": f"https://{NAME}", "proxy": PROXY}}, template=generated, staff=None).start()


class TlsClient(Client):
    def __init__(self, port, authority):
        super().__init__(f"localhost:{port}", host=NAME)
        self.tls = ssl.create_default_context(cafile=authority)

    def connect(self):
        return http.client.HTTPSConnection("localhost", int(self.address.rpartition(":")[2]), context=self.tls, timeout=60)


def test_a_proxy_that_passes_on_lets_members_sign_in(make_dashboard, tmp_path):
    site = make_dashboard({"dashboard": {"url": f"https://{NAME}", "proxy": {"peers": ["127.0.0.1"]}}}).start()
    port = free_port()
    certificate, key = Authority(tmp_path).issue("server")
    nginx = Nginx(tmp_path / "nginx", snippet("nginx:").replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl").replace("127.0.0.1:8089", site.address)
                  .replace("/etc/ssl/certs/telemetry.pem", str(certificate)).replace("/etc/ssl/private/telemetry.key", str(key))).start()
    try:
        visitor = TlsClient(port, tmp_path / "ca.pem")
        assert visitor.get("/telemetry/").location == "/login?next=%2Ftelemetry%2F"
        form = {"name": "ann", "password": PASSWORD, "next": "/telemetry/"}
        answer = visitor.post("/login", form, ("Origin", f"https://{NAME}"), origin=False)
        assert answer.status == 303 and answer.cookies[0].startswith("__Host-alidade="), answer
        assert set(answer.cookies[0].split("; ")[1:]) == {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"}
        page = visitor.get("/telemetry/")
        assert page.status == 200 and "ann" in Document(page.text).text
        assert page.headers["Strict-Transport-Security"] is None and page.headers["X-Frame-Options"] == "DENY"
        assert visitor.post("/login", form, ("Origin", f"http://{NAME}"), origin=False).status == 403
        assert visitor.post("/logout", {}, ("Sec-Fetch-Site", "same-origin"), origin=False).status == 303
        assert visitor.get("/telemetry/").status == 303
    finally:
        nginx.stop()


def test_a_proxy_that_knows_who_somebody_is_gives_each_their_roles(proxied, tmp_path):
    port = free_port()
    nginx = identifying(tmp_path, port, proxied.base)
    try:
        visitor = Client(f"127.0.0.1:{port}", host=NAME)
        assert visitor.get("/telemetry/").status == 401
        for name, shown in (("alice", "operator"), ("carol@example.org", "analyst")):
            page = visitor.get("/telemetry/", basic(name))
            document = Document(page.text)
            assert page.status == 200 and name in document.text and not page.cookies
            assert any(found.get("title", "").startswith("Roles:") and shown in found["title"] for found in document.all("span"))
            assert "/logout" not in [form.get("action") for form in document.all("form")]
        for name in ("bob", "dave@example.org.evil"):
            page = visitor.get("/telemetry/", basic(name))
            assert page.status == 403 and "no role" in page.text and "No group came with the request." in page.text
        for forged in (("X-Remote-User", "alice"), ("X_Remote_User", "alice"), ("X-Remote-Groups", "ops"), ("x-remote-user", "alice")):
            assert visitor.get("/telemetry/", forged).status == 401
            assert visitor.get("/telemetry/", basic("bob"), forged).status == 403, forged
        # No login of our own beside the proxy's.
        assert visitor.get("/login", basic("alice")).status == 404
        assert visitor.get("/telemetry/metrics/override_rate.json", basic("alice")).status == 200
    finally:
        nginx.stop()


FORGED = [
    [("X-Remote-User", "alice")], [("x-remote-user", "alice")], [("X_Remote_User", "alice")], [("X-Remote_User", "alice")], [("X-Remote-User", "")],
    [("X-Remote-Groups", "ops")], [("X-Remote-User", "alice"), ("X-Forwarded-For", "127.0.0.1")], [("X-Remote-User", "alice"), ("Forwarded", "for=127.0.0.1")],
    [("X-Remote-User", "alice"), ("X-Real-IP", "127.0.0.1")], [("X-Alidade-Proxy-Secret", "x")],
]


@pytest.mark.parametrize("fields", FORGED, ids=lambda fields: "+".join(name for name, _ in fields))
def test_a_stranger_with_the_proxys_header_is_refused_and_told_of(proxied, fields):
    stranger = proxied.visitor(host=NAME, source="127.0.0.9")
    for path in ("/telemetry/", "/telemetry/events.json", "/telemetry/live/stream?page=overview"):
        assert stranger.get(path, *fields).status == 403, path
    assert "a request was refused" in proxied.daemon.log() and "peer=127.0.0.9" in proxied.daemon.log()
    assert stranger.get("/telemetry/").status in (303, 401)


BAD = [
    ([], 401), ([("X-Remote-User", "")], 401), ([("X-Remote-User", "alice"), ("X-Remote-User", "alice")], 403), ([("X-Remote-User", "alice,bob")], 403),
    ([("X-Remote-User", "alice bob")], 403), ([("X-Remote-User", "a" * 65)], 403), ([("X-Remote-User", "alice"), ("X_Other", "1")], 403),
    ([("X-Remote-User", "ALICE")], 403), ([("X-Remote-User", "a@example.com.evil")], 403), ([("X-Remote-User", "a@evil@example.org")], 403),
    ([("X-Remote-User", "a@EXAMPLE.org")], 403), ([("X-Remote-User", "ops")], 403), ([("X-Remote-User", "mallory"), ("X-Remote-Groups", "user:alice")], 403),
    ([("X-Remote-User", "mallory"), ("X-Remote-Groups", "@example.org")], 403), ([("X-Remote-User", "mallory"), ("X-Remote-Groups", "ops"), ("X-Remote-Groups", "ops")], 403),
    ([("X-Remote-User", "alice")], 200), ([("X-Remote-User", "mallory"), ("X-Remote-Groups", "people, ops")], 200), ([("X-Remote-User", "x@example.org")], 200),
]


@pytest.mark.parametrize("fields, status", BAD, ids=lambda value: str(value)[:60])
def test_what_the_proxy_says_is_taken_literally(proxied, fields, status):
    proxy = proxied.visitor(host=NAME)
    answer = proxy.get("/telemetry/events.json", *fields)
    assert answer.status == status, answer


def test_a_group_never_stands_for_a_role_it_was_not_given(proxied):
    proxy = proxied.visitor(host=NAME)
    page = proxy.get("/telemetry/", ("X-Remote-User", "mallory"), ("X-Remote-Groups", "nobody-knows"))
    assert page.status == 403 and "nobody-knows" in page.text
    audited = proxy.get("/telemetry/", ("X-Remote-User", "mallory"), ("X-Remote-Groups", "audit"))
    assert "Roles: analyst, auditor" in audited.text


def test_a_secret_tells_one_program_of_a_machine_from_another(make_dashboard, tmp_path):
    (tmp_path / "secret").write_text("only the proxy knows\n")
    site = make_dashboard({"dashboard": {"url": f"https://{NAME}", "proxy": {**PROXY, "secret_file": str(tmp_path / "secret")}}}, staff=None).start()
    proxy = site.visitor(host=NAME)
    user = ("X-Remote-User", "alice")
    for fields, status in (([], 403), ([("X-Alidade-Proxy-Secret", "wrong")], 403), ([("X-Alidade-Proxy-Secret", "only the proxy knows")], 200)):
        assert proxy.get("/telemetry/", user, *fields).status == status
    assert "only the proxy knows" not in site.daemon.log()


def test_a_socket_is_for_the_proxys_group_only(make_dashboard, tmp_path):
    path = tmp_path / "http" / "socket"
    path.parent.mkdir()
    group = grp.getgrnam("www-data").gr_gid
    os.chown(path.parent, -1, group)
    path.parent.chmod(0o2750)
    settings = {"http": {"socket": str(path)}, "dashboard": {"url": f"https://{NAME}", "proxy": {**PROXY, "peers": ["socket"]}}}
    site = make_dashboard(settings, staff=None).start()
    state = path.stat()
    assert stat.S_IMODE(state.st_mode) == 0o660 and state.st_gid == group
    near = Client(site.address, host=NAME, socket=path)
    assert near.get("/telemetry/", ("X-Remote-User", "alice")).status == 200
    assert near.get("/telemetry/", ("X-Remote-User", "alice"), ("Host", "evil.example")).status == 421
    assert near.get("/telemetry/").status == 401
    assert site.visitor(host=NAME).get("/telemetry/", ("X-Remote-User", "alice")).status == 403, "the port is not the socket"
    assert get(site.daemon, "/health/live")[0] == 200
    port = free_port()
    nginx = identifying(tmp_path, port, f"http://unix:{path}")
    try:
        assert Client(f"127.0.0.1:{port}", host=NAME).get("/telemetry/", basic("alice")).status == 200
    finally:
        nginx.stop()
    # What a killed daemon leaves behind is in nobody's way.
    site.daemon.kill()
    assert path.exists()
    site.start()
    assert near.get("/telemetry/", ("X-Remote-User", "alice")).status == 200


def test_live_numbers_come_through_a_proxy_as_they_are_made(proxied, tmp_path):
    port = free_port()
    nginx = identifying(tmp_path, port, proxied.base)
    connection = Client(f"127.0.0.1:{port}", host=NAME).connect()
    try:
        connection.request("GET", "/telemetry/live/stream?page=overview", headers={"Host": NAME, "Authorization": basic("alice")[1]})
        answer = connection.getresponse()
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/event-stream")
        lines = [answer.readline() for _ in range(4)]
        assert lines[0] == b"retry: 5000\n" and b"event: values\n" in lines, lines
    finally:
        connection.close()
        nginx.stop()
