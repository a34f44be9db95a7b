"""What SQL finds of a session beyond the columns of its newest message, and who resolved what was refused."""
import datetime
import getpass
import json
import re

import pytest

from harness.daemon import run
from harness.events import BASE, Maker, body_of, text
from harness.store import Store


@pytest.fixture
def ingest(binary, tmp_path):
    """Takes bodies of one kind into the store."""
    store = Store(tmp_path / "alidade.db")

    def take(kind, *bodies):
        file = tmp_path / "lines.jsonl"
        file.write_bytes(b"".join(body + b"\n" for body in bodies))
        done = run(binary, "ingest", file, "--kind", kind, "--store", f"sqlite://{store.path}")
        assert done.returncode == 0, done
        return store

    take.store = store
    return take


def test_members_that_only_the_payload_had_have_columns(ingest):
    maker = Maker()
    store = ingest("profiler", *map(body_of, (
        maker.profiler_document(
            session_id="full", result_accepted=False, override_track_id="grc", admin_reset_by=17, overall_score="81.50", behavioral_score=100.0000001),
        maker.profiler_document(session_id="none", override_track_id=None, overall_score="", behavioral_score=101))))
    columns = "session_id, override_track_id, admin_reset_by, overall_score, behavioral_score"
    expected = [("full", "grc", "17", 81.5, 100.0), ("none", None, None, None, None)]
    for table in ("profiler_events", "profiler_events_v", "profiler_sessions", "profiler_sessions_v"):
        assert sorted(store.rows(f"SELECT {columns} FROM {table}")) == expected, table


def test_modules_are_read_from_the_payload_as_the_daemon_reads_them(binary, ingest):
    maker = Maker()
    odd = {
        "one": 1, "a half": 0.5, "text": "12.50", "exponent": "1e2", "none": None, "empty": "", "words": "ten", "spaces": " 7 ", "hexadecimal": "0x10",
        "less": -1, "hair": -0.0000001, "year": 31_536_000, "more": 31_536_001, "yes": True, "list": [1], "dot": "1.", "plus": "+1", "n" * 64: 3, "n" * 65: 4, "": 5}
    store = ingest("profiler", *map(body_of, (
        maker.profiler_document(session_id="odd", time_spent_per_module=odd, time_spent_seconds=None),
        maker.profiler_document(session_id="list", time_spent_per_module=[]), maker.profiler_document(session_id="null", time_spent_per_module=None))))
    found = dict(store.rows("SELECT module, seconds FROM profiler_modules"))
    assert found == {"one": 1, "a half": 0.5, "text": 12.5, "exponent": 100, "hair": 0, "year": 31_536_000, "n" * 64: 3}
    done = run(binary, "metrics", "module_time", "--days", 365, "--json", "--store", f"sqlite://{store.path}")
    counted = json.loads(done.stdout)["result"]
    modules = counted.get("modules", counted)
    assert {name: entry["average_seconds"] for name, entry in modules.items()} == found
    assert store.value("SELECT count(*) FROM profiler_modules WHERE session_id <> 'odd'") == 0


def test_an_answered_question_has_one_row_and_answers_win_over_choices(ingest):
    def entry(option, **question):
        return {**question, "selected_option": option}

    maker = Maker()
    store = ingest("profiler", body_of(maker.profiler_document(
        session_id="s",
        scenario_choices=[entry("A", question_id="both"), entry("B", question_id="only"), entry("C", question_id="only"), "no object"],
        answers=[
            entry("D", question_id="both"), entry(3, question_id="number"), entry(True, question_id="boolean"), entry("E", question_id=8),
            entry("F", question_key="by key"), entry("G", question_id="", question_key="key instead"), entry(None, question_id="open"), entry("", question_id="empty"),
            entry("x" * 65, question_id="long"), entry(["A"], question_id="list"), {"selected_option": "A"}])))
    assert dict(store.rows("SELECT question, option FROM profiler_answers WHERE session_id = 's'")) == {
        "both": "D", "only": "C", "number": "3", "boolean": "true", "8": "E", "by key": "F", "key instead": "G"}
    assert store.value("SELECT count(*) FROM profiler_answers") == 7


