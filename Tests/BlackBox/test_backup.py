"""`alidade store backup` and `alidade store check`: while the daemon works, when the disk is full, and as what a restore starts from."""
import json
import os
import shutil
import sqlite3
import subprocess
import time

import pytest

from harness.daemon import run
from harness.events import Maker, body_of
from harness.faults import inject, killed_at, small_memory_disk
from harness.store import EVENT_TABLES, Store
from harness.waiting import wait_until


@pytest.fixture
def filled(binary, tmp_path):
    """A store with 2,000 views in a folder of its own."""
    folder = tmp_path / "filled"
    folder.mkdir()
    maker = Maker(seed=3)
    lines = b"\n".join(body_of(maker.view_document()) for _ in range(2000)) + b'\n{"bad":\n'
    (tmp_path / "lines").write_bytes(lines)
    store = Store(folder / "alidade.db")
    done = run(binary, "ingest", tmp_path / "lines", "--kind", "intelligence", "--store", f"sqlite://{store.path}")
    assert done.returncode == 0, done
    assert store.tally() == {"received": 2001, "stored": 2000, "duplicates": 0, "quarantined": 1}
    return store


def backup(binary, store, target, *arguments, wrapper=()):
    command = [*wrapper, binary] if wrapper else [binary]
    return run(command[0], *command[1:], "store", "backup", target, *arguments, "--store", f"sqlite://{store.path}")


def check(binary, store, *arguments):
    return run(binary, "store", "check", *arguments, "--store", f"sqlite://{store.path}")


def leftovers(target):
    return sorted(path.name for path in target.parent.glob(target.name + "*"))


def test_a_backup_made_while_the_daemon_works_restores_and_knows_what_it_has(daemon, store, ledger, tmp_path):
    daemon.start()
    ledger.publish(1500)
    store.await_received(1500)
    target = tmp_path / "backup.db"
    with ledger.flow(rate=1500):
        done = daemon.run("store", "backup", target, "--json")
        received = store.tally()["received"]
        wait_until("more was received after the backup", lambda: store.tally()["received"] > received + 500)
    assert done.returncode == 0, done
    report = json.loads(done.stdout)
    copy = Store(target)
    assert copy.value("PRAGMA integrity_check") == "ok"
    assert copy.tally() == report["balance"]
    assert report["balance"]["received"] >= 1500
    for table in (*EVENT_TABLES, "quarantine"):
        assert copy.value(f"SELECT count(*) FROM {table}") == report["rows"][table]
    assert target.stat().st_mode & 0o777 == 0o640
    assert leftovers(target) == ["backup.db"]

    store.await_received(ledger.copies())
    assert daemon.stop() == 0, daemon.log()
    for suffix in ("", "-wal", "-shm"):
        daemon.store_path.with_name(daemon.store_path.name + suffix).unlink(missing_ok=True)
    shutil.copy(target, daemon.store_path)
    assert len(store.identities()) < len(ledger.good()), "nothing came after the backup: the test proves nothing"
    daemon.start()
    everything = list(ledger.confirmed)
    already = store.tally()["received"]
    ledger.send(everything)
    ledger.settle()
    store.await_received(already + len(everything))
    assert daemon.stop() == 0, daemon.log()
    assert sorted(store.identities()) == sorted(ledger.good())
    assert sorted(body for body, _ in store.quarantined()) == sorted(ledger.bad())
    done = daemon.run("store", "check")
    assert done.returncode == 0, done


def test_a_target_without_room_is_a_clear_error_and_nothing_is_left(binary, filled, tmp_path):
    with small_memory_disk(tmp_path / "small", "100k"):
        target = tmp_path / "small" / "backup.db"
        done = backup(binary, filled, target)
        assert done.returncode == 1 and "free space" in done.stderr, done
        assert leftovers(target) == []


@pytest.mark.parametrize("error, words", [("ENOSPC", "free space on the file system of the backup"), ("EIO", "disk")])
def test_a_disk_that_fails_while_the_backup_is_written_leaves_nothing(binary, filled, tmp_path, error, words):
    target = tmp_path / "backup.db"
    done = backup(binary, filled, target, wrapper=inject("pwrite64", f"error={error}:when=20+"))
    assert done.returncode == 1 and words in done.stderr, done
    assert leftovers(target) == []
    assert backup(binary, filled, target).returncode == 0


