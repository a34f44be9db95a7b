"""Waiting, and the end: how long somebody waits for the broker, and what is done where no thread may be started any more."""
from __future__ import annotations

import os
import sys
import time

from .forks import importing, threads_run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .client import Client


def flush(client: Client, timeout: float, *, give_up: bool) -> bool:
    """Whether everything that was taken before is confirmed in time. With `give_up` not longer than it is of use."""
    if os.getpid() != client.pid or client.waiting() == 0:
        return os.getpid() == client.pid or not client.waiting()
    deadline = time.monotonic() + timeout
    target = client.counters.accepted
    client.wake()
    sender = client.sender
    if sender is not None:
        sender.hurry += 1
        sender.wake()
    try:
        while client.counters.settled + client.counters.given_up < target:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            current = client.sender
            if current is None or not current.is_alive():
                client.wake()
                current = client.sender
                if current is None or not current.is_alive():
                    return _drain_here(client, deadline)
            elif give_up and current.is_hopeless(deadline):
                return False
            time.sleep(min(0.002, left))
        return True
    finally:
        if sender is not None:
            sender.hurry -= 1


def _drain_here(client: Client, deadline: float) -> bool:
    """In this thread."""
    if not threads_run() and "uwsgi" in sys.modules:
        return False
    try:
        with importing():
            from .sender import Sender

        sender = Sender(client, client.sender)
        client.sender = sender
        sender.run_until(lambda: client.waiting() == 0 or time.monotonic() >= deadline)
    except Exception as error:
        client.trouble(f"could not drain at exit: {error}")
    return client.waiting() == 0


def close(client: Client, timeout: float) -> bool:
    """Sends what it can in time, then ends the thread and the connection."""
    if os.getpid() != client.pid:
        return True
    deadline = time.monotonic() + timeout
    # What the spool keeps needs no waiting for a broker that is known to be away.
    done = flush(client, timeout, give_up=client.writer is not None and len(client.memory) == 0)
    client.closing = True
    try:
        sender = client.sender
        while done and sender is not None and sender.is_busy() and time.monotonic() < deadline:
            # Of others: what is on its way is confirmed in a moment.
            time.sleep(0.002)
        if sender is not None:
            sender.stop()
            if sender.is_alive():
                sender.join(max(0.1, min(0.2, deadline - time.monotonic() + 0.1)))
            if not sender.is_alive():
                client.sender = None
        client.give_spool_up(sender is None or not sender.is_alive())
    finally:
        client.closing = False
    return done
