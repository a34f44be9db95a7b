"""What was refused: seen in groups, exported and taken in again, found by an id inside a body, checked again by a newer version."""
import base64
import gzip
import json
import pathlib
import sqlite3
import zlib

import pika
import pytest

from harness.daemon import run
from harness.events import BASE, Maker, body_of, hashed, text
from harness.memory import run_measured
from harness.store import Store
from test_envelopes import CLOUD, TASK, task_of

OLDER = pathlib.Path(__file__).parents[1] / "MetricsCatalogueTests" / "Fixtures"
AT = int(BASE.timestamp())


def command(binary, store, *arguments, status=0, **more):
    done = run(binary, *arguments, "--store", f"sqlite://{store.path}", **more)
    assert done.returncode == status, done
    return done


def quarantine(binary, store, *arguments, **more):
    return command(binary, store, "quarantine", *arguments, **more).stdout


def insert(store, rows):
    """Rows as a program writes them; each has queue, event_id, reason, pointer, detail, body, properties."""
    with store.open("rw") as other:
        other.execute("BEGIN")
        start = other.execute("SELECT coalesce(max(id), 0) FROM quarantine").fetchone()[0]
        for number, (queue, event_id, reason, pointer, detail, body, properties) in enumerate(rows, start):
            errors = json.dumps([{"code": reason, "pointer": pointer, "detail": detail}])
            other.execute(
                "INSERT INTO quarantine (received_at, queue, event_id, reason, pointer, detail, errors, body, properties, digest) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (AT * 1_000_000 + number, queue, event_id, reason, pointer, detail, errors, body,
                 properties if isinstance(properties, str) else json.dumps({"redelivered": False, **properties}), f"digest {number}".encode()))
            other.execute(
                "INSERT INTO ingest_minutes VALUES (?, ?, 1, 0, 0, 1, ?) ON CONFLICT (minute_at, queue) DO UPDATE SET "
                "received = received + 1, quarantined = quarantined + 1, bytes = bytes + excluded.bytes",
                (AT // 60 * 60_000_000, queue, len(body)))
        other.execute("COMMIT")


@pytest.fixture
def empty(binary, tmp_path):
    """A store without anything in it."""
    store = Store(tmp_path / "empty.db")
    command(binary, store, "store", "init")
    return store


# MARK: Groups

def grouped(store, binary, *arguments):
    return json.loads(quarantine(binary, store, "list", "--group", "--json", *arguments))


def test_messages_are_grouped_by_queue_reason_form_of_the_pointer_and_producer(daemon, store, host, binary):
    daemon.start()
    maker = Maker()
    for number in range(4):
        answers = [{"question_id": "aptitude_1", "selected_option": "A"}] * number
        host.publish("profiler", body_of(maker.profiler_document(answers=[*answers, 5])), app_id="lms")
    host.publish("profiler", body_of(maker.profiler_document(user_id=None)), app_id="lms")
    host.publish("profiler", body_of(maker.profiler_document(user_id=None)), app_id="worker")
    host.publish("intelligence", body_of(maker.view_document(admin_user_id=None)))
    host.publish("intelligence", b"{1")
    store.await_received(8)
    assert daemon.stop() == 0
    found = grouped(store, binary)
    seen = {(group["queue"], group["reason"], group["pointer"], group["app_id"]): group["count"] for group in found["groups"]}
    assert seen == {
        ("profiler-telemetry", "missing_field", "/user_id", "lms"): 1,
        ("profiler-telemetry", "missing_field", "/user_id", "worker"): 1,
        ("intelligence-events", "missing_field", "/admin_user_id", None): 1,
        ("intelligence-events", "not_json", "", None): 1,
    } and found["messages"] == 4 and found["others"] == {"groups": 0, "messages": 0}
    assert len(grouped(store, binary, "--queue", "profiler-telemetry", "--reason", "missing_field")["groups"]) == 2
    number = str(store.value("SELECT id FROM quarantine WHERE reason = 'not_json'"))
    quarantine(binary, store, "discard", "--id", number, "--note", "noise")
    assert grouped(store, binary)["messages"] == 3 and grouped(store, binary, "--all")["messages"] == 4


def test_a_group_says_how_many_when_and_one_example(binary, empty):
    rows = [
        ("profiler-telemetry", f"e{number}", "wrong_type", f"/answers/{number}/selected_option", f"number {number} is odd", b"{}", {"app_id": "lms"})
        for number in range(50)
    ] + [
        ("profiler-telemetry", f"m{number}", "out_of_range", f"/time_spent_per_module/module {number}", "too much", b"{}", "no JSON at all")
        for number in range(20)]
    insert(empty, rows)
    first, second = grouped(empty, binary)["groups"]
    assert (first["count"], first["pointer"], first["app_id"]) == (50, "/answers/*/selected_option", "lms")
    assert first["example"] == {"id": 50, "detail": "number 49 is odd"}
    assert [first["first_received_at"][-8:], first["last_received_at"][-8:]] == [".000000Z", ".000049Z"]
    assert (second["count"], second["pointer"], second["app_id"]) == (20, "/time_spent_per_module/*", None)
    lines = quarantine(binary, empty, "list", "--group").splitlines()
    assert lines[0].split() == ["count", "queue", "reason", "pointer", "app_id", "first", "last"]
    assert lines[1].split()[:5] == ["50", "profiler-telemetry", "wrong_type", "/answers/*/selected_option", "lms"]
    assert lines[2].strip() == "50: number 49 is odd" and lines[-1] == "70 messages in 2 groups"
    assert lines[0].index("pointer") == lines[1].index("/answers") == lines[3].index("/time"), "the columns are not aligned"
    shown = quarantine(binary, empty, "list", "--group", "--limit", "1").splitlines()
    assert len(shown) == 5 and shown[-1] == "and 20 others, in 1 more group; --limit 0 shows all"
    assert grouped(empty, binary, "--limit", "1")["others"] == {"groups": 1, "messages": 20}
    assert quarantine(binary, empty, "list", "--group", "--reason", "poison") == "nothing is in quarantine that matches\n"


def test_hostile_names_make_neither_endless_groups_nor_endless_memory(binary, empty):
    """30,000 producers and as many pointers; what is honest is still told apart from them."""
    def rows():
        for number in range(30_000):
            name = f"hostile \x1b[2J {number} " + "x" * 200
            yield ("profiler-telemetry", f"h{number}", "wrong_type", f"/odd-{number}-{'y' * 300}/a", "d" * 3000, b"{}", {"app_id": name})
        for number in range(40):
            yield ("profiler-telemetry", f"g{number}", "missing_field", "/user_id", "user_id is required", b"{}", {"app_id": "lms"})
    insert(empty, rows())
    arguments = ["quarantine", "list", "--group", "--limit", "3", "--store", f"sqlite://{empty.path}"]
    done, peak = run_measured(binary, *arguments)
    said = done.stdout
    assert done.returncode == 0 and "\x1b" not in said
    assert said.splitlines()[1].split()[:4] == ["40", "profiler-telemetry", "missing_field", "/user_id"]
    assert said.splitlines()[-1] == "and 29998 others, in more groups than are told apart"
    assert peak < 120 * 1024, f"{peak // 1024} MiB"


# MARK: Export and ingest

LONG = {"note": "x" * 262_144}
CLOUD_HEADERS = {f"ce-{name}": value for name, value in CLOUD.items() if name != "id"}


def refused():
    """By name: kind, body, properties. Each is refused, or is with ingest.strict."""
    maker = Maker(seed=11)
    view, profile = maker.view_document, maker.profiler_document
    lenient = {"aptitude_score": "85.50"}
    return {
        "plain": ("profiler", body_of(profile(user_id=None)), {"content_type": "application/json"}),
        "of another kind": ("intelligence", body_of(view(admin_user_id=None)), {}),
        "named by AMQP": ("intelligence", body_of(view(event_id=None, admin_user_id=None)), {"message_id": "m-1", "app_id": "lms"}),
        "not JSON": ("profiler", b'{"user_id": 1', {}),
        "empty": ("profiler", b"", {"message_id": "nothing"}),
        "not UTF-8": ("intelligence", b'{"event_id":"\xff"}', {}),
        "a name that is not UTF-8": ("intelligence", b"{2", {"message_id": b"m-\xff"}),
        "UTF-16": ("intelligence", body_of(view()).decode().encode("utf-16"), {"content_encoding": "utf-16"}),
        "gzip": ("profiler", gzip.compress(body_of(profile(session_id=None)), mtime=0), {"content_encoding": "gzip"}),
        "zlib of kombu": ("profiler", zlib.compress(body_of(profile(session_id=None))), {"headers": {"compression": "application/x-gzip"}}),
        "Celery": ("profiler", task_of(profile(completion_status="lost", event_id=None)), {"headers": {**TASK, "id": "task-9"}, "content_encoding": "utf-8"}),
        "CloudEvent": (
            "intelligence", body_of(view(event_id=None, occurred_at=None, admin_user_id=None)),
            {"headers": {**CLOUD_HEADERS, "ce-id": "cloud-9", "ce-time": text(BASE)}}),
        "time of AMQP": ("intelligence", body_of(view(occurred_at=None, admin_user_id=None)), {"timestamp": AT}),
        "several lines": ("profiler", json.dumps(profile(user_id=None, event_id=None), indent=2).encode(), {}),
        "line breaks of Windows": ("profiler", body_of(profile(user_id=None, event_id=None)) + b"\r\n", {}),
        "more than 256 KiB": ("profiler", body_of(profile(**LONG)), {}),
        "like an export": ("intelligence", b'{"$alidade":{"queue":"profiler-telemetry","body":"{}"}}', {}),
        "an array": ("profiler", b"[1, 2]", {}),
        "odd letters": ("intelligence", '{"a":"\u2028\u0085\x7f\\u0000\\ud83d\\ude00 \U0001f600","b":"\\""}'.encode(), {"app_id": "é\u202e\n"}),
        # Read with good will, and so refused by strict only.
        "decimals": ("profiler", body_of(profile(**lenient)), {"content_encoding": "utf-8"}),
        "decimals, compressed": ("profiler", gzip.compress(body_of(profile(event_id=None, **lenient)), mtime=0), {"content_encoding": "gzip", "message_id": "m-2"}),
        "decimals in a task": ("profiler", task_of(profile(event_id=None, **lenient)), {"headers": {**TASK, "id": "task-10"}}),
        "decimals in a CloudEvent": (
            "profiler", body_of(profile(event_id=None, emitted_at=None, completed_at=None, started_at=None, **lenient)),
            {"headers": {**CLOUD_HEADERS, "ce-id": "cloud-10", "ce-time": text(BASE)}}),
        "decimals, time of AMQP": (
            "profiler", body_of(profile(event_id=None, emitted_at=None, **lenient)), {"timestamp": AT, "type": "profile"}),
    }


@pytest.fixture
def strict(make_daemon, host):
    """The store of a stopped daemon that refused all of them."""
    daemon = make_daemon({"ingest": {"strict": True}}, name="strict")
    daemon.start()
    messages = refused()
    with host.connect() as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for kind, body, properties in messages.values():
            channel.basic_publish("telemetry", f"{kind}.event", body, pika.BasicProperties(delivery_mode=2, **properties), mandatory=True)
    store = Store(daemon.store_path)
    store.await_received(len(messages))
    assert daemon.stop() == 0
    assert store.tally()["quarantined"] == len(messages)
    return store


def rows_of(store):
    return sorted(store.rows("SELECT queue, event_id, reason, pointer, detail, errors, body FROM quarantine"))


def properties_of(store):
    kept = {"message_id", "message_id_hex", "app_id", "content_type", "content_encoding", "timestamp", "headers", "type"}
    return sorted(
        json.dumps([event_id, {name: value for name, value in json.loads(properties).items() if name in kept and (name, value) != ("content_type", "application/json")}])
        for event_id, properties in store.rows("SELECT event_id, properties FROM quarantine"))


def test_what_is_exported_is_taken_in_again_as_it_came(binary, strict, empty, tmp_path):
    path = tmp_path / "exported.jsonl"
    path.write_text(quarantine(binary, strict, "export", "--bodies"))
    lines = path.read_text().split("\n")
    assert lines.pop() == "" and len(lines) == len(refused()) and all(line.startswith('{"$alidade":') for line in lines)
    settings = {"ALIDADE_INGEST_STRICT": "true"}
    done = command(binary, empty, "ingest", path, "--kind", "profiler", environment=settings)
    others = strict.value("SELECT count(*) FROM quarantine WHERE queue = 'intelligence-events'")
    assert f"{others} exported messages are of the other queue, intelligence-events, and counted as such" in done.stderr
    assert empty.tally() == {"received": len(lines), "stored": 0, "duplicates": 0, "quarantined": len(lines)}
    assert rows_of(empty) == rows_of(strict)
    properties = properties_of(strict)
    # What a broker can hold and JSON cannot: kept in hexadecimal, and so exported.
    assert properties_of(empty) == properties
    again = command(binary, empty, "ingest", path, "--kind", "intelligence", environment=settings)
    assert "duplicates   " + str(len(lines)) in again.stdout


def test_what_strict_refused_is_stored_without_it_with_the_same_ids_and_times(binary, strict, empty, tmp_path):
    path = tmp_path / "exported.jsonl"
    path.write_text(quarantine(binary, strict, "export", "--bodies"))
    command(binary, empty, "ingest", path, "--kind", "profiler")
    lenient = {name: message for name, message in refused().items() if name.startswith("decimals")}
    # The daemon itself, by a replay, is what it is compared with.
    quarantine(binary, strict, "replay")
    columns = "SELECT event_id, occurred_at, aptitude_score FROM profiler_events ORDER BY 1"
    stored = empty.rows(columns)
    assert len(stored) == len(lenient) and stored == strict.rows(columns)
    assert {"m-2", "task-10", "cloud-10"} < {event_id for event_id, _, _ in stored}
    assert AT * 1_000_000 in {time for _, time, _ in stored}
    assert empty.tally()["quarantined"] == len(refused()) - len(lenient)


def test_bodies_of_one_queue_that_need_no_more_are_lines_as_they_are(binary, strict, empty, tmp_path):
    lines = quarantine(binary, strict, "export", "--bodies", "--kind", "profiler").splitlines()
    bodies = refused()
    assert bodies["plain"][1].decode() in lines and bodies["decimals"][1].decode() in lines
    assert bodies["more than 256 KiB"][1].decode() in lines
    wrapped = [json.loads(line)["$alidade"] for line in lines if line.startswith('{"$alidade":')]
    assert {entry["queue"] for entry in wrapped} == {"profiler-telemetry"}
    texts = [entry.get("body", "").encode() or base64.b64decode(entry.get("body_base64", "")) for entry in wrapped]
    for name in ("not JSON", "gzip", "Celery", "several lines", "line breaks of Windows", "an array", "decimals in a CloudEvent"):
        assert bodies[name][1] in texts, name
    (tmp_path / "one.jsonl").write_text("\n".join(lines))
    command(binary, empty, "ingest", tmp_path / "one.jsonl", "--kind", "profiler", environment={"ALIDADE_INGEST_STRICT": "true"})
    assert rows_of(empty) == [row for row in rows_of(strict) if row[0] == "profiler-telemetry"]


def test_only_files_are_read_so(daemon, store, host, binary, tmp_path):
    """From a queue, what looks like an export is a message like any other."""
    daemon.start()
    event = body_of(Maker().view_document(event_id="smuggled")).decode()
    host.publish("intelligence", body_of({"$alidade": {"queue": "intelligence-events", "body": event}}))
    store.await_received(1)
    assert store.rows("SELECT reason FROM quarantine") == [("unknown_kind",)]
    assert store.value("SELECT count(*) FROM admin_view_telemetry") == 0


@pytest.mark.parametrize("line, words", [
    ('{"$alidade":{"queue":"profiler-telemetry"}}', "neither body nor body_base64"),
    ('{"$alidade":{"queue":"old-queue","body":"{}"}}', 'its queue "old-queue" is neither profiler-telemetry nor intelligence-events'),
    ('{"$alidade":{"queue":"profiler-telemetry","body":"{}"},"user_id":1}', "members beside $alidade"),
    ('{ "$alidade" : 1}', "$alidade is no object"),
    ('{"$alidade":{"queue":"profiler-telemetry","body":"{}"}', "no JSON"),
    ('{"$alidade":{"queue":"profiler-telemetry","body_base64":"%"}}', "no base64"),
    ('{"$alidade":{"queue":"profiler-telemetry","body":"{}","more":1}}', "unknown member more"),
    ('{"$alidade":{"queue":"profiler-telemetry","body":{}}}', "its body is no text"),
    ('{"$alidade":{"queue":"profiler-telemetry","properties":{"message_id":"%s"},"body":"{}"}}' % ("m" * 256), "property message_id has more than 255 bytes"),
])
def test_an_exported_line_that_was_spoilt_is_named_and_the_others_are_read(binary, empty, tmp_path, line, words):
    path = tmp_path / "spoilt.jsonl"
    path.write_bytes(body_of(Maker().profiler_document()) + b"\n" + line.encode() + b"\n" + body_of(Maker(seed=2).profiler_document()) + b"\n")
    done = command(binary, empty, "ingest", path, "--kind", "profiler", status=1)
    assert f"{path}, line 2: an exported message that cannot be read: " in done.stderr and words in done.stderr, done
    assert empty.tally() == {"received": 2, "stored": 2, "duplicates": 0, "quarantined": 0}


def test_validate_reads_what_was_exported(binary, strict, tmp_path):
    path = tmp_path / "exported.jsonl"
    path.write_text(quarantine(binary, strict, "export", "--bodies"))
    done = run(binary, "validate", path, "--kind", "profiler", "--strict", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted(entry["event_id"] for entry in found) == sorted(row[1] for row in rows_of(strict)), done
    assert not any(entry["ok"] for entry in found)


def test_send_leaves_out_what_needs_its_properties_and_says_so(daemon, store, host, tmp_path):
    daemon.start()
    path = tmp_path / "exported.jsonl"
    path.write_bytes(b'{"$alidade":{"queue":"intelligence-events","body":"{}"}}\n' + body_of(Maker().view_document(event_id="good")) + b"\n")
    done = daemon.run("send", path, "--kind", "intelligence")
    assert done.returncode == 1 and f"{path}, line 1: an exported message" in done.stderr, done
    store.await_received(1)
    assert store.rows("SELECT event_id FROM admin_view_telemetry") == [("good",)]


# MARK: Where

ID = "6c0b1d1e-0c55-4b4b-9f5e-5a6a51f8f3a1"


@pytest.mark.parametrize("body, member", [
    (b'{"event_id":"' + ID.encode() + b'","user_id":1', "event_id"),
    (b'{"event_id": "' + ID.encode(), "event_id"),
    (json.dumps(json.dumps({"data": {"event_id": ID}})).encode()[:-1], "event_id"),
    (("<event><id>" + ID + "</id></event>").encode(), None),
    (f"{{'event_id': '{ID}'}}".encode(), "event_id"),
    (json.dumps({"event_id": ID}).encode("utf-16"), None),
    (body_of({"session_id": ID, "event_id": "another"}), "session_id"),
])
def test_where_finds_an_id_inside_a_body_that_goes_by_another(binary, empty, tmp_path, body, member):
    noise = [("profiler-telemetry", f"n{number}", "not_json", "", "no", b'{"event_id":"%d' % number, {}) for number in range(300)]
    insert(empty, [("profiler-telemetry", hashed(body), "not_json", "", "it ends too early", body, {}), *noise])
    said = command(binary, empty, "where", ID).stdout.splitlines()
    assert said[0].startswith(f"{ID}: quarantined as 1 from profiler-telemetry at ") and said[0].endswith(": not_json  it ends too early")
    assert said[1] == f"  found inside the body{f', as {member}' if member else ''}; the message goes by the id {hashed(body)}"
    answer = json.loads(command(binary, empty, "where", ID, "--json").stdout)
    entry, = answer["quarantined"]
    assert answer["status"] == "quarantined" and answer["searched_bodies"] == {"messages": 301, "of": 301}
    assert (entry["id"], entry["reason"], entry["found_in_body"], entry["member"], entry["event_id"]) == (1, "not_json", True, member, hashed(body))
    # The newest come first, and the limit holds.
    missed = command(binary, empty, "where", ID, "--limit", "300").stdout
    assert missed == (
        f"{ID}: never seen\n  searched: the bodies of the newest 300 of 301 quarantined messages; --limit 0 searches all\n")
    assert ID + ": quarantined" in command(binary, empty, "where", ID, "--limit", "0").stdout


def test_where_takes_no_part_of_another_id_and_no_number_for_one(binary, empty):
    bodies = [f'{{"event_id":"x{ID}"'.encode(), f'{{"event_id":"{ID}-2"'.encode(), b'{"time_spent_seconds":17, "x":[17]']
    insert(empty, [("profiler-telemetry", f"n{number}", "not_json", "", "no", body, {}) for number, body in enumerate(bodies)])
    for event_id in (ID, "17"):
        answer = json.loads(command(binary, empty, "where", event_id, "--json").stdout)
        assert answer["status"] == "never_seen" and answer["searched_bodies"] == {"messages": 3, "of": 3}, answer
    insert(empty, [("profiler-telemetry", "seventeen", "not_json", "", "no", b'{"event_id": 17, "user_id"', {})])
    assert json.loads(command(binary, empty, "where", "17", "--json").stdout)["quarantined"][0]["event_id"] == "seventeen"


def test_where_does_not_search_bodies_for_what_is_stored(binary, empty, tmp_path):
    path = tmp_path / "one.jsonl"
    path.write_bytes(body_of(Maker().view_document(event_id=ID)))
    command(binary, empty, "ingest", path, "--kind", "intelligence")
    insert(empty, [("profiler-telemetry", "n", "not_json", "", "no", f'{{"event_id":"{ID}"'.encode(), {})])
    answer = json.loads(command(binary, empty, "where", ID, "--json").stdout)
    assert answer["status"] == "stored" and answer["quarantined"] == [] and answer["searched_bodies"] is None


def test_where_shows_the_warnings_of_a_stored_event(binary, empty, tmp_path):
    maker = Maker()
    odd = maker.profiler_document(event_id="odd", aptitude_score="85.50", technical_exposure_score="1", work_style_cluster="lonely")
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(body_of(document) for document in [
        maker.profiler_document(event_id="before", attempt_count="1"), odd, maker.profiler_document(event_id="after", attempt_count="2"),
        maker.profiler_document(event_id="clean")]))
    command(binary, empty, "ingest", path, "--kind", "profiler")
    rows = empty.rows("SELECT code, pointer, detail, count FROM event_warnings WHERE event_id = 'odd' ORDER BY id")
    assert {"coerced", "member_ignored"} <= {row[0] for row in rows}
    stored, = json.loads(command(binary, empty, "where", "odd", "--json").stdout)["stored"]
    assert [tuple(warning.values()) for warning in stored["warnings"]] == rows
    said = command(binary, empty, "where", "odd").stdout
    assert '  warning coerced "/aptitude_score": ' in said and "(the first of 2)" in said
    expected = empty.value("SELECT count(*) FROM event_warnings WHERE event_id = 'clean'")
    assert len(json.loads(command(binary, empty, "where", "clean", "--json").stdout)["stored"][0]["warnings"]) == expected
    # As version 0.1.0 wrote them: without the number of the event.
    with sqlite3.connect(empty.path) as other:
        other.execute("DROP TRIGGER event_warnings_no_update")
        other.execute("UPDATE event_warnings SET seq = NULL WHERE event_id IN ('before', 'odd')")
    found = json.loads(command(binary, empty, "where", "odd", "--json").stdout)["stored"][0]["warnings"]
    assert {warning["code"] for warning in found} == {row[0] for row in rows}


# MARK: Replay

def older_rows():
    """What 0.1.0 refused and is read now, in the words and the shape of its quarantine, and what becomes of it."""
    maker = Maker(seed=21)
    profile, view = maker.profiler_document, maker.view_document
    def row(queue, document, reason, pointer, detail, properties=None):
        return (queue, document["event_id"], reason, pointer, detail, body_of(document), {"content_type": "application/json", **(properties or {})})
    profiler, intelligence = "profiler-telemetry", "intelligence-events"
    return [
        row(profiler, profile(aptitude_score="85.50"), "wrong_type", "/aptitude_score", '"85.50" is a string, not a number'),
        row(profiler, profile(), "unsupported_encoding", "", "the AMQP content_encoding is utf-8, not absent", {"content_encoding": "utf-8"}),
        row(profiler, profile(work_style_cluster=""), "unknown_value", "/work_style_cluster", '"" is not one of collaborative, independent, balanced'),
        row(profiler, profile(difficulty_selection="Intermediate"), "unknown_value", "/difficulty_selection", "unknown"),
        row(profiler, profile(device_browser={"ip_address": "203.0.113.7, 10.0.0.1"}), "invalid_ip", "/device_browser/ip_address", "no address"),
        row(profiler, profile(user_id=17, attempt_count=1.0), "wrong_type", "/attempt_count", "not an integer"),
        row(intelligence, view(admin_user_id="7"), "wrong_type", "/admin_user_id", '"7" is a string, not an integer'),
        row(intelligence, view(occurred_at=AT), "wrong_type", "/occurred_at", "a number, not a time"),
    ]


def test_what_an_older_version_refused_and_is_read_now_is_stored_by_a_replay(daemon, store, binary):
    """A store of 0.1.0: what is in its quarantine, and rows exactly like those it wrote."""
    store.path.write_bytes(gzip.decompress((OLDER / "0.1.0" / "alidade.db.gz").read_bytes()))
    rows = older_rows()
    insert(store, rows)
    daemon.start()
    assert daemon.stop() == 0
    before = store.tally()
    waiting = store.value("SELECT count(*) FROM quarantine WHERE id NOT IN (SELECT quarantine_id FROM quarantine_resolutions)")
    resolved = store.value("SELECT count(*) FROM quarantine_resolutions")
    replay = lambda *more: [json.loads(line) for line in quarantine(binary, store, "replay", "--json", *more).splitlines()]
    foretold = replay("--dry-run")
    assert store.value("SELECT count(*) FROM quarantine_resolutions") == resolved and len(foretold) == waiting
    outcomes = {outcome["event_id"]: outcome["outcome"] for outcome in foretold}
    assert {outcomes[row[1]] for row in rows} == {"stored"}, foretold
    # Of those that 0.1.0 refused itself: what concerns an optional member is read, what cannot be placed is not.
    reasons = dict(store.rows("SELECT id, reason FROM quarantine"))
    became = {reasons[outcome["id"]]: outcome["outcome"] for outcome in foretold}
    assert became["invalid_ip"] == "stored" and became["missing_field"] == became["not_json"] == "refused"
    done = replay("--note", "upgraded")
    assert [outcome["outcome"] for outcome in done] == [outcome["outcome"] for outcome in foretold]
    stored = sum(outcome["outcome"] == "stored" for outcome in done)
    assert stored > len(rows)
    assert store.value("SELECT count(*) FROM quarantine_resolutions WHERE action = 'replay' AND note = 'upgraded' AND stored_seq > 0") == stored
    assert store.value("SELECT count(*) FROM quarantine_resolutions") == resolved + stored
    assert store.value("SELECT aptitude_score FROM profiler_events WHERE event_id = ?", rows[0][1]) == 85.5
    assert store.value("SELECT received_at FROM profiler_events WHERE event_id = ?", rows[0][1]) // 1_000_000 == AT
    assert store.tally() == before, "a replay receives nothing"
    # Those that stay are refused again, and nothing else happens.
    assert {outcome["outcome"] for outcome in replay()} == {"refused"}
    assert store.value("SELECT count(*) FROM quarantine_resolutions") == resolved + stored
    assert daemon.run("store", "check").returncode == 0 and daemon.verify_store().returncode == 0
    assert daemon.run("doctor").stdout.count("received = ") == 1


def test_messages_of_a_queue_that_is_not_known_are_named_and_left(binary, empty):
    good = Maker().view_document(event_id="good")
    insert(empty, [
        ("old-intelligence", "renamed", "not_json", "", "no", body_of(good), {}),
        ("intelligence-events", "good", "wrong_type", "/x", "no", body_of(good), {})])
    said = quarantine(binary, empty, "replay").splitlines()
    assert said == [
        "1 renamed: left as it is: its queue, old-intelligence, is none that this version reads", "2 good: stored",
        "2 messages: 1 stored, 0 duplicates, 0 still refused, 1 of unknown queues"]
    outcome, = map(json.loads, quarantine(binary, empty, "replay", "--id", "1", "--json").splitlines())
    assert (outcome["outcome"], outcome["queue"]) == ("unknown_queue", "old-intelligence")
    assert empty.rows("SELECT quarantine_id FROM quarantine_resolutions") == [(2,)]


def test_a_replay_of_what_becomes_large_takes_little_memory(binary, empty):
    """300 messages of some KiB that are a MiB each when they are inflated: they do not all lie in memory at once."""
    maker = Maker()
    rows = []
    for number in range(300):
        body = gzip.compress(body_of(maker.profiler_document(event_id=f"z{number}", note=f"{number} " * 170_000)))
        rows.append(("profiler-telemetry", f"z{number}", "too_large", "", "no", body, {"content_encoding": "gzip"}))
    insert(empty, rows)
    environment = {"ALIDADE_INGEST_MAX_MESSAGE_BYTES": str(4 << 20), "ALIDADE_STORE_URL": f"sqlite://{empty.path}"}
    done, peak = run_measured(binary, "quarantine", "replay", environment=environment)
    assert done.returncode == 0 and done.stdout.endswith("300 messages: 300 stored, 0 duplicates, 0 still refused\n"), done.stdout[-300:]
    assert empty.value("SELECT count(*) FROM quarantine_resolutions") == 300
    assert peak < 160 * 1024, f"{peak // 1024} MiB"
