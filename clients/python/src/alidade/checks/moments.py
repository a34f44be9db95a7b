"""Times. Each check answers None for what is absent and for what is of no use."""
from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from .numbers import Numbers
from .times import EARLIEST, LENIENT, NO_TIME, TOLERANCE, parse_time, time_text
from .words import is_number, numeral, show


class Moments(Numbers):
    """Of one event."""

    def lenient_time(self, value: Any) -> int | None:
        """What can be nothing else than a time, however it is written."""
        number = value if is_number(value) else None
        if isinstance(value, str):
            match = LENIENT.fullmatch(value) if 16 <= len(value) <= 40 else None
            if match is not None:
                zone = "Z" if match[5] else f"{match[3]}:{match[4] or '00'}" if match[3] else "Z" if self.naive_times == "utc" else ""
                parsed = parse_time(f"{match[1]}{match[2] or ':00'}{zone}")
                if isinstance(parsed, int):
                    return parsed
            number = numeral(value)
        if number is not None and 1e9 <= number <= 4e9:
            return int(round(number * 1e6))
        if number is not None and 1e12 <= number <= 4e12:
            return int(round(number * 1e3))
        return None

    def time(self, value: Any, pointer: str, need: str) -> int | None:
        if self.blank(value, "optional"):
            return None
        parsed = parse_time(value) if isinstance(value, str) else "malformed"
        if isinstance(parsed, int):
            return parsed
        read = None if self.strict else self.lenient_time(value)
        if read is not None:
            self.warn("coerced", pointer, f"{show(value)} is read as {time_text(read)}")
            return read
        if isinstance(value, str):
            self.refuse("invalid_time", pointer, need, f"{show(value)} {NO_TIME[parsed]}")
        else:
            self.refuse_type(value, "a time as a string", pointer, need)
        return None

    def is_no_time(self, value: Any) -> bool:
        if value is None or value == "":
            return False
        if isinstance(value, str) and isinstance(parse_time(value), int):
            return False
        return self.strict or self.lenient_time(value) is None

    def implausible(self, when: int) -> str | None:
        if when > self.now + TOLERANCE:
            return "more than 24 hours after it was received"
        return "before 2000-01-01" if when < EARLIEST else None

    def own_time(self, value: Any, pointer: str) -> int | None:
        """A time that says when something happened and does not place the message."""
        if value is None:
            return None
        if isinstance(value, str) and not isinstance(parse_time(value), int) and re.match("[0-9]{4}-", value):
            year = int(value[:4])
            last = datetime.fromtimestamp((self.now + TOLERANCE) // 1_000_000, timezone.utc).year
            if year < 2000 or year > last:
                why = "before 2000-01-01" if year < 2000 else "more than 24 hours after it was received"
                self.refuse("time_out_of_range", pointer, "optional", f"{show(value)} is {why}")
                return None
        when = self.time(value, pointer, "optional")
        if when is None:
            return None
        why_not = self.implausible(when)
        if why_not is not None:
            self.refuse("time_out_of_range", pointer, "optional", f"{time_text(when)} is {why_not}")
            return None
        return when

    def placed_at(self, found: tuple[int, str] | None) -> None:
        """Reports a time that no event can have."""
        if found is None:
            return
        when, pointer = found
        late = when > self.now + TOLERANCE
        if late or when < EARLIEST:
            why = f"is more than 24 hours after now, {time_text(self.now)}" if late else "is before 2000-01-01"
            self.report("time_out_of_range", pointer, f"{time_text(when)} {why}")
