"""Numbers. Each check answers None for what is absent and for what is of no use."""
from __future__ import annotations

import math
import re
from typing import Any

from .texts import Texts
from .words import DECIMAL_HINT, is_number, not_certain, numeral, plain, show

_SLACK = 1e-6


class Numbers(Texts):
    """Of one event."""

    def integer(self, value: Any, pointer: str, need: str, low: int, high: int) -> int | None:
        if self.blank(value, need):
            return None
        number = numeral(value) if isinstance(value, str) and not self.strict else value if is_number(value) else None
        if number is None:
            self.refuse_type(value, "an integer", pointer, need)
            return None
        whole = number if isinstance(number, int) else round(number) if math.isfinite(number) else high + 1
        if whole != number and self.strict:
            self.refuse_type(value, "an integer", pointer, need)
            return None
        if not low <= whole <= high:
            self.refuse("out_of_range", pointer, need, f"{show(value)} is not between {low} and {high}")
            return None
        if isinstance(value, str):
            self.warn("coerced", pointer, self.read_as_number(value, whole))
        elif whole != number:
            self.warn("coerced", pointer, f"{show(value)} is rounded to {whole}, because an integer is expected")
        return whole

    def integer_id(self, value: Any, pointer: str, need: str, low: int, high: int) -> int | None:
        if self.blank(value, need):
            return None
        found: int | None = None
        if isinstance(value, str) and not self.strict and re.fullmatch("[0-9]{1,40}", value):
            found = int(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            found = value
        elif isinstance(value, float) and abs(value) > 2.0 ** 53:
            self.refuse("out_of_range", pointer, need, not_certain(value) if abs(value) < 2.0 ** 63 else f"{show(value)} is not between {low} and {high}")
            return None
        elif isinstance(value, float) and value == round(value):
            found = int(value)
        else:
            self.refuse_type(value, "an integer", pointer, need)
            return None
        if not low <= found <= high:
            self.refuse("out_of_range", pointer, need, f"{show(value)} is not between {low} and {high}")
            return None
        if isinstance(value, str):
            self.warn("coerced", pointer, self.read_as_number(value, None))
        return found

    def number(self, value: Any, pointer: str, need: str, low: float, high: float) -> float | None:
        if self.blank(value, need):
            return None
        number = numeral(value) if isinstance(value, str) and not self.strict else value if is_number(value) else None
        if number is None:
            self.refuse_type(value, "a number", pointer, need)
            return None
        try:
            number = float(number)
        except OverflowError:
            number = math.inf
        nearest = min(max(number, low), high)
        if nearest != number and (self.strict or not abs(nearest - number) <= _SLACK):
            found = show(value)
            bounds = f"is not between {plain(low)} and {plain(high)}"
            if high >= 1.7e308:
                bounds = f"is less than {plain(low)}" if found.lstrip('"').startswith("-") else "is too large for a number"
            self.refuse("out_of_range", pointer, need, f"{found} {bounds}")
            return None
        if isinstance(value, str):
            self.warn("coerced", pointer, self.read_as_number(value, nearest))
        elif nearest != number:
            self.warn("coerced", pointer, f"{show(value)} is read as {plain(nearest)}, the bound that it is beyond by rounding")
        return nearest

    def read_as_number(self, value: str, number: float | None) -> str:
        detail = f"the string {show(value)} is read as a number"
        if number is not None and number != numeral(value):
            detail += f", rounded to {plain(number)}"
        return detail + (DECIMAL_HINT if "." in value else "")
