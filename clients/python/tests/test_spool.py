"""The spool: torn records, lost marks, adopters, limits, full and read-only disks."""
import contextlib
import errno
import fcntl
import os
import pathlib
import subprocess
import sys

import pytest

from alidade.spool import adoption, folders
from alidade.spool.reader import SpoolReader
from alidade.spool.writer import SpoolFull, SpoolWriter
from alidade.buffer import MemoryBuffer
from alidade.events import Record, pack
from conftest import directories, environment


def record(number, size=20):
    return Record(1, "intelligence.view", f"id-{number}", 1_700_000_000, b"", b"x" * size)


def writer(root, maximum=64 * 1024 * 1024, drop_old=False):
    return SpoolWriter(str(root), "tests", maximum, drop_old)


def orphan(root, count, size=20):
    """A directory whose owner is gone."""
    made = writer(root)
    for number in range(count):
        made.append(pack(record(number, size)))
    made.abandon()
    return made.path


def ids(reader, maximum=10_000):
    return [found.record.event_id for found in reader.take(maximum)]


def test_what_is_written_is_read_in_order(tmp_path):
    made = writer(tmp_path / "s")
    reader = SpoolReader(made.path, made)
    assert reader.take(10) == []
    for number in range(5):
        made.append(pack(record(number)))
    assert ids(reader, 3) == ["id-0", "id-1", "id-2"]
    assert ids(reader) == ["id-3", "id-4"]
    made.append(pack(record(5, 200_000)))
    assert ids(reader) == ["id-5"]


def test_a_record_that_was_cut_at_any_byte_is_left_out_and_those_before_it_are_kept(tmp_path):
    path = pathlib.Path(orphan(tmp_path / "s", 3)) / "00000001.log"
    whole = path.read_bytes()
    last = len(pack(record(2)))
    for cut in range(1, last + 1):
        path.write_bytes(whole[:-cut])
        reader = SpoolReader(str(path.parent))
        assert ids(reader) == ["id-0", "id-1"], cut
        assert reader.damaged == (0 if cut == last else 1)
        for flight in list(reader._flight):
            reader.settle(flight)
        assert reader.is_drained()


def test_a_record_with_a_wrong_byte_is_never_sent(tmp_path):
    path = pathlib.Path(orphan(tmp_path / "s", 3)) / "00000001.log"
    whole = bytearray(path.read_bytes())
    whole[-1] ^= 1
    path.write_bytes(whole)
    assert ids(SpoolReader(str(path.parent))) == ["id-0", "id-1"]


def test_what_is_confirmed_is_not_read_again_and_without_the_mark_everything_is(tmp_path):
    path = orphan(tmp_path / "s", 5)
    reader = SpoolReader(path)
    taken = reader.take(5)
    for flight in taken[:2] + taken[3:4]:
        reader.settle(flight)
    reader.commit()
    reader.close()
    assert ids(SpoolReader(path)) == ["id-2", "id-3", "id-4"]
    os.unlink(os.path.join(path, "confirmed"))
    assert ids(SpoolReader(path)) == [f"id-{number}" for number in range(5)]


def test_segments_are_removed_when_they_are_confirmed(tmp_path):
    made = writer(tmp_path / "s", maximum=256 * 1024)
    for number in range(200):
        made.append(pack(record(number, 500)))
    assert len(folders.segments(made.path)) > 2
    reader = SpoolReader(made.path, made)
    for flight in reader.take(1000):
        reader.settle(flight)
    assert folders.segments(made.path) == [made.segment]


def test_one_of_two_adopters_gets_a_directory_and_a_living_owner_keeps_it(tmp_path):
    root = tmp_path / "s"
    orphan(root, 3)
    living = writer(root)
    found = list(adoption.adopt(str(root)))
    assert [ids(reader) for reader in found] == [["id-0", "id-1", "id-2"]]
    code = "import sys; from alidade.spool import adoption; print(len(list(adoption.adopt(sys.argv[1]))))"

    def others():
        return subprocess.run([sys.executable, "-c", code, root], capture_output=True, text=True, check=True, env=environment()).stdout.strip()

    assert others() == "0"
    found[0].close()
    living.abandon()
    assert others() == "2"


