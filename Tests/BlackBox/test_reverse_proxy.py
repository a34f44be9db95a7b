"""The page's configurations of nginx: what a proxy with them passes on, seen by a server behind it that writes down what it gets."""
import base64
import http.client
import http.server
import os
import re
import signal
import socket
import socketserver
import ssl
import struct
import threading

import pytest

from harness import page
from harness.certificates import Authority
from harness.daemon import free_port
from harness.nginx import Nginx


class Recorder(http.server.BaseHTTPRequestHandler):
    """Answers every request, and keeps its head."""

    def do_GET(self):
        self.server.heads.append(self.headers.items())
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def address_string(self):
        return "socket"

    def log_message(self, *_):
        pass


class SocketServer(socketserver.UnixStreamServer):
    pass


def recorder(server):
    server.heads = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def snippet(paragraph_words):
    """The block of nginx's that follows the paragraph with these words."""
    blocks = [(paragraph, block) for language, paragraph, block in page.steps("Who-may-see-the-pages") if language == "nginx"]
    found = [block for paragraph, block in blocks if paragraph_words in paragraph]
    assert len(found) == 1, blocks
    return found[0]


@pytest.fixture
def behind():
    server = recorder(http.server.HTTPServer(("127.0.0.1", 0), Recorder))
    yield server
    server.shutdown()
    server.server_close()


def ask(port, fields, tls=None):
    connection = (http.client.HTTPSConnection("localhost", port, context=tls, timeout=30) if tls
                  else http.client.HTTPConnection("127.0.0.1", port, timeout=30))
    connection.putrequest("GET", "/telemetry/", skip_host=True)
    for name, value in [("Host", "telemetry.example.org"), *fields]:
        connection.putheader(name, value)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


def login(name, password="secret"):
    return ("Authorization", "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode())


def values(head, name):
    return [value for header, value in head if header.lower() == name.lower()]


def test_a_proxy_for_the_staff_file_keeps_the_host(behind, tmp_path):
    port = free_port()
    certificate, key = Authority(tmp_path).issue("server")
    text = (snippet("nginx:").replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl").replace("127.0.0.1:8089", f"127.0.0.1:{behind.server_port}")
            .replace("/etc/ssl/certs/telemetry.pem", str(certificate)).replace("/etc/ssl/private/telemetry.key", str(key)))
    nginx = Nginx(tmp_path / "nginx", text).start()
    try:
        assert ask(port, [], ssl.create_default_context(cafile=tmp_path / "ca.pem")) == 200
    finally:
        nginx.stop()
    assert [values(head, "Host") for head in behind.heads] == [["telemetry.example.org"]]


def identifying(tmp_path, port, upstream):
    """nginx with the page's block of a proxy that knows who somebody is: alice, whose password is `secret`."""
    (tmp_path / "users").write_text("alice:{PLAIN}secret\n")
    text = (snippet("nginx with a password file").replace("http://127.0.0.1:8089", upstream)
            .replace("/etc/nginx/telemetry.htpasswd", str(tmp_path / "users")))
    return Nginx(tmp_path / "nginx", f"server {{\n    listen 127.0.0.1:{port};\n{text}\n}}").start()


FORGERIES = [
    [], [("X-Remote-User", "mallory")], [("x-remote-user", "mallory"), ("X-Remote-User", "eve")], [("X_Remote_User", "mallory")],
    [("X-Remote_User", "mallory")], [("X-Remote-Groups", "admins")], [("X_Remote_Groups", "admins")], [("X-Remote-User", "")],
]


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda fields: "+".join(name for name, _ in fields) or "none")
def test_a_proxy_that_knows_who_somebody_is_says_it_once_whatever_came(behind, tmp_path, forgery):
    port = free_port()
    nginx = identifying(tmp_path, port, f"http://127.0.0.1:{behind.server_port}")
    try:
        assert ask(port, forgery) == 401 and behind.heads == [], "nobody comes through without a login"
        assert ask(port, [login("alice"), *forgery]) == 200
    finally:
        nginx.stop()
    head, = behind.heads
    assert values(head, "X-Remote-User") == ["alice"]
    assert values(head, "X-Remote-Groups") in ([], [""])
    assert [name for name, _ in head if "_" in name] == []
    assert not re.search("mallory|eve|admins", repr(head))


def test_a_proxy_reaches_a_socket(tmp_path):
    path = tmp_path / "socket"
    behind = recorder(SocketServer(str(path), Recorder))
    os.chmod(path, 0o666)
    port = free_port()
    assert "proxy_pass http://unix:/run/alidade-http/socket;" in page.text("Who-may-see-the-pages")
    nginx = identifying(tmp_path, port, f"http://unix:{path}")
    try:
        assert ask(port, [login("alice")]) == 200
    finally:
        nginx.stop()
        behind.shutdown()
        behind.server_close()
    assert values(behind.heads[0], "X-Remote-User") == ["alice"]


