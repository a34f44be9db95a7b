"""What is on its way: published with confirms in a window, and noted as sent when the broker has it.

It works in slices of at most 32 messages or a millisecond and then lets others run: it shares an interpreter with the application.
"""
from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from .events import KINDS, message_id
from .spool import adoption

if TYPE_CHECKING:
    from .buffer import InFlight, Source
    from .sender import Sender

WINDOW = 1000
WINDOW_BYTES = 4 * 1024 * 1024
WRITE_BYTES = 65_536
SLICE = 32
SLICE_SECONDS = 0.001
# While callers call, while they do and a backlog has to go as well, and while nobody calls. A call that meets a slice waits for it, and
# so few shall do that they are not seen at the 99th percentile.
PAUSE_SECONDS, BUSY_SECONDS, BACKLOG_SECONDS = 0.004, 0.002, 0.0015
PARKED = 1000
NACK_SECONDS, RETURN_SECONDS = 1.0, 5.0


class Window:
    """Of one connection after the other; all of it belongs to the sender's thread."""

    def __init__(self, sender: Sender) -> None:
        self.sender, self.client = sender, sender.client
        self._accepted = 0
        self.fresh()

    def fresh(self) -> None:
        """Nothing is on its way."""
        self._flights: dict[int, InFlight] = {}
        self._bytes = 0
        # Frames that are not written yet.
        self._frames: list[bytes] = []
        self._returned: dict[str, int] = {}
        self._parked: deque[InFlight] = deque()
        self._parked_until = 0.0
        self._park_timer = False
        self._one_by_one = False
        self._pumping = False

    def again(self) -> None:
        """Whatever was not confirmed is sent again: the daemon knows a duplicate."""
        self._flights.clear()
        self._bytes = 0
        self._frames.clear()
        self._returned.clear()
        self._parked.clear()
        self._parked_until = 0.0
        self.sender.sources.rewind()

    def is_empty(self) -> bool:
        return not self._flights

    def has_parked(self, source: Source) -> bool:
        return any(flight.source is source for flight in self._parked)

    def single_out(self, reason: str) -> None:
        """The broker closed the channel for one of these: from now on each goes alone, until it shows which."""
        if len(self._flights) == 1 and self._one_by_one:
            self.reject(next(iter(self._flights.values())), reason)
        self._one_by_one = True

    def reject(self, flight: InFlight, reason: str) -> None:
        root, record = self.client.root, flight.record
        try:
            if root is not None:
                adoption.reject(root, record, reason)
        except OSError as error:
            reason = f"{reason}; it could not be kept: {error}"
        self.client.counters.drop("rejected", KINDS[record.kind])
        self.sender.once.say("rejected", f"the broker refuses an event, which is kept in {root}/rejected: {reason}")
        self._settle(flight)

    # Out

    def schedule(self, seconds: float) -> None:
        if not self._pumping and self.sender.loop is not None:
            self._pumping = True
            self.sender.loop.call_later(seconds, self._pump)

    def _pump(self) -> None:
        """One slice."""
        self._pumping = False
        sender = self.sender
        if not sender.may_send() or sender.is_blocked():
            # Whoever makes it possible again looks at everything, so no call needs to wake anybody until then.
            return
        self._unpark()
        window = 1 if self._one_by_one else WINDOW
        began = time.monotonic()
        count = 0
        while count < SLICE and not self._is_full(window):
            batch = sender.sources.take(min(8, SLICE - count, window - len(self._flights)))
            if not batch:
                if self._one_by_one and not self._flights:
                    self._one_by_one = False
                break
            for flight in batch:
                self.publish(flight)
            count += len(batch)
            if not sender.hurry and time.monotonic() - began > SLICE_SECONDS:
                break
        self._write()
        if count:
            accepted, self._accepted = self._accepted, self.client.counters.accepted
            callers = accepted != self._accepted
            pause = BACKLOG_SECONDS if not callers else PAUSE_SECONDS if self.client.waiting() <= WINDOW else BUSY_SECONDS
            if sender.hurry or not callers:
                self.schedule(0.0005 if sender.hurry else pause)
            else:
                # Once what was written is on its way.
                self._pumping = True
                sender.loop.call_later(0, lambda: sender.loop.call_later(0, lambda: self._rest(pause)))
            return
        sender.sources.commit()
        if self._is_full(window):
            # The next confirm goes on.
            return
        sender.sources.look_first()
        sender.awake = False
        # An event that came in between woke nobody.
        batch = sender.sources.take(1)
        for flight in batch:
            self.publish(flight)
        if batch:
            self._write()
            sender.awake = True
            self.schedule(PAUSE_SECONDS)

    def _rest(self, seconds: float) -> None:
        """Away from the loop: each confirm that comes one by one would take the interpreter from those who call."""
        time.sleep(seconds)
        self.sender.loop.call_later(0, self._pump)

    def _is_full(self, window: int) -> bool:
        return len(self._flights) >= window or self._bytes >= WINDOW_BYTES or len(self._parked) >= PARKED

    def publish(self, flight: InFlight) -> None:
        record, link, lost = flight.record, self.sender.link, self.client.counters.lost
        flight.lost = lost if lost > 0 and not any(other.lost for other in self._flights.values()) else 0
        try:
            frames = link.frames.message(record, flight.source.service, flight.lost)
        except Exception as error:
            if link.is_open():
                # Nothing can be made of it, and it would be in the way for ever.
                self.reject(flight, f"it cannot be published: {type(error).__name__}: {error}")
            return
        self._frames.append(frames)
        self._flights[link.next_tag()] = flight
        self._bytes += len(record.body)

    def _write(self) -> None:
        """All that was published, in few writes."""
        pieces: list[bytes] = []
        size = 0
        for frames in self._frames:
            pieces.append(frames)
            size += len(frames)
            if size >= WRITE_BYTES:
                self.sender.link.write(b"".join(pieces))
                pieces, size = [], 0
        if pieces:
            self.sender.link.write(b"".join(pieces))
        self._frames.clear()

    # Back

    def confirm(self, tag: int, acked: bool, multiple: bool) -> None:
        flights = self._flights
        if multiple:
            tags = []
            for known in flights:
                if known > tag:
                    break
                tags.append(known)
        else:
            tags = [tag] if tag in flights else []
        counters, returned = self.client.counters, self._returned
        for known in tags:
            flight = flights.pop(known)
            self._bytes -= len(flight.record.body)
            if acked and not returned:
                counters.confirmed += 1
                if flight.lost:
                    counters.admit(flight.lost)
                self._settle(flight)
            else:
                self._came_back(flight, acked)
        self.schedule(0 if self.sender.hurry else PAUSE_SECONDS)

    def _came_back(self, flight: InFlight, acked: bool) -> None:
        """Or may have: nacked, or returned and then confirmed, or confirmed beside one that was returned."""
        name = message_id(flight.record.event_id)
        times = self._returned.get(name, 0)
        if acked and not times:
            self.client.counters.confirmed += 1
            if flight.lost:
                self.client.counters.admit(flight.lost)
            self._settle(flight)
            return
        if times == 1:
            del self._returned[name]
        elif times:
            self._returned[name] = times - 1
        self._park(flight, RETURN_SECONDS if times else NACK_SECONDS)

    def come_back(self, name: str) -> None:
        """The broker found no queue for it; its confirm follows."""
        self.client.counters.returned += 1
        self._returned[name] = self._returned.get(name, 0) + 1

    def _settle(self, flight: InFlight) -> None:
        if flight.source.settle(flight) and self.sender.sources.is_own(flight.source):
            self.client.counters.settled += 1

    # Kept apart

    def _park(self, flight: InFlight, seconds: float) -> None:
        """So that those behind it go on."""
        flight.lost = 0
        self._parked.append(flight)
        self._unpark_later(min(seconds, self.sender.options.retry_seconds))
        if seconds == RETURN_SECONDS:
            family = flight.record.key.split(".")[0]
            self.client.trouble(f"no queue is bound with {family}.#")
            self.sender.once.say(f"unbound {family}",
                                 f"no queue is bound with {family}.#; run alidade topology declare; events are kept and sent later")
        else:
            self.sender.once.say("nack", "the broker has no room for an event; events are kept and sent later")

    def _unpark_later(self, seconds: float) -> None:
        self._parked_until = max(self._parked_until, time.monotonic() + seconds)
        if not self._park_timer:
            self._park_timer = True
            self.sender.loop.call_later(seconds + 0.01, self._unpark_now)

    def _unpark_now(self) -> None:
        self._park_timer = False
        left = self._parked_until - time.monotonic()
        if left > 0:
            self._unpark_later(left)
        else:
            self.schedule(0)

    def _unpark(self) -> None:
        """A few first: where these come back as well, the others need not be tried."""
        if not self._parked or time.monotonic() < self._parked_until:
            return
        for _ in range(min(len(self._parked), SLICE)):
            self.publish(self._parked.popleft())
        if self._parked:
            self._unpark_later(0.1)
