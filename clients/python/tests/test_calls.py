"""The calls: they return at once, never raise, never wait for themselves, and say nothing in the caller's thread."""
import gc
import inspect
import json
import logging
import signal
import threading
import time
from decimal import Decimal

import pytest

import alidade
from alidade import InvalidEvent
from alidade.spool.reader import SpoolReader
from alidade.telemetry import IntelligenceTelemetry
from conftest import run

NINE = {
    "track_recommendation_view": (1, 42, "EXPIRING_SOON", "HIGH"), "track_recommendation_accept": (1, 42, "EXPIRING_SOON", "HIGH", 1200),
    "track_recommendation_ignore": (1, 42, "EXPIRING_SOON", "LOW", 1200), "track_recommendation_override": (1, 42, "EXPIRING_SOON", "LOW", 1200),
    "track_signal_outcome": (1, "RESOLVED", 24.5, 7), "track_dashboard_open": (42,), "track_signal_detail_open": (42, 1),
    "track_explanation_expand": (42, 1), "track_admin_note_create": (42, 1),
}
FIVE = ("get_recommendation_acceptance_rate", "get_average_decision_time", "get_override_rate", "get_false_positive_rate", "get_outcome_distribution")


def kept(telemetry):
    """What waits in the spool of this process."""
    made = telemetry.client.writer
    return [json.loads(flight.record.body) for flight in SpoolReader(made.path, made).take(100_000)]


def test_the_nine_calls_have_upstreams_names_and_order():
    for name, parameters in {
        "track_recommendation_view": ["risk_signal_id", "admin_user_id", "recommendation_type", "confidence"],
        "track_recommendation_accept": ["risk_signal_id", "admin_user_id", "recommendation_type", "confidence", "decision_time_ms"],
        "track_signal_outcome": ["risk_signal_id", "outcome_status", "resolution_time_hours", "admin_note_id"],
        "track_dashboard_open": ["admin_user_id"], "track_signal_detail_open": ["admin_user_id", "risk_signal_id"],
    }.items():
        assert list(inspect.signature(getattr(IntelligenceTelemetry, name)).parameters)[1:-1] == parameters, name


@pytest.mark.parametrize("name", NINE)
def test_a_call_writes_a_valid_event_and_returns_its_id(name, configured):
    telemetry = configured(strict=True)
    event_id = getattr(telemetry, name)(*NINE[name])
    event, = kept(telemetry)
    assert event["event_id"] == event_id and event["explanation_version"] == "v1"
    assert telemetry.stats().invalid == 0 and telemetry.stats().accepted == 1


def test_without_a_setting_events_carry_upstreams_version(configured):
    telemetry = configured(explanation_version=None)
    telemetry.track_dashboard_open(1)
    telemetry.track_dashboard_open(1, explanation_version="v9")
    assert [event["explanation_version"] for event in kept(telemetry)] == [alidade.EXPLANATION_ENGINE_VERSION, "v9"] == ["2.7.0", "v9"]


class Broken:
    def __index__(self):
        raise RuntimeError("broken")

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __repr__(self):
        raise RuntimeError("repr")


@pytest.mark.parametrize("value", [None, "", "x", -1, 0, 1.5, 2 ** 70, float("nan"), object(), b"x", [], {}, Broken, lambda: 1, "a\ud800", "a\0"],
                         ids=range(16))
@pytest.mark.parametrize("name", NINE)
def test_no_value_makes_a_call_raise(name, value, configured):
    value = value() if value is Broken else value
    telemetry = configured(spool=None)
    for position in range(len(NINE[name])):
        arguments = list(NINE[name])
        arguments[position] = value
        getattr(telemetry, name)(*arguments)
        getattr(telemetry, name)(*NINE[name], explanation_version=value, occurred_at=value, event_id=value, nonsense=value)
    telemetry.track_profiler({"session_id": value})


def test_what_cannot_be_sent_is_counted_by_its_reason(configured):
    dropped = []
    telemetry = configured(on_drop=dropped.append)
    assert telemetry.track_signal_outcome(1, object()) is None
    assert telemetry.track_profiler({"user_id": 1, "session_id": 1, "completion_status": "started", "value_statement": "x" * 300_000}) is None
    assert telemetry.stats().dropped == {"unserialisable": 1, "too_large": 1}
    assert telemetry.stats().accepted == 0


