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
import urllib.request

from harness.daemon import free_port, run
from harness.installed import CONFIG, STORE, UNITS, build, write_broker
from harness.machine import needs_systemd
from harness.markdown import broken
from harness.reconcile import assert_reconciled
from harness.store import Store
from harness.waiting import wait_until

EXPOSURE = 1.5

pytestmark = needs_systemd

def test_the_same_sources_make_the_same_package(packages, binary, tmp_path):
    build(binary, tmp_path)
    version = re.search(r"_(.*)-\d+_", packages.first.name).group(1)
    made = {packages.first.name, f"alidade-{version}-py3-none-any.whl", f"alidade-{version}.tar.gz"}
    assert {path.name for path in tmp_path.iterdir()} == made
    for name in made:
        assert hashlib.sha256((tmp_path / name).read_bytes()).digest() == hashlib.sha256((packages.folder / name).read_bytes()).digest(), name


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


def test_the_pages_are_installed_with_links_that_work(packages, tmp_path):
    subprocess.run(["dpkg-deb", "--extract", packages.first, tmp_path], check=True)
    folder = tmp_path / "usr/share/doc/alidade"
    pages = sorted(folder.rglob("*.md"))
    assert {"README.md", "Operating.md", "Doctor.md", "Backup-and-restore.md"} <= {page.name for page in pages}
    assert [fault for page in pages for fault in broken(page, page.read_text())] == []


def test_an_installation_is_enabled_and_started_and_stores_what_is_published(service, host, ledger):
    service.configure(host.url.replace("127.0.0.1", "localhost"))
    service.install()
    assert service.machine.output("systemctl", "is-enabled", "alidade") == "enabled"
    assert service.show("Type") == "notify"
    assert "swift" not in service.machine.output("ldd", "/usr/bin/alidade")
    with urllib.request.urlopen(f"http://{service.listen}/health/ready", timeout=80) as answer:
        assert answer.status == 200
    ledger.publish(600)
    wait_until("systemctl status told the rate", lambda: re.fullmatch(r"stored \d+/s, \d+ quarantined/min.*", service.show("StatusText")), 30)
    assert_reconciled(ledger, service.store(), host, service)


def test_a_service_without_its_broker_is_active_says_why_and_is_reloaded(service, host):
    nowhere = free_port()
    service.configure(f"amqp://guest:guest@127.0.0.1:{nowhere}/", "TimeoutStartSec=1s", "WatchdogSec=1s")
    service.install(wait=False)
    service.wait_state("active")
    wait_until("the status told the cause", lambda: service.show("StatusText") == f"connection refused at 127.0.0.1:{nowhere}")
    began = int(service.show("ExecMainStartTimestampMonotonic"))
    # Three times what a start may take, or a daemon be silent.
    wait_until("it had waited for 3 s", lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000 - began > 3_000_000)
    assert (service.state(), service.restarts()) == ("active", 0)
    # The environment wins over the file and stays what it was, so the URL comes from the file here.
    service.drop_in("test", f"[Service]\nEnvironment=ALIDADE_HTTP_LISTEN={service.listen}\n")
    write_broker(service.machine, f"amqp://guest:guest@127.0.0.1:{nowhere}/")
    service.systemctl("restart")
    wait_until("the status told the cause again", lambda: "connection refused" in service.show("StatusText"))
    before = service.pid()
    write_broker(service.machine, host.url.replace("guest:guest", "guest:wrong"))
    service.systemctl("reload")
    wait_until("the password was refused", lambda: service.show("StatusText") == "the broker refused the password of user guest")
    write_broker(service.machine, host.url)
    service.systemctl("reload")
    service.wait_consuming(20)  # without the reload the next attempt may be 30 s away
    assert (service.pid(), service.restarts()) == (before, 0)


def test_the_sandbox_is_complete_and_in_force(running):
    machine = running.machine
    for unit in UNITS:
        verdict = machine.run("systemd-analyze", "verify", "--man=no", f"/lib/systemd/system/{unit.replace('@', '@second')}")
        assert not (verdict.stdout + verdict.stderr).strip(), unit
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
        assert running.stop() == 0
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
    for path in ("/var/lib/alidade", "/var/lib/alidade.known", "/etc/alidade", "/etc/systemd/system/multi-user.target.wants/alidade.service"):
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
    service.wait_consuming()
    service.systemctl("reload")
    wait_until("the log named what needs a restart", lambda: 'not_read_again="broker.password_file (a credential)"' in service.journal())
    assert service.state() == "active"
