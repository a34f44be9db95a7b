"""Text is bytes, a member counts once, and a time that cannot be is none: what tables, SQL over payloads and metrics say is the same."""
import datetime
import json

import pytest

from harness.daemon import run
from harness.store import Store

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
# Each pair is one text to Unicode's canonical equivalence.
SPELLINGS = ["Zo\u00eb", "Zoe\u0308", "\u00c5", "A\u030a", "\u212b", "\uac00", "\u1100\u1161", "K", "\u212a", "a\u0323\u0302", "a\u0302\u0323"]


def ago(**time):
    return (NOW - datetime.timedelta(**time)).isoformat().replace("+00:00", "Z")


def profiler(event_id, **members):
    document = {
        "event_id": event_id, "user_id": "u", "session_id": f"session-{event_id}", "completion_status": "finished",
        "emitted_at": ago(hours=1), "completed_at": ago(hours=1)}
    return {**document, **members}


class Machine:
    """A store that files are ingested into, without a broker."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.store = Store(folder / "alidade.db")

    def run(self, *arguments, **more):
        return run(self.binary, *arguments, "--store", f"sqlite://{self.store.path}", **more)

    def ingest(self, kind, *messages, **more):
        path = self.folder / "messages.jsonl"
        texts = [message if isinstance(message, str) else json.dumps(message, ensure_ascii=False) for message in messages]
        path.write_text("\n".join(texts), encoding="utf-8")
        done = self.run("ingest", path, "--kind", kind, **more)
        assert done.returncode == 0, done
        return done

    def metric(self, name, *arguments):
        return json.loads(self.run("metrics", name, "--days", "7", "--json", *arguments).stdout)["result"]

    def warnings(self):
        return [tuple(row) for row in self.store.rows("SELECT code, pointer FROM event_warnings WHERE code = 'member_ignored' ORDER BY id")]


@pytest.fixture
def machine(binary, tmp_path):
    return Machine(binary, tmp_path)


def test_sessions_that_are_equal_as_unicode_and_different_as_bytes_are_different(machine):
    for round in range(2):
        machine.ingest("profiler", *[
            profiler(f"{round}-{number}", session_id=spelling, aptitude_score=number) for number, spelling in enumerate(SPELLINGS)])
    assert machine.metric("profiler_completion")["sessions"] == len(SPELLINGS)
    assert machine.metric("aptitude_score")["count"] == len(SPELLINGS)
    assert machine.store.value("SELECT count(*) FROM profiler_sessions") == len(SPELLINGS)
    for command in (("store", "check"), ("store", "rebuild", "--verify"), ("store", "rebuild"), ("store", "check")):
        done = machine.run(*command)
        assert done.returncode == 0, done
    assert machine.metric("profiler_completion")["sessions"] == len(SPELLINGS)


def test_every_name_in_a_metric_is_told_apart_by_its_bytes(machine):
    machine.ingest("profiler", *[
        profiler(
            f"{number}", time_spent_per_module={spelling: number, "other": 1}, recommended_track_id=spelling,
            scenario_choices=[{"question_id": spelling, "selected_option": option} for option in ("A",)])
        for number, spelling in enumerate(SPELLINGS)])
    machine.ingest("profiler", profiler(
        "all", scenario_choices=[{"question_id": spelling, "selected_option": spelling} for spelling in SPELLINGS]))
    machine.ingest("intelligence", *[
        {"event_id": spelling, "occurred_at": ago(hours=1), "action_taken": "ACCEPTED", "risk_signal_id": 1, "admin_user_id": 2,
         "recommendation_type": spelling, "explanation_version": spelling} for spelling in SPELLINGS])
    assert machine.store.tally()["stored"] == 2 * len(SPELLINGS) + 1
    wanted = set(SPELLINGS)
    assert set(machine.metric("module_time")) == wanted | {"other"}
    assert set(machine.metric("recommended_track_distribution")) - {"overrides"} == wanted
    choices = machine.metric("scenario_choice_distribution")
    assert set(choices) == wanted
    assert all(set(choices[spelling]) == {"A", spelling} for spelling in wanted)
    for dimension in ("recommendation_type", "explanation_version"):
        groups = machine.metric("override_rate", "--group-by", dimension)["groups"]
        assert {name: group["decisions"] for name, group in groups.items()} == dict.fromkeys(wanted, 1)
        # In the order of their bytes, the same every time.
        assert list(groups) == sorted(wanted, key=lambda name: name.encode())
    for spelling in SPELLINGS:
        assert machine.run("where", spelling).returncode == 0
    assert machine.run("store", "check").returncode == 0


def test_of_a_member_given_twice_the_last_one_counts_in_the_columns_and_in_the_payload(machine):
    body = json.dumps(profiler("twice"))[:-1]
    machine.ingest(
        "profiler",
        body + ', "completion_status": "started"}',
        body.replace("twice", "escaped") + r', "user\u005fid": "v", "time_spent_per_module": {"a": 1, "a": 2}}',
        body.replace("twice", "nested") + ', "device_browser": {"user_agent": "a"}, "device_browser": {"user_agent": "b", "user_agent": "c"},'
        ' "answers": [{"question_id": "q", "question_id": "r", "selected_option": "A"}]}',
        body.replace("twice", "once") + r', "value_statement": "\u0041\u00e9", "x": 1, "x": 2}')
    for member in ("completion_status", "user_id", "session_id"):
        assert machine.store.value(
            f"SELECT count(*) FROM profiler_events WHERE {member} IS NOT json_extract(payload, '$.{member}')") == 0, member
    rows = dict(machine.store.rows("SELECT event_id, completion_status || user_id FROM profiler_events"))
    assert rows == {"twice": "startedu", "escaped": "finishedv", "nested": "finishedu", "once": "finishedu"}
    # Whichever of several a reader takes, there is one.
    for (payload,) in machine.store.rows("SELECT payload FROM profiler_events WHERE event_id <> 'once'"):
        names = []
        json.loads(payload, object_pairs_hook=lambda pairs: names.append([name for name, _ in pairs]) or dict(pairs))
        assert all(len(set(one)) == len(one) for one in names), payload
    assert machine.warnings() == [("member_ignored", pointer) for pointer in ("/completion_status", "/user_id", "/device_browser")]
    assert machine.store.rows("SELECT count FROM event_warnings WHERE code = 'member_ignored' ORDER BY id") == [(1,), (2,), (3,)]
    assert machine.metric("data_quality")["warnings"]["member_ignored"] == 3
    assert machine.store.value("SELECT payload FROM profiler_events WHERE event_id = 'once'").endswith('"x": 1, "x": 2}')


def test_an_intelligence_event_with_a_member_twice_is_stored_with_a_warning(machine):
    machine.ingest(
        "intelligence", '{"event_id":"i","occurred_at":"2026-01-01T00:00:00Z","action_taken":"ACCEPTED","risk_signal_id":1,"admin_user_id":2,'
        '"recommendation_type":"x","explanation_version":"v1","action_taken":"IGNORED"}')
    assert machine.store.value("SELECT action_taken FROM decision_recommendation_events") == "IGNORED"
    assert machine.warnings() == [("member_ignored", "/action_taken")]


# The zero values of Go and .NET, of Unix and Java, of OLE; the ends of time of .NET and PostgreSQL; tomorrow and more.
IMPOSSIBLE = [
    "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1899-12-30T00:00:00Z", "1999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59.999999Z", "2999-01-01T00:00:00+05:00", ago(hours=-25),
    # As .NET, MySQL and PHP write theirs: without an offset, a day or a positive year.
    "0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999", "0000-00-00 00:00:00", "0000-00-00", "-0001-11-30T00:00:00+00:00", "1970-01-01"]


def test_a_time_without_an_offset_that_can_be_is_no_zero(machine):
    times = ["1999-12-31T23:59:59", "2000-01-01T00:00:00", "2026-01-01", ago(hours=1).rstrip("Z"), "1970", "-", "1970-"]
    machine.ingest("profiler", *[profiler(f"{number}", started_at=time) for number, time in enumerate(times)])
    assert machine.store.tally()["stored"] == machine.store.value("SELECT count(*) FROM profiler_events WHERE started_at IS NULL") == len(times)
    details = [detail for (detail,) in machine.store.rows("SELECT detail FROM event_warnings WHERE code = 'member_ignored' ORDER BY id")]
    assert len(details) == len(times) and "is before 2000-01-01" in details[6]
    assert ["has no offset" in detail for detail in details] == [True, True, False, True, False, False, False]


@pytest.mark.parametrize("member", ["started_at", "completed_at", "result_accepted_at", "foundations_transition_at"])
def test_a_time_that_nothing_can_have_happened_at_is_none(machine, member):
    machine.ingest("profiler", *[profiler(f"{number}", **{member: time}) for number, time in enumerate(IMPOSSIBLE)])
    assert machine.store.tally()["stored"] == len(IMPOSSIBLE)
    assert machine.store.value(f"SELECT count(*) FROM profiler_events WHERE {member} IS NOT NULL") == 0
    assert machine.warnings() == [("member_ignored", f"/{member}")] * len(IMPOSSIBLE)
    payloads = machine.store.rows(f"SELECT json_extract(payload, '$.{member}') FROM profiler_events ORDER BY seq")
    assert [time for (time,) in payloads] == IMPOSSIBLE
    transition = machine.metric("foundations_transition")
    assert transition["p50_hours"] is None and transition["completed"] == len(IMPOSSIBLE)
    assert machine.run("store", "check").returncode == 0


def test_a_time_that_cannot_be_does_not_place_a_message(machine):
    document = profiler("a", completed_at="0001-01-01T00:00:00Z", started_at=ago(hours=3))
    del document["emitted_at"]
    nothing = {**document, "event_id": "b", "started_at": "9999-12-31T23:59:59Z"}
    zero = profiler("c", emitted_at="0001-01-01T00:00:00Z")
    machine.ingest("profiler", document, nothing, zero)
    assert machine.store.value("SELECT occurred_at = started_at FROM profiler_events") == 1
    reasons = machine.store.rows("SELECT event_id, reason FROM quarantine ORDER BY event_id")
    assert [tuple(row) for row in reasons] == [("b", "missing_time"), ("c", "time_out_of_range")]


@pytest.mark.parametrize("policy", ["truncate", "drop"])
def test_no_address_survives_in_a_payload_whatever_way_it_is_given(machine, policy):
    body = json.dumps(profiler("0"))[:-1]
    devices = [
        '"device_browser": {"ip_address": "203.0.113.77"}',
        '"device_browser": {"ip_address": "::ffff:203.0.113.77"}',
        '"device_browser": {"ip_address": "::FFFF:cb00:714d"}',
        '"device_browser": {"ip_address": "64:ff9b::203.0.113.77"}',
        '"device_browser": {"ip_address": "2002:cb00:714d::1"}',
        r'"device\u005fbrowser": {"ip\u005faddress": "203.0.113.77"}',
        '"device_browser": {"ip_address": "203.0.113.77", "ip_address": "10.0.0.1"}',
        '"device_browser": {"ip_address": ["203.0.113.77"], "ip_address": null}',
        '"device_browser": {"ip_address": "203.0.113.77"}, "device_browser": {"user_agent": "a"}',
        '"device_browser": ["203.0.113.77"], "device_browser": null',
        '"device_browser": "203.0.113.77", "device_browser": {"ip_address": "203.0.113.77"}',
    ]
    machine.ingest(
        "profiler", *[body.replace('"0"', f'"{number}"', 1) + f", {device}}}" for number, device in enumerate(devices)],
        environment={"ALIDADE_PRIVACY_IP_ADDRESS": policy})
    assert machine.store.tally()["stored"] == len(devices)
    content = [row[0] for row in machine.store.rows("SELECT payload FROM profiler_events UNION ALL SELECT detail FROM event_warnings")]
    left = [text for text in content if any(part in text.lower() for part in ("113.77", "714d", "203.0.113.77"))]
    assert left == []
    if policy == "truncate":
        kept = machine.store.rows("SELECT json_extract(payload, '$.device_browser.ip_address') FROM profiler_events ORDER BY seq LIMIT 5")
        assert [row[0] for row in kept] == [
            "203.0.113.0", "::ffff:203.0.113.0", "::ffff:203.0.113.0", "64:ff9b::cb00:7100", "2002:cb00:7100::"]
