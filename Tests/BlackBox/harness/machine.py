"""A Debian machine with a systemd of its own, booted in a container in half a second: where the package is installed for real.

The root is made once with mmdebstrap and kept (ALIDADE_TEST_ROOT, else alidade-test-root in the cache folder); what a machine writes is
laid over it in memory, where the host can read it too, and is gone when it stops. The network is the host's, so the tests' broker is reached
as everywhere else.
"""
import contextlib
import fcntl
import hashlib
import itertools
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import tempfile

from harness.faults import must, needs_root
from harness.waiting import wait_until

RELEASE = "bookworm"
BASE = ("systemd", "systemd-sysv", "dbus")
# Nothing of this is needed to run a service, and unpacking it is most of the work.
LEFT_OUT = ("/usr/share/man/*", "/usr/share/locale/*", "/usr/share/doc/*", "/usr/share/info/*")
CGROUPS = pathlib.Path("/sys/fs/cgroup")
_numbers = itertools.count()


class CannotBoot(AssertionError):
    """This host cannot run a container with systemd in it."""


def _dependencies(package):
    """The names that the package's Depends has, of alternatives the first."""
    done = subprocess.run(["dpkg-deb", "-f", package, "Depends"], capture_output=True, text=True, check=True)
    return sorted(re.match(r"[a-z0-9.+-]+", part.strip()).group(0) for part in done.stdout.split(","))


def _cache():
    folder = os.environ.get("ALIDADE_TEST_ROOT")
    if folder:
        return pathlib.Path(folder)
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "alidade-test-root"


