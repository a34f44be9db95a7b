"""`python -m alidade bench`: the figures of the documentation, on this machine.

Each is measured in a process of its own. Without `--send` nothing reaches a broker: the events go into a spool that is removed.
"""
from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .options import Options

#: Figure, unit, what it should be at most (or at least, where it is a rate).
BOUNDS: dict[str, tuple[str, float]] = {
    "idle p50": ("µs", 15), "idle p99": ("µs", 50),
    "refused p99": ("µs", 50), "refused worst": ("ms", 50),
    "black hole p99": ("µs", 50), "black hole worst": ("ms", 50),
    "import": ("ms", 25),
    "exit with a dead broker": ("s", 0.7),
    "memory of 1,000,000 events": ("MiB", 10),
    "while 10,000 are sent p99": ("µs", 250),
    "drain of 10,000": ("s", 2),
    "CPU of an event, tracked and sent": ("µs", 125),
    "idle CPU of the sender": ("%", 0.1),
}
RATES = {"sustained": ("events/s", 8000.0)}


def measured(call: Callable[[int], object], count: int, clock: Callable[[], int] = time.perf_counter_ns) -> list[int]:
    """Nanoseconds of each call, sorted."""
    found: list[int] = []
    for number in range(count):
        began = clock()
        call(number)
        found.append(clock() - began)
    return sorted(found)


@contextmanager
def black_hole() -> Iterator[str]:
    """A broker that accepts and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        kept: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    kept.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"amqp://guest:guest@127.0.0.1:{listener.getsockname()[1]}/"


def refused() -> str:
    """A URL where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"amqp://guest:guest@127.0.0.1:{probe.getsockname()[1]}/"


