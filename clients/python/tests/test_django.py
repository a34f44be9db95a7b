"""A real site with Django 4.2 and with 5.2: the drop-in, transactions, checks, and upstream's profiler."""
import json
import pathlib
import subprocess
import sys


from conftest import environment, messages, run
from harness.waiting import wait_until

SITE = pathlib.Path(__file__).resolve().parent / "site"

# As it stands in upstream's documentation.
SEED = '''
from owner_agreements.intelligence_telemetry import get_telemetry

telemetry = get_telemetry()  # Singleton instance

# Track recommendation view (fire-and-forget)
telemetry.track_recommendation_view(
    risk_signal_id=1,
    admin_user_id=42,
    recommendation_type='EXPIRING_SOON',
    confidence='HIGH'
)

# Get acceptance rate metrics
metrics = telemetry.get_recommendation_acceptance_rate(days=7)
print(f"Acceptance rate: {metrics['acceptance_rate']:.1%}")
'''


def site(code, django, host, spool, *arguments, **more):
    return run(code, *arguments, paths=[*django, SITE], **{"ALIDADE_BROKER_URL": host.url, "ALIDADE_SPOOL_DIR": spool, "ALIDADE_EXIT_TIMEOUT": 20, **more})


def admins(host):
    return [json.loads(body)["admin_user_id"] for _, _, body in messages(host)]


def test_upstreams_own_example_runs_word_for_word(either_django, daemon, store, host, spool):
    assert site("import start\n" + SEED, either_django, host, spool).startswith("Acceptance rate: ")
    wait_until("the view was stored", lambda: store.tally()["stored"] == 1)
    row, = store.dicts("SELECT * FROM decision_recommendation_events")
    assert (row["action_taken"], row["risk_signal_id"], row["admin_user_id"], row["recommendation_type"], row["confidence_at_time"]) == (
        "VIEWED", 1, 42, "EXPIRING_SOON", "HIGH")
    assert row["explanation_version"] == "2.7.0"
    accepted = SEED.replace("recommendation_view(", "recommendation_accept(")
    site("import start\n" + accepted, either_django, host, spool)
    wait_until("the acceptance was stored", lambda: store.tally()["stored"] == 2)
    question = SEED.replace("telemetry.track", "dict or telemetry.track")
    assert site("import start\n" + question, either_django, host, spool) == "Acceptance rate: 100.0%\n"
    assert store.value("SELECT count(*) FROM quarantine") == 0


def test_a_view_of_upstreams_tells_who_looked_at_which_signal(django, bound, spool):
    site("""
        import start
        from django.test import Client
        from owner_agreements.models import AgreementRiskSignal
        signal = AgreementRiskSignal.objects.create(name="late")
        client = Client()
        client.force_login(start.staff)
        assert client.get(f"/signals/{signal.id}/").content == b"late"
    """, django, bound, spool)
    (_, properties, body), = messages(bound)
    event = json.loads(body)
    assert event["event_type"] == "SIGNAL_DETAIL_OPEN" and event["admin_user_id"] == 1 and event["risk_signal_id"] == 1
    assert properties.app_id == "site"


def test_events_wait_for_the_commit_and_a_rollback_tells_nothing(either_django, bound, spool):
    site("""
        import start, alidade
        from django.db import transaction
        telemetry = alidade.get_telemetry()
        with transaction.atomic():
            ids = [telemetry.track_dashboard_open(1)]
            with transaction.atomic():
                telemetry.track_dashboard_open(2)
            try:
                with transaction.atomic():
                    telemetry.track_dashboard_open(3)
                    raise ValueError
            except ValueError:
                pass
            assert ids[0] and telemetry.stats().accepted == 0
        assert telemetry.stats().accepted == 2
        try:
            with transaction.atomic():
                telemetry.track_dashboard_open(4)
                raise ValueError
        except ValueError:
            pass
        telemetry.track_dashboard_open(5)
        assert telemetry.stats().accepted == 3
        with transaction.atomic():
            transaction.on_commit(lambda: telemetry.track_dashboard_open(6))
    """, either_django, bound, spool)
    assert admins(bound) == [1, 2, 5, 6]


def test_the_time_of_an_event_is_that_of_the_call_not_of_the_commit(django, bound, spool):
    out = site("""
        import start, alidade, datetime
        from django.db import transaction
        with transaction.atomic():
            alidade.get_telemetry().track_dashboard_open(1)
            print(datetime.datetime.now(datetime.timezone.utc).isoformat())
    """, django, bound, spool)
    (_, _, body), = messages(bound)
    assert json.loads(body)["occurred_at"] <= out.strip()


def test_another_callback_that_fails_does_not_take_the_event_with_it(django, bound, spool):
    site("""
        import start, alidade
        from django.db import transaction
        def fails(): raise ValueError
        with transaction.atomic():
            transaction.on_commit(fails, robust=True)
            alidade.get_telemetry().track_dashboard_open(1)
    """, django, bound, spool)
    assert admins(bound) == [1]


