"""A receipt or an answer that cannot be sent costs itself: not the others, not the ingest, and nobody is left in the dark."""
import json

import pika
import pytest

from harness.events import Maker, body_of
from harness.metrics import REQUESTS, Asker
from harness.pages import metrics, readiness, total
from harness.store import Store
from harness.waiting import wait_until

ODD = b"\xff" * 86


def view(maker, **members):
    return body_of(maker.view_document(**members))


class Producer:
    """Publishes events that ask for receipts."""

    def __init__(self, host):
        self.host = host
        self.connection = host.connect()
        self.channel = self.connection.channel()
        self.channel.confirm_delivery()
        self.maker = Maker()

    def publish(self, count=1, body=None, **properties):
        for _ in range(count):
            self.channel.basic_publish(
                "telemetry", "intelligence.event", body or view(self.maker),
                pika.BasicProperties(delivery_mode=2, **properties), mandatory=True)

    def queue(self, **arguments):
        return self.channel.queue_declare("", exclusive=True, arguments=arguments).method.queue

    def full_queue(self):
        """A reply queue that has one message, no consumer, and refuses the second."""
        queue = self.queue(**{"x-max-length": 1, "x-overflow": "reject-publish"})
        self.channel.basic_publish("", queue, b"the only one")
        return queue

    def read(self, queue):
        """The next message of a queue."""
        def arrived():
            method, properties, body = self.channel.basic_get(queue, auto_ack=True)
            return method and (properties, json.loads(body))
        return wait_until(f"something came to {queue}", arrived, 30)


@pytest.fixture
def producer(host):
    host.declare()
    producer = Producer(host)
    yield producer
    producer.connection.close()


def all_acknowledged(daemon, host, limit=90):
    def done():
        waiting = sum(host.ready(queue) for queue in ("profiler-telemetry", "intelligence-events", REQUESTS))
        samples = metrics(daemon)
        return waiting == 0 and all(
            total(samples, name) == 0 for name in ("alidade_unacknowledged_messages", "alidade_outgoing_owed"))
    wait_until("everything was acknowledged", done, limit, every=0.5)


def dropped(daemon, what, **labels):
    return total(metrics(daemon), f"alidade_{what}_dropped_total", **labels)


def test_properties_are_bytes_and_come_back_as_they_came(daemon, producer):
    daemon.start()
    queue = producer.queue()
    for correlation_id in (ODD, b"\xc3(", b"e\xcc\x81", b"\x01" * 255, b"\x80" * 255):
        producer.publish(reply_to=queue, correlation_id=correlation_id)
        came = producer.read(queue)[0].correlation_id
        assert (came if isinstance(came, bytes) else came.encode()) == correlation_id


def test_a_reply_queue_may_have_any_bytes_as_its_name(daemon, producer, host, broker):
    daemon.start()
    name = "binary:copy(<<255>>, 86)"
    queue = f'rabbit_misc:r(<<"{host.name}">>, queue, {name})'
    broker.ctl("eval", f'rabbit_amqqueue:declare({queue}, true, false, [], none, <<"tests">>).')
    producer.publish(reply_to=ODD)
    asker = Asker(host)
    asker.send({"metric": "override_rate", "days": 7}, reply_to=ODD)
    wait_until(
        "both were in the queue",
        lambda: "2" in broker.ctl("eval", f"{{ok, Q}} = rabbit_amqqueue:lookup({queue}), rabbit_amqqueue:stat(Q)."), 60, every=0.5)
    asker.close()
    all_acknowledged(daemon, host)


def test_a_reply_queue_that_is_full_costs_its_receipts_and_nobody_else_s(make_daemon, producer, host):
    daemon = make_daemon({"ingest": {"prefetch": 40}}).start()
    full, good = producer.full_queue(), producer.queue()
    producer.publish(reply_to=full, correlation_id="never")
    producer.publish(reply_to=good, correlation_id="at once")
    assert producer.read(good)[0].correlation_id == "at once"
    # Many more than the broker hands out at a time.
    for number in range(60):
        producer.publish(2, reply_to=full)
        producer.publish(2)
        producer.publish(reply_to=good, correlation_id=str(number))
    for number in range(60):
        assert producer.read(good)[0].correlation_id == str(number)
    Store(daemon.store_path).await_received(302)
    all_acknowledged(daemon, host)
    samples = metrics(daemon)
    causes = {cause: total(samples, "alidade_receipts_dropped_total", cause=cause) for cause in ("refused", "overflow")}
    assert sum(causes.values()) == total(samples, "alidade_receipts_dropped_total") == 121 and all(causes.values()), causes
    assert total(samples, "alidade_receipts_sent_total") == 61
    assert total(samples, "alidade_outgoing_owed", kind="receipts") == 0
    lines = [line for line in daemon.log().splitlines() if "dropped receipts" in line]
    assert 2 <= len(lines) <= 8 and all(full in line and "cause=" in line for line in lines), lines


