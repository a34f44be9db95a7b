"""The store's files are exchanged, truncated or deleted under the daemon: it stops before anything is acknowledged that nobody would find again."""
import os
import shutil
import signal
import subprocess

import pytest

from harness.daemon import run
from harness.events import Maker, body_of
from harness.faults import inject, small_memory_disk
from harness.reconcile import assert_reconciled
from harness.store import Store
from harness.waiting import wait_until

SUFFIXES = ("", "-wal", "-shm")


def files(store):
    return [store.path.with_name(store.path.name + suffix) for suffix in SUFFIXES]


def delete(path, spare):
    path.unlink()


def exchange(path, spare):
    path.rename(spare)
    shutil.copy(spare, path)


def truncate(path, spare):
    path.open("wb").close()


def overwrite(path, spare):
    """What `cp backup.db alidade.db` does: the same file with other contents."""
    path.write_bytes(path.read_bytes())


@pytest.fixture
def daemon(make_daemon, tmp_path):
    (tmp_path / "data").mkdir()
    return make_daemon(store_folder=tmp_path / "data")


def start(daemon, store, ledger, tmp_path):
    """A daemon that has stored something, and a backup of all of it."""
    daemon.start()
    ledger.publish(300, bad_share=0.02)
    store.await_received(ledger.copies())
    assert daemon.run("store", "backup", tmp_path / "backup.db").returncode == 0


def restore(store, tmp_path):
    for path in files(store):
        path.unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup.db", store.path)


def assert_stopped(daemon, words, may_die_of=None):
    ended = daemon.wait(30)
    if may_die_of and ended == -may_die_of:
        return
    assert ended == 1, daemon.log()
    last = [line for line in daemon.log().splitlines() if " critical " in line]
    assert len(last) == 1 and "while it was in use" in last[0] and words in last[0], daemon.log()


def assert_nothing_is_lost(daemon, store, ledger, host, tmp_path):
    restore(store, tmp_path)
    daemon.start()
    assert_reconciled(ledger, store, host, daemon)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("change", [delete, exchange, truncate])
def test_a_file_that_is_not_what_it_was_stops_the_daemon(daemon, store, ledger, host, tmp_path, change, suffix):
    start(daemon, store, ledger, tmp_path)
    path = store.path.with_name(store.path.name + suffix)
    change(path, tmp_path / "spare")
    ledger.publish(50, bad_share=0)
    # SQLite has that file mapped: who reads it after it was cut, and before the daemon looks, dies and acknowledges nothing either.
    mapped = change is truncate and suffix == "-shm"
    assert_stopped(daemon, f"the file {path} ", may_die_of=signal.SIGBUS if mapped else None)
    assert_nothing_is_lost(daemon, store, ledger, host, tmp_path)


def test_a_store_that_is_overwritten_in_place_stops_the_daemon(daemon, store, ledger, host, tmp_path):
    start(daemon, store, ledger, tmp_path)
    overwrite(store.path, None)
    ledger.publish(50, bad_share=0)
    assert_stopped(daemon, "something else than SQLite")
    assert_nothing_is_lost(daemon, store, ledger, host, tmp_path)


def test_a_log_that_is_overwritten_in_place_stops_the_daemon(daemon, store, ledger, host, tmp_path):
    """What is behind its header would be read by nobody any more."""
    start(daemon, store, ledger, tmp_path)
    log = files(store)[1]
    with log.open("r+b") as file:
        file.write(bytes(8192))
    ledger.publish(50, bad_share=0)
    assert_stopped(daemon, f"the file {log} was written to by something else than SQLite")
    assert_nothing_is_lost(daemon, store, ledger, host, tmp_path)


def test_a_folder_that_is_moved_stops_the_daemon_and_can_be_put_back(daemon, store, ledger, host, tmp_path):
    start(daemon, store, ledger, tmp_path)
    store.path.parent.rename(tmp_path / "elsewhere")
    ledger.publish(50, bad_share=0)
    assert_stopped(daemon, "its folder was moved")
    (tmp_path / "elsewhere").rename(store.path.parent)
    daemon.start()
    assert_reconciled(ledger, store, host, daemon)


