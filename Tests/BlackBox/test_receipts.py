"""A message with reply_to gets a receipt once it is durable: stored, duplicate or quarantined."""
import json

import pika
import pytest

from harness.events import Maker, body_of
from harness.pages import metrics, total
from harness.waiting import wait_until


class Client:
    """A producer that asks for receipts and reads them."""

    def __init__(self, host, direct):
        self.connection = host.connect()
        self.channel = self.connection.channel()
        self.replies = {}
        self.reply_to = "amq.rabbitmq.reply-to" if direct else self.channel.queue_declare("", exclusive=True).method.queue
        self.channel.basic_consume(self.reply_to, self._keep, auto_ack=True)

    def _keep(self, channel, method, properties, body):
        self.replies.setdefault(properties.correlation_id, []).append(json.loads(body))

    def ask(self, kind, body, correlation_id):
        self.channel.basic_publish("telemetry", f"{kind}.event", body, pika.BasicProperties(
            reply_to=self.reply_to, correlation_id=correlation_id, delivery_mode=2))
        self.await_reply(correlation_id)
        return self.replies[correlation_id][0]

    def await_reply(self, correlation_id):
        def arrived():
            self.connection.process_data_events(0.05)
            return correlation_id in self.replies
        wait_until(f"the receipt {correlation_id} came", arrived, 15)


@pytest.fixture(params=[False, True], ids=["a-queue-of-its-own", "amq.rabbitmq.reply-to"])
def client(daemon, host, request):
    daemon.start()
    client = Client(host, direct=request.param)
    yield client
    client.connection.close()


def test_a_receipt_says_what_became_of_the_message_and_comes_when_it_is_durable(client, store):
    document = Maker().profiler_document()
    first = client.ask("profiler", body_of(document), "one")
    assert store.value("SELECT count(*) FROM profiler_events WHERE event_id = ?", document["event_id"]) == 1
    assert (first["status"], first["event_id"]) == ("stored", document["event_id"])
    assert isinstance(first["alignment"]["percentages"]["defender"], (int, float))
    assert first["alignment"]["model"] == "och-tier0" and first["alignment"]["top_track"] in first["alignment"]["percentages"]

    second = client.ask("profiler", body_of(document), "two")
    assert (second["status"], second["event_id"]) == ("duplicate", document["event_id"])

    bad = client.ask("profiler", body_of({**document, "event_id": "bad-one", "completion_status": "done", "user_id": None}), "three")
    assert (bad["status"], bad["event_id"]) == ("quarantined", "bad-one")
    assert {error["pointer"] for error in bad["errors"]} == {"/completion_status", "/user_id"}
    assert store.value("SELECT count(*) FROM quarantine") == 1


def test_a_receipt_of_an_intelligence_event_has_no_alignment_and_its_warnings(client):
    document = Maker().view_document(explanation_version=None)
    receipt = client.ask("intelligence", body_of(document), "view")
    assert receipt["status"] == "stored" and not receipt.get("alignment")
    assert [warning["code"] for warning in receipt["warnings"]] == ["missing_version"]


def test_a_receipt_to_a_queue_that_is_gone_harms_nobody(daemon, store, host):
    daemon.start()
    maker = Maker()
    host.publish("intelligence", body_of(maker.view_document()), reply_to="no-such-queue", correlation_id="x")
    host.publish("intelligence", body_of(maker.view_document()))
    store.await_received(2)
    assert store.tally()["stored"] == 2
    wait_until("both were acknowledged", lambda: total(metrics(daemon), "alidade_unacknowledged_messages") == 0, every=0.3)
    assert total(metrics(daemon), "alidade_receipts_dropped_total", cause="no_queue") == 1
