"""Where the sender takes events from: memory, this process's spool, and what dead processes left."""
from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .spool import adoption, folders
from .spool.reader import SpoolReader

if TYPE_CHECKING:
    from .buffer import InFlight, Source
    from .sender import Sender

ADOPT_SECONDS = 5.0
# Directories that are being sent at a time.
ADOPTED = 32


class Sources:
    """All of them belong to the sender's thread."""

    def __init__(self, sender: Sender) -> None:
        self.sender, self.client = sender, sender.client
        self.own: SpoolReader | None = None
        self.adopted: list[SpoolReader] = []
        # This process's as well, of a directory that somebody removed: what is open can still be read.
        self.former: list[SpoolReader] = []
        # Times that nothing was found, with a broker to send it to.
        self.empty_looks = 0
        self._looks = False

    def all(self) -> list[Source]:
        writer = self.client.writer
        if writer is not None and (self.own is None or self.own.writer is not writer):
            if self.own is not None:
                self.former.append(self.own)
            self.own = SpoolReader(writer.path, writer)
        own: list[Source] = [self.own] if self.own is not None else []
        return [self.client.memory, *self.former, *own, *self.adopted]

    def take(self, maximum: int) -> list[InFlight]:
        """From the first that has any."""
        for source in self.all():
            adopted = source in self.adopted
            if adopted and self.client.closing:
                # Those are for somebody who stays.
                break
            found = source.take(maximum)
            if isinstance(source, SpoolReader) and source.damaged:
                source.damaged = 0
                self.sender.once.say("damaged", f"a record in {source.path} was cut or damaged; it and what follows in its segment is left out")
            if found:
                if adopted:
                    self.client.counters.adopted += len(found)
                return found
        return []

    def is_own(self, source: Source) -> bool:
        return source not in self.adopted

    def rewind(self) -> None:
        for source in self.all():
            source.rewind()

    def commit(self) -> None:
        for source in self.all():
            source.commit()
        self._finish()

    def let_go(self) -> None:
        """Of files, and of what was taken from memory and is not confirmed; the thread has ended."""
        self.client.memory.rewind()
        if self.own is not None:
            self.own.commit()
        for reader in [*self.adopted, *self.former, *([self.own] if self.own is not None else [])]:
            reader.close()
        self.adopted, self.former, self.own = [], [], None

    # Adoption

    def begin(self) -> None:
        """With a new loop."""
        self._looks = False

    def look_first(self) -> None:
        """Once own events are sent: a process that lives for a moment only sends what its predecessors left as well."""
        if not self._looks:
            self._looks = True
            self._look_around()

    def _look_around(self) -> None:
        """For what dead processes left."""
        self.sender.loop.call_later(ADOPT_SECONDS * random.uniform(0.8, 1.2), self._look_around)
        self._finish()
        self._look()

    def _look(self) -> None:
        root = self.client.root
        if root is None or self.adopted or not self.sender.may_send():
            return
        try:
            for reader in adoption.adopt(root):
                self.adopted.append(reader)
                if len(self.adopted) >= ADOPTED:
                    break
        except OSError:
            return
        if self.adopted:
            self.sender.window.schedule(0)
        else:
            self.empty_looks += 1

    def _finish(self) -> None:
        """Removes what is sent."""
        for reader in list(self.former):
            if reader.in_flight() == 0 and not self.sender.window.has_parked(reader):
                self.former.remove(reader)
                reader.close()
                if reader.writer is not None:
                    reader.writer.abandon()
        if not self.adopted:
            return
        for reader in list(self.adopted):
            if reader.in_flight() == 0 and not self.sender.window.has_parked(reader) and reader.is_drained():
                self.adopted.remove(reader)
                folders.remove_directory(reader.path)
                reader.close()
        if not self.adopted and not self.client.closing:
            # There may be more of them.
            self.sender.loop.call_later(0, self._look)
