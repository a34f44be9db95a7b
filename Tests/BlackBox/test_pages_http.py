"""The pages over plain HTTP: which requests are answered at all, with which header fields, and what a request may cost."""
import re
import socket
import time

import pytest

from harness.client import raw
from harness.dashboard import PASSWORD, Document, crawl
from harness.pages import get
from harness.routes import routes
from harness.waiting import wait_until

SHIELD = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"),
    "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
}


# What every answer says


def answers(site):
    """An answer of each status that the pages have, by status."""
    visitor, max_ = site.visitor(), site.member("max")
    yield 200, max_.get("/telemetry/")
    yield 200, visitor.get("/login")
    yield 200, max_.get("/telemetry/events.json")
    yield 200, max_.get("/telemetry/events.csv")
    yield 303, visitor.get("/telemetry/events/")
    yield 308, max_.get("/telemetry/events")
    yield 400, max_.get("/telemetry/events/?days=x")
    yield 400, max_.get("/telemetry/events.json?days=x")
    yield 401, visitor.get("/telemetry/events.json")
    yield 401, visitor.get("/telemetry/live/stream?page=overview")
    yield 403, max_.post("/logout", None, origin=False)
    yield 404, max_.get("/telemetry/nothing/")
    yield 404, max_.get("/nothing")
    yield 404, max_.get("/telemetry/metrics/nothing/")
    yield 405, max_.send("DELETE", "/telemetry/", [("Sec-Fetch-Site", "same-origin")])
    yield 405, max_.post("/telemetry/events/", {})
    yield 413, visitor.post("/login", {"name": "x" * 70_000, "password": "y"})
    yield 415, visitor.send("POST", "/login", [("Content-Type", "text/plain"), ("Sec-Fetch-Site", "same-origin")], b"name=max")
    yield 421, visitor.get("/telemetry/", ("Host", "evil.example"))
    yield 421, visitor.get("/login", ("Host", "evil.example"))


def test_every_answer_is_shielded(site):
    for status, answer in answers(site):
        assert answer.status == status, answer
        for name, value in SHIELD.items():
            assert answer.headers.get_all(name) == [value], (status, name, answer)
        assert answer.headers["Cache-Control"] == "no-store", answer
    for path in ("/health/live", "/health/ready", "/metrics", "/"):
        answer = site.visitor().get(path)
        assert answer.headers["X-Frame-Options"] == "DENY" and answer.headers["X-Content-Type-Options"] == "nosniff", (path, answer)


def test_a_page_that_cannot_be_made_is_shielded_too(make_dashboard):
    site = make_dashboard().start()
    member = site.member("max")
    site.store.path.rename(site.store.path.with_suffix(".elsewhere"))
    for path in ("/telemetry/", "/telemetry/events.json", "/telemetry/metrics/override_rate/"):
        answer = member.get(path)
        assert answer.status == 503 and answer.headers["Retry-After"], answer
        assert {name: answer.headers[name] for name in SHIELD} == SHIELD and answer.headers["Cache-Control"] == "no-store"


def test_what_never_changes_is_kept_and_nothing_else_is(site):
    page = site.member("max").get("/telemetry/")
    document = Document(page.text)
    files = [found["src"] for found in document.all("script")] + [found["href"] for found in document.all("link")]
    assert len(files) == 3
    for path in files:
        answer = site.visitor().get(path)
        assert answer.status == 200 and answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", answer
    limits = {".css": 16 * 1024, ".js": 8 * 1024}
    for path in files:
        assert len(site.visitor().get(path).body) <= limits.get(path[path.rindex("."):], 4096), path
    assert len(page.body) <= 90 * 1024 and len(site.visitor().get("/login").body) <= 3 * 1024
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"


# Host


@pytest.mark.parametrize("host", [
    "evil.example", "127.0.0.1.evil.example", "localhost", "localhost:1", "127.0.0.1", "", "127.0.0.1:{port}:{port}", "{name}@127.0.0.1:{port}",
    "127.0.0.1:{port}/", "127.0.0.1.:{port}", "[::1", "127.0.0.1:0{port}0",
])
def test_another_name_of_this_machine_is_refused(site, host):
    port = site.address.rpartition(":")[2]
    host = host.format(port=port, name="max")
    for path in ("/telemetry/", "/login", "/telemetry/events.json", "/telemetry/live/stream?page=overview", "/telemetry/nothing/", "/login/link/x"):
        answer = site.member("max").get(path, ("Host", host))
        assert answer.status in (421, 400), (path, answer)
        assert "Alidade" not in answer.text or "not served here" in answer.text


