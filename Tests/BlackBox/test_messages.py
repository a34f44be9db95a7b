"""What becomes of a message: stored, duplicate or quarantined, by which identity and with which words."""
import datetime
import json
import sqlite3

import pytest

from harness.events import BASE, Maker, body_of, hashed, microseconds, text
from harness.reconcile import assert_reconciled, drain
from harness.store import EVENT_TABLES, Store


@pytest.mark.parametrize("queue_type", ["quorum", "classic"])
def test_good_duplicate_and_bad_messages_each_have_exactly_one_fate(make_daemon, ledger, host, queue_type):
    daemon = make_daemon({"topology": {"queue_type": queue_type}}).start()
    ledger.publish(4000)
    store = Store(daemon.store_path)
    assert_reconciled(ledger, store, host, daemon)
    tally = store.tally()
    assert tally["duplicates"] > 100 and tally["quarantined"] > 100, tally


def test_an_event_id_of_the_body_comes_before_the_message_id(daemon, store, host):
    daemon.start()
    document = Maker().view_document()
    host.publish("intelligence", body_of(document), message_id="from-the-properties")
    store.await_received(1)
    assert store.value("SELECT event_id FROM admin_view_telemetry") == document["event_id"]


def test_the_message_id_names_a_message_whose_body_does_not(daemon, store, host):
    daemon.start()
    document = Maker().view_document(event_id=None)
    host.publish("intelligence", body_of(document), message_id="from-the-properties")
    store.await_received(1)
    assert store.value("SELECT event_id FROM admin_view_telemetry") == "from-the-properties"


def test_a_message_without_any_id_is_named_by_the_hash_of_its_body(daemon, store, host):
    daemon.start()
    document = Maker().view_document()
    del document["event_id"]
    body = body_of(document)
    for _ in range(2):
        host.publish("intelligence", body)
    store.await_received(2)
    assert store.value("SELECT event_id FROM admin_view_telemetry") == hashed(body)
    assert store.tally() == {"received": 2, "stored": 1, "duplicates": 1, "quarantined": 0}


def test_one_event_id_at_two_times_is_two_events_and_another_content_at_the_same_time_is_a_conflict(daemon, store, host):
    daemon.start()
    document = Maker().view_document(event_id="same", occurred_at="2026-01-05T10:00:00Z")
    host.publish("intelligence", body_of(document))
    host.publish("intelligence", body_of({**document, "occurred_at": "2026-01-05T10:00:00.000001Z"}))
    host.publish("intelligence", body_of({**document, "admin_user_id": 9, "occurred_at": "2026-01-05T12:00:00+02:00"}))
    host.publish("intelligence", json.dumps({**dict(reversed(document.items())), "occurred_at": "2026-01-05T12:00:00.000+02:00"}, indent=1).encode())
    store.await_received(4)
    assert store.tally() == {"received": 4, "stored": 2, "duplicates": 1, "quarantined": 1}
    assert store.value("SELECT count(*) FROM admin_view_telemetry WHERE admin_user_id = 9") == 0
    assert store.rows("SELECT reason, event_id, pointer FROM quarantine") == [("identity_conflict", "same", "")]
    assert "(admin_view_telemetry, seq 1)" in store.value("SELECT detail FROM quarantine")
    assert json.loads(daemon.run("metrics", "data_quality", "--json").stdout)["result"]["queues"]["intelligence-events"]["reason"] == {"identity_conflict": 1}


def test_a_duplicate_is_found_after_a_restart(daemon, store, host):
    daemon.start()
    body = body_of(Maker().profiler_document())
    host.publish("profiler", body)
    store.await_received(1)
    assert daemon.stop() == 0
    daemon.start()
    host.publish("profiler", body)
    store.await_received(2)
    assert store.tally()["duplicates"] == 1


def test_the_amqp_timestamp_stands_in_for_a_missing_time(daemon, store, host):
    daemon.start()
    at = BASE + datetime.timedelta(hours=1)
    host.publish("intelligence", body_of(Maker().view_document(occurred_at=None)), timestamp=int(at.timestamp()))
    host.publish("profiler", body_of(Maker().profiler_document(emitted_at=None)), timestamp=int(at.timestamp()))
    store.await_received(2)
    assert store.value("SELECT occurred_at FROM admin_view_telemetry") == microseconds(at)
    assert store.value("SELECT occurred_at FROM profiler_events") == microseconds(at)


def test_created_at_stands_in_for_occurred_at_and_the_latest_profiler_time_for_emitted_at(daemon, store, host):
    daemon.start()
    host.publish("intelligence", body_of(Maker().view_document(occurred_at=None, created_at="2026-01-06T10:00:00.5+01:00")))
    host.publish("profiler", body_of(Maker().profiler_document(
        emitted_at=None, started_at="2026-01-06T08:00:00Z", completed_at="2026-01-06T09:00:00Z",
        result_accepted_at="2026-01-06T09:30:00Z")))
    store.await_received(2)
    assert store.value("SELECT occurred_at FROM admin_view_telemetry") == \
        microseconds(datetime.datetime(2026, 1, 6, 9, 0, 0, 500_000, tzinfo=datetime.timezone.utc))
    assert store.value("SELECT occurred_at FROM profiler_events") == \
        microseconds(datetime.datetime(2026, 1, 6, 9, 30, tzinfo=datetime.timezone.utc))


