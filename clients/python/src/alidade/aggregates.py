"""Aggregates as the daemon publishes them, in the caller's thread, over a connection of its own."""
from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from typing import Any

from . import _rules
from ._receipts import decoded, moment
from ._types import Aggregate
from .client import Client
from .errors import AlidadeError
from .forks import importing

PREFETCH = 50
# As the daemon declares its own.
ARGUMENTS = {"x-queue-type": "quorum", "x-max-length": 100_000, "x-overflow": "drop-head"}


def read_aggregates(client: Client, name: str | None = None, metrics: Iterable[str] | None = None, windows: Iterable[int] | None = None,
                    timeout: float | None = None) -> Iterator[Aggregate]:
    """See `IntelligenceTelemetry.aggregates`."""
    wanted = None if metrics is None else frozenset(metrics)
    days = None if windows is None else frozenset(windows)
    for metric in wanted or ():
        if metric not in _rules.METRICS:
            from .checks.words import near_miss

            near = near_miss(metric, _rules.METRICS)
            raise AlidadeError(f"there is no metric {metric}" + (f"; did you mean {near}?" if near else ""))
    return _read(client, name, wanted, days, timeout)


def _read(client: Client, name: str | None, metrics: frozenset[str] | None, windows: frozenset[int] | None,
          timeout: float | None) -> Iterator[Aggregate]:
    with importing():
        import pika.exceptions

        from .connection import LASTING, Trouble
    queue = _rules.AGGREGATES if name is None else f"{_rules.AGGREGATES}.{name}"
    seen: dict[tuple[str, str, int], int] = {}
    failures = 0
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        connection = None
        try:
            connection = _connect(client)
            channel = connection.channel()
            channel.basic_qos(prefetch_count=PREFETCH)
            if name is not None:
                channel.queue_declare(queue, durable=True, arguments=ARGUMENTS)
                for key in _keys(metrics, windows):
                    channel.queue_bind(queue, _rules.AGGREGATES_EXCHANGE, key)
            failures = 0
            for method, properties, body in channel.consume(queue, inactivity_timeout=0.2):
                if method is None:
                    if deadline is not None and time.monotonic() >= deadline:
                        return
                    continue
                found = _aggregate(properties, decoded(body))
                if found is not None and _is_new(found, seen, metrics, windows):
                    yield found
                    if timeout is not None:
                        deadline = time.monotonic() + timeout
                channel.basic_ack(method.delivery_tag)
        except (pika.exceptions.AMQPError, OSError, Trouble) as error:
            trouble = error if isinstance(error, Trouble) else None
            client.trouble(str(error))
            failures += 1
            wait = client.options.retry_seconds if trouble is not None and trouble.kind in LASTING else min(client.options.retry_seconds, 0.2 * 2 ** min(failures, 8))
            if deadline is not None and time.monotonic() + wait >= deadline:
                time.sleep(max(0.0, deadline - time.monotonic()))
                return
            time.sleep(wait)
        finally:
            if connection is not None:
                try:
                    connection.close()
                except Exception:
                    pass


def _connect(client: Client) -> Any:
    import pika

    from .connection import explain, parameters, quieten, loudly
    from .options import check_urls

    name = f"alidade-client {client.options.service} pid {os.getpid()} aggregates"
    trouble: Exception | None = None
    quieten()
    try:
        for url in check_urls(client.options.url):
            try:
                return pika.BlockingConnection(parameters(url, client.options, name))
            except Exception as error:
                trouble = explain(error, url)
    finally:
        loudly()
    assert trouble is not None
    raise trouble


def _keys(metrics: frozenset[str] | None, windows: frozenset[int] | None) -> list[str]:
    """What is bound: the daemon's keys are metrics.<name>.<days>d."""
    return [f"metrics.{metric}.{days}" for metric in (sorted(metrics) if metrics else ["*"])
            for days in ([f"{number}d" for number in sorted(windows)] if windows else ["*"])]


def _aggregate(properties: Any, document: dict[str, Any]) -> Aggregate | None:
    """None for what is none: alerts, and whatever a later version publishes."""
    metric, revision = document.get("metric"), document.get("revision")
    days = (document.get("window") or {}).get("days")
    if not isinstance(metric, str) or not isinstance(revision, int) or not isinstance(days, int):
        return None
    return Aggregate(
        metric=metric, days=days, revision=revision, result=document.get("result"), as_of=moment(document.get("as_of")),
        definition_version=int((document.get("definition") or {}).get("version") or 0), completeness=document.get("completeness") or {},
        message_id=properties.message_id or "", unchanged=bool(document.get("unchanged")))


def _is_new(found: Aggregate, seen: dict[tuple[str, str, int], int], metrics: frozenset[str] | None, windows: frozenset[int] | None) -> bool:
    if metrics is not None and found.metric not in metrics or windows is not None and found.days not in windows:
        return False
    # A restored store is another one, and counts its revisions anew.
    key = (found.message_id.partition("/")[0], found.metric, found.days)
    if found.revision <= seen.get(key, -1):
        return False
    seen[key] = found.revision
    return True
