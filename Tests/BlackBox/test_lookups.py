"""One event, one session, one learner, one signal, one administrator: each is found by an index, with the rows that reading everything finds."""
import json
import random
import sqlite3

import pytest

from harness.daemon import run
from harness.events import Maker, body_of
from harness.store import Store

EVENTS = ["profiler_events", "decision_recommendation_events", "decision_outcome_snapshots", "admin_view_telemetry"]
INTELLIGENCE = EVENTS[1:]
PROFILER = ["profiler_events", "profiler_sessions", "profiler_modules", "profiler_answers", "profiler_alignments"]

LOOKUPS = [
    *[(table, "event_id", "") for table in EVENTS],
    *[(table, "session_id", "") for table in PROFILER],
    ("profiler_events", "user_id", " ORDER BY occurred_at"), ("profiler_sessions", "user_id", " ORDER BY occurred_at"),
    *[(table, "risk_signal_id", "") for table in [*INTELLIGENCE, "recommendation_cases"]],
    ("decision_recommendation_events", "admin_user_id", " ORDER BY occurred_at DESC LIMIT 20"),
    ("admin_view_telemetry", "admin_user_id", " ORDER BY occurred_at DESC LIMIT 20"),
]


def sentences(lookups):
    """Each look-up of a table, and of the view of it with times as text."""
    for table, column, rest in lookups:
        yield f"SELECT * FROM {table} WHERE {column} = ?{rest}"
        if table not in ("profiler_modules", "profiler_answers"):
            yield f"SELECT * FROM {table}_v WHERE {column} = ?{rest}"


def scanned(connection, sql):
    """What is read whole to answer; temporary results and members of a payload do not count."""
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", ("x",))]
    return [step for step in plan if step.startswith("SCAN") and not step.startswith(("SCAN (", "SCAN found", "SCAN entry", "SCAN answer", "SCAN latest"))]


@pytest.fixture(scope="module")
def filled(binary, tmp_path_factory):
    """Five blocks of rows: some learners have several sessions, sessions several messages, and some ids come twice."""
    folder = tmp_path_factory.mktemp("lookups")
    maker = Maker()
    random.seed(5)
    profiler, intelligence = [], []
    for number in range(25_000):
        session = random.randrange(9000)
        profiler.append(body_of(maker.profiler_document(
            event_id=f"p{number if number % 10 else random.randrange(1000)}", session_id=f"s{session}", user_id=f"u{session % 4000}")))
    for _ in range(12_000):
        document = json.loads(maker.good("intelligence").body)
        if "event_type" in document:
            document["risk_signal_id"] = random.randrange(1, 2000)
        if "admin_user_id" in document:
            document["admin_user_id"] = random.randrange(1, 60)
        intelligence.append(body_of(document))
    for kind, bodies in (("profiler", profiler), ("intelligence", intelligence)):
        file = folder / f"{kind}.jsonl"
        file.write_bytes(b"".join(body + b"\n" for body in bodies))
        done = run(binary, "ingest", file, "--kind", kind, "--store", f"sqlite://{folder}/alidade.db")
        assert done.returncode in (0, 1), done
    store = Store(folder / "alidade.db")
    assert store.value("SELECT count(DISTINCT seq >> 13) FROM profiler_events") >= 3
    return store


@pytest.mark.parametrize("sql", sentences(LOOKUPS))
def test_a_look_up_reads_no_table_whole(filled, sql):
    with sqlite3.connect(f"file:{filled.path}?mode=ro", uri=True) as connection:
        assert scanned(connection, sql) == []


def test_the_search_for_scans_finds_one(filled, tmp_path):
    copy = tmp_path / "copy.db"
    with sqlite3.connect(f"file:{filled.path}?mode=ro", uri=True) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    with sqlite3.connect(copy) as connection:
        connection.execute("DELETE FROM sqlite_stat1")
    with sqlite3.connect(copy) as connection:
        assert scanned(connection, "SELECT * FROM profiler_events WHERE event_id = ?") == ["SCAN profiler_events"]
        assert scanned(connection, "SELECT * FROM profiler_sessions WHERE user_id = ?") == ["SCAN event"]


def test_analyze_leaves_the_look_ups_as_quick(filled, tmp_path):
    copy = tmp_path / "copy.db"
    with sqlite3.connect(f"file:{filled.path}?mode=ro", uri=True) as source, sqlite3.connect(copy) as target:
        source.backup(target)
        target.execute("ANALYZE")
    with sqlite3.connect(copy) as connection:
        for table, column, _ in LOOKUPS[:6]:
            assert scanned(connection, f"SELECT * FROM {table} WHERE {column} = ?") == [], (table, column)


def test_look_ups_find_what_reading_everything_finds(filled):
    random.seed(6)
    for table, column, _ in LOOKUPS:
        everything = filled.rows(f"SELECT * FROM {table}")
        place = [name for _, name, *_ in filled.rows(f"PRAGMA table_info({table})")].index(column)
        known = sorted({row[place] for row in everything if row[place] is not None})
        assert len(known) >= 10, (table, column, known)
        for value in [*random.sample(known, min(25, len(known))), "no such id"]:
            found = filled.rows(f"SELECT * FROM {table} WHERE {column} = ?", value)
            assert sorted(map(repr, found)) == sorted(repr(row) for row in everything if row[place] == value), (table, column, value)


def test_where_finds_every_event_of_an_id(filled, binary):
    ids = filled.rows("SELECT event_id, count(*) FROM profiler_events GROUP BY event_id HAVING count(*) > 1 ORDER BY 2 DESC LIMIT 3")
    for event_id, count in ids:
        done = run(binary, "where", event_id, "--store", f"sqlite://{filled.path}")
        assert done.stdout.count("profiler_events") == count, done
        at = filled.value("SELECT occurred_at FROM profiler_events_v WHERE event_id = ? LIMIT 1", event_id)
        done = run(binary, "where", event_id, "--at", at, "--store", f"sqlite://{filled.path}")
        assert done.stdout.count("profiler_events") == filled.value(
            "SELECT count(*) FROM profiler_events_v WHERE event_id = ? AND occurred_at = ?", event_id, at)
