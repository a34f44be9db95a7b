"""Receipts, metrics and aggregates, with the real daemon."""
import asyncio
import json

import pika
import pytest

import alidade
from alidade import MetricsError, MetricsTimeout, QuarantinedError, ReceiptTimeout
from conftest import run
from harness.waiting import wait_until

SESSION = {
    "user_id": "u-1", "session_id": "s-1", "completion_status": "finished", "time_spent_seconds": 100,
    "answers": [{"question_id": "identity_1", "selected_option": "A"}, {"question_id": "identity_2", "selected_option": "B"}]}
VIEW = {"event_type": "SIGNAL_DETAIL_OPEN", "admin_user_id": 42, "risk_signal_id": 4711}


def test_a_receipt_has_the_computed_alignment_and_a_second_one_says_duplicate(configured, daemon, host, store):
    telemetry = configured(host.url)
    receipt = telemetry.send_profiler(SESSION, event_id="e-1", occurred_at=_at(10))
    assert receipt.status == "stored" and receipt.event_id == "e-1"
    assert receipt.alignment.model == "och-tier0" and receipt.alignment.answers == 2
    assert receipt.alignment.top_track in receipt.alignment.percentages
    assert receipt.raise_for_status() is receipt
    again = telemetry.send_profiler(SESSION, event_id="e-1", occurred_at=_at(10))
    assert again.status == "duplicate" and again.alignment == receipt.alignment
    assert store.value("SELECT count(*) FROM profiler_events") == 1


def _at(second):
    import datetime

    return datetime.datetime(2026, 2, 9, 12, 0, second, tzinfo=datetime.timezone.utc)


def test_a_quarantined_event_comes_back_with_every_error(configured, daemon, host):
    telemetry = configured(host.url)
    receipt = telemetry.send({**VIEW, "event_type": "SIGNAL_DETAIL", "admin_user_id": 0}, kind="intelligence")
    assert receipt.status == "quarantined"
    assert [(error.pointer, error.code) for error in receipt.errors] == [("/event_type", "unknown_value"), ("/admin_user_id", "out_of_range")]
    with pytest.raises(QuarantinedError, match="SIGNAL_DETAIL"):
        receipt.raise_for_status()
    assert telemetry.stats().invalid == 1


def test_warnings_are_in_the_receipt(configured, daemon, host):
    telemetry = configured(host.url)
    receipt = telemetry.send_profiler({**SESSION, "track_confidence": 92})
    assert receipt.status == "stored" and "member_ignored" in {warning.code for warning in receipt.warnings}


def test_without_a_daemon_the_receipt_times_out_and_the_event_is_safe(configured, bound):
    telemetry = configured(bound.url)
    with pytest.raises(ReceiptTimeout) as raised:
        telemetry.send(VIEW, kind="intelligence", timeout=1.0, event_id="e-1")
    assert raised.value.durable and raised.value.event_id == "e-1"
    assert bound.ready("intelligence-events") == 1


def test_without_a_broker_it_times_out_and_the_spool_has_the_event(configured):
    telemetry = configured()
    with pytest.raises(ReceiptTimeout) as raised:
        telemetry.send(VIEW, kind="intelligence", timeout=0.3)
    assert raised.value.durable and telemetry.stats().waiting_events == 1


def test_without_a_broker_and_without_room_it_is_not_safe(configured):
    telemetry = configured(spool=None, queue_max_events=1)
    telemetry.track_dashboard_open(1)
    with pytest.raises(ReceiptTimeout) as raised:
        telemetry.send(VIEW, kind="intelligence", timeout=0.3)
    assert not raised.value.durable


def test_a_lost_reply_is_got_by_sending_again(configured, daemon, host, store):
    """The daemon is stopped before it answers, and the same event is sent again when it is back."""
    telemetry = configured(host.url)
    daemon.stop()
    with pytest.raises(ReceiptTimeout):
        telemetry.send(VIEW, kind="intelligence", timeout=1.0, event_id="e-1", occurred_at=_at(1))
    daemon.start()
    receipt = telemetry.send(VIEW, kind="intelligence", timeout=30.0, event_id="e-1", occurred_at=_at(1))
    assert receipt.status in ("stored", "duplicate")
    wait_until("both copies were decided", lambda: store.tally()["received"] >= 2)
    assert store.value("SELECT count(*) FROM admin_view_telemetry") == 1


def fill(telemetry):
    for signal in range(1, 5):
        telemetry.track_recommendation_view(signal, 42, "mentoring", "HIGH")
    telemetry.track_recommendation_accept(1, 42, "mentoring", "HIGH", 1000)
    telemetry.track_recommendation_override(2, 42, "mentoring", "HIGH", 3000)
    telemetry.track_signal_outcome(1, "RESOLVED", 24.0)
    telemetry.track_signal_outcome(2, "FALSE_POSITIVE")
    assert telemetry.flush(30)