def test_a_time_more_than_a_day_ahead_is_refused_and_one_within_it_is_not(daemon, store, host):
    daemon.start()
    now = datetime.datetime.now(datetime.timezone.utc)
    for hours in (23, 25):
        at = text((now + datetime.timedelta(hours=hours)).replace(microsecond=0))
        host.publish("intelligence", body_of(Maker().view_document(event_id=f"in-{hours}", occurred_at=at)))
    store.await_received(2)
    assert store.rows("SELECT event_id FROM admin_view_telemetry") == [("in-23",)]
    assert store.value("SELECT reason FROM quarantine") == "time_out_of_range"


def test_every_error_of_a_message_is_reported_with_pointer_and_sentence(daemon, store, host):
    daemon.start()
    document = Maker().profiler_document(user_id="x" * 65, session_id=None, completion_status="finishd", emitted_at="2999-01-01T00:00:00Z")
    host.publish("profiler", body_of(document))
    store.await_received(1)
    row = store.dicts("SELECT * FROM quarantine")[0]
    errors = json.loads(row["errors"])
    found = {error["pointer"]: error for error in errors}
    reasons = {pointer: error.get("reason", error.get("code")) for pointer, error in found.items()}
    assert reasons == {
        "/user_id": "too_long", "/session_id": "missing_field", "/completion_status": "unknown_value", "/emitted_at": "time_out_of_range"}
    assert "has 65 characters, more than 64" in found["/user_id"]["detail"]
    assert "did you mean finished?" in found["/completion_status"]["detail"]
    first = errors[0]
    assert (row["pointer"], row["detail"]) == (first["pointer"], first["detail"])
    assert row["reason"] == reasons[first["pointer"]] and row["queue"] == "profiler-telemetry"
    assert row["event_id"] == document["event_id"]


def test_a_near_miss_is_named(daemon, store, host):
    daemon.start()
    host.publish("intelligence", body_of(Maker().recommendation_document(action_taken="VIEWD")))
    store.await_received(1)
    assert '"VIEWD" is not one of VIEWED, ACCEPTED, IGNORED, OVERRIDDEN; did you mean VIEWED?' in \
        store.value("SELECT detail FROM quarantine")


def test_quarantine_keeps_the_whole_body_and_the_properties(daemon, store, host):
    daemon.start()
    body = b'{"event_id":"odd", "x":"\xff\x00' + bytes(range(256)) * 40
    host.publish(
        "profiler", body, message_id="m-1", app_id="profiler-backend", type="session", content_type="application/json",
        headers={"tenant": "north", "attempt": 3}, correlation_id="c-1", timestamp=1_767_600_000)
    store.await_received(1)
    row = store.dicts("SELECT * FROM quarantine")[0]
    assert bytes(row["body"]) == body
    kept = json.loads(row["properties"])
    for word in ("m-1", "profiler-backend", "session", "application/json", "north", "c-1"):
        assert word in json.dumps(kept), f"{word} is missing in {kept}"


class OddText(str):
    """A header that calls itself text."""

    def encode(self, *_):
        return b"\xc3("


def test_properties_that_are_no_text_keep_their_bytes_also_for_a_replay(daemon, store, host):
    daemon.start()
    maker = Maker()
    documents = [maker.view_document(event_id=None) for _ in range(2)]
    for document, odd in zip(documents, (b"\xff", b"\xfe")):
        host.publish(
            "intelligence", body_of(document), message_id=odd, correlation_id=b"c\x80", headers={"tenant": OddText(), "text": "\u00e9"})
    store.await_received(2)
    kept = [json.loads(properties) for properties, in store.rows("SELECT properties FROM quarantine ORDER BY id")]
    assert [properties["message_id_hex"] for properties in kept] == ["ff", "fe"]
    assert kept[0]["message_id"] == "\ufffd" and kept[0]["correlation_id_hex"] == "6380" and "reply_to_hex" not in kept[0]
    assert "routing_key_hex" not in kept[0] and kept[0]["headers"]["text"] == "\u00e9" and "text_hex" not in kept[0]["headers"]
    assert (kept[0]["headers"]["tenant"], kept[0]["headers"]["tenant_hex"]) == ("\ufffd(", "c328")
    # What is no text is no event id, whenever it is looked at.
    assert "2 messages" in daemon.run("quarantine", "replay").stdout
    assert store.value("SELECT count(*) FROM admin_view_telemetry") == 0


def test_a_second_different_outcome_of_a_signal_is_a_conflict_and_the_same_one_a_duplicate(daemon, store, host):
    daemon.start()
    maker = Maker()
    first = maker.outcome_document(risk_signal_id=77)
    host.publish("intelligence", body_of(first))
    host.publish("intelligence", body_of(first))
    host.publish("intelligence", body_of(maker.outcome_document(risk_signal_id=77, outcome_status="ESCALATED")))
    host.publish("intelligence", body_of(maker.outcome_document(risk_signal_id=78)))
    store.await_received(4)
    assert store.rows("SELECT risk_signal_id, outcome_status FROM decision_outcome_snapshots ORDER BY 1") == [
        (77, "RESOLVED"), (78, "RESOLVED")]
    assert store.value("SELECT reason FROM quarantine") == "outcome_conflict"
    assert store.tally() == {"received": 4, "stored": 2, "duplicates": 1, "quarantined": 1}


