#!/usr/bin/env python3
"""Publishes one message whose only header is an array nested LEVELS deep, and waits for the broker's confirm.

usage: deep_header.py PORT QUEUE LEVELS
"""
import socket
import struct
import sys


def frame(kind, channel, payload):
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"


def method(channel, class_id, method_id, arguments=b""):
    return frame(1, channel, struct.pack(">HH", class_id, method_id) + arguments)


def short(text):
    return bytes([len(text)]) + text


def long(text):
    return struct.pack(">I", len(text)) + text


port, queue, levels = int(sys.argv[1]), sys.argv[2].encode(), int(sys.argv[3])
connection = socket.create_connection(("127.0.0.1", port), 10)
stream = connection.makefile("rb")


def expect(class_id, method_id):
    while True:
        kind, _, size = struct.unpack(">BHI", stream.read(7))
        payload = stream.read(size + 1)[:-1]
        if kind == 1 and struct.unpack(">HH", payload[:4]) == (class_id, method_id):
            return


connection.sendall(b"AMQP\0\0\x09\x01")
expect(10, 10)
connection.sendall(method(0, 10, 11, long(b"") + short(b"PLAIN") + long(b"\0guest\0guest") + short(b"en_US")))
expect(10, 30)
connection.sendall(method(0, 10, 31, struct.pack(">HIH", 1, 131072, 0)) + method(0, 10, 40, short(b"/") + b"\0\0"))
expect(10, 41)
connection.sendall(method(1, 20, 10, short(b"")))
expect(20, 11)
connection.sendall(method(1, 85, 10, b"\0"))
expect(85, 11)
value = b"V"
for _ in range(levels):
    value = b"A" + struct.pack(">I", len(value)) + value
table = short(b"deep") + value
properties = struct.pack(">HHQH", 60, 0, 2, 1 << 13) + long(table)
connection.sendall(method(1, 60, 40, b"\0\0" + short(b"") + short(queue) + b"\0"))
connection.sendall(frame(2, 1, properties) + frame(3, 1, b"{}"))
expect(60, 80)
print("confirmed", len(properties), flush=True)
