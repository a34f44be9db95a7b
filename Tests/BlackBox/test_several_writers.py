"""Several processes write one store: whatever they do at the same time, every event is there once and every sum is right."""
import collections
import json
import random
import subprocess
import threading
import time

import pytest

from harness.daemon import clean_environment
from harness.events import Maker, body_of
from harness.reconcile import drain
from harness.store import EVENT_TABLES, Store
from harness.waiting import wait_until

SESSIONS = 400  # so few that most messages take an earlier state of their session back


class Loop(threading.Thread):
    """`alidade ingest` again and again, each time with other events, until told to end."""

    def __init__(self, daemon, number, ending):
        super().__init__()
        self.daemon, self.number, self.ending = daemon, number, ending
        self.maker, self.random = Maker(100 + number), random.Random(number)
        self.identities, self.problems, self.runs = [], [], 0

    def lines(self, count):
        for _ in range(count):
            document = self.maker.profiler_document(
                session_id=f"shared-{self.random.randrange(SESSIONS)}", user_id=f"user-{self.random.randrange(90)}",
                recommended_track_id=f"track {self.number} {self.random.randrange(60)}",
                completion_status=self.random.choice(["finished", "in_progress", "started"]))
            self.identities.append(document["event_id"])
            yield body_of(document)

    def run(self):
        while not self.ending.is_set():
            text = b"\n".join(self.lines(self.random.choice((40, 40, 60, 90, 1500)))) + b"\n"
            done = subprocess.run(
                [self.daemon.binary, "ingest", "-", "--kind", "profiler", "--config", self.daemon.config],
                input=text, capture_output=True, timeout=120, env=clean_environment(self.daemon.environment))
            self.runs += 1
            if done.returncode:
                self.problems.append(f"ingest {self.number} ended with {done.returncode}: {done.stderr[-600:]}")


class Commands(threading.Thread):
    """An operator who uses every command that reads or writes the store."""

    def __init__(self, daemon, ending):
        super().__init__()
        self.daemon, self.ending = daemon, ending
        self.problems, self.runs = [], collections.Counter()

    def run(self):
        steps = [
            ("quarantine", "replay"), ("store", "rebuild", "--verify"), ("metrics", "profiler_completion", "--json"),
            ("store", "rebuild"), ("store", "check"), ("quarantine", "replay", "--dry-run"), ("discard",),
        ]
        while not self.ending.is_set():
            for step in steps:
                if step == ("discard",):
                    oldest = self.daemon.store_view.rows(
                        "SELECT id FROM quarantine WHERE id NOT IN (SELECT quarantine_id FROM quarantine_resolutions) LIMIT 1")
                    if not oldest:
                        continue
                    step = ("quarantine", "discard", "--id", str(oldest[0][0]), "--note", "a test's")
                done = self.daemon.run(*step, limit=120)
                self.runs[step[:2]] += 1
                # A lock that others hold all the time is an answer, too.
                if done.returncode == 0 or "write lock" in done.stderr:
                    continue
                self.problems.append(f"{step} ended with {done.returncode}: {done.stdout[-600:]}{done.stderr[-600:]}")


def sequence(store):
    return collections.Counter(
        seq for (seq,) in store.rows(" UNION ALL ".join(f"SELECT seq FROM {table}" for table in EVENT_TABLES)))


def sessions_by_status(daemon):
    """What the metrics say of how many sessions there are in which state."""
    answer = daemon.run("metrics", "profiler_completion", "--days", "365", "--json")
    assert answer.returncode == 0, answer.stderr
    counts = json.loads(answer.stdout)["result"]["completion_status"]
    return {status: count for status, count in counts.items() if count}


@pytest.mark.slow
def test_three_ingests_a_daemon_and_an_operator_share_a_store(make_daemon, ledger, host):
    daemon = make_daemon({"ingest": {"prefetch": 400, "max_batch": 60}}).start()
    store = daemon.store_view = Store(daemon.store_path)
    ending = threading.Event()
    loops = [Loop(daemon, number, ending) for number in range(3)]
    operator = Commands(daemon, ending)
    with ledger.flow(rate=200):
        for thread in [*loops, operator]:
            thread.start()
        began = time.monotonic()
        wait_until(
            "everybody had enough turns",
            lambda: all(loop.runs >= 40 for loop in loops) and sum(operator.runs.values()) >= 14
            or any(thread.problems for thread in [*loops, operator]) or time.monotonic() - began > 100, limit=120)
        ending.set()
        for thread in [*loops, operator]:
            thread.join(130)
    drain(ledger, store, host)
    assert daemon.running(), daemon.log()
    assert daemon.stop() == 0
    problems = [problem for thread in [*loops, operator] for problem in thread.problems]
    assert not problems, "\n".join(problems[:5])
    assert store.rows("SELECT detail FROM quarantine WHERE reason = 'poison'") == []
    ingested = [identity for loop in loops for identity in loop.identities]
    stored = collections.Counter(event_id for event_id, _ in store.identities())
    assert [i for i in ingested if stored[i] != 1] == []
    assert {identity for identity, _ in ledger.good()} <= set(stored)
    assert [i for i, count in stored.items() if count > 1] == []
    numbers = sequence(store)
    assert [n for n, count in numbers.items() if count > 1] == []
    assert set(numbers) == set(range(1, len(numbers) + 1))
    expected = dict(store.rows("SELECT completion_status, count(*) FROM profiler_sessions GROUP BY 1"))
    assert sessions_by_status(daemon) == expected
    check = daemon.run("store", "check", limit=120)
    assert check.returncode == 0, check.stdout
    verified = daemon.run("store", "rebuild", "--verify", limit=120)
    assert verified.returncode == 0, verified.stdout
    assert "contradicts" not in daemon.log() and "was remembered" not in daemon.log()
