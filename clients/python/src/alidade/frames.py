"""The frames of `basic.publish`: the same bytes as pika's, for an eighth of the time, and many messages in one write.

Everything else of AMQP is pika's.
"""
from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

from pika import data

from . import _rules
from ._version import __version__
from .events import message_id, short

if TYPE_CHECKING:
    from .events import Record

_FRAME = struct.Struct(">BHI")
_HEADER = struct.Struct(">BHIHHQH")
_TIMESTAMP = struct.Struct(">Q")
_METHOD, _HEAD, _BODY, _END = 1, 2, 3, b"\xce"
_BASIC, _PUBLISH, _MANDATORY = 60, 40, b"\x01"
# content_type, headers, delivery_mode, message_id, timestamp, app_id
_FLAGS = 1 << 15 | 1 << 13 | 1 << 12 | 1 << 7 | 1 << 6 | 1 << 3


def _short_string(value: bytes) -> bytes:
    if len(value) > 255:
        raise ValueError(f"{len(value)} bytes where AMQP has room for 255")
    return bytes((len(value),)) + value


_CONTENT_TYPE = _short_string(b"application/json")


def _table(headers: dict[str, Any]) -> bytes:
    pieces: list[bytes] = []
    data.encode_table(pieces, headers)
    return b"".join(pieces)


class Frames:
    """Of one channel."""

    def __init__(self, channel: int, frame_max: int) -> None:
        self.channel = channel
        self._most = max(1, frame_max - 8)
        self._methods: dict[str, bytes] = {}
        self._services: dict[str, bytes] = {}
        self._usual = self._properties({})

    def message(self, record: Record, service: str, lost: int) -> bytes:
        """One event. Raises where nothing can be made of it."""
        channel, body = self.channel, record.body
        before = self._usual if not lost and not record.headers else self._properties(
            {**(json.loads(record.headers) if record.headers else {}), **({"x-alidade-lost": lost} if lost else {})})
        name = message_id(record.event_id).encode()
        method = self._methods.get(record.key) or self._method(record.key)
        app = self._services.get(service) or self._service(service)
        size = len(body)
        pieces = [method, _HEADER.pack(_HEAD, channel, 14 + len(before) + 1 + len(name) + 8 + len(app), _BASIC, 0, size, _FLAGS), before,
                  _short_string(name), _TIMESTAMP.pack(record.timestamp), app, _END]
        if size <= self._most:
            if size:
                pieces += (_FRAME.pack(_BODY, channel, size), body, _END)
        else:
            for start in range(0, size, self._most):
                part = body[start:start + self._most]
                pieces += (_FRAME.pack(_BODY, channel, len(part)), part, _END)
        return b"".join(pieces)

    def _properties(self, headers: dict[str, object]) -> bytes:
        """Up to the message's id."""
        return _CONTENT_TYPE + _table({"x-alidade-client": __version__, **headers}) + b"\x02"

    def _method(self, key: str) -> bytes:
        payload = struct.pack(">HHH", _BASIC, _PUBLISH, 0) + _short_string(_rules.EXCHANGE.encode()) + _short_string(key.encode()) + _MANDATORY
        if len(self._methods) >= 100:
            self._methods.clear()
        made = self._methods[key] = _FRAME.pack(_METHOD, self.channel, len(payload)) + payload + _END
        return made

    def _service(self, service: str) -> bytes:
        if len(self._services) >= 100:
            self._services.clear()
        made = self._services[service] = _short_string(short(service).encode("utf-8", "replace"))
        return made
