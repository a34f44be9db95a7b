"""The caller's side of the spool: this process's directory, and one `write` for each record."""
from __future__ import annotations

import errno
import os
import threading
import time

from .folders import HEAD, SpoolUnusable, make_root, remove_directory, segment_path, segments, service_folder, used_bytes
from .locks import held, lock

MAGIC, VERSION = b"ALSP", 1
SEGMENT_BYTES = 8 * 1024 * 1024


class SpoolFull(Exception):
    """The limit of all processes together is reached."""


class SpoolWriter:
    """This process's directory. `append` is called under the client's lock; nobody else writes."""

    def __init__(self, root: str, service: str, max_bytes: int, drop_old: bool) -> None:
        self.root, self.service, self.max_bytes, self.drop_old = root, service, max_bytes, drop_old
        self.segment_bytes = max(16_384, min(SEGMENT_BYTES, max_bytes // 8))
        make_root(root)
        parent = os.path.join(root, service_folder(service))
        os.makedirs(parent, 0o700, exist_ok=True)
        self.path, self._lock_descriptor = self._own_directory(parent)
        self.segment = 0
        self.size = 0
        self.dirty = False
        self.descriptor = -1
        # Whether a write did not come to its end: a disk that is full, or an exception that a signal handler raised in the middle. What would
        # come behind half a record would not be found, so the next one goes into a new segment.
        self._torn = False
        # How many events each segment that is full holds, for `drop_old`.
        self.counts: dict[int, int] = {}
        self._count = 0
        # How many of them are settled, and which segments are given up: an event is counted once, as the one or the other.
        self._settled: dict[int, int] = {}
        self._given_up: set[int] = set()
        self._counting = threading.Lock()
        try:
            self._next_segment()
        except BaseException:
            self.remove()
            raise

    def _own_directory(self, parent: str) -> tuple[str, int]:
        for _ in range(16):
            path = os.path.join(parent, f"{os.getpid()}-{time.time_ns()}-{os.urandom(2).hex()}")
            try:
                os.mkdir(path, 0o700)
            except FileNotFoundError:
                # The last process of the service has just tidied up.
                os.makedirs(parent, 0o700, exist_ok=True)
                continue
            held.add(path)
            name = os.path.join(path, "owner.lock")
            try:
                descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                # A disk that is full: the next try must find no more of these.
                held.discard(path)
                os.rmdir(path)
                raise
            try:
                # Somebody who adopts may have been faster, and have removed it since.
                if lock(descriptor) is not False and os.stat(name).st_ino == os.fstat(descriptor).st_ino:
                    return path, descriptor
            except OSError:
                pass
            os.close(descriptor)
            held.discard(path)
        raise SpoolUnusable(errno.EAGAIN, "no directory of its own could be made", parent)

    def _next_segment(self) -> None:
        used = used_bytes(self.root)
        if used + self.segment_bytes > self.max_bytes and not (self.drop_old and self._drop_oldest()):
            if used > 0 or self.segment > 0:
                raise SpoolFull
        number = self.segment + 1
        descriptor = os.open(segment_path(self.path, number), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            head = HEAD.pack(MAGIC, VERSION, time.time_ns())
            if os.write(descriptor, head) != len(head):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            os.close(descriptor)
            os.unlink(segment_path(self.path, number))
            raise
        if self.descriptor >= 0:
            self.counts[self.segment] = self._count
            os.close(self.descriptor)
        self.descriptor, self.segment, self.size, self._count, self._torn = descriptor, number, len(head), 0, False

    #: Events that `drop_old` has given up; the client counts them.
    dropped_old = 0

    def _drop_oldest(self) -> bool:
        for number in segments(self.path):
            if number < self.segment:
                os.unlink(segment_path(self.path, number))
                with self._counting:
                    self._given_up.add(number)
                    self.dropped_old += self.counts.pop(number, 0) - self._settled.pop(number, 0)
                return True
        return False

    def settled(self, segment: int) -> bool:
        """Notes that the broker has an event of a segment; False where it was counted as given up."""
        if not self.drop_old:
            return True
        with self._counting:
            if segment in self._given_up:
                return False
            self._settled[segment] = self._settled.get(segment, 0) + 1
            return True

    def is_gone(self) -> bool:
        """Whether somebody has removed the file that is written to: what cleans up a folder for temporary files, for one."""
        try:
            return self.descriptor >= 0 and os.fstat(self.descriptor).st_nlink == 0
        except OSError:
            return True

    def append(self, data: bytes) -> None:
        """One record, with one write. Raises SpoolFull or OSError; then nothing of it is there."""
        if self.descriptor < 0 or self._torn or self.size + len(data) > self.segment_bytes:
            self._next_segment()
        self._torn = True
        written = os.write(self.descriptor, data)
        if written != len(data):
            os.ftruncate(self.descriptor, self.size)
            self._torn = False
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.size += written
        self._torn = False
        self._count += 1
        self.dirty = True

    def roll(self) -> None:
        """Begins a new segment, because all of this one is confirmed."""
        self._next_segment()

    def sync(self) -> None:
        """What a power cut would cost is on the disk."""
        self.dirty = False
        os.fdatasync(self.descriptor)

    def abandon(self) -> None:
        """Gives the directory up as it is; whoever finds it adopts it."""
        for descriptor in (self.descriptor, self._lock_descriptor):
            if descriptor >= 0:
                os.close(descriptor)
        self.descriptor = self._lock_descriptor = -1
        held.discard(self.path)

    def remove(self) -> None:
        """All is confirmed: nothing is left behind."""
        remove_directory(self.path)
        self.abandon()
