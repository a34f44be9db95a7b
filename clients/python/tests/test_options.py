"""Configuration: options, environment, and what is said about wrong ones."""
import logging

import pytest

import alidade
from alidade import ConfigurationError, options, telemetry


def test_what_is_given_wins_over_the_environment_and_that_over_the_default():
    environment = {"ALIDADE_BROKER_URL": "amqp://there/", "ALIDADE_SPOOL_DIR": "/there", "ALIDADE_STRICT": "yes", "ALIDADE_METRICS_TIMEOUT": "7",
                   "ALIDADE_BROKER_TLS_CA_FILE": "/ca.pem"}
    found = options.read({"metrics_timeout": 3}, environment)
    assert (found.url, found.spool, found.strict, found.metrics_timeout) == ("amqp://there/", "/there", True, 3.0)
    assert found.tls == {"ca_file": "/ca.pem"}
    assert options.read({}, {}).url == options.DEFAULT_URL


@pytest.mark.parametrize("given, said", [
    ({"spol": "/x"}, "did you mean spool"), ({"queue_max_events": 0}, "above 0"), ({"url": "http://x"}, "amqp://"), ({"on_full": "drop"}, "drop_new, drop_old"),
    ({"strict": "perhaps"}, "true or false"), ({"tls": {"ca": "x"}}, "there is no member 'ca'"), ({"on_drop": 3}, "function"),
    ({"exit_timeout": -1}, "seconds"), ({"url": ","}, "there is none")])
def test_a_wrong_option_is_named_with_the_one_that_was_meant(given, said):
    with pytest.raises(ConfigurationError, match=said):
        options.read(given, {})


def test_a_wrong_url_is_not_shown_because_it_may_hold_a_password():
    with pytest.raises(ConfigurationError) as raised:
        options.read({"url": "http://guest:secret@x"}, {})
    assert "secret" not in str(raised.value)


def test_who_waits_how_long_at_the_exit_depends_on_the_spool():
    assert options.read({"spool": None}, {}).exit_timeout == 2.0
    assert options.read({}, {}).exit_timeout == 0.5
    assert options.read({}, {"ALIDADE_SPOOL_DIR": "none"}).spool is None


def test_wrong_environment_disables_telemetry_with_one_line_and_breaks_nothing(monkeypatch, caplog):
    monkeypatch.setenv("ALIDADE_BROKER_URL", "nonsense")
    monkeypatch.setattr(telemetry, "_default", None)
    with caplog.at_level(logging.ERROR, "alidade"):
        assert alidade.get_telemetry().track_dashboard_open(1) is not None
        assert alidade.get_telemetry().track_dashboard_open(1) is not None
    assert [record.getMessage() for record in caplog.records] == ["telemetry is disabled: url: each URL begins with amqp:// or amqps://"]
    assert alidade.stats().accepted == 0
    monkeypatch.setattr(telemetry, "_default", None)


def test_there_is_one_instance():
    assert alidade.get_telemetry() is alidade.get_telemetry() is telemetry.get_telemetry()


def test_the_service_is_a_folder_of_its_own_whatever_it_is_called():
    from alidade.spool.folders import service_folder

    assert service_folder("my site/../x") == "my_site_.._x"
    assert service_folder("..") == "service" and service_folder("rejected") == "service"
