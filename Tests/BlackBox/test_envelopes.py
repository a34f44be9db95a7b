"""What an event comes in: encodings, compression, tasks, CloudEvents, and what only looks like one. Published with headers as libraries set them."""
import base64
import bz2
import datetime
import gzip
import json
import zlib

import pytest

from harness.daemon import run
from harness.events import BASE, Maker, body_of, hashed, microseconds
from harness.store import Store

KINDS = {"profiler": "profiler_events", "intelligence": "admin_view_telemetry"}
TASK = {"lang": "py", "task": "telemetry.publish", "id": "task-1", "retries": 0, "argsrepr": "()", "timelimit": [None, None], "root_id": "task-1"}
CLOUD = {"specversion": "1.0", "type": "org.och.event", "source": "/platform", "id": "cloud-1"}


def document_of(kind, **members):
    return Maker().profiler_document(**members) if kind == "profiler" else Maker().view_document(**members)


def task_of(*arguments, **keywords):
    return body_of([list(arguments), keywords, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])


# name: (body of the event's bytes, properties, the warning)
READ = {
    "kombu": (lambda event: event, {"content_type": "application/json", "content_encoding": "utf-8", "headers": {}}, None),
    "kombu, compressed": (
        zlib.compress, {"content_encoding": "utf-8", "content_type": "application/json", "headers": {"compression": "application/x-gzip"}}, None),
    "gzip": (gzip.compress, {"content_encoding": "gzip", "content_type": "application/json"}, None),
    "deflate": (zlib.compress, {"content_encoding": "deflate"}, None),
    "raw deflate": (lambda event: zlib.compress(event, wbits=-15), {"content_encoding": "deflate"}, None),
    "Spring": (lambda event: event, {"content_encoding": "UTF-8", "headers": {"__TypeId__": "org.och.Event"}}, None),
    "another type": (lambda event: event, {"content_type": "text/plain"}, "content_type"),
    "a type of JSON": (lambda event: event, {"content_type": "application/vnd.och+json; charset=UTF-8"}, None),
    "byte order mark": (lambda event: b"\xef\xbb\xbf" + event, {}, "byte_order_mark"),
    "encoded twice": (lambda event: json.dumps(event.decode()).encode(), {}, "encoded_twice"),
    "Celery, argument": (lambda event: task_of(json.loads(event)), {"headers": TASK}, None),
    "Celery, keywords": (lambda event: task_of(**json.loads(event)), {"headers": TASK}, None),
    "Celery, protocol 1": (
        lambda event: body_of({"task": "t", "id": "1", "args": [json.loads(event)], "kwargs": {}, "retries": 0, "eta": None, "utc": True}), {}, None),
    "CloudEvent": (
        lambda event: body_of({**CLOUD, "data": json.loads(event)}), {"content_type": "application/cloudevents+json; charset=UTF-8"}, None),
    "CloudEvent, base64": (lambda event: body_of({**CLOUD, "data_base64": base64.b64encode(event).decode()}), {}, None),
    "CloudEvent, binary": (lambda event: event, {"headers": {f"cloudEvents:{name}": value for name, value in CLOUD.items()}}, None),
    "Celery with a CloudEvent, compressed": (
        lambda event: gzip.compress(task_of({**CLOUD, "data": json.loads(event)})), {"content_encoding": "gzip", "headers": TASK}, None),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_is_stored_whatever_it_comes_in(daemon, store, host, kind):
    daemon.start()
    events = {name: document_of(kind, event_id=f"event of {name}") for name in READ}
    for name, (wrap, properties, _) in READ.items():
        host.publish(kind, wrap(body_of(events[name])), **properties)
    store.await_received(len(READ))
    assert store.tally() == {"received": len(READ), "stored": len(READ), "duplicates": 0, "quarantined": 0}, store.quarantined()
    stored = {event_id for event_id, in store.rows(f"SELECT event_id FROM {KINDS[kind]}")}
    assert stored == {event["event_id"] for event in events.values()}
    for name, (_, _, warning) in READ.items():
        found = {code for code, in store.rows(
            "SELECT code FROM event_warnings WHERE event_id = ? AND code IN ('content_type', 'byte_order_mark', 'encoded_twice')",
            events[name]["event_id"])}
        assert found == ({warning} if warning else set()), name
    if kind == "profiler":
        for event_id, payload in store.rows("SELECT event_id, payload FROM profiler_events"):
            assert json.loads(payload)["event_id"] == event_id and json.loads(payload) in events.values()


def test_the_ids_and_times_of_what_is_around_serve_an_event_that_has_none(daemon, store, host):
    daemon.start()
    at = BASE + datetime.timedelta(hours=3)
    document = document_of("intelligence", event_id=None)
    timeless = {**document, "occurred_at": None}
    time = at.isoformat()
    host.publish("intelligence", task_of(document), headers=TASK)
    host.publish("intelligence", task_of(document), headers=TASK, message_id="message-1")
    host.publish("intelligence", task_of({**document, "event_id": "own"}), headers=TASK, message_id="message-1")
    host.publish("intelligence", body_of({**CLOUD, "id": "cloud-2", "time": time, "data": timeless}))
    host.publish("intelligence", body_of(timeless), headers={"ce-id": "cloud-3", "ce-time": time})
    host.publish("intelligence", body_of(timeless), headers={"cloudEvents_id": "cloud-4", "cloudEvents_time": at.replace(tzinfo=None)})
    body = gzip.compress(body_of(document))
    host.publish("intelligence", body, content_encoding="gzip")
    store.await_received(7)
    assert store.tally()["stored"] == 7, store.quarantined()
    own = datetime.datetime.fromisoformat(document["occurred_at"].replace("Z", "+00:00"))
    assert dict(store.rows("SELECT event_id, occurred_at FROM admin_view_telemetry")) == {
        "task-1": microseconds(own), "message-1": microseconds(own), "own": microseconds(own), "cloud-2": microseconds(at),
        "cloud-3": microseconds(at), "cloud-4": microseconds(at), hashed(body): microseconds(own)}


def test_what_cannot_be_opened_is_refused_and_kept_as_it_came(daemon, store, host):
    daemon.start()
    event = document_of("intelligence")
    bodies = {
        "unsupported_encoding": [
            (body_of(event), {"content_encoding": "br"}), (gzip.compress(body_of(event))[:-9], {"content_encoding": "gzip"}),
            (bz2.compress(body_of(event)), {"headers": {"compression": "application/x-bz2"}}), (b"\x80\x04K\x01.", {"content_type": "application/x-python-serialize"})],
        "too_large": [(gzip.compress(body_of({**event, "note": "x" * 50_000_000})), {"content_encoding": "gzip"})],
        "not_an_object": [
            (body_of([event, event]), {}), (task_of(1, 2), {"headers": TASK}), (task_of(), {"headers": TASK}), (body_of({**CLOUD, "data": [1]}), {})],
        "unknown_kind": [(body_of({"payload": event}), {}), (body_of({"message": event, "messageType": ["urn:message:E"], "headers": {}}), {})],
        "not_json": [(b'{"event_type":"DASHBOARD_OPEN","admin_user_id":NaN}', {})],
        "not_utf8": [(json.dumps(event).encode("utf-16"), {})],
    }
    sent = [(reason, body, properties) for reason, messages in bodies.items() for body, properties in messages]
    for _, body, properties in sent:
        host.publish("intelligence", body, **properties)
    host.publish("intelligence", body_of(event))
    store.await_received(len(sent) + 1)
    kept = store.rows("SELECT reason, body, properties, detail FROM quarantine ORDER BY id")
    assert [(reason, body) for reason, body, _, _ in kept] == [(reason, body) for reason, body, _ in sent]
    for (_, _, properties), (_, _, stored, detail) in zip(sent, kept):
        assert json.loads(stored).get("headers") == properties.get("headers")
        assert len(detail) > 10
    assert store.tally()["stored"] == 1


@pytest.mark.parametrize("name", [name for name in READ if READ[name][1].get("headers") or "content_encoding" in READ[name][1]])
def test_a_quarantined_message_is_opened_alike_when_it_is_replayed(make_daemon, host, name):
    """The limit is the reason; with a bigger one the same bytes are good."""
    daemon = make_daemon({"ingest": {"max_message_bytes": 1024}}).start()
    store = Store(daemon.store_path)
    wrap, properties, _ = READ[name]
    document = document_of("intelligence", event_id=None, note="x" * 2000)
    body = wrap(body_of(document))
    host.publish("intelligence", body, **properties)
    store.await_received(1)
    assert store.rows("SELECT reason FROM quarantine") == [("too_large",)]
    daemon.stop()
    done = daemon.run("quarantine", "replay", environment={"ALIDADE_INGEST_MAX_MESSAGE_BYTES": "262144"})
    assert done.returncode == 0, done
    headers = properties.get("headers") or {}
    expected = ["cloud-1"] if "CloudEvent" in name else ["task-1"] if "task" in headers else [hashed(body)]
    assert [event_id for event_id, in store.rows("SELECT event_id FROM admin_view_telemetry")] == expected


def test_headers_that_nobody_expects_do_no_harm(daemon, store, host):
    daemon.start()
    odd = [
        {"task": {"a": 1}, "id": ["x"]}, {"task": "t" * 20_000, "id": 5}, {"compression": True}, {"compression": "none"}, {"ce-id": {}, "ce-time": []},
        {"ce-id": "x" * 100_000}, {"ce-time": "tomorrow"}, {"CE-ID": 7, "Task": None}, {"id": "a", "cloudEvents:id": b"\xff\xfe".decode("latin-1")},
        {f"header-{number}": {"a": [1, {"b": None}]} for number in range(500)}, {"": "", "ce-": "x", "cloudEvents:": 1},
    ]
    for headers in odd:
        host.publish("intelligence", body_of(Maker().view_document(event_id=f"odd {odd.index(headers)}")), headers=headers)
    store.await_received(len(odd))
    assert store.tally()["stored"] == len(odd), store.quarantined()


def test_files_are_opened_alike(binary, tmp_path):
    """What needs no properties: `ingest` and `validate` read it as the daemon does."""
    event = document_of("profiler")
    lines = [
        body_of({**CLOUD, "data": event}), json.dumps(json.dumps({**event, "event_id": "twice"})).encode(),
        body_of({"task": "t", "id": "1", "args": [], "kwargs": {**event, "event_id": "task"}}), body_of({"data": event})]
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(lines))
    store = Store(tmp_path / "files.db")
    run(binary, "ingest", path, "--kind", "profiler", "--store", f"sqlite://{store.path}")
    assert {event_id for event_id, in store.rows("SELECT event_id FROM profiler_events")} == {event["event_id"], "twice", "task"}
    assert store.rows("SELECT reason FROM quarantine") == [("missing_field",)]
    done = run(binary, "validate", path, "--kind", "profiler")
    assert done.returncode == 2 and "the event is in /data" in done.stdout, done
