"""The page Messages: its tables are those of the program, its examples are stored as it says."""
import datetime
import json
import re

import pika
import pytest

from harness import page
from harness.daemon import run
from harness.events import Maker, body_of, microseconds
from harness.store import EVENT_TABLES, Store

# Each stands in for another member, and no example needs both.
STAND_INS = {"created_at", "confidence_at_time"}


def examples():
    """The complete messages of the page: (kind, document)."""
    return [(language.split()[1], json.loads(text)) for language, _, text in page.steps("Messages") if language.startswith("json ")]


def member_rows(title):
    """The rows of the tables of members in a section; those of a table are six cells long, those of an object inside are five."""
    return [cells for cells in page.rows(page.section("Messages", title)) if len(cells) in (5, 6)]


@pytest.mark.parametrize("name, page_name, count", [("messages", "Messages", 8), ("reasons", "Reasons-and-warnings", 2)])
def test_the_tables_are_the_program_s(binary, name, page_name, count):
    tables = run(binary, "manual", name).stdout.strip().split("\n\n")
    assert len(tables) == count
    for table in tables:
        assert page.text(page_name).count(f"\n\n{table}\n\n") == 1, f"write this table of `alidade manual {name}` into the page:\n{table}"


def test_the_tables_have_the_members_of_the_schema_and_say_which_are_required(binary):
    def members(schema):
        for name, member in schema.get("properties", {}).items():
            if member.get("type") != "null":
                yield name, name in schema.get("required", [])
            inner = member.get("items", member)
            if "properties" in inner:
                yield from members(inner)
        for part in schema.get("oneOf", []):
            yield from members(part)

    for kind, title in (("profiler", "Profiler telemetry"), ("intelligence", "Intelligence events")):
        known = set(members(json.loads(run(binary, "schema", kind).stdout)))
        shown = {(cells[0].strip("`"), cells[3] == "**yes**") for cells in member_rows(title)}
        assert len(known) >= 15 and shown == known, title


def test_each_example_is_accepted_without_a_warning_and_together_they_have_every_member(binary):
    found = {"profiler": set(), "intelligence": set()}

    def gather(kind, value):
        for name, member in value.items():
            found[kind].add(name)
            if name == "device_browser":
                gather(kind, member)
            if name in ("answers", "scenario_choices"):
                for entry in member:
                    gather(kind, entry)

    assert [kind for kind, _ in examples()] == ["profiler"] + 3 * ["intelligence"]
    for kind, document in examples():
        result = run(binary, "validate", "-", "--kind", kind, "--json", input=json.dumps(document))
        verdict = json.loads(result.stdout)
        assert result.returncode == 0 and verdict["ok"] and verdict["warnings"] == [], verdict
        gather(kind, document)
    for kind, title in (("profiler", "Profiler telemetry"), ("intelligence", "Intelligence events")):
        assert {cells[0].strip("`") for cells in member_rows(title)} - STAND_INS == found[kind], title


def ingest(binary, folder, kind, *documents):
    """The store of messages that came from a file."""
    path = folder / "alidade.db"
    body = "\n".join(json.dumps(document) for document in documents)
    run(binary, "ingest", "-", "--kind", kind, "--store", f"sqlite://{path}", input=body)
    return Store(path)


def test_each_member_is_stored_in_the_column_that_the_page_names(binary, tmp_path):
    columns = {kind: {cells[0].strip("`"): cells[4].strip("`") for cells in member_rows(title) if len(cells) == 6}
               for kind, title in (("profiler", "Profiler telemetry"), ("intelligence", "Intelligence events"))}
    seen = 0
    for number, (kind, document) in enumerate(examples()):
        folder = tmp_path / str(number)
        folder.mkdir()
        store = ingest(binary, folder, kind, document)
        assert store.rows("SELECT code, detail FROM event_warnings") == []
        (row,) = [row for table in EVENT_TABLES for row in store.dicts(f"SELECT * FROM {table}")]
        for name, value in document.items():
            column = columns[kind][name]
            if column == "payload":
                assert name not in row and json.loads(row["payload"])[name] == value, name
            elif column == "extra":
                assert json.loads(row["extra"]) == {name: value}
            elif column.endswith("_at"):
                assert row[column] == microseconds(datetime.datetime.fromisoformat(value)), name
            elif name == "admin_reset_by":
                # Ids are text.
                assert row[column] == str(value)
            else:
                assert row[column] == value, name
            seen += 1
    assert seen >= 35


def test_times_are_read_as_the_page_says(binary, tmp_path):
    table = page.rows(page.section("Messages", "Times"))
    assert len(table) >= 10
    base = {"event_type": "DASHBOARD_OPEN", "admin_user_id": 42, "explanation_version": "v1"}
    documents = [{**base, "event_id": str(number), "occurred_at": json.loads(cells[0].strip("`"))} for number, cells in enumerate(table)]
    store = ingest(binary, tmp_path, "intelligence", *documents)
    found = dict(store.rows("SELECT event_id, occurred_at FROM admin_view_telemetry_v UNION ALL SELECT event_id, reason FROM quarantine"))
    for number, cells in enumerate(table):
        assert found[str(number)] == cells[1].strip("`"), cells