def test_a_file_system_that_is_mounted_over_the_store_stops_the_daemon(daemon, store, ledger, host, tmp_path):
    start(daemon, store, ledger, tmp_path)
    with small_memory_disk(store.path.parent, "1m"):
        ledger.publish(50, bad_share=0)
        assert_stopped(daemon, "mounted over")
    daemon.start()
    assert_reconciled(ledger, store, host, daemon)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_happens_while_a_batch_is_committed_is_noticed_before_it_is_acknowledged(daemon, store, ledger, host, tmp_path, suffix):
    start(daemon, store, ledger, tmp_path)
    assert daemon.stop() == 0
    daemon.start(wrapper=inject("fdatasync", "delay_enter=2000000:when=2+"))
    log = store.path.with_name(store.path.name + "-wal")
    wait_until("the log was there", log.exists)
    size = log.stat().st_size
    host.publish("intelligence", body_of(Maker(seed=99).view_document(event_id="the-one-in-hand")))
    wait_until("the batch was in the log", lambda: log.stat().st_size > size, every=0.001)
    store.path.with_name(store.path.name + suffix).unlink()
    assert_stopped(daemon, f"the file {store.path}{suffix} ")
    restore(store, tmp_path)
    assert store.value("SELECT count(*) FROM admin_view_telemetry WHERE event_id = 'the-one-in-hand'") == 0
    daemon.start()
    wait_until("the message was stored", lambda: store.value(
        "SELECT count(*) FROM admin_view_telemetry WHERE event_id = 'the-one-in-hand'") == 1)


def test_what_others_may_do_beside_the_daemon_is_no_alarm(daemon, store, ledger, host, binary, tmp_path):
    """Commands that write, read and end, checkpoints of every kind, a VACUUM that makes the file smaller."""
    daemon.start()
    maker = Maker(seed=5)
    with ledger.flow(rate=400, bad_share=0.02):
        for number in range(4):
            lines = "\n".join(body_of(maker.view_document()).decode() for _ in range(50))
            done = run(binary, "ingest", "-", "--kind", "intelligence", "--store", f"sqlite://{store.path}", input=lines)
            assert done.returncode == 0, done
            for kind in ("PASSIVE", "FULL", "RESTART", "TRUNCATE"):
                with store.open("rw") as other:
                    other.execute(f"PRAGMA wal_checkpoint({kind})").fetchall()
            subprocess.run(["sqlite3", store.path, "PRAGMA busy_timeout = 20000; VACUUM"], check=True, capture_output=True, timeout=240)
            assert daemon.run("store", "backup", tmp_path / "copy.db", "--force").returncode == 0
            store.path.chmod(0o600 if number % 2 else 0o640)
            received = store.tally()["received"]
            wait_until("the daemon went on", lambda: store.tally()["received"] > received + 100)
    ledger.settle()
    assert daemon.running(), daemon.log()
    wait_until("all was received", lambda: store.tally()["received"] >= ledger.copies() + 200)
    assert daemon.stop() == 0, daemon.log()
    assert "critical" not in daemon.log()
    assert ledger.good() <= set(store.identities())


@pytest.mark.parametrize("arguments", [
    ["run"], ["metrics"], ["where", "x"], ["store", "check"], ["store", "init"], ["store", "rebuild"], ["store", "backup", "BACKUP"], ["quarantine", "list"],
    ["ingest", "EVENTS", "--kind", "intelligence"], ["doctor"],
])
def test_a_store_that_is_no_file_is_named_at_once(binary, tmp_path, arguments):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    (tmp_path / "events").write_bytes(body_of(Maker().view_document()))
    arguments = [{"BACKUP": tmp_path / "backup", "EVENTS": tmp_path / "events"}.get(argument, argument) for argument in arguments]
    for path, kind in ((tmp_path / "fifo", "a FIFO"), ("/dev/null", "a device"), (tmp_path / "folder", "a folder")):
        done = run(binary, *arguments, "--store", f"sqlite://{path}", limit=20, environment={"ALIDADE_BROKER_URL": "amqp://127.0.0.1:1/"})
        assert done.returncode == (2 if arguments == ["doctor"] else 1), done
        assert f"it is {kind}, and not a regular file" in done.stdout + done.stderr, done
