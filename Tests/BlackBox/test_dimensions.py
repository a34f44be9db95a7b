"""Members that `ingest.dimensions` declares: metrics are split and filtered by them, at once for new messages and after a rebuild for old ones."""
import collections
import datetime
import itertools
import json

import pika
import pytest

from harness.daemon import merged, yaml
from harness.events import BASE, Maker, body_of, text
from harness.metrics import Asker
from harness.publisher import ROUTING
from harness.store import Store
from harness.waiting import wait_until

INTELLIGENCE = ["decision_recommendation_events", "decision_outcome_snapshots", "admin_view_telemetry"]
COHORTS = ["2026-autumn", "2027-spring", "guests"]


def declaring(*names):
    return {"ingest": {"dimensions": list(names)}}


def publish(host, documents, kind="profiler"):
    """As a Django service with pika does."""
    with host.connect() as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for document in documents:
            channel.basic_publish(
                "telemetry", ROUTING[kind], body_of(document), pika.BasicProperties(content_type="application/json", delivery_mode=2))


def await_stored(store, count):
    wait_until(f"{count} messages were stored", lambda: store.value("SELECT count(*) FROM profiler_events") == count)


def ask(host, metric="profiler_completion", **request):
    asker = Asker(host)
    try:
        return asker.ask(metric=metric, days=7, **request)
    finally:
        asker.close()


def groups(answer, name="sessions"):
    return {group: result[name] for group, result in answer["result"]["groups"].items()}


def of_cohorts(maker, count, **members):
    return [maker.profiler_document(cohort=COHORTS[number % 3], **members) for number in range(count)]


def counted(documents, name="cohort"):
    return dict(collections.Counter(document[name] for document in documents if document.get(name)))


def test_metrics_are_split_and_filtered_at_once(make_daemon, host):
    daemon = make_daemon(declaring("cohort", "tenant")).start()
    store, maker = Store(daemon.store_path), Maker(21)
    documents = of_cohorts(maker, 30, tenant=7) + [maker.profiler_document() for _ in range(5)]
    publish(host, documents)
    await_stored(store, 35)

    for metric, name in [("profiler_completion", "sessions"), ("session_duration", "count"), ("value_statements", "sessions")]:
        answer = ask(host, metric, group_by="cohort")
        assert answer["group_by"] == "cohort" and groups(answer, name) == counted(documents), metric
        assert answer["result"][name] == 35
    funnel = ask(host, "profiler_funnel", group_by=["cohort", "tenant"])["result"]["groups"]
    assert {cohort: group["7"]["started"]["count"] for cohort, group in funnel.items()} == counted(documents)
    reach = ask(host, "module_reach", group_by="cohort")["result"]["groups"]
    assert {cohort: group["aptitude"]["sessions"] for cohort, group in reach.items()} == counted(documents)
    filtered = ask(host, filter={"cohort": "guests", "tenant": [7]}, group_by="completion_status", interval="day")
    assert filtered["result"]["sessions"] == 10 and filtered["filter"] == {"cohort": ["guests"], "tenant": ["7"]}
    assert sum(part["result"]["sessions"] for part in filtered["series"]) == 10
    assert ask(host, filter={"cohort": "nobody"})["result"]["sessions"] == 0

    printed = daemon.run("metrics", "profiler_completion", "--group-by", "cohort", "--filter", "cohort=guests", "--json")
    assert groups(json.loads(printed.stdout)) == {"guests": 10}
    rows = daemon.run("metrics", "profiler_completion", "--group-by", "cohort", "--csv").stdout.splitlines()
    assert rows[0].startswith("metric,part,from,to,cohort,name,value") and any(",guests,sessions,10" in row for row in rows)
    assert "2026-autumn" in daemon.run("metrics", "profiler_funnel", "--group-by", "cohort").stdout

    assert dict(store.rows("SELECT value, count(*) FROM profiler_dimensions WHERE dimension = 'cohort' GROUP BY 1")) == counted(documents)
    by_event = store.rows("SELECT event_id, value FROM event_dimensions JOIN profiler_events USING (seq) WHERE dimension = 'cohort'")
    assert dict(by_event) == {document["event_id"]: document["cohort"] for document in documents if "cohort" in document}
    assert daemon.verify_store().returncode == 0


def columns(store, table):
    return [name for _, name, *_ in store.rows(f"PRAGMA table_xinfo({table})")]


