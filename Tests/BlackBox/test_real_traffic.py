"""Messages as platforms were seen to send them, and what must become of each: refused only what cannot be placed."""
import codecs
import datetime
import gzip
import json
import time
import zlib

import pika
import pytest

from harness.events import BASE, body_of, text

AT = text(BASE)
NOW = time.time()
PROFILER = {
    "user_id": "u-1", "session_id": "s-1", "completion_status": "finished", "emitted_at": AT, "aptitude_score": 85.5,
    "technical_exposure_score": 72.3, "work_style_cluster": "balanced", "difficulty_selection": "advanced", "attempt_count": 1}
VIEW = {"event_type": "SIGNAL_DETAIL_OPEN", "admin_user_id": 7, "risk_signal_id": 12, "explanation_version": "v3", "occurred_at": AT}
RECOMMENDATION = {
    "action_taken": "VIEWED", "risk_signal_id": 12, "admin_user_id": 7, "recommendation_type": "mentor_check_in", "confidence": "HIGH",
    "decision_time_ms": 1200, "explanation_version": "v3", "occurred_at": AT}
OUTCOME = {"outcome_status": "RESOLVED", "resolution_time_hours": 24.5, "explanation_version": "v3", "occurred_at": AT}
UUID = "edfd0a22-03c1-47b1-91fd-000548023f69"
CHOICE = {"question_id": "scenario_1", "selected_option": "A"}
CLOUD = {"specversion": "1.0", "type": "org.och.event", "source": "/platform", "id": "cloud-1", "time": AT}
TIMELESS = {name: value for name, value in VIEW.items() if name != "occurred_at"}
NAIVE = AT.removesuffix("Z")


def profiler(codes="", **members):
    return "profiler", {**PROFILER, **members}, {}, "stored", codes


def choice(codes="", **members):
    return profiler(codes, scenario_choices=[{**CHOICE, **members}])


def device(codes="", **members):
    return profiler(codes, device_browser=members)


def view(codes="", **members):
    return "intelligence", {**VIEW, **members}, {}, "stored", codes


def recommendation(codes="", **members):
    return "intelligence", {**RECOMMENDATION, **members}, {}, "stored", codes


def outcome(signal, codes="", **members):
    return "intelligence", {**OUTCOME, "risk_signal_id": signal, **members}, {}, "stored", codes


def raw(body, codes="", **properties):
    return "intelligence", body, properties, "stored", codes


def refused(case, codes):
    return (*case[:3], "quarantined", codes)


