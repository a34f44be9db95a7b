import fcntl
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

from harness.waiting import PATIENCE, wait_until


CONSUMING = " notice consuming"  # the message with its level


def yaml(settings, indent=""):
    """Nested settings as YAML: one key a line, scalars and lists in JSON's spelling, which is YAML too."""
    lines = []
    for key, value in settings.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", yaml(value, indent + "  ")]
        else:
            lines.append(f"{indent}{key}: {json.dumps(value)}")
    return "\n".join(lines)


def merged(base, changes):
    result = dict(base)
    for key, value in changes.items():
        result[key] = merged(result[key], value) if isinstance(value, dict) and isinstance(result.get(key), dict) else value
    return result


_claimed = set()
_claims = None


def _claim(port):
    """Whether a port is from now on this process's: also while nobody listens there, between two starts of a daemon. The parts of a run stand
    beside one another, so they share a file, in which a locked byte is a claimed port; the lock ends with the process."""
    global _claims
    if port in _claimed:
        return False
    if "ALIDADE_TEST_BROKER_DIR" in os.environ:
        _claims = _claims or open(pathlib.Path(os.environ["ALIDADE_TEST_BROKER_DIR"]).parent / "alidade-test-ports", "ab")
        try:
            fcntl.lockf(_claims, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
        except OSError:
            return False
    _claimed.add(port)
    return True


def free_port():
    """A port on which nobody listens, from below the range that the system takes for outgoing connections: none of them can take it meanwhile."""
    while True:
        with socket.socket() as probe:
            try:
                probe.bind(("", random.randrange(10_000, 21_000)))
            except OSError:
                continue
            port = probe.getsockname()[1]
        if _claim(port):
            return port


def clean_environment(*changes):
    """The tests' own environment without the variables that would configure the program, then the changes."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ALIDADE_")}
    environment["SWIFT_BACKTRACE"] = "enable=no"
    for change in changes:
        environment.update(change or {})
    return environment


class Daemon:
    """`alidade run` as a process of its own, with a configuration file and a store in a folder of its own."""

    def __init__(self, binary, folder, url, settings=None, environment=None, store_folder=None):
        self.binary = pathlib.Path(binary)
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store_path = pathlib.Path(store_folder or folder) / "alidade.db"
        self.config = self.folder / "alidade.yaml"
        self.log_path = self.folder / "daemon.log"
        self.environment = environment or {}
        self.process = None
        self._log_start = 0
        base = {
            "broker": {"url": url, "heartbeat_seconds": 10},
            "store": {"url": f"sqlite://{self.store_path}"},
            "http": {"listen": f"127.0.0.1:{free_port()}"},
        }
        self.settings = merged(base, settings or {})
        self.config.write_text(yaml(self.settings) + "\n")

    def verify_store(self):
        """Compares everything that is derived with the events."""
        return subprocess.run(
            [self.binary, "store", "rebuild", "--verify", "--store", f"sqlite://{self.store_path}"],
            capture_output=True, text=True, timeout=120 * PATIENCE)

    def start(self, wrapper=(), environment=None, wait=True):
        """Starts it, under a wrapper such as strace where one is given, and waits until it consumes."""
        assert not self.running(), "the daemon runs already"
        if self.process is not None:
            self._await_port()
        self._log_start = self.log_path.stat().st_size if self.log_path.exists() else 0
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*wrapper, self.binary, "run", "--config", self.config], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=clean_environment(self.environment, environment),
                start_new_session=True)
        if wait:
            self.wait_ready()
        return self

    def _await_port(self):
        """A tracer that was killed ends before what it traced, which keeps its port a moment longer."""
        host, _, port = str((self.settings.get("http") or {}).get("listen")).rpartition(":")
        until = time.monotonic() + 10
        while host == "127.0.0.1" and time.monotonic() < until:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    return probe.bind((host, int(port)))
                except OSError:
                    time.sleep(0.02)

    def wait_ready(self, limit=30, patience=PATIENCE):
        def ready():
            assert self.running(), f"the daemon ended with {self.process.poll()} before it was ready:\n{self.log()}"
            return CONSUMING in self.log()
        wait_until(f"{self.binary.name} consumed", ready, limit, patience=patience)

    def running(self):
        return self.process is not None and self.process.poll() is None

    def has_ended(self):
        """Whether its first thread has, even if another one still hangs and its exit status can therefore not be had."""
        return pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"

    def log(self, all_runs=False):
        """What this run wrote, or every run of the test."""
        if not self.log_path.exists():
            return ""
        return self.log_path.read_bytes()[0 if all_runs else self._log_start:].decode(errors="replace")

    def wait_log(self, text, limit=30):
        wait_until(f"the log said “{text}”; it says:\n{self.log()[-2000:]}", lambda: text in self.log(), limit)

    def pid(self):
        """The daemon's own process, also below a wrapper."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        wrapped = pathlib.Path(os.readlink(f"/proc/{self.process.pid}/exe")).name != self.binary.name
        return int(children[0]) if wrapped and children else self.process.pid

    def signal(self, number):
        os.kill(self.pid(), number)

    def wait(self, limit=30):
        return self.process.wait(limit * PATIENCE)

    def stop(self, limit=30):
        """SIGTERM; the exit status."""
        if self.running():
            self.signal(signal.SIGTERM)
        return self.wait(limit)

    def freeze(self):
        """No thread of it does anything more: a system call that one is in may still end, and nobody learns of it."""
        self.signal(signal.SIGSTOP)

        def is_still():
            stats = [task.read_text() for task in pathlib.Path(f"/proc/{self.pid()}/task").glob("*/stat")]
            return all(stat.rpartition(")")[2].split()[0] in "TD" for stat in stats)
        wait_until("every thread stood still", is_still, every=0.001)

    def kill(self):
        """SIGKILL for the daemon and whatever wraps it, which is its whole session."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait(10 * PATIENCE)

    def run(self, *arguments, input=None, environment=None, limit=60):
        """Another command of the program with the same configuration and store."""
        return run(self.binary, *arguments, "--config", self.config, input=input,
                   environment={**self.environment, **(environment or {})}, limit=limit)


def run(binary, *arguments, input=None, environment=None, limit=60, folder=None):
    """A command of the program, in a folder; its output as text."""
    return subprocess.run(
        [binary, *map(str, arguments)], input=input, capture_output=True, text=True, timeout=limit * PATIENCE,
        env=clean_environment(environment), cwd=folder)
