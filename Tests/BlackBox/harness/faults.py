"""Faults that are real: signals at exact system calls, file systems that fill up, vanish or refuse to write, connections cut."""
import contextlib
import fcntl
import os
import pathlib
import signal
import struct
import subprocess

from harness.waiting import wait_until

EXT4_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2


def needs_root():
    assert os.geteuid() == 0, "this test mounts file systems and needs root; run it with sudo or as CI does"


def inject(call, what):
    """The strace command line under which a system call is answered with a signal, an error or a delay."""
    return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", "signal=none", "-e", f"inject={call}:{what}"]


def killed_at(call, n):
    return inject(call, f"signal=KILL:when={n}")


@contextlib.contextmanager
def hung_thread(daemon, name, seconds=60):
    """One thread of the daemon is held in its next poll; the others go on. A process that ends meanwhile keeps this thread until the
    end of the with statement, as it would keep one whose disk hangs: `daemon.has_ended()` tells."""
    threads = {(task / "comm").read_text().strip(): task.name for task in pathlib.Path(f"/proc/{daemon.pid()}/task").iterdir()}
    assert name in threads, threads
    tracer = subprocess.Popen(
        ["strace", "-qq", "-o", "/dev/null", "-p", threads[name], "-e", "trace=poll", "-e", f"inject=poll:delay_enter={seconds * 1_000_000}"],
        stderr=subprocess.DEVNULL)
    status = pathlib.Path(f"/proc/{daemon.pid()}/task/{threads[name]}/status")

    def is_held():
        assert tracer.poll() is None, f"strace ended with {tracer.returncode}"
        return "State:\tt" in status.read_text()

    def stays_held():
        """Being attached to stops it for a moment, too."""
        return all(is_held() for _ in range(2000))
    try:
        wait_until(f"the thread {name} was held", stays_held)
        yield
    finally:
        tracer.kill()
        tracer.wait(10)


@contextlib.contextmanager
def first_held(daemon, calls, seconds):
    """In each thread of the running daemon the next of these system calls takes so many seconds, as on a device that hangs."""
    tracer = subprocess.Popen([
        "strace", "-f", "-qq", "-o", "/dev/null", "-p", str(daemon.pid()), "-e", f"trace={calls}", "-e", "signal=none",
        "-e", f"inject={calls}:delay_enter={int(seconds * 1e6)}:when=1"])
    try:
        def is_traced(task):
            with contextlib.suppress(FileNotFoundError):  # a thread that has ended
                return "TracerPid:\t0\n" not in (task / "status").read_text()
            return True
        tasks = pathlib.Path(f"/proc/{daemon.pid()}/task")
        wait_until("every thread was traced", lambda: all(is_traced(task) for task in tasks.iterdir()))
        yield
    finally:
        tracer.terminate()
        tracer.wait(10)


def must(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.stderr.strip()}"
    return done.stdout


@contextlib.contextmanager
def small_memory_disk(folder, size):
    """A tmpfs that is soon full; yields a function that makes it bigger."""
    needs_root()
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    must("mount", "-t", "tmpfs", "-o", f"size={size}", "alidade-test", folder)
    try:
        yield lambda bigger: must("mount", "-o", f"remount,size={bigger}", folder)
    finally:
        must("umount", "-l", folder)


class LoopDisk:
    """An ext4 in a file, with a power switch."""

    def __init__(self, folder, megabytes=96):
        needs_root()
        self.image = pathlib.Path(folder) / "disk.img"
        self.folder = pathlib.Path(folder) / "disk"
        self.folder.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(megabytes << 20)
        must("mkfs.ext4", "-qF", self.image)
        self.mount()

    def mount(self):
        must("mount", "-o", "loop", self.image, self.folder)

    def unmount(self):
        must("umount", self.folder)

    def cut_power(self):
        """From now on nothing reaches the disk, not even what is in the journal's memory."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def frozen(self):
        """Every write waits until the end of the with statement. The watchdog thaws it even if this process dies."""
        must("fsfreeze", "-f", self.folder)
        watchdog = subprocess.Popen(["sh", "-c", 'sleep 90; fsfreeze -u "$1"', "watchdog", str(self.folder)], start_new_session=True)
        try:
            yield
        finally:
            must("fsfreeze", "-u", self.folder)
            os.killpg(watchdog.pid, signal.SIGKILL)
            watchdog.wait()

    def discard(self):
        subprocess.run(["umount", "-l", str(self.folder)], capture_output=True)


def cut_sockets(pid, port):
    """Destroys the process's TCP connections to a port, as a firewall or a lost route would; how many there were."""
    needs_root()
    listed = must("ss", "-tnpH", "state", "established", f"( dport = :{port} )")
    own = [line.split()[2].rsplit(":", 1)[1] for line in listed.splitlines() if f"pid={pid}," in line]
    for source in own:
        must("ss", "-K", "-tn", "sport", "=", f":{source}", "dport", "=", f":{port}")
    return len(own)
