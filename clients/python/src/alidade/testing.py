"""For users' tests: no thread, no socket, no spool. Every event passes the daemon's own checks, so a misspelt word fails the test with its sentence.

    with recording() as events:
        client.post("/signals/7/accept")
    events.assert_one("recommendation", action_taken="ACCEPTED", risk_signal_id=7)
"""
from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

from . import _rules, telemetry
from ._names import Kind
from ._types import MetricReply, Problem, Receipt
from .checks import check, near_miss
from .errors import InvalidEvent, MetricsTimeout
from .events import MAXIMUM_BYTES, Unserialisable, Values

_KINDS = ("profiler", *_rules.KINDS)


class Recorded(NamedTuple):
    """One event as it would have been sent."""

    kind: str
    key: str
    event: dict[str, Any]
    problems: tuple[Problem, ...]


class Recorder:
    """What was tracked, in order; also what the analytics calls answer."""

    def __init__(self, strict: bool = True) -> None:
        self.strict = strict
        self._recorded: list[Recorded] = []
        self._answers: dict[tuple[str, int | None], dict[str, Any]] = {}
        self._receipts: list[Receipt] = []
        self._lock = threading.RLock()

    # What the telemetry calls

    def record(self, kind: Kind, event: Mapping[str, Any], key: str, values: Values) -> str | None:
        try:
            body = values.as_json(dict(event))
            size = len(values.encode(dict(event)))
        except Unserialisable as error:
            return self._refused(Problem("", "unserialisable", str(error)))
        if size > MAXIMUM_BYTES:
            return self._refused(Problem("", "too_large", f"the event has {size} bytes, more than {MAXIMUM_BYTES}"))
        found = check(kind, body, strict=self.strict, outer_time=time.time_ns() // 1000)
        if self.strict and found.errors:
            raise InvalidEvent(tuple(found.errors))
        name = "profiler" if kind == "profiler" else key.partition(".")[2]
        with self._lock:
            self._recorded.append(Recorded(name, key, body, (*found.errors, *found.warnings)))
        return str(body["event_id"])

    def _refused(self, problem: Problem) -> str | None:
        if self.strict:
            raise InvalidEvent((problem,))
        return None

    def receipt(self, kind: Kind, event: Mapping[str, Any], key: str, values: Values) -> Receipt:
        event_id = self.record(kind, event, key, values) or ""
        with self._lock:
            if self._receipts:
                return self._receipts.pop(0)
        problems = self._recorded[-1].problems
        return Receipt("stored", event_id, warnings=problems)

    def scripted(self, metric: str, days: int) -> dict[str, Any] | None:
        with self._lock:
            found = self._answers.get((metric, days))
            return found if found is not None else self._answers.get((metric, None))

    def replies(self, names: Iterable[str] | Literal["all"], days: int) -> dict[str, MetricReply]:
        wanted = sorted({name for name, _ in self._answers}) if isinstance(names, str) and names == "all" else list(names)
        found: dict[str, MetricReply] = {}
        for name in wanted:
            result = self.scripted(name, days)
            if result is None:
                raise MetricsTimeout(f"no answer is scripted for {name}; call events.answer({name!r}, days={days}, result=…)")
            found[name] = MetricReply(metric=name, result=result, window={"days": days}, as_of=None, definition={}, completeness={}, document={})
        return found

    # What a test asks

    def answer(self, metric: str, result: dict[str, Any], *, days: int | None = None) -> None:
        """What the daemon would answer from now on."""
        if metric not in _rules.METRICS:
            near = near_miss(metric, _rules.METRICS)
            raise ValueError(f"there is no metric {metric}" + (f"; did you mean {near}?" if near else ""))
        with self._lock:
            self._answers[metric, days] = result

    def answer_receipt(self, receipt: Receipt) -> None:
        """What the next `send` returns."""
        with self._lock:
            self._receipts.append(receipt)

    def of(self, kind: str | None = None, **members: Any) -> list[dict[str, Any]]:
        """The events of a kind (profiler, recommendation, outcome, view) that have these members."""
        if kind is not None and kind not in _KINDS:
            raise ValueError(f"there is no kind {kind!r}; there are {', '.join(_KINDS)}")
        with self._lock:
            return [one.event for one in self._recorded if (kind is None or one.kind == kind)
                    and all(name in one.event and one.event[name] == value for name, value in members.items())]

    def assert_one(self, kind: str, **members: Any) -> dict[str, Any]:
        """Exactly one such event; it is returned."""
        found = self.of(kind, **members)
        if len(found) != 1:
            raise AssertionError(f"{len(found)} events of kind {kind} with {members}, not 1; there are {self.of()}")
        return found[0]

    def assert_none(self, kind: str | None = None, **members: Any) -> None:
        """No such event."""
        found = self.of(kind, **members)
        if found:
            raise AssertionError(f"{len(found)} events where none is expected: {found}")

    @property
    def problems(self) -> list[Problem]:
        """What the daemon would say about them; only without `strict` there are errors."""
        with self._lock:
            return [problem for one in self._recorded for problem in one.problems]

    def clear(self) -> None:
        with self._lock:
            self._recorded.clear()

    def __len__(self) -> int:
        return len(self._recorded)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.of())


@contextmanager
def recording(*, strict: bool = True) -> Iterator[Recorder]:
    """Puts a recorder in place of everything that would be sent; transactions are not waited for."""
    previous, recorder = telemetry._recorder, Recorder(strict)
    telemetry._recorder = recorder
    try:
        yield recorder
    finally:
        telemetry._recorder = previous


class AlidadeEvents:
    """For `unittest` and Django's TestCase: `self.alidade` has the events of each test."""

    alidade: Recorder
    alidade_strict = True

    def setUp(self) -> None:  # noqa: N802
        super().setUp()  # type: ignore[misc]
        context = recording(strict=self.alidade_strict)
        self.alidade = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)  # type: ignore[attr-defined]
