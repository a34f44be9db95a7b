"""Processes found by a mark in their environment, whoever their parent is by now."""
import contextlib
import os
import pathlib
import signal
import uuid


class Mark:
    def __init__(self):
        self.variable = {"MARK": uuid.uuid4().hex}

    def _numbers(self):
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"MARK={self.variable['MARK']}".encode() in (process / "environ").read_bytes().split(b"\0"):
                    yield process

    def running(self):
        """The command lines of those that run."""
        found = []
        for process in self._numbers():
            with contextlib.suppress(OSError):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        return found

    def kill(self):
        for process in self._numbers():
            with contextlib.suppress(OSError):
                os.kill(int(process.name), signal.SIGKILL)
