"""`alidade doctor`: every check finds what is well and what is wrong, for real, names the remedy, and leaves no trace."""
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile

import pytest

from harness.certificates import Authority
from harness.daemon import clean_environment, free_port
from harness.faults import needs_root
from harness.store import Store
from harness.waiting import wait_until

SECRET = "a-very-secret-word"
BROKER_CHECKS = ["name resolution", "connection", "tls", "login", "virtual host", "permissions", "topology", "queue limits",
                 "policies"]
CHECKS = ["configuration", "model", *BROKER_CHECKS, "librabbitmq", "sqlite", "openssl", "disk space", "disk speed", "clock",
          "file permissions", "staff", "store", "http"]


def examined(daemon, exit_code, *options, **more):
    """The findings, by check."""
    done = daemon.run("doctor", "--json", *options, **more)
    assert done.returncode == exit_code, done
    findings = {}
    for entry in json.loads(done.stdout):
        assert set(entry) == {"check", "status", "finding", "remedy"}
        assert entry["status"] != "problem" or entry["remedy"], entry
        findings.setdefault(entry["check"], []).append(entry)
    assert SECRET not in done.stdout + done.stderr
    return findings


def the(findings, check, status):
    """The one finding of a check with a status."""
    found = [entry for entry in findings[check] if entry["status"] == status]
    assert len(found) == 1, findings[check]
    return found[0]


def not_tried(findings, *checks):
    for check in checks:
        assert "not tried because" in the(findings, check, "warning")["finding"]


@pytest.fixture
def declared(daemon):
    assert daemon.run("topology", "declare").returncode == 0
    return daemon


def declare(host, queue, **arguments):
    with host.connect() as connection:
        channel = connection.channel()
        channel.queue_delete(queue)
        channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum", **arguments})


def user(host, name, configure=".*", write=".*", read=".*"):
    """A URL of a user with these permissions on the virtual host, and no others."""
    return host.permit(name, SECRET, configure, write, read)


# What is well

def test_a_machine_without_trouble_has_a_line_for_each_check_in_order(declared):
    done = declared.run("doctor")
    assert done.returncode == 0, done
    lines = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert [line[9:27].strip() for line in lines] == CHECKS
    for line in lines:
        assert line[:7].strip() in ("ok", "warning") and line[27:31] == "  — ", line
    assert "\x1b" not in done.stdout
    findings = examined(declared, 0)
    assert list(findings) == CHECKS
    # Of this machine only its clock may be in doubt; and AMQP does not show policies.
    for check in set(CHECKS) - {"clock", "policies", "disk space", "disk speed"}:
        the(findings, check, "ok")


def test_remedies_stand_below_their_lines(make_daemon):
    daemon = make_daemon({"broker": {"url": f"amqp://127.0.0.1:{free_port()}/"}})
    lines = daemon.run("doctor").stdout.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("problem  connection"))
    assert lines[place + 1].startswith("         → ")


def test_a_terminal_gets_colours(declared):
    script = f"import pty, sys; sys.exit(pty.spawn({[str(declared.binary), 'doctor', '--config', str(declared.config)]!r}) >> 8)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=240, env=clean_environment())
    assert done.returncode == 0, done
    assert "\x1b[32mok" in done.stdout


def test_nothing_is_left_at_the_broker_or_in_the_folder(daemon, host):
    examined(daemon, 0)
    assert host.depths() == {}
    exchanges = host.ctl("list_exchanges", "--no-table-headers", "name").split()
    assert not [name for name in exchanges if name.startswith("telemetry")]
    assert [path.name for path in daemon.store_path.parent.iterdir()] == [daemon.config.name]


def test_beside_a_running_daemon_it_disturbs_nothing(daemon, host):
    daemon.start()
    host.publish("intelligence", b"{}")
    Store(daemon.store_path).await_received(1)
    daemon.wait_log("warning quarantined")  # said after the commit, so perhaps after the store was looked at
    before = daemon.log()
    findings = examined(daemon, 0)
    assert "1 received = 0 stored + 0 duplicates + 1 quarantined" in the(findings, "store", "ok")["finding"]
    assert "alive" in the(findings, "http", "ok")["finding"]
    assert daemon.log() == before
    host.publish("intelligence", b"{}")
    Store(daemon.store_path).await_received(2)
    assert daemon.stop() == 0


