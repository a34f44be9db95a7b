"""Names in a spool: the root, services, directories of processes, segments."""
from __future__ import annotations

import errno
import os
import stat
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = struct.Struct("<4sIQ")


class SpoolUnusable(OSError):
    """The folder is not ours alone."""


def service_folder(service: str) -> str:
    """The name of a service as that of a folder."""
    name = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in service)[:100].lstrip(".")
    return name if name and name != "rejected" else "service"


def make_root(root: str) -> None:
    """The root, for this user alone where it did not exist."""
    try:
        os.makedirs(root, 0o700)
    except FileExistsError:
        pass
    found = os.lstat(root)
    if stat.S_ISLNK(found.st_mode):
        found = os.stat(root)
        if found.st_uid not in (os.getuid(), 0):
            raise SpoolUnusable(errno.EPERM, "the spool is a link to a folder of somebody else", root)
    # In a folder that all may write to, such as /tmp, somebody else could have made it.
    if found.st_uid not in (os.getuid(), 0) or (found.st_mode & 0o002 and not found.st_mode & stat.S_ISVTX):
        raise SpoolUnusable(errno.EPERM, "the spool belongs to somebody else or everybody may write to it", root)


def used_bytes(root: str) -> int:
    """What all directories of the root hold."""
    total = 0
    for path in directories(root):
        try:
            with os.scandir(path) as entries:
                total += sum(entry.stat().st_size for entry in entries if entry.name.endswith(".log"))
        except OSError:
            continue
    return total


def directories(root: str) -> Iterator[str]:
    """Of all services, oldest first."""
    found: list[tuple[int, str]] = []
    try:
        with os.scandir(root) as services:
            for service in services:
                if not service.is_dir(follow_symlinks=False) or service.name == "rejected":
                    continue
                try:
                    found += [(int(name.split("-")[1]), os.path.join(service.path, name)) for name in os.listdir(service.path)
                              if _is_directory(name)]
                except OSError:
                    continue
    except OSError:
        return
    yield from (path for _, path in sorted(found))


def segments(path: str) -> list[int]:
    """The numbers of a directory's segments, in order."""
    return sorted(int(name[:8]) for name in os.listdir(path) if _is_segment(name))


def _is_number(text: str) -> bool:
    """Other digits than ours, such as a superscript, are digits to Python as well, and no number."""
    return text.isascii() and text.isdigit()


def _is_segment(name: str) -> bool:
    return len(name) == 12 and name.endswith(".log") and _is_number(name[:8])


def _is_directory(name: str) -> bool:
    """<pid>-<start ns>-<4 hex>"""
    parts = name.split("-")
    return len(parts) == 3 and _is_number(parts[0]) and _is_number(parts[1]) and len(parts[2]) == 4


def segment_path(path: str, number: int) -> str:
    return os.path.join(path, f"{number:08d}.log")


def remove_directory(path: str) -> None:
    """Its files and itself, the lock last; keeps what somebody else put there."""
    try:
        names = os.listdir(path)
        for name in sorted(names, key=lambda name: name == "owner.lock"):
            if _is_segment(name) or name in ("confirmed", "owner.lock"):
                os.unlink(os.path.join(path, name))
        os.rmdir(path)
        os.rmdir(os.path.dirname(path))
    except OSError:
        pass