def test_declared_members_are_columns(make_daemon, host):
    daemon = make_daemon(declaring("cohort", "group", "signed-up_at", "Cohort", "PAYLOAD")).start()
    store, maker = Store(daemon.store_path), Maker(31)
    old = [maker.profiler_document(session_id=f"s{n}", cohort=COHORTS[n % 3]) for n in range(9)]
    publish(host, old)
    await_stored(store, 9)
    # A word of SQL, a number, what is no text, a long text; of the session only what the newest message that says it says.
    new = [
        maker.profiler_document(session_id="odd", cohort="first", **{"group": 7, "signed-up_at": True, "PAYLOAD": "p"}),
        maker.profiler_document(session_id="odd", cohort="x" * 70, emitted_at=text(BASE + datetime.timedelta(days=1)), Cohort="other"),
        maker.profiler_document(session_id="list", cohort=["a"], group=None)]
    publish(host, new)
    await_stored(store, 12)
    assert set(columns(store, "profiler_events_v")[-3:]) == {"cohort", "group", "signed-up_at"}
    found = dict(store.rows("SELECT event_id, cohort FROM profiler_events_v"))
    assert found == {d["event_id"]: d["cohort"][:64] if isinstance(d["cohort"], str) else None for d in old + new}
    assert store.rows('SELECT "group", "signed-up_at" FROM profiler_events_v WHERE "group" IS NOT NULL') == [("7", "true")]
    for table in ("profiler_sessions", "profiler_sessions_v"):
        found = dict(store.rows(f"SELECT session_id, cohort FROM {table}"))
        assert found == {**{d["session_id"]: d["cohort"] for d in old}, "odd": "x" * 64, "list": None}, table
        assert store.rows(f"""SELECT "group", "signed-up_at" FROM {table} WHERE session_id = 'odd'""") == [("7", "true")]
    publish(host, [{**json.loads(maker.good("intelligence").body), "event_id": "i1", "cohort": "staff", "fourth": 1}], "intelligence")
    union = " UNION ALL ".join(f"SELECT event_id, cohort FROM {table}_v" for table in INTELLIGENCE)
    wait_until("the column had a value", lambda: ("i1", "staff") in store.rows(union))

    meanings = store.rows("SELECT table_name, meaning FROM store_columns WHERE column_name = 'cohort'")
    assert len(meanings) == 6 and all("cohort" in meaning for _, meaning in meanings)
    assert daemon.run("store", "check").returncode == 0 and daemon.verify_store().returncode == 0
    assert store.value("SELECT count(*) FROM store_columns WHERE column_name = 'PAYLOAD' AND table_name LIKE 'profiler%'") == 0
    dimensions = dict(store.rows("SELECT dimension, value FROM event_dimensions WHERE dimension IN ('PAYLOAD', 'Cohort')"))
    assert dimensions == {"PAYLOAD": "p", "Cohort": "other"}
    # Events of before a declaration have theirs by a rebuild.
    daemon.stop()
    daemon.settings = merged(daemon.settings, declaring("fourth"))
    daemon.config.write_text(yaml(daemon.settings) + "\n")
    assert daemon.run("store", "rebuild").returncode == 0
    union = " UNION ALL ".join(f"SELECT event_id, fourth FROM {table}_v" for table in INTELLIGENCE)
    assert [row for row in store.rows(union) if row[1]] == [("i1", "1")]
    assert columns(store, "profiler_sessions_v")[-1] == "fourth"


def test_a_further_name_counts_from_the_restart_and_a_rebuild_fills_the_old(make_daemon, host):
    daemon = make_daemon(declaring("cohort")).start()
    store, maker = Store(daemon.store_path), Maker(22)
    old = [maker.profiler_document(cohort=COHORTS[n % 3], tenant=f"t{n % 2}") for n in range(12)]
    publish(host, old)
    await_stored(store, 12)
    assert ask(host, group_by="tenant")["error"]["code"] == "unsupported_group_by"

    daemon.stop()
    daemon.settings = merged(daemon.settings, declaring("tenant"))
    daemon.config.write_text(yaml(daemon.settings) + "\n")
    daemon.start()
    assert groups(ask(host, group_by="tenant")) == {}
    assert ask(host, group_by="cohort")["error"]["code"] == "unsupported_group_by"
    new = [maker.profiler_document(cohort="late", tenant="t2") for _ in range(4)]
    publish(host, new)
    await_stored(store, 16)
    assert groups(ask(host, group_by="tenant")) == {"t2": 4}

    numbers = store.rows("SELECT number, name FROM _dimensions")
    rebuilt = daemon.run("store", "rebuild")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert groups(ask(host, group_by="tenant")) == counted(old + new, "tenant")
    assert daemon.verify_store().returncode == 0

    # Declared again, it has its number and what it had; a rebuild fills the gap.
    daemon.stop()
    daemon.settings = merged(daemon.settings, declaring("cohort", "tenant"))
    daemon.config.write_text(yaml(daemon.settings) + "\n")
    daemon.start()
    assert groups(ask(host, group_by="cohort")) == counted(old)
    daemon.run("store", "rebuild")
    assert groups(ask(host, group_by="cohort")) == counted(old + new)
    assert store.rows("SELECT number, name FROM _dimensions") == numbers
    assert daemon.verify_store().returncode == 0


