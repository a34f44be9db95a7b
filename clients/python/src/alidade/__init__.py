"""Telemetry for Alidade that can neither slow nor break what it measures.

    import alidade

    telemetry = alidade.get_telemetry()
    telemetry.track_recommendation_view(risk_signal_id=1, admin_user_id=42, recommendation_type="EXPIRING_SOON", confidence="HIGH")
"""
from __future__ import annotations

from ._version import __version__
from .errors import (
    AlidadeError, ConfigurationError, InvalidEvent, MetricsError, MetricsTimeout, QuarantinedError, ReceiptTimeout)
from .forks import importing
from .telemetry import EXPLANATION_ENGINE_VERSION, IntelligenceTelemetry, configure, default_client, get_telemetry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._names import Answer
    from ._types import Aggregate, Alignment, Drop, MetricReply, Problem, Receipt, Stats


def __getattr__(name: str) -> Any:
    if name in ("Aggregate", "Alignment", "Drop", "MetricReply", "Problem", "Receipt", "Stats"):
        with importing():
            from . import _types

        return getattr(_types, name)
    if name == "Answer":
        with importing():
            from . import _names

        return _names.Answer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def flush(timeout: float = 10.0) -> bool:
    """Whether everything that was tracked before is confirmed in time. Never raises."""
    return get_telemetry().flush(timeout)


def close(timeout: float | None = None) -> bool:
    """Flushes and ends thread and connection; a later call begins anew."""
    return default_client().close(timeout)


def stats() -> Stats:
    """What this process has done."""
    return default_client().stats()


def prometheus() -> Any:
    """A collector for prometheus_client: `REGISTRY.register(alidade.prometheus())`."""
    from ._prometheus import Collector

    return Collector()


__all__ = [
    "EXPLANATION_ENGINE_VERSION", "Aggregate", "AlidadeError", "Alignment", "Answer", "ConfigurationError", "Drop", "IntelligenceTelemetry",
    "InvalidEvent", "MetricReply", "MetricsError", "MetricsTimeout", "Problem", "QuarantinedError", "Receipt", "ReceiptTimeout", "Stats",
    "__version__", "close", "configure", "flush", "get_telemetry", "prometheus", "stats"]
