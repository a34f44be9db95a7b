"""What happened in this process."""
from __future__ import annotations

import threading


class Counters:
    """Written under the client's lock or by the sender alone."""

    def __init__(self) -> None:
        self.accepted = 0
        # By the sender, and by callers that dropped something older.
        self.settled = 0
        self.given_up = 0
        self.confirmed = 0
        self.returned = 0
        self.invalid = 0
        self.adopted = 0
        self.reconnects = 0
        self.restarts = 0
        self.blocked_seconds = 0.0
        self.last_error: str | None = None
        self.dropped: dict[str, int] = {}
        # For `on_drop` and the header x-alidade-lost: what nobody was told of yet.
        self.untold: dict[tuple[str, str], int] = {}
        self.lost = 0
        self._lock = threading.RLock()

    def drop(self, reason: str, kind: str, count: int = 1) -> None:
        with self._lock:
            self.dropped[reason] = self.dropped.get(reason, 0) + count
            self.lost += count
            self.untold[reason, kind] = self.untold.get((reason, kind), 0) + count

    def told(self) -> dict[tuple[str, str], int]:
        """What was dropped since this was last asked."""
        with self._lock:
            untold, self.untold = self.untold, {}
        return untold

    def admit(self, count: int) -> None:
        """The daemon has been told of so many."""
        with self._lock:
            self.lost -= count
