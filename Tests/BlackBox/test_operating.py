"""The operator's day, in a booted machine from the package: what the pages say is done, by root, and works."""
import json
import re
import sqlite3
import urllib.request

import pytest

from harness import page
from harness.daemon import free_port
from harness.events import body_of
from harness.installed import CONFIG, STORE, Installed, write_broker
from harness.machine import Machine, Service, machine_root, needs_systemd
from harness.reconcile import assert_reconciled
from harness.store import Store
from harness.waiting import wait_until

pytestmark = needs_systemd


@pytest.fixture
def configured(service, host):
    """Installed with a configuration file and the recommended credential, consuming."""
    write_broker(
        service.machine, host.url.replace("guest:guest@", "guest@"), broker={"password_file": "broker_password"},
        http={"listen": f"127.0.0.1:{free_port()}"})
    service.machine.write("/etc/alidade/broker_password", "guest\n", mode="0600")
    return service.install()


def doctor(machine, exit_code, *options):
    done = machine.run("alidade", "doctor", "--json", *options, check=False)
    assert done.returncode == exit_code, done
    return {entry["check"]: entry for entry in sorted(json.loads(done.stdout), key=lambda entry: entry["status"] != "ok")}


def test_commands_of_root_find_the_secret_and_judge_as_the_daemon(configured, ledger):
    machine = configured.machine
    for running in (True, False):
        if not running:
            configured.stop()
        assert machine.run("alidade", "config", "check").stdout.splitlines() == [
            f"ok: {CONFIG}", "alignment.model: och-tier0 1 (/usr/share/alidade/alignment/och-tier0.json)"]
        assert "problem" not in machine.output("alidade", "topology", "check")
        findings = doctor(machine, 0)
        assert findings["login"]["status"] == findings["store"]["status"] == findings["file permissions"]["status"] == "ok"
        assert "as alidade" in findings["configuration"]["finding"]
    event = body_of(ledger.maker.recommendation_document())
    machine.write("/tmp/events", event.decode() + "\n")
    assert "1 messages confirmed" in machine.output("alidade", "send", "/tmp/events", "--kind", "intelligence")
    # The doctor has left nothing that is root's.
    assert machine.output("find", "/var/lib/alidade", "!", "-user", "alidade") == ""

    machine.run("chmod", "600", CONFIG)
    machine.run("chown", "root", "/var/lib/alidade", STORE)
    findings = doctor(machine, 2)
    assert f"alidade, the daemon's user, cannot read {CONFIG}" in findings["file permissions"]["finding"]
    assert findings["store"]["status"] == "problem"
    refused = machine.run("alidade", "config", "check", check=False)
    assert refused.returncode == 78 and "alidade, the daemon's user, cannot read" in refused.stderr

    machine.run("rm", "/etc/alidade/broker_password")
    missing = machine.run("alidade", "config", "check", check=False)
    assert missing.returncode == 78 and "/etc/alidade/broker_password: No such file" in missing.stderr


def test_the_start_of_the_process_is_told_under_the_sandbox(running):
    with urllib.request.urlopen(f"http://{running.listen}/metrics", timeout=80) as answer:
        told = re.search(r"^process_start_time_seconds (\S+)$", answer.read().decode(), re.M)
    assert told, "process_start_time_seconds is missing"
    with open(f"/proc/{running.host_pid()}/stat") as stat, open("/proc/stat") as boot:
        ticks = int(stat.read().rpartition(")")[2].split()[19])
        began = int(re.search(r"^btime (\d+)$", boot.read(), re.M).group(1)) + ticks / 100
    assert abs(float(told.group(1)) - began) < 2


def test_restoring_by_the_page_keeps_the_access_of_the_group(configured, ledger, host):
    machine = configured.machine
    machine.run("useradd", "--groups", "alidade", "reader")

    def read():
        return machine.run("setpriv", "--reuid=reader", "--regid=reader", "--init-groups", "test", "-r", STORE, check=False).returncode == 0

    ledger.publish(100)
    configured.store().await_received(ledger.copies())
    assert read()
    machine.run("mkdir", "-p", "/var/backups")
    machine.run("alidade", "store", "backup", "/var/backups/alidade.db")
    configured.stop()
    machine.run("sh", "-c", "mkdir /root/away && mv /var/lib/alidade/alidade.db* /root/away/")
    copy = re.search(r"`(install [^`]*/var/lib/alidade/alidade\.db)`", page.text("Backup-and-restore")).group(1)
    machine.run("sh", "-c", copy)
    machine.run("alidade", "store", "check")
    configured.systemctl("start")
    configured.wait_consuming()
    assert read()
    ledger.publish(100)
    assert_reconciled(ledger, configured.store(), host, configured)


def test_a_second_daemon_of_the_template_has_everything_of_its_own(configured, host, broker):
    machine, other = configured.machine, broker.new_host()
    second = Service(machine, "alidade@second.service")
    listen = f"127.0.0.1:{free_port()}"
    write_broker(
        machine, other.url.replace("guest:guest@", "guest@"), "/etc/alidade/second.yaml", broker={"password_file": "broker_password"},
        store={"url": "sqlite:///var/lib/alidade-second/alidade.db"}, http={"listen": listen})
    machine.write("/etc/alidade/second/broker_password", "guest\n", mode="0600")
    assert doctor(machine, 2, "--config", "/etc/alidade/second.yaml")["login"]["status"] == "ok"
    second.systemctl("start")
    wait_until("it consumed", lambda: second.show("StatusText").startswith("stored "))
    other.publish("intelligence", b"{}")
    Store(machine.path("/var/lib/alidade-second/alidade.db")).await_received(1)
    assert configured.store().tally()["received"] == 0
    doctor(machine, 0, "--config", "/etc/alidade/second.yaml")
    assert machine.output("stat", "--format=%U:%G %a", "/var/lib/alidade-second", "/run/alidade-second").splitlines() == [
        "alidade:alidade 750", "alidade:alidade 700"]
    configured.stop()
    assert machine.exists("/run/alidade-second") and second.state() == "active"
    second.systemctl("reload")
    assert second.stop() == 0


