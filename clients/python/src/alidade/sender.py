"""The thread: one loop over the publishing connection, that of requests, and a pipe by which callers wake it.

`sources` says what is to be sent, `window` sends it.
"""
from __future__ import annotations

import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ._log import Once, logger
from ._types import Drop
from ._version import __version__
from .sources import Sources
from .spool.writer import SEGMENT_BYTES
from .window import PAUSE_SECONDS, RETURN_SECONDS, Window

if TYPE_CHECKING:
    from .client import Client
    from .requests import Requests

FORBIDDEN_SECONDS = 30.0
# What a record may be refused with by itself, so that it would be refused for ever.
_CULPRIT = (406, 501, 502, 503, 504, 505)


class Sender(threading.Thread):
    """One per client and process."""

    def __init__(self, client: Client, previous: Sender | None = None) -> None:
        super().__init__(name="alidade-sender", daemon=True)
        self.client = client
        self.options = client.options
        self.hurry: int = previous.hurry if previous is not None else 0
        # Whether the sender will look at the spool by itself; where not, callers wake it.
        self.awake = True
        self._wake_read, self._wake_write = client.pipe()
        self._stopping = False
        self.once: Once = previous.once if previous is not None else Once()
        self._asked: deque[Any] = deque()
        self.requests: Requests | None = None
        self.link: Any = None
        self.loop: Any = None
        self._failures = 0
        self._next_try = 0.0
        self._blocked_since: float | None = None
        self._was_open = False
        self.sources = Sources(self)
        self.window = Window(self)
        if previous is not None:
            previous.sources.let_go()

    # The caller's side

    def wake(self) -> None:
        """From any thread, without a lock: one byte into a pipe that stays open as long as the process lives."""
        self.awake = True
        try:
            os.write(self._wake_write, b"\0")
        except OSError:
            pass

    def ask(self, request: Any) -> None:
        """Hands a request to the thread."""
        self._asked.append(request)
        self.wake()

    def stop(self) -> None:
        self._stopping = True
        self.wake()

    def is_open(self) -> bool:
        return self.link is not None and self.link.is_open()

    def may_send(self) -> bool:
        return not self._stopping and self.is_open()

    def is_blocked(self) -> bool:
        return self._blocked_since is not None

    def blocked_for(self) -> float:
        since = self._blocked_since
        return time.monotonic() - since if since is not None else 0.0

    def is_busy(self) -> bool:
        """Whether something is on its way."""
        return not self.window.is_empty() and self.is_open()

    def is_hopeless(self, deadline: float) -> bool:
        """Whether waiting is in vain: the last try failed, and the next one is after the deadline."""
        return self._failures > 0 and not self.is_open() and self._next_try > deadline

    def abandon_in_child(self) -> None:
        """Nothing of pika's is touched but the number of the socket's descriptor."""
        if self.link is not None:
            from .connection import forget_threads

            forget_threads()
        for link in (self.link, getattr(self.requests, "link", None)):
            if link is not None:
                link.abandon()

    # The thread

    def run(self) -> None:
        from .forks import importing

        try:
            with importing():
                # All that this thread will ever import, also what a look-up of a host does: a child that is forked in the middle of an import
                # would wait for it for ever.
                import encodings.idna  # noqa: F401

                from . import connection, requests  # noqa: F401
        except ImportError as error:
            self.once.say("pika", f"events are kept, but nothing is sent: {error}; pip install 'pika>=1.4'")
            self.client.trouble(str(error))
            self._wait_without_pika()
            return
        connection.quieten()
        try:
            while not self._stopping:
                try:
                    self._loop()
                except Exception as error:
                    # Ours, whatever it is. The spool has everything.
                    self.client.counters.restarts += 1
                    self.client.trouble(f"the sender failed: {type(error).__name__}: {error}")
                    if self.once.may("crash"):
                        logger.exception("the sender failed and begins again")
                    self._reset()
                    time.sleep(1.0)
        finally:
            self.awake = False
            connection.loudly()
            self.sources.let_go()

    def _wait_without_pika(self) -> None:
        count = 0
        while not self._stopping:
            time.sleep(0.05)
            count += 1
            if count % 20 == 0:
                self._tell()

    def run_until(self, done: Callable[[], bool]) -> None:
        """In the thread that calls, at exit, where no other may be started."""
        from . import connection

        connection.quieten()
        try:
            self._loop(done)
        finally:
            self.awake = False
            connection.loudly()
            self._reset()
            self.sources.let_go()

    def _loop(self, done: Callable[[], bool] | None = None) -> None:
        from . import connection
        from .requests import Requests

        self.loop = loop = connection.IOLoop()
        self.sources.begin()
        name = f"alidade-client/{__version__} {self.options.service} pid {os.getpid()}"
        self.requests = Requests(loop, self.options, f"{name} requests", self)
        self.link = link = connection.Link(loop, self.options, name)
        link.on_ready, link.on_lost, link.on_blocked = self._ready, self._lost, self._block
        link.on_channel_closed, link.on_confirm, link.on_return = self._channel_closed, self.window.confirm, self.window.come_back
        loop.add_handler(self._wake_read, self._woken, loop.READ)
        loop.call_later(0, self._connect)
        loop.call_later(1.0, self._second)
        if done is not None:
            def look() -> None:
                if done():
                    self._finish()
                else:
                    loop.call_later(0.002, look)
            loop.call_later(0, look)
        # What was asked before the loop was there.
        self._woken(self._wake_read, 0)
        loop.start()
        loop.close()

    def _reset(self) -> None:
        """After a failure of the loop: nothing of it is used again."""
        for link in (self.link, getattr(self.requests, "link", None)):
            if link is not None:
                link.abandon()
        self.link = None
        self.sources.let_go()
        self.window.fresh()

    def _woken(self, _descriptor: int, _events: int) -> None:
        try:
            os.read(self._wake_read, 4096)
        except OSError:
            pass
        self.awake = True
        if self._stopping:
            self._finish()
            return
        while self._asked and self.requests is not None:
            self.requests.submit(self._asked.popleft())
        self.window.schedule(0 if self.hurry else PAUSE_SECONDS)

    def _finish(self) -> None:
        """Says goodbye where somebody listens, and ends the loop soon whatever happens."""
        self._stopping = True
        loop = self.loop
        if self.sources.own is not None:
            self.sources.own.commit()
        for link in (self.link, self.requests.link if self.requests is not None else None):
            if link is not None:
                link.close()
        loop.call_later(0.05, loop.stop)

    # The connection

    def _connect(self) -> None:
        if not self._stopping and self.link is not None:
            self.link.open()

    def _ready(self) -> None:
        if self._was_open:
            self.client.counters.reconnects += 1
        self._was_open = True
        self._failures = 0
        self.window.schedule(0)

    def _lost(self, trouble: Any) -> None:
        self._unblock()
        self.window.again()
        self._failures += 1
        self.client.trouble(trouble.text)
        if not self._stopping:
            self.once.say("connection " + trouble.kind, f"{trouble.text}; events are kept and sent later")
            wait = self._back_off(trouble.kind)
            self._next_try = time.monotonic() + wait
            self.loop.call_later(wait, self._connect)

    def _back_off(self, kind: str) -> float:
        from .connection import LASTING

        most = self.options.retry_seconds
        if kind in LASTING:
            return most
        return random.uniform(0.05, min(most, 0.2 * 2.0 ** min(self._failures, 10)))

    def _channel_closed(self, code: int, text: str) -> None:
        self.client.trouble(f"{code} {text}")
        if self._stopping:
            return
        if code in _CULPRIT:
            self.window.single_out(f"{code} {text}")
            wait = 0.0
        else:
            wait = min(self.options.retry_seconds, FORBIDDEN_SECONDS if code == 403 else RETURN_SECONDS)
            hint = "; run alidade topology declare" if code == 404 else ""
            self.once.say(f"channel {code}", f"the broker says {code} {text}{hint}; events are kept and sent later")
        self._failures += 1
        self.window.again()
        self.loop.call_later(wait, self.link.open_channel)

    def _block(self, blocked: bool) -> None:
        if blocked and self._blocked_since is None:
            self._blocked_since = time.monotonic()
            self.once.say("blocked", "the broker is blocked (an alarm of memory or disk); events are kept and sent later")
        elif not blocked:
            self._unblock()
            self.window.schedule(0)

    def _unblock(self) -> None:
        if self._blocked_since is not None:
            self.client.counters.blocked_seconds += time.monotonic() - self._blocked_since
            self._blocked_since = None

    # Now and then

    def _second(self) -> None:
        self.loop.call_later(1.0, self._second)
        client = self.client
        writer = client.writer
        if writer is not None and writer.dirty and self.options.spool_sync_seconds is not None:
            try:
                writer.sync()
            except OSError as error:
                client.trouble(f"the spool cannot be synced: {error}")
        if writer is not None and writer.is_gone():
            client.trouble(f"{writer.path} was removed")
            self.once.say("removed", f"{writer.path} was removed while it was in use; events go into another directory")
            self.sources.all()
            client.leave_spool()
        if writer is not None and writer.size > SEGMENT_BYTES // 8 and client.waiting() == 0:
            client.roll_spool()
        self.sources.commit()
        self._tell()

    def _tell(self) -> None:
        """What callers must not say themselves."""
        client = self.client
        if client.spool_trouble is not None:
            self.once.say("spool", client.spool_trouble)
            client.trouble(client.spool_trouble)
        while client.problems:
            try:
                problem = client.problems.popleft()
            except IndexError:
                break
            if self.once.may(f"{problem.code} {problem.pointer}", 3600.0):
                logger.warning("an event is not as the daemon wants it: %s", problem)
        for (reason, kind), count in client.counters.told().items():
            self.once.say(f"dropped {reason}", f"{count} {kind} events were dropped: {reason}")
            if self.options.on_drop is not None:
                try:
                    self.options.on_drop(Drop(reason, count, kind))
                except Exception as error:
                    self.once.say("on_drop", f"on_drop failed: {type(error).__name__}: {error}")
