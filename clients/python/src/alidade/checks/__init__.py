"""The daemon's checks of one event, in Python: the same codes and pointers for the same body. Pure, and driven by `_rules.py`.

Lenient, as the daemon is by default: what has one meaning is read with it (`coerced`), what is of no use costs its member (`member_ignored`).
Strict, as `ingest.strict` and `alidade validate --strict` have it: each of these is an error.
"""
from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from .._types import Problem
from .findings import Findings as Findings
from .intelligence import intelligence
from .members import Members
from .profiler import profiler
from .words import near_miss as near_miss


def check(kind: str, event: Mapping[str, Any], *, strict: bool = False, now: int | None = None, naive_times: str = "refuse",
          outer_time: int | None = None) -> Findings:
    """What the daemon would say of an event, but for what it knows of others and of the alignment.

    `outer_time` is the AMQP timestamp, which the client always sets beside the event's own.
    """
    found = Members(event, strict=strict, now=time.time_ns() // 1000 if now is None else now, naive_times=naive_times, outer_time=outer_time)
    (profiler if kind == "profiler" else intelligence)(found)
    return found


def problems_of(kind: str, event: Mapping[str, Any], *, strict: bool, outer_time: int | None) -> Iterator[Problem]:
    """What is worth telling a developer: errors, and members that are of no use."""
    found = check(kind, event, strict=strict, outer_time=outer_time)
    yield from found.errors
    yield from (problem for problem in found.warnings if problem.code == "member_ignored")
