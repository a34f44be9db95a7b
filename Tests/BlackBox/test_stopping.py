"""A stop is in order and soon; a second signal stops at once; the supervisor is told."""
import signal
import socket

from harness.faults import hung_thread
from harness.health import readiness
from harness.metrics import Asker
from harness.reconcile import assert_reconciled
from harness.store import Store
from harness.waiting import wait_until


def under_load(store):
    goal = store.tally()["received"] + 300
    wait_until("the load was being received", lambda: store.tally()["received"] >= goal)


def test_sigterm_under_load_ends_with_success_and_within_its_limit(daemon, store, ledger, host):
    daemon.start()
    with ledger.flow(rate=1500):
        under_load(store)
        assert daemon.stop() == 0, daemon.log()
        assert "stopping before everything was finished" not in daemon.log()
    daemon.start()
    assert_reconciled(ledger, store, host, daemon)


def test_what_was_committed_before_a_stop_is_acknowledged_so_nothing_comes_twice(daemon, store, ledger, host):
    daemon.start()
    ledger.publish(1000, duplicate_share=0)
    wait_until("all was received", lambda: store.tally()["received"] >= ledger.copies())
    assert daemon.stop() == 0
    daemon.start()
    assert_reconciled(ledger, store, host, daemon)
    assert store.tally()["duplicates"] == 0


def test_after_a_stop_the_file_alone_is_the_store(daemon, store, ledger, host, tmp_path):
    daemon.start()
    ledger.publish(300)
    wait_until("everything was received", lambda: store.tally()["received"] >= 300)
    assert daemon.stop() == 0
    copy = tmp_path / "copy.db"
    copy.write_bytes(daemon.store_path.read_bytes())
    assert Store(copy).tally()["received"] == ledger.copies()


def test_sigint_stops_in_order_too(daemon):
    daemon.start()
    daemon.signal(signal.SIGINT)
    assert daemon.wait(10) == 0, daemon.log()


def test_a_second_signal_stops_at_once(daemon, store, ledger, host):
    daemon.start()
    with store.open("rw") as other:
        other.execute("BEGIN IMMEDIATE")  # nothing can be committed, so the first signal waits for a while
        ledger.publish(50)
        wait_until("messages were taken and not committed", lambda: sum(host.depths().values()) > 0, every=0.3)
        daemon.signal(signal.SIGTERM)
        daemon.wait_log("stopping", 10)
        assert daemon.running()
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() != 0
        assert "stopping before everything was finished" not in daemon.log(), "it was the limit that ended it"
        other.execute("ROLLBACK")
    daemon.start()
    assert_reconciled(ledger, store, host, daemon)


def test_health_is_told_until_the_ingest_has_ended(daemon, store, ledger, host):
    daemon.start()
    with store.open("rw") as other:
        other.execute("BEGIN IMMEDIATE")  # nothing can be committed, so the signal waits for a while
        ledger.publish(50)
        wait_until("messages were taken and not committed", lambda: sum(host.depths().values()) > 0, every=0.3)
        daemon.signal(signal.SIGTERM)
        daemon.wait_log("stopping", 10)
        wait_until("it was not ready any more", lambda: readiness(daemon)[0] == 503)
        assert daemon.running()
        other.execute("ROLLBACK")
    assert daemon.wait(10) == 0, daemon.log()
    daemon.start()
    assert_reconciled(ledger, store, host, daemon)


def test_a_thread_beside_the_ingest_that_hangs_does_not_hold_up_the_stop(daemon, store, ledger, host):
    daemon.start()
    asker = Asker(host)
    assert asker.ask(metric="override_rate", days=7)  # the threads beside the ingest have begun
    ledger.publish(100)
    store.await_received(ledger.copies())
    with hung_thread(daemon, "metrics"):
        daemon.signal(signal.SIGTERM)
        wait_until("the daemon ended", daemon.has_ended)
    assert daemon.wait() == 0, daemon.log()
    assert "stopping before everything was finished" not in daemon.log()
    asker.close()
    daemon.start()
    assert_reconciled(ledger, store, host, daemon)


def test_a_store_that_cannot_go_on_ends_every_part_and_fails(daemon, store, ledger, host):
    daemon.start()
    asker = Asker(host)
    assert asker.ask(metric="override_rate", days=7)
    with store.open("rw") as other:
        other.execute("ALTER TABLE ingest_minutes RENAME TO ingest_minutes_away")
    ledger.publish(10)
    assert daemon.wait(20) == 1, daemon.log()
    assert "critical stopped" in daemon.log()
    with store.open("rw") as other:
        other.execute("ALTER TABLE ingest_minutes_away RENAME TO ingest_minutes")
    asker.close()
    daemon.start()
    assert_reconciled(ledger, store, host, daemon)


def test_the_supervisor_hears_of_readiness_and_of_the_stop(make_daemon, tmp_path):
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address)
        listener.settimeout(20)
        daemon = make_daemon(environment={"NOTIFY_SOCKET": address}).start()
        words = ""
        while "READY=1" not in words:
            words += listener.recv(4096).decode() + "\n"
        assert daemon.stop() == 0
        while "STOPPING=1" not in words:
            words += listener.recv(4096).decode() + "\n"
