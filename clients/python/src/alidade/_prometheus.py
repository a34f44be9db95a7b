"""What the client counts, for prometheus_client."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .telemetry import default_client

_COUNTERS = {
    "accepted": "Events that were taken.", "confirmed": "Events that the broker has confirmed.",
    "returned": "Events that no queue took, each time.", "invalid": "Events that the daemon will quarantine.",
    "adopted": "Events of processes that died.", "reconnects": "Connections after the first one.",
    "sender_restarts": "Times that the sending thread had to begin again.",
}
_GAUGES = {"waiting_events": "Events that wait.", "waiting_bytes": "Bytes that wait.", "connected": "Whether the broker is connected.",
           "blocked": "Whether the broker has an alarm."}


class Collector:
    """Registered once per process."""

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        stats = default_client().stats()
        for name, text in _COUNTERS.items():
            yield CounterMetricFamily(f"alidade_client_{name}", text, value=getattr(stats, name))
        blocked = CounterMetricFamily("alidade_client_blocked_seconds", "Seconds in which the broker had an alarm.", value=stats.blocked_seconds)
        yield blocked
        dropped = CounterMetricFamily("alidade_client_dropped", "Events that were given up.", labels=["reason"])
        for reason, count in stats.dropped.items():
            dropped.add_metric([reason], count)
        yield dropped
        for name, text in _GAUGES.items():
            yield GaugeMetricFamily(f"alidade_client_{name}", text, value=float(getattr(stats, name)))
