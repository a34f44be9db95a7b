"""What the client hands out. Loaded with the first of them, because dataclasses cost more than all the rest of the import."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .errors import QuarantinedError

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an event: a JSON Pointer, the daemon's code, and one sentence."""

    pointer: str
    code: str
    detail: str

    def __str__(self) -> str:
        return f"{self.code} {self.pointer or '(document)'}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Alignment:
    """The alignment that the daemon computed."""

    model: str
    version: str
    percentages: dict[str, float]
    top_track: str | None
    runner_up: str | None
    margin: float | None
    answers: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one event."""

    status: Literal["stored", "duplicate", "quarantined"]
    event_id: str
    alignment: Alignment | None = None
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def raise_for_status(self) -> Receipt:
        """Itself, or a QuarantinedError with all errors."""
        if self.status == "quarantined":
            raise QuarantinedError(self)
        return self


@dataclass(frozen=True, slots=True)
class MetricReply:
    """The answer to one metric; null is None here."""

    metric: str
    result: Any
    window: dict[str, Any]
    as_of: datetime | None
    definition: dict[str, Any]
    completeness: dict[str, Any]
    document: dict[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One metric as the daemon published it by itself."""

    metric: str
    days: int
    revision: int
    result: Any
    as_of: datetime | None
    definition_version: int
    completeness: dict[str, Any]
    message_id: str
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """Events that were given up, told to `on_drop`."""

    reason: str
    count: int
    kind: str


@dataclass(frozen=True, slots=True)
class Stats:
    """What this process has done so far."""

    accepted: int = 0
    confirmed: int = 0
    returned: int = 0
    invalid: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    waiting_events: int = 0
    waiting_bytes: int = 0
    adopted: int = 0
    reconnects: int = 0
    blocked_seconds: float = 0.0
    sender_restarts: int = 0
    last_error: str | None = None
    connected: bool = False
    blocked: bool = False