def test_a_reply_queue_that_has_room_again_gets_what_was_owed(daemon, producer, host):
    daemon.start()
    full = producer.full_queue()
    producer.publish(reply_to=full, correlation_id="patient")
    wait_until("it was owed", lambda: total(metrics(daemon), "alidade_outgoing_owed", kind="receipts") == 1)
    assert total(metrics(daemon), "alidade_unacknowledged_messages") == 1
    producer.channel.basic_get(full, auto_ack=True)
    assert producer.read(full)[0].correlation_id == "patient"
    all_acknowledged(daemon, host)
    assert dropped(daemon, "receipts") == 0


def test_a_message_that_names_the_daemon_s_own_queue_is_not_answered(daemon, producer, host):
    daemon.start()
    own = ("intelligence-events", "profiler-telemetry", REQUESTS, "telemetry-ingest-lock")
    for queue in own:
        producer.publish(reply_to=queue)
    asker = Asker(host)
    asker.send({"metric": "override_rate", "days": 7}, reply_to="intelligence-events")
    Store(daemon.store_path).await_received(len(own))
    wait_until("all were dropped", lambda: dropped(daemon, "receipts", cause="own_queue") == len(own))
    wait_until("the answer was dropped", lambda: dropped(daemon, "answers", cause="own_queue") == 1)
    all_acknowledged(daemon, host)
    assert Store(daemon.store_path).tally()["received"] == len(own)
    asker.close()


def limit_messages(broker, size):
    """For channels that are opened from now on: the broker closes them over a larger message."""
    broker.ctl("eval", f"application:set_env(rabbit, max_message_size, {size}).")


def test_a_receipt_that_breaks_the_connection_is_found(daemon, producer, host, broker):
    daemon.start()
    queue = producer.queue()
    limit_messages(broker, 400)
    try:
        # What is wrong with it makes its receipt larger than the broker takes.
        bad = b'{"action_taken":"NONE","risk_signal_id":"x","admin_user_id":"y","recommendation_type":7,"confidence":1}'
        for number in range(20):
            if number == 7:
                producer.publish(body=bad, reply_to=queue, correlation_id="bad")
            producer.publish(reply_to=queue, correlation_id=str(number))
        came = {producer.read(queue)[0].correlation_id for _ in range(20)}
        assert came >= {str(number) for number in range(20)}
        wait_until("the bad one was given up", lambda: dropped(daemon, "receipts", cause="error") == 1, 120)
        producer.publish(reply_to=queue, correlation_id="later")
        while producer.read(queue)[0].correlation_id != "later":
            pass
        all_acknowledged(daemon, host)
        assert dropped(daemon, "receipts") == 1
    finally:
        limit_messages(broker, 134217728)


def test_an_answer_that_breaks_the_connection_is_found(make_daemon, host, broker):
    daemon = make_daemon({"aggregates": {"interval_seconds": 1}})
    limit_messages(broker, 1500)
    asker = None
    try:
        daemon.start()
        asker = Asker(host)
        small = [asker.send({"metric": "override_rate", "days": 7}) for _ in range(10)]
        asker.send({"metrics": "all", "days": 7}, correlation_id="large")
        small += [asker.send({"metric": "override_rate", "days": 7}) for _ in range(10)]
        for correlation_id in small:
            asker.reply(correlation_id, 60)
        wait_until(
            "the large one was given up", lambda: total(metrics(daemon), "alidade_metric_replies_total", status="dropped") == 1, 120)
        asker.ask(metric="override_rate", days=7)
        assert "large" not in asker.replies
        all_acknowledged(daemon, host)
        # What is published and fits is published, whatever does not fit.
        samples = metrics(daemon)
        assert total(samples, "alidade_publications_total", status="confirmed") > 0
    finally:
        limit_messages(broker, 134217728)
        if asker:
            asker.close()


