"""How a process is copied and how it ends: locks and descriptors that a child must not use, and what is done before leaving."""
from __future__ import annotations

import atexit
import logging  # noqa: F401 - its lock is taken by a hook for forks as well, and the hook that is registered last is called first: ours must be
import os
import sys
import threading
from _weakrefset import WeakSet  # as threading does, which has it loaded: all of weakref costs ten times as much

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .client import Client

clients: WeakSet[Client] = WeakSet()
# What a child inherits and must not touch; nothing of it is ever closed, finalised or collected.
graveyard: list[object] = []
# What else is made anew in a child.
renewed: list[Callable[[], object]] = []
# Held while this package imports something later than at its own import: a child that is forked meanwhile would wait for ever for a module
# that nobody goes on with.
_importing = threading.RLock()
WAIT_SECONDS = 5.0


def importing() -> Any:
    """The lock that a fork waits for."""
    return _importing


def at_exit() -> None:
    """All clients share one deadline, the longest of theirs."""
    import time

    mine = [client for client in list(clients) if client.pid == os.getpid()]
    if not mine:
        return
    deadline = time.monotonic() + max(client.options.exit_timeout for client in mine)
    for client in mine:
        client.close(max(0.0, deadline - time.monotonic()))


def notice_other_exits() -> None:
    """Ways to leave a process that `atexit` is not told of."""
    for name in ("multiprocessing.util", "billiard.util"):
        util = sys.modules.get(name)
        if util is not None:
            try:
                util.Finalize(None, at_exit, exitpriority=100)
            except Exception:
                pass
    signals = sys.modules.get("celery.signals")
    if signals is not None:
        try:
            signals.worker_process_shutdown.connect(_celery_shutdown, weak=False, dispatch_uid="alidade")
        except Exception:
            pass


def _celery_shutdown(**_: object) -> None:
    at_exit()


def threads_run() -> bool:
    """Whether a thread of ours would ever run: uWSGI has them off unless told otherwise."""
    uwsgi = sys.modules.get("uwsgi")
    if uwsgi is None:
        return True
    options = getattr(uwsgi, "opt", {})
    return any(options.get(name) or options.get(name.encode()) for name in ("enable-threads", "threads", "gevent"))


def _before_fork() -> None:
    # Importing takes some hundredths of a second; who waits longer than this is better off forking.
    _importing.acquire(timeout=WAIT_SECONDS)


def _after_fork_in_parent() -> None:
    try:
        _importing.release()
    except RuntimeError:
        # It was waited for in vain.
        pass


def _after_fork_in_child() -> None:
    global _importing
    try:
        _importing = threading.RLock()
        for renew in renewed:
            renew()
        for client in list(clients):
            client.after_fork()
    except Exception:
        pass


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
atexit.register(at_exit)