def test_unknown_members_are_kept_and_a_missing_version_is_a_warning(daemon, store, host):
    daemon.start()
    host.publish("profiler", body_of(Maker().profiler_document(campus={"city": "Nairobi"})))
    host.publish("intelligence", body_of(Maker().view_document(event_id="no-version", explanation_version=None)))
    store.await_received(2)
    assert json.loads(store.value("SELECT payload FROM profiler_events"))["campus"] == {"city": "Nairobi"}
    assert store.value("SELECT explanation_version FROM admin_view_telemetry") == "unknown"
    assert ("no-version", "missing_version") in store.rows("SELECT event_id, code FROM event_warnings")


def test_the_queue_decides_the_schema_whatever_the_routing_key(daemon, store, host):
    daemon.start()
    with host.connect() as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("", "profiler-telemetry", body_of(Maker().view_document()))
    store.await_received(1)
    assert store.rows("SELECT queue, reason FROM quarantine") == [("profiler-telemetry", "missing_field")]


def test_a_late_older_message_does_not_damage_the_latest_state_of_a_session(daemon, store, host):
    daemon.start()
    maker = Maker()
    at = BASE
    states = [("in_progress", 10), ("finished", 30), ("started", 0), ("in_progress", 20)]
    for count, (status, minutes) in enumerate(states, 1):
        host.publish("profiler", body_of(maker.profiler_document(
            session_id="s-1", user_id="u-1", completion_status=status, aptitude_score=minutes,
            emitted_at=text(at + datetime.timedelta(minutes=minutes)))))
        store.await_received(count)
    assert store.rows("SELECT session_id, completion_status, aptitude_score FROM profiler_sessions") == [("s-1", "finished", 30)]
    assert store.value("SELECT count(*) FROM profiler_events WHERE session_id = 's-1'") == 4


def test_a_change_of_an_append_only_table_is_refused_whichever_client_asks(make_daemon, ledger, host):
    daemon = make_daemon({"alignment": {"shadow": "och-tier0-profile"}, "ingest": {"dimensions": ["cohort"]}}).start()
    store = Store(daemon.store_path)
    ledger.publish(400, bad_share=0.2, duplicate_share=0.1)
    drain(ledger, store, host)
    received = store.tally()["received"]
    host.publish("intelligence", body_of(Maker().view_document(explanation_version=None, cohort="a")))  # with a warning
    store.await_received(received + 1)
    identifier = store.value("SELECT min(id) FROM quarantine")
    assert daemon.run("quarantine", "discard", "--id", identifier, "--note", "a test").returncode == 0
    with store.open("rw") as client:
        # What an operation of the pages leaves.
        client.execute("INSERT INTO operation_outcomes (operation_id, quarantine_id, outcome) VALUES (1, ?, 'discarded')", (identifier,))
        client.execute("INSERT INTO operation_ends (operation_id, ended_at, state) VALUES (1, 1, 'done')")
    tables = store.append_only()
    assert len(tables) >= 10
    before = {table: store.rows(f"SELECT * FROM {table}") for table in tables}
    with store.open("rw") as client:
        for table in tables:
            assert before[table], f"{table} is empty"
            column = client.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchone()[0]
            for statement in (
                    f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"):
                with pytest.raises(sqlite3.DatabaseError, match=f"{table} is append-only"):
                    client.execute(statement)
    assert {table: store.rows(f"SELECT * FROM {table}") for table in tables} == before


def test_every_table_that_people_read_has_a_view_with_iso_times(daemon, store, ledger, host):
    daemon.start()
    ledger.publish(300, bad_share=0.2)
    drain(ledger, store, host)
    tables = (*EVENT_TABLES, "profiler_sessions", "quarantine", "ingest_minutes")
    for table in tables:
        row = store.dicts(f"SELECT * FROM {table}_v LIMIT 1")[0]
        times = {name: value for name, value in row.items() if name.endswith("_at") and value is not None}
        assert times, f"{table}_v shows no time: {row}"
        for name, value in times.items():
            assert isinstance(value, str) and value.endswith("Z"), f"{table}_v.{name} is {value!r}"
            datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    stored, shown = store.rows(
        "SELECT e.occurred_at, v.occurred_at FROM admin_view_telemetry e JOIN admin_view_telemetry_v v USING (seq) LIMIT 1")[0]
    moment = datetime.datetime.fromisoformat(shown.replace("Z", "+00:00"))
    assert microseconds(moment) == stored


def test_the_store_says_whose_it_is_and_writes_with_wal(daemon, store):
    daemon.start()
    assert store.value("PRAGMA application_id") == 0x414C4944
    assert store.value("PRAGMA journal_mode") == "wal"
    assert store.value("PRAGMA quick_check") == "ok"
