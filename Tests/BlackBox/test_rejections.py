"""Whoever binds a queue to telemetry.rejections is told of each quarantined message, and nobody is held up by it."""
import json
import re
import subprocess
import sys
import time

import pika
import pytest

from harness import page
from harness.daemon import run
from harness.events import Maker, body_of
from harness.health import await_troubles, readiness
from harness.pages import metrics, total
from harness.store import Store
from harness.waiting import wait_until
from test_asyncapi import payload_validator
from test_lost_objects import user
from test_receipts import Client

EXCHANGE = "telemetry.rejections"
EVENTS = "^(telemetry|telemetry.aggregates|profiler-telemetry|intelligence-events|telemetry-metrics-requests|telemetry-aggregates)$"
WORDS = "refused-body-text"


class Listener:
    """A queue of somebody who wants to be told."""

    def __init__(self, host, key="#", exchange=EXCHANGE, **arguments):
        self.connection = host.connect()
        self.channel = self.connection.channel()
        self.queue = self.channel.queue_declare("", exclusive=True, arguments=arguments).method.queue
        self.channel.queue_bind(self.queue, exchange, key)
        self.heard = []

    def listen(self):
        while (got := self.channel.basic_get(self.queue, auto_ack=True))[0] is not None:
            self.heard.append(got)
        return self.heard

    def await_some(self, count, limit=30):
        wait_until(f"{count} rejections came, not {len(self.heard)}", lambda: len(self.listen()) >= count, limit)
        return self.heard

    def documents(self):
        return [json.loads(body) for _, _, body in self.heard]

    def close(self):
        self.connection.close()


def published(daemon):
    return total(metrics(daemon), "alidade_rejections_published_total")


def dropped(daemon, cause):
    return total(metrics(daemon), "alidade_rejections_dropped_total", cause=cause)


def refused(number=0):
    return body_of({"value_statement": WORDS, "event_id": f"bad-{number}"})


def flood(host, count, kind="profiler"):
    with host.connect() as connection:
        channel = connection.channel()
        for number in range(count):
            channel.basic_publish("telemetry", f"{kind}.event", refused(number), pika.BasicProperties(delivery_mode=2))
        # Answered after all of them.
        channel.exchange_declare("telemetry", passive=True)


def goes_on(daemon, host, kind="intelligence"):
    """A good message is stored, a bad one quarantined, and both get their receipts."""
    client = Client(host, direct=True)
    document = Maker(int(time.monotonic() * 1000)).view_document()
    assert client.ask("intelligence", body_of(document), "good")["status"] == "stored"
    assert client.ask("intelligence", body_of({**document, "event_id": f"{time.monotonic()}", "admin_user_id": None}), "bad")["status"] == "quarantined"
    client.connection.close()
    assert readiness(daemon)[0] == 200


@pytest.fixture(scope="module")
def check(binary):
    return payload_validator(json.loads(run(binary, "schema", "asyncapi").stdout), "rejection")


