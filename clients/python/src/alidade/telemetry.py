"""The drop-in: nine tracking calls that return at once and never raise, five analytics calls, and all that goes beyond them.

    from alidade.telemetry import EXPLANATION_ENGINE_VERSION, IntelligenceTelemetry, get_telemetry
"""
from __future__ import annotations

import threading
import time

from . import _rules
from .client import Client
from .errors import ConfigurationError, InvalidEvent, MetricsError, MetricsTimeout, told
from .events import Unserialisable, event_base, integer
from .forks import importing, renewed
from .options import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
    from typing import Any, Literal

    from ._names import Confidence, Kind, More, OutcomeStatus, Unpack
    from ._types import Aggregate, MetricReply, Receipt, Stats
    from .testing import Recorder

EXPLANATION_ENGINE_VERSION = "2.7.0"

# The five that upstream's dashboard shows; they are asked for at once.
_DASHBOARD = ("recommendation_acceptance_rate", "average_decision_time", "override_rate", "false_positive_rate", "outcome_distribution")
_STATUSES: tuple[str, ...] = _rules.KINDS["outcome"]["outcome_status"][1][0]
_EMPTY: dict[str, dict[str, Any]] = {
    "recommendation_acceptance_rate": {"viewed": 0, "accepted": 0, "acceptance_rate": 0.0},
    "average_decision_time": {"count": 0, "average_ms": 0.0, "p50_ms": 0.0, "p90_ms": 0.0, "p99_ms": 0.0},
    "override_rate": {"overridden": 0, "decisions": 0, "override_rate": 0.0},
    "false_positive_rate": {"false_positives": 0, "outcomes": 0, "false_positive_rate": 0.0},
    "outcome_distribution": {status: {"count": 0, "total": 0, "share": 0.0, "average_resolution_hours": 0.0} for status in _STATUSES},
}
_DENOMINATOR = {"recommendation_acceptance_rate": "viewed", "average_decision_time": "count", "override_rate": "decisions",
                "false_positive_rate": "outcomes"}
_CACHE_SECONDS = 5.0
_COUNTED = frozenset(_rules.KINDS["recommendation"]["confidence"][1][0])

# What tests put in place of everything below; see `alidade.testing`.
_recorder: Recorder | None = None


def _good(value: Any) -> bool:
    return type(value) is int and 0 < value < 2 ** 63