def test_a_backup_that_is_killed_leaves_no_file_of_that_name_and_the_next_one_clears_up(binary, filled, tmp_path):
    target = tmp_path / "backup.db"
    backup(binary, filled, target, wrapper=killed_at("fsync,fdatasync", 1))
    assert len(leftovers(target)) == 1 and leftovers(target)[0].startswith("backup.db.partial-"), leftovers(target)
    done = backup(binary, filled, target)
    assert done.returncode == 0, done
    assert leftovers(target) == ["backup.db"]


def test_a_file_that_somebody_put_where_the_backup_grows_is_never_written_to(binary, filled, tmp_path):
    """What the old name was, and what a killed backup leaves: links, files and folders that are not a leftover of ours stay as they are."""
    target, precious = tmp_path / "shared" / "backup.db", tmp_path / "precious"
    target.parent.mkdir()
    precious.write_text("precious")
    for name in (".partial", ".partial-aaaaaa"):
        target.with_name(target.name + name).symlink_to(precious)
    os.link(precious, target.with_name(target.name + ".partial-bbbbbb"))
    folder = target.with_name(target.name + ".partial-cccccc")
    folder.mkdir()
    (folder / "theirs").write_text("theirs")
    (folder / "store-wal").symlink_to(precious)
    before = leftovers(target)
    done = backup(binary, filled, target)
    assert done.returncode == 0, done
    assert leftovers(target) == sorted([*before, "backup.db"])
    assert precious.read_text() == "precious" and (folder / "theirs").read_text() == "theirs"
    assert Store(target).value("PRAGMA integrity_check") == "ok"


def test_the_folder_that_a_backup_grows_in_is_closed_to_others(binary, filled, tmp_path):
    target = tmp_path / "backup.db"
    backup(binary, filled, target, wrapper=killed_at("fsync,fdatasync", 1))
    folder = tmp_path / leftovers(target)[0]
    assert folder.stat().st_mode & 0o7777 == 0o700


@pytest.mark.parametrize("umask, mode", [(0o000, 0o640), (0o022, 0o640), (0o077, 0o600)])
def test_what_is_written_about_people_is_not_for_everybody(binary, tmp_path, umask, mode):
    folder = tmp_path / "new"
    folder.mkdir()
    command = [str(binary), "ingest", "-", "--kind", "intelligence", "--store", f"sqlite://{folder}/alidade.db"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, umask=umask) as ingest:
        wait_until("the store was made", lambda: len(list(folder.iterdir())) == 3)
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
        ingest.stdin.close()
        assert ingest.wait(20) == 0
    assert modes == {"alidade.db": mode, "alidade.db-wal": mode, "alidade.db-shm": mode}
    command = [str(binary), "store", "backup", str(folder / "backup.db"), "--store", f"sqlite://{folder}/alidade.db"]
    subprocess.run(command, check=True, umask=umask, timeout=240)
    assert (folder / "backup.db").stat().st_mode & 0o777 == mode


def test_an_existing_file_keeps_its_mode(binary, filled, tmp_path):
    filled.path.chmod(0o600)
    done = run(binary, "ingest", "-", "--kind", "profiler", "--store", f"sqlite://{filled.path}", input="")
    assert done.returncode == 0 and filled.path.stat().st_mode & 0o777 == 0o600, done


def test_the_store_knows_when_it_was_last_backed_up_and_is_the_same_in_every_copy(binary, filled, tmp_path):
    identity = "SELECT id, backed_up_at FROM _store_identity"
    name, never = filled.rows(identity)[0]
    assert len(name) == 32 and never is None
    done = backup(binary, filled, tmp_path / "nowhere" / "backup.db")
    assert done.returncode == 1 and filled.rows(identity) == [(name, None)]
    began = time.time_ns() // 1000
    assert backup(binary, filled, tmp_path / "backup.db").returncode == 0
    assert began <= filled.rows(identity)[0][1] <= time.time_ns() // 1000
    assert Store(tmp_path / "backup.db").rows(identity) == [(name, None)]


