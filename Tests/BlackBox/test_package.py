"""The Debian package in a booted Debian: installed, run by systemd in its sandbox, upgraded, removed.

ALIDADE_TEST_WITHOUT_SYSTEMD=1 leaves these tests out, for machines that may not boot a container; without it they fail there.
"""
import hashlib
import os
import pathlib
import re
import signal
import subprocess
import time
import types
import urllib.request

import pytest

from harness.daemon import free_port, run
from harness.machine import Machine, Service, make_root
from harness.reconcile import assert_reconciled
from harness.store import Store
from harness.waiting import wait_until

PROJECT = pathlib.Path(__file__).resolve().parents[2]
CONFIG = "/etc/alidade/alidade.yaml"
STORE = "/var/lib/alidade/alidade.db"
EXPOSURE = 1.5

pytestmark = pytest.mark.skipif(
    os.environ.get("ALIDADE_TEST_WITHOUT_SYSTEMD") == "1", reason="ALIDADE_TEST_WITHOUT_SYSTEMD=1 was set")


def build(binary, folder, *options):
    """Makes the package as it is shipped."""
    done = subprocess.run(
        [PROJECT / "deploy" / "package", "--binary", binary, *options, folder], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"deploy/package failed:\n{done.stdout}{done.stderr}"
    return pathlib.Path(done.stdout.strip().splitlines()[-1])


def newer(package, folder):
    """The package as its next revision would be: another version, another default configuration."""
    tree = folder / "newer"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"^(Version: .*-)1$", r"\g<1>2", control.read_text(), flags=re.M))
    with open(tree / CONFIG.lstrip("/"), "a") as config:
        config.write("# a later default\n")
    made = package.with_name(package.name.replace("-1_", "-2_"))
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made], check=True, capture_output=True)
    return made


@pytest.fixture(scope="module")
def packages(binary, tmp_path_factory):
    """This version and the next revision of it, in a folder that the machines see as /mnt."""
    folder = tmp_path_factory.mktemp("package")
    first = build(binary, folder, "--check")
    return types.SimpleNamespace(folder=folder, first=first, second=newer(first, tmp_path_factory.mktemp("newer")))


@pytest.fixture(scope="module")
def root(packages):
    return make_root(packages.first)


@pytest.fixture
def machine(root, packages):
    """A machine that has just been booted; nothing of ours is installed yet."""
    machine = Machine(root, packages.folder)
    try:
        yield machine.boot()
    finally:
        machine.stop()


class Installed(Service):
    """alidade.service in a machine that has the package."""

    def __init__(self, machine, packages):
        super().__init__(machine, "alidade.service")
        self.packages = packages

    def configure(self, broker, *directives, **variables):
        """Before the installation: the tests' broker, a port of its own, and whatever the test needs to be quicker."""
        self.listen = f"127.0.0.1:{free_port()}"
        settings = {"ALIDADE_BROKER_URL": broker, "ALIDADE_HTTP_LISTEN": self.listen, **variables}
        lines = [*(f"Environment={name}={value}" for name, value in settings.items()), *directives]
        self.drop_in("test", "[Service]\n" + "\n".join(lines) + "\n")

    def install(self, package=None, wait=True):
        self.machine.run("dpkg", "--force-confold", "--install", f"/mnt/{(package or self.packages.first).name}")
        if wait:
            self.wait_state("active")
        return self

    def store(self):
        return Store(self.machine.path(STORE))

    def host_pid(self):
        """The daemon's number as the host sees it."""
        inside = str(self.pid())
        for status in pathlib.Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
                same_root = os.readlink(status.parent / "ns" / "cgroup") == os.readlink(f"/proc/{self.machine.leader}/ns/cgroup")
            except OSError:
                continue
            numbers = re.search(r"^NSpid:\s+(.*)$", text, re.M).group(1).split()
            if len(numbers) > 1 and numbers[-1] == inside and same_root:
                return int(status.parent.name)
        raise AssertionError(f"no process of the host is {inside} in the machine")


@pytest.fixture
def service(machine, packages):
    return Installed(machine, packages)


@pytest.fixture
def running(service, host):
    """Installed with the tests' broker, active."""
    service.configure(host.url)
    return service.install()


def test_the_same_sources_make_the_same_package(packages, binary, tmp_path):
    again = build(binary, tmp_path)
    assert again.name == packages.first.name
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(packages.first.read_bytes()).digest()


