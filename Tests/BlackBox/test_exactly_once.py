"""Crashes at any moment: every confirmed message is in the store exactly once or in quarantine exactly once.

Random kills alone do not find an acknowledgement that comes before its commit; kills at exact system calls do. That the checks can find
what they look for is shown with the debug build's seeded bugs.
"""
import sqlite3
import subprocess

import pytest

from harness.broker import QUEUES
from harness.events import Maker
from harness.faults import LoopDisk, killed_at
from harness.ledger import Ledger
from harness.reconcile import assert_reconciled, reconcile
from harness.store import Store
from harness.waiting import wait_until

# Small batches make many commits; a crash loop must not turn its victims into poison.
MANY_COMMITS = {"ingest": {"prefetch": 200, "max_batch": 40, "delivery_limit": 100_000}}


@pytest.mark.slow
@pytest.mark.parametrize("queue_type", ["quorum", "classic"])
def test_ten_kills_at_random_moments_under_load_lose_and_double_nothing(make_daemon, ledger, host, queue_type):
    daemon = make_daemon({"topology": {"queue_type": queue_type}, "ingest": {"delivery_limit": 100_000}}).start()
    store = Store(daemon.store_path)
    random = ledger.maker.random
    with ledger.flow(rate=800):
        for _ in range(10):
            before = store.tally()["received"]
            goal = before + random.randrange(1, 900)
            wait_until(f"{goal} messages were received", lambda: store.tally()["received"] >= goal, every=0.002)
            daemon.kill()
            daemon.start(wait=False)
    assert_reconciled(ledger, store, host, daemon)


# Counted per thread, as strace counts: the first calls prepare the store or the connection, the later ones fall in every phase of a batch.
SWEEPS = {
    "pwrite64": [1, 2, 3, 5, 8, 11, 14, 17, 20, 23, 26, 30, 35, 41, 48],
    "fdatasync": [1, 2, 3, 4, 5, 7],
    "sendto": [1, 4, 8, 10, 12, 13, 14, 15, 16, 17, 18, 20, 24],
}


def sweep(daemon, call, points):
    """Runs the daemon once per point, killed at the n-th call; how many of the kills struck."""
    struck = 0
    for n in points:
        daemon.start(wrapper=killed_at(call, n), wait=False)
        try:
            daemon.process.wait(4)
            struck += 1
        except subprocess.TimeoutExpired:
            pass  # fewer than n calls in that time
        daemon.kill()
    return struck


def crash_and_reconcile(daemon, ledger, host, call, count=3000):
    """A backlog, a sweep of crashes while it is worked off, then a run in peace; what the reconciliation finds."""
    store = Store(daemon.store_path)
    daemon.start()
    assert daemon.stop() == 0
    ledger.publish(count)
    struck = sweep(daemon, call, SWEEPS[call])
    assert struck >= len(SWEEPS[call]) // 2, f"only {struck} of {len(SWEEPS[call])} kills at {call} struck"
    return store


@pytest.mark.slow
@pytest.mark.parametrize("call", sorted(SWEEPS))
@pytest.mark.parametrize("queue_type", ["quorum", "classic"])
def test_a_crash_at_any_system_call_loses_and_doubles_nothing(make_daemon, ledger, host, call, queue_type):
    daemon = make_daemon({**MANY_COMMITS, "topology": {"queue_type": queue_type}})
    store = crash_and_reconcile(daemon, ledger, host, call)
    daemon.start()
    assert_reconciled(ledger, store, host, daemon)


def findings_with_a_seeded_bug(make_daemon, ledger, host, program, bug, call):
    daemon = make_daemon({**MANY_COMMITS}, program=program, environment={"ALIDADE_SEEDED_BUG": bug})
    store = crash_and_reconcile(daemon, ledger, host, call)
    daemon.start()
    wait_until("the queues were empty", lambda: not any(host.depths()[name] for name in QUEUES.values()), 60, every=0.3)
    daemon.stop()
    return reconcile(ledger, store)


@pytest.mark.slow
def test_the_sweep_finds_an_acknowledgement_before_the_commit(make_daemon, faulty_binary, ledger, host):
    findings = findings_with_a_seeded_bug(make_daemon, ledger, host, faulty_binary, "acknowledge-first", "pwrite64")
    assert findings.lost, f"the seeded bug went unnoticed: {findings}"


@pytest.mark.slow
def test_the_sweep_finds_a_missing_search_for_duplicates(make_daemon, faulty_binary, ledger, host):
    findings = findings_with_a_seeded_bug(make_daemon, ledger, host, faulty_binary, "no-dedupe", "sendto")
    assert findings.doubled, f"the seeded bug went unnoticed: {findings}"


def rows_lost_in_a_power_cut(daemon, ledger, disk, after=0):
    """Cuts the power under load; identities that could be read before the cut and are gone after it.

    The daemon goes first, as it would with the machine: an fdatasync that the cut of this file system overtakes can return 0 and have written
    nothing (Linux 6.18: 9 of 150 cuts), which no power cut can make a program believe.
    """
    store = Store(daemon.store_path)
    with ledger.flow(rate=800):
        goal = after + 500 + ledger.maker.random.randrange(1500)
        wait_until(f"{goal} messages were received", lambda: store.tally()["received"] >= goal, every=0.005)
        before = set(store.identities())
        daemon.freeze()
        disk.cut_power()
        daemon.kill()
    disk.unmount()
    disk.mount()
    try:
        return before - set(store.identities())
    except sqlite3.Error:
        return before  # not even the tables are left


@pytest.fixture
def disk(tmp_path):
    disk = LoopDisk(tmp_path)
    yield disk
    disk.discard()


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(3))
def test_a_power_cut_loses_nothing_that_was_acknowledged(make_daemon, ledger, host, disk, round_):
    daemon = make_daemon({"ingest": {"max_batch": 100}}, store_folder=disk.folder).start()
    missing = rows_lost_in_a_power_cut(daemon, ledger, disk)
    assert not missing, f"{len(missing)} rows that were there before the cut are gone"
    daemon.start()
    assert_reconciled(ledger, Store(daemon.store_path), host, daemon)


@pytest.mark.slow
def test_the_power_cut_finds_a_store_that_is_not_synchronised(make_daemon, faulty_binary, ledger, disk):
    daemon = make_daemon({"ingest": {"max_batch": 100}}, program=faulty_binary, store_folder=disk.folder,
                         environment={"ALIDADE_SEEDED_BUG": "synchronous-normal"})
    # A cut can fall just behind a moment in which everything is written.
    assert any(rows_lost_in_a_power_cut(daemon.start(), ledger, disk, after=cut * 2000) for cut in range(4)), "the seeded bug went unnoticed"


def test_the_reconciliation_itself_finds_loss_doubles_and_strangers(daemon, store, host, ledger, tmp_path):
    """Reads a good run with ledgers that do not match it."""
    daemon.start()
    ledger.publish(500)
    assert_reconciled(ledger, store, host, daemon)
    other = Ledger(host, seed="another")
    message = other.maker.good("intelligence")
    other.confirmed[message] += 1
    findings = reconcile(other, store)
    assert findings.lost == [message.identity]
    assert len(findings.unexpected) == len(ledger.good()) + len(ledger.bad())
    assert Maker(seed="another").good("intelligence").identity == message.identity
