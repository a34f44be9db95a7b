"""What is found in an event: errors and warnings, in the daemon's order and words."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._types import Problem
from .words import DECIMAL_HINT, kind_name, numeral, quote, show, near_miss

_KEPT = 100
_CONSEQUENCE = {"optional": "; it is stored as absent", "whole": "; it does not count", "entry": "; the entry is left out"}


class Findings:
    """Errors and warnings of one event, in the daemon's order."""

    def __init__(self, event: Mapping[str, Any], *, strict: bool, now: int, naive_times: str, outer_time: int | None) -> None:
        self.event, self.strict, self.now, self.naive_times, self.outer_time = event, strict, now, naive_times, outer_time
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def report(self, code: str, pointer: str, detail: str) -> None:
        if len(self.errors) < _KEPT:
            self.errors.append(Problem(pointer, code, detail))

    def warn(self, code: str, pointer: str, detail: str) -> None:
        self.warnings.append(Problem(pointer, code, detail))

    def refuse(self, code: str, pointer: str, need: str, detail: str) -> None:
        if need == "required" or self.strict:
            self.report(code, pointer, detail)
        else:
            self.warn("member_ignored", pointer, detail + _CONSEQUENCE[need])

    def refuse_type(self, value: Any, expected: str, pointer: str, need: str) -> None:
        if isinstance(value, Mapping) and "__type__" in value:
            detail = (f"an object with __type__ is given, not {expected}: kombu and Celery write datetimes, decimals and UUIDs so;"
                      " send a text or a number")
        elif value is None or isinstance(value, (Mapping, list, tuple)):
            detail = f"{kind_name(value)} is given, not {expected}"
        elif isinstance(value, float) and expected == "an integer":
            detail = f"{show(value)} is not an integer"
        else:
            detail = f"{show(value)} is {kind_name(value)}, not {expected}"
            if self.strict and expected == "a number" and isinstance(value, str) and isinstance(numeral(value), float):
                detail += DECIMAL_HINT
        self.refuse("wrong_type", pointer, need, detail)

    def missing(self, name: str, known: Iterable[str], of: Mapping[str, Any] | None = None) -> str | None:
        """The member that seems to be meant, in words."""
        known = set(known)
        for key, value in (self.event if of is None else of).items():
            if key not in known and value is not None and near_miss(str(key), (name,)) is not None:
                return f"{quote(str(key))} is present; did you mean {name}?"
        return None
