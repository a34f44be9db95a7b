"""TLS to a real RabbitMQ, with an authority of the test's own: who is let in, who is refused, and what is said about it."""
import json
import urllib.parse

import pytest

from harness.certificates import Authority
from harness.daemon import CONSUMING, run
from harness.store import Store
from harness.waiting import wait_until

EVENT = json.dumps({"occurred_at": "2026-01-02T03:04:05Z", "action_taken": "ACCEPTED", "risk_signal_id": 1, "admin_user_id": 2,
                    "recommendation_type": "mentoring", "explanation_version": "v1"}).encode()


@pytest.fixture
def host(secure_broker):
    """A virtual host of the secure broker, open to the user of the client certificate too."""
    host = secure_broker.new_host()
    host.permit("alidade", "not used")
    return host


@pytest.fixture
def present(secure_broker):
    """Changes the certificate that the broker presents, for one test."""
    yield secure_broker.present
    secure_broker.present()


def settings(broker, host, user="guest:guest@", **tls):
    """broker: by TLS, as the user or as the certificate; None takes a key out."""
    merged = {**broker.client(), **tls}
    url = broker.tls_url.replace("guest:guest@", user) + host.name
    return {"broker": {"url": url, "tls": {key: value for key, value in merged.items() if value is not None}}}


def diagnosed(daemon, check="tls"):
    """What the doctor finds; it must be a problem, with a remedy."""
    done = daemon.run("doctor", "--json")
    assert done.returncode == 2, done
    problems = [entry for entry in json.loads(done.stdout) if entry["status"] == "problem" and entry["check"] == check]
    assert len(problems) == 1 and problems[0]["remedy"], done.stdout
    return problems[0]["finding"]


def refused(daemon, *causes):
    """The daemon's log and the doctor name the cause, and nothing is consumed."""
    daemon.start(wait=False)
    daemon.wait_log("could not", 30)
    wait_until("the cause was logged", lambda: any(cause in daemon.log() for cause in causes))
    found = diagnosed(daemon)
    assert any(cause in found for cause in causes), found
    assert CONSUMING not in daemon.log()


@pytest.mark.parametrize("user", ["guest:guest@", ""], ids=["with a password", "with the certificate alone"])
def test_messages_are_stored_over_tls(make_daemon, secure_broker, host, user):
    daemon = make_daemon(settings(secure_broker, host, user)).start()
    host.publish("intelligence", EVENT)
    Store(daemon.store_path).await_received(1)
    rows = [row.split("\t") for row in secure_broker.ctl(
        "list_connections", "--no-table-headers", "vhost", "user", "ssl", "auth_mechanism").splitlines()]
    ours = {tuple(row[1:]) for row in rows if row[0] == host.name}
    assert ours == {("guest", "true", "PLAIN") if user else ("alidade", "true", "EXTERNAL")}
    done = daemon.run("doctor")
    assert done.returncode == 0 and "problem" not in done.stdout, done
    assert ("as guest" if user else "with the client certificate") in done.stdout
    assert daemon.stop() == 0


def test_a_certificate_for_another_name_is_refused(make_daemon, secure_broker, host, present):
    present(names="DNS:rabbit.example")
    refused(make_daemon(settings(secure_broker, host)), "is not for 127.0.0.1")


def test_an_expired_certificate_is_refused(make_daemon, secure_broker, host, present):
    present(days=-1)
    refused(make_daemon(settings(secure_broker, host)), "has expired")


def test_a_certificate_of_an_unknown_authority_is_refused(make_daemon, secure_broker, host, present, tmp_path):
    present(Authority(tmp_path / "foreign", "foreign"))
    refused(make_daemon(settings(secure_broker, host)), "signed by an unknown authority")


def test_a_missing_client_certificate_is_named(make_daemon, secure_broker, host):
    bare = settings(secure_broker, host, certificate_file=None, key_file=None)
    refused(make_daemon(bare), "asks for a client certificate and none is configured")