# Configuration

def test_a_configuration_that_does_not_load_is_78_and_the_rest_is_still_shown(daemon):
    daemon.config.write_text("ingest:\n  prefetsh: 1\n  max_batch: 0\n")
    findings = examined(daemon, 78)
    assert [entry["status"] for entry in findings["configuration"]] == ["problem", "problem"]
    assert "prefetch" in findings["configuration"][0]["finding"] + findings["configuration"][1]["finding"]
    not_tried(findings, "model", *BROKER_CHECKS, "disk space", "store", "http")
    the(findings, "sqlite", "ok")


def test_a_credential_is_found_where_the_unit_takes_it_from(make_daemon, tmp_path, host):
    url = host.url.replace("guest:guest@", "guest@")
    daemon = make_daemon({"broker": {"url": url, "password_file": "broker-password"}})
    secret = daemon.folder / "broker-password"
    assert str(secret) in the(examined(daemon, 78), "configuration", "problem")["finding"]
    secret.write_text("guest")
    secret.chmod(0o600)
    the(examined(daemon, 0), "login", "ok")
    elsewhere = tmp_path / "credentials"
    elsewhere.mkdir()
    (elsewhere / "broker-password").write_text("wrong")
    the(examined(daemon, 2, environment={"CREDENTIALS_DIRECTORY": str(elsewhere)}), "login", "problem")


