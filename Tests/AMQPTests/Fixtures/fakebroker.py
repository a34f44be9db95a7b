#!/usr/bin/env python3
"""The server side of AMQP 0-9-1, as far as it takes to misbehave on purpose.

usage: fakebroker.py SCENARIO [CERTIFICATE KEY [CLIENT_CA]]
Listens on a free port of 127.0.0.1, prints it, serves one connection and prints what it noticed.
"""
import socket
import ssl
import struct
import sys
import time

CONNECTION, CHANNEL, QUEUE, BASIC, CONFIRM = 10, 20, 50, 60, 85


def frame(kind, channel, payload):
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"


def method(channel, class_id, method_id, arguments=b""):
    return frame(1, channel, struct.pack(">HH", class_id, method_id) + arguments)


def short(text):
    return bytes([len(text)]) + text


def long(text):
    return struct.pack(">I", len(text)) + text


def header(channel, size, flags=0, properties=b""):
    return frame(2, channel, struct.pack(">HHQH", BASIC, 0, size, flags) + properties)


def body(channel, content):
    return frame(3, channel, content)


def close(class_id, method_id, channel, code, text):
    return method(channel, class_id, method_id, struct.pack(">H", code) + short(text) + struct.pack(">HH", 0, 0))


def say(text):
    print(text, flush=True)


class Client:
    """The other side."""

    def __init__(self, connection):
        self.connection = connection
        self.buffer = b""
        self.tag = b"alidade.1"

    def read(self, count):
        while len(self.buffer) < count:
            data = self.connection.recv(65536)
            if not data:
                raise EOFError
            self.buffer += data
        result, self.buffer = self.buffer[:count], self.buffer[count:]
        return result

    def expect(self, class_id, method_id):
        """Skips everything before this method; returns its arguments."""
        while True:
            kind, _, size = struct.unpack(">BHI", self.read(7))
            payload = self.read(size)
            self.read(1)
            if kind == 1 and struct.unpack(">HH", payload[:4]) == (class_id, method_id):
                return payload[4:]

    def send(self, data):
        self.connection.sendall(data)

    def handshake(self, frame_max=131072, heartbeat=5):
        self.read(8)
        mechanisms = long(b"PLAIN EXTERNAL")
        self.send(method(0, CONNECTION, 10, b"\0\x09" + long(b"") + mechanisms + long(b"en_US")))
        start_ok = self.expect(CONNECTION, 11)
        say("mechanism " + ("EXTERNAL" if b"\x08EXTERNAL" in start_ok else "PLAIN"))
        self.send(method(0, CONNECTION, 30, struct.pack(">HIH", 2047, frame_max, heartbeat)))
        self.expect(CONNECTION, 31)
        self.expect(CONNECTION, 40)
        self.send(method(0, CONNECTION, 41, short(b"")))
        self.expect(CHANNEL, 10)
        self.send(method(1, CHANNEL, 11, long(b"")))

    def consumed(self):
        arguments = self.expect(BASIC, 20)
        after_queue = 3 + arguments[2]
        self.tag = arguments[after_queue + 1:after_queue + 1 + arguments[after_queue]]
        self.send(method(1, BASIC, 21, short(self.tag)))

    def confirming(self):
        self.expect(CONFIRM, 10)
        self.send(method(1, CONFIRM, 11))

    def deliver(self, channel, tag):
        return method(channel, BASIC, 60, short(self.tag) + struct.pack(">QB", tag, 0) + short(b"") + short(b"q"))

    def heartbeats(self, seconds):
        end = time.time() + seconds
        while time.time() < end:
            self.send(frame(8, 0, b""))
            time.sleep(0.5)


def no_start(client):
    client.read(8)
    time.sleep(30)


def wrong_protocol(client):
    client.read(8)
    client.send(b"AMQP\0\0\x09\x02")
    time.sleep(1)


def tiny_frame_max(client):
    client.handshake(frame_max=1)
    client.consumed()
    client.heartbeats(5)


def answer_missing(client):
    client.handshake()
    client.heartbeats(60)


def interleaved_channels(client):
    client.handshake()
    client.send(client.deliver(1, 1) + client.deliver(2, 1) + header(2, 3) + body(2, b"two"))
    client.send(header(1, 3) + body(1, b"one"))
    client.expect(QUEUE, 10)
    client.send(method(1, QUEUE, 11, short(b"q") + struct.pack(">II", 0, 0)))
    client.consumed()
    client.heartbeats(4)


def after_consume(build, seconds=5):
    """A scenario that sends `build(client)` once the client consumes."""

    def run(client):
        client.handshake()
        client.consumed()
        client.send(build(client))
        client.heartbeats(seconds)

    return run


def connection_closed(client):
    client.handshake()
    client.consumed()
    client.send(close(CONNECTION, 50, 0, 320, b"CONNECTION_FORCED"))
    client.expect(CONNECTION, 51)
    say("close-ok")


def channel_closed(client):
    client.handshake()
    client.consumed()
    client.send(close(CHANNEL, 40, 1, 406, b"PRECONDITION_FAILED - timeout"))
    client.expect(CHANNEL, 41)
    say("close-ok")


def reset(client):
    client.handshake()
    client.consumed()
    client.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.send(client.deliver(1, 1))
    client.connection.close()


