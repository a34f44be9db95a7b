"""A cluster of three nodes of which one goes: what has its majority goes on, what has not is named and served again when it is back."""
import pytest

from harness.daemon import Daemon
from harness.broker import Cluster
from harness.health import await_troubles, readiness
from harness.ledger import Ledger
from harness.metrics import AGGREGATES, REQUESTS, Asker, Reader
from harness.reconcile import assert_reconciled
from harness.store import Store
from harness.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def cluster_host(cluster):
    return cluster.new_host()


@pytest.fixture
def cluster_daemon(binary, cluster, cluster_host, tmp_path):
    daemon = Daemon(binary, tmp_path / "run", cluster.urls(cluster_host), {"aggregates": {"interval_seconds": 1}})
    yield daemon
    daemon.kill()


@pytest.fixture
def cluster_ledger(cluster_host):
    ledger = Ledger(cluster_host, seed=b"cluster")
    yield ledger
    ledger.close()


def test_classic_queues_of_metrics_on_a_dead_node_stop_no_ingest(cluster, cluster_host, cluster_daemon, cluster_ledger):
    host, daemon, ledger = cluster_host, cluster_daemon, cluster_ledger
    dead = cluster.others[1]
    host.declare()
    with host.on(dead).connect() as connection:
        channel = connection.channel()
        channel.queue_declare(REQUESTS, durable=True)
        channel.queue_declare(AGGREGATES, durable=True, arguments={"x-max-length": 100000, "x-overflow": "drop-head"})
        channel.queue_bind(AGGREGATES, "telemetry.aggregates", "#")
    assert cluster.node_of(host, REQUESTS) is dead and cluster.node_of(host, AGGREGATES) is dead
    dead.kill()
    try:
        daemon.start()
        store = Store(daemon.store_path)
        ledger.publish(300)
        store.await_received(ledger.copies())
        down = "is down or inaccessible"
        await_troubles(daemon, f"queue '{REQUESTS}' in vhost '{host.name}' {down}", f"queue '{AGGREGATES}' in vhost '{host.name}' {down}")
        assert readiness(daemon)[0] == 200
        done = daemon.run("doctor")
        assert done.returncode == 2 and f"until it is back, requests are not answered" in done.stdout, done
        for queue in (REQUESTS, AGGREGATES):
            assert daemon.log().count(f"durable queue '{queue}'") == 1, daemon.log()
    finally:
        dead.restart()
    await_troubles(daemon, limit=60)
    asker, reader = Asker(host), Reader(host)
    assert asker.reply(asker.send({"metric": "override_rate", "days": 7}), 60)
    reader.await_one("data_quality", 7, limit=60)
    asker.close()
    reader.close()
    ledger.publish(100)
    assert_reconciled(ledger, store, host, daemon)


def test_the_leader_of_the_ingest_queues_dies_under_load(cluster, cluster_host, cluster_daemon, cluster_ledger):
    host, daemon, ledger = cluster_host, cluster_daemon, cluster_ledger
    # The daemon is at the node that dies, which leads what it consumes.
    host.on(cluster.others[0]).declare()
    dead = cluster.node_of(host, "intelligence-events")
    assert dead is cluster.others[0]
    daemon.start()
    store = Store(daemon.store_path)
    with ledger.flow(rate=400):
        received = store.tally()["received"]
        store.await_received(received + 300)
        dead.kill()
        try:
            daemon.wait_log("could not go on consuming")
            received = store.tally()["received"]
            store.await_received(received + 300, 60)
        finally:
            dead.restart()
        wait_until("it consumed", lambda: readiness(daemon)[0] == 200, 60)
        received = store.tally()["received"]
        store.await_received(received + 300, 60)
    assert_reconciled(ledger, store, host, daemon, 90)