def test_a_reload_declares_too(make_daemon, host):
    daemon = make_daemon().start()
    store, maker = Store(daemon.store_path), Maker(23)
    assert ask(host, group_by="cohort")["error"]["code"] == "unsupported_group_by"
    daemon.config.write_text(yaml(merged(daemon.settings, declaring("cohort"))) + "\n")
    daemon.signal(1)
    daemon.wait_log("ingest.dimensions: [] -> [cohort]")
    publish(host, of_cohorts(maker, 6))
    await_stored(store, 6)
    assert groups(ask(host, group_by="cohort")) == dict.fromkeys(COHORTS, 2)


def test_a_session_has_what_was_said_last_in_whatever_order_it_arrives(make_daemon, host):
    daemon = make_daemon(declaring("cohort")).start()
    store, maker = Store(daemon.store_path), Maker(28)
    whole = maker.profiler_document()
    documents = []

    def say(session, minute, cohort, status="finished"):
        documents.append({
            **whole, "session_id": session, "completion_status": status, "event_id": maker.event_id(),
            "emitted_at": text(BASE + datetime.timedelta(minutes=minute)), **({"cohort": cohort} if cohort else {})})

    # Whole messages but for the cohort: from what is kept in memory alone they look as if they replaced the session.
    for order in itertools.permutations([(1, "x"), (2, None), (3, "y"), (4, None)]):
        for minute, cohort in order:
            say(f"said {order}", minute, cohort)
    for order in itertools.permutations([(1, "z", "finished"), (2, None, "started")]):
        for minute, cohort, status in order:
            say(f"anew {order}", minute, cohort, status)
    publish(host, documents)
    await_stored(store, len(documents))
    answer = ask(host, group_by="cohort")
    assert groups(answer) == {"y": 24} and answer["result"]["sessions"] == 26
    assert store.rows("SELECT value, count(*) FROM profiler_dimensions GROUP BY 1") == [("y", 24)]
    assert daemon.verify_store().returncode == 0


def test_two_workers_that_declare_different_members_agree(make_daemon, host):
    one = make_daemon(declaring("cohort", "tenant"), name="one").start()
    other = make_daemon(declaring("tenant"), name="other", store_folder=one.folder).start()
    store, maker = Store(one.store_path), Maker(24)
    # Sessions go back and forth between the workers, which take turns: 41 is odd. The last messages say everything but the cohort.
    documents = []
    for round in range(7):
        for number in range(41):
            documents.append(maker.profiler_document(
                session_id=f"s{number}", user_id=f"u{number}", cohort=COHORTS[(number + round) % 3] if round % 2 else None, tenant=f"t{number % 4}"))
    publish(host, documents)
    await_stored(store, len(documents))
    kept = store.value("SELECT count(*) FROM event_dimensions WHERE dimension = 'tenant'")
    assert kept == len(documents)
    assert one.verify_store().returncode == 0
    expected = dict(store.rows("SELECT value, count(*) FROM profiler_dimensions WHERE dimension = 'cohort' GROUP BY 1"))
    printed = json.loads(one.run("metrics", "profiler_completion", "--group-by", "cohort", "--json").stdout)
    assert groups(printed) == expected

    rebuilt = one.run("store", "rebuild")
    assert rebuilt.returncode == 0, rebuilt.stderr
    # The newest message of each session that says its cohort, by when it occurred.
    newest = {}
    for document in documents:
        if document["cohort"] and document["emitted_at"] > newest.get(document["session_id"], ("",))[0]:
            newest[document["session_id"]] = (document["emitted_at"], document["cohort"])
    asked = json.loads(one.run("metrics", "profiler_completion", "--group-by", "cohort", "--json").stdout)
    assert groups(asked) == dict(collections.Counter(cohort for _, cohort in newest.values()))
    assert other.verify_store().returncode == 0


