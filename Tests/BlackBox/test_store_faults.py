"""The store is full, locked, read-only or newer than the program.

Consumption pauses, the broker keeps the messages, nothing is quarantined for it; what waiting cannot cure stops the daemon with words.
"""
import os
import sqlite3
import subprocess
import sys
import threading

import pytest

from harness.daemon import clean_environment, run
from harness.events import Maker, body_of
from harness.faults import LoopDisk, inject, small_memory_disk
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


def test_an_ingest_waits_for_a_store_that_is_locked_when_it_starts(binary, tmp_path):
    """Longer than SQLite's own patience: each write of the start is tried again, as every later one is."""
    maker, path = Maker(), tmp_path / "events.db"
    files = [tmp_path / name for name in ("first.jsonl", "second.jsonl")]
    for file in files:
        file.write_bytes(body_of(maker.view_document()) + b"\n")
    words = ["--kind", "intelligence", "--store", f"sqlite://{path}"]
    assert run(binary, "ingest", files[0], *words).returncode == 0
    said = tmp_path / "said"
    with Store(path).open("rw") as other, said.open("wb") as errors:
        other.execute("BEGIN IMMEDIATE")
        with subprocess.Popen([binary, "ingest", files[1], *words], stderr=errors, env=clean_environment()) as ingest:
            try:
                wait_until(
                    "it said that it waits, or ended", lambda: b"waiting for the store" in said.read_bytes() or ingest.poll() is not None)
                assert ingest.poll() is None, said.read_text()
                other.execute("ROLLBACK")
                assert ingest.wait(60) == 0, said.read_text()
            finally:
                ingest.kill()
    assert Store(path).tally()["stored"] == 2


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
    assert daemon.wait(20) == 1
    assert str(tmp_path / "nowhere") in daemon.log() and "could not" in daemon.log()


def test_a_disk_that_is_nearly_full_is_left_with_room_and_work_resumes_by_itself(make_daemon, ledger, host, tmp_path):
    disk = LoopDisk(tmp_path)
    try:
        daemon = make_daemon(store_folder=disk.folder).start()
        store = Store(daemon.store_path)
        ledger.publish(300, bad_share=0)
        store.await_received(300)
        filler = disk.folder / "filler"
        space = os.statvfs(disk.folder)
        mark = space.f_blocks * space.f_frsize // 20
        with open(filler, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, space.f_bavail * space.f_frsize - mark + (1 << 20))
        ledger.publish(300, bad_share=0)
        daemon.wait_log("cause=disk_low", 30)
        assert daemon.running()
        free = os.statvfs(disk.folder)
        assert free.f_bavail * free.f_frsize > mark // 4, "the disk was filled before the daemon stopped writing"
        assert len(lines_with(daemon, PAUSED)) == 1, daemon.log()
        filler.unlink()
        store.await_received(600)
        wait_until("it said that it resumed", lambda: lines_with(daemon, "resumed after=disk_low"))
        assert_reconciled(ledger, store, host, daemon)
    finally:
        disk.discard()


def test_a_reader_that_never_ends_is_named_and_cannot_make_the_log_grow_without_bound(
        make_daemon, faulty_binary, ledger, host):
    hard = 32 << 20
    daemon = make_daemon(
        {"ingest": {"max_batch": 200}}, program=faulty_binary,
        environment={"ALIDADE_WAL_SOFT_BYTES": str(1 << 20), "ALIDADE_WAL_HARD_BYTES": str(hard)})
    store = Store(daemon.store_path)
    log = daemon.store_path.with_name("alidade.db-wal")
    daemon.start()
    ledger.publish(200, bad_share=0)
    store.await_received(200)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(daemon.store_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert reader.stdout.readline() == "reading\n"
        with ledger.flow(rate=150, bad_share=0, kind="profiler"):
            daemon.wait_log("a reader keeps the write-ahead log from being emptied", 60)
        assert not lines_with(daemon, PAUSED), daemon.log()
        with ledger.flow(rate=2000, bad_share=0, kind="profiler"):
            wait_until("it paused for the reader", lambda: lines_with(daemon, PAUSED), 60)
        assert f"process {reader.pid} (" in lines_with(daemon, PAUSED)[0]
        # Within the second between two looks as much is written as arrives.
        assert log.stat().st_size < 10 * hard
        size = log.stat().st_size
        ledger.publish(2000, bad_share=0, kind="profiler")
        wait_until("messages waited at the broker", lambda: sum(host.depths().values()) > 0, every=0.3)
        assert log.stat().st_size == size and daemon.running()
    finally:
        reader.kill()
        reader.communicate()
    wait_until("it resumed", lambda: lines_with(daemon, "resumed after=wal_reader"), 30)
    assert_reconciled(ledger, store, host, daemon)
    assert store.tally()["quarantined"] == 0


READER = """
import sqlite3, sys
connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, isolation_level=None)
connection.execute("BEGIN")
connection.execute("SELECT count(*) FROM profiler_events").fetchone()
print("reading", flush=True)
sys.stdin.read()
"""