def test_a_backup_overwrites_only_what_it_is_told_to(binary, filled, tmp_path):
    target = tmp_path / "backup.db"
    target.write_text("theirs")
    done = backup(binary, filled, target)
    assert done.returncode == 1 and "--force" in done.stderr and target.read_text() == "theirs"
    done = backup(binary, filled, target, "--force")
    assert done.returncode == 0 and "2000 events, 1 quarantined; verified" in done.stdout, done
    done = backup(binary, filled, filled.path, "--force")
    assert done.returncode == 1 and "the store itself" in done.stderr
    done = backup(binary, filled, tmp_path / "nowhere" / "x.db")
    assert done.returncode == 1 and "there is no folder" in done.stderr


def test_check_of_a_good_store_says_ok_for_each_part(binary, filled):
    done = check(binary, filled)
    assert done.returncode == 0, done
    assert all(line.startswith("ok ") for line in done.stdout.splitlines())
    done = check(binary, filled, "--json", "--quick")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"schema", "integrity", "balance"} <= {result["check"] for result in results}
    assert all(result["ok"] and result["findings"] == [] for result in results)


def test_check_finds_books_that_do_not_balance(binary, filled):
    with filled.open("rw") as other:
        other.execute("UPDATE ingest_minutes SET stored = stored + 7, received = received + 7")
    done = check(binary, filled, "--json")
    assert done.returncode == 2, done
    results = {result["check"]: result for result in map(json.loads, done.stdout.splitlines())}
    assert results["balance"]["findings"] and not results["balance"]["ok"]
    assert results["integrity"]["ok"]


def test_check_finds_a_damaged_page(binary, filled):
    with filled.open() as client:
        root, size = client.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = 'admin_view_telemetry'"
        ).fetchone()
    with open(filled.path, "r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)
    done = check(binary, filled)
    assert done.returncode == 2 and "problem  integrity: " in done.stdout, done


def test_check_of_what_is_no_store_is_a_finding_and_of_nothing_a_failure(binary, filled, tmp_path):
    other = Store(tmp_path / "other.db")
    with sqlite3.connect(other.path) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    done = check(binary, other)
    assert done.returncode == 2 and "another program" in done.stdout, done
    done = check(binary, Store(tmp_path / "nothing.db"))
    assert done.returncode == 1 and "could not" in done.stderr, done


def test_check_names_what_is_missing_or_contradicts_itself(binary, filled):
    with filled.open("rw") as other:
        other.execute("DROP VIEW profiler_sessions")
        other.execute("DELETE FROM _rollup_names WHERE id = 1")
    done = check(binary, filled, "--json")
    assert done.returncode == 2, done
    results = {result["check"]: result for result in map(json.loads, done.stdout.splitlines())}
    assert results["tables"]["findings"] == ["the view profiler_sessions is missing"]
    assert results["derived"]["findings"] and results["balance"]["ok"]


def test_a_backup_beside_the_log_of_another_state_is_refused_and_nothing_is_mixed(binary, filled, tmp_path):
    """A store that was killed leaves its log; whoever copies a backup over the file alone mixes two states."""
    def ingest(seed):
        maker = Maker(seed=seed)
        lines = "\n".join(body_of(maker.view_document()).decode() for _ in range(400))
        return run(binary, "ingest", "-", "--kind", "intelligence", "--store", f"sqlite://{filled.path}", input=lines)

    assert backup(binary, filled, tmp_path / "backup.db").returncode == 0
    assert ingest(4).returncode == 0
    # A reader that holds its state: the log is not emptied at the end, as if all had been killed.
    reader = sqlite3.connect(filled.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM ingest_minutes").fetchall()
    assert ingest(5).returncode == 0
    log = filled.path.with_name(filled.path.name + "-wal")
    left = log.read_bytes()
    reader.close()
    assert left
    for suffix in ("-wal", "-shm"):
        filled.path.with_name(filled.path.name + suffix).unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup.db", filled.path)
    log.write_bytes(left)

    for done, code in ((ingest(6), 1), (check(binary, filled), 2), (backup(binary, filled, tmp_path / "other.db"), 1)):
        assert done.returncode == code and f"{log}, is not its own" in done.stdout + done.stderr, done
    assert filled.path.read_bytes() == (tmp_path / "backup.db").read_bytes() and log.read_bytes() == left
    log.unlink()
    assert check(binary, filled).returncode == 0
    assert ingest(6).returncode == 0 and filled.tally()["stored"] == 2400
