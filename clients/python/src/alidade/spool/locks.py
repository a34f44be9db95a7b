"""Who owns a directory: `owner.lock` is held with `lockf`, which belongs to the process and not to the file that is open."""
from __future__ import annotations

import errno
import fcntl
import threading

# Those that this process owns or has adopted: closing a second descriptor of a lock would give it up.
held: set[str] = set()
_adopting = threading.Lock()


def adopting() -> threading.Lock:
    """Two threads of one process would both get a lock of the process's, so one at a time tries."""
    return _adopting


def forget_held() -> None:
    """In a child: locks are the parent's."""
    global _adopting
    _adopting = threading.Lock()
    held.clear()


def lock(descriptor: int) -> bool | None:
    """Whether the lock is ours now; None where the file system has no locks."""
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError as error:
        return False if error.errno in (errno.EACCES, errno.EAGAIN) else None
