"""`python -m alidade check`: can I connect, publish, are the queues there, is the spool writable, does the daemon answer?"""
from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from . import _receipts, _rules
from .client import Client
from .errors import MetricsError, MetricsTimeout, ReceiptTimeout
from .events import now_text, uuid7
from .options import Options, check_urls, spool_root
from .spool.folders import used_bytes
from .spool.writer import SpoolFull, SpoolWriter

CHECK_SECONDS = 5.0


class Finding(NamedTuple):
    """One line."""

    name: str
    good: bool
    text: str
    # A remedy, where there is one.
    hint: str = ""


def findings(options: Options, admin: int | None = None) -> Iterator[Finding]:
    """One after the other; what depends on one that failed is left out."""
    yield _spool(options)
    try:
        import pika
    except ImportError as error:
        yield Finding("pika", False, str(error), "pip install 'pika>=1.4'")
        return
    yield Finding("pika", True, f"version {pika.__version__}")
    from .connection import Trouble, explain, parameters

    connection = None
    for url in check_urls(options.url):
        try:
            found = parameters(url, options, "alidade-client check")
            connection = pika.BlockingConnection(found)
            yield Finding("broker", True, f"{found.host}:{found.port}, virtual host {found.virtual_host}")
            break
        except Exception as error:
            trouble = error if isinstance(error, Trouble) else explain(error, url)
            yield Finding("broker", False, trouble.text)
    if connection is None:
        return
    try:
        yield from _broker(connection)
    finally:
        if connection.is_open:
            connection.close()
    yield from _daemon(options, admin)


def _spool(options: Options) -> Finding:
    root = spool_root(options.spool)
    if root is None:
        return Finding("spool", True, "none: events wait in memory, and are lost with the process")
    try:
        writer = SpoolWriter(root, options.service, options.spool_max_bytes, False)
        writer.remove()
        used, free = used_bytes(root), shutil.disk_usage(root).free
    except SpoolFull:
        return Finding("spool", False, f"{root} is full: {used_bytes(root)} of {options.spool_max_bytes} bytes",
                       "is the broker reachable? Else raise spool_max_bytes")
    except OSError as error:
        return Finding("spool", False, f"{root} cannot be written: {error.strerror or error}", "make the folder for this user, or set ALIDADE_SPOOL_DIR")
    if free < options.spool_max_bytes - used:
        return Finding("spool", False, f"{root} may take {options.spool_max_bytes} bytes, but its disk has {free} left", "lower spool_max_bytes")
    return Finding("spool", True, f"{root}, {used} bytes wait")


def _broker(connection: object) -> Iterator[Finding]:
    import pika
    import pika.exceptions

    assert isinstance(connection, pika.BlockingConnection)
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        # No queue is bound with this key: it comes back, and shows that publishing is allowed.
        channel.basic_publish(_rules.EXCHANGE, "alidade.check", b"{}", pika.BasicProperties(expiration="1000"), mandatory=True)
        yield Finding("publish", True, f"to the exchange {_rules.EXCHANGE}")
    except pika.exceptions.UnroutableError:
        yield Finding("publish", True, f"to the exchange {_rules.EXCHANGE}")
    except pika.exceptions.AMQPError as error:
        code, text = getattr(error, "reply_code", 0), getattr(error, "reply_text", str(error))
        yield Finding("publish", False, f"{code} {text}", "run alidade topology declare" if code == 404 else "the user needs write on the exchange")
        if not connection.is_open:
            return
    for queue in ("profiler-telemetry", "intelligence-events"):
        try:
            waiting = connection.channel().queue_declare(queue, passive=True).method.message_count
            yield Finding(queue, True, f"{waiting} messages wait")
        except pika.exceptions.AMQPError as error:
            code = getattr(error, "reply_code", 0)
            if code in (403, 405):
                yield Finding(queue, True, "is there, and not for this user to look at")
            else:
                yield Finding(queue, False, f"{code} {getattr(error, 'reply_text', error)}", "run alidade topology declare")
            if not connection.is_open:
                return


def _daemon(options: Options, admin: int | None) -> Iterator[Finding]:
    client = Client(options)
    try:
        try:
            began = time.monotonic()
            reply = _receipts.metrics(client, ("data_quality",), {"days": 1}, max(CHECK_SECONDS, options.metrics_timeout))["data_quality"]
            yield Finding("daemon", True, f"answers in {(time.monotonic() - began) * 1000:.0f} ms, as of {reply.document.get('as_of')}")
        except MetricsTimeout as error:
            yield Finding("daemon", False, str(error), "is alidade run running? Events are kept by the broker meanwhile")
        except MetricsError as error:
            yield Finding("daemon", False, str(error))
        if admin is not None:
            yield _event(client, admin)
    finally:
        client.close(1.0)


def _event(client: Client, admin: int) -> Finding:
    """A real one, because nothing else shows that a queue is bound and the daemon reads it."""
    now = time.time_ns()
    event = {"event_id": uuid7(), "occurred_at": now_text(now), "event_type": "DASHBOARD_OPEN", "admin_user_id": admin,
             "explanation_version": client.options.explanation_version or "check"}
    try:
        receipt = _receipts.send(client, "intelligence", event, "intelligence.view", now, CHECK_SECONDS)
    except ReceiptTimeout as error:
        return Finding("event", False, str(error), "is a queue bound with intelligence.#? Run alidade topology check")
    return Finding("event", receipt.status != "quarantined", f"{receipt.status}, {event['event_id']}")


def run(options: Options, write: Callable[[str], object], admin: int | None = None) -> bool:
    """Prints a line for each; whether something is wrong."""
    wrong = False
    for found in findings(options, admin):
        wrong = wrong or not found.good
        write(f"{'ok  ' if found.good else 'FAIL'}  {found.name:<20}{found.text}" + (f"\n      {'':<20}{found.hint}" if found.hint else "") + os.linesep)
    return wrong