def make_root(package):
    """A minimal Debian with what `package` depends on and nothing of the package itself; made once, kept for the next run."""
    needs_root()
    include = sorted({*BASE, *_dependencies(package)})
    key = hashlib.sha256(" ".join((RELEASE, *include, *LEFT_OUT)).encode()).hexdigest()[:12]
    cache = _cache()
    cache.mkdir(parents=True, exist_ok=True)
    root = cache / f"{RELEASE}-{key}"
    with open(cache / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if root.is_dir():
            return root
        for stale in cache.glob(f"{RELEASE}-*"):
            shutil.rmtree(stale)
        making = cache / f"{RELEASE}-{key}.partial"
        shutil.rmtree(making, ignore_errors=True)
        options = [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
        done = subprocess.run(
            ["mmdebstrap", "--variant=apt", f"--include={','.join(include)}", *options,
             "--aptopt=Apt::Install-Recommends false", RELEASE, making],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900)
        if done.returncode:
            raise CannotBoot(f"mmdebstrap could not make a Debian root:\n{done.stdout[-3000:]}")
        making.rename(root)
    return root


class Machine:
    """One boot of the root; `folder` of the host is /mnt in it, read-only."""

    def __init__(self, root, folder):
        self.root = root
        self.folder = pathlib.Path(folder)
        self.name = f"alidade-{os.getpid()}-{next(_numbers)}"
        self.memory = pathlib.Path(tempfile.mkdtemp(prefix="alidade-machine-"))
        self.disk = self.memory / "disk"
        self.log = self.memory / "console.log"
        self.process = None
        self.leader = None

    def boot(self):
        needs_root()
        must("mount", "-t", "tmpfs", "alidade-machine", self.memory)
        for name in ("written", "work", "disk"):
            (self.memory / name).mkdir()
        layers = f"lowerdir={self.root},upperdir={self.memory / 'written'},workdir={self.memory / 'work'}"
        must("mount", "-t", "overlay", "-o", layers, "alidade-machine", self.disk)
        (self.disk / "etc" / "hosts").write_text("127.0.0.1 localhost\n")
        cgroups = self._own_cgroups()
        join = "; ".join(f"echo $$ > {shlex.quote(str(path / 'cgroup.procs'))}" for path in cgroups)
        # Where systemd runs the host, it makes the container a scope of its own; elsewhere there is nobody to ask.
        keep = [] if pathlib.Path("/run/systemd/system").is_dir() else ["--keep-unit"]
        command = [
            "systemd-nspawn", "--quiet", f"--directory={self.disk}", "--boot", "--register=no", *keep,
            "--console=read-only", f"--machine={self.name}", f"--bind-ro={self.folder}:/mnt", "--resolv-conf=off",
            "--timezone=off", "--link-journal=no"]
        environment = {**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["sh", "-c", f"{join or ':'}; exec {shlex.join(command)}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment, start_new_session=True)
        try:
            wait_until("systemd had started everything", self._is_up, 60, every=0.02)
        except AssertionError as error:
            words = self.log.read_text(errors="replace")[-3000:]
            self.stop()
            raise CannotBoot(f"{error}; the console said:\n{words}") from None
        return self

    def _own_cgroups(self):
        """Control groups for the machine alone, where the host's cannot be asked for by systemd."""
        if pathlib.Path("/run/systemd/system").is_dir():
            return []
        parents = [CGROUPS] if (CGROUPS / "cgroup.controllers").exists() else [CGROUPS / "unified", CGROUPS / "systemd"]
        own = [parent / self.name for parent in parents if parent.is_dir()]
        for path in own:
            path.mkdir(exist_ok=True)
        return own

    def _is_up(self):
        if self.process.poll() is not None:
            raise CannotBoot(f"systemd-nspawn ended with {self.process.returncode}")
        # The first child only prepares; the one that stays is the machine's first process.
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        self.leader = int(children[-1]) if children else None
        if self.leader is None:
            return False
        state = self.run("systemctl", "is-system-running", "--wait", check=False).stdout.strip()
        return state in ("running", "degraded")

    def stop(self):
        """Pulls the plug: everything it wrote was in memory."""
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError, TypeError):
                os.kill(self.leader, signal.SIGKILL)  # takes every process of its namespace along
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)
        for parent in (CGROUPS, CGROUPS / "unified", CGROUPS / "systemd"):
            # Whatever the first process did not take along, as when it was not known yet.
            with contextlib.suppress(OSError):
                (parent / self.name / "cgroup.kill").write_text("1")
            for folder, _, _ in os.walk(parent / self.name, topdown=False):
                wait_until(f"{folder} was empty", lambda folder=folder: _remove(folder), 10)
        for folder in (self.disk, self.memory):
            if folder.is_mount():
                must("umount", "-l", folder)
        self.memory.rmdir()

    # Inside

    def run(self, *command, input=None, check=True, limit=60):
        """A command in the machine; its output as text."""
        done = subprocess.run(
            ["nsenter", "--target", str(self.leader), "--mount", "--uts", "--ipc", "--pid", "--cgroup", "--root", "--wd=/",
             "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", *map(str, command)],
            input=input, capture_output=True, text=True, timeout=limit)
        if check:
            assert done.returncode == 0, f"{shlex.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done

    def output(self, *command):
        return self.run(*command).stdout.strip()

    def write(self, path, text, mode="0644"):
        self.run("sh", "-c", 'mkdir -p "$(dirname "$1")" && cat > "$1" && chmod "$2" "$1"', "sh", path, mode, input=text)

    def path(self, inside):
        """A path of the machine's disk as the host can open it."""
        return self.disk / str(inside).lstrip("/")

    def exists(self, inside):
        return self.run("test", "-e", inside, check=False).returncode == 0


class Service:
    """A unit of a machine."""

    def __init__(self, machine, name):
        self.machine = machine
        self.name = name

    def show(self, property):
        return self.machine.output("systemctl", "show", self.name, "--property", property, "--value")

    def state(self):
        return self.show("ActiveState")

    def pid(self):
        return int(self.show("MainPID"))

    def restarts(self):
        return int(self.show("NRestarts"))

    def stop(self):
        """In order; the exit status."""
        self.systemctl("stop")
        return int(self.show("ExecMainStatus"))

    def log(self):
        return self.journal()

    def verify_store(self):
        """Compares everything that is derived with the events."""
        return self.machine.run("alidade", "store", "rebuild", "--verify", check=False)

    def systemctl(self, verb, *options, check=True, limit=60):
        return self.machine.run("systemctl", verb, *options, self.name, check=check, limit=limit)

    def journal(self):
        return self.machine.output("journalctl", "--unit", self.name, "--output", "cat", "--no-pager")

    def wait_state(self, state, limit=30):
        def reached():
            return self.state() == state
        try:
            wait_until(f"{self.name} was {state}", reached, limit)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {self.state()}:\n{self.journal()[-3000:]}") from None

    def drop_in(self, name, text):
        """Adds to the unit as `systemctl edit` would; takes effect at the next start."""
        self.machine.write(f"/etc/systemd/system/{self.name}.d/{name}.conf", text)
        self.machine.run("systemctl", "daemon-reload")


def _remove(folder):
    try:
        os.rmdir(folder)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
