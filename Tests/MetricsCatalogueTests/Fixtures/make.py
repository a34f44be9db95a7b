#!/usr/bin/env python3
"""Makes a store for ReleasedStoreTests.swift with a program that will not be the newest for long: see README.md.

    make.py PROGRAM FOLDER    writes alidade.db.gz and answers.json to FOLDER, which must not have them; PROGRAM is the older alidade
"""
import datetime
import gzip
import json
import pathlib
import signal
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
MODELS = ROOT / "config" / "alignment"
sys.path.insert(0, str(ROOT / "Tests" / "BlackBox"))

from harness.broker import Broker
from harness.daemon import Daemon, run
from harness.events import BASE, TRACKS, Maker, Message, body_of, text
from harness.ledger import Ledger
from harness.metrics import METRICS
from harness.reconcile import drain
from harness.store import Store
from harness.waiting import wait_until

AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
)
GROUPINGS = {
    "recommendation_type": ("recommendation_acceptance_rate", "average_decision_time", "override_rate"),
    "confidence_at_time": ("recommendation_acceptance_rate", "average_decision_time", "override_rate"),
    "explanation_version": ("recommendation_acceptance_rate", "average_decision_time", "override_rate", "false_positive_rate"),
}
REASONS = {
    "too_large", "too_deep", "not_json", "not_an_object", "not_utf8", "unsupported_encoding", "missing_field", "wrong_type", "out_of_range",
    "too_short", "too_long", "unknown_value", "invalid_time", "missing_time", "time_out_of_range", "unknown_kind", "ambiguous_kind",
    "outcome_conflict", "poison"}
WARNINGS = {
    "missing_version", "unknown_track", "unknown_question", "unknown_option", "time_order", "module_time_exceeds_total",
    "attempt_without_reset", "alignment_drift"}
# Those that came later, and the first schema whose programs know them.
NEWER_WARNINGS = {"member_ignored": 4, **dict.fromkeys((
    "coerced", "content_type", "byte_order_mark", "encoded_twice", "attempt_count_contradicts", "session_user_changed",
    "difficulty_contradicts_exposure", "recommendation_contradicts_alignment"), 6)}
NEWER_REASONS = {"invalid_character": 6, "identity_conflict": 6}
# More would be too much for a repository.
MOST_BYTES = 350_000


def later(**time):
    return text(BASE + datetime.timedelta(**time))


def sessions(maker, count):
    """Sessions that start, go on and mostly end; the messages of one come in any order."""
    messages = []
    for number in range(count):
        pick = maker.random
        began = BASE - datetime.timedelta(minutes=pick.randrange(60 * 24 * 40))
        user = {"session_id": f"seance-{number}" if number % 7 else f"séance-{number}", "user_id": f"learner-{number % 90}"}
        common = {
            **user, "started_at": text(began), "device_browser": {
                "user_agent": pick.choice(AGENTS), "ip_address": f"203.0.113.{pick.randrange(256)}"}}
        answers = [{"question_id": f"{topic}_{n}", "selected_option": pick.choice("ABCD")}
                   for topic in ("identity", "aptitude") for n in range(1, 3)]
        results = dict(
            time_spent_seconds=900 + pick.randrange(900), time_spent_per_module={"identity": pick.randrange(300), "aptitude": 310.25},
            recommended_track_id=pick.choice(TRACKS), value_statement=pick.choice((None, "to protect", "to learn")), answers=answers,
            scenario_choices=[{"question_id": "scenario_1", "selected_option": pick.choice("ABCDE")}],
            track_alignment_percentages={track: pick.randrange(101) for track in TRACKS})
        steps = [("started", 0, {}), ("in_progress", 9, results)][:pick.choice((1, 2, 2))]
        if len(steps) == 2 and pick.random() < 0.8:
            end = dict(completed_at=text(began + datetime.timedelta(minutes=25)), result_accepted=pick.random() < 0.7)
            steps.append((pick.choice(("finished", "finished", "locked")), 25, {**results, **end}))
        for status, minutes, members in steps:
            empty = dict.fromkeys(("time_spent_seconds", "time_spent_per_module", "completed_at", "answers", "attempt_count"))
            document = maker.profiler_document(**{
                **empty, **common, **members, "completion_status": status,
                "emitted_at": text(began + datetime.timedelta(minutes=minutes, seconds=pick.randrange(50)))})
            if number % 12:
                document["event_id"] = f"seance-{number}-{status}"
            messages.append(Message("profiler", body_of({k: v for k, v in document.items() if v is not None})))
    maker.random.shuffle(messages)
    return messages