def test_the_page_names_every_property_of_amqp():
    named = {name for cells in page.rows(page.section("Messages", "AMQP properties")) for name in re.findall(r"`(\w+)`", cells[0])}
    assert named == set(vars(pika.BasicProperties())) - {"cluster_id"}  # AMQP 0-9-1 has done away with that one


def test_the_properties_do_what_the_page_says(daemon, store, host):
    daemon.start()
    maker = Maker()
    base = maker.view_document(event_id=None, occurred_at=None)
    time = 1_767_600_000
    accepted = (
        {}, {"content_type": ""}, {"content_type": "Application/JSON; charset=utf-8"}, {"content_type": "application/vnd.och+json"},
        {"content_type": "text/plain"}, {"content_encoding": ""}, {"content_encoding": "UTF-8"}, {"content_encoding": "8bit"})
    refused = ({"content_encoding": "br"}, {"content_encoding": "utf-16"}, {"content_encoding": "gzip, br"})
    ignored = {"app_id": "a", "type": "profiler", "user_id": "guest", "priority": 3, "expiration": "3600000", "headers": {"x": 1}}
    for number, properties in enumerate((*accepted, ignored)):
        host.publish("intelligence", body_of(base), message_id=f"accepted-{number}", timestamp=time, **properties)
    for number, properties in enumerate(refused):
        host.publish("intelligence", body_of(base), message_id=f"refused-{number}", timestamp=time, **ignored, **properties)
    count = len(accepted) + 1
    store.await_received(count + len(refused))
    assert sorted(store.rows("SELECT event_id, occurred_at FROM admin_view_telemetry")) == [
        (f"accepted-{number}", time * 1_000_000) for number in range(count)]
    kept = store.rows("SELECT event_id, reason, properties FROM quarantine ORDER BY event_id")
    assert [row[:2] for row in kept] == [(f"refused-{number}", "unsupported_encoding") for number in range(len(refused))]
    for _, _, properties in kept:
        properties = json.loads(properties)
        assert {name: properties[name] for name in ignored} == ignored


def test_what_makes_two_messages_the_same_event_is_as_the_page_says(binary, tmp_path):
    base = {"event_type": "DASHBOARD_OPEN", "admin_user_id": 42, "explanation_version": "v1"}
    at = "2026-02-09T12:00:00Z"
    first = {**base, "event_id": "one", "occurred_at": at}
    store = ingest(
        binary, tmp_path, "intelligence", first, {**first, "admin_user_id": 43},  # another content
        {**first, "occurred_at": "2026-02-09T15:00:00+03:00"},  # the same time
        {**first, "occurred_at": "2026-02-09T12:00:01Z"}, {**base, "event_id": "two", "created_at": at}, {**base, "occurred_at": at},
        {**base, "occurred_at": at})  # by their hash
    assert store.tally() == {"received": 7, "stored": 4, "duplicates": 2, "quarantined": 1}
    ingest(binary, tmp_path, "profiler", {  # each kind has its own ids
        "event_id": "one", "user_id": 7, "session_id": 7, "completion_status": "completed", "emitted_at": at})
    assert store.tally()["stored"] == 5
    ingest(binary, tmp_path, "profiler", {
        "event_id": "of the session", "user_id": 7, "session_id": 7, "completion_status": "completed", "unknown": [1], "started_at": "2026-02-09T11:00:00Z",
        "completed_at": "2026-02-09T11:30:00Z", "emitted_at": None})
    row = store.dicts("SELECT * FROM profiler_events_v")[-1]
    assert (row["session_id"], row["completion_status"], row["occurred_at"]) == ("7", "finished", "2026-02-09T11:30:00.000000Z")
    assert json.loads(row["payload"])["unknown"] == [1]

    outcome = {"event_id": "closed", "outcome_status": "RESOLVED", "risk_signal_id": 5, "explanation_version": "v1", "occurred_at": at}
    ingest(binary, tmp_path, "intelligence", outcome, outcome, {**outcome, "event_id": "again"},  # the same outcome
        {**outcome, "event_id": "other", "outcome_status": "ESCALATED"})
    assert store.rows("SELECT event_id, reason FROM quarantine") == [("one", "identity_conflict"), ("other", "outcome_conflict")]
    assert store.tally() == {"received": 13, "stored": 7, "duplicates": 4, "quarantined": 2}


def test_the_front_page_has_a_row_for_every_page():
    front = page.text("README")
    rows = {re.match(r"\[.*?\]\((.*?)\)", cells[0])[1] for cells in page.rows(front)}
    pages = {path.relative_to(page.FOLDER).as_posix() for path in page.FOLDER.rglob("*.md")} - {"README.md"}
    assert len(pages) >= 25 and rows == pages