def test_the_manual_and_the_completions_know_every_command(packages, binary, tmp_path):
    subprocess.run(["dpkg-deb", "--extract", packages.first, tmp_path], check=True)
    share = tmp_path / "usr/share"
    manual = subprocess.run(["gzip", "-dc", share / "man/man1/alidade.1.gz"], capture_output=True, text=True, check=True).stdout
    texts = {
        "manual": manual,
        "bash": (share / "bash-completion/completions/alidade").read_text(),
        "zsh": (share / "zsh/vendor-completions/_alidade").read_text(),
        "fish": (share / "fish/vendor_completions.d/alidade.fish").read_text(),
    }
    commands = re.findall(r"^  ([a-z]+) ", run(binary, "--help").stdout.split("SUBCOMMANDS:")[1], re.M)
    assert len(commands) >= 10
    for where, text in texts.items():
        missing = [command for command in commands if not re.search(rf"\b{command}\b", text)]
        assert not missing, f"the {where} does not know {missing}"
    for section in ("NAME", "SYNOPSIS", "COMMANDS", "EXIT STATUS", "SIGNALS", "ENVIRONMENT", "FILES"):
        assert f"\n.SH {section}\n" in manual, section


def test_an_installation_is_enabled_and_started_and_stores_what_is_published(service, host, ledger):
    service.configure(host.url.replace("127.0.0.1", "localhost"))
    service.install()
    assert service.machine.output("systemctl", "is-enabled", "alidade") == "enabled"
    assert service.show("Type") == "notify"
    assert "swift" not in service.machine.output("ldd", "/usr/bin/alidade")
    with urllib.request.urlopen(f"http://{service.listen}/health/ready", timeout=20) as answer:
        assert answer.status == 200
    ledger.publish(600)
    wait_until("systemctl status told the rate", lambda: re.fullmatch(r"stored \d+/s, \d+ quarantined/min.*", service.show("StatusText")), 30)
    assert_reconciled(ledger, service.store(), host, service)


def test_an_installation_does_not_wait_for_a_broker_and_a_late_broker_is_no_failure(service):
    service.configure(f"amqp://guest:guest@127.0.0.1:{free_port()}/", "TimeoutStartSec=1s", "WatchdogSec=1s")
    service.install(wait=False)
    wait_until("the daemon could not reach the broker", lambda: "could not go on consuming" in service.journal())
    began = int(service.show("ExecMainStartTimestampMonotonic"))
    # Three times what a start may take that does not prolong itself.
    wait_until("it had waited for 3 s", lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000 - began > 3_000_000)
    assert (service.state(), service.restarts()) == ("activating", 0)
    assert service.show("StatusText") == "waiting for the broker"


def test_the_sandbox_is_complete_and_in_force(running):
    machine = running.machine
    verdict = machine.run("systemd-analyze", "verify", "--man=no", "/lib/systemd/system/alidade.service")
    assert not (verdict.stdout + verdict.stderr).strip()
    exposure = re.search(r"exposure level for alidade.service: ([\d.]+)", machine.output("systemd-analyze", "security", "--no-pager", "alidade"))
    assert float(exposure.group(1)) <= EXPOSURE
    process = pathlib.Path(f"/proc/{running.host_pid()}")
    status = dict(re.findall(r"^(\w+):\s*(.*)$", (process / "status").read_text(), re.M))
    assert (status["NoNewPrivs"], status["Seccomp"], int(status["CapBnd"], 16), int(status["CapEff"], 16)) == ("1", "2", 0, 0)
    assert status["Uid"].split()[0] != "0"
    mounts = {line.split()[4]: line.split()[5].split(",") for line in (process / "mountinfo").read_text().splitlines()}
    assert "ro" in mounts["/"] and "noexec" in mounts["/"]
    assert "rw" in mounts["/var/lib/alidade"]
    assert "Failed to set thread priority" not in running.journal()
    assert machine.output("stat", "--format=%U:%G %a", STORE) == "alidade:alidade 640"
    assert machine.output("stat", "--format=%U:%G %a", "/run/alidade") == "alidade:alidade 700"


def test_a_reload_keeps_the_process_and_a_broken_file_changes_nothing(running):
    before = running.pid()
    running.systemctl("reload")
    assert (running.state(), running.pid(), running.restarts()) == ("active", before, 0)
    running.machine.run("sh", "-c", f"echo nonsense: 1 >> {CONFIG}")
    running.systemctl("reload")
    wait_until("the journal told the mistake", lambda: f"{CONFIG}:" in running.journal() and "nonsense" in running.journal())
    assert (running.state(), running.pid(), running.restarts()) == ("active", before, 0)


