"""The same for asyncio: the sender's thread does the work, and the loop is told."""
from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any, Literal, TypeVar

from . import _receipts
from ._names import Kind
from ._types import MetricReply, Receipt
from .client import Client
from .requests import Pending

T = TypeVar("T")


async def _wait(pending: Pending) -> None:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()

    def done() -> None:
        if not future.done():
            future.set_result(None)

    def tell() -> None:
        try:
            loop.call_soon_threadsafe(done)
        except RuntimeError:
            # The loop is closed.
            pass

    pending.then(tell)
    try:
        await asyncio.wait_for(future, max(0.0, pending.deadline - time.monotonic()))
    except (TimeoutError, asyncio.TimeoutError):
        pass


async def send(client: Client, kind: Kind, event: Mapping[str, Any], key: str, now: int, timeout: float) -> Receipt:
    """See `IntelligenceTelemetry.send`."""
    pending, record = _receipts.event_request(client, kind, event, key, now, timeout)
    if _receipts.ask(client, pending):
        await _wait(pending)
    return _receipts.receipt_of(client, pending, record)


async def metrics(client: Client, names: Iterable[str] | Literal["all"], request: Mapping[str, Any], timeout: float | None) -> dict[str, MetricReply]:
    """See `IntelligenceTelemetry.metrics`."""
    pending = _receipts.metrics_request(client, names, request, timeout)
    if _receipts.ask(client, pending):
        await _wait(pending)
    return _receipts.metrics_of(pending)


async def iterate(iterator: Iterator[T]) -> AsyncIterator[T]:
    """An iterator that waits, in a thread of its own."""
    from concurrent.futures import ThreadPoolExecutor

    loop = asyncio.get_running_loop()
    end = object()
    pool = ThreadPoolExecutor(1, thread_name_prefix="alidade-aggregates")
    try:
        while True:
            found: Any = await loop.run_in_executor(pool, lambda: next(iterator, end))
            if found is end:
                return
            yield found
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            try:
                await loop.run_in_executor(pool, close)
            except ValueError:
                # It is waiting for the broker, and ends with that.
                pass
        pool.shutdown(wait=False)
