"""The broker stalls, stops, dies, raises an alarm, loses a queue or a connection: nothing is lost and work resumes by itself."""
import time

import pytest

from harness.faults import LoopDisk, cut_sockets
from harness.reconcile import assert_reconciled
from harness.store import Store
from harness.waiting import wait_until


def progress(store, more=1, limit=60):
    """Waits until `more` messages than now were received: the proof that work goes on."""
    goal = store.tally()["received"] + more
    wait_until(f"{goal} messages were received", lambda: store.tally()["received"] >= goal, limit)


@pytest.mark.slow
def test_a_commit_that_stalls_for_thirty_seconds_costs_no_connection(make_daemon, ledger, host, broker, tmp_path):
    """The file system is frozen under the store: every write to it waits, as on a device that hangs."""
    disk = LoopDisk(tmp_path)
    try:
        daemon = make_daemon({"broker": {"heartbeat_seconds": 10}}, store_folder=disk.folder).start()
        store = Store(daemon.store_path)
        broker_log = broker.directory / "log" / "broker.log"
        log_start = broker_log.stat().st_size
        before = host.connections()
        assert before
        with disk.frozen():
            ledger.publish(500)
            thawed = time.monotonic() + 30
            wait_until("30 s had passed with the commit hanging", lambda: time.monotonic() > thawed, 40, every=1)
            wait_until("the log says so", lambda: "the store does not answer" in daemon.log(), 20, every=0.5)
        store.await_received(ledger.copies())
        assert set(before) <= set(host.connections()), f"connections were lost:\n{daemon.log()}"
        assert b"missed heartbeats" not in broker_log.read_bytes()[log_start:]
        assert_reconciled(ledger, store, host, daemon)
        assert store.tally()["received"] == ledger.copies(), "something was delivered twice"
    finally:
        disk.discard()


def test_a_broker_that_restarts_is_found_again(daemon, store, ledger, host, broker):
    daemon.start()
    with ledger.flow(rate=400):
        progress(store, 300)
        broker.restart()
        progress(store, 300)
    assert_reconciled(ledger, store, host, daemon)


@pytest.mark.slow
@pytest.mark.parametrize("queue_type", ["quorum", "classic"])
def test_a_broker_that_is_killed_is_found_again_and_no_confirmed_message_is_lost(make_daemon, ledger, host, broker, queue_type):
    daemon = make_daemon({"topology": {"queue_type": queue_type}}).start()
    store = Store(daemon.store_path)
    with ledger.flow(rate=400):
        if queue_type == "quorum":
            progress(store, 300)
            broker.restart()  # RabbitMQ 3.10 elects no leader for a quorum queue that was declared just before the kill
        progress(store, 300)
        broker.kill()
        broker.restart()
        progress(store, 300)
    assert_reconciled(ledger, store, host, daemon)


def test_a_broker_that_is_absent_at_the_start_is_waited_for(daemon, store, ledger, host, broker):
    ledger.publish(0)
    broker.stop()
    try:
        daemon.start(wait=False)
        wait_until("the daemon said that it could not connect", lambda: "could not" in daemon.log(), 20)
        assert daemon.running()
    finally:
        broker.restart()
    daemon.wait_ready(45)
    ledger.publish(300)
    assert_reconciled(ledger, store, host, daemon)


@pytest.mark.parametrize("queue_type", ["quorum", "classic"])
def test_a_queue_deleted_under_the_consumer_is_declared_again(make_daemon, ledger, host, queue_type):
    daemon = make_daemon({"topology": {"queue_type": queue_type}}).start()
    store = Store(daemon.store_path)
    ledger.publish(300)
    wait_until("300 messages were received", lambda: store.tally()["received"] >= 300)
    for queue in ("intelligence-events", "profiler-telemetry"):
        with host.connect() as connection:
            connection.channel().queue_delete(queue)
    wait_until("both queues have a consumer again", lambda: consumed(host) == {"intelligence-events", "profiler-telemetry"}, 40, 0.3)
    ledger.publish(300)
    assert_reconciled(ledger, store, host, daemon)


def consumed(host):
    rows = host.ctl("list_consumers", "--no-table-headers", "queue_name").splitlines()
    return {row.strip() for row in rows} & {"intelligence-events", "profiler-telemetry"}


def test_connections_closed_by_the_operator_are_opened_again(daemon, store, ledger, host):
    daemon.start()
    with ledger.flow(rate=400):
        for _ in range(3):
            progress(store, 150)
            host.close_connections()
        progress(store, 300)
    assert_reconciled(ledger, store, host, daemon)


def test_sockets_that_are_destroyed_are_opened_again(daemon, store, ledger, host, broker):
    daemon.start()
    with ledger.flow(rate=400):
        for _ in range(3):
            progress(store, 200)
            assert cut_sockets(daemon.pid(), broker.port) >= 1
        progress(store, 300)
    assert_reconciled(ledger, store, host, daemon)


def test_a_memory_alarm_blocks_publishers_and_not_the_daemons_acknowledgements(make_daemon, ledger, host, broker):
    daemon = make_daemon({"aggregates": {"interval_seconds": 1}}).start()
    store = Store(daemon.store_path)
    assert daemon.stop() == 0
    ledger.publish(3000)
    broker.ctl("set_vm_memory_high_watermark", "0.000001")
    try:
        daemon.start()
        wait_until("the backlog was stored", lambda: store.tally()["received"] >= ledger.copies(), 60)
        wait_until("everything was acknowledged during the alarm", lambda: emptied(host), 30, every=0.3)
    finally:
        broker.ctl("set_vm_memory_high_watermark", "0.4")
    ledger.publish(300)
    assert_reconciled(ledger, store, host, daemon)


def emptied(host):
    depths = host.depths()
    return depths["profiler-telemetry"] == 0 and depths["intelligence-events"] == 0