def decisions(maker, count):
    messages = []
    for number in range(count):
        at = text(BASE - datetime.timedelta(seconds=maker.random.randrange(86_400 * 60)))
        common = dict(occurred_at=at, explanation_version=maker.random.choice(("v2", "v3", "v3")))
        if number % 12:
            common["event_id"] = f"decision-{number}"
        document = maker.random.choice((
            lambda: maker.recommendation_document(**common, confidence=maker.random.choice(("HIGH", "LOW")),
                                                  recommendation_type=maker.random.choice(("mentor_check_in", "pause"))),
            lambda: maker.outcome_document(**common, outcome_status=maker.random.choice(("RESOLVED", "ESCALATED", "FALSE_POSITIVE"))),
            lambda: maker.view_document(**common, admin_user_id=maker.random.randrange(1, 12)),
        ))()
        messages.append(Message("intelligence", body_of(document)))
    return messages


def oddities(maker, schema):
    """A message for each warning, twice."""
    for _ in range(2):
        if schema >= NEWER_WARNINGS["member_ignored"]:
            yield maker.profiler_document(started_at="0001-01-01T00:00:00Z")
        if schema >= NEWER_WARNINGS["coerced"]:
            yield maker.profiler_document(aptitude_score="61.50", time_spent_per_module={"identity": "12.5", "aptitude": 30})
            yield maker.profiler_document(completion_status="locked", attempt_count=0)
            yield maker.profiler_document(difficulty_selection="elite", technical_exposure_score=5)
            for user in ("learner-1", "learner-2"):
                yield maker.profiler_document(session_id="changed-hands", user_id=user)
        yield maker.recommendation_document(explanation_version=None)
        yield maker.profiler_document(result_accepted=True, result_accepted_at=later(days=-1))
        yield maker.profiler_document(time_spent_per_module={"identity": 600, "aptitude": 480})
        yield maker.profiler_document(attempt_count=2)
        yield maker.profiler_document(
            answers=[{"question_id": "scenario_1", "selected_option": "Z"}, {"question_id": "nobody_asked", "selected_option": "A"}],
            track_alignment_percentages={"astronomy": 50, "grc": 0})
        yield maker.profiler_document(
            answers=[{"question_id": f"scenario_{n}", "selected_option": "A"} for n in range(1, 11)],
            track_alignment_percentages={"defender": 1, "grc": 99})


def envelopes(maker):
    """What is odd about how a message came."""
    yield Message("intelligence", body_of(maker.view_document()), properties={"content_type": "text/plain"})
    yield Message("intelligence", b"\xef\xbb\xbf" + body_of(maker.view_document()))
    yield Message("intelligence", body_of(body_of(maker.view_document()).decode()))


def refusals(maker):
    """Every reason that a message by itself can be refused for, and two outcomes of one signal."""
    messages = []
    for name in sorted(name for name in dir(maker) if name.startswith("_bad_")):
        kind, body, properties = (*getattr(maker, name)(), {})[:3]
        if name == "_bad_too_large":
            body["note"] = "x" * 20_000
        messages.append(Message(kind, body if isinstance(body, bytes) else body_of(body), properties=properties))
    for note in ("one", "another"):
        messages.append(Message("intelligence", body_of(maker.view_document(event_id="taken", occurred_at=text(BASE), note=note))))
    for status in ("RESOLVED", "ESCALATED"):
        messages.append(Message("intelligence", body_of(maker.outcome_document(risk_signal_id=4711, outcome_status=status))))
    return messages


def poison(maker, host):
    """A message that the broker handed out more often than the limit."""
    host.declare("quorum")
    host.publish("intelligence", body_of(maker.view_document(event_id="handed-out-too-often")))
    with host.connect() as connection:
        channel = connection.channel()
        for _ in range(11):
            method = wait_until("the message was ready", lambda: channel.basic_get("intelligence-events")[0], every=0.01)
            channel.basic_nack(method.delivery_tag, requeue=True)