def test_a_child_that_was_forked_does_not_keep_the_lock(tmp_path):
    """With flock it would, for as long as it lives."""
    code = """
import os, sys, time
from alidade.spool.writer import SpoolWriter
w = SpoolWriter(sys.argv[1], "tests", 10**8, False)
if os.fork() == 0:
    os.read(0, 1); os._exit(0)
print("ready", flush=True); os.kill(os.getpid(), 9)
"""
    root = tmp_path / "s"
    parent = subprocess.Popen([sys.executable, "-c", code, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment())
    assert parent.stdout.readline() == b"ready\n"
    parent.wait()
    found = list(adoption.adopt(str(root)))
    assert len(found) == 1
    parent.stdin.close()
    found[0].close()


def test_over_the_limit_of_all_processes_new_events_are_dropped(tmp_path):
    root = tmp_path / "s"
    first = writer(root, maximum=300_000)
    with pytest.raises(SpoolFull):
        for number in range(10_000):
            first.append(pack(record(number, 500)))
    assert folders.used_bytes(str(root)) <= 300_000
    with pytest.raises(SpoolFull):
        writer(root, maximum=300_000)
    assert directories(root) == [first.path]


def test_or_the_oldest_segment_is(tmp_path):
    made = writer(tmp_path / "s", maximum=300_000, drop_old=True)
    for number in range(2000):
        made.append(pack(record(number, 500)))
    kept = ids(SpoolReader(made.path, made))
    assert kept[-1] == "id-1999" and made.dropped_old == 2000 - len(kept) > 0


@contextlib.contextmanager
def small_disk(folder, size="64k", options=""):
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}{options}", "tmpfs", folder], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"a disk cannot be mounted here: {done.stderr}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_leaves_whole_records_only(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        made = writer(disk / "s")
        count = 0
        with pytest.raises(OSError) as raised:
            while True:
                made.append(pack(record(count, 700)))
                count += 1
        assert raised.value.errno == errno.ENOSPC and count > 10
        assert len(ids(SpoolReader(made.path, made))) == count
        assert os.fstat(made.descriptor).st_size == made.size


def test_where_the_disk_is_full_events_wait_in_memory_and_return_to_the_spool(tmp_path, configured, bound):
    with small_disk(tmp_path / "disk") as disk:
        (disk / "ballast").write_bytes(b"x" * 40_000)
        telemetry = configured(bound.url.replace("amqp://guest", "amqp://nobody"), spool=str(disk / "s"))
        client = telemetry.client
        for number in range(400):
            assert telemetry.track_dashboard_open(number + 1) is not None
        assert client.spool_trouble is not None and len(client.memory) > 0 and telemetry.stats().dropped == {}
        (disk / "ballast").unlink()
        client._spool_again = 0.0
        before = len(client.memory)
        assert telemetry.track_dashboard_open(1) is not None
        assert len(client.memory) == before and client.spool_trouble is None


def test_a_disk_that_is_read_only_leaves_memory(tmp_path, configured):
    with small_disk(tmp_path / "disk", options=",ro") as disk:
        telemetry = configured(spool=str(disk / "s"))
        assert telemetry.track_dashboard_open(1) is not None
        assert len(telemetry.client.memory) == 1


def test_a_folder_that_everybody_may_write_to_is_not_used(tmp_path, configured):
    root = tmp_path / "open"
    root.mkdir()
    root.chmod(0o777)
    telemetry = configured(spool=str(root))
    assert telemetry.track_dashboard_open(1) is not None
    assert list(root.iterdir()) == [] and len(telemetry.client.memory) == 1


def test_the_folders_of_a_spool_are_for_this_user_only(tmp_path):
    made = writer(tmp_path / "s")
    assert oct(os.stat(made.path).st_mode & 0o777) == oct(os.stat(tmp_path / "s").st_mode & 0o777) == "0o700"
    assert os.stat(os.path.join(made.path, "00000001.log")).st_mode & 0o077 == 0


def test_a_directory_without_locks_is_nobodys_when_it_has_been_still_for_long(tmp_path, monkeypatch):
    path = orphan(tmp_path / "s", 1)

    def no_locks(*_):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "lockf", no_locks)
    assert list(adoption.adopt_one(path)) == []
    for name in os.listdir(path):
        os.utime(os.path.join(path, name), (1, 1))
    found = list(adoption.adopt_one(path))
    assert len(found) == 1
    found[0].close()


def test_the_memory_is_bounded_by_events_and_by_bytes():
    buffer = MemoryBuffer("tests", 3, 10 ** 9, False)
    assert [buffer.append(record(number)) for number in range(4)] == [True, True, True, False]
    buffer = MemoryBuffer("tests", 10 ** 9, 1000, False)
    assert [buffer.append(record(number, 300)) for number in range(3)] == [True, False, False]
    buffer = MemoryBuffer("tests", 3, 10 ** 9, True)
    assert all(buffer.append(record(number)) for number in range(5))
    assert [found.record.event_id for found in buffer.take(9)] == ["id-2", "id-3", "id-4"] and buffer.dropped_old == 2


def test_memory_gives_again_what_was_not_confirmed():
    buffer = MemoryBuffer("tests", 10, 10 ** 9, False)
    for number in range(4):
        buffer.append(record(number))
    taken = buffer.take(3)
    buffer.settle(taken[1])
    buffer.rewind()
    assert [found.record.event_id for found in buffer.take(9)] == ["id-0", "id-2", "id-3"]
    assert len(buffer) == 3
