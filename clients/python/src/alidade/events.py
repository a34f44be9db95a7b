"""Events as they are sent: ids, times, values, JSON. Pure."""
from __future__ import annotations

import math
import os
import struct
import sys
import time
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    import json
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any

PROFILER, INTELLIGENCE = 0, 1
KINDS = ("profiler", "intelligence")
MAXIMUM_BYTES = 262_144


class Unserialisable(ValueError):
    """A value that JSON has no word for."""


def uuid7(now: int | None = None) -> str:
    """A UUID of version 7: milliseconds, then 74 random bits. From the kernel, so that processes that fork never share any."""
    chance = os.urandom(10).hex()
    moment = "%012x" % ((time.time_ns() if now is None else now) // 1_000_000 & 0xFFFFFFFFFFFF)
    return f"{moment[:8]}-{moment[8:]}-7{chance[:3]}-{_VARIANT[chance[3]]}{chance[4:7]}-{chance[8:]}"


# Two bits that say which kind of UUID it is, and two of chance.
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_second: tuple[int, str] = (-1, "")


def now_text(nanoseconds: int) -> str:
    """RFC 3339 in UTC with microseconds."""
    global _second
    whole, rest = divmod(nanoseconds, 1_000_000_000)
    known = _second
    if known[0] != whole:
        _second = known = (whole, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)))
    return f"{known[1]}.{rest // 1000:06d}Z"


def time_text(moment: datetime, naive: str) -> str:
    """A datetime with its offset as UTC; what a naive one means is a setting."""
    from datetime import timezone

    if moment.tzinfo is None:
        if naive == "refuse":
            raise Unserialisable("a datetime without a time zone")
        moment = moment.replace(tzinfo=timezone.utc) if naive == "utc" else moment.astimezone()
    moment = moment.astimezone(timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def integer(value: Any) -> Any:
    """An id as an integer, where it is one: digits in a text, a Decimal, a numpy integer, an Enum member, a model instance."""
    if type(value) is int or value is None:
        return value
    if _is_a(value, "enum", "Enum"):
        return integer(value.value)
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 19 else value
    if _is_a(value, "decimal", "Decimal"):
        return int(value) if value.is_finite() and value == value.to_integral_value() else value
    if hasattr(value, "_meta") and hasattr(value, "pk"):
        return integer(value.pk)
    if hasattr(value, "__index__") and not isinstance(value, bool):
        return value.__index__()
    return value


def _is_a(value: Any, module: str, name: str) -> bool:
    """Whoever has one has loaded its module, which costs too much for those who have none."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(value, getattr(loaded, name, ()))


def _made_once(encoder: json.JSONEncoder) -> Callable[[Any], str] | None:
    """What `encoder.encode` makes anew for each object, which takes longer than the object; None where json works otherwise."""
    from json import encoder as module

    try:
        # Without a search for circles: they end as a RecursionError.
        pieces = getattr(module, "c_make_encoder")(None, encoder.default, module.encode_basestring, None, ":", ",", False, False, False)
        if "".join(pieces({"a": [1.5, None, True, "ä\""]}, 0)) != '{"a":[1.5,null,true,"ä\\""]}':
            return None
    except Exception:
        return None
    return lambda value: "".join(pieces(value, 0))


class Values:
    """How Python's values become JSON's."""

    def __init__(self, naive: str = "utc") -> None:
        import json

        self.naive = naive
        encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=self.plain)
        self._encode: Callable[[Any], str] = _made_once(encoder) or encoder.encode

    def plain(self, value: Any) -> Any:
        """Of a value that json does not know."""
        if _is_a(value, "datetime", "datetime"):
            return time_text(value, self.naive)
        if _is_a(value, "decimal", "Decimal"):
            if not value.is_finite():
                raise Unserialisable(f"{value} is no number of JSON")
            return int(value) if value == value.to_integral_value() and abs(value) < 2 ** 63 else float(value)
        if _is_a(value, "enum", "Enum"):
            return value.value
        if _is_a(value, "datetime", "date"):
            return value.isoformat()
        if isinstance(value, (set, frozenset)):
            return sorted(value, key=repr)
        name = type(value).__module__
        if name == "uuid":
            return str(value)
        if hasattr(value, "_meta") and hasattr(value, "pk"):
            return value.pk
        if name == "numpy" or name.startswith("numpy."):
            return value.tolist()
        if _is_a(value, "django.utils.functional", "Promise"):
            return str(value)
        if hasattr(value, "keys") and hasattr(value, "__getitem__"):
            return dict(value)
        raise Unserialisable(f"a {type(value).__qualname__} is nothing that JSON has")

    def encode(self, event: dict[str, Any]) -> bytes:
        """Compact UTF-8 JSON. Raises Unserialisable."""
        try:
            return self._encode(event).encode()
        except UnicodeEncodeError:
            # Half a surrogate pair: escaped it is JSON, and the daemon says what is wrong with it.
            import json

            return json.dumps(event, allow_nan=False, separators=(",", ":"), default=self.plain).encode("ascii")
        except Unserialisable:
            raise
        except TypeError:
            # A name that is no text, such as a UUID or an Enum member.
            try:
                return self._encode(self._named(event)).encode("utf-8", "backslashreplace")
            except (TypeError, ValueError, RecursionError) as error:
                raise Unserialisable(str(error)) from None
        except (ValueError, RecursionError, OverflowError) as error:
            raise Unserialisable(str(error)) from None

    def _named(self, value: Any, depth: int = 0) -> Any:
        if depth > 64:
            raise Unserialisable("it is nested too deep")
        if isinstance(value, dict):
            return {name if isinstance(name, str) else str(name.value if _is_a(name, "enum", "Enum") else name): self._named(inner, depth + 1)
                    for name, inner in value.items()}
        return [self._named(inner, depth + 1) for inner in value] if isinstance(value, (list, tuple)) else value

    def as_json(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event as a reader of the message sees it."""
        import json

        read: dict[str, Any] = json.loads(self.encode(event))
        return read


def is_number(value: Any) -> bool:
    """Whether JSON has it as a number."""
    return (isinstance(value, (int, float)) or _is_a(value, "decimal", "Decimal")) and not isinstance(value, bool) and math.isfinite(value)


class Record:
    """One event as it waits: what is needed to publish it, and nothing else."""

    __slots__ = ("body", "event_id", "headers", "key", "kind", "timestamp")

    def __init__(self, kind: int, key: str, event_id: str, timestamp: int, headers: bytes, body: bytes) -> None:
        self.kind, self.key, self.event_id, self.timestamp, self.headers, self.body = kind, key, event_id, timestamp, headers, body

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment]


