"""Minimal Debian file systems, made once with mmdebstrap and kept (ALIDADE_TEST_ROOT, else alidade-test-root in the cache folder).

What is done in one of them is laid over it in memory, where the host can read it too, and is gone afterwards.
"""
import contextlib
import fcntl
import hashlib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

from harness.faults import must, needs_root

# Nothing of this is needed to run a service, and unpacking it is most of the work.
LEFT_OUT = ("/usr/share/man/*", "/usr/share/locale/*", "/usr/share/doc/*", "/usr/share/info/*")
ENVIRONMENT = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive")


class NoRoot(AssertionError):
    """A Debian file system could not be made here."""


def dependencies(package):
    """The names that the package's Depends has, of alternatives the first."""
    done = subprocess.run(["dpkg-deb", "-f", package, "Depends"], capture_output=True, text=True, check=True)
    return sorted(re.match(r"[a-z0-9.+-]+", part.strip()).group(0) for part in done.stdout.split(","))


def _cache():
    folder = os.environ.get("ALIDADE_TEST_ROOT")
    if folder:
        return pathlib.Path(folder)
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "alidade-test-root"


def make_root(purpose, release, packages):
    """A minimal Debian with these packages; made once, kept for the next run. There is one for each purpose."""
    needs_root()
    include = sorted(set(packages))
    key = hashlib.sha256(" ".join((release, *include, *LEFT_OUT)).encode()).hexdigest()[:12]
    cache = _cache()
    cache.mkdir(parents=True, exist_ok=True)
    root = cache / f"{purpose}-{release}-{key}"
    with open(cache / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if root.is_dir():
            return root
        for stale in cache.glob(f"{purpose}-*"):
            shutil.rmtree(stale)
        making = cache / f"{purpose}-{release}-{key}.partial"
        options = [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
        done = subprocess.run(
            ["mmdebstrap", "--variant=apt", *([f"--include={','.join(include)}"] if include else []), *options,
             "--aptopt=Apt::Install-Recommends false", release, making],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900)
        if done.returncode:
            raise NoRoot(f"mmdebstrap could not make a Debian {release}:\n{done.stdout[-3000:]}")
        making.rename(root)
    return root


class Disk:
    """A file system that can be written to: what is written lies in memory, over `root`."""

    def __init__(self, root):
        self.root = root
        self.memory = pathlib.Path(tempfile.mkdtemp(prefix="alidade-machine-"))
        self.path = self.memory / "disk"

    def mount(self):
        needs_root()
        must("mount", "-t", "tmpfs", "alidade-machine", self.memory)
        for name in ("written", "work", "disk"):
            (self.memory / name).mkdir()
        layers = f"lowerdir={self.root},upperdir={self.memory / 'written'},workdir={self.memory / 'work'}"
        must("mount", "-t", "overlay", "-o", layers, "alidade-machine", self.path)
        (self.path / "etc" / "hosts").write_text("127.0.0.1 localhost\n")

    def unmount(self):
        for folder in (self.path, self.memory):
            if folder.is_mount():
                must("umount", "-l", folder)
        self.memory.rmdir()


@contextlib.contextmanager
def entered(root):
    """A `Tree` on a disk of its own, which is gone at the end of the with statement."""
    disk = Disk(root)
    try:
        disk.mount()
        yield Tree(disk.path)
    finally:
        disk.unmount()


class Tree:
    """A file system whose programs are run in it, with the host's kernel and network and processes of their own."""

    def __init__(self, path):
        self.path = path

    def command(self, *command, environment=(), user=None):
        """The command line on the host that runs `command` inside."""
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        # The first process of the namespace takes every other one along when it ends.
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", f"--mount-proc={self.path}/proc", "chroot", str(self.path),
                *become, *ENVIRONMENT, *environment, *map(str, command)]

    def run(self, *command, check=True, limit=300, input=None, **more):
        done = subprocess.run(self.command(*command, **more), capture_output=True, text=True, timeout=limit, input=input)
        if check:
            assert done.returncode == 0, f"{shlex.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done

    def use_network(self):
        """Names are resolved as on the host."""
        shutil.copyfile("/etc/resolv.conf", self.path / "etc/resolv.conf")
