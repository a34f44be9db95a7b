"""Two daemons on the same queues: noticed where nobody meant it, a cold standby where topology.exclusive says so."""
import pytest

from harness.events import Maker, body_of
from harness.health import await_reason, await_troubles, readiness
from harness.store import Store
from harness.waiting import wait_until


def test_a_second_daemon_on_the_same_queues_is_noticed_by_both(make_daemon, host):
    first = make_daemon(name="first").start()
    await_troubles(first)
    second = make_daemon(name="second").start()
    for daemon in (second, first):
        await_troubles(daemon, "queue profiler-telemetry: another consumer", "queue intelligence-events: another consumer")
        assert readiness(daemon)[0] == 200
        assert daemon.log().count("another consumer takes messages") == 2
        assert "2 consumers share its messages" in daemon.run("doctor").stdout
    assert second.stop() == 0
    await_troubles(first)
    assert "consumers share" not in first.run("doctor").stdout
    assert first.stop() == 0


@pytest.mark.parametrize("queue_type", ["quorum", "classic"])
def test_an_exclusive_second_daemon_stands_by_and_takes_over(make_daemon, host, ledger, queue_type):
    settings = {"topology": {"exclusive": True, "queue_type": queue_type}}
    first = make_daemon(settings, name="first").start()
    second = make_daemon(settings, name="second").start(wait=False)
    await_reason(second, "standby: another daemon consumes the queues")
    store = Store(first.store_path)
    ledger.publish(300)
    store.await_received(ledger.copies())
    assert consumers(host) == ["intelligence-events", "profiler-telemetry"]
    assert second.log().count("standing by") == 1 and " consuming" not in second.log()
    assert Store(second.store_path).tally()["received"] == 0
    await_troubles(first)
    first.kill()
    second.wait_ready(15)
    wait_until("it was ready", lambda: readiness(second)[0] == 200)
    ledger.publish(300)
    wait_until("everything was received", lambda: sum(
        Store(daemon.store_path).tally()["received"] for daemon in (first, second)) >= ledger.copies())
    # The first is the standby now, and nobody is disturbed by it.
    first.start(wait=False)
    await_reason(first, "standby")
    assert readiness(second)[0] == 200
    assert first.stop() == 0 and second.stop() == 0


def test_a_standby_says_once_that_it_waits_and_ends_at_once(make_daemon, host):
    settings = {"topology": {"exclusive": True}}
    make_daemon(settings, name="first").start()
    second = make_daemon(settings, name="second").start(wait=False)
    await_reason(second, "standby")
    before = host.connections()
    body = body_of(Maker(3).view_document())
    host.publish("intelligence", body)
    wait_until("the first had taken it", lambda: host.ready("intelligence-events") == 0)
    assert host.connections() == before, "it asks on the connection that it has"
    assert second.stop(5) == 0
    assert second.log().count("standing by") == 1


def test_an_exclusive_daemon_sees_a_consumer_that_does_not_ask(make_daemon, host):
    """At quorum queues RabbitMQ lets anybody in beside an exclusive consumer."""
    with host.connect() as connection:
        host.declare()
        connection.channel().basic_consume("intelligence-events", lambda *_: None)
        daemon = make_daemon({"topology": {"exclusive": True}}).start()
        await_troubles(daemon, "queue intelligence-events: another consumer")


def consumers(host):
    rows = host.ctl("list_consumers", "--no-table-headers", "queue_name").splitlines()
    return sorted(row.strip() for row in rows if row.strip() in ("intelligence-events", "profiler-telemetry"))