def test_an_expired_client_certificate_is_named(make_daemon, secure_broker, host):
    secure_broker.authority.issue("alidade", file="old", days=-1)
    daemon = make_daemon(settings(secure_broker, host, **secure_broker.client("old")))
    refused(daemon, "our certificate has expired", "perhaps our certificate is not accepted")
    assert "expired on" in diagnosed(daemon, "client certificate")


def test_a_certificate_whose_name_is_no_user_cannot_log_in(make_daemon, secure_broker, host):
    secure_broker.authority.issue("stranger")
    daemon = make_daemon(settings(secure_broker, host, "", **secure_broker.client("stranger")))
    daemon.start(wait=False)
    daemon.wait_log("log in at", 30)
    assert "with the client certificate" in diagnosed(daemon, "login")
    assert CONSUMING not in daemon.log()


def test_only_the_name_may_go_unverified(make_daemon, secure_broker, host, present, tmp_path, binary):
    present(names="DNS:rabbit.example")
    unnamed = settings(secure_broker, host, verify_hostname=False)
    assert make_daemon(unnamed, name="other-name").start().stop() == 0
    present(days=-1)
    refused(make_daemon(unnamed, name="expired"), "has expired")
    present(Authority(tmp_path / "foreign", "foreign"))
    refused(make_daemon(unnamed, name="foreign"), "signed by an unknown authority")


@pytest.mark.parametrize("change", [
    {"ALIDADE_BROKER_TLS_VERIFY": "false"}, {"ALIDADE_BROKER_TLS_VERIFY_PEER": "false"},
    {"ALIDADE_BROKER_URL": "amqps://localhost/?verify=verify_none"},
])
def test_no_setting_switches_the_verification_off(binary, change):
    assert run(binary, "config", "check", environment=change).returncode == 78


def test_a_renewed_client_certificate_is_used_at_the_next_connect(make_daemon, secure_broker, host):
    secure_broker.authority.issue("alidade", file="renewed", days=3)
    daemon = make_daemon(settings(secure_broker, host, "", **secure_broker.client("renewed"))).start()

    def validities():
        rows = [row.split("\t") for row in secure_broker.ctl(
            "list_connections", "--no-table-headers", "vhost", "peer_cert_validity").splitlines()]
        return {row[1] for row in rows if row[0] == host.name}

    before = validities()
    assert len(before) == 1
    secure_broker.authority.issue("alidade", file="renewed", days=60)
    host.close_connections()
    wait_until("the new certificate was used", lambda: validities() and not validities() & before)
    host.publish("intelligence", EVENT)
    Store(daemon.store_path).await_received(1)
    assert daemon.stop() == 0


def test_a_broker_that_renews_its_expired_certificate_is_found_again(make_daemon, secure_broker, host, present):
    daemon = make_daemon(settings(secure_broker, host)).start()
    present(days=-1)
    host.close_connections()
    daemon.wait_log("has expired")
    present()
    host.publish("intelligence", EVENT)
    Store(daemon.store_path).await_received(1, limit=90)  # what only people can cure is tried again every half minute
    assert daemon.stop() == 0


def test_a_certificate_that_ends_soon_is_a_warning(make_daemon, secure_broker, host, present):
    present(days=10)
    secure_broker.authority.issue("alidade", file="soon", days=10)
    daemon = make_daemon(settings(secure_broker, host, **secure_broker.client("soon")))
    done = daemon.run("doctor", "--json")
    assert done.returncode == 0, done
    warned = {entry["check"]: entry["finding"] for entry in json.loads(done.stdout) if entry["status"] == "warning"}
    for check in ("tls", "client certificate"):
        assert "is valid until" in warned[check] and "days from now" in warned[check], warned


def test_a_port_without_tls_is_named(make_daemon, secure_broker, host):
    plain = secure_broker.url.replace("amqp://", "amqps://")
    assert urllib.parse.urlsplit(plain).port != urllib.parse.urlsplit(secure_broker.tls_url).port
    daemon = make_daemon({"broker": {"url": plain + host.name, "tls": secure_broker.client()}})
    daemon.start(wait=False)
    daemon.wait_log("could not", 30)
    assert "TLS" in diagnosed(daemon)