def test_a_session_keeps_the_modules_and_answers_that_a_later_message_does_not_have(ingest):
    maker = Maker()
    answers = [{"question_id": "q", "selected_option": "A"}]
    old = maker.profiler_document(session_id="s", emitted_at=text(BASE), time_spent_per_module={"identity": 1}, answers=answers)
    store = ingest("profiler", body_of(old))
    new = maker.profiler_document(session_id="s", emitted_at=text(BASE + datetime.timedelta(seconds=1)), time_spent_per_module={"aptitude": 2}, answers=[])
    ingest("profiler", body_of(new))
    assert store.rows("SELECT * FROM profiler_modules") == [("s", "identity", 1.0), ("s", "aptitude", 2.0)]
    assert store.rows("SELECT * FROM profiler_answers") == [("s", "q", "A")]


def test_an_alignment_tells_its_session_its_time_and_its_share(ingest):
    maker = Maker()
    answers = [{"question_id": f"scenario_{n}", "selected_option": "A"} for n in range(1, 3)]
    store = ingest("profiler", body_of(maker.profiler_document(session_id="s", answers=answers, emitted_at=text(BASE))))
    rows = store.rows("SELECT DISTINCT session_id, occurred_at, share FROM profiler_alignments")
    assert len(rows) == 1 and rows[0][:2] == ("s", int(BASE.timestamp() * 1_000_000)) and 0 < rows[0][2] <= 1
    assert store.value("SELECT DISTINCT occurred_at FROM profiler_alignments_v") == store.value("SELECT occurred_at FROM profiler_events_v")


def test_who_resolved_what_was_refused_is_kept(binary, ingest):
    store = ingest("intelligence", b"{1", b"{2", b"{3", b"[4]")

    def command(*arguments, environment=None):
        done = run(binary, "quarantine", *arguments, "--store", f"sqlite://{store.path}", environment=environment)
        assert done.returncode == 0, done

    me = getpass.getuser()
    command("discard", "--id", 1, "--id", 2, "--note", "noise")
    command("discard", "--id", 1, "--note", "noise again")
    command("discard", "--reason", "not_json", "--note", "all", environment={"SUDO_USER": "ada"})
    command("discard", "--reason", "not_json", "--note", "all")
    command("replay", "--id", 4)
    # A version that knows better: the body is what it should have been.
    with store.open("rw") as other:
        other.execute("DROP TRIGGER quarantine_no_update")
        other.execute("UPDATE quarantine SET body = ? WHERE id = 4", (body_of(Maker().view_document()),))
    command("replay", "--id", 4, "--dry-run")
    command("replay", "--id", 4, "--note", "mended")
    assert store.rows("SELECT quarantine_id, action, note, actor FROM quarantine_resolutions ORDER BY id") == [
        (1, "discard", "noise", me), (2, "discard", "noise", me), (3, "discard", "all", "ada"), (4, "replay", "mended", me)]
    shown = run(binary, "quarantine", "show", 3, "--store", f"sqlite://{store.path}").stdout
    assert re.search(r"^resolution   discard at \S+ by ada: all$", shown, re.M), shown
    operations = store.rows("SELECT actor, via, action, note, detail FROM operations ORDER BY id")
    assert [(*row[:4], json.loads(row[4])) for row in operations] == [
        (me, "command_line", "discard", "noise", {"ids": [1, 2]}),
        ("ada", "command_line", "discard", "all", {"reason": "not_json", "discarded": 1}),
        (me, "command_line", "replay", "mended", {"ids": [4], "stored": 1, "duplicates": 0})]
    assert store.rows("SELECT resolved_at FROM quarantine_resolutions_v WHERE quarantine_id = 3") == store.rows(
        "SELECT at FROM operations_v WHERE actor = 'ada'")
