"""What users' tests get."""
import unittest

import pytest

import alidade
from alidade import InvalidEvent, Receipt
from alidade.testing import AlidadeEvents, recording



def test_what_is_tracked_is_recorded_and_nothing_else_happens(configured, spool):
    telemetry = configured()
    with recording() as events:
        event_id = telemetry.track_recommendation_accept(7, 42, "mentoring", "HIGH")
        telemetry.track_profiler({"user_id": 1, "session_id": "s", "completion_status": "started"})
        assert alidade.flush()
    event = events.assert_one("recommendation", action_taken="ACCEPTED", risk_signal_id=7)
    assert event["event_id"] == event_id and events.of("view") == [] and len(events) == 2
    events.assert_one("profiler", session_id="s")
    events.assert_none("outcome")
    assert not spool.exists() and telemetry.client.sender is None and telemetry.stats().accepted == 0


def test_a_wrong_event_fails_with_the_daemons_sentence():
    with recording(), pytest.raises(InvalidEvent, match='"HIHG" is not one of HIGH, MEDIUM, LOW; did you mean HIGH?'):
        alidade.get_telemetry().track_recommendation_view(1, 42, "X", "HIHG")
    with recording(strict=False) as events:
        alidade.get_telemetry().track_recommendation_view(0, 42, "X", "HIHG")
    assert [problem.code for problem in events.problems] == ["out_of_range", "member_ignored"]


def test_asserts_fail_where_they_should():
    with recording() as events:
        alidade.get_telemetry().track_dashboard_open(1)
    for check in (lambda: events.assert_one("view", admin_user_id=2), lambda: events.assert_none("view"), lambda: events.assert_one("outcome")):
        with pytest.raises(AssertionError):
            check()
    with pytest.raises(ValueError, match="there is no kind"):
        events.of("views")


def test_metrics_and_receipts_are_scripted():
    telemetry = alidade.get_telemetry()
    with recording() as events:
        events.answer("override_rate", days=7, result={"overridden": 1, "decisions": 4, "override_rate": 0.25})
        assert telemetry.get_override_rate(7)["override_rate"] == 0.25 and telemetry.get_override_rate(7)["has_data"]
        assert not telemetry.get_override_rate(30)["available"]
        assert telemetry.metric("override_rate").result["decisions"] == 4
        with pytest.raises(alidade.MetricsTimeout):
            telemetry.metric("module_time")
        with pytest.raises(ValueError, match="did you mean override_rate"):
            events.answer("overide_rate", {})
        events.answer_receipt(Receipt("quarantined", "e-1"))
        view = {"event_type": "DASHBOARD_OPEN", "admin_user_id": 1}
        assert [telemetry.send(view, kind="intelligence").status for _ in range(2)] == ["quarantined", "stored"]


def test_the_fixture_of_pytest(alidade_events):
    alidade.get_telemetry().track_dashboard_open(1)
    alidade_events.assert_one("view")


def test_the_mixin_of_unittest():
    class Tests(AlidadeEvents, unittest.TestCase):
        def runTest(self):
            alidade.get_telemetry().track_dashboard_open(1)
            self.alidade.assert_one("view", admin_user_id=1)

    result = unittest.TestResult()
    Tests().run(result)
    assert result.wasSuccessful() and result.testsRun == 1, result.failures + result.errors