@pytest.mark.parametrize("lines", [
    b"GET /telemetry/ HTTP/1.1\r\n",
    b"GET /telemetry/ HTTP/1.1\r\nHost: {own}\r\nHost: evil.example\r\n",
    b"GET /telemetry/ HTTP/1.1\r\nHost: evil.example\r\nHost: {own}\r\n",
    b"GET http://{own}/telemetry/ HTTP/1.1\r\nHost: evil.example\r\n",
    b"GET http://evil.example/telemetry/ HTTP/1.1\r\n",
    b"GET /telemetry/ HTTP/1.0\r\n",
], ids=["none", "two, ours first", "two, ours last", "absolute", "absolute without host", "HTTP 1.0"])
def test_exactly_one_host_counts(site, lines):
    member = site.member("max")
    cookie = "; ".join(f"{name}={value}" for name, value in member.cookies.items()).encode()
    answer = raw(site.address, lines.replace(b"{own}", site.address.encode()) + b"Connection: close\r\nCookie: " + cookie + b"\r\n\r\n")
    assert re.match(rb"HTTP/1\.[01] (421|400|404) ", answer), answer[:300]
    assert b"Sign out" not in answer


def test_probes_and_scrapers_need_no_name(site):
    for path in ("/health/live", "/metrics"):
        assert site.visitor().get(path, ("Host", "evil.example")).status == 200


# Origin


SITES = [None, "same-origin", "same-site", "cross-site", "none", "", "SAME-ORIGIN"]
ORIGINS = [None, "own", "null", "http://evil.example", "https://{address}", "http://{address}.evil.example", "http://{address}/", ""]


@pytest.mark.parametrize("fetch_site", SITES)
def test_a_form_of_another_page_does_nothing(site, fetch_site):
    for origin in ORIGINS:
        visitor = site.visitor()
        fields = [("Content-Type", "application/x-www-form-urlencoded")]
        if fetch_site is not None:
            fields.append(("Sec-Fetch-Site", fetch_site))
        if origin is not None:
            fields.append(("Origin", site.base if origin == "own" else origin.format(address=site.address)))
        answer = visitor.send("POST", "/login", fields, f"name=olga&password={PASSWORD.replace(' ', '+')}&next=".encode())
        allowed = fetch_site == "same-origin" or fetch_site is None and origin == "own"
        assert (answer.status, bool(answer.cookies)) == ((303, True) if allowed else (403, False)), (fetch_site, origin, answer)
        if not allowed:
            assert "another page" in answer.text


