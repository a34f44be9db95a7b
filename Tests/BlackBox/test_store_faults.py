"""The store is full, locked, read-only or newer than the program.

Consumption pauses, the broker keeps the messages, nothing is quarantined for it; what waiting cannot cure stops the daemon with words.
"""
import sqlite3
import threading

import pytest

from harness.faults import inject, small_memory_disk
from harness.reconcile import assert_reconciled
from harness.store import Store
from harness.waiting import wait_until

PAUSED = " paused: "


def lines_with(daemon, words):
    return [line for line in daemon.log().splitlines() if words in line]


def test_a_full_disk_pauses_once_and_work_resumes_by_itself(make_daemon, ledger, host, tmp_path):
    with small_memory_disk(tmp_path / "small", "3m") as enlarge:
        daemon = make_daemon(store_folder=tmp_path / "small").start()
        store = Store(daemon.store_path)
        ledger.publish(6000, bad_share=0)
        daemon.wait_log(PAUSED, 30)
        wait_until("messages waited at the broker", lambda: sum(host.depths().values()) > 0, every=0.3)
        assert daemon.running()
        refused_while_full = len(lines_with(daemon, PAUSED))
        enlarge("96m")
        wait_until("work resumed", lambda: store.tally()["received"] >= ledger.copies(), 60)
        assert_reconciled(ledger, store, host, daemon)
        assert store.tally()["quarantined"] == 0
        assert refused_while_full == 1, lines_with(daemon, PAUSED)


def test_a_store_locked_by_another_process_is_waited_for(daemon, store, ledger, host):
    daemon.start()
    ledger.publish(200)
    store.await_received(200)
    with store.open("rw") as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Event()
        ledger.send(ledger.mixed(500))
        release.wait(8)  # the lock is held longer than the daemon's own patience of 5 s
        assert daemon.running()
        other.execute("ROLLBACK")
    ledger.settle()
    assert_reconciled(ledger, store, host, daemon)
    assert store.tally()["quarantined"] == len(ledger.bad())


@pytest.mark.parametrize("error", ["EROFS", "EIO", "ENOSPC"])
def test_writes_that_fail_for_a_while_lose_nothing(make_daemon, ledger, host, error):
    """What a file system does that became read-only after an error, or a device that fails: every write is refused, then works again."""
    daemon = make_daemon({"ingest": {"max_batch": 50}})
    store = Store(daemon.store_path)
    daemon.start()
    assert daemon.stop() == 0
    ledger.publish(1500)
    daemon.start(wrapper=inject("pwrite64", f"error={error}:when=40..46"), wait=False)
    wait_until("the backlog was received or the daemon gave up", lambda: done_or_ended(daemon, store, ledger), 60)
    if not daemon.running():
        # A failing device is one it may stop at, for the supervisor to start it again; never with success.
        assert error == "EIO" and daemon.wait() == 1, daemon.log()
        daemon.start()
    assert_reconciled(ledger, store, host, daemon)


def done_or_ended(daemon, store, ledger):
    return not daemon.running() or store.tally()["received"] >= ledger.copies()


def test_a_store_of_a_newer_version_is_refused(daemon, store):
    daemon.start()
    assert daemon.stop() == 0
    with store.open("rw") as other:
        version = other.execute("PRAGMA user_version").fetchone()[0]
        assert version > 0
        other.execute("PRAGMA user_version = 9999")
    daemon.start(wait=False)
    assert daemon.wait(20) == 1
    assert "could not" in daemon.log() and "9999" in daemon.log() and "newer" in daemon.log()


def test_a_file_that_is_somebody_elses_database_is_refused_and_left_alone(daemon, store):
    daemon.store_path.write_bytes(b"")
    with sqlite3.connect(daemon.store_path) as other:
        other.execute("CREATE TABLE theirs (x)")
    before = daemon.store_path.read_bytes()
    daemon.start(wait=False)
    assert daemon.wait(20) == 1
    assert "could not" in daemon.log()
    assert daemon.store_path.read_bytes() == before


def test_a_store_in_a_folder_that_does_not_exist_is_a_clear_error(make_daemon, tmp_path):
    daemon = make_daemon(store_folder=tmp_path / "nowhere")
    daemon.start(wait=False)
    assert daemon.wait(20) in (1, 78)
    assert str(tmp_path / "nowhere") in daemon.log() and "could not" in daemon.log()