def test_the_template_differs_from_the_unit_by_its_name_only():
    unit, template = ((page.FOLDER.parents[2] / "deploy" / name).read_text() for name in ("alidade.service", "alidade@.service"))
    named = re.sub(r"^(?:#.*\n)+", "", template, count=1)
    for here, there in (
            ("Alidade %i,", "Alidade,"), (" --config /etc/alidade/%i.yaml", ""), ("alidade-%i", "alidade"), ("alidade.known/%i", "alidade.known"),
            ("/etc/alidade/%i/", "/etc/alidade/")):
        assert here in named, here
        named = named.replace(here, there)
    assert named == unit


def test_the_backup_timer_is_off_and_keeps_the_newest_when_it_is_on(configured, ledger):
    machine = configured.machine
    ledger.publish(50)
    configured.store().await_received(ledger.copies())
    assert machine.run("systemctl", "is-enabled", "alidade-backup.timer", check=False).stdout.strip() == "disabled"
    folder = "/var/backups/alidade"
    assert machine.output("stat", "--format=%U:%G %a", folder) == "alidade:alidade 750"
    old = [f"alidade-2026-01-{day:02}T000000Z.db" for day in range(1, 16)]
    others = ["alidade-2025-01-01T000000Z.db.txt", "alidade-before-upgrade.db", "notes", "alidade-2025-01-01T000000Z.db"]
    for name in (*old, *others[:3]):
        machine.run("touch", f"{folder}/{name}")
    machine.run("ln", "-s", "/etc/hostname", f"{folder}/{others[3]}")
    machine.run("systemctl", "enable", "--now", "alidade-backup.timer")
    assert machine.output("systemctl", "list-timers", "--no-legend", "alidade-backup.timer")
    backup = Service(machine, "alidade-backup.service")
    backup.systemctl("start")
    assert backup.show("Result") == "success"
    names = set(machine.output("ls", folder).split())
    made = names - set(old) - set(others)
    assert len(made) == 1 and re.fullmatch(r"alidade-\d{4}-\d\d-\d\dT\d{6}Z\.db", *made)
    assert names == made | set(old[2:]) | set(others), backup.journal()
    with sqlite3.connect(f"file:{machine.path(f'{folder}/{next(iter(made))}')}?mode=ro", uri=True) as database:
        assert database.execute("SELECT count(*) FROM ingest_minutes").fetchone()[0] > 0
    machine.run("systemctl", "kill", "--kill-whom=all", "alidade", check=False)

    backup.drop_in("keep", "[Service]\nEnvironment=KEEP=0\n")
    assert backup.systemctl("start", check=False).returncode != 0
    assert "KEEP must be a number" in backup.journal()
    assert set(machine.output("ls", folder).split()) == names


@pytest.fixture
def lonely(packages):
    """A machine with a RabbitMQ of its own, by the distribution's package, and no network but its own loopback."""
    root = machine_root(packages.first, "broker", ["rabbitmq-server", "openssl"])
    machine = Machine(root, packages.folder, network="none")
    try:
        yield machine.boot()
    finally:
        machine.stop()


def test_tls_by_the_page(lonely, packages):
    machine, folder = lonely, "/root/certificates"
    machine.run("sh", "-c", "echo 127.0.0.1 localhost rabbit.example $(hostname) > /etc/hosts")
    machine.run("mkdir", "-m", "700", folder)
    machine.run("systemctl", "restart", "rabbitmq-server", limit=120)
    service = Installed(machine, packages)
    service.install(wait=False)
    machine.run("rabbitmqctl", "add_user", "alidade", "a password")
    permissions = re.search(r"\n    (names=.*\n) +(rabbitmqctl set_permissions .*)\n", page.text("Operating"))
    machine.run("bash", "-c", "".join(permissions.groups()))
    machine.write("/etc/alidade/broker_password", "a password\n", mode="0600")
    mechanisms = []
    for language, before, block in page.steps("TLS"):
        if language == "sh":
            machine.run("bash", "-e", "-c", f"cd {folder}\n{block}", limit=120)
        elif language == "yaml":
            assert CONFIG in before
            machine.write(CONFIG, block + "\n")
        else:
            assert "/etc/rabbitmq/rabbitmq.conf" in before
            machine.run("sh", "-c", "cat >> /etc/rabbitmq/rabbitmq.conf", input=block + "\n")
        if "restart alidade" in block:
            service.wait_consuming()
            wait_until("its connections were listed", lambda: machine.output("rabbitmqctl", "-q", "list_connections", "ssl", "auth_mechanism"))
            mechanisms.append(set(machine.output(
                "rabbitmqctl", "-q", "list_connections", "--no-table-headers", "ssl", "auth_mechanism", "user").splitlines()))
    assert mechanisms == [{"true\tPLAIN\talidade"}, {"true\tEXTERNAL\talidade"}]