def event_base(more: Mapping[str, Any], values: Values, time_name: str) -> tuple[dict[str, Any], int]:
    """Id and time, at the call."""
    now = time.time_ns()
    if not more:
        return {"event_id": uuid7(now), time_name: now_text(now)}, now
    occurred = more.get("occurred_at")
    when = now_text(now) if occurred is None else occurred if isinstance(occurred, str) else values.plain(occurred)
    return {"event_id": more.get("event_id") or uuid7(now), time_name: when}, now


def short(text: str) -> str:
    """What AMQP has room for: 255 bytes."""
    return text if len(text) <= 63 else text.encode("utf-8", "backslashreplace")[:255].decode("utf-8", "ignore")


def message_id(event_id: str) -> str:
    """That of the body, where AMQP has room for it, else its hash: the body's counts, but what comes back is known by this one."""
    if len(event_id) <= 63 or len(event_id.encode("utf-8", "backslashreplace")) <= 255:
        return event_id
    import hashlib

    return hashlib.sha256(event_id.encode("utf-8", "backslashreplace")).hexdigest()


# Length and CRC-32 of what follows; kind, lengths of key, id and headers, seconds since the epoch.
FRAME = struct.Struct("<II")
FIXED = struct.Struct("<BBHHxxQ")
LARGEST = MAXIMUM_BYTES + 65_536


def pack(record: Record) -> bytes:
    """One record of the spool."""
    key, event_id = record.key.encode(), record.event_id.encode("utf-8", "backslashreplace")
    payload = b"".join((FIXED.pack(record.kind, len(key), len(event_id), len(record.headers), record.timestamp), key, event_id,
                        record.headers, record.body))
    return FRAME.pack(len(payload), zlib.crc32(payload)) + payload


def unpack(payload: bytes) -> Record:
    """The record of a payload whose CRC is right."""
    kind, key_length, id_length, headers_length, timestamp = FIXED.unpack_from(payload)
    at = FIXED.size
    key = payload[at:at + key_length].decode()
    at += key_length
    event_id = payload[at:at + id_length].decode()
    at += id_length
    headers = payload[at:at + headers_length]
    return Record(kind, key, event_id, timestamp, headers, payload[at + headers_length:])
