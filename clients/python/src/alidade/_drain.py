"""Sends what dead processes left in a spool."""
from __future__ import annotations

import time

from .client import Client
from .options import Options
from .spool import adoption, folders


def drain(options: Options, root: str | None, timeout: float) -> tuple[int, int]:
    """How many events were sent, and how many directories are left. Those of living processes are their own."""
    if root is None:
        return 0, 0
    client = Client(options)
    client.root = root
    client.wake()
    deadline = time.monotonic() + timeout
    sender = client.sender
    try:
        while time.monotonic() < deadline:
            sender = client.sender
            if sender is not None:
                sender.hurry = 1
                if sender.sources.empty_looks > 0:
                    break
            time.sleep(0.02)
        return client.stats().confirmed, 0 if client.close(1.0) and sender is not None and sender.sources.empty_looks > 0 else _orphans(root)
    finally:
        client.close(1.0)


def _orphans(root: str) -> int:
    """Directories that nobody holds; asked when the thread has ended, because a lock is the whole process's."""
    count = 0
    for path in folders.directories(root):
        for reader in adoption.adopt_one(path):
            count += 1
            reader.close()
    return count
