"""After the store is gone, a restart does not begin an empty one in silence: the daemon remembers which store it had."""
import os
import shutil

import pytest

from harness.daemon import run
from harness.faults import small_memory_disk
from harness.reconcile import assert_reconciled
from harness.store import Store


@pytest.fixture
def remembering(make_daemon, tmp_path):
    """A daemon as systemd starts it: with a folder for the store, and another one for what it remembers."""
    for name in ("data", "known"):
        (tmp_path / name).mkdir()
    return make_daemon(store_folder=tmp_path / "data", environment={"STATE_DIRECTORY": f"{tmp_path}/data:{tmp_path}/known"})


def name_of(store):
    return store.value("SELECT id FROM _store_identity")


def delete(store):
    for path in store.path.parent.glob(store.path.name + "*"):
        path.unlink()


def assert_refuses(daemon, *words):
    daemon.start(wait=False)
    assert daemon.wait(20) == 1, daemon.log()
    last = [line for line in daemon.log().splitlines() if " critical " in line]
    assert len(last) == 1 and all(word in last[0] for word in words), daemon.log()


def test_a_new_store_is_a_line_in_the_log_and_a_known_one_is_none(remembering):
    store = Store(remembering.store_path)
    remembering.start()
    assert f'notice made a new store id={name_of(store)}' in remembering.log()
    assert remembering.stop() == 0
    remembering.start()
    assert "made a new store" not in remembering.log()
    assert remembering.stop() == 0


@pytest.mark.parametrize("loss", ["deleted", "empty", "folder"])
def test_a_store_that_is_gone_is_missed_until_the_operator_says_that_it_may_be_new(remembering, ledger, host, loss):
    store = Store(remembering.store_path)
    remembering.start()
    ledger.publish(50, bad_share=0)
    store.await_received(50)
    old = name_of(store)
    assert remembering.stop() == 0
    delete(store)
    if loss == "empty":
        store.path.touch()
    if loss == "folder":
        store.path.parent.rmdir()
    assert_refuses(remembering, old, "is not there", "alidade store init")
    assert store.path.exists() == (loss == "empty")
    assert not store.path.exists() or store.path.stat().st_size == 0
    store.path.parent.mkdir(exist_ok=True)
    done = remembering.run("store", "init")
    assert done.returncode == 0 and name_of(store) in done.stdout, done
    remembering.start()
    assert f"took over another store former={old} id={name_of(store)}" in remembering.log()
    assert remembering.stop() == 0
    remembering.start()
    assert "took over" not in remembering.log()


@pytest.mark.parametrize("damage", [b"", b"not an id, but long enough to be taken for one\n"])
def test_a_memory_that_cannot_be_read_is_not_none(remembering, tmp_path, damage):
    store = Store(remembering.store_path)
    remembering.start()
    assert remembering.stop() == 0
    (note,) = (tmp_path / "known").iterdir()
    note.write_bytes(damage)
    remembering.start()  # the store is there: it is noted anew
    assert remembering.stop() == 0 and note.read_text().startswith(name_of(store))
    note.write_bytes(damage)
    delete(store)
    assert_refuses(remembering, str(note), "does not hold the id of a store", "alidade store init")
    assert not store.path.exists()
    assert remembering.run("store", "init").returncode == 0
    remembering.start()
    assert remembering.stop() == 0 and note.read_text().startswith(name_of(store))


def test_a_file_system_that_is_not_mounted_is_no_empty_store(remembering, ledger, host):
    store = Store(remembering.store_path)
    with small_memory_disk(store.path.parent, "64m"):
        remembering.start()
        ledger.publish(50, bad_share=0)
        store.await_received(50)
        old = name_of(store)
        assert remembering.stop() == 0
    assert_refuses(remembering, old, "mount its file system")
    assert not store.path.exists()


def test_another_store_is_refused_and_named_until_it_is_accepted(remembering, make_daemon, binary, tmp_path):
    store = Store(remembering.store_path)
    remembering.start()
    old = name_of(store)
    assert remembering.stop() == 0
    delete(store)
    assert run(binary, "ingest", "-", "--kind", "profiler", "--store", f"sqlite://{store.path}", input="").returncode == 0
    new = name_of(store)
    assert old != new
    assert_refuses(remembering, old, new, "alidade store init --existing")
    done = remembering.run("store", "init")
    assert done.returncode == 1 and "--existing" in done.stderr and name_of(store) == new, done
    assert remembering.run("store", "init", "--existing", "--json").returncode == 0
    remembering.start()
    assert remembering.stop() == 0
    remembering.start()


def test_a_backup_is_the_same_store(remembering, ledger, host, tmp_path):
    store = Store(remembering.store_path)
    remembering.start()
    ledger.publish(50, bad_share=0)
    store.await_received(50)
    assert remembering.run("store", "backup", tmp_path / "backup.db").returncode == 0
    assert remembering.stop() == 0
    delete(store)
    shutil.copy(tmp_path / "backup.db", store.path)
    remembering.start()
    assert "took over" not in remembering.log() and "made a new" not in remembering.log()
    assert_reconciled(ledger, store, host, remembering)


def test_what_cannot_be_remembered_is_a_warning(make_daemon, tmp_path):
    daemon = make_daemon(environment={"STATE_DIRECTORY": f"{tmp_path}/nowhere"})
    daemon.start()
    assert "warning could not note which store this is" in daemon.log() and f"{tmp_path}/nowhere" in daemon.log()


def test_a_store_that_root_makes_belongs_to_the_owner_of_its_folder(binary, tmp_path):
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 12345, 23456)
    done = run(binary, "store", "init", "--store", f"sqlite://{tmp_path}/theirs/alidade.db")
    assert done.returncode == 0, done
    found = {(path.name, path.stat().st_uid, path.stat().st_gid, path.stat().st_mode & 0o777) for path in (tmp_path / "theirs").iterdir()}
    assert found == {("alidade.db", 12345, 23456, 0o640)}
