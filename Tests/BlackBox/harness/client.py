"""An HTTP client that sends exactly what it is told, and keeps cookies as a browser would."""
import http.client
import json
import re
import socket
import urllib.parse
import urllib.parse as URL


class Answer:
    def __init__(self, answer, body):
        self.status, self.headers, self.body = answer.status, answer.headers, body
        self.cookies = self.headers.get_all("Set-Cookie") or []

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def location(self):
        return self.headers["Location"]

    def __repr__(self):
        return f"{self.status} {dict(self.headers)} {self.body[:400]!r}"


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Client:
    """A visitor. `host` is what stands in `Host`; `source` the address to come from; `socket` the file of a UNIX socket."""

    def __init__(self, address, host=None, source=None, socket=None):
        self.address, self.source, self.socket = address, source, socket
        self.host = host or address
        self.cookies = {}
        self.fields = []

    def connect(self):
        if self.socket:
            return UnixConnection(self.socket)
        name, _, port = self.address.rpartition(":")
        source = (self.source, 0) if self.source else None
        return http.client.HTTPConnection(name.strip("[]"), int(port), timeout=60, source_address=source)

    def send(self, method, target, fields=(), body=None):
        """One request on a connection of its own, with these header fields, `Host` and the cookies."""
        connection = self.connect()
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            given = {name.lower() for name, _ in fields}
            everything = [*self.fields, *fields]
            if self.host and "host" not in given:
                everything.insert(0, ("Host", self.host))
            if self.cookies and "cookie" not in given:
                everything.append(("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())))
            if body is not None:
                everything.append(("Content-Length", str(len(body))))
            for name, value in everything:
                connection.putheader(name, value)
            connection.endheaders()
            if body:
                connection.send(body)
            raw = connection.getresponse()
            answer = Answer(raw, raw.read())
        finally:
            connection.close()
        for cookie in answer.cookies:
            pair = cookie.split(";")[0]
            name, _, value = pair.partition("=")
            self.cookies.pop(name, None)
            if value:
                self.cookies[name] = value
        return answer

    def get(self, target, *fields):
        return self.send("GET", target, fields)

    def post(self, target, form=None, *fields, origin=True):
        """A form, as one of our own pages sends it."""
        body = urllib.parse.urlencode(form or {}, doseq=True).encode()
        more = [] if not origin else [("Origin", f"http://{self.host}")]
        return self.send("POST", target, [("Content-Type", "application/x-www-form-urlencoded"), *more, *fields], body)

    def login(self, name, password, **more):
        return self.post("/login", {"name": name, "password": password, "next": "/telemetry/"}, **more)


def raw(address, request, limit=30):
    """What comes back for these bytes until the other side ends."""
    name, _, port = address.rpartition(":")
    with socket.create_connection((name.strip("[]"), int(port)), timeout=limit) as connection:
        connection.sendall(request)
        pieces = []
        while piece := connection.recv(65536):
            pieces.append(piece)
            head, _, rest = b"".join(pieces).partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if length and len(rest) >= int(length[1]):
                break
    return b"".join(pieces)