def test_a_request_in_a_transaction_that_is_rolled_back_tells_nothing(either_django, bound, spool, tmp_path):
    site("""
        import start
        from django.test import Client
        for path in ("/failing/", "/working/"):
            assert Client().get(path).status_code == 200
    """, either_django, bound, spool, SITE_ATOMIC_REQUESTS=1, SITE_DATABASE=tmp_path / "site.db")
    assert admins(bound) == [2]


def test_without_on_commit_events_go_at_once(django, bound, spool):
    site("""
        import start, alidade
        from django.db import transaction
        try:
            with transaction.atomic():
                alidade.get_telemetry().track_dashboard_open(1)
                raise ValueError
        except ValueError:
            pass
    """, django, bound, spool, SITE_ALIDADE=json.dumps({"ON_COMMIT": False}))
    assert admins(bound) == [1]


def test_a_call_opens_no_connection_to_the_database_also_in_a_coroutine(django, bound, spool):
    site("""
        import os
        os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
        import django; django.setup()
        import alidade, asyncio
        from django.db import connection
        alidade.get_telemetry().track_dashboard_open(1)
        async def call():
            return alidade.get_telemetry().track_dashboard_open(2)
        assert asyncio.run(call())
        assert connection.connection is None
    """, django, bound, spool)
    assert admins(bound) == [1, 2]


def check(django, spool, **settings):
    """What `manage.py check` says."""
    code = "import start\nfrom django.core import checks\nprint([(message.id, message.msg) for message in checks.run_checks()])"
    more = environment(paths=[*django, SITE], ALIDADE_SPOOL_DIR=spool, SITE_ALIDADE=json.dumps(settings))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, env=more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_manage_py_check_names_a_wrong_setting_and_a_spool_that_cannot_be_written(django, spool):
    assert check(django, spool) == "[]\n"
    assert "('alidade.E001', \"ALIDADE: there is no option 'spol'; did you mean spool?\")" in check(django, spool, SPOL="/x")
    assert "alidade.W002" in check(django, "/proc/nowhere")


def test_with_debug_a_wrong_event_raises_in_the_developers_face_and_else_it_does_not(django, bound, spool):
    code = """
        import start, alidade
        try:
            alidade.get_telemetry().track_recommendation_view(1, 42, "X", "HIHG")
        except alidade.InvalidEvent as error:
            print(error)
    """
    assert "did you mean HIGH?" in site(code, django, bound, spool, SITE_DEBUG=1)
    assert site(code, django, bound, spool) == ""


def test_settings_that_a_test_overrides_count(django, bound, spool):
    assert site("""
        import start, alidade
        from django.test import override_settings
        with override_settings(ALIDADE={"SERVICE": "other", "ENABLED": False}):
            alidade.get_telemetry().track_dashboard_open(1)
            print(alidade.get_telemetry().client.options.service)
        print(alidade.get_telemetry().client.options.service)
    """, django, bound, spool).split() == ["other", "site"]
    assert admins(bound) == []


def test_the_commands_check_and_drain(django, daemon, host, spool):
    assert "ok    daemon" in site("import start; from django.core.management import call_command; call_command('alidade_check')", django, host, spool)
    assert "sent 0, left 0" in site("import start; from django.core.management import call_command; call_command('alidade_drain')", django, host, spool)


def test_the_mixin_for_djangos_tests_sees_events_inside_the_transaction_of_the_test(either_django, bound, spool):
    assert "OK" in site("""
        import start, unittest
        from django.test import TestCase
        from alidade.django.testing import AlidadeEvents
        from owner_agreements.intelligence_telemetry import get_telemetry

        class Tests(AlidadeEvents, TestCase):
            def test_one(self):
                get_telemetry().track_dashboard_open(1)
                self.alidade.assert_one("view", admin_user_id=1)
            def test_none(self):
                self.alidade.assert_none()

        result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(Tests))
        print("OK" if result.wasSuccessful() and result.testsRun == 2 else result)
    """, either_django, bound, spool)
    assert admins(bound) == []


# Upstream's profiler

SESSION = """
import start, alidade, json, sys, uuid
from django.db import transaction
from django.utils import timezone
from profiler.models import ProfilerSession, ProfilerResult
from dashboard.models import PortfolioItem
from alidade.django.profiler import send_profiler_telemetry_to_analytics, profiler_payload
user = start.staff
first, second = uuid.UUID(int=1), uuid.UUID(int=2)
session = ProfilerSession.objects.create(
    user=user, status="finished", time_spent_seconds=1800, time_spent_per_module={"identity_value": 120}, aptitude_score="85.50",
    technical_exposure_score="0.00", difficulty_selection="novice", recommended_track_id=first, track_confidence="0.9200",
    track_alignment_percentages={"defender": 85.5}, user_agent="x" * 1500, ip_address="203.0.113.7",
    scenario_choices=[{"question_id": str(uuid.uuid4()), "question_key": "scale.networking", "selected_option": option}
                      for option in ("A", "", 7, True, "y" * 100, None)])
session.completed_at = timezone.now()
session.save()
session.refresh_from_db()
"""


