"""What the client raises. The nine calls raise none of them but InvalidEvent, with `strict` only."""
from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._types import Problem, Receipt


def told(error: BaseException) -> str:
    """Its name and what it says, where it says anything at all: an error of the application's may raise another one."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


class AlidadeError(Exception):
    """Of everything that this package raises."""


class ConfigurationError(AlidadeError, ValueError):
    """An option that is not there, or a value that it cannot have."""


class InvalidEvent(AlidadeError, ValueError):
    """Raised by a call with `strict` only: the daemon would refuse the event, or a part of it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class QuarantinedError(AlidadeError):
    """The daemon keeps the event, but not where metrics count it."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__("; ".join(str(problem) for problem in receipt.errors))
        self.receipt = receipt


class ReceiptTimeout(AlidadeError, TimeoutError):
    """No receipt came in time. Where `durable`, the event is safe and only the answer is not here: send it again with its id to get it."""

    def __init__(self, event_id: str, durable: bool) -> None:
        super().__init__(f"no receipt for {event_id} in time; the event is {'safe' if durable else 'lost'}")
        self.event_id = event_id
        self.durable = durable


class MetricsTimeout(AlidadeError, TimeoutError):
    """No answer to a request for metrics came in time."""


class MetricsError(AlidadeError):
    """The daemon refused a request for metrics."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
