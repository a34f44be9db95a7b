"""Recommendation cases: the same whatever order their events come in, found at once by signal, and counted by their first decision."""
import datetime
import json
import random
import re

import pytest

from harness.daemon import run
from harness.events import Maker, text
from harness.store import Store

START = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(days=3)
ACTIONS = ("VIEWED", "ACCEPTED", "IGNORED", "OVERRIDDEN")


def at(minute):
    return text(START + datetime.timedelta(minutes=minute))


def messages(seed):
    """Signals with a few events, and one with many; most have an outcome."""
    maker, chance = Maker(seed), random.Random(seed)
    for number in range(160):
        yield maker.recommendation_document(
            risk_signal_id=1 if number < 60 else chance.randint(2, 30), action_taken=chance.choice(ACTIONS), occurred_at=at(chance.randint(0, 400)),
            recommendation_type=chance.choice(("mentor", "lab")), explanation_version=chance.choice(("v1", "v2")))
    for signal in range(1, 40, 2):
        yield maker.outcome_document(
            risk_signal_id=signal, outcome_status=chance.choice(("RESOLVED", "ESCALATED", "FALSE_POSITIVE")), occurred_at=at(500))


def folded(documents):
    """Each case, from its events in order: the columns of the view without its key. Two events of one time come in any order, so none have the same."""
    outcomes = {d["risk_signal_id"]: d["outcome_status"] for d in documents if "outcome_status" in d}
    cases = {}
    for document in sorted((d for d in documents if "action_taken" in d), key=lambda d: d["occurred_at"]):
        key = (document["risk_signal_id"], document["recommendation_type"], document["explanation_version"])
        case = cases.setdefault(key, {"viewed": None, "decision": None, "decided": None, "decisions": 0})
        if document["action_taken"] == "VIEWED":
            case["viewed"] = case["viewed"] or document["occurred_at"]
        else:
            case["decisions"] += 1
            if not case["decision"]:
                case["decision"], case["decided"] = document["action_taken"], document["occurred_at"]
    return {
        key: (case["viewed"], case["decision"], case["decided"], case["decisions"], outcomes.get(key[0]), at(500) if key[0] in outcomes else None)
        for key, case in cases.items()}


def without_ties(documents):
    seen = set()
    return [d for d in documents if "action_taken" not in d or not (d["occurred_at"] in seen or seen.add(d["occurred_at"]))]


@pytest.fixture
def ingest(binary, tmp_path):
    def take(name, documents, pieces=1):
        path = tmp_path / f"{name}.db"
        for piece in range(pieces):
            lines = "".join(json.dumps(document) + "\n" for document in documents[piece::pieces])
            done = run(binary, "ingest", "-", "--kind", "intelligence", "--store", f"sqlite://{path}", input=lines)
            assert done.returncode == 0, done.stderr
        return Store(path)

    return take


def metrics(binary, store):
    asked = run(
        binary, "metrics", "recommendation_acceptance_rate", "outcome_by_decision", "outcome_distribution", "--json", "--from", at(0), "--to", at(1000),
        "--store", f"sqlite://{store.path}")
    assert asked.returncode == 0, asked.stderr
    return [document["result"] for document in json.loads(asked.stdout)["metrics"]]


@pytest.mark.parametrize("seed", (1, 2))
def test_cases_are_the_same_in_every_order(binary, ingest, seed):
    documents = without_ties(list(messages(seed)))
    expected, results = folded(documents), []
    assert sum(key[0] == 1 for key in expected) == 4 and len(expected) > 20
    for order in range(3):
        shuffled = documents[:]
        random.Random(order).shuffle(shuffled)
        # The outcomes first, last, and in between; some messages twice.
        if order < 2:
            shuffled.sort(key=lambda document: ("outcome_status" in document) == (order == 0))
        store = ingest(f"order-{order}", shuffled + shuffled[:30], pieces=1 + order)
        columns = "first_viewed_at, decision, decided_at, decisions, outcome_status, outcome_at"
        found = {row[:3]: row[3:] for row in store.rows(f"SELECT risk_signal_id, recommendation_type, explanation_version, {columns} FROM recommendation_cases_v")}
        assert {key: tuple(value[:19] + "Z" if isinstance(value, str) and value[:2] == "20" else value for value in row) for key, row in found.items()} == {
            key: tuple(value[:19] + "Z" if isinstance(value, str) and value[:2] == "20" else value for value in row) for key, row in expected.items()}
        verified = run(binary, "store", "rebuild", "--verify", "--store", f"sqlite://{store.path}")
        assert verified.returncode == 0, verified
        results.append(metrics(binary, store))
    assert results[0] == results[1] == results[2]
    decisions = [row[1] for row in expected.values() if row[0]]
    assert results[0][0]["cases"]["viewed"] == len(decisions)
    assert [results[0][0]["cases"][word] for word in ("accepted", "ignored", "overridden", "open")] == [
        decisions.count(word) for word in ("ACCEPTED", "IGNORED", "OVERRIDDEN", None)]
    cases_of = {signal: [row[1] or "none" for key, row in expected.items() if key[0] == signal] or ["none"] for signal in range(1, 40, 2)}
    for decision, statuses in results[0][1].items():
        for status, entry in statuses.items():
            signals = [d["risk_signal_id"] for d in documents if d.get("outcome_status") == status]
            assert entry["count"] == sum(cases_of[signal].count(decision) for signal in signals), (decision, status)


def test_a_condition_on_the_signal_is_answered_by_an_index(ingest):
    store = ingest("store", list(messages(3)))
    for query in (
            "SELECT * FROM recommendation_cases WHERE risk_signal_id = 7", "SELECT * FROM recommendation_cases_v WHERE risk_signal_id = 7",
            "SELECT * FROM decision_recommendation_events WHERE risk_signal_id = 7", "SELECT * FROM admin_view_telemetry_v WHERE risk_signal_id = 7",
            "SELECT * FROM decision_outcome_snapshots_v WHERE risk_signal_id = 7"):
        plan = [row[3] for row in store.rows(f"EXPLAIN QUERY PLAN {query}")]
        read = [step for step in plan if re.match(r"(SCAN|SEARCH) (decision|admin)", step)]
        assert read and all(step.startswith("SEARCH") and "risk_signal_id=?" in step for step in read), (query, plan)


def test_a_table_of_results_is_readable(binary, ingest):
    store = ingest("store", list(messages(4)))
    shown = run(
        binary, "metrics", "recommendation_acceptance_rate", "outcome_by_decision", "outcome_distribution", "--compare", "--store", f"sqlite://{store.path}").stdout
    assert re.search(r"\n  cases\n  viewed +\d+  cases first viewed in the window\n", shown), shown
    assert re.search(r"\n  ACCEPTED +RESOLVED +\d+ +\d+ +[\d.]+ %", shown) and re.search(r"\n  none +RESOLVED ", shown), shown
    assert re.search(r"\n  conflicts +0  quarantined with", shown) and re.search(r"\n  cases viewed +\d+ +0 ", shown), shown
    assert max(map(len, shown.splitlines())) <= 100