def test_the_five_calls_answer_from_one_request(configured, daemon, host, store):
    telemetry = configured(host.url, metrics_timeout=30)
    fill(telemetry)
    store.await_received(8)
    asked = []
    sender = telemetry.client.sender
    ask = sender.ask
    sender.ask = lambda request: (asked.append(request), ask(request))
    rate = telemetry.get_recommendation_acceptance_rate(days=7)
    assert (rate["viewed"], rate["accepted"], f"{rate['acceptance_rate']:.1%}") == (4, 1, "25.0%")
    assert rate["available"] and rate["has_data"] and rate["stale_seconds"] == 0 and rate["days"] == 7 and rate["as_of"]
    assert telemetry.get_average_decision_time(7)["average_ms"] == 2000
    assert telemetry.get_override_rate(7)["override_rate"] == 0.5
    assert telemetry.get_false_positive_rate(7)["false_positive_rate"] == 0.5
    outcomes = telemetry.get_outcome_distribution(7)
    assert outcomes["RESOLVED"]["count"] == 1 and outcomes["ESCALATED"]["average_resolution_hours"] == 0.0 and outcomes["has_data"]
    assert len(asked) == 1
    empty = telemetry.get_override_rate(30)
    assert empty["decisions"] == 2 and len(asked) == 2


def test_a_rate_without_a_denominator_is_a_number_and_says_that_there_is_no_data(configured, daemon, host):
    telemetry = configured(host.url, metrics_timeout=30, result_names={"get_override_rate": {"override_count": "overridden"}})
    result = telemetry.get_override_rate(7)
    assert (result["override_rate"], result["available"], result["has_data"], result["override_count"]) == (0.0, True, False, 0)
    assert telemetry.metric("override_rate").result["override_rate"] is None


def test_the_last_answer_is_kept_where_no_new_one_comes(configured, daemon, host, monkeypatch):
    from alidade import telemetry as module

    telemetry = configured(host.url, metrics_timeout=30)
    assert telemetry.get_override_rate(7)["available"]
    daemon.stop()
    monkeypatch.setattr(module, "_CACHE_SECONDS", 0.0)
    telemetry.client.options.metrics_timeout = 0.3
    stale = telemetry.get_override_rate(7)
    assert stale["available"] and stale["stale_seconds"] > 0
    assert not telemetry.get_override_rate(30)["available"]


def test_a_request_that_nobody_answered_in_time_is_not_answered_later(configured, daemon, host):
    daemon.stop()
    telemetry = configured(host.url)
    with pytest.raises(MetricsTimeout):
        telemetry.metric("override_rate", timeout=0.3)
    wait_until("the request expired", lambda: host.ready("telemetry-metrics-requests") == 0)


def test_metrics_come_with_their_window_and_definition_and_errors_with_their_code(configured, daemon, host):
    telemetry = configured(host.url, metrics_timeout=30)
    replies = telemetry.metrics(("override_rate", "module_time"), days=30)
    assert set(replies) == {"override_rate", "module_time"} and replies["override_rate"].window["days"] == 30
    assert replies["override_rate"].definition["version"] >= 1 and replies["override_rate"].as_of.tzinfo is not None
    assert len(telemetry.metrics("all")) > 20
    grouped = telemetry.metric("override_rate", group_by="recommendation_type")
    assert "groups" in json.dumps(grouped.document)
    for name, more, code in (("override_rat", {}, "unknown_metric"), ("override_rate", {"days": 0}, "invalid_days"),
                             ("override_rate", {"group_by": "nonsense"}, "unsupported_group_by")):
        with pytest.raises(MetricsError) as raised:
            telemetry.metric(name, **more)
        assert raised.value.code == code


def test_the_same_awaited(configured, daemon, host):
    telemetry = configured(host.url, metrics_timeout=30)

    async def several():
        receipts = await asyncio.gather(*(telemetry.asend_profiler({**SESSION, "session_id": f"s-{number}"}, timeout=30) for number in range(20)))
        reply = await telemetry.ametric("profiler_completion")
        try:
            await telemetry.ametric("nonsense")
        except MetricsError as error:
            return receipts, reply, error
        return None

    receipts, reply, error = asyncio.run(several())
    assert {receipt.status for receipt in receipts} == {"stored"} and error.code == "unknown_metric"
    assert reply.metric == "profiler_completion"

    async def alone():
        telemetry.client.options.metrics_timeout = 0.2
        with pytest.raises(MetricsTimeout):
            await telemetry.ametric("override_rate")

    daemon.stop()
    asyncio.run(alone())


