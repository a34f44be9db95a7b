"""Files that commands read messages from, as editors, shells and other programs write them: `ingest`, `validate`, `send` and `score` read alike."""
import json
import os
import threading

import pytest

from harness.daemon import run
from harness.events import Maker, body_of
from harness.memory import run_measured
from harness.store import Store

MIB = 1 << 20


def event(number, **members):
    document = {
        "event_id": f"e{number}", "occurred_at": "2026-01-05T12:00:00Z", "action_taken": "ACCEPTED", "risk_signal_id": 1, "admin_user_id": 2,
        "recommendation_type": "x", "explanation_version": "v1"}
    return {**document, **members}


def plain(number, **members):
    return json.dumps(event(number, **members), ensure_ascii=False)


def pretty(number, **members):
    return json.dumps(event(number, **members), indent=2, ensure_ascii=False)


ODD = "a\u2028b\u2029c\u0085d\x7fe"
# By name: what is in the file, and the ids of the events in it.
FILES = {
    "lines": (f"{plain(1)}\n{plain(2)}\n", [1, 2]),
    "no end": (f"{plain(1)}\n{plain(2)}", [1, 2]),
    "windows": (f"\ufeff{plain(1)}\r\n\r\n{plain(2)}\r\n", [1, 2]),
    "mark": (f"\ufeff{plain(1)}\n{plain(2)}\n", [1, 2]),
    "separators": (f"{plain(1, recommendation_type=ODD)}\n{plain(2)}\n", [1, 2]),
    "blank": (f"\n\n{plain(1)}\n\n\n{plain(2)}\n\n", [1, 2]),
    "one": (plain(1), [1]),
    "pretty": (pretty(1), [1]),
    "pretty with a mark": ("\ufeff" + pretty(1).replace("\n", "\r\n"), [1]),
    "pretty ones": (f"{pretty(1)}\n{pretty(2)}\n{plain(3)}", [1, 2, 3]),
    "array": (json.dumps([event(1), event(2)]), [1, 2]),
    "pretty array": (json.dumps([event(1), event(2, recommendation_type=ODD)], indent=4, ensure_ascii=False), [1, 2]),
    "array without indent": (json.dumps([event(1), event(2)], indent=0), [1, 2]),
    "nothing": ("", []),
    "blanks": ("\n \n", []),
    "empty array": ("[]\n", []),
}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "alidade.db")


@pytest.fixture
def command(binary, store):
    return lambda *arguments, **more: run(binary, *arguments, "--store", f"sqlite://{store.path}", **more)


def ids(store):
    return [name for (name,) in store.rows("SELECT event_id FROM decision_recommendation_events ORDER BY seq")]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("way", ["file", "-", "/dev/stdin", "pipe"])
def test_ingest_reads_what_programs_write(command, store, tmp_path, name, way):
    text, numbers = FILES[name]
    path = tmp_path / "events"
    if way == "file":
        path.write_bytes(text.encode())
        done = command("ingest", path, "--kind", "intelligence")
    elif way == "pipe":
        os.mkfifo(path)
        writer = threading.Thread(target=lambda: path.write_bytes(text.encode()))
        writer.start()
        done = command("ingest", path, "--kind", "intelligence")
        writer.join()
    else:
        done = command("ingest", way, "--kind", "intelligence", input=text)
    assert done.returncode == 0, done
    assert ids(store) == [f"e{number}" for number in numbers]
    assert store.tally()["quarantined"] == 0


