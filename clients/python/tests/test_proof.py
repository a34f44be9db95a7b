"""The promise: whoever is killed whenever, each event is in the store exactly once.

With as many events as one likes:

    ALIDADE_PROOF_EVENTS=1000000 python -m pytest clients/python/tests/test_proof.py --timeout=3600
"""
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

from conftest import directories, environment
from harness.broker import Broker
from harness.store import Store
from harness.waiting import wait_until

EVENTS = int(os.environ.get("ALIDADE_PROOF_EVENTS", "100000"))
WORKERS = 4
KILLS = max(8, EVENTS // 2000)

WORKER = textwrap.dedent("""
    import datetime, sys, time
    import alidade
    telemetry = alidade.get_telemetry()
    start = datetime.datetime(2026, 2, 9, tzinfo=datetime.timezone.utc)
    first, last, step = map(int, sys.argv[1:])
    for number in range(first, last, step):
        if telemetry.track_dashboard_open(number + 1, event_id=f"e-{number}", occurred_at=start + datetime.timedelta(seconds=number)) is None:
            sys.exit(3)
        sys.stdout.write(f"{number}\\n"); sys.stdout.flush()
        if number // step % 10 == 0:
            time.sleep(0.01)
    sys.stdin.read()
""")


class Worker:
    """One of the processes, started again where it was when it is killed: what it has told is tracked."""

    def __init__(self, index, settings):
        self.index, self.settings = index, settings
        self.told = []
        self.next = index
        self.start()

    def start(self):
        self.process = subprocess.Popen([sys.executable, "-c", WORKER, str(self.next), str(EVENTS), str(WORKERS)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, env=environment(**self.settings))
        self.reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self.reader.start()

    def _read(self, process):
        for line in process.stdout:
            if line.endswith("\n"):
                self.told.append(int(line))
                self.next = int(line) + WORKERS

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.reader.join()
        self.start()

    def is_done(self):
        return self.next >= EVENTS

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)


@pytest.fixture
def broker(tmp_path):
    """One of its own: with the virtual hosts of all other tests it would take minutes to come back."""
    broker = Broker(tmp_path / "broker")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def host(broker):
    return broker.new_host()


def test_each_event_is_stored_exactly_once_whoever_is_killed(daemon, host, broker, spool, request):
    settings = {"ALIDADE_BROKER_URL": host.url, "ALIDADE_SPOOL_DIR": spool, "ALIDADE_SERVICE": "proof", "ALIDADE_EXPLANATION_VERSION": "v1",
                "ALIDADE_RETRY_SECONDS": 2}
    chance = random.Random(request.node.nodeid)
    workers = [Worker(index, settings) for index in range(WORKERS)]
    # Where in the course of the events what happens.
    plan = [(chance.random() * 0.95, "kill") for _ in range(KILLS)] + [(0.3, "broker"), (0.5, "daemon"), (0.7, "broker")]
    try:
        for share, what in sorted(plan):
            wait_until(f"{share:.0%} of the events were tracked", lambda: sum(len(worker.told) for worker in workers) >= share * EVENTS, 300)
            if what == "kill":
                chance.choice(workers).kill()
            elif what == "broker":
                broker.kill()
                broker.restart()
            else:
                daemon.kill()
                daemon.start(wait=False)
        wait_until("every event was tracked", lambda: all(worker.is_done() for worker in workers), 300)
    finally:
        for worker in workers:
            worker.end()
    daemon.wait_ready(120)
    told = [number for worker in workers for number in worker.told]
    assert set(told) == set(range(EVENTS))
    drained = subprocess.run([sys.executable, "-m", "alidade", "drain", "--timeout", "300"], capture_output=True, text=True, env=environment(**settings))
    assert drained.returncode == 0, drained.stdout + drained.stderr
    assert directories(spool) == []
    store = Store(daemon.store_path)
    wait_until("every event was stored", lambda: store.value("SELECT count(*) FROM admin_view_telemetry") >= EVENTS, 300)
    wait_until("the queue was empty", lambda: host.unsettled("intelligence-events") == 0, 120)
    rows = store.rows("SELECT event_id, admin_user_id FROM admin_view_telemetry")
    assert len(rows) == EVENTS and {int(event_id[2:]) for event_id, _ in rows} == set(range(EVENTS))
    assert all(admin == int(event_id[2:]) + 1 for event_id, admin in rows)
    assert store.value("SELECT count(*) FROM quarantine") == 0
    tally = store.tally()
    assert tally["received"] == tally["stored"] + tally["duplicates"] and tally["stored"] == EVENTS
    print(f"{EVENTS} events, {KILLS} kills of {WORKERS} workers, 2 of the broker, 1 of the daemon: {tally}")
