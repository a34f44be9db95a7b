"""The sender's side of the spool: a directory as a queue."""
from __future__ import annotations

import os
import struct
import zlib
from collections import deque

from ..buffer import InFlight
from ..events import FIXED, FRAME, LARGEST, unpack
from .folders import HEAD, segment_path, segments
from .locks import held
from .writer import SpoolWriter

CONFIRMED = struct.Struct("<IQ")
CHUNK = 262_144


class SpoolReader:
    """`take` reads on, `settle` says that the broker has a record, `rewind` begins again after what is confirmed."""

    def __init__(self, path: str, writer: SpoolWriter | None = None, lock_descriptor: int = -1) -> None:
        self.path, self.writer = path, writer
        self.service = writer.service if writer is not None else os.path.basename(os.path.dirname(path))
        self._lock_descriptor = lock_descriptor
        self._descriptor = -1
        self._open = 0
        # What was read last: of which segment, from where.
        self._chunk, self._chunk_segment, self._chunk_start = b"", 0, 0
        self._flight: deque[InFlight] = deque()
        self._confirmed_descriptor = -1
        self._written: tuple[int, int] = (0, 0)
        self.confirmed = self._read_confirmed()
        self.segment, self.offset = self.confirmed
        self.damaged = 0

    def _read_confirmed(self) -> tuple[int, int]:
        try:
            with open(os.path.join(self.path, "confirmed"), "rb") as file:
                segment, offset = CONFIRMED.unpack(file.read(CONFIRMED.size))
                return segment, max(offset, HEAD.size)
        except (OSError, struct.error):
            return 0, HEAD.size

    def _opened(self, number: int) -> bool:
        if self._open == number and self._descriptor >= 0:
            return True
        self._close_segment()
        try:
            self._descriptor = os.open(segment_path(self.path, number), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            writer = self.writer
            if writer is None or number != writer.segment or writer.descriptor < 0:
                return False
            # Somebody has removed it; as long as it is open it is there.
            self._descriptor = os.dup(writer.descriptor)
        self._open = number
        return True

    def _close_segment(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._open = -1, 0
        self._chunk, self._chunk_segment = b"", 0

    def _limit(self) -> tuple[int, bool]:
        """How far the segment may be read, and whether nothing more will come in it."""
        writer = self.writer
        if writer is not None and self.segment >= writer.segment:
            # The segment is looked at again afterwards: it may have become full in between.
            size = writer.size
            if self.segment == writer.segment:
                return size, False
        return os.fstat(self._descriptor).st_size, True

    def take(self, maximum: int) -> list[InFlight]:
        """The next records that are whole."""
        found: list[InFlight] = []
        while len(found) < maximum:
            if self.segment == 0 or not self._opened(self.segment):
                if not self._forward():
                    break
                continue
            if self._parse(maximum - len(found), found):
                continue
            limit, sealed = self._limit()
            if self.offset >= limit:
                if not sealed or not self._forward():
                    break
                continue
            self._read(min(CHUNK, limit - self.offset))
            if self._parse(maximum - len(found), found):
                continue
            if len(self._chunk) == CHUNK and limit - self.offset > CHUNK:
                self._read(min(LARGEST + FRAME.size, limit - self.offset))
                if self._parse(maximum - len(found), found):
                    continue
            if not sealed:
                break
            # Torn: a kill inside the write. Nothing that was promised is behind it.
            self.damaged += 1
            self.offset = limit
        return found

    def _read(self, size: int) -> None:
        self._chunk = os.pread(self._descriptor, size, self.offset)
        self._chunk_segment, self._chunk_start = self.segment, self.offset

    def _parse(self, maximum: int, found: list[InFlight]) -> int:
        """From what was read last; how many records."""
        chunk, start = self._chunk, self._chunk_start
        at, count, size = self.offset - start, 0, len(chunk)
        if self._chunk_segment != self.segment or at < 0:
            return 0
        while count < maximum and at + FRAME.size <= size:
            length, crc = FRAME.unpack_from(chunk, at)
            begin = at + FRAME.size
            end = begin + length
            if not FIXED.size <= length <= LARGEST or end > size:
                break
            payload = chunk[begin:end]
            if zlib.crc32(payload) != crc:
                break
            try:
                record = unpack(payload)
            except (UnicodeDecodeError, struct.error):
                break
            at = end
            flight = InFlight(self, record, self.segment, start + at)
            self._flight.append(flight)
            found.append(flight)
            count += 1
        self.offset = start + at
        return count

    def _forward(self) -> bool:
        """To the next segment that is there."""
        try:
            later = [number for number in segments(self.path) if number > self.segment]
        except OSError:
            later = []
        if not later and self.writer is not None and self.writer.segment > self.segment:
            later = [self.writer.segment]
        if not later:
            return False
        self.segment, self.offset = later[0], HEAD.size
        return True

    def settle(self, flight: InFlight) -> bool:
        """The broker has it, or nobody ever will. False where it was counted already."""
        flight.settled = True
        counts = self.writer is None or self.writer.settled(flight.segment)
        queue = self._flight
        while queue and queue[0].settled:
            first = queue.popleft()
            if first.segment != self.confirmed[0]:
                self._remove_before(first.segment)
            self.confirmed = (first.segment, first.end)
        return counts

    def _remove_before(self, segment: int) -> None:
        try:
            for number in segments(self.path):
                if number < segment:
                    os.unlink(segment_path(self.path, number))
        except OSError:
            pass

    def commit(self) -> None:
        """Notes how far everything is confirmed."""
        if self.confirmed == self._written:
            return
        try:
            if self._confirmed_descriptor < 0:
                self._confirmed_descriptor = os.open(os.path.join(self.path, "confirmed"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.pwrite(self._confirmed_descriptor, CONFIRMED.pack(*self.confirmed), 0)
            self._written = self.confirmed
        except OSError:
            pass

    def rewind(self) -> None:
        """What is not confirmed is read again."""
        self._flight.clear()
        self.segment, self.offset = self.confirmed
        if self.segment == 0:
            self.offset = HEAD.size

    def in_flight(self) -> int:
        return len(self._flight)

    def is_drained(self) -> bool:
        """Whether every record has been settled; only of a directory that nobody writes to."""
        if self._flight:
            return False
        try:
            numbers = segments(self.path)
        except OSError:
            return True
        if not numbers or numbers[-1] < self.segment:
            return True
        if self.segment != numbers[-1] or not self._opened(self.segment):
            return False
        return self.offset >= os.fstat(self._descriptor).st_size

    def close(self) -> None:
        """Lets go of it."""
        self._close_segment()
        if self._confirmed_descriptor >= 0:
            os.close(self._confirmed_descriptor)
            self._confirmed_descriptor = -1
        if self._lock_descriptor >= 0:
            os.close(self._lock_descriptor)
            self._lock_descriptor = -1
            held.discard(self.path)