@pytest.mark.parametrize("name", FILES)
def test_validate_reads_the_same(command, tmp_path, name):
    text, numbers = FILES[name]
    path = tmp_path / "events"
    path.write_bytes(text.encode())
    done = command("validate", path, "--kind", "intelligence", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done
    assert [entry["event_id"] for entry in found] == [f"e{number}" for number in numbers]


@pytest.mark.parametrize("name", ["mark", "separators", "pretty ones", "pretty array"])
def test_score_reads_the_same(command, tmp_path, name):
    text, numbers = FILES[name]
    documents = [{**json.loads(body_of(Maker().profiler_document())), "event_id": f"e{number}"} for number in numbers]
    text = {
        "mark": "\ufeff" + "\n".join(map(json.dumps, documents)),
        "separators": "\n".join(json.dumps({**document, "value_statement": ODD}, ensure_ascii=False) for document in documents),
        "pretty ones": "\n".join(json.dumps(document, indent=1) for document in documents),
        "pretty array": json.dumps(documents, indent=2)}[name]
    path = tmp_path / "payloads"
    path.write_bytes(text.encode())
    done = command("score", path, "--json")
    assert [json.loads(line)["event_id"] for line in done.stdout.splitlines()] == [f"e{number}" for number in numbers], done


@pytest.mark.parametrize("name", ["mark", "separators", "pretty ones", "array"])
def test_send_reads_the_same(daemon, store, host, name):
    text, numbers = FILES[name]
    daemon.start()
    path = daemon.folder / "events"
    path.write_bytes(text.encode())
    assert daemon.run("send", path, "--kind", "intelligence").returncode == 0
    received = Store(daemon.store_path)
    received.await_received(len(numbers))
    assert ids(received) == [f"e{number}" for number in numbers]


def test_a_broken_line_is_one_bad_message(command, store, tmp_path):
    path = tmp_path / "events"
    path.write_text("\n".join([plain(1)[:-1], plain(2), '{"open": "', plain(3), "{", plain(4)[:40], plain(5), "nothing"]))
    command("ingest", path, "--kind", "intelligence")
    assert ids(store) == ["e2", "e3", "e5"]
    assert store.tally() == {"received": 8, "stored": 3, "duplicates": 0, "quarantined": 5}


def test_what_is_quarantined_comes_out_as_it_can_go_in(command, store, tmp_path):
    path = tmp_path / "events"
    bad = [event(number, action_taken="accepted", recommendation_type=ODD) for number in range(3)]
    path.write_bytes(json.dumps(bad, indent=2, ensure_ascii=False).encode())
    command("ingest", path, "--kind", "intelligence")
    path.write_text('{"open": "\n}\n')
    command("ingest", path, "--kind", "intelligence")
    done = command("quarantine", "export", "--bodies")
    assert "left out" not in done.stderr, done
    again = tmp_path / "again"
    again.write_bytes(done.stdout.replace('"accepted"', '"ACCEPTED"').encode())
    command("ingest", again, "--kind", "intelligence")
    assert ids(store) == ["e0", "e1", "e2"]
    assert store.value("SELECT recommendation_type FROM decision_recommendation_events LIMIT 1") == ODD


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(command, store, tmp_path):
    good = [tmp_path / "first", tmp_path / "last"]
    for number, path in enumerate(good):
        path.write_text(plain(number))
    bad = {name: tmp_path / name for name in ("missing", "folder", "zipped", "wide", "cut")}
    bad["folder"].mkdir()
    bad["zipped"].write_bytes(b"\x1f\x8b\x08\x00rest")
    bad["wide"].write_bytes(plain(7).encode("utf-16"))
    bad["cut"].write_text(f"[{plain(8)},")
    done = command("ingest", good[0], *bad.values(), good[1], "--kind", "intelligence")
    assert done.returncode == 1
    assert ids(store) == ["e0", "e8", "e1"]
    assert "received     3" in done.stdout
    lines = done.stderr.splitlines()
    for path, words in zip(bad.values(), ("No such file", "Is a directory", "gzip", "UTF-16", "inside an array")):
        assert any(str(path) in line and words in line for line in lines), (path, done.stderr)
    for path in bad.values():
        for arguments in (("validate", path, "--kind", "intelligence"), ("score", path)):
            done = command(*arguments)
            assert done.returncode == 1 and str(path) in done.stderr, done


def test_limits_hold_for_files_as_for_messages(command, store, tmp_path):
    path = tmp_path / "events"
    long = [plain(1, x="y" * 262_144), pretty(2, x="y" * 5 * MIB)]
    for text in (f"{plain(3)}\n{long[0]}\n{plain(4)}", f"{pretty(5)}\n{long[1]}\n{pretty(6)}"):
        path.write_text(text)
        command("ingest", path, "--kind", "intelligence")
    assert ids(store) == ["e3", "e4", "e5", "e6"]
    refused = store.rows("SELECT reason, length(body) FROM quarantine ORDER BY id")
    assert [tuple(row) for row in refused] == [("too_large", len(text)) for text in long]


@pytest.mark.parametrize("layout", ["lines", "documents"])
def test_a_message_beyond_all_limits_is_left_out_and_takes_little_memory(binary, store, tmp_path, layout):
    path = tmp_path / "events"
    start = "" if layout == "lines" else "[\n"
    comma = "" if layout == "lines" else ","
    with path.open("wb") as file:
        file.write(f"{start}{plain(1)}{comma}\n{{".encode())
        # A hole: as many zeros, and no disk.
        file.seek(400 * MIB, os.SEEK_CUR)
        file.write(f"}}{comma}\n{plain(2)}\n".encode())
    done, peak = run_measured(binary, "ingest", path, "--kind", "intelligence", "--store", f"sqlite://{store.path}")
    assert done.returncode == 1
    assert f"{path}, line {2 if layout == 'lines' else 3}: a message of {400 * MIB + 2} bytes" in done.stderr, done.stderr
    assert ids(store) == ["e1", "e2"]
    assert peak < 320 * 1024, f"{peak // 1024} MiB"


def test_a_command_that_has_done_its_work_ends_well_every_time(binary, tmp_path):
    """A thread that is just ending and the end of the process must not free the same memory; that shows once in some dozen runs."""
    file = tmp_path / "events.jsonl"
    file.write_bytes(body_of(Maker().view_document()) + b"\n")
    for number in range(150):
        done = run(binary, "ingest", file, "--kind", "intelligence", "--store", f"sqlite://{tmp_path}/{number % 10}.db")
        assert done.returncode == 0, f"run {number}: {done.returncode}\n{done.stdout}{done.stderr}"
