"""Events in memory: where there is no spool, and while it cannot be written."""
from __future__ import annotations

from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from .events import Record

    class Source(Protocol):
        """Where the sender takes events from."""

        service: str

        def take(self, maximum: int) -> list[InFlight]: ...
        def settle(self, flight: InFlight) -> bool: ...
        def rewind(self) -> None: ...
        def commit(self) -> None: ...
        def in_flight(self) -> int: ...


class InFlight:
    """A record on its way: where it comes from and ends there, and whether the broker has it."""

    __slots__ = ("end", "lost", "record", "segment", "settled", "source")

    def __init__(self, source: Source, record: Record, segment: int, end: int) -> None:
        self.source, self.record, self.segment, self.end, self.settled = source, record, segment, end, False
        # How many lost events its header tells of.
        self.lost = 0


def _size(record: Record) -> int:
    return len(record.body) + len(record.headers) + 256


class MemoryBuffer:
    """Callers append under the client's lock, the sender takes; both ends of a deque are safe for that."""

    def __init__(self, service: str, max_events: int, max_bytes: int, drop_old: bool) -> None:
        self.service, self.max_events, self.max_bytes, self.drop_old = service, max_events, max_bytes, drop_old
        self._waiting: deque[Record] = deque()
        self._flight: dict[int, InFlight] = {}
        self._number = 0
        # Two sums, each with one writer.
        self._entered = 0
        self._left = 0
        self.dropped_old = 0

    def append(self, record: Record) -> bool:
        """False where it is full."""
        size = _size(record)
        while len(self._waiting) + len(self._flight) >= self.max_events or self._entered - self._left + size > self.max_bytes:
            if not self.drop_old:
                return False
            try:
                old = self._waiting.popleft()
            except IndexError:
                return False
            self._entered -= _size(old)
            self.dropped_old += 1
        self._waiting.append(record)
        self._entered += size
        return True

    def take(self, maximum: int) -> list[InFlight]:
        found: list[InFlight] = []
        while len(found) < maximum:
            try:
                record = self._waiting.popleft()
            except IndexError:
                break
            self._number += 1
            flight = self._flight[self._number] = InFlight(self, record, 0, self._number)
            found.append(flight)
        return found

    def settle(self, flight: InFlight) -> bool:
        if self._flight.pop(flight.end, None) is None:
            return False
        flight.settled = True
        self._left += _size(flight.record)
        return True

    def rewind(self) -> None:
        self._waiting.extendleft(flight.record for flight in reversed(list(self._flight.values())))
        self._flight.clear()

    def commit(self) -> None:
        """Nothing to note."""

    def in_flight(self) -> int:
        return len(self._flight)

    def __len__(self) -> int:
        return len(self._waiting) + len(self._flight)

    def waiting_bytes(self) -> int:
        return max(0, self._entered - self._left)
