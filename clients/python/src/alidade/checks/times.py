"""RFC 3339 as microseconds since the epoch, and back."""
from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

EARLIEST = 946_684_800_000_000
TOLERANCE = 24 * 3600 * 1_000_000
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2})?")
LENIENT = re.compile(r"(.{10}[Tt ][0-9]{2}:[0-9]{2})(:[0-9]{2}(?:\.[0-9]+)?)?(?:([+-][0-9]{2})(?::?([0-9]{2}))?|([Zz]))?", re.S)
NO_TIME = {
    "malformed": "is not an RFC 3339 time such as 2026-02-09T12:00:00Z",
    "offset": "has no offset; an RFC 3339 time ends in Z or an offset such as +03:00"
              " (Django's USE_TZ, Python's datetime.now(timezone.utc)); ingest.naive_times: utc reads it as UTC",
    "day": "names a day that does not exist",
    "clock": "names a time of day or an offset that does not exist",
    "digits": "has more than 9 fractional digits",
}


def parse_time(text: str) -> int | str:
    """RFC 3339 as microseconds since the epoch, or why it is none: malformed, offset, day, clock, digits."""
    match = _TIME.fullmatch(text)
    if match is None:
        return "malformed"
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    if match[7] and len(match[7]) > 9:
        return "digits"
    if match[8] is None:
        return "offset"
    leap = second == 60
    try:
        start = datetime(year, month, day, tzinfo=timezone.utc)
    except ValueError:
        return "day"
    offset = 0
    if match[8] not in "Zz":
        hours, minutes = int(match[8][1:3]), int(match[8][4:6])
        if hours > 23 or minutes > 59:
            return "clock"
        offset = (hours * 60 + minutes) * (-1 if match[8][0] == "-" else 1)
    if hour > 23 or minute > 59 or second > 60:
        return "clock"
    if leap:
        at = (hour * 60 + minute - offset) % 1440
        if at != 1439:
            return "clock"
    microseconds = 999_999 if leap else int(((match[7] or "") + "000000")[:6])
    days = (start - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(days=1)
    return (days * 86400 + (hour * 60 + minute - offset) * 60 + min(second, 59)) * 1_000_000 + microseconds


def time_text(microseconds: int) -> str:
    """RFC 3339 with microseconds and Z."""
    whole = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=microseconds)
    return whole.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