def test_a_killed_daemon_is_started_again_with_its_flight_recorder_and_loses_nothing(service, host, ledger):
    service.configure(host.url, "RestartSec=100ms")
    service.install()
    service.machine.run("touch", "/run/alidade/kept")
    with ledger.flow(rate=800):
        wait_until("the load was being stored", lambda: service.store().tally()["received"] >= 300)
        service.systemctl("kill", "--signal=KILL")
        wait_until("it was started again", lambda: service.restarts() == 1)
    service.wait_state("active")
    assert service.machine.exists("/run/alidade/kept")
    assert_reconciled(ledger, service.store(), host, service)


def test_a_hung_daemon_is_restarted_by_the_watchdog_and_loses_nothing(service, host, ledger):
    service.configure(host.url, "RestartSec=100ms", "WatchdogSec=2s", "TimeoutAbortSec=2s")
    service.install()
    ledger.publish(200)
    os.kill(service.host_pid(), signal.SIGSTOP)
    wait_until("the watchdog had it started again", lambda: service.restarts() == 1)
    assert "Watchdog timeout" in service.journal()
    service.wait_state("active")
    ledger.publish(200)
    assert_reconciled(ledger, service.store(), host, service)


def test_an_idle_daemon_is_left_alone_by_the_watchdog(service, host):
    service.configure(host.url, "WatchdogSec=1s")
    service.install()
    began = int(service.show("ActiveEnterTimestampMonotonic"))
    wait_until("it had been idle for three limits", lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000 - began > 3_000_000)
    assert (service.state(), service.restarts()) == ("active", 0)


def test_a_stop_under_load_is_in_order_and_soon(running, host, ledger):
    with ledger.flow(rate=800):
        wait_until("the load was being stored", lambda: running.store().tally()["received"] >= 300)
        began = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - began < 5
    assert (running.state(), running.show("Result")) == ("inactive", "success")
    running.systemctl("start")
    assert_reconciled(ledger, running.store(), host, running)


def test_an_upgrade_keeps_the_store_and_a_changed_configuration(running, packages, ledger, host):
    machine = running.machine
    ledger.publish(300)
    running.store().await_received(ledger.copies())
    machine.run("sh", "-c", f"echo '# ours' >> {CONFIG}")
    before = running.pid()
    running.install(packages.second, wait=False)
    assert machine.output("dpkg-query", "--show", "--showformat=${Version}", "alidade").endswith("-2")
    wait_until("the new one was started", lambda: running.pid() not in (0, before))
    running.wait_state("active")
    assert machine.output("tail", "-n", "1", CONFIG) == "# ours"
    assert machine.output("tail", "-n", "1", f"{CONFIG}.dpkg-dist") == "# a later default"
    ledger.publish(300)
    assert_reconciled(ledger, running.store(), host, running)


def test_a_removal_keeps_the_data_and_a_purge_deletes_it(running, ledger):
    machine = running.machine
    ledger.publish(50)
    running.store().await_received(ledger.copies())
    machine.run("dpkg", "--remove", "alidade")
    assert machine.exists(STORE) and machine.exists(CONFIG) and not machine.exists("/usr/bin/alidade")
    assert running.state() == "inactive"
    assert Store(machine.path(STORE)).tally()["received"] == ledger.copies()
    machine.run("dpkg", "--purge", "alidade")
    for path in ("/var/lib/alidade", "/etc/alidade", "/etc/systemd/system/multi-user.target.wants/alidade.service"):
        assert not machine.exists(path), path


def test_a_broken_configuration_is_told_in_the_journal_and_not_tried_again(running):
    running.machine.run("sh", "-c", f"echo 'ingest: {{max_batch: many}}' >> {CONFIG}")
    assert running.systemctl("restart", check=False).returncode != 0
    running.wait_state("failed")
    assert (running.show("ExecMainStatus"), running.restarts()) == ("78", 0)
    assert re.search(rf"{CONFIG}:\d+: ingest.max_batch: ", running.journal())


def test_the_password_comes_from_a_file_that_only_root_can_read(service, host):
    wrong = host.url.replace("guest:guest", "guest:wrong")
    service.configure(wrong, ALIDADE_BROKER_PASSWORD_FILE="broker_password")
    service.install(wait=False)
    service.wait_state("failed")
    assert "broker.password_file" in service.journal() and "is empty" in service.journal()
    service.machine.write("/etc/alidade/broker_password", "guest\n", mode="0600")
    service.systemctl("start")
    assert service.state() == "active"
    service.systemctl("reload")
    assert service.state() == "active"