def test_intelligence_metrics_are_split_too_and_a_case_by_its_first_view(make_daemon, host):
    daemon = make_daemon(declaring("tenant")).start()
    store, maker = Store(daemon.store_path), Maker(27)
    events = []
    for signal in range(1, 41):
        events.append(maker.recommendation_document(risk_signal_id=signal, action_taken="VIEWED", tenant=f"t{signal % 3}", cohort="c"))
        events.append(maker.recommendation_document(
            risk_signal_id=signal, action_taken="ACCEPTED" if signal % 2 else "OVERRIDDEN", tenant="of the decision"))
        if signal % 4 == 0:
            events.append(maker.outcome_document(risk_signal_id=signal, outcome_status="FALSE_POSITIVE", tenant=signal % 3))
    publish(host, events, "intelligence")
    tables = " UNION ALL ".join(f"SELECT seq, event_id FROM {table}" for table in ("decision_recommendation_events", "decision_outcome_snapshots"))
    wait_until("the events were stored", lambda: store.value(f"SELECT count(*) FROM ({tables})") == len(events))
    kept = dict(store.rows(f"SELECT event_id, value FROM event_dimensions JOIN ({tables}) USING (seq) WHERE dimension = 'tenant'"))
    assert kept == {event["event_id"]: str(event["tenant"]) for event in events}

    expected = {f"t{n}": sum(1 for signal in range(1, 41) if signal % 3 == n) for n in range(3)}
    acceptance = ask(host, "recommendation_acceptance_rate", group_by="tenant")["result"]["groups"]
    assert {tenant: group["viewed"] for tenant, group in acceptance.items() if group["viewed"]} == expected
    assert {tenant: group["cases"]["viewed"] for tenant, group in acceptance.items() if group["cases"]["viewed"]} == expected
    assert acceptance["of the decision"]["accepted"] == 20
    decided = ask(host, "override_rate", group_by="tenant")["result"]["groups"]
    assert {tenant: group["overridden"] for tenant, group in decided.items() if group["decisions"]} == {"of the decision": 20}
    assert sum(groups(ask(host, "false_positive_rate", group_by="tenant"), "outcomes").values()) == 10
    turned_out = ask(host, "outcome_by_decision", filter={"tenant": "t0"})["result"]
    assert turned_out["OVERRIDDEN"]["FALSE_POSITIVE"]["count"] == sum(1 for signal in range(4, 41, 4) if signal % 3 == 0)
    assert daemon.verify_store().returncode == 0

    rebuilt = daemon.run("store", "rebuild", environment={"ALIDADE_INGEST_DIMENSIONS": "cohort,tenant"})
    assert rebuilt.returncode == 0, rebuilt.stderr
    printed = daemon.run(
        "metrics", "recommendation_acceptance_rate", "--group-by", "cohort,tenant", "--json", environment={"ALIDADE_INGEST_DIMENSIONS": "cohort,tenant"})
    by_cohort = json.loads(printed.stdout)["result"]["groups"]["c"]
    assert {tenant: group["cases"]["viewed"] for tenant, group in by_cohort.items()} == expected
    assert daemon.verify_store().returncode == 0


HOSTILE = [
    ("x" * 5000, "x" * 64, "member_ignored"), (True, "true", None), (0, "0", None), (-1.50, "-1.5", None), (2.0, "2", None),
    ({"a": 1}, None, "member_ignored"), ([1], None, "member_ignored"), ("a\0b", None, "member_ignored"), ("", None, None), (None, None, None),
    ('"); DROP TABLE _dimensions; --', '"); DROP TABLE _dimensions; --', None), ("\u00e9", "\u00e9", None), ("e\u0301", "e\u0301", None),
    ("(other)", "(other)", None), ("groups", "groups", None), ("\ud83c\udf93 \u202e", "\ud83c\udf93 \u202e".encode("utf-16", "surrogatepass").decode("utf-16"), None),
]


def test_values_of_any_kind_are_texts_or_left_out_with_a_warning(make_daemon, host):
    daemon = make_daemon(declaring("cohort")).start()
    store, maker = Store(daemon.store_path), Maker(25)
    documents = [maker.profiler_document(cohort=value) for value, _, _ in HOSTILE]
    publish(host, documents)
    await_stored(store, len(documents))
    found = dict(store.rows("SELECT event_id, value FROM event_dimensions JOIN profiler_events USING (seq)"))
    warned = dict(store.rows("SELECT event_id, code FROM event_warnings WHERE pointer = '/cohort'"))
    for document, (value, kept, warning) in zip(documents, HOSTILE):
        assert found.get(document["event_id"]) == kept, value
        assert warned.get(document["event_id"]) == warning, value
    texts = collections.Counter(kept for _, kept, _ in HOSTILE if kept is not None)
    assert groups(ask(host, group_by="cohort")) == dict(texts)
    assert daemon.verify_store().returncode == 0