def test_requests_that_cannot_be_answered_cost_nobody_else_s_answers(daemon, producer, host):
    daemon.start()
    asker = Asker(host)
    full = producer.full_queue()
    for number in range(120):
        asker.send({"metric": "override_rate", "days": 7}, f"full-{number}", reply_to=full)
    asker.send({"metric": "override_rate", "days": 7}, "nowhere", reply_to="no-such-queue")
    for correlation_id in (ODD, b"\xff" * 255):
        asker.send({"metric": "override_rate", "days": 7}, correlation_id)
        assert asker.reply(correlation_id)[1]["metric"] == "override_rate"
    all_acknowledged(daemon, host)
    samples = metrics(daemon)
    assert total(samples, "alidade_answers_dropped_total") == 121
    assert total(samples, "alidade_answers_dropped_total", cause="no_queue") == 1
    asker.close()


def test_a_user_who_may_not_publish_costs_receipts_only(make_daemon, producer, host, broker):
    user = f"reader-{host.name}"
    url = host.permit(user, "secret", write="^telemetry.*|^profiler.*|^intelligence.*")
    daemon = make_daemon({"ingest": {"prefetch": 8}, "broker": {"url": url}})
    daemon.start()
    queue = producer.queue()
    for _ in range(20):
        producer.publish(reply_to=queue)
        producer.publish()
    Store(daemon.store_path).await_received(40)
    wait_until("hardly any waits", lambda: total(metrics(daemon), "alidade_unacknowledged_messages") <= 2)
    assert host.ready("intelligence-events") == 0 and dropped(daemon, "receipts") >= 18
    wait_until("the log gives the reason", lambda: "ACCESS_REFUSED" in daemon.log() and "dropped receipts" in daemon.log())
    wait_until("health gives the reason", lambda: "ACCESS_REFUSED" in str(readiness(daemon)["troubles"]), 60, every=0.5)
    host.permit(user, "secret")
    producer.publish(reply_to=queue, correlation_id="at last")
    wait_until("the receipt came", lambda: producer.read(queue)[0].correlation_id == "at last", 60)


@pytest.mark.slow
def test_a_broker_that_takes_nothing_does_not_hold_up_the_ingest(make_daemon, producer, host, broker):
    daemon = make_daemon({"ingest": {"prefetch": 20}})
    queue = producer.queue()
    producer.publish(100, reply_to=queue)
    producer.publish(100)
    producer.publish(100, reply_to=queue)
    producer.publish(100)
    broker.ctl("set_vm_memory_high_watermark", "0.000001")
    try:
        daemon.start()
        Store(daemon.store_path).await_received(400)
        wait_until("hardly any waits", lambda: total(metrics(daemon), "alidade_unacknowledged_messages") <= 5)
        assert dropped(daemon, "receipts", cause="overflow") >= 190
        def told():
            return [trouble for trouble in readiness(daemon)["troubles"] if "receipts held up" in trouble]
        assert "the broker takes nothing" in wait_until("health says what hangs", told, 60, every=0.5)[0]
        daemon.wait_log("receipts are held up")
        owed = total(metrics(daemon), "alidade_outgoing_owed", kind="receipts")
        assert 1 <= owed <= 5 and readiness(daemon)["ready"]
        assert total(metrics(daemon), "alidade_outgoing_oldest_seconds", kind="receipts") > 0
    finally:
        broker.ctl("set_vm_memory_high_watermark", "0.4")
    all_acknowledged(daemon, host)
    wait_until("nothing hangs", lambda: not readiness(daemon)["troubles"])
    assert total(metrics(daemon), "alidade_receipts_sent_total") == owed
    daemon.wait_log("receipts are not held up any more")


def test_a_request_of_any_size_is_refused_once_with_its_size(daemon, producer, host):
    daemon.start()
    asker = Asker(host)
    for size in (65_537, 1_048_577, 50_000_000):
        code, message = asker.error(b" " * size)
        assert code == "invalid_request" and f"has {size} bytes" in message
        asker.ask(metric="override_rate", days=7)
    all_acknowledged(daemon, host)
    asker.close()


def test_a_flood_of_large_requests_starves_nobody(daemon, producer, host):
    daemon.start()
    asker = Asker(host)
    silent = producer.queue()
    filler = b" " * 65_000
    for number in range(400):
        asker.send(b'{"metric":"override_rate","days":7}' + filler, f"flood-{number}", reply_to=silent)
    for number in range(400):
        asker.send(b"x" * 1_000_000 if number % 20 == 0 else b"[]", f"bad-{number}", reply_to=silent)
    asked = asker.send({"metric": "override_rate", "days": 7})
    producer.publish(300)
    Store(daemon.store_path).await_received(300)
    asker.reply(asked, 90)
    all_acknowledged(daemon, host)
    peak = int(next(line for line in open(f"/proc/{daemon.pid()}/status") if line.startswith("VmHWM")).split()[1])
    assert peak < 400_000, f"{peak} KB"
    asker.close()
