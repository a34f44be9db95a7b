"""Words for what is in an event: how values are shown, which name was probably meant, which number a text holds."""
from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TypeGuard

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
DECIMAL_HINT = "; Django REST framework writes decimals so unless COERCE_DECIMAL_TO_STRING is False"


def near_miss(given: str, candidates: Iterable[str], slips: int = 2) -> str | None:
    """The candidate nearest to `given`, the first of equals; None where none is near."""
    folded = given.lower()
    best: str | None = None
    least = slips + 1
    for candidate in candidates:
        other = candidate.lower()
        if len(folded) > 64 or abs(len(other) - len(folded)) > slips:
            continue
        row = list(range(len(other) + 1))
        for line, letter in enumerate(folded, 1):
            above, row[0] = row[0], line
            for column, its in enumerate(other, 1):
                above, row[column] = row[column], min(above + (letter != its), row[column] + 1, row[column - 1] + 1)
        if row[-1] < least and row[-1] * 2 <= max(len(folded), len(other)):
            best, least = candidate, row[-1]
    return best


def quote(text: str) -> str:
    return json.dumps(text if len(text) <= 64 else text[:64] + "…", ensure_ascii=False)


def plain(number: float) -> str:
    return str(int(number)) if number == round(number) and abs(number) < 1e15 else repr(float(number))


def show(value: Any) -> str:
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return plain(value) if math.isfinite(value) else repr(value)
    return kind_name(value)


def kind_name(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, (int, float)):
        return "a number"
    return "an object" if isinstance(value, Mapping) else "an array"


def is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def numeral(text: str) -> int | float | None:
    """The number that a string holds and nothing else."""
    match = _NUMBER.fullmatch(text) if len(text) <= 400 else None
    if match is None:
        return None
    if match[2] is None and match[3] is None:
        return int(text)
    number = float(text)
    return number if math.isfinite(number) else None


def escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def exact(value: Any) -> int | None:
    """An integer that is certain."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if -2 ** 63 <= value < 2 ** 64 else None
    return int(value) if isinstance(value, float) and abs(value) <= 2.0 ** 53 and value == round(value) else None


def scalar(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)) and not (isinstance(value, float) and not math.isfinite(value)):
        whole = exact(value)
        return str(whole) if whole is not None else repr(value)
    return None


def not_certain(value: Any) -> str:
    if isinstance(value, int):
        return f"{value} is an integer of more than 64 bits"
    return f"{show(value)} is written with a fraction or an exponent and is beyond 2^53, where such numbers are not exact"