def test_strict_checks_take_nothing_else(make_daemon):
    daemon, maker = make_daemon(declaring("cohort")), Maker(29)
    for value, status in ((["x"], 2), ("x" * 65, 2), ("x" * 64, 0), (7, 0), (True, 0), (None, 0)):
        body = body_of(maker.profiler_document(cohort=value)).decode()
        done = daemon.run("validate", "-", "--kind", "profiler", "--strict", input=body)
        assert done.returncode == status and ("/cohort" in done.stdout) == (status == 2), (value, done.stdout)


def test_what_an_event_comes_in_changes_nothing(make_daemon, host):
    daemon = make_daemon(declaring("cohort")).start()
    store, maker = Store(daemon.store_path), Maker(30)
    inner = [maker.profiler_document(cohort="inside") for _ in range(2)]
    publish(host, [
        {"specversion": "1.0", "id": "c1", "source": "/s", "type": "t", "cohort": "outside", "data": inner[0]},
        {**inner[1], "profile": {"cohort": "deeper"}}])
    await_stored(store, 2)
    assert groups(ask(host, group_by="cohort")) == {"inside": 2}


def test_a_member_with_very_many_values_harms_nobody(make_daemon, host):
    daemon = make_daemon(declaring("cohort", "tenant")).start()
    store, maker = Store(daemon.store_path), Maker(26)
    lines = b"\n".join(body_of(maker.profiler_document(cohort=f"made up {n}", tenant=n % 3)) for n in range(8_500))
    done = daemon.run("ingest", "-", "--kind", "profiler", input=lines.decode(), limit=300)
    assert done.returncode == 0, done.stderr
    assert store.value("SELECT count(*) FROM _rollup_names WHERE domain > 16") == 8_001 + 3
    by_cohort = groups(ask(host, group_by="cohort"))
    assert len(by_cohort) == 8_001 and by_cohort["(other)"] == 500
    assert groups(ask(host, group_by="tenant")) == {"0": 2834, "1": 2833, "2": 2833}
    assert store.value("SELECT count(*) FROM event_dimensions WHERE dimension = 'cohort'") == 8_500
    assert daemon.verify_store().returncode == 0


def test_what_is_not_declared_is_named(make_daemon, host):
    make_daemon(declaring("cohort")).start()
    refused = ask(host, group_by="cohrt")["error"]
    assert refused["code"] == "unsupported_group_by" and "did you mean cohort?" in refused["message"]
    refused = ask(host, filter={"tenant": "x"})["error"]
    assert refused["code"] == "unsupported_filter" and "os, cohort" in refused["message"]
    refused = ask(host, "data_quality", group_by="cohort")["error"]
    assert refused["code"] == "unsupported_group_by" and refused["message"].endswith("cannot be grouped by cohort; it cannot be grouped")
    refused = ask(host, "override_rate", filter={"browser": "Edge"})["error"]
    assert refused["code"] == "unsupported_filter" and refused["message"].endswith("admin_user_id, cohort")
    refused = ask(host, "profiler_funnel", group_by="browser")["error"]
    assert refused["message"].endswith("only by completion_status, cohort")


@pytest.mark.parametrize("names, words", [
    (["work_style_cluster"], ["work_style_cluster", "dimension"]), (["answers"], ["answers", "member"]), (["payload"], ["payload", "column"]),
    (["os"], ["os", "dimension"]), (["cohort", "cohort"], ["cohort", "twice"]), (["a b"], ["a b", "name"]), (["1st"], ["1st"]), (["a" * 65], ["names of members"]),
    ([f"d{n}" for n in range(9)], ["9 names", "at most 8"]),
])
def test_names_that_cannot_be_declared_end_the_start(make_daemon, names, words):
    daemon = make_daemon(declaring(*names))
    for command in (["run"], ["config", "check"]):
        done = daemon.run(*command)
        assert done.returncode == 78 and all(word in done.stderr for word in ["ingest.dimensions", *words]), done.stderr


def test_the_environment_declares_too(make_daemon):
    daemon = make_daemon(environment={"ALIDADE_INGEST_DIMENSIONS": "cohort, tenant"})
    assert "ingest.dimensions" in daemon.run("config", "show").stdout and "[cohort, tenant]" in daemon.run("config", "show").stdout
    daemon.environment["ALIDADE_INGEST_DIMENSIONS"] = ""
    assert daemon.run("config", "check").returncode == 0
