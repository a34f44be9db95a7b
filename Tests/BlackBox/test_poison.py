"""A message that kills its reader, or was handed out too often, is quarantined as poison; its neighbours are stored."""
import pytest

from harness.events import Maker, body_of
from harness.reconcile import drain
from harness.store import Store
from harness.waiting import wait_until


def hand_out(host, queue, times):
    """Takes the first message and gives it back, so often that the broker's count passes the limit."""
    with host.connect() as connection:
        channel = connection.channel()
        for _ in range(times):
            method = wait_until("the message was ready", lambda: channel.basic_get(queue)[0], every=0.01)
            channel.basic_nack(method.delivery_tag, requeue=True)


@pytest.mark.parametrize("times, fate", [(10, "stored"), (11, "quarantined")])
def test_a_message_handed_out_more_often_than_the_limit_is_poison(daemon, store, host, times, fate):
    host.declare("quorum")
    maker = Maker()
    often = body_of(maker.view_document())
    host.publish("intelligence", often)
    hand_out(host, "intelligence-events", times)
    for _ in range(20):
        host.publish("intelligence", body_of(maker.view_document()))
    daemon.start()
    store.await_received(21)
    assert store.tally() == {"received": 21, "duplicates": 0, "stored": 20 + (fate == "stored"), "quarantined": int(fate != "stored")}
    assert store.quarantined() == ([(often, "poison")] if fate == "quarantined" else [])


@pytest.mark.slow
@pytest.mark.parametrize("queue_type", ["quorum", "classic"])
def test_a_message_that_crashes_the_daemon_ends_as_poison_and_its_neighbours_are_stored(
        make_daemon, faulty_binary, ledger, host, queue_type):
    daemon = make_daemon(
        {"topology": {"queue_type": queue_type}, "ingest": {"delivery_limit": 4}}, program=faulty_binary,
        environment={"ALIDADE_SEEDED_BUG": "crash-on:the-killer"})
    store = Store(daemon.store_path)
    host.declare(queue_type)
    ledger.publish(60, bad_share=0, kind="intelligence", duplicate_share=0)
    killer = body_of(Maker().view_document(event_id="the-killer"))
    host.publish("intelligence", killer)
    ledger.publish(60, bad_share=0, kind="intelligence", duplicate_share=0)
    crashes = 0
    while not decided(store, 121) and crashes <= 40:
        daemon.start(wait=False)
        wait_until("the daemon crashed or was done", lambda: not daemon.running() or decided(store, 121), 30)
        crashes += not daemon.running()
    assert 1 <= crashes <= 40, f"{crashes} crashes, {store.tally()}"
    assert store.quarantined() == [(killer, "poison")]
    assert set(store.identities()) == ledger.good()
    assert daemon.stop() == 0


def decided(store, count):
    """True when so many different messages have a fate; what is delivered again after a crash does not count."""
    tally = store.tally()
    return tally["stored"] + tally["quarantined"] >= count


def test_a_bad_message_does_not_hold_up_or_harm_its_neighbours(daemon, store, ledger, host):
    daemon.start()
    ledger.publish(1000, bad_share=0.5)
    drain(ledger, store, host)
    assert set(store.identities()) == ledger.good()
    assert dict(store.quarantined()) == ledger.bad()