def profiler(code, django, host, spool):
    return site(SESSION + code, django, host, spool)


def test_upstreams_profiler_sends_a_session_that_is_stored_without_a_warning_of_its_own(either_django, daemon, store, host, spool):
    profiler("""
ProfilerResult.objects.create(session=session, overall_score="77.00", behavioral_score="0.00", recommended_tracks=[{"track_id": str(first)}])
PortfolioItem.objects.create(user=user, item_type="reflection", title="My Value Statement", summary="I protect people.")
session = ProfilerSession.objects.get()
with transaction.atomic():
    payload = send_profiler_telemetry_to_analytics(session)
    assert payload["session_id"] == str(session.id)
    session.is_locked = True
    session.save()
""", either_django, host, spool)
    wait_until("it was decided", lambda: store.tally()["received"] == 1)
    assert store.value("SELECT count(*) FROM quarantine") == 0
    row, = store.dicts("SELECT * FROM profiler_events")
    assert (row["completion_status"], row["aptitude_score"], row["technical_exposure_score"], row["attempt_count"]) == ("finished", 85.5, 0.0, 1)
    payload = json.loads(row["payload"])
    assert payload["value_statement"] == "I protect people." and payload["behavioral_score"] == 0.0
    assert [choice["selected_option"] for choice in payload["scenario_choices"]] == ["A", "7", "true"]
    assert len(payload["device_browser"]["user_agent"]) == 1024 and payload["started_at"].endswith("Z") and payload["emitted_at"]
    assert {code for code, in store.rows("SELECT code FROM event_warnings")} <= {"unknown_question", "alignment_drift"}


def test_an_override_says_which_track_was_recommended_and_which_was_taken(django, bound, spool):
    profiler("""
ProfilerResult.objects.create(session=session, recommended_tracks=[str(first)])
session = ProfilerSession.objects.get()
session.result_accepted, session.result_accepted_at = False, timezone.now()
session.recommended_track_id, session.track_confidence = second, 0.5
session.save()
assert send_profiler_telemetry_to_analytics(session)
""", django, bound, spool)
    (_, _, body), = messages(bound, "profiler-telemetry")
    payload = json.loads(body)
    assert payload["recommended_track_id"].endswith("1") and payload["override_track_id"].endswith("2") and "track_confidence" not in payload


def test_a_step_of_upstreams_is_a_session_in_progress(django, bound, spool):
    profiler("""
for status in ("aptitude_complete", "behavioral_complete", "current_self_complete", "future_you_complete"):
    session.status = status
    assert send_profiler_telemetry_to_analytics(session)["completion_status"] == "in_progress"
""", django, bound, spool)


def test_answers_of_fastapi_are_sent_and_scored(django, daemon, store, host, spool):
    profiler("""
answers = [{"question_id": "identity_1", "selected_option": "A"}, {"question_id": "identity_2", "selected_option": "B"}]
assert send_profiler_telemetry_to_analytics(session, answers=answers)
""", django, host, spool)
    wait_until("it was stored", lambda: store.tally()["stored"] == 1)
    assert store.value("SELECT count(*) FROM profiler_alignments WHERE computed IS NOT NULL") > 0


def test_whatever_is_wrong_with_a_session_nothing_is_raised_and_nothing_of_it_is_logged(django, bound, spool):
    out = profiler("""
import logging, io
stream = io.StringIO()
logging.basicConfig(stream=stream, level=logging.DEBUG)
class Broken:
    def __getattr__(self, name): raise ValueError("203.0.113.7")
assert send_profiler_telemetry_to_analytics(Broken()) is None
assert send_profiler_telemetry_to_analytics(None) is None
assert send_profiler_telemetry_to_analytics(session)
alidade.flush(20)
print("203.0.113.7" in stream.getvalue(), "xxxx" in stream.getvalue())
""", django, bound, spool)
    assert out.split() == ["False", "False"]


def test_a_rolled_back_session_is_not_told(django, bound, spool):
    profiler("""
try:
    with transaction.atomic():
        assert send_profiler_telemetry_to_analytics(session)
        raise ValueError
except ValueError:
    pass
""", django, bound, spool)
    assert messages(bound, "profiler-telemetry") == []


def test_the_stand_ins_have_what_the_adapter_reads():
    """A member that only the adapter knows would never be sent."""
    source = (SITE.parents[1] / "src/alidade/django/profiler.py").read_text()
    models = (SITE / "profiler/models.py").read_text()
    import re

    for name in re.findall(r'getattr\(session, "(\w+)"', source):
        assert name.removesuffix("_id") in models, name

