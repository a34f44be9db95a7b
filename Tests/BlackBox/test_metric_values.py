"""Every metric of a small set of messages equals what somebody with a pencil finds."""
import datetime

import pytest

from harness.events import BASE, Maker, body_of, text
from harness.metrics import METRICS, Asker, without_intervals

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0"


def near(value):
    """Quantiles are within 1 % of the value of their rank."""
    return pytest.approx(value, rel=0.01)


def later(**time):
    return text(BASE + datetime.timedelta(**time))


def intelligence(maker):
    """Four recommendations viewed, four decided on, three of those with a time; five outcomes, one of them a second one; five views by two people.

    Of the cases 1 to 4 the first is accepted and then overridden, the fourth is open; nobody viewed case 9.
    """
    def recommend(action, signal, minute, milliseconds=None, **members):
        return maker.recommendation_document(**{
            "action_taken": action, "risk_signal_id": signal, "occurred_at": later(minutes=minute), "decision_time_ms": milliseconds, **members})
    long_ago = text(BASE - datetime.timedelta(days=60))
    documents = [recommend("VIEWED", 1, 0, 9999)] + [recommend("VIEWED", signal, 0) for signal in (2, 3, 4)]
    documents += [
        recommend("OVERRIDDEN", 1, 9), recommend("ACCEPTED", 1, 5, 1000), recommend("ACCEPTED", 2, 5, 3000), recommend("IGNORED", 3, 5, 2000)]
    documents += [recommend("OVERRIDDEN", 9, 0, 50_000, occurred_at=long_ago)]
    for signal, status, hours in ((1, "RESOLVED", 2), (4, "RESOLVED", 4.5), (9, "FALSE_POSITIVE", 1.25), (10, "ESCALATED", None), (1, "ESCALATED", 9)):
        documents.append(maker.outcome_document(risk_signal_id=signal, outcome_status=status, resolution_time_hours=hours))
    documents += [maker.view_document(admin_user_id=7), maker.view_document(admin_user_id=7, explanation_version=None)]
    documents += [maker.view_document(admin_user_id=7, event_type="EXPLANATION_EXPAND")]
    documents += [maker.view_document(admin_user_id=8, event_type="DASHBOARD_OPEN", risk_signal_id=None) for _ in range(2)]
    return [*documents, documents[-1]]


def sessions(maker):
    """Two sessions with results (one of them seen twice), one that is under way, one that is finished and empty, one message that is wrong."""
    empty = {name: None for name in (
        "time_spent_seconds", "time_spent_per_module", "aptitude_score", "technical_exposure_score", "work_style_cluster",
        "difficulty_selection", "attempt_count", "answers")}
    def session(name, status, **members):
        return maker.profiler_document(**{**empty, "session_id": name, "completion_status": status, "completed_at": None, **members})
    choose = lambda option: [{"question_id": "scenario_1", "selected_option": option}]
    first = dict(
        started_at=later(hours=0), time_spent_seconds=600, time_spent_per_module={"identity": 100, "aptitude": 480.5},
        aptitude_score=55, technical_exposure_score=30, work_style_cluster="balanced", difficulty_selection="novice", attempt_count=1,
        recommended_track_id="defender", value_statement="to protect", scenario_choices=choose("A"),
        device_browser={"user_agent": EDGE}, track_alignment_percentages={"defender": 60, "grc": 20})
    second = dict(
        emitted_at=later(hours=3), started_at=later(hours=2), completed_at=later(hours=3), time_spent_seconds=1800,
        time_spent_per_module={"identity": 300}, aptitude_score=85.5, technical_exposure_score=100, work_style_cluster="collaborative",
        difficulty_selection="novice", attempt_count=3, recommended_track_id="grc", value_statement="  ", result_accepted=False,
        override_track_id="defender", scenario_choices=choose("B"), device_browser={"user_agent": FIREFOX})
    return [
        session("one", "in_progress", emitted_at=later(minutes=10), **first),
        session("one", "finished", emitted_at=later(hours=4), completed_at=later(hours=1), result_accepted=True,
                foundations_transition_at=later(hours=3, minutes=30), **first),
        session("two", "locked", **second),
        session("three", "started", emitted_at=later(hours=5), started_at=later(hours=5)),
        session("four", "finished", emitted_at=later(hours=6), started_at=later(hours=5), completed_at=later(hours=6),
                attempt_count=2, admin_reset_by="root"),
        session("five", "done"),
    ]