# In front of the daemon

PROXY = {"user_header": "X-Remote-User", "groups_header": "X-Remote-Groups", "operators": ["user:alice"]}


def get(address, path, fields=(), source=None):
    """Status, header fields and body of an answer; an address is a port, or the path of a socket."""
    connection = http.client.HTTPConnection("127.0.0.1", address, timeout=30, source_address=source and (source, 0))
    connection.putrequest("GET", path, skip_host=True)
    for name, value in [("Host", "telemetry.example.org"), *fields]:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read().decode()
    connection.close()
    return found


@pytest.mark.parametrize("way", ["address", "socket"])
def test_whoever_the_proxy_names_comes_in_and_nobody_who_names_himself(make_daemon, host, tmp_path, way):
    path = tmp_path / "http-socket"
    daemon_port, port = free_port(), free_port()
    daemon = make_daemon({
        "http": {"listen": f"127.0.0.1:{daemon_port}", "socket": str(path)},
        "dashboard": {"url": "https://telemetry.example.org",
                      "proxy": {**PROXY, "peers": ["127.0.0.1" if way == "address" else "socket"]}}}).start()
    nginx = identifying(tmp_path, port, f"http://127.0.0.1:{daemon_port}" if way == "address" else f"http://unix:{path}")
    try:
        status, headers, body = get(port, "/telemetry/", [login("alice")])
        assert status == 200 and "alice" in body and "Set-Cookie" not in headers, body[:500]
        # Whatever comes along, it is alice.
        for forgery in FORGERIES:
            status, _, body = get(port, "/telemetry/", [login("alice"), *forgery])
            assert status == 200 and "alice" in body and "mallory" not in body, forgery
        # Past the proxy, from an address that is none of its own.
        for forgery in FORGERIES[1:]:
            status, _, body = get(daemon_port, "/telemetry/", forgery, source="127.0.0.2")
            assert status == 403 and "mallory" not in body, forgery
        assert get(daemon_port, "/telemetry/", [("X-Forwarded-For", "127.0.0.1"), ("X-Remote-User", "alice")], source="127.0.0.2")[0] == 403
        assert get(daemon_port, "/telemetry/", source="127.0.0.2")[0] in (303, 401, 404)
        if way == "socket":
            assert get(daemon_port, "/telemetry/", [("X-Remote-User", "alice")])[0] == 403, "loopback is no proxy"
        else:
            assert get(daemon_port, "/telemetry/")[0] == 401, "a proxy that names nobody"
            twice = [("X-Remote-User", "alice"), ("X-Remote-User", "alice")]
            for odd in (twice, [("X-Remote-User", "alice,bob")], [("X-Remote-User", "alice"), ("X_Remote_User", "bob")],
                        [("X-Remote-User", "eve")], [("X-Remote-User", "alice"), ("X-Remote-Groups", "a"), ("X-Remote-Groups", "b")]):
                assert get(daemon_port, "/telemetry/", odd)[0] == 403, odd
        done = daemon.run("doctor", "--json")
        assert "the daemon refuses X-Remote-User from 127.0.0.2" in done.stdout, done.stdout
    finally:
        nginx.stop()
    assert "a request was refused" in daemon.log()


def test_a_connection_that_is_gone_is_not_taken_for_the_socket(make_daemon, host, tmp_path):
    """Of a connection that was reset before it was accepted the kernel says no address; what it has sent is there all the same."""
    daemon_port = free_port()
    daemon = make_daemon({
        "http": {"listen": f"127.0.0.1:{daemon_port}", "socket": str(tmp_path / "http-socket")},
        "dashboard": {"url": "https://telemetry.example.org", "proxy": {**PROXY, "peers": ["socket"]}}}).start()
    daemon.freeze()
    for _ in range(8):
        gone = socket.create_connection(("127.0.0.1", daemon_port))
        gone.sendall(b"GET /telemetry/ HTTP/1.1\r\nHost: telemetry.example.org\r\nX-Remote-User: mallory\r\n\r\n")
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        gone.close()
    daemon.signal(signal.SIGCONT)
    assert get(daemon_port, "/telemetry/", [("X-Remote-User", "mallory")])[0] == 403
    # Each that was read was refused as a stranger's; mallory as the socket's would be somebody without a role.
    assert "noRole" not in daemon.log(), daemon.log()
