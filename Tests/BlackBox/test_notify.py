"""What the daemon tells its supervisor, by sd_notify(3)'s protocol: the test is the supervisor."""
import contextlib
import re
import signal
import socket
import sqlite3
import urllib.parse

import pytest

from harness.daemon import free_port, merged, yaml
from harness.faults import hung_thread
from harness.waiting import PATIENCE, wait_until

WATCHDOG_SECONDS = 0.9


class Supervisor:
    """The socket that systemd would listen on."""

    def __init__(self, address):
        self.address = str(address)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.address)
        self.socket.setblocking(False)
        self.heard = []

    @property
    def environment(self):
        return {"NOTIFY_SOCKET": self.address, "WATCHDOG_USEC": str(int(WATCHDOG_SECONDS * 1_000_000))}

    def listen(self):
        """Takes what has come and returns everything that was heard since `forget`."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self.heard += self.socket.recv(4096).decode().splitlines()
        return self.heard

    def forget(self):
        self.listen()
        self.heard = []

    def wait_for(self, pattern, limit=30, patience=PATIENCE):
        def said():
            return [line for line in self.listen() if re.fullmatch(pattern, line)]
        try:
            return wait_until(f"it said {pattern}", said, limit, patience=patience)[0]
        except AssertionError as error:
            raise AssertionError(f"{error}; it said {self.heard[-20:]}") from None

    def hears_nothing(self, pattern, seconds):
        """Whether no line of the kind comes in so many seconds."""
        self.forget()
        try:
            self.wait_for(pattern, seconds, patience=1)
        except AssertionError:
            return True
        return False


@pytest.fixture
def supervisor(tmp_path):
    supervisor = Supervisor(tmp_path / "notify")
    yield supervisor
    supervisor.socket.close()


@pytest.fixture
def watched(make_daemon, supervisor):
    """A daemon that has a watchdog, not yet started."""
    return make_daemon(environment=supervisor.environment)


def test_readiness_a_status_with_rates_and_life_signs_are_told(watched, supervisor, ledger):
    watched.start()
    supervisor.wait_for("READY=1")
    supervisor.wait_for("WATCHDOG=1")
    supervisor.wait_for(r"STATUS=stored 0/s, 0 quarantined/min.*")
    ledger.publish(400, bad_share=0.2)
    supervisor.wait_for(r"STATUS=stored [1-9]\d*/s, [1-9]\d* quarantined/min.*")


def test_a_stopped_process_gives_no_sign_of_life(watched, supervisor):
    watched.start()
    supervisor.wait_for("WATCHDOG=1")
    watched.signal(signal.SIGSTOP)
    assert supervisor.hears_nothing(".*", 3 * WATCHDOG_SECONDS)
    watched.signal(signal.SIGCONT)
    supervisor.wait_for("WATCHDOG=1")


def test_an_ingest_thread_that_hangs_starves_the_watchdog_although_the_rest_of_the_process_lives(watched, supervisor):
    watched.start()
    supervisor.wait_for("WATCHDOG=1")
    with hung_thread(watched, "receive"):
        wait_until("the life signs ended", lambda: supervisor.hears_nothing("WATCHDOG=1", 3 * WATCHDOG_SECONDS))
        supervisor.wait_for("STATUS=.*")
    watched.kill()


def test_a_store_that_is_locked_is_told_and_is_no_hang(watched, supervisor, ledger):
    watched.start()
    supervisor.wait_for("READY=1")
    with contextlib.closing(sqlite3.connect(watched.store_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ledger.send(ledger.mixed(20))
        supervisor.wait_for("STATUS=paused: another process has locked the store")
        supervisor.forget()
        supervisor.wait_for("WATCHDOG=1")
        other.execute("ROLLBACK")
    supervisor.forget()
    supervisor.wait_for("STATUS=stored .*")


def test_a_start_that_waits_for_its_store_is_prolonged_and_not_ready(watched, supervisor):
    with contextlib.closing(sqlite3.connect(watched.store_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        watched.start(wait=False)
        supervisor.wait_for(r"EXTEND_TIMEOUT_USEC=[1-9]\d{6,}")
        supervisor.wait_for("STATUS=paused: another process has locked the store")
        supervisor.forget()
        supervisor.wait_for(r"EXTEND_TIMEOUT_USEC=[1-9]\d{6,}")
        assert "READY=1" not in supervisor.heard
        other.execute("ROLLBACK")
    supervisor.wait_for("READY=1")


def troubles(broker, host):
    """What keeps a daemon from its broker: the setting, and what STATUS says of it."""
    nowhere = free_port()
    secure = broker.tls_url + host.name
    port = urllib.parse.urlsplit(secure).port
    return {
        "port": (f"amqp://guest:guest@127.0.0.1:{nowhere}/", f"connection refused at 127.0.0.1:{nowhere}"),
        "port with TLS": (f"amqps://guest:guest@127.0.0.1:{nowhere}/", f"connection refused at 127.0.0.1:{nowhere}"),
        "password": (host.url.replace("guest:guest", "guest:wrong"), "the broker refused the password of user guest"),
        "vhost": (broker.url + "elsewhere", "there is no vhost elsewhere"),
        "certificate": (secure, "the certificate of 127.0.0.1 is not trusted: .*unknown authority.*"),
        "name": (f"amqp://broker.invalid:{port}/", "broker.invalid has no address: .*"),
        "protocol": (host.url.replace("amqp://", "amqps://"), "no TLS with 127.0.0.1:.*"),
    }


@pytest.mark.parametrize("what", ["port", "port with TLS", "password", "vhost", "certificate", "name", "protocol"])
def test_a_daemon_without_its_broker_is_ready_says_why_and_takes_up_a_reload_at_once(make_daemon, supervisor, broker, host, what):
    url, words = troubles(broker, host)[what]
    daemon = make_daemon({"broker": {"url": url}}, environment=supervisor.environment).start(wait=False)
    supervisor.wait_for("READY=1")
    supervisor.wait_for(f"STATUS={words}")
    supervisor.forget()
    supervisor.wait_for("WATCHDOG=1")
    daemon.config.write_text(yaml(merged(daemon.settings, {"broker": {"url": host.url}})) + "\n")
    daemon.signal(signal.SIGHUP)
    supervisor.wait_for("RELOADING=1")
    wait_until("the reload was over", lambda: "READY=1" in supervisor.listen()[supervisor.heard.index("RELOADING=1"):])
    daemon.wait_ready(20, patience=1)  # without the reload the next attempt may be 30 s away
    supervisor.wait_for(r"STATUS=stored 0/s.*")


def test_a_password_that_is_corrected_in_its_file_is_taken_up_by_a_reload(make_daemon, supervisor, host, tmp_path):
    secret = tmp_path / "password"
    secret.write_text("wrong\n")
    url = host.url.replace("guest:guest", "guest")
    daemon = make_daemon({"broker": {"url": url, "password_file": str(secret)}}, environment=supervisor.environment).start(wait=False)
    supervisor.wait_for("STATUS=the broker refused the password of user guest")
    secret.write_text("guest\n")
    daemon.signal(signal.SIGHUP)
    daemon.wait_ready(20, patience=1)


def test_a_lost_broker_is_told_with_its_words(watched, supervisor, host):
    watched.start()
    supervisor.wait_for("STATUS=stored .*")
    host.broker.ctl("clear_permissions", "--vhost", host.name, "guest")
    host.close_connections()
    supervisor.wait_for(f"STATUS=user guest may not use the vhost {host.name}")
    assert watched.running()


def test_a_watchdog_that_watches_another_process_sets_no_pace(make_daemon, supervisor):
    """WATCHDOG_PID names somebody else: the limit is not ours, so nothing is told faster than usual."""
    make_daemon(environment={**supervisor.environment, "WATCHDOG_PID": "1"}).start()
    supervisor.wait_for("READY=1")
    assert supervisor.hears_nothing("STATUS=.*", 2 * WATCHDOG_SECONDS)


def test_a_reload_is_told_from_its_beginning_to_its_end(watched, supervisor):
    watched.start()
    supervisor.wait_for("READY=1")
    supervisor.forget()
    watched.signal(signal.SIGHUP)
    supervisor.wait_for("RELOADING=1")
    supervisor.wait_for(r"MONOTONIC_USEC=\d+")
    wait_until("the reload was over", lambda: "READY=1" in supervisor.listen()[supervisor.heard.index("RELOADING=1"):])
    assert watched.running()