def test_each_quarantined_message_is_told_once_without_its_body(daemon, store, host, check):
    daemon.start()
    listener, only = Listener(host), Listener(host, "*.not_json")
    document = Maker().view_document()
    host.publish("profiler", refused(1), app_id="django", reply_to="", message_id="m-1")
    host.publish("intelligence", f'{{"{WORDS}'.encode(), message_id="m-2")
    host.publish("intelligence", body_of(document))
    host.publish("intelligence", body_of({**document, "event_type": "EXPLANATION_EXPAND", "risk_signal_id": 7}))
    host.publish("profiler", refused(1), app_id="django")
    heard = listener.await_some(3)
    store.await_received(5)
    rows = {row["id"]: row for row in store.dicts("SELECT * FROM quarantine")}
    identity = store.value("SELECT id FROM _store_identity")
    assert store.tally()["duplicates"] == 1 and len(rows) == 3
    assert [method.routing_key for method, _, _ in heard] == [
        "profiler-telemetry.missing_field", "intelligence-events.not_json", "intelligence-events.identity_conflict"]
    for (method, properties, body), told in zip(heard, listener.documents()):
        row = rows[told["quarantine_id"]]
        assert WORDS not in body.decode()
        assert list(told) == ["queue", "event_id", "quarantine_id", "errors", "app_id", "routing_key", "received_at"]
        assert method.exchange == EXCHANGE and method.routing_key == f"{told['queue']}.{row['reason']}"
        assert (told["queue"], told["event_id"], told["errors"]) == (row["queue"], row["event_id"], json.loads(row["errors"]))
        assert told["routing_key"] == f"{'profiler' if 'profiler' in told['queue'] else 'intelligence'}.event"
        assert told["received_at"] == store.value("SELECT received_at FROM quarantine_v WHERE id = ?", row["id"])
        found = {name: value for name, value in vars(properties).items() if value is not None}
        assert found == {
            "message_id": f"{identity}/{row['id']}", "type": "rejection", "app_id": "alidade", "content_type": "application/json",
            "delivery_mode": 2, "timestamp": row["received_at"] // 1_000_000}
        check.validate(told)
    assert [told["app_id"] for told in listener.documents()] == ["django", None, None]
    assert [method.routing_key for method, _, _ in only.await_some(1)] == ["intelligence-events.not_json"]
    wait_until("three were counted", lambda: published(daemon) == 3)
    # Neither the duplicate nor a replay is told.
    daemon.stop()
    assert daemon.run("quarantine", "replay").returncode in (0, 2)
    assert len(listener.listen()) == 3
    listener.close()
    only.close()


def test_many_errors_are_bounded(make_daemon, host, check):
    make_daemon({"ingest": {"strict": True}}).start()
    listener = Listener(host)
    modules = {f"{'ü' * 60}-{number}": "x" * 250 for number in range(60)}
    host.publish("profiler", body_of(Maker().profiler_document(time_spent_per_module=modules)))
    told = listener.await_some(1) and listener.documents()[0]
    assert told["error_count"] > len(told["errors"]) >= 1 and len(told["errors"]) <= 32
    assert len(listener.heard[0][2]) < 40_000
    check.validate(told)
    listener.close()


def test_a_loop_cannot_be_made(daemon, store, host):
    daemon.start()
    with host.connect() as connection:
        channel = connection.channel()
        for queue in ("profiler-telemetry", "intelligence-events"):
            channel.queue_bind(queue, EXCHANGE, "#")
    host.publish("profiler", refused())
    # One of the message, and one for each of the two queues into which its rejection goes.
    store.await_received(3)
    wait_until("the two were counted", lambda: dropped(daemon, "loop") == 2)
    goes_on(daemon, host)
    store.await_received(7)
    wait_until("the next two were counted", lambda: dropped(daemon, "loop") == 4)
    assert published(daemon) == 2 and store.tally()["received"] == 7
    assert {row["reason"] for row in store.dicts("SELECT reason FROM quarantine")} <= {"missing_field", "unknown_kind"}


def test_who_may_not_use_the_exchange_stores_and_answers_all_the_same(make_daemon, host):
    strong = make_daemon(name="strong")
    assert strong.run("topology", "declare").returncode == 0
    url = user(host, EVENTS, EVENTS.replace("(", "(amq.default|"), EVENTS)
    daemon = make_daemon({"broker": {"url": url}}).start()
    goes_on(daemon, host)
    wait_until("it was dropped", lambda: dropped(daemon, "unavailable") == 1)
    await_troubles(daemon, f"exchange {EXCHANGE}: ACCESS_REFUSED", "sending rejections: ACCESS_REFUSED")
    done = daemon.run("doctor", "--json")
    found = [entry for entry in json.loads(done.stdout) if entry["check"] == "permissions"]
    assert [entry["status"] for entry in found] == ["warning"], found
    assert f"configure on the exchange {EXCHANGE}; write on the exchange {EXCHANGE}" in found[0]["finding"], found
    assert done.returncode == 0 and EXCHANGE.replace(".", "\\.") in found[0]["remedy"], done
    done = daemon.run("topology", "check")
    assert done.returncode == 0 and f"warning  exchange {EXCHANGE}: nobody is told of rejections: ACCESS_REFUSED" in done.stdout, done
    goes_on(daemon, host)
    assert daemon.log().count("trouble at the broker: sending rejections") == 1
    # Tried again, and heard.
    user(host)
    listener = Listener(host)

    def told():
        goes_on(daemon, host)
        return listener.listen()
    wait_until("a rejection came", told, 60, every=1)
    await_troubles(daemon)
    listener.close()
    assert daemon.stop() == 0


def test_who_may_not_make_the_exchange_starts_without_it(make_daemon, host):
    url = user(host, EVENTS, ".*", ".*")
    daemon = make_daemon({"broker": {"url": url}}).start()
    goes_on(daemon, host)
    wait_until("it was dropped", lambda: dropped(daemon, "unavailable") == 1)
    await_troubles(daemon, f"exchange {EXCHANGE}: ACCESS_REFUSED")
    done = daemon.run("topology", "declare")
    assert done.returncode == 0 and f"warning  exchange {EXCHANGE}: expected a durable topic exchange" in done.stdout, done
    goes_on(daemon, host)


def test_in_check_mode_a_missing_exchange_is_a_warning(make_daemon, host):
    assert make_daemon(name="declaring").run("topology", "declare").returncode == 0
    with host.connect() as connection:
        connection.channel().exchange_delete(EXCHANGE)
    daemon = make_daemon({"topology": {"mode": "check"}}).start()
    goes_on(daemon, host)
    await_troubles(daemon, f"exchange {EXCHANGE}: NOT_FOUND")
    assert f"trouble at the broker: exchange {EXCHANGE}" in daemon.log()
    wait_until("it was dropped", lambda: dropped(daemon, "unavailable") == 1)
    done = daemon.run("doctor", "--json")
    found = next(entry for entry in json.loads(done.stdout) if entry["check"] == "topology")
    assert found["status"] == "warning" and f"missing: exchange {EXCHANGE}:" in found["finding"], found
    done = daemon.run("topology", "check")
    assert done.returncode == 0 and f"warning  exchange {EXCHANGE}: expected" in done.stdout, done
    done = daemon.run("topology", "check", "--json")
    found = next(entry for entry in map(json.loads, done.stdout.splitlines()) if entry["object"] == f"exchange {EXCHANGE}")
    assert (found["ok"], found["required"]) == (False, False) and "NOT_FOUND" in found["broker_said"]
    with host.connect() as connection:
        connection.channel().exchange_declare(EXCHANGE, "topic", durable=True)
    listener = Listener(host)

    def told():
        goes_on(daemon, host)
        return listener.listen()
    wait_until("a rejection came", told, 60, every=1)
    await_troubles(daemon)
    listener.close()


def test_an_exchange_that_is_deleted_comes_back_and_holds_up_nobody(daemon, host):
    daemon.start()
    listener = Listener(host)
    goes_on(daemon, host)
    listener.await_some(1)
    with host.connect() as connection:
        connection.channel().exchange_delete(EXCHANGE)
    goes_on(daemon, host)

    def bound():
        try:
            listener.close()
        except pika.exceptions.AMQPError:
            pass
        try:
            return Listener(host)
        except pika.exceptions.ChannelClosedByBroker:
            return None
    listener = wait_until("the exchange was there again", bound, 30, every=0.2)
    goes_on(daemon, host)
    listener.await_some(1)
    listener.close()
    await_troubles(daemon)


def test_a_queue_that_is_full_holds_up_nobody(daemon, store, host):
    daemon.start()
    listener = Listener(host, **{"x-max-length": 1, "x-overflow": "reject-publish"})
    flood(host, 50)
    store.await_received(50)
    goes_on(daemon, host)
    wait_until("all but one were given up", lambda: dropped(daemon, "refused") == 50, 60)
    listener.close()


@pytest.mark.parametrize("listens", [False, True], ids=["nothing-bound", "bound"])
def test_a_flood_holds_up_nobody(daemon, store, host, listens):
    count = 20_000
    assert daemon.run("topology", "declare").returncode == 0
    listener = Listener(host) if listens else None
    flood(host, count)
    began = time.monotonic()
    daemon.start()
    store.await_received(count, 300)
    seconds = time.monotonic() - began
    client = Client(host, direct=True)
    assert client.ask("intelligence", body_of(Maker().view_document()), "good")["status"] == "stored"
    client.connection.close()

    def settled():
        samples = metrics(daemon)
        told = total(samples, "alidade_rejections_published_total")
        return told + total(samples, "alidade_rejections_dropped_total") == count and samples
    samples = wait_until("each was published or dropped", settled, 60)
    print(f"{count} quarantined in {seconds:.1f} s; {published(daemon):.0f} told, "
          f"{samples['process_resident_memory_bytes'] / 1e6:.0f} MB")
    if listener:
        heard = listener.await_some(int(published(daemon)))
        told = listener.documents()
        assert len({one["quarantine_id"] for one in told}) == len(heard) == published(daemon)
        assert {properties.message_id.rpartition("/")[2] for _, properties, _ in heard} == {str(one["quarantine_id"]) for one in told}
        listener.close()


def test_the_broker_takes_nothing_and_the_ingest_goes_on(daemon, store, host):
    """An alarm stops publishers only: what is in the queues already is taken in, quarantined and acknowledged."""
    assert daemon.run("topology", "declare").returncode == 0
    flood(host, 12_000)
    host.broker.ctl("set_vm_memory_high_watermark", "0.00001")
    try:
        daemon.start()
        store.await_received(12_000, 120)
        wait_until("all were acknowledged", lambda: total(metrics(daemon), "alidade_unacknowledged_messages") == 0, 30, every=0.3)
        assert total(metrics(daemon), "alidade_outgoing_owed", kind="rejections") <= 10_000
        assert dropped(daemon, "overflow") >= 2000 and published(daemon) == 0
        assert readiness(daemon)[0] == 200
    finally:
        host.broker.ctl("set_vm_memory_high_watermark", "0.6")
    wait_until("the others were told", lambda: published(daemon) + dropped(daemon, "overflow") == 12_000, 60)


# The page

def test_the_program_of_the_page_tells(daemon, host, tmp_path):
    daemon.start()
    script = tmp_path / "told.py"
    script.write_text(re.search(r"```python\n(.*?)```", page.text("Rejections"), re.S).group(1))
    with subprocess.Popen([sys.executable, script, host.url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "bound\n"
        host.publish("profiler", refused(5))
        assert process.stdout.readline().startswith("profiler-telemetry bad-5 missing_field /user_id ")
        process.kill()


def test_the_page_has_every_member_property_and_series(binary, daemon, host):
    daemon.start()
    listener = Listener(host)
    host.publish("profiler", refused())
    _, properties, _ = listener.await_some(1)[0]
    document = json.loads(run(binary, "schema", "asyncapi").stdout)
    members = list(document["components"]["schemas"]["rejection"]["schema"]["properties"])
    assert [cells[0].strip("`") for cells in page.rows(page.section("Rejections", "Members"))] == members
    listed = {cells[0].strip("`") for cells in page.rows(page.section("Rejections", "Properties"))}
    assert listed == {name for name, value in vars(properties).items() if value is not None}
    named = set(re.findall(r"`(alidade_\w+)`", page.text("Rejections")))
    assert len(named) == 3 and named <= {sample.partition("{")[0] for sample in metrics(daemon)}
    listener.close()