def fill(program, folder):
    maker = Maker(seed=10)
    broker = Broker(folder / "broker")
    broker.start()
    try:
        publications = "_publications" if schema_of(program) >= 7 else "publications"
        host = broker.new_host()
        poison(maker, host)
        # The message that is too large is written with a smaller limit than it is replayed with.
        daemon = Daemon(program, folder / "run", host.url, {
            "alignment": {"model": f"{MODELS}/och-tier0.json", "shadow": f"{MODELS}/och-tier0-profile.json"}, "aggregates": {"interval_seconds": 1}, "ingest": {"max_message_bytes": 16384}})
        store = Store(daemon.store_path)
        ledger = Ledger(host)
        daemon.start()
        first = sessions(maker, 370) + decisions(maker, 700)
        odd = [Message("profiler" if b"session_id" in (body := body_of(document)) else "intelligence", body) for document in oddities(maker, schema_of(program))]
        odd += envelopes(maker) if schema_of(program) >= NEWER_WARNINGS["encoded_twice"] else []
        for part in (first[:700], odd + refusals(maker), first[600:]):
            ledger.send(part)
            ledger.settle()
        drain(ledger, store, host)
        wait_until("all metrics were published", lambda: store.value(f"SELECT count(*) FROM {publications} WHERE is_confirmed") >= 2 * len(METRICS))
        # Killed, started again, and with another model: what a year of operation leaves behind.
        daemon.signal(signal.SIGKILL)
        daemon.wait()
        daemon.start()
        ledger.send(decisions(Maker(seed=11), 400)[200:] + first[100:140])
        ledger.settle()
        drain(ledger, store, host)
        assert daemon.stop() == 0, daemon.log()
        ids = dict(store.rows("SELECT reason, id FROM quarantine"))
        done = daemon.run("quarantine", "replay", "--reason", "too_large", environment={"ALIDADE_INGEST_MAX_MESSAGE_BYTES": "262144"})
        assert "1 stored" in done.stdout, done
        assert daemon.run("quarantine", "discard", "--id", ids["unknown_kind"], "--note", "nobody wants it").returncode == 0
        lines = folder / "lines"
        lines.write_bytes(b"\n".join(message.body for message in sessions(Maker(seed=12), 60)))
        assert daemon.run("ingest", lines, "--kind", "profiler").returncode == 0
        ledger.close()
    finally:
        broker.stop()
    return daemon, store


def answers(daemon):
    """What the program answers, with the moment at which each window ends."""
    asked = [(None, days, None) for days in (7, 30, 365)]
    asked += [(name, 365, grouping) for grouping, names in GROUPINGS.items() for name in names]
    for name, days, grouping in asked:
        arguments = [*([name] if name else []), "--days", days, *(["--group-by", grouping] if grouping else []), "--json"]
        done = daemon.run("metrics", *arguments)
        assert done.returncode == 0, done
        reply = json.loads(done.stdout)
        for document in [reply] if name else reply["metrics"]:
            # The sentences may be improved; the numbers may not change.
            del document["definition"]
            yield {"metric": document["metric"], "days": days, "group_by": grouping, "answer": document}


def schema_of(program):
    return int(dict(line.split(" ", 1) for line in run(program, "version").stdout.splitlines())["store_schema"])


def main(program, target):
    made = [target / name for name in ("alidade.db.gz", "answers.json")]
    assert not any(path.exists() for path in made), f"{target} has a store: it is never made anew with a later version"
    target.mkdir(exist_ok=True)
    reasons, expected = (
        of_old | {code for code, schema in newer.items() if schema <= schema_of(program)}
        for of_old, newer in ((REASONS, NEWER_REASONS), (WARNINGS, NEWER_WARNINGS)))
    with tempfile.TemporaryDirectory(prefix="store-fixture-") as name:
        folder = pathlib.Path(name)
        daemon, store = fill(program, folder)
        found = {row[0] for row in store.rows("SELECT DISTINCT reason FROM quarantine")}
        assert found == reasons, found ^ reasons
        found = {row[0] for row in store.rows("SELECT DISTINCT code FROM event_warnings")}
        assert found == expected, found ^ expected
        assert store.value("SELECT count(*) FROM profiler_alignments WHERE is_shadow") > 0
        assert store.value("SELECT count(*) FROM quarantine_resolutions") == 2
        for check in (("store", "check"), ("store", "rebuild", "--verify")):
            done = daemon.run(*check)
            assert done.returncode == 0, done
        lines = ",\n".join(json.dumps(entry, ensure_ascii=False, sort_keys=True) for entry in answers(daemon))
        copy = folder / "alidade.db"
        done = daemon.run("store", "backup", copy)
        assert done.returncode == 0, done
        packed = gzip.compress(copy.read_bytes(), 9, mtime=0)
        assert len(packed) < MOST_BYTES, f"{len(packed)} bytes"
        made[0].write_bytes(packed)
        made[1].write_text(f"[\n{lines}\n]\n")
        version = run(program, "version").stdout.splitlines()[:2]
        print(*version, done.stdout, store.tally(), len(packed), sep="\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*(pathlib.Path(argument).resolve() for argument in sys.argv[1:]))
