"""The caller's side: an event is checked, written to the spool, and the call returns. Everything slow is the sender's."""
from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque

from . import leaving, otel
from .buffer import MemoryBuffer
from .counters import Counters
from .errors import InvalidEvent, told
from .events import INTELLIGENCE, MAXIMUM_BYTES, PROFILER, Record, Unserialisable, Values, pack
from .forks import clients, graveyard, importing, notice_other_exits, threads_run
from .options import spool_root
from .spool.locks import forget_held
from .spool.writer import SpoolFull, SpoolWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._names import Kind
    from ._types import Problem, Stats
    from .options import Options
    from .sender import Sender

_RETRY_SPOOL_SECONDS = 1.0


class Client:
    """One per configuration; the parts that a process must not share are made anew after a fork."""

    def __init__(self, options: Options) -> None:
        self.options = options
        with importing():
            self.values = Values(options.naive_datetimes)
        self.root = spool_root(options.spool)
        # Called with what is to be done once the transaction is committed; Django sets it.
        self.defer: Callable[[Callable[[], None]], bool] | None = None
        self._fresh()
        clients.add(self)

    def _fresh(self) -> None:
        """Everything that belongs to one process."""
        self.pid = os.getpid()
        # Re-entrant, because a signal handler or a finaliser may call in the middle of a call: it must not wait for itself.
        self._lock = threading.RLock()
        self._writing = False
        self._deferred: deque[Record] = deque()
        self.counters = Counters()
        self.memory = MemoryBuffer(self.options.service, self.options.queue_max_events, self.options.queue_max_bytes,
                                   self.options.on_full == "drop_old")
        self.writer: SpoolWriter | None = None
        self._spool_again = 0.0
        self._spool_full_until = 0.0
        self.spool_trouble: str | None = None
        self.problems: deque[Problem] = deque(maxlen=100)
        self.sender: Sender | None = None
        self._pipe: tuple[int, int] | None = None
        self._thread_again = 0.0
        self._announced = False
        self._starting = False
        self.closing = False
        self._hooked = False

    # The call

    def emit(self, kind: Kind, event: dict[str, Any], *, key: str, now: int, valid: bool = False, raises: bool = False) -> str | None:
        """Takes an event with its id and time; the id, or None where it was dropped. Never raises but for `strict`, or `raises`."""
        try:
            options = self.options
            if not options.enabled and not options.strict:
                return str(event["event_id"])
            body = self.values.encode(event)
            if len(body) > MAXIMUM_BYTES:
                return self._refused("too_large", kind, f"the event has {len(body)} bytes, more than {MAXIMUM_BYTES}")
            if not valid or options.strict:
                self._check(kind, body, options.strict, now)
            if not options.enabled:
                return str(event["event_id"])
            event_id = str(event["event_id"])
            record = Record(PROFILER if kind == "profiler" else INTELLIGENCE, key, event_id, now // 1_000_000_000, otel.headers(), body)
            if self.defer is not None and self.defer(_Enqueue(self, record)):
                return event_id
            return event_id if self.enqueue(record) else None
        except InvalidEvent:
            raise
        except Unserialisable as error:
            return self._refused("unserialisable", kind, str(error))
        except Exception as error:
            self.trouble(f"an event was not taken: {told(error)}")
            self.counters.drop("error", kind)
            if raises:
                raise
            return None

    def _refused(self, reason: str, kind: str, detail: str) -> str | None:
        if self.options.strict:
            with importing():
                from ._types import Problem

            raise InvalidEvent((Problem("", reason, detail),))
        self.counters.drop(reason, kind)
        return None

    def _check(self, kind: Kind, body: bytes, strict: bool, now: int) -> None:
        import json

        with importing():
            from .checks import check

        found = check(kind, json.loads(body), strict=strict, now=max(now, time.time_ns()) // 1000, outer_time=now // 1000)
        if strict and found.errors:
            raise InvalidEvent(tuple(found.errors))
        if found.errors:
            self.counters.invalid += 1
        # Said by the sender, once for each code and pointer.
        self.problems.extend(found.errors)
        self.problems.extend(problem for problem in found.warnings if problem.code == "member_ignored")

    def enqueue(self, record: Record) -> bool:
        """Where the event survives this process, if there is a spool."""
        if os.getpid() != self.pid:
            # A fork that Python was not told of.
            self.after_fork()
        with self._lock:
            if self._writing:
                # This thread is in the middle of a call already; that one writes it as well before it returns.
                self._deferred.append(record)
                return True
            self._writing = True
            try:
                taken = self._store(record)
            finally:
                self._writing = False
            while self._deferred:
                # Also what a signal handler left after the last look and before `_writing` was false again.
                self._store_deferred()
        sender = self.sender
        if sender is None or not sender.awake:
            # A sender that ends is not awake.
            self.wake()
        return taken

    def _store_deferred(self) -> None:
        self._writing = True
        try:
            while self._deferred:
                self._store(self._deferred.popleft())
        finally:
            self._writing = False

    def _store(self, record: Record) -> bool:
        kind = "profiler" if record.kind == PROFILER else "intelligence"
        counters = self.counters
        if self.root is not None:
            try:
                writer = self.writer
                now = time.monotonic()
                if now < self._spool_full_until:
                    counters.drop("spool_full", kind)
                    return False
                if writer is None and now >= self._spool_again:
                    writer = self.writer = SpoolWriter(
                        self.root, self.options.service, self.options.spool_max_bytes, self.options.on_full == "drop_old")
                    self.spool_trouble = None
                if writer is not None and now >= self._spool_again:
                    writer.append(pack(record))
                    self.spool_trouble = None
                    if writer.dropped_old:
                        counters.drop("spool_full", kind, writer.dropped_old)
                        counters.given_up += writer.dropped_old
                        writer.dropped_old = 0
                    counters.accepted += 1
                    return True
            except SpoolFull:
                self._spool_full_until = time.monotonic() + _RETRY_SPOOL_SECONDS
                counters.drop("spool_full", kind)
                return False
            except OSError as error:
                self._spool_again = time.monotonic() + _RETRY_SPOOL_SECONDS
                self.spool_trouble = f"the spool {self.root} cannot be written, events wait in memory: {error.strerror or error}"
        if not self.memory.append(record):
            counters.drop("queue_full", kind)
            return False
        if self.memory.dropped_old:
            counters.drop("queue_full", kind, self.memory.dropped_old)
            counters.given_up += self.memory.dropped_old
            self.memory.dropped_old = 0
        counters.accepted += 1
        return True

    def leave_spool(self) -> None:
        """Somebody has removed the directory: the next event makes another one, and the sender, who asks for this, reads on in the open file."""
        with self._lock:
            if not self._writing:
                self.writer = None

    def roll_spool(self) -> None:
        """Begins a new segment where all that is in this one is confirmed; only the sender asks for that."""
        with self._lock:
            if self._writing or self.writer is None or self.waiting():
                return
            try:
                self.writer.roll()
            except (OSError, SpoolFull):
                pass

    # The thread

    def wake(self) -> None:
        """The sender, which is started where there is none."""
        sender = self.sender
        if sender is None or not sender.is_alive():
            sender = self._start()
        if sender is not None and not sender.awake:
            sender.wake()

    def _start(self) -> Sender | None:
        """The sender, with the first event; None where there can be no thread."""
        if time.monotonic() < self._thread_again or self.closing:
            return None
        with self._lock:
            if self._writing or self._starting:
                return None
            if self.sender is not None and self.sender.is_alive():
                return self.sender
            self._starting = True
            try:
                return self._started()
            finally:
                self._starting = False

    def _started(self) -> Sender | None:
        if not self._hooked:
            self._hooked = True
            notice_other_exits()
        if not threads_run():
            self._thread_again = time.monotonic() + 3600.0
            self._say_uwsgi()
            return None
        if sys.is_finalizing():
            # A thread would end before it began, and whoever starts it would wait for ever.
            return None
        previous = self.sender
        try:
            with importing():
                from .sender import Sender

            sender = Sender(self, previous)
            sender.start()
        except Exception as error:
            # The interpreter is shutting down, or there are too many threads or open files. The spool keeps it.
            self.trouble(f"the sender cannot be started: {told(error)}")
            self._thread_again = time.monotonic() + 1.0
            return None
        if previous is not None:
            self.counters.restarts += 1
        self.sender = sender
        return sender

    def pipe(self) -> tuple[int, int]:
        """What callers wake the thread by. It stays open as long as the process lives: whoever writes a byte must not hit another file."""
        if self._pipe is None:
            self._pipe = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        return self._pipe

    def _say_uwsgi(self) -> None:
        if not self._announced:
            self._announced = True
            with importing():
                from ._log import logger

            logger.warning("uWSGI runs without threads, so nothing is sent from this process: set enable-threads and py-call-uwsgi-fork-hooks."
                           " Events are kept in %s; another process or python -m alidade drain sends them.", self.root)

    def trouble(self, text: str) -> None:
        """Remembered here, said by the sender."""
        self.counters.last_error = text

    # Waiting

    def waiting(self) -> int:
        """Own events that the broker has not confirmed."""
        counters = self.counters
        return max(0, counters.accepted - counters.settled - counters.given_up)

    def flush(self, timeout: float = 10.0) -> bool:
        """Whether everything that was taken before is confirmed in time. Never raises, never waits longer."""
        try:
            return leaving.flush(self, timeout, give_up=False)
        except Exception:
            return False

    def close(self, timeout: float | None = None) -> bool:
        """Sends what it can in time, then ends the thread and the connection; a later call begins anew."""
        try:
            return leaving.close(self, self.options.exit_timeout if timeout is None else timeout)
        except Exception:
            return False

    def give_spool_up(self, alone: bool) -> None:
        """Removes the directory where nothing is left in it, else leaves it to whoever adopts it, once no thread of this process reads it."""
        with self._lock:
            writer = self.writer
            if writer is None or self._writing:
                return
            if self.waiting() == 0:
                self.writer = None
                writer.remove()
            elif alone:
                self.writer = None
                writer.abandon()

    # Forks

    def after_fork(self) -> None:
        """In the child: nothing of the parent's is used, closed or finalised. Its backlog stays its own."""
        graveyard.append((self.sender, self.writer, self.memory))
        sender = self.sender
        writer, pipe = self.writer, self._pipe
        self._fresh()
        forget_held()
        try:
            if sender is not None:
                sender.abandon_in_child()
            for descriptor in pipe or ():
                os.close(descriptor)
            if writer is not None:
                # The lock is the parent's, who keeps it.
                writer.abandon()
        except Exception:
            pass

    def stats(self) -> Stats:
        """What this process has done."""
        with importing():
            from ._types import Stats

        counters, sender = self.counters, self.sender
        waiting = self.waiting()
        spooled = 0
        if self.writer is not None and waiting:
            try:
                spooled = sum(os.stat(os.path.join(self.writer.path, name)).st_size for name in os.listdir(self.writer.path) if name.endswith(".log"))
            except OSError:
                pass
        return Stats(
            accepted=counters.accepted, confirmed=counters.confirmed, returned=counters.returned, invalid=counters.invalid,
            dropped=dict(counters.dropped), waiting_events=waiting, waiting_bytes=spooled + self.memory.waiting_bytes(), adopted=counters.adopted,
            reconnects=counters.reconnects, blocked_seconds=counters.blocked_seconds + (sender.blocked_for() if sender is not None else 0.0),
            sender_restarts=counters.restarts, last_error=counters.last_error, connected=sender is not None and sender.is_open(),
            blocked=sender is not None and sender.is_blocked())


class _Enqueue:
    """What is done after the commit; a plain object with a name, because Django reports it where it fails."""

    def __init__(self, client: Client, record: Record) -> None:
        self.client, self.record = client, record
        self.__qualname__ = self.__name__ = "alidade_enqueue"

    def __call__(self) -> None:
        self.client.enqueue(self.record)