# name: what is published, and the codes of its errors or warnings
SERIALISERS = {
    "the seed's placeholder of an address": device("member_ignored", ip_address="..."),
    "decimals as text": profiler("coerced", aptitude_score="85.50", technical_exposure_score="72.30", track_confidence="0.9200"),
    "a session still open": profiler(work_style_cluster="", difficulty_selection="", aptitude_score=None, completion_status="started"),
    "a naive time of no account": profiler("member_ignored", started_at=NAIVE),
    "a naive time": refused(view(occurred_at=NAIVE), "invalid_time"),
    "str of a datetime": view(occurred_at=(BASE.astimezone(datetime.timezone(datetime.timedelta(hours=3))) + datetime.timedelta(microseconds=1)).isoformat(" ")),
    "minutes only": view("coerced", occurred_at=AT[:16] + "Z"),
    "minutes only, offset without a colon": view("coerced", occurred_at=AT[:16] + "+0300"),
    "date only": refused(view(occurred_at=AT[:10]), "invalid_time"),
    "seconds since the epoch": view("coerced", occurred_at=NOW),
    "milliseconds since the epoch": view("coerced", occurred_at=int(NOW * 1000)),
    "milliseconds since the epoch as text": view("coerced", occurred_at=str(int(NOW * 1000))),
    "byte order mark": raw(codecs.BOM_UTF8 + body_of(VIEW), "byte_order_mark"),
    "UTF-16": refused(raw(json.dumps(VIEW).encode("utf-16")), "not_utf8"),
    "UTF-16 without a mark": refused(raw(json.dumps(VIEW).encode("utf-16-le")), "not_utf8"),
    "trailing newline": raw(body_of(VIEW) + b"\r\n"),
    "encoded twice": raw(json.dumps(json.dumps(VIEW)).encode(), "encoded_twice"),
    "encoded three times": refused(raw(json.dumps(json.dumps(json.dumps(VIEW))).encode()), "not_an_object"),
    "JSON Lines": refused(raw(body_of(VIEW) + b"\n" + body_of(VIEW)), "not_json"),
    "repr of a dictionary": refused(raw(repr(VIEW).encode()), "not_json"),
    "NaN": refused(raw(b'{"a":NaN,' + body_of(VIEW)[1:]), "not_json"),
    "Infinity": refused(raw(b'{"a":-Infinity,' + body_of(VIEW)[1:]), "not_json"),
}
CALLS = {
    "a recommendation without confidence": recommendation(confidence_at_time="", confidence=None),
    "accept": recommendation(action_taken="ACCEPTED", id=5), "override": recommendation(action_taken="OVERRIDDEN", id=6),
    "an outcome with decimal hours": outcome(21, "coerced", resolution_time_hours="24.50"),
    "an outcome without hours": outcome(22, resolution_time_hours=None, admin_note_id=None),
    "dashboard open": view(event_type="DASHBOARD_OPEN", risk_signal_id=None), "explanation": view(event_type="EXPLANATION_EXPAND"),
    "note": view(event_type="ADMIN_NOTE_CREATE"),
    "model_to_dict": refused(("intelligence", TIMELESS, {}), "missing_time"),
    "model_to_dict with a timestamp": ("intelligence", {**TIMELESS, "confidence_at_time": ""}, {"timestamp": int(NOW)}, "stored", ""),
}
TRANSPORTS = {
    "kombu": raw(body_of(VIEW), content_type="application/json", content_encoding="utf-8"),
    "kombu, gzip": raw(zlib.compress(body_of(VIEW)), content_encoding="utf-8", headers={"compression": "application/x-gzip"}),
    "kombu, double": raw(json.dumps(json.dumps(VIEW)).encode(), "encoded_twice", content_type="application/json", content_encoding="utf-8"),
    "Celery": raw(body_of([[], VIEW, {"chord": None}]), headers={"task": "t", "id": "1", "lang": "py"}),
    "FastStream, text": raw(body_of(VIEW), "content_type", content_type="text/plain"),
    "a list of events": refused(raw(body_of([VIEW, VIEW])), "not_an_object"),
    "a list of one": refused(raw(body_of([VIEW])), "not_an_object"),
    "no content encoding": raw(body_of(VIEW), content_encoding=""), "gzip": raw(gzip.compress(body_of(VIEW)), content_encoding="GZIP"),
    "deflate": raw(zlib.compress(body_of(VIEW)), content_encoding="deflate"),
    "brotli": refused(raw(b"\x8b\x03\x80", content_encoding="br"), "unsupported_encoding"),
    "kombu, bzip2": refused(raw(b"BZh91AY&SY", content_encoding="binary", headers={"compression": "application/x-bz2"}), "unsupported_encoding"),
    "gzip of the wrong name": refused(raw(gzip.compress(body_of(VIEW))), "not_utf8"),
    **{f"type {name}": raw(body_of(VIEW), content_type=name) for name in (
        "application/json;charset=UTF-8", "Application/JSON", "application/vnd.och+json", "application/cloudevents+json", "application/problem+json",
        "application/json ; odd")},
    **{f"type {name}": raw(body_of(VIEW), "content_type", content_type=name) for name in (
        "text/json", "text/plain", "application/x-json", "application/octet-stream", "json", "application/x-www-form-urlencoded")},
    **{f"encoding {name}": raw(body_of(VIEW), content_encoding=name) for name in (
        "utf-8", "UTF-8", "utf8", "identity", "binary", "us-ascii", "ASCII", "8bit")},
}
ENVELOPES = {
    "CloudEvent": raw(body_of({**CLOUD, "data": VIEW}), content_type="application/cloudevents+json"),
    "CloudEvent as JSON": raw(body_of({**CLOUD, "data": TIMELESS}), content_type="application/json"),
    "CloudEvent, binary": raw(body_of(TIMELESS), headers={"cloudEvents:id": "1", "cloudEvents:time": AT}),
    "CloudEvent, batch": refused(raw(body_of([{**CLOUD, "data": VIEW}]), content_type="application/cloudevents-batch+json"), "not_an_object"),
    "data": refused(raw(body_of({"data": VIEW})), "unknown_kind"),
    "payload": refused(("profiler", {"type": "profiler", "payload": PROFILER}, {}), "missing_field"),
    "event": refused(("profiler", {"event": PROFILER}, {}), "missing_field"),
    "camel case": refused(
        ("profiler", {"userId": 1, "sessionId": 2, "completionStatus": "started", "emittedAt": AT}, {}), "missing_field missing_time"),
    "Debezium": refused(raw(body_of({"before": None, "after": VIEW, "op": "c", "ts_ms": 1})), "unknown_kind"),
    "nested text": refused(raw(body_of({"Message": json.dumps(VIEW), "TopicArn": "a"})), "unknown_kind"),
}
INTELLIGENCE_VALUES = {
    "signal as text": recommendation("coerced", risk_signal_id="4711"), "signal as 4711.5": refused(recommendation(risk_signal_id=4711.5), "wrong_type"),
    "time as text": recommendation("coerced", decision_time_ms="1200"), "administrator's UUID": refused(recommendation(admin_user_id=UUID), "wrong_type"),
    "signal's UUID": refused(recommendation(risk_signal_id=UUID), "wrong_type"), "1234.0 ms": recommendation(decision_time_ms=1234.0),
    "1234.5 ms": recommendation("coerced", decision_time_ms=1234.5),
    "1e2 ms": raw(body_of(RECOMMENDATION).replace(b":1200", b":1e2")), "accepted": recommendation("coerced", action_taken="accepted"),
    "Resolved": outcome(23, "coerced", outcome_status="Resolved"), "dashboard_open": view("coerced", event_type="dashboard_open"),
    "high": recommendation("coerced", confidence="high"), "confidence of nothing": recommendation(confidence=""),
    "version of nothing": recommendation("missing_version", explanation_version=""), "version 2.7": recommendation("coerced", explanation_version=2.7),
    "version 3": recommendation("coerced", explanation_version=3), "type of nothing": refused(recommendation(recommendation_type=""), "too_short"),
    "two days": recommendation("member_ignored", decision_time_ms=172800000), "no type": refused(recommendation(recommendation_type=None), "missing_field"),
    "administrator 0": refused(recommendation(admin_user_id=0), "out_of_range"), "administrator null": refused(recommendation(admin_user_id=None), "missing_field"),
    "id instead of event_id": recommendation(id=17), "event_id 17": recommendation("coerced", event_id=17),
    "confidence 0.9": recommendation("member_ignored", confidence=0.9), "negative time": recommendation("member_ignored", decision_time_ms=-1),
    "hours as words": outcome(24, "member_ignored", resolution_time_hours="a day"), "note's UUID": outcome(25, "member_ignored", admin_note_id=UUID),
    "kombu's datetime": refused(recommendation(occurred_at={"__type__": "datetime", "__value__": AT}), "wrong_type"),
    "kombu's decimal": outcome(26, "member_ignored", resolution_time_hours={"__type__": "decimal", "__value__": "24.50"}),
    "ACCEPT": refused(recommendation(action_taken="ACCEPT"), "unknown_value"), "propensity of 2": recommendation("member_ignored", propensity=2),
}
PROFILER_VALUES = {
    "percentages as text": profiler("coerced", track_alignment_percentages={"defender": "85.5"}),
    "confidence in per cent": profiler("member_ignored", track_confidence=92), "total_seconds": profiler("coerced", time_spent_seconds=1800.123),
    "1800.0": profiler(time_spent_seconds=1800.0), "seconds as text": profiler("coerced", time_spent_seconds="1800"),
    "Locked": profiler("coerced", completion_status="Locked"), "Intermediate": profiler("coerced", difficulty_selection="Intermediate"),
    "no cluster": profiler(work_style_cluster=""), "no difficulty": profiler(difficulty_selection=""), "track 3": profiler("coerced", recommended_track_id=3, result_accepted=True),
    "no track": profiler(recommended_track_id=""), "no override": profiler(override_track_id=""), "true as text": profiler("coerced", result_accepted="true"),
    "accepted 1": profiler("coerced", result_accepted=1), "accepted yes": profiler("member_ignored", result_accepted="yes"),
    "no acceptance": profiler(result_accepted_at=""), "no address": device(ip_address=""),
    "X-Forwarded-For": device("coerced", ip_address="203.0.113.7, 10.0.0.1"), "a port": device("coerced", ip_address="203.0.113.7:51000"),
    "IPv6 with a port": device("coerced", ip_address="[2001:db8::1]:443"), "a zone": device("member_ignored", ip_address="fe80::1%eth0"),
    "a long agent": device("member_ignored", user_agent="x" * 1500), "a long statement": profiler("member_ignored", value_statement="x" * 12000),
    "no device": profiler(device_browser=""), "device as text": profiler("member_ignored", device_browser="Firefox"),
    "unanswered": choice(selected_option=None), "empty answer": choice(selected_option=""), "option 0": choice("unknown_option", selected_option=0),
    "option true": choice("unknown_option", selected_option=True), "several options": choice("member_ignored", selected_option=["A", "B"]),
    "choices as an object": profiler("member_ignored", scenario_choices={"scenario_1": "A"}),
    "choices as text": profiler("member_ignored", scenario_choices=json.dumps([CHOICE])), "option a": choice("unknown_option", selected_option="a"),
    "module null": profiler(time_spent_per_module={"identity_value": None}), "module without a name": profiler("member_ignored", time_spent_per_module={"": 3}),
    "no modules, as PHP": profiler(time_spent_per_module=[]), "module as words": profiler("member_ignored", time_spent_per_module={"a": "long", "b": 3}),
    "nulls": profiler(value_statement=None, completed_at=None, attempt_count=None), "attempt as text": profiler("coerced", attempt_count="1"),
    "a hair above 100": profiler("coerced", aptitude_score=100.00000000000001), "101": profiler("member_ignored", aptitude_score=101),
    "aptitude_complete": profiler(completion_status="aptitude_complete"), "current_self_complete": profiler(completion_status="current_self_complete"),
    "future_you_complete": profiler(completion_status="future_you_complete"), "completed": profiler(completion_status="completed"),
    "abandoned": refused(profiler(completion_status="abandoned"), "unknown_value"), "option 7": choice("unknown_option", selected_option=7),
    "free text": choice("member_ignored", selected_option="x" * 100), "a long key": profiler("unknown_question", scenario_choices=[{"question_key": "k" * 200, "selected_option": "A"}]),
    "UUID and key": choice(question_id=UUID, question_key="scenario_1"), "difficulty C": profiler("member_ignored", difficulty_selection="C"),
    "user 0": profiler(user_id=0), "user's UUID": profiler(user_id=UUID), "no user": refused(profiler(user_id=None), "missing_field"),
    "U+0000 in a statement": profiler("member_ignored", value_statement="a\0b"), "U+0000 in an id": refused(profiler(session_id="a\0b"), "invalid_character"),
    "timestamp in milliseconds": ("profiler", {**PROFILER, "emitted_at": None}, {"timestamp": int(NOW * 1000)}, "stored", "coerced"),
    "timestamp in microseconds": refused(
        ("profiler", {**PROFILER, "emitted_at": None}, {"timestamp": int(NOW * 1_000_000)}), "time_out_of_range"),
}
GROUPS = {
    "serialisers": SERIALISERS, "calls": CALLS, "transports": TRANSPORTS, "envelopes": ENVELOPES, "intelligence values": INTELLIGENCE_VALUES,
    "profiler values": PROFILER_VALUES}

