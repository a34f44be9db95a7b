"""Requests and their answers over a second connection: RabbitMQ stops reading from a publisher while an alarm lasts, and metrics must still be answered.

The replies come by direct reply-to, which is consumed and published on one channel. The connection is opened by the first request and
closed after a minute without any. All of it runs in the sender's thread; callers wait for a `Pending`.
"""
from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .events import short
from .options import Options

if TYPE_CHECKING:
    from .sender import Sender

REPLY_TO = "amq.rabbitmq.reply-to"
IDLE_SECONDS = 60.0


class Pending:
    """One request, and its answer when it is there."""

    def __init__(self, correlation: str, exchange: str, key: str, body: bytes, timeout: float, *, properties: dict[str, Any]) -> None:
        self.correlation, self.exchange, self.key, self.body = correlation, exchange, key, body
        self.properties = properties
        self.deadline = time.monotonic() + timeout
        self.answer: Any = None
        # Whether a queue has it.
        self.confirmed = False
        self.refused: str | None = None
        self.tag = 0
        self._event = threading.Event()
        self._callback: Callable[[], None] | None = None
        self._lock = threading.Lock()

    def resolve(self, answer: Any) -> None:
        self.answer = answer
        with self._lock:
            self._event.set()
            callback, self._callback = self._callback, None
        if callback is not None:
            callback()

    def then(self, callback: Callable[[], None]) -> None:
        """Calls it, from the sender's thread, when the answer is there."""
        with self._lock:
            if not self._event.is_set():
                self._callback = callback
                return
        callback()

    def wait(self) -> bool:
        """Whether it came in time."""
        return self._event.wait(max(0.0, self.deadline - time.monotonic()))

    def is_done(self) -> bool:
        return self._event.is_set()


class Requests:
    """The thread's side."""

    def __init__(self, loop: Any, options: Options, name: str, sender: Sender) -> None:
        self.loop, self.options, self.name, self.sender = loop, options, name, sender
        self.link: Any = None
        self._ready = False
        self._waiting: list[Pending] = []
        self._asked: dict[str, Pending] = {}
        self._tags: dict[int, Pending] = {}
        self._last = time.monotonic()

    def submit(self, pending: Pending) -> None:
        self._last = time.monotonic()
        self._waiting.append(pending)
        self.loop.call_later(max(0.0, pending.deadline - time.monotonic()) + 0.5, lambda: self._expire(pending))
        if self.link is None:
            self._open()
        elif self._ready:
            self._send()

    def _open(self) -> None:
        from .connection import Link

        self.link = link = Link(self.loop, self.options, self.name)
        link.on_ready, link.on_lost, link.on_confirm = self._channel_ready, self._lost, self._confirm
        link.on_return = self._return
        link.on_channel_closed = lambda _code, _text: self._reopen()
        link.open()

    def _reopen(self) -> None:
        """The channel is gone, with its reply queue."""
        self._ready = False
        self._waiting += [pending for pending in self._asked.values() if not pending.is_done()]
        self._asked.clear()
        self._tags.clear()
        self.loop.call_later(0.2, lambda: self.link is not None and self.link.open_channel())

    def _channel_ready(self) -> None:
        self._tags.clear()
        self.link.channel.basic_consume(REPLY_TO, self._answered, auto_ack=True, callback=lambda _frame: self._consuming())

    def _consuming(self) -> None:
        self._ready = True
        self.loop.call_later(IDLE_SECONDS, self._idle)
        self._send()

    def _send(self) -> None:
        from .connection import BasicProperties

        waiting, self._waiting = self._waiting, []
        for pending in waiting:
            if pending.is_done() or time.monotonic() > pending.deadline:
                continue
            properties = dict(pending.properties)
            if properties.pop("expires", False):
                # Nobody answers the dead when the daemon comes back.
                properties["expiration"] = str(max(1, int((pending.deadline - time.monotonic()) * 1000)))
            pending.tag = self.link.publish(pending.exchange, pending.key, pending.body, BasicProperties(
                reply_to=REPLY_TO, correlation_id=pending.correlation, content_type="application/json", app_id=short(self.options.service), **properties))
            self._asked[pending.correlation] = pending
            self._tags[pending.tag] = pending

    def _confirm(self, tag: int, acked: bool, multiple: bool) -> None:
        for known in [known for known in self._tags if known == tag or (multiple and known < tag)]:
            pending = self._tags.pop(known)
            if acked and pending.refused is None:
                pending.confirmed = True
            elif not acked:
                pending.refused = "the broker has no room"
            if pending.refused is not None and not pending.is_done():
                self._asked.pop(pending.correlation, None)
                pending.resolve(None)

    def _return(self, message_id: str) -> None:
        for pending in self._tags.values():
            if pending.properties.get("message_id") == message_id:
                pending.refused = "no queue takes it: is the daemon set up? Run alidade topology declare"

    def _answered(self, _channel: Any, _method: Any, properties: Any, body: bytes) -> None:
        pending = self._asked.pop(properties.correlation_id or "", None)
        if pending is None:
            return
        try:
            pending.resolve(json.loads(body))
        except ValueError:
            pending.refused = "the answer is no JSON"
            pending.resolve(None)

    def _lost(self, trouble: Any) -> None:
        self.link = None
        self._ready = False
        self.sender.client.trouble(trouble.text)
        now = time.monotonic()
        self._waiting += [pending for pending in self._asked.values() if not pending.is_done()]
        self._asked.clear()
        self._tags.clear()
        self._waiting = [pending for pending in self._waiting if pending.deadline > now]
        if self._waiting:
            self.loop.call_later(0.2, lambda: self._open() if self.link is None else None)

    def _expire(self, pending: Pending) -> None:
        self._asked.pop(pending.correlation, None)
        if pending in self._waiting:
            self._waiting.remove(pending)

    def _idle(self) -> None:
        left = IDLE_SECONDS - (time.monotonic() - self._last)
        if self.link is None:
            return
        if left > 0:
            self.loop.call_later(left, self._idle)
            return
        link, self.link = self.link, None
        self._ready = False
        link.close()