class IntelligenceTelemetry:
    """Everything one process tells and asks. `get_telemetry()` has the one instance."""

    def __init__(self, client: Client | None = None) -> None:
        self._client = client
        self._cache: dict[int, tuple[float, dict[str, Any]]] = {}

    @property
    def client(self) -> Client:
        """The part that keeps and sends."""
        return self._client if self._client is not None else default_client()

    # Nine tracking calls

    def track_recommendation_view(self, risk_signal_id: int, admin_user_id: int, recommendation_type: str, confidence: Confidence | None = None,
                                  **more: Unpack[More]) -> str | None:
        """An administrator saw a recommendation."""
        return self._recommendation("VIEWED", risk_signal_id, admin_user_id, recommendation_type, confidence, None, more)

    def track_recommendation_accept(self, risk_signal_id: int, admin_user_id: int, recommendation_type: str, confidence: Confidence | None = None,
                                    decision_time_ms: int | None = None, **more: Unpack[More]) -> str | None:
        """And accepted it."""
        return self._recommendation("ACCEPTED", risk_signal_id, admin_user_id, recommendation_type, confidence, decision_time_ms, more)

    def track_recommendation_ignore(self, risk_signal_id: int, admin_user_id: int, recommendation_type: str, confidence: Confidence | None = None,
                                    decision_time_ms: int | None = None, **more: Unpack[More]) -> str | None:
        """Or ignored it."""
        return self._recommendation("IGNORED", risk_signal_id, admin_user_id, recommendation_type, confidence, decision_time_ms, more)

    def track_recommendation_override(self, risk_signal_id: int, admin_user_id: int, recommendation_type: str, confidence: Confidence | None = None,
                                      decision_time_ms: int | None = None, **more: Unpack[More]) -> str | None:
        """Or did something else."""
        return self._recommendation("OVERRIDDEN", risk_signal_id, admin_user_id, recommendation_type, confidence, decision_time_ms, more)

    def track_signal_outcome(self, risk_signal_id: int, outcome_status: OutcomeStatus, resolution_time_hours: float | None = None,
                             admin_note_id: int | None = None, **more: Unpack[More]) -> str | None:
        """How a signal ended."""
        try:
            event, now = self._base(more)
            signal = event["risk_signal_id"] = integer(risk_signal_id)
            event["outcome_status"] = outcome_status
            if resolution_time_hours is not None:
                event["resolution_time_hours"] = resolution_time_hours
            if admin_note_id is not None:
                event["admin_note_id"] = integer(admin_note_id)
            valid = _good(signal) and outcome_status in _STATUSES and resolution_time_hours is None and admin_note_id is None and not more
            return self._emit("intelligence", event, "intelligence.outcome", now, valid)
        except InvalidEvent:
            raise
        except Exception as error:
            return self._failed("intelligence", error)

    def track_dashboard_open(self, admin_user_id: int, **more: Unpack[More]) -> str | None:
        """An administrator opened the dashboard."""
        return self._view("DASHBOARD_OPEN", admin_user_id, None, more)

    def track_signal_detail_open(self, admin_user_id: int, risk_signal_id: int, **more: Unpack[More]) -> str | None:
        """The details of a signal."""
        return self._view("SIGNAL_DETAIL_OPEN", admin_user_id, risk_signal_id, more)

    def track_explanation_expand(self, admin_user_id: int, risk_signal_id: int, **more: Unpack[More]) -> str | None:
        """The explanation of a signal."""
        return self._view("EXPLANATION_EXPAND", admin_user_id, risk_signal_id, more)

    def track_admin_note_create(self, admin_user_id: int, risk_signal_id: int, **more: Unpack[More]) -> str | None:
        """A note about a signal was written."""
        return self._view("ADMIN_NOTE_CREATE", admin_user_id, risk_signal_id, more)

    def _recommendation(self, action: str, risk_signal_id: Any, admin_user_id: Any, recommendation_type: Any, confidence: Any, decision_time_ms: Any,
                        more: Mapping[str, Any]) -> str | None:
        try:
            event, now = self._base(more)
            event["action_taken"] = action
            signal = event["risk_signal_id"] = integer(risk_signal_id)
            admin = event["admin_user_id"] = integer(admin_user_id)
            event["recommendation_type"] = recommendation_type
            valid = (_good(signal) and _good(admin) and type(recommendation_type) is str and 0 < len(recommendation_type) <= 64
                     and "\0" not in recommendation_type and not more)
            if confidence is not None:
                event["confidence"] = confidence
                valid = valid and type(confidence) is str and confidence in _COUNTED
            if decision_time_ms is not None:
                event["decision_time_ms"] = decision_time_ms = integer(decision_time_ms)
                valid = valid and type(decision_time_ms) is int and 0 <= decision_time_ms <= 86_400_000
            return self._emit("intelligence", event, "intelligence.recommendation", now, valid)
        except InvalidEvent:
            raise
        except Exception as error:
            return self._failed("intelligence", error)

    def _view(self, view: str, admin_user_id: Any, risk_signal_id: Any, more: Mapping[str, Any]) -> str | None:
        try:
            event, now = self._base(more)
            event["event_type"] = view
            admin = event["admin_user_id"] = integer(admin_user_id)
            valid = _good(admin) and not more
            if view != "DASHBOARD_OPEN":
                signal = event["risk_signal_id"] = integer(risk_signal_id)
                valid = valid and _good(signal)
            return self._emit("intelligence", event, "intelligence.view", now, valid)
        except InvalidEvent:
            raise
        except Exception as error:
            return self._failed("intelligence", error)

    def _base(self, more: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
        client = self._client or _default or default_client()
        event, now = event_base(more, client.values, "occurred_at")
        # Upstream's calls tag every event; who has another engine says so in the configuration.
        version: str | None = client.options.explanation_version or EXPLANATION_ENGINE_VERSION
        if more:
            for name, value in more.items():
                if name == "explanation_version":
                    version = value
                elif name not in ("occurred_at", "event_id"):
                    # Kept by the daemon in `extra`; never a TypeError in somebody's request.
                    event[name] = value
        if version is not None:
            event["explanation_version"] = version
        return event, now

    def _emit(self, kind: Kind, event: dict[str, Any], key: str, now: int, valid: bool) -> str | None:
        recorder = _recorder
        if recorder is not None:
            return recorder.record(kind, event, key, self.client.values)
        return (self._client or _default or default_client()).emit(kind, event, key=key, now=now, valid=valid)

    def _failed(self, kind: str, error: Exception) -> str | None:
        try:
            client = self.client
            client.trouble(f"an event was not taken: {told(error)}")
            client.counters.drop("unserialisable" if isinstance(error, Unserialisable) else "error", kind)
        except Exception:
            pass
        return None

    # Profiler telemetry and events in general

    def track_profiler(self, payload: Mapping[str, Any], **more: Unpack[More]) -> str | None:
        """One state of a profiler session; returns at once and never raises."""
        try:
            event, now, key = self._prepared("profiler", payload, more)
            return self._emit("profiler", event, key, now, False)
        except InvalidEvent:
            raise
        except Exception as error:
            return self._failed("profiler", error)

    def track(self, event: Mapping[str, Any], *, kind: Kind, **more: Unpack[More]) -> str | None:
        """Any event, as its members are called on the wire."""
        try:
            made, now, key = self._prepared(kind, event, more)
            return self._emit(kind, made, key, now, False)
        except InvalidEvent:
            raise
        except Exception as error:
            return self._failed(kind, error)

    def _prepared(self, kind: Kind, event: Mapping[str, Any], more: Mapping[str, Any]) -> tuple[dict[str, Any], int, str]:
        """With an id and a time of its own."""
        time_name = "emitted_at" if kind == "profiler" else "occurred_at"
        given = {name: value for name, value in event.items() if value is not None}
        base, now = event_base({**{"event_id": given.get("event_id")}, **more}, self.client.values, time_name)
        if time_name in given and more.get("occurred_at") is None:
            base[time_name] = given[time_name]
        made = {**dict(event), **base}
        if kind == "intelligence":
            version = more.get("explanation_version") or given.get("explanation_version") or self.client.options.explanation_version
            if version is not None:
                made["explanation_version"] = version
        return made, now, routing_key(kind, made)

    def send(self, event: Mapping[str, Any], *, kind: Kind, timeout: float = 5.0, **more: Unpack[More]) -> Receipt:
        """Waits for what becomes of it. Raises ReceiptTimeout, which says whether the event is safe."""
        recorder = _recorder
        made, now, key = self._prepared(kind, event, more)
        if recorder is not None:
            return recorder.receipt(kind, made, key, self.client.values)
        from . import _receipts

        return _receipts.send(self.client, kind, made, key, now, timeout)

    async def asend(self, event: Mapping[str, Any], *, kind: Kind, timeout: float = 5.0, **more: Unpack[More]) -> Receipt:
        """The same, awaited."""
        recorder = _recorder
        made, now, key = self._prepared(kind, event, more)
        if recorder is not None:
            return recorder.receipt(kind, made, key, self.client.values)
        from . import aio

        return await aio.send(self.client, kind, made, key, now, timeout)

    def send_profiler(self, payload: Mapping[str, Any], *, timeout: float = 5.0, **more: Unpack[More]) -> Receipt:
        """The receipt has the computed alignment."""
        return self.send(payload, kind="profiler", timeout=timeout, **more)

    async def asend_profiler(self, payload: Mapping[str, Any], *, timeout: float = 5.0, **more: Unpack[More]) -> Receipt:
        """The same, awaited."""
        return await self.asend(payload, kind="profiler", timeout=timeout, **more)

    # Five analytics calls

    def get_recommendation_acceptance_rate(self, days: int = 7) -> dict[str, Any]:
        """`viewed`, `accepted`, `acceptance_rate`."""
        return self._dashboard("get_recommendation_acceptance_rate", "recommendation_acceptance_rate", days)

    def get_average_decision_time(self, days: int = 7) -> dict[str, Any]:
        """`count`, `average_ms`, `p50_ms`, `p90_ms`, `p99_ms`."""
        return self._dashboard("get_average_decision_time", "average_decision_time", days)

    def get_override_rate(self, days: int = 7) -> dict[str, Any]:
        """`overridden`, `decisions`, `override_rate`."""
        return self._dashboard("get_override_rate", "override_rate", days)

    def get_false_positive_rate(self, days: int = 7) -> dict[str, Any]:
        """`false_positives`, `outcomes`, `false_positive_rate`."""
        return self._dashboard("get_false_positive_rate", "false_positive_rate", days)

    def get_outcome_distribution(self, days: int = 7) -> dict[str, Any]:
        """For each status `count`, `total`, `share`, `average_resolution_hours`."""
        return self._dashboard("get_outcome_distribution", "outcome_distribution", days)

    def _dashboard(self, call: str, metric: str, days: int) -> dict[str, Any]:
        result: dict[str, Any]
        try:
            found, available, age, as_of = self._five(metric, int(days))
            result = {**_copy(_EMPTY[metric]), **_numbers(found)}
            result.update(days=days, as_of=as_of, available=available, has_data=_has_data(metric, found), stale_seconds=age)
        except Exception as error:
            self._note(error)
            result = {**_copy(_EMPTY[metric]), "days": days, "as_of": None, "available": False, "has_data": False, "stale_seconds": 0.0}
        try:
            for alias, name in self.client.options.result_names.get(call, {}).items():
                result[alias] = result.get(name)
        except Exception as error:
            self._note(error)
        return result

    def _note(self, error: Exception) -> None:
        try:
            self.client.trouble(str(error))
        except Exception:
            pass

    def _five(self, metric: str, days: int) -> tuple[dict[str, Any], bool, float, str | None]:
        """All five in one request, kept for some seconds; the last answer where none comes."""
        recorder = _recorder
        if recorder is not None:
            scripted = recorder.scripted(metric, days)
            return (scripted or {}, scripted is not None, 0.0, None)
        known = self._cache.get(days)
        if known is None or time.monotonic() - known[0] >= _CACHE_SECONDS:
            try:
                documents = {reply.metric: reply.document for reply in self._replies(_DASHBOARD, {"days": days}, None).values()}
                self._cache[days] = known = (time.monotonic(), documents)
            except (MetricsTimeout, MetricsError) as error:
                self._note(error)
                if known is None:
                    return {}, False, 0.0, None
                document = known[1].get(metric, {})
                return document.get("result") or {}, True, time.monotonic() - known[0], document.get("as_of")
        document = known[1].get(metric, {})
        return document.get("result") or {}, True, 0.0, document.get("as_of")

    # Metrics

    def metric(self, name: str, days: int = 7, *, group_by: str | Sequence[str] | None = None, timeout: float | None = None,
               **more: Any) -> MetricReply:
        """One metric; null stays None. `more` is anything else that a request may say: `filter`, `interval`, `compare`.

        Raises MetricsTimeout and MetricsError.
        """
        return self.metrics((name,), days, group_by=group_by, timeout=timeout, **more)[name]

    def metrics(self, names: Iterable[str] | Literal["all"] = "all", days: int = 7, *, group_by: str | Sequence[str] | None = None,
                timeout: float | None = None, **more: Any) -> dict[str, MetricReply]:
        """Several in one request."""
        recorder = _recorder
        if recorder is not None:
            return recorder.replies(names, days)
        return self._replies(names, self._request(days, group_by, more), timeout)

    async def ametric(self, name: str, days: int = 7, *, group_by: str | Sequence[str] | None = None, timeout: float | None = None,
                      **more: Any) -> MetricReply:
        """`metric`, awaited."""
        return (await self.ametrics((name,), days, group_by=group_by, timeout=timeout, **more))[name]

    async def ametrics(self, names: Iterable[str] | Literal["all"] = "all", days: int = 7, *, group_by: str | Sequence[str] | None = None,
                       timeout: float | None = None, **more: Any) -> dict[str, MetricReply]:
        """`metrics`, awaited."""
        recorder = _recorder
        if recorder is not None:
            return recorder.replies(names, days)
        from . import aio

        return await aio.metrics(self.client, names, self._request(days, group_by, more), timeout)

    def _request(self, days: int, group_by: str | Sequence[str] | None, more: Mapping[str, Any]) -> dict[str, Any]:
        request = {name: value for name, value in more.items() if value is not None}
        if "from" not in request:
            request["days"] = days
        if group_by is not None:
            request["group_by"] = group_by if isinstance(group_by, str) else list(group_by)
        return request

    def _replies(self, names: Iterable[str] | Literal["all"], request: dict[str, Any], timeout: float | None) -> dict[str, MetricReply]:
        from . import _receipts

        return _receipts.metrics(self.client, names, request, timeout)

    # Aggregates

    def aggregates(self, name: str | None = None, metrics: Iterable[str] | None = None, windows: Iterable[int] | None = None,
                   timeout: float | None = None) -> Iterator[Aggregate]:
        """What the daemon publishes by itself, as it comes. With a `name` from a durable queue of its own, so that each reader gets everything.

        Each is acknowledged when the next one is asked for. Ends after `timeout` seconds without any; without one it goes on for ever.
        """
        from .aggregates import read_aggregates

        return read_aggregates(self.client, name, metrics, windows, timeout)

    def aaggregates(self, name: str | None = None, metrics: Iterable[str] | None = None, windows: Iterable[int] | None = None,
                    timeout: float | None = None) -> AsyncIterator[Aggregate]:
        """The same for `async for`."""
        from .aggregates import read_aggregates
        from .aio import iterate

        return iterate(read_aggregates(self.client, name, metrics, windows, timeout))

    # The process

    def flush(self, timeout: float = 10.0) -> bool:
        """Whether everything that was tracked before is confirmed in time."""
        return True if _recorder is not None else self.client.flush(timeout)

    def close(self, timeout: float | None = None) -> bool:
        """Flushes and ends thread and connection."""
        return self.client.close(timeout)

    def stats(self) -> Stats:
        """What this process has done."""
        return self.client.stats()


def routing_key(kind: Kind, event: Mapping[str, Any]) -> str:
    """The queue decides the schema, the key only leads to the queue."""
    if kind == "profiler":
        status = event.get("completion_status")
        return f"profiler.{status}" if isinstance(status, str) and status.isascii() and status.isidentifier() and len(status) <= 64 else "profiler.event"
    for name, member in _rules.DECIDING.items():
        if event.get(member) not in (None, ""):
            return f"intelligence.{name}"
    return "intelligence.event"


def _copy(empty: dict[str, Any]) -> dict[str, Any]:
    return {name: dict(value) if isinstance(value, dict) else value for name, value in empty.items()}


def _numbers(found: Any) -> Any:
    """Null becomes 0.0: upstream formats with `:.1%`, which None cannot bear. `has_data` tells the difference."""
    if isinstance(found, dict):
        return {name: _numbers(value) for name, value in found.items()}
    return 0.0 if found is None else found


def _has_data(metric: str, found: Mapping[str, Any]) -> bool:
    if metric == "outcome_distribution":
        return any((found.get(status) or {}).get("count") for status in _STATUSES)
    return bool(found.get(_DENOMINATOR[metric]))


_lock = threading.RLock()


def _renew_lock() -> None:
    """In a child, where the thread that holds it may not be: the first call of one thread while another one forks."""
    global _lock
    _lock = threading.RLock()


renewed.append(_renew_lock)
_default: Client | None = None
_instance: IntelligenceTelemetry | None = None


def default_client() -> Client:
    """The one of `configure`, else of the environment; a disabled one where that is wrong, which is said once. Never raises."""
    client = _default
    if client is not None:
        return client
    with _lock:
        if _default is not None:
            return _default
        try:
            return configure()
        except ConfigurationError as error:
            trouble = error
            client = _install(Client(read({"enabled": False, "service": "disabled"}, {})))
    # Without the lock: what hears this may track something itself.
    with importing():
        from ._log import logger

    logger.error("telemetry is disabled: %s", trouble)
    return client


def configure(**options: Any) -> Client:
    """Once, before the first event; a later call closes what was there. Raises ConfigurationError, with the option that was probably meant."""
    return configure_with(options)


def configure_with(options: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> Client:
    return _install(Client(read(options, defaults=defaults)))


def _install(client: Client) -> Client:
    global _default
    with _lock:
        previous, _default = _default, client
        get_telemetry()._cache.clear()
    if previous is not None:
        previous.close()
    return client


def get_telemetry() -> IntelligenceTelemetry:
    """The one instance. Never raises."""
    global _instance
    if _instance is None:
        with _lock:
            if _instance is None:
                _instance = IntelligenceTelemetry()
    return _instance


__all__ = ["EXPLANATION_ENGINE_VERSION", "IntelligenceTelemetry", "configure", "get_telemetry"]