def track(url: str, root: str | None, count: int, *, rounds: int = 1, warm: int = 200, settle: float = 0.5) -> dict[str, float]:
    """Calls in a tight loop, after the first ones, which load what is needed."""
    import alidade

    alidade.configure(url=url, spool=root, service="bench", queue_max_events=10 ** 9, queue_max_bytes=10 ** 12, spool_max_bytes=10 ** 12)
    telemetry = alidade.get_telemetry()

    def call(number: int) -> None:
        telemetry.track_recommendation_view(risk_signal_id=number + 1, admin_user_id=42, recommendation_type="EXPIRING_SOON", confidence="HIGH")

    measured(call, warm)
    time.sleep(settle)
    best: dict[str, float] = {}
    for _ in range(rounds):
        found = measured(call, count)
        one = {"p50": found[count // 2] / 1000, "p99": found[count * 99 // 100] / 1000, "worst": found[-1] / 1e6}
        best = one if not best or one["p99"] < best["p99"] else best
    # What the call itself takes, on a machine where others have the processor as well.
    cpu = measured(call, count, time.thread_time_ns)
    return {**best, "cpu p99": cpu[count * 99 // 100] / 1000}


def _in_process(name: str, *arguments: str) -> Any:
    """A part of this file in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-m", "alidade.bench", name, *arguments], capture_output=True, text=True, timeout=600, check=True)
    return json.loads(done.stdout)


def part_track(url: str, root: str, count: str) -> dict[str, float]:
    return track(url, root, int(count), rounds=3)


def part_memory(root: str, count: str) -> float:
    """MiB that the process grew by while the broker was away."""
    import resource

    track(refused(), root or None, 20_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    import alidade

    telemetry = alidade.get_telemetry()
    for number in range(int(count)):
        telemetry.track_dashboard_open(number + 1)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def part_exit(root: str) -> float:
    """Seconds that a program takes to end once it has nothing left to do."""
    import alidade

    alidade.configure(url=refused(), spool=root, service="bench")
    alidade.get_telemetry().track_dashboard_open(1)
    time.sleep(1.0)
    began = time.monotonic()
    alidade.close()
    return time.monotonic() - began


def _connected(url: str, root: str) -> Callable[[int], object]:
    """A call whose sender has a connection."""
    import alidade

    alidade.configure(url=url, spool=root, service="bench")
    telemetry = alidade.get_telemetry()

    def call(number: int) -> None:
        telemetry.track_dashboard_open(number + 1)

    call(0)
    if not alidade.flush(30.0):
        raise SystemExit(f"the broker does not take events: {alidade.stats().last_error}")
    return call


def part_beside(url: str, root: str, count: str) -> dict[str, float]:
    """What callers feel while a backlog is sent."""
    import alidade

    call = _connected(url, root)
    for number in range(10_000):
        call(number)
    found = measured(call, int(count))
    alidade.close(60.0)
    return {"p99": found[len(found) * 99 // 100] / 1000}


def part_send(url: str, root: str) -> dict[str, float]:
    """How fast it sends, and what it costs when there is nothing to send."""
    import alidade

    call = _connected(url, root)
    cpu = time.process_time()
    for number in range(10_000):
        call(number)
    began = time.monotonic()
    alidade.flush(60.0)
    drain = time.monotonic() - began
    event = (time.process_time() - cpu) * 1e6 / 10_000
    telemetry = alidade.get_telemetry()
    began, sent, until = time.monotonic(), alidade.stats().confirmed, 5.0
    while time.monotonic() - began < until:
        # As much as is sent: more would wait, and less would measure this loop.
        if telemetry.client.waiting() < 3000:
            for number in range(50):
                call(number)
        else:
            time.sleep(0.001)
    alidade.flush(60.0)
    sustained = (alidade.stats().confirmed - sent) / (time.monotonic() - began)
    time.sleep(1.0)
    cpu, began = time.process_time(), time.monotonic()
    time.sleep(10.0)
    idle = 100 * (time.process_time() - cpu) / (time.monotonic() - began)
    alidade.close(5.0)
    return {"drain": drain, "sustained": sustained, "event": event, "idle": idle}


def import_milliseconds(module: str = "alidade.telemetry", rounds: int = 5) -> float:
    """Of importing it, beyond an empty interpreter; the best of some."""
    script = (f"import sys, time; sys.path.insert(0, sys.argv[1]); a = time.process_time(); import {module};"
              " print((time.process_time() - a) * 1000)")
    command = [sys.executable, "-c", script, os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    # An installed package is compiled already; the first round does that here.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return min(float(subprocess.run(command, capture_output=True, text=True, check=True, env=kept).stdout) for _ in range(rounds))


def figures(options: Options, count: int, sends: bool, memory: int) -> Iterator[tuple[str, float]]:
    """One after the other."""
    folder = tempfile.mkdtemp(prefix="alidade-bench-")
    try:
        yield "import", import_milliseconds()
        one = _in_process("track", refused(), os.path.join(folder, "refused"), str(count))
        yield "refused p99", one["p99"]
        yield "refused worst", one["worst"]
        with black_hole() as url:
            one = _in_process("track", url, os.path.join(folder, "hole"), str(count))
        yield "black hole p99", one["p99"]
        yield "black hole worst", one["worst"]
        yield "exit with a dead broker", _in_process("exit", os.path.join(folder, "exit"))
        yield "memory of 1,000,000 events", _in_process("memory", os.path.join(folder, "memory"), str(memory))
        if sends:
            one = _in_process("track", options.url, os.path.join(folder, "idle"), str(count))
            yield "idle p50", one["p50"]
            yield "idle p99", one["p99"]
            one = _in_process("beside", options.url, os.path.join(folder, "beside"), str(count))
            yield "while 10,000 are sent p99", one["p99"]
            one = _in_process("send", options.url, os.path.join(folder, "send"))
            yield "drain of 10,000", one["drain"]
            yield "sustained", one["sustained"]
            yield "CPU of an event, tracked and sent", one["event"]
            yield "idle CPU of the sender", one["idle"]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(options: Options, count: int, sends: bool, as_json: bool, memory: int = 1_000_000) -> int:
    found: dict[str, float] = {}
    for name, value in figures(options, count, sends, memory):
        found[name] = value
        if not as_json:
            unit, bound = BOUNDS.get(name) or RATES[name]
            relation = "at least" if name in RATES else "at most"
            print(f"{name:<30}{value:>12,.2f} {unit:<9} ({relation} {bound:,g})", flush=True)
    if as_json:
        print(json.dumps(found))
    return 0


if __name__ == "__main__":
    parts: dict[str, Callable[..., Any]] = {"track": part_track, "memory": part_memory, "exit": part_exit, "beside": part_beside, "send": part_send}
    print(json.dumps(parts[sys.argv[1]](*sys.argv[2:])))
