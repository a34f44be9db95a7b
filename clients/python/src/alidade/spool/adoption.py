"""What dead processes left: whoever gets the lock of a directory sends what is in it."""
from __future__ import annotations

import os
import time
from collections.abc import Iterator

from ..events import Record
from .folders import directories
from .locks import adopting, held, lock
from .reader import SpoolReader

# A directory on a file system without locks is nobody's when nothing in it has changed for so long.
UNLOCKED_SECONDS = 600.0


def adopt(root: str) -> Iterator[SpoolReader]:
    """Directories whose owners are dead, oldest first, each locked for us."""
    for path in directories(root):
        yield from adopt_one(path)


def adopt_one(path: str) -> Iterator[SpoolReader]:
    """The directory, where its owner is dead."""
    with adopting():
        descriptor = _take_over(path)
    if descriptor is not None:
        yield SpoolReader(path, lock_descriptor=descriptor)


def _take_over(path: str) -> int | None:
    if path in held:
        return None
    try:
        descriptor = os.open(os.path.join(path, "owner.lock"), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        _remove_stillborn(path)
        return None
    except OSError:
        return None
    mine = lock(descriptor)
    if mine is False or (mine is None and not _is_still(path)):
        os.close(descriptor)
        return None
    held.add(path)
    return descriptor


def _remove_stillborn(path: str) -> None:
    """Its process died before it had a lock."""
    try:
        if time.time() - os.stat(path).st_mtime > 60.0:
            os.rmdir(path)
    except OSError:
        pass


def _is_still(path: str) -> bool:
    try:
        with os.scandir(path) as entries:
            newest = max((entry.stat().st_mtime for entry in entries), default=0.0)
    except OSError:
        return False
    return time.time() - newest > UNLOCKED_SECONDS


def reject(root: str, record: Record, reason: str) -> None:
    """Keeps what the broker refuses and would refuse for ever."""
    folder = os.path.join(root, "rejected")
    os.makedirs(folder, 0o700, exist_ok=True)
    name = os.path.join(folder, f"{time.time_ns()}-{os.getpid()}")
    with open(f"{name}.json", "xb") as file:
        file.write(record.body)
    with open(f"{name}.txt", "x") as note:
        note.write(f"{record.key}\n{record.event_id}\n{reason}\n")