def test_the_second_connection_is_closed_when_nobody_asks(configured, daemon, host, monkeypatch):
    from alidade import requests

    monkeypatch.setattr(requests, "IDLE_SECONDS", 0.2)
    telemetry = configured(host.url, metrics_timeout=30)
    telemetry.metric("override_rate")
    wait_until("it was closed", lambda: telemetry.client.sender.requests.link is None)
    assert telemetry.metric("override_rate").metric == "override_rate"


def test_aggregates_come_as_they_are_published_and_each_revision_once(configured, daemon, host):
    telemetry = configured(host.url)
    fill(telemetry)
    found = []
    for aggregate in telemetry.aggregates(timeout=60):
        found.append(aggregate)
        if aggregate.metric == "override_rate" and aggregate.result["overridden"] == 1 and aggregate.days == 7:
            break
    last = found[-1]
    assert last.revision >= 1 and last.definition_version >= 1 and last.as_of.tzinfo is not None
    assert last.message_id.endswith(f"/override_rate/7d/{last.revision}")
    assert len({(one.metric, one.days, one.revision) for one in found}) == len(found)


def test_two_named_readers_each_get_everything_that_they_ask_for(configured, daemon, host):
    telemetry = configured(host.url)
    readers = [telemetry.aggregates(name, metrics=("override_rate",), windows=(7,), timeout=30) for name in ("one", "two")]
    with host.connect() as connection:
        for name in ("one", "two"):
            channel = connection.channel()
            channel.queue_declare(f"telemetry-aggregates.{name}", durable=True,
                                  arguments={"x-queue-type": "quorum", "x-max-length": 100_000, "x-overflow": "drop-head"})
            channel.queue_bind(f"telemetry-aggregates.{name}", "telemetry.aggregates", "metrics.override_rate.7d")
    fill(telemetry)
    for reader in readers:
        aggregate = next(one for one in reader if one.result["overridden"] == 1)
        assert (aggregate.metric, aggregate.days) == ("override_rate", 7)
        reader.close()


def publish(host, revision, **more):
    document = {"metric": "override_rate", "revision": revision, "window": {"days": 7}, "as_of": "2026-02-09T12:00:00Z",
                "definition": {"version": 1}, "result": {"overridden": revision}, "completeness": {}, **more}
    with host.connect() as connection:
        connection.channel().basic_publish("", "telemetry-aggregates", json.dumps(document),
                                           pika.BasicProperties(message_id=f"store/override_rate/7d/{revision}"))


def test_a_revision_that_was_seen_or_is_older_is_skipped_and_alerts_are(configured, bound):
    with bound.connect() as connection:
        connection.channel().queue_declare("telemetry-aggregates", durable=True)
    for revision in (2, 2, 1, 3):
        publish(bound, revision)
    publish(bound, 4, metric=None)
    telemetry = configured(bound.url)
    assert [one.revision for one in telemetry.aggregates(timeout=1)] == [2, 3]
    assert bound.ready("telemetry-aggregates") == 0


def test_what_was_not_acknowledged_comes_again_and_a_broken_connection_is_opened_again(configured, bound):
    with bound.connect() as connection:
        connection.channel().queue_declare("telemetry-aggregates", durable=True)
    publish(bound, 1)
    publish(bound, 2)
    telemetry = configured(bound.url)
    reader = telemetry.aggregates(timeout=30)
    assert next(reader).revision == 1
    bound.close_connections()
    publish(bound, 3)
    assert [next(reader).revision, next(reader).revision] == [2, 3]
    reader.close()
    again = telemetry.aggregates(timeout=30)
    assert next(again).revision == 3
    again.close()


def test_aggregates_for_async_for(configured, bound):
    with bound.connect() as connection:
        connection.channel().queue_declare("telemetry-aggregates", durable=True)
    for revision in (1, 2, 3):
        publish(bound, revision)
    telemetry = configured(bound.url)

    async def read():
        return [one.revision async for one in telemetry.aaggregates(timeout=1)]

    assert asyncio.run(read()) == [1, 2, 3]


def test_a_metric_that_does_not_exist_is_refused_at_once(configured):
    with pytest.raises(alidade.AlidadeError, match="did you mean override_rate"):
        configured().aggregates(metrics=("overide_rate",))


def test_a_receipt_in_a_program_of_five_lines(daemon, host, spool):
    out = run("""
        import alidade
        receipt = alidade.get_telemetry().send({"event_type": "DASHBOARD_OPEN", "admin_user_id": 42}, kind="intelligence", timeout=30)
        print(receipt.status)
    """, ALIDADE_BROKER_URL=host.url, ALIDADE_SPOOL_DIR=spool)
    assert out.strip() == "stored"