# What a reader has to be told of a framework's habit.
SAID = {
    "serialisers": ("COERCE_DECIMAL_TO_STRING", "USE_TZ", "ingest.naive_times", "send null", "send a message for each", "as JSON twice"),
    "calls": ("model_to_dict", "auto_now_add"),
    "transports": ("task_compression", "one message each", "kombu's header compression"),
    "envelopes": ("in /data", "in /payload", "in /event", "in /after", "in /Message, as text", "did you mean user_id"),
    "intelligence values": ("did you mean ACCEPTED", "kombu and Celery write"),
    "profiler values": ('k…" is not a question', "AMQP counts seconds"),
}


def publish_all(host, cases):
    """Each with its name as its message_id."""
    with host.connect() as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for name, (kind, body, properties, _, _) in cases.items():
            if kind == "profiler":  # each in a session of its own, or they would be compared
                body = {**body, **({"session_id": f"s-{name}"} if body.get("session_id") == "s-1" else {})}
            body = body if isinstance(body, bytes) else body_of(body)
            channel.basic_publish(
                "telemetry", f"{kind}.event", body, pika.BasicProperties(delivery_mode=2, message_id=name, **properties), mandatory=True)


def outcomes(store):
    """What became of each message: (status, codes, sentences); an event's own id counts before its message_id."""
    found = {name: ("stored", "", []) for name, _ in store.identities()}
    for name, code, detail, pointer in store.rows("SELECT event_id, code, detail, pointer FROM event_warnings ORDER BY seq, code"):
        _, codes, sentences = found[name]
        found[name] = "stored", f"{codes} {code}".strip(), [*sentences, f"{pointer}: {detail}"]
    for name, errors in store.rows("SELECT event_id, errors FROM quarantine"):
        errors = json.loads(errors)
        codes = " ".join(dict.fromkeys(error["code"] for error in errors))
        found[name] = "quarantined", codes, [f"{error['pointer']}: {error['detail']}" for error in errors]
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_what_platforms_send_becomes_what_it_must(daemon, store, host, group):
    daemon.start()
    cases = GROUPS[group]
    publish_all(host, cases)
    store.await_received(len(cases))
    found = outcomes(store)
    wrong = []
    for name, (_, body, _, status, codes) in cases.items():
        own = str(body["event_id"]) if isinstance(body, dict) and "event_id" in body else name
        if (found[own][0], set(found[own][1].split())) != (status, set(codes.split())):
            wrong.append(f"{name}: {found[own]}, not {status} {codes}")
    assert wrong == []
    said = " ".join(sentence for _, _, sentences in found.values() for sentence in sentences)
    assert "UnicodeScalarView" not in said
    for words in SAID.get(group, ()):
        assert words in said, said