def test_an_invalid_event_is_sent_all_the_same_and_counted(configured):
    telemetry = configured()
    assert telemetry.track_recommendation_view(0, "nobody", "", "VERY") is not None
    assert telemetry.stats().invalid == 1 and telemetry.stats().accepted == 1


def test_with_strict_it_raises_with_the_daemons_sentence(configured):
    telemetry = configured(strict=True)
    with pytest.raises(InvalidEvent, match='"HIHG" is not one of HIGH, MEDIUM, LOW; did you mean HIGH?'):
        telemetry.track_recommendation_view(1, 42, "EXPIRING_SOON", "HIHG")
    with pytest.raises(InvalidEvent, match="unserialisable"):
        telemetry.track_signal_outcome(1, object())
    assert telemetry.stats().accepted == 0


def test_values_of_python_are_read_with_their_meaning(configured):
    telemetry = configured(strict=True)
    telemetry.track_recommendation_accept("4711", Decimal("42"), "EXPIRING_SOON", "HIGH", Decimal("1200"))
    telemetry.track_signal_outcome(1, "RESOLVED", Decimal("24.50"))
    first, second = kept(telemetry)
    assert (first["risk_signal_id"], first["admin_user_id"], first["decision_time_ms"]) == (4711, 42, 1200)
    assert second["resolution_time_hours"] == 24.5


def test_nothing_is_written_while_it_is_disabled(configured, tmp_path):
    telemetry = configured(enabled=False)
    assert telemetry.track_dashboard_open(1) is not None
    assert not (tmp_path / "spool").exists() and telemetry.client.sender is None


def test_a_call_from_a_signal_handler_in_the_middle_of_a_call_does_not_wait_for_itself(configured):
    telemetry = configured()
    calls = []
    previous = signal.signal(signal.SIGALRM, lambda *_: calls.append(telemetry.track_dashboard_open(7)))
    signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
    try:
        for number in range(3000):
            telemetry.track_dashboard_open(1)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert len(calls) > 10 and None not in calls
    assert len(kept(telemetry)) == 3000 + len(calls)


def test_a_call_from_a_finaliser_while_the_lock_is_held_does_not_wait_for_itself(configured):
    telemetry = configured()
    telemetry.track_dashboard_open(1)

    class Finalised:
        def __del__(self):
            telemetry.track_dashboard_open(2)

    client = telemetry.client
    store = client._store

    def collecting(record):
        client._store = store
        circle = [Finalised()]
        circle.append(circle)
        del circle
        gc.collect()
        return store(record)

    client._store = collecting
    telemetry.track_dashboard_open(3)
    assert sorted(event["admin_user_id"] for event in kept(telemetry)) == [1, 2, 3]


def test_a_handler_of_logging_may_track_and_what_the_client_says_does_not_go_round(configured):
    telemetry = configured()

    class Tracking(logging.Handler):
        def emit(self, record):
            telemetry.track_dashboard_open(9)

    handler = Tracking()
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        logging.getLogger("application").warning("something")
        telemetry.track_recommendation_view(0, 0, "")
    finally:
        root.removeHandler(handler)
    assert telemetry.stats().accepted >= 2


def test_the_callers_thread_says_nothing(configured):
    said = []

    class Recording(logging.Handler):
        def emit(self, record):
            said.append(record.thread)

    handler = Recording()
    logging.getLogger("alidade").addHandler(handler)
    try:
        telemetry = configured(spool="/proc/nowhere")
        for _ in range(50):
            telemetry.track_recommendation_view(0, object(), "")
            telemetry.track_dashboard_open(1)
    finally:
        logging.getLogger("alidade").removeHandler(handler)
    assert threading.get_ident() not in said