def test_repeated_headers_are_refused(site):
    form = [("Content-Type", "application/x-www-form-urlencoded")]
    for fields in ([("Sec-Fetch-Site", "same-origin")] * 2, [("Origin", site.base)] * 2, [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")]):
        assert site.visitor().send("POST", "/login", [*form, *fields], b"").status == 403


def test_signing_out_by_another_page_ends_nothing(site):
    member = site.visitor()
    member.login("olga", PASSWORD)
    for fields in ([], [("Origin", "null")], [("Sec-Fetch-Site", "same-site"), ("Origin", site.base)], [("Origin", site.base.replace("127.0.0.1", "localhost"))]):
        assert member.send("POST", "/logout", fields, b"").status == 403
    assert member.get("/logout").status == 405
    assert member.get("/telemetry/").status == 200


# Who may have what


def expected(route, name):
    roles = {"ann": {"analyst"}, "olga": {"analyst", "operator"}, "rob": {"analyst", "auditor"}, "max": {"analyst", "operator", "auditor"}}
    return bool(set(route.role.split(" or ")) & roles[name])


# What needs more than an analyst; whatever is not here is for everybody who is signed in.
ROLES = {
    ("GET", "/telemetry/operations/"): "auditor", ("GET", "/telemetry/operations/:name/"): "operator or auditor",
    ("GET", "/telemetry/quarantine/selection/"): "operator", ("GET", "/telemetry/quarantine/:name/"): "operator",
    ("GET", "/telemetry/quarantine/:name/body"): "operator",
    ("POST", "/telemetry/quarantine/selection/"): "operator", ("POST", "/telemetry/operations/:name/stop"): "operator",
    ("POST", "/telemetry/sessions/:name/reveal"): "operator", ("POST", "/telemetry/quarantine/:name/reveal"): "operator",
    ("POST", "/telemetry/operations/sessions/end"): "auditor",
}


def test_the_table_gives_the_roles_of_this_list():
    table = {(route.method, route.path): route.role for route in routes()}
    assert {key: role for key, role in table.items() if role != "analyst" or key[0] == "POST"} == ROLES


def test_every_route_asks_for_its_role_in_every_format_and_method(site):
    for route in routes():
        for address in route.addresses():
            target = re.sub(r":\w+", "override_rate" if "/metrics/" in address else "7", address) + "?id=7" * ("/where" in address)
            anonymous = site.visitor()
            answer = anonymous.get(target) if route.method == "GET" else anonymous.post(target, {})
            wanted = 303 if route.method == "GET" and not re.search(r"\.\w+$", address) else 401
            assert answer.status == wanted, (route, answer)
            for name in ("ann", "olga", "rob", "max"):
                member = site.member(name)
                answer = member.get(target) if route.method == "GET" else member.post(target, {})
                if not expected(route, name):
                    assert answer.status == 403, (route, name, answer)
                elif route.method == "GET":
                    assert answer.status in (200, 404, 303 if "/selection/" in route.path else 200), (route, name, answer)
                    assert answer.status != 404 or ":" in route.path, (route, answer)
                else:
                    assert answer.status in (200, 303, 400, 403, 404), (route, name, answer)
    paths = {route.path for route in routes()}
    for path in sorted(paths):
        methods = {route.method for route in routes() if route.path == path}
        target = path.replace(":name", "7")
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", *({"GET", "POST"} - methods)):
            answer = site.member("max").send(method, target, [("Origin", site.base)], b"" if method != "TRACE" else None)
            assert answer.status in (405, 404) and (answer.status == 404 or "GET" in answer.headers["Allow"] or "POST" in answer.headers["Allow"]), (method, path, answer)


def test_no_page_offers_what_it_would_refuse(site):
    for name in ("ann", "olga", "rob"):
        member, seen = site.member(name), 0
        for address, answer in crawl(member):
            assert answer.status != 403, f"{name} is led to {address}"
            if answer.status == 200 and answer.headers["Content-Type"].startswith("text/html"):
                for form in Document(answer.text).all("form"):
                    target = form.get("action", address).partition("?")[0]
                    route = next((route for route in routes() if route.fits(target) and route.method == form["method"].upper()), None)
                    assert target in ("/logout",) or route and expected(route, name), (name, address, form)
                    seen += 1
        assert seen > 10


def test_reading_changes_nothing(site):
    def content():
        with site.store.open() as connection:
            return [line for line in connection.iterdump() if not re.match(r'INSERT INTO "?_?(operations|operation|publication|_publi)', line)]
    before = content()
    assert len(before) > 1000
    count = 0
    for address, answer in crawl(site.member("max")):
        assert answer.status in (200, 303, 404), (address, answer)
        count += 1
    assert count > 30 and content() == before


# What a request may cost


TOO_MUCH = [
    "days=1e18", "days=-1", "days=0", "days=366", "days=9223372036854775808", "days=" + "9" * 5000, "days=%00", "days=7&days=8", "limit=1000000000", "limit=0",
    "after=" + "A" * 10_000, "before=%ff", "around=yesterday", "from=2026-01-01&to=2025-01-01", "from=0000-00-00", "tz=../../etc/passwd", "tz=" + "x" * 300,
    "until=9999-99-99", "sort=;drop", "unknown=1", "&".join(f"a{number}={number}" for number in range(2000)), "days=%zz",
]


@pytest.mark.parametrize("query", TOO_MUCH, ids=lambda query: query[:30])
def test_a_parameter_that_cannot_be_is_told_at_once(site, query):
    member = site.member("max")
    for page in ("/telemetry/events/", "/telemetry/events.json", "/telemetry/events.csv", "/telemetry/outcomes/", "/telemetry/activity/", "/telemetry/"):
        answer = member.get(f"{page}?{query}")
        assert answer.status in (400, 431), (page, answer)
        assert len(answer.body) < 20_000, "what is wrong is not repeated at length"
    assert member.get(f"/telemetry/metrics/override_rate/?{query}").status in (400, 431)


def test_all_faults_of_an_address_are_told_and_the_way_on(site):
    answer = site.member("max").get("/telemetry/events/?dayz=7&limit=3&actoin=VIEWED&action=Viewed&version=v1")
    assert answer.status == 400
    document = Document(answer.text)
    for words in ("did you mean days?", "limit is “3”", "did you mean action?", "did you mean VIEWED?"):
        assert words in document.text, document.text
    assert "/telemetry/events/?version=v1" in document.links()
    assert site.member("max").get("/telemetry/events/?version=v1").status == 200


def test_a_request_that_drips_is_cut_off(site):
    """Ten seconds for what follows a head; a limit that counts from each byte would never end."""
    name, _, port = site.address.rpartition(":")
    with socket.create_connection((name, int(port)), timeout=60) as connection:
        connection.sendall(
            f"POST /login HTTP/1.1\r\nHost: {site.address}\r\nOrigin: {site.base}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: 60000\r\n\r\n".encode())
        connection.settimeout(0.3)
        sent, began = 0, time.monotonic()

        def is_closed():
            nonlocal sent
            try:
                connection.sendall(b"x")
                sent += 1
                return connection.recv(65536) == b""
            except socket.timeout:
                return False
            except OSError:
                return True
        wait_until("the connection was closed", is_closed, limit=25, every=0.1, patience=1)
        assert sent > 10 and time.monotonic() - began < 25


def test_connections_that_ask_nothing_shut_nobody_out(site):
    name, _, port = site.address.rpartition(":")
    idle = [socket.create_connection((name, int(port)), timeout=30) for _ in range(300)]
    try:
        status, _, _ = get(site.daemon, "/health/live")
        assert status == 200
        assert site.member("max").get("/telemetry/").status == 200
    finally:
        for connection in idle:
            connection.close()


def test_many_slow_pages_at_once_leave_probes_alone(site):
    """More than may wait: some get 503 and when to try again, and whoever probes is answered before all of them."""
    cookie = "; ".join(f"{key}={value}" for key, value in site.member("max").cookies.items())
    name, _, port = site.address.rpartition(":")
    request = f"GET /telemetry/metrics.json?days=365 HTTP/1.1\r\nHost: {site.address}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode()
    asking = []
    for _ in range(120):
        asking.append(socket.create_connection((name, int(port)), timeout=120))
        asking[-1].sendall(request)
    status, _, _ = get(site.daemon, "/health/live")
    assert status == 200
    statuses = []
    for connection in asking:
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        connection.close()
        statuses.append(answer[9:12])
        if answer[9:12] == b"503":
            assert b"Retry-After: 2" in answer or b"retry-after: 2" in answer.lower()
    assert set(statuses) == {b"200", b"503"}, set(statuses)
    assert site.member("max").get("/telemetry/").status == 200


# Off


def test_without_a_way_in_there_are_no_pages(make_dashboard):
    site = make_dashboard(staff=None).start()
    for path in ("/telemetry/", "/telemetry/events.json", "/login", "/telemetry/live/stream?page=overview", "/login/link/" + "0" * 64):
        for fields in ([], [("X-Remote-User", "max")], [("X-Forwarded-For", "127.0.0.1")], [("Cookie", "alidade=" + "0" * 64)]):
            answer = site.visitor().get(path, *fields)
            assert answer.status == 404, (path, answer)
    assert "alidade staff add" in site.visitor().get("/telemetry/").text
    assert site.visitor().post("/login", {"name": "max", "password": PASSWORD}).status == 404
    assert site.visitor().get("/health/live").status == 200
