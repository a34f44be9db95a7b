"""Receipts and metrics: what waits for an answer."""
from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from . import _rules
from ._names import Kind
from ._types import Alignment, MetricReply, Problem, Receipt
from .client import Client
from .errors import InvalidEvent, MetricsError, MetricsTimeout, ReceiptTimeout
from .events import INTELLIGENCE, MAXIMUM_BYTES, PROFILER, Record, Unserialisable, message_id, uuid7
from .requests import Pending


def ask(client: Client, pending: Pending) -> bool:
    """Hands it to the thread; False where there is none."""
    if os.getpid() != client.pid:
        client.after_fork()
    client.wake()
    sender = client.sender
    if sender is None or not sender.is_alive() or not client.options.enabled:
        return False
    sender.ask(pending)
    return True


def event_request(client: Client, kind: Kind, event: Mapping[str, Any], key: str, now: int, timeout: float) -> tuple[Pending, Record]:
    """Raises InvalidEvent where nobody could read it."""
    try:
        body = client.values.encode(dict(event))
    except Unserialisable as error:
        raise InvalidEvent((Problem("", "unserialisable", str(error)),)) from None
    if len(body) > MAXIMUM_BYTES:
        raise InvalidEvent((Problem("", "too_large", f"the event has {len(body)} bytes, more than {MAXIMUM_BYTES}"),))
    client._check(kind, body, client.options.strict, now)
    event_id = str(event["event_id"])
    pending = Pending(uuid7(), _rules.EXCHANGE, key, body, timeout,
                      properties={"delivery_mode": 2, "message_id": message_id(event_id), "timestamp": now // 1_000_000_000})
    return pending, Record(PROFILER if kind == "profiler" else INTELLIGENCE, key, event_id, now // 1_000_000_000, b"", body)


def receipt_of(client: Client, pending: Pending, record: Record) -> Receipt:
    """The answer; where there is none the event goes the usual way, as nobody knows whether it has arrived."""
    if isinstance(pending.answer, dict):
        return receipt(pending.answer)
    durable = pending.confirmed or client.enqueue(record)
    raise ReceiptTimeout(record.event_id, durable)


def send(client: Client, kind: Kind, event: Mapping[str, Any], key: str, now: int, timeout: float) -> Receipt:
    pending, record = event_request(client, kind, event, key, now, timeout)
    if ask(client, pending):
        pending.wait()
    return receipt_of(client, pending, record)


def _problems(found: Any) -> tuple[Problem, ...]:
    return tuple(Problem(str(one.get("pointer", "")), str(one.get("reason", one.get("code", ""))), str(one.get("detail", ""))) for one in found or ())


def receipt(document: Mapping[str, Any]) -> Receipt:
    """From the daemon's JSON; members that are not known here are left alone."""
    found = document.get("alignment")
    alignment = None
    if isinstance(found, dict):
        alignment = Alignment(
            model=str(found.get("model", "")), version=str(found.get("version", "")), percentages=dict(found.get("percentages") or {}),
            top_track=found.get("top_track"), runner_up=found.get("runner_up"), margin=found.get("margin"), answers=int(found.get("answers") or 0),
            share=found.get("share"))
    return Receipt(status=document["status"], event_id=str(document.get("event_id", "")), alignment=alignment,
                   errors=_problems(document.get("errors")), warnings=_problems(document.get("warnings")))


def metrics_request(client: Client, names: Iterable[str] | Literal["all"], request: Mapping[str, Any], timeout: float | None) -> Pending:
    asked: dict[str, Any] = dict(request)
    asked["metrics"] = names if isinstance(names, str) else list(names)
    for name in [] if isinstance(names, str) else asked["metrics"]:
        if name not in _rules.METRICS:
            # A newer daemon may know it; it says so itself.
            client.trouble(f"this version knows no metric {name}")
    body = client.values.encode(asked)
    return Pending(uuid7(), "", _rules.REQUESTS, body, client.options.metrics_timeout if timeout is None else timeout,
                   properties={"expires": True, "message_id": uuid7()})


def metrics_of(pending: Pending) -> dict[str, MetricReply]:
    """Raises MetricsTimeout, MetricsError."""
    document = pending.answer
    if not isinstance(document, dict):
        raise MetricsTimeout(pending.refused or "no answer to a request for metrics came in time: does the daemon run?")
    if "error" in document:
        raise MetricsError(str(document["error"].get("code")), str(document["error"].get("message")))
    replies: dict[str, MetricReply] = {}
    for found in document["metrics"] if "metrics" in document else [document]:
        if "error" in found:
            raise MetricsError(str(found["error"].get("code")), str(found["error"].get("message")))
        replies[found["metric"]] = MetricReply(
            metric=found["metric"], result=found.get("result"), window=found.get("window") or {}, as_of=moment(found.get("as_of")),
            definition=found.get("definition") or {}, completeness=found.get("completeness") or {}, document=found)
    return replies


def metrics(client: Client, names: Iterable[str] | Literal["all"], request: Mapping[str, Any], timeout: float | None) -> dict[str, MetricReply]:
    pending = metrics_request(client, names, request, timeout)
    if ask(client, pending):
        pending.wait()
    return metrics_of(pending)


def moment(text: Any) -> datetime | None:
    """A time of the daemon's."""
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None


def decoded(body: bytes) -> dict[str, Any]:
    """A document; empty where it is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