@pytest.fixture
def open_folder():
    """A folder that everybody may search, which pytest's own are not."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


def test_permissions_are_judged_as_the_daemon_has_them(make_daemon, host, open_folder):
    needs_root()
    daemon = make_daemon(name=str(open_folder / "daemon"))
    shutil.chown(daemon.folder, "nobody")
    daemon.config.chmod(0o644)
    findings = examined(daemon, 0, "--user", "nobody")
    assert "as nobody" in the(findings, "configuration", "ok")["finding"]
    the(findings, "store", "ok")
    assert daemon.run("config", "check", "--user", "nobody").returncode == 0

    daemon.config.chmod(0o600)
    shutil.chown(daemon.folder, "root")
    findings = examined(daemon, 2, "--user", "nobody")
    assert f"nobody, the daemon's user, cannot read {daemon.config}" in the(findings, "file permissions", "problem")["finding"]
    assert "writable" in the(findings, "store", "problem")["finding"]
    assert the(findings, "disk speed", "warning")["finding"].startswith("not tried")
    the(findings, "login", "ok")
    refused = daemon.run("config", "check", "--user", "nobody")
    assert refused.returncode == 78 and str(daemon.config) in refused.stderr
    examined(daemon, 0)
    assert daemon.run("config", "check").returncode == 0
    assert daemon.run("doctor", "--user", "no-such-user").returncode == 64


def test_a_model_that_is_missing_is_a_problem(make_daemon):
    findings = examined(make_daemon({"alignment": {"model": "och-tier9"}}), 2)
    assert "och-tier9" in the(findings, "model", "problem")["finding"]
    the(findings, "login", "ok")


# The way to the broker

def test_a_name_that_nobody_knows(make_daemon):
    findings = examined(make_daemon({"broker": {"url": "amqp://nowhere.invalid/"}}), 2)
    assert "nowhere.invalid" in the(findings, "name resolution", "problem")["finding"]
    not_tried(findings, *BROKER_CHECKS[1:])
    the(findings, "store", "ok")


def test_a_port_where_nobody_listens(make_daemon):
    port = free_port()
    findings = examined(make_daemon({"broker": {"url": f"amqp://127.0.0.1:{port}/"}}), 2)
    assert f"127.0.0.1:{port}" in the(findings, "connection", "problem")["finding"]
    not_tried(findings, *BROKER_CHECKS[2:])


def test_a_port_that_never_answers_has_a_limit(make_daemon):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"amqp://127.0.0.1:{silent.getsockname()[1]}/"
        findings = examined(make_daemon({"broker": {"url": url}}), 2)
    the(findings, "connection", "ok")
    the(findings, "login", "problem")
    not_tried(findings, *BROKER_CHECKS[4:])


def test_the_second_of_two_brokers_is_examined_where_the_first_is_gone(make_daemon, host):
    daemon = make_daemon({"broker": {"url": [f"amqp://127.0.0.1:{free_port()}/", host.url]}})
    findings = examined(daemon, 2)
    the(findings, "connection", "problem")
    the(findings, "permissions", "ok")


@pytest.mark.parametrize("name", ["guest", "nobody"])
def test_a_wrong_password_or_user(make_daemon, host, name):
    daemon = make_daemon({"broker": {"url": host.url.replace("guest:guest@", f"{name}:{SECRET}@")}})
    findings = examined(daemon, 2)
    problem = the(findings, "login", "problem")
    assert name in problem["finding"] and "password" in problem["remedy"]
    not_tried(findings, *BROKER_CHECKS[4:])


def test_a_virtual_host_that_is_missing_or_closed(make_daemon, broker, host):
    findings = examined(make_daemon({"broker": {"url": broker.url + "no-such-host"}}), 2)
    the(findings, "login", "ok")
    problem = the(findings, "virtual host", "problem")
    assert "no-such-host" in problem["finding"] and "add_vhost" in problem["remedy"]
    url = user(host, "shut-out")
    host.ctl("clear_permissions", "shut-out")
    problem = the(examined(make_daemon({"broker": {"url": url}}, name="closed"), 2), "virtual host", "problem")
    assert "refused" in problem["finding"] and "set_permissions" in problem["remedy"]


@pytest.mark.parametrize("permissions, missing", [
    ({"configure": "^telemetry"}, ["configure on the queue profiler-telemetry", "configure on the queue intelligence-events"]),
    ({"read": "^(telemetry|profiler)"}, ["read on the queue intelligence-events"]),
    ({"write": "telemetry|events"}, ["write on the exchange amq.default"]),
    ({"write": "^(amq.default|telemetry.*)$"}, ["write on the queue profiler-telemetry (to bind)"]),
    ({"read": "^(profiler|intelligence|telemetry-)"}, ["read on the exchange telemetry (to bind)"]),
])
def test_a_missing_permission_is_named(make_daemon, declared, host, permissions, missing):
    name = f"weak-{host.name}"
    daemon = make_daemon({"broker": {"url": user(host, name, **permissions)}}, name="weak")
    before = host.depths()
    problem = the(examined(daemon, 2), "permissions", "problem")
    for permission in missing:
        assert permission in problem["finding"], problem
    assert set(host.depths()) == set(before)
    # The remedy is a command that works.
    command = problem["remedy"].replace("rabbitmqctl ", "").replace("'", "").split()
    host.broker.ctl(*command)
    the(examined(daemon, 0), "permissions", "ok")


def test_who_only_checks_needs_no_permission_to_configure(make_daemon, declared, host):
    url = user(host, f"reader-{host.name}", configure="")
    findings = examined(make_daemon({"broker": {"url": url}, "topology": {"mode": "check"}}, name="reader"), 0)
    the(findings, "permissions", "ok")
    the(findings, "topology", "ok")
    not_tried(findings, "queue limits")


# The topology

def test_a_queue_of_another_type_is_a_problem_that_names_both(declared, host):
    with host.connect() as connection:
        channel = connection.channel()
        channel.queue_delete("profiler-telemetry")
        channel.queue_declare("profiler-telemetry", durable=True, arguments={"x-queue-type": "classic"})
    finding = the(examined(declared, 2), "topology", "problem")["finding"]
    for word in ("profiler-telemetry", "x-queue-type", "classic", "quorum"):
        assert word in finding


def test_an_exchange_of_another_type_is_a_problem(daemon, host):
    with host.connect() as connection:
        connection.channel().exchange_declare("telemetry", "fanout", durable=True)
    finding = the(examined(daemon, 2), "topology", "problem")["finding"]
    for word in ("exchange telemetry", "fanout", "topic"):
        assert word in finding


def test_what_is_missing_is_a_problem_only_where_the_daemon_does_not_make_it(make_daemon, daemon):
    assert "missing" in the(examined(daemon, 0), "topology", "ok")["finding"]
    findings = examined(make_daemon({"topology": {"mode": "check"}}, name="check"), 2)
    assert "queue profiler-telemetry" in the(findings, "topology", "problem")["finding"]


@pytest.mark.parametrize("arguments, status, words", [
    ({"x-message-ttl": 60000}, "problem", ["message-ttl 60000", "for good"]),
    ({"x-expires": 3600000}, "problem", ["expires 3600000"]),
    ({"x-max-length": 1000}, "problem", ["max-length 1000", "oldest"]),
    ({"x-max-length": 1000, "x-overflow": "reject-publish"}, "warning", ["max-length 1000", "refused"]),
    ({"x-delivery-limit": 3}, "problem", ["delivery-limit 3", "ingest.delivery_limit (10)"]),
    ({"x-delivery-limit": 3, "x-dead-letter-exchange": "morgue"}, "warning", ["delivery-limit 3", "morgue"]),
])
def test_a_queue_that_takes_messages_away_is_found_by_amqp_alone(make_daemon, declared, host, arguments, status, words):
    declare(host, "intelligence-events", **arguments)
    finding = the(examined(declared, 2), "queue limits", status)["finding"]
    for word in ["intelligence-events", *words]:
        assert word in finding
    # Where operators own the topology the daemon would start, and lose messages.
    daemon = make_daemon({"topology": {"mode": "check"}}, name="check")
    findings = examined(daemon, 2 if status == "problem" else 0)
    the(findings, "queue limits", status)
    the(findings, "topology", "warning")
    with host.connect() as connection:
        connection.channel().queue_declare("intelligence-events", passive=True)


def test_every_argument_that_differs_is_named(declared, host):
    declare(host, "profiler-telemetry", **{"x-message-ttl": 5, "x-max-length": 6, "x-delivery-limit": 30})
    finding = the(examined(declared, 2), "topology", "problem")["finding"]
    for words in ("x-message-ttl is 5", "x-max-length is 6", "x-delivery-limit is 30"):
        assert words in finding


def test_policies_are_seen_with_the_management_api(make_daemon, secure_broker):
    host = secure_broker.new_host()
    host.declare()
    url = f"amqp://guest:guest@{secure_broker.address}:5672/{host.name}"
    daemon = make_daemon({"broker": {"url": url}})
    findings = examined(daemon, 0)
    the(findings, "policies", "ok")
    host.ctl("set_policy", "short", "^profiler", json.dumps({"message-ttl": 1000, "delivery-limit": 50}))
    # The API tells what the queue told it at its last tick.
    wait_until("the API knew of the policy", lambda: daemon.run("doctor").returncode == 2)
    problem = the(examined(daemon, 2), "policies", "problem")
    assert "profiler-telemetry" in problem["finding"] and "message-ttl 1000" in problem["finding"]
    host.permit("plain", SECRET)
    plain = make_daemon({"broker": {"url": url.replace("guest:guest", f"plain:{SECRET}")}}, name="plain")
    assert "tag" in the(examined(plain, 0), "policies", "warning")["finding"]


def test_without_the_management_api_it_says_that_policies_cannot_be_seen(declared):
    warning = the(examined(declared, 0), "policies", "warning")
    assert "AMQP does not show them" in warning["finding"] and "list_policies" in warning["remedy"]


# Certificates; more in test_tls.py

def test_an_expired_certificate_is_a_problem(make_daemon, secure_broker):
    host = secure_broker.new_host()
    daemon = make_daemon({"broker": {"url": secure_broker.tls_url + host.name, "tls": secure_broker.client()}})
    assert "valid until" in the(examined(daemon, 0), "client certificate", "ok")["finding"]
    secure_broker.present(days=-1)
    try:
        findings = examined(daemon, 2)
    finally:
        secure_broker.present()
    problem = the(findings, "tls", "problem")
    assert "has expired" in problem["finding"] and "renew" in problem["remedy"]
    not_tried(findings, *BROKER_CHECKS[3:])


# The machine

@pytest.mark.parametrize("key, words", [("password_file", "the broker's password"), ("key_file", "key of the client certificate")])
def test_a_secret_that_everybody_may_read_is_a_warning(make_daemon, host, tmp_path, key, words):
    secret = tmp_path / "secret"
    if key == "key_file":
        certificate, made = Authority(tmp_path / "ca").issue("alidade")
        shutil.copy(made, secret)
        settings = {"tls": {"certificate_file": str(certificate), "key_file": str(secret)}}
    else:
        secret.write_text("guest\n")
        settings = {"password_file": str(secret), "url": host.url.replace("guest:guest@", "guest@")}
    secret.chmod(0o600)
    daemon = make_daemon({"broker": settings})
    the(examined(daemon, 0), "file permissions", "ok")
    secret.chmod(0o644)
    warning = the(examined(daemon, 0), "file permissions", "warning")
    assert words in warning["finding"] and f"chmod 640 {secret}" in warning["remedy"]


def test_a_password_in_a_file_for_everybody_is_a_warning(make_daemon, host):
    daemon = make_daemon({"broker": {"url": user(host, f"known-{host.name}")}})
    daemon.config.chmod(0o644)
    assert str(daemon.config) in the(examined(daemon, 0), "file permissions", "warning")["finding"]


def test_a_port_in_use_is_a_problem_unless_the_daemon_has_it(make_daemon):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        problem = the(examined(make_daemon({"http": {"listen": listen}}), 2), "http", "problem")
        assert listen in problem["finding"] and "ss -ltnp" in problem["remedy"]


def test_an_address_of_another_machine_is_a_problem(make_daemon):
    problem = the(examined(make_daemon({"http": {"listen": "192.0.2.1:8089"}}), 2), "http", "problem")
    assert "192.0.2.1" in problem["finding"]


def test_a_nearly_full_disk_is_a_problem(make_daemon, tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", folder], capture_output=True).returncode != 0:
        pytest.fail("mounting a tmpfs takes root")
    try:
        daemon = make_daemon(store_folder=folder)
        the(examined(daemon, 0), "disk space", "warning")  # 20 MiB are less than 1 GiB
        (folder / "ballast").write_bytes(b"x" * (int(19.7 * 2**20)))
        problem = the(examined(daemon, 2), "disk space", "problem")
        assert "stops consuming" in problem["finding"]
    finally:
        subprocess.run(["umount", folder], check=True)


# The store

def stored(daemon):
    """A store that a daemon has made and left."""
    daemon.start()
    assert daemon.stop() == 0
    return daemon.store_path


def test_a_store_without_a_folder_is_a_problem(make_daemon, tmp_path):
    daemon = make_daemon(store_folder=tmp_path / "missing")
    findings = examined(daemon, 2)
    assert "missing" in the(findings, "store", "problem")["finding"]
    not_tried(findings, "disk space", "disk speed")


def test_a_file_of_another_program_is_a_problem(daemon):
    with sqlite3.connect(daemon.store_path) as other:
        other.execute("CREATE TABLE recipes (name)")
    other.close()
    assert "another program" in the(examined(daemon, 2), "store", "problem")["finding"]
    daemon.store_path.write_text("this is no database, it is a text that somebody wrote here instead of one\n" * 20)
    assert "not a database" in the(examined(daemon, 2), "store", "problem")["finding"]


def test_a_store_of_a_newer_version_is_a_problem(daemon):
    path = stored(daemon)
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 999")
    newer.close()
    assert "newer" in the(examined(daemon, 2), "store", "problem")["finding"]


def test_a_damaged_store_is_a_problem(daemon):
    path = stored(daemon)
    with open(path, "r+b") as file:
        file.seek(8192)
        file.write(os.urandom(8192 * 12))
    problem = the(examined(daemon, 2), "store", "problem")
    assert "backup" in problem["remedy"]


def test_a_balance_that_does_not_hold_is_a_problem(daemon, host):
    daemon.start()
    host.publish("intelligence", b"{}")
    Store(daemon.store_path).await_received(1)
    assert daemon.stop() == 0
    with sqlite3.connect(daemon.store_path) as other:
        other.execute("PRAGMA ignore_check_constraints = on")
        other.execute("UPDATE ingest_minutes SET received = received + 1")
    other.close()
    assert "balance" in the(examined(daemon, 2), "store", "problem")["finding"]


def test_the_store_is_left_as_it_is(daemon):
    path = stored(daemon)
    before = path.read_bytes()
    examined(daemon, 0)
    assert path.read_bytes() == before