def in_pieces(client):
    """Three messages, a few bytes at a time: no frame boundary is where the reader finds the end of the data."""
    client.handshake()
    client.consumed()
    content = bytes(range(256)) * 40
    one = client.deliver(1, 1) + header(1, 3, 1 << 15, short(b"text/plain")) + body(1, b"one")
    two = client.deliver(1, 2) + header(1, len(content)) + b"".join(
        body(1, content[at:at + 1000]) for at in range(0, len(content), 1000))
    three = client.deliver(1, 3) + header(1, 0)
    data = one + two + three
    for at in range(0, len(data), 97):
        client.send(data[at:at + 97])
        time.sleep(0.002)
    client.heartbeats(5)


def slow_frame(client):
    """A message of one frame that takes some three seconds to come, longer than anything may take that does not move."""
    client.handshake()
    client.consumed()
    content = bytes(range(256)) * 500
    data = client.deliver(1, 1) + header(1, len(content)) + body(1, content)
    for at in range(0, len(data), 4000):
        client.send(data[at:at + 4000])
        time.sleep(0.1)
    client.heartbeats(5)


def reading_stops(client):
    client.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.handshake(heartbeat=60)
    client.confirming()
    time.sleep(60)


def blocked(client):
    client.handshake()
    client.confirming()
    client.send(method(0, CONNECTION, 60, short(b"low on memory")))
    client.heartbeats(5)


def unblocked(client):
    client.handshake()
    client.confirming()
    client.send(method(0, CONNECTION, 60, short(b"low on memory")) + method(0, CONNECTION, 61))
    client.expect(BASIC, 40)
    client.send(method(1, BASIC, 80, struct.pack(">QB", 1, 0)))
    client.heartbeats(5)


def after_publish(data):
    """A scenario that answers a publication with `data`."""

    def run(client):
        client.handshake()
        client.confirming()
        client.expect(BASIC, 40)
        client.send(data)
        client.heartbeats(5)

    return run


def logged_in(client):
    client.handshake()
    client.heartbeats(5)


RETURN = method(1, BASIC, 50, struct.pack(">H", 312) + short(b"NO_ROUTE") + short(b"") + short(b"elsewhere"))

SCENARIOS = {
    "no-start": no_start,
    "wrong-protocol": wrong_protocol,
    "tiny-frame-max": tiny_frame_max,
    "short-header": after_consume(lambda c: c.deliver(1, 1) + frame(2, 1, b"\0\x3c")),
    "answer-missing": answer_missing,
    "interleaved-channels": interleaved_channels,
    "huge-size": after_consume(lambda c: c.deliver(1, 1) + header(1, 1 << 40)),
    "largest-size": after_consume(lambda c: c.deliver(1, 1) + header(1, (1 << 64) - 1)),
    "trickle": after_consume(lambda c: c.deliver(1, 1) + header(1, 100), seconds=60),
    "overlong-body": after_consume(lambda c: c.deliver(1, 1) + header(1, 3) + body(1, b"abcdef")),
    "body-without-header": after_consume(lambda c: body(1, b"abc")),
    "header-without-delivery": after_consume(lambda c: header(1, 3) + body(1, b"abc")),
    "wrong-frame-end": after_consume(lambda c: c.deliver(1, 1)[:-1] + b"\x00"),
    "oversized-frame": after_consume(lambda c: struct.pack(">BHI", 3, 1, 200000) + b"x" * 200001),
    "unknown-method": after_consume(lambda c: method(1, 99, 99)),
    "connection-closed": connection_closed,
    "channel-closed": channel_closed,
    "closed-inside-message": after_consume(
        lambda c: c.deliver(1, 1) + header(1, 100) + body(1, b"x" * 10) + close(CHANNEL, 40, 1, 406, b"mid")),
    "endless-flags": after_consume(
        lambda c: c.deliver(1, 1) + frame(2, 1, struct.pack(">HHQ", BASIC, 0, 3) + b"\x00\x01" * 4000)
        + body(1, b"abc")),
    "reset": reset,
    "garbage": after_consume(lambda c: bytes(range(256)) * 100),
    "in-pieces": in_pieces,
    "slow-frame": slow_frame,
    "reading-stops": reading_stops,
    "blocked": blocked,
    "unblocked": unblocked,
    "foreign-return": after_publish(RETURN + header(1, 3) + body(1, b"abc")),
    "foreign-confirm": after_publish(method(1, BASIC, 80, struct.pack(">QB", 7, 0))),
    "confirm-twice": after_publish(method(1, BASIC, 80, struct.pack(">QB", 1, 0)) * 2),
    "logged-in": logged_in,
}


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    say(listener.getsockname()[1])
    connection, _ = listener.accept()
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        if len(sys.argv) > 4:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(sys.argv[4])
        context.sni_callback = lambda _, name, __: say("sni %s" % name)
        try:
            connection = context.wrap_socket(connection, server_side=True)
        except (ssl.SSLError, OSError) as error:
            say("tls %s" % error)
            time.sleep(0.5)
            return
    try:
        SCENARIOS[sys.argv[1]](Client(connection))
    except (EOFError, OSError) as error:
        say("peer gone %s" % type(error).__name__)


main()