def test_threads_that_call_at_once_lose_nothing(configured):
    telemetry = configured()
    threads = [threading.Thread(target=lambda: [telemetry.track_dashboard_open(1) for _ in range(1000)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({event["event_id"] for event in kept(telemetry)}) == 8000


def test_the_memory_that_is_full_drops_new_events_or_old_ones(configured):
    telemetry = configured(spool=None, queue_max_events=5)
    assert [telemetry.track_dashboard_open(1) is None for _ in range(8)] == [False] * 5 + [True] * 3
    assert telemetry.stats().dropped == {"queue_full": 3}
    telemetry = configured(spool=None, queue_max_events=5, on_full="drop_old")
    assert [telemetry.track_dashboard_open(1) is None for _ in range(8)] == [False] * 8
    assert telemetry.stats().dropped == {"queue_full": 3} and telemetry.stats().waiting_events == 5


def test_the_spool_that_is_full_drops_and_says_why(configured):
    telemetry = configured(spool_max_bytes=200_000)
    results = [telemetry.track_dashboard_open(1) for _ in range(2000)]
    assert results[0] is not None and results[-1] is None
    assert telemetry.stats().dropped == {"spool_full": results.count(None)}


def test_flush_and_close_have_a_deadline_whatever_is_wrong(configured):
    telemetry = configured()
    telemetry.track_dashboard_open(1)
    began = time.monotonic()
    assert telemetry.flush(0.3) is False
    assert telemetry.close(0.3) is False
    assert time.monotonic() - began < 10
    assert telemetry.track_dashboard_open(1) is not None


def test_a_sender_that_ended_is_started_again(configured, bound):
    telemetry = configured(bound.url)
    telemetry.track_dashboard_open(1)
    assert telemetry.flush(30)
    client = telemetry.client
    client.sender.stop()
    client.sender.join(30)
    telemetry.track_dashboard_open(2)
    assert telemetry.flush(30) and telemetry.stats().confirmed == 2 and telemetry.stats().sender_restarts == 1


def test_a_failure_of_the_loop_is_counted_said_once_and_overcome(configured, bound, caplog):
    telemetry = configured(bound.url)
    telemetry.track_dashboard_open(1)
    assert telemetry.flush(30)
    sender = telemetry.client.sender
    publish = sender.window.publish

    def failing(sent):
        sender.window.publish = publish
        raise ZeroDivisionError("a bug of ours")

    sender.window.publish = failing
    telemetry.track_dashboard_open(2)
    assert telemetry.flush(30)
    assert telemetry.stats().sender_restarts == 1 and telemetry.stats().confirmed == 2
    assert [record.getMessage() for record in caplog.records if "begins again" in record.getMessage()] == ["the sender failed and begins again"]


def test_importing_it_loads_nothing_that_costs():
    loaded = run("""
        import sys
        import alidade.telemetry
        print([name for name in ("ssl", "asyncio", "pika", "django", "socket", "dataclasses", "concurrent.futures") if name in sys.modules])
    """)
    assert loaded.strip() == "[]"


def test_importing_it_starts_no_thread_and_opens_no_file():
    assert run("""
        import os, threading
        before = os.listdir("/proc/self/fd")
        import alidade.telemetry
        alidade.get_telemetry()
        print(os.listdir("/proc/self/fd") == before, threading.active_count())
    """).split() == ["True", "1"]


def test_without_a_daemon_the_five_calls_answer_numbers_that_can_be_formatted(configured):
    telemetry = configured(metrics_timeout=0.2)
    for name in FIVE:
        result = getattr(telemetry, name)(7)
        assert result["available"] is False and result["has_data"] is False and result["days"] == 7
    assert f"{telemetry.get_recommendation_acceptance_rate(days=7)['acceptance_rate']:.1%}" == "0.0%"


def test_the_trace_that_is_active_at_the_call_goes_along(configured):
    from opentelemetry import context, propagate, trace  # noqa: F401
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    telemetry = configured()
    span = NonRecordingSpan(SpanContext(0x1234567890ABCDEF1234567890ABCDEF, 0x1234567890ABCDEF, True, TraceFlags(1)))
    token = context.attach(set_span_in_context(span))
    try:
        telemetry.track_dashboard_open(1)
    finally:
        context.detach(token)
    made = telemetry.client.writer
    flight, = SpoolReader(made.path, made).take(2)
    assert json.loads(flight.record.headers)["traceparent"] == "00-1234567890abcdef1234567890abcdef-1234567890abcdef-01"


def test_the_collector_for_prometheus_has_what_is_counted(configured):
    from prometheus_client import CollectorRegistry, generate_latest

    telemetry = configured(spool=None, queue_max_events=1)
    for _ in range(3):
        telemetry.track_dashboard_open(1)
    registry = CollectorRegistry()
    registry.register(alidade.prometheus())
    text = generate_latest(registry).decode()
    assert "alidade_client_accepted_total 1.0" in text
    assert 'alidade_client_dropped_total{reason="queue_full"} 2.0' in text
    assert "alidade_client_waiting_events 1.0" in text