def share(count, total):
    return {"count": count, "total": total, "share": pytest.approx(count / total) if total else None}


def seconds(count, average, p50, p90):
    return {"count": count, "average_seconds": pytest.approx(average), "p50_seconds": near(p50), "p90_seconds": near(p90)}


EXPECTED = {
    "recommendation_acceptance_rate": {
        "viewed": 4, "accepted": 2, "acceptance_rate": 0.5,
        "cases": {"viewed": 4, "accepted": 2, "ignored": 1, "overridden": 0, "open": 1, "acceptance_rate": 0.5}},
    "average_decision_time": {
        "count": 3, "average_ms": 2000, "p50_ms": near(2000), "p90_ms": near(3000), "p99_ms": near(3000)},
    "override_rate": {"overridden": 1, "decisions": 4, "override_rate": 0.25},
    "false_positive_rate": {"false_positives": 1, "outcomes": 4, "false_positive_rate": 0.25},
    "outcome_distribution": {
        "RESOLVED": {**share(2, 4), "average_resolution_hours": 3.25},
        "ESCALATED": {**share(1, 4), "average_resolution_hours": None},
        "NO_ACTION": {**share(0, 4), "average_resolution_hours": None},
        "FALSE_POSITIVE": {**share(1, 4), "average_resolution_hours": 1.25},
        "conflicts": 1},
    "outcome_by_decision": {
        "ACCEPTED": {"RESOLVED": share(1, 1), **dict.fromkeys(("ESCALATED", "NO_ACTION", "FALSE_POSITIVE"), share(0, 1))},
        "IGNORED": dict.fromkeys(("RESOLVED", "ESCALATED", "NO_ACTION", "FALSE_POSITIVE"), share(0, 0)),
        "OVERRIDDEN": {"FALSE_POSITIVE": share(1, 1), **dict.fromkeys(("RESOLVED", "ESCALATED", "NO_ACTION"), share(0, 1))},
        "none": {"RESOLVED": share(1, 2), "ESCALATED": share(1, 2), **dict.fromkeys(("NO_ACTION", "FALSE_POSITIVE"), share(0, 2))}},
    "admin_engagement": {
        "events": {"DASHBOARD_OPEN": 2, "SIGNAL_DETAIL_OPEN": 2, "EXPLANATION_EXPAND": 1, "ADMIN_NOTE_CREATE": 0},
        "active_admins": 2, "top_admins": [{"admin_user_id": 7, "events": 3}, {"admin_user_id": 8, "events": 2}]},
    "profiler_completion": {
        "completion_status": {"started": 1, "in_progress": 0, "finished": 2, "locked": 1},
        "sessions": 4, "completed": 3, "completion_rate": 0.75},
    "module_time": {"identity": seconds(2, 200, 100, 300), "aptitude": seconds(1, 480.5, 480.5, 480.5)},
    "profiler_funnel": {
        "started": {"count": 4}, "finished": {"count": 3, "total": 4, "share": 0.75, "median_hours": near(1)},
        "decided": {"count": 2, "total": 3, "share": pytest.approx(2 / 3), "median_hours": None},
        "accepted": {"count": 1, "total": 2, "share": 0.5, "median_hours": None}, "transitioned": {"count": 1, "total": 1, "share": 1, "median_hours": None}},
    "module_reach": {
        "identity": {"sessions": 2, "finished": 2, "finished_share": 1}, "aptitude": {"sessions": 1, "finished": 1, "finished_share": 1}},
    "session_duration": seconds(2, 1200, 600, 1800),
    "aptitude_score": {
        "count": 2, "average": 70.25, "p50": near(55), "p90": near(85.5), "histogram": [0, 0, 0, 0, 0, 1, 0, 0, 1, 0]},
    "technical_exposure_score": {
        "count": 2, "average": 65, "p50": near(30), "p90": near(100), "histogram": [0, 0, 0, 1, 0, 0, 0, 0, 0, 1]},
    "work_style_distribution": {"collaborative": share(1, 2), "independent": share(0, 2), "balanced": share(1, 2)},
    "difficulty_distribution": {
        "novice": share(2, 2), "beginner": share(0, 2), "intermediate": share(0, 2), "advanced": share(0, 2), "elite": share(0, 2)},
    "recommended_track_distribution": {
        "defender": share(1, 2), "grc": share(1, 2), "overrides": {"grc": {"defender": {"count": 1}}}},
    "scenario_choice_distribution": {"scenario_1": {"A": share(1, 2), "B": share(1, 2)}},
    "device_distribution": {
        "browser": {"Edge": share(1, 2), "Firefox": share(1, 2)}, "os": {"Windows": share(1, 2), "Linux": share(1, 2)}},
    "value_statements": {"sessions": 3, "with_statement": 1, "share": pytest.approx(1 / 3)},
    "result_acceptance_rate": {
        "accepted": 1, "overridden": 1, "acceptance_rate": 0.5, "target": 0.9, "meets_target": False},
    "attempt_violations": {"learners": 3, "sessions": 3, "violations": 0, "reported_violations": 1},
    "foundations_transition": {
        "completed": 3, "transitioned": 1, "transition_rate": pytest.approx(1 / 3), "p50_hours": near(2.5), "p90_hours": near(2.5)},
}


