"""A Debian machine with a systemd of its own, booted in a container in half a second: where the package is installed for real.

What a machine writes is gone when it stops.
"""
import contextlib
import itertools
import os
import pathlib
import shlex
import signal
import subprocess

import pytest

from harness.root import ENVIRONMENT, Disk, dependencies, make_root
from harness.waiting import PATIENCE, wait_until

RELEASE = "bookworm"
BASE = ("systemd", "systemd-sysv", "dbus")
CGROUPS = pathlib.Path("/sys/fs/cgroup")
_numbers = itertools.count()


needs_systemd = pytest.mark.skipif(
    os.environ.get("ALIDADE_TEST_WITHOUT_SYSTEMD") == "1", reason="ALIDADE_TEST_WITHOUT_SYSTEMD=1 was set")


class CannotBoot(AssertionError):
    """This host cannot run a container with systemd in it."""


def machine_root(package, purpose="machine", more=()):
    """A Debian that can be booted, with what `package` depends on and nothing of the package itself."""
    return make_root(purpose, RELEASE, [*BASE, *dependencies(package), *more])


class Machine:
    """One boot of the root; `folder` of the host is /mnt in it, read-only. Its network is the host's, or nothing but a loopback of its own."""

    def __init__(self, root, folder, network="host"):
        self.network = network
        self.folder = pathlib.Path(folder)
        self.name = f"alidade-{os.getpid()}-{next(_numbers)}"
        self.storage = Disk(root)
        self.disk = self.storage.path
        self.log = self.storage.memory / "console.log"
        self.process = None
        self.leader = None

    def boot(self):
        self.storage.mount()
        cgroups = self._own_cgroups()
        join = "; ".join(f"echo $$ > {shlex.quote(str(path / 'cgroup.procs'))}" for path in cgroups)
        # Where systemd runs the host, it makes the container a scope of its own; elsewhere there is nobody to ask.
        keep = [] if pathlib.Path("/run/systemd/system").is_dir() else ["--keep-unit"]
        command = [
            "systemd-nspawn", "--quiet", f"--directory={self.disk}", "--boot", "--register=no", *keep,
            "--console=read-only", f"--machine={self.name}", f"--bind-ro={self.folder}:/mnt", "--resolv-conf=off",
            "--timezone=off", "--link-journal=no",
            *(["--private-network"] if self.network == "none" else [])]
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
        self.storage.unmount()

    # Inside

    def run(self, *command, input=None, check=True, limit=60):
        """A command in the machine; its output as text."""
        done = subprocess.run(
            ["nsenter", "--target", str(self.leader), "--mount", "--uts", "--ipc", "--pid", "--net", "--cgroup", "--root", "--wd=/",
             *ENVIRONMENT, *map(str, command)],
            input=input, capture_output=True, text=True, timeout=limit * PATIENCE)
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