@pytest.fixture
def answers(daemon, store, host):
    """Every metric over 7 days, by name."""
    daemon.start()
    maker = Maker()
    sent = [("intelligence", d) for d in intelligence(maker)] + [("profiler", d) for d in sessions(maker)]
    for kind, document in sent:
        host.publish(kind, body_of(document))
    store.await_received(len(sent))
    asker = Asker(host)
    documents = asker.ask(metrics="all", days=7)["metrics"]
    asker.close()
    # Of the queue that the metric is made of.
    for document in documents:
        assert document["completeness"] == {"backlog": 0, "quarantined": 2 if document["metric"] == "data_quality" else 1}, document["metric"]
        assert document["stored_until"] <= document["as_of"]
    assert len({document["store"]["id"] for document in documents}) == 1
    return {document["metric"]: without_intervals(document["result"]) for document in documents}


def test_every_metric_is_what_was_sent(answers):
    assert {name: answers[name] for name in EXPECTED} == EXPECTED
    assert set(METRICS) == {*EXPECTED, "track_alignment", "data_quality"}


def test_data_quality_is_what_became_of_the_messages(answers, store):
    queues = answers["data_quality"]["queues"]
    assert queues["intelligence-events"] == {
        "received": 20, "stored": 18, "duplicates": 1, "quarantined": 1, "quarantine_rate": pytest.approx(1 / 20),
        "reason": {"outcome_conflict": 1}}
    assert queues["profiler-telemetry"] == {
        "received": 6, "stored": 5, "duplicates": 0, "quarantined": 1, "quarantine_rate": pytest.approx(1 / 6),
        "reason": {"unknown_value": 1}}
    assert answers["data_quality"]["missing_version"] == 1
    warnings = {code: count for code, count in answers["data_quality"]["warnings"].items() if count}
    assert warnings == dict(store.rows("SELECT code, count(*) FROM event_warnings GROUP BY code"))
    assert warnings["missing_version"] == warnings["attempt_without_reset"] == 1


def test_track_alignment_is_the_mean_of_what_the_store_holds(answers, store):
    rows = store.rows(
        "SELECT s.session_id, a.track, a.computed, a.reported FROM profiler_sessions s JOIN profiler_alignments a ON a.seq = s.last_seq "
        "WHERE a.is_shadow = 0 AND s.completion_status IN ('finished', 'locked')")
    tracks, computed_by = answers["track_alignment"]["tracks"], {}
    assert {session for session, *_ in rows} == {"one", "two"}
    for session, track, computed, _ in rows:
        computed_by.setdefault(session, {})[track] = computed
    tops = [max(values, key=values.get) for values in computed_by.values()]
    for track in {row[1] for row in rows}:
        computed = [row[2] for row in rows if row[1] == track and row[2] is not None]
        reported = [row[3] for row in rows if row[1] == track and row[3] is not None]
        assert tracks[track] == {
            "count": len(computed), "average_computed": pytest.approx(sum(computed) / len(computed)), "reported_count": len(reported),
            "average_reported": sum(reported) / len(reported) if reported else None, "top_count": tops.count(track)}
    assert answers["track_alignment"]["drift"] == {
        "compared": 0, "excluded": 1, "average_points": None, "top_track_agreed": 0, "top_track_agreement": None}, "few answers"
    assert answers["track_alignment"]["models"] == [{"model": "och-tier0", "version": "1", "count": 2}]
    assert answers["track_alignment"]["recommendation_agreement"] is None
