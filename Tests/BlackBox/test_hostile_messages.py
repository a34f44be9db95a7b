"""Messages that somebody made to hurt: full of errors, huge, slow to come. Each has its fate, memory has its bound, the others are stored."""
import gzip
import json
import pathlib
import re
import urllib.parse

import pika
import pytest

from harness.events import Maker, body_of
from harness.faults import killed_at
from harness.slowpath import SlowPath
from harness.store import Store
from harness.waiting import wait_until

MIB = 1 << 20


def full_of_errors(number, size=216_000):
    """A message of some 22,000 errors where they are strict, else of as many warnings and one error."""
    head = f'{{"event_id":"hostile-{number}","user_id":"u","session_id":"s","completion_status":"started","track_alignment_percentages":{{'
    entries = []
    length = len(head)
    while length < size:
        entries.append(f'"{len(entries):x}":[]')
        length += len(entries[-1]) + 1
    return (head + ",".join(entries) + "}}").encode(), len(entries)


def full_of_warnings(maker, count=5000):
    document = maker.profiler_document()
    document["track_alignment_percentages"] = {f"no-such-track-{number}": 1 for number in range(count)}
    return body_of(document)


def receipt_of(host, kind, body):
    """Publishes a message and waits for its receipt."""
    with host.connect() as connection:
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).method.queue
        host.publish(kind, body, reply_to=queue)
        return json.loads(wait_until("the receipt came", lambda: channel.basic_get(queue, auto_ack=True)[2]))


def test_a_message_full_of_errors_keeps_the_first_of_them_and_their_number(make_daemon, host):
    body, wrong = full_of_errors(1)
    daemon = make_daemon({"ingest": {"strict": True}})
    store = Store(daemon.store_path)
    daemon.start()
    receipt = receipt_of(host, "profiler", body)
    count = wrong + 1  # there is no time either
    assert (len(receipt["errors"]), receipt["error_count"]) == (32, count)
    (row,) = store.dicts("SELECT id, error_count, length(errors) AS size, errors FROM quarantine_v")
    assert row["error_count"] == count and row["size"] < 10_000 and len(json.loads(row["errors"])) == 32
    assert f"{count}, of which the first are " in daemon.run("quarantine", "show", row["id"]).stdout
    shown = json.loads(daemon.run("quarantine", "show", row["id"], "--json").stdout)
    assert (len(shown["errors"]), shown["error_count"]) == (32, count)
    path = daemon.folder / "message.json"
    path.write_bytes(body)
    checked = daemon.run("validate", path, "--kind", "profiler")
    assert checked.returncode == 2 and f"{count - 32} more errors" in checked.stdout
    assert json.loads(daemon.run("validate", path, "--kind", "profiler", "--json").stdout)["error_count"] == count


def test_a_message_full_of_warnings_keeps_the_first_of_them_and_their_number(daemon, store, host):
    daemon.start()
    receipt = receipt_of(host, "profiler", full_of_warnings(Maker()))
    assert receipt["status"] == "stored"
    assert len(receipt["warnings"]) == 32 and receipt["warning_count"] >= 5000
    rows = dict(store.rows("SELECT code, count FROM event_warnings"))
    assert rows["unknown_track"] == 5000 and sum(rows.values()) == receipt["warning_count"]


def peak(daemon):
    """The most memory that the daemon ever held, in bytes."""
    with open(f"/proc/{daemon.pid()}/status") as status:
        (line,) = [line for line in status if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def publish(host, bodies, kind="profiler", **properties):
    """Many messages over one connection, each confirmed."""
    with host.connect() as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for body in bodies:
            channel.basic_publish("telemetry", f"{kind}.event", body, pika.BasicProperties(delivery_mode=2, **properties))


def headers_of_100_kilobytes():
    return {f"x-{number}": "v" * 1000 for number in range(100)}


def inflating(number, size=250_000):
    return gzip.compress(b'{"session_id":"%d","padding":"' % number + b"x" * size + b'"}')


HOSTILE = {
    "compressed": lambda: ([inflating(number) for number in range(2000)], {"content_encoding": "gzip"}),
    "errors": lambda: ([full_of_errors(number)[0] for number in range(400)], {}),
    "headers": lambda: ([b"{%d" % number for number in range(1000)], {"headers": headers_of_100_kilobytes()}),
    "warnings": lambda: ([full_of_warnings(Maker(number)) for number in range(200)], {}),
    "small errors": lambda: ([b'{"event_id":"%d","answers":[%s]}' % (n, b",".join([b"1"] * 40)) for n in range(4000)], {}),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_messages_by_the_hundred_stay_within_the_bound_of_memory(daemon, store, host, kind):
    """The bound is that of Decisions/0008: 256 MiB where no message is larger than 1 MiB."""
    bodies, properties = HOSTILE[kind]()
    host.declare()
    publish(host, bodies, **properties)
    daemon.start()
    store.await_received(len(bodies), 90)
    assert peak(daemon) < 256 * MIB
    tally = store.tally()
    assert tally["stored"] + tally["quarantined"] == len(bodies)


def large(number, size):
    return b'{"event_id":"large-%d","padding":"' % number + b"x" * size + b'"}'


def between(host, size, count):
    """Large messages with good ones before and after each."""
    maker = Maker()
    for number in range(count):
        host.publish("intelligence", body_of(maker.view_document()))
        host.publish("intelligence", large(number, size))
        host.publish("intelligence", body_of(maker.view_document()))


def assert_each_has_its_fate(store, size, count):
    assert store.tally() == {"received": 3 * count, "stored": 2 * count, "duplicates": 0, "quarantined": count}
    rows = store.rows("SELECT reason, length(body) FROM quarantine")
    assert rows == [("too_large", len(large(number, size))) for number in range(count)]


@pytest.mark.slow
def test_large_messages_are_quarantined_whole_one_after_another_in_little_more_than_twice_their_size(daemon, store, host):
    size, count = 100 * MIB, 10
    host.declare()
    between(host, size, count)
    daemon.start()
    before = host.connections()
    wait_until("all were received", lambda: store.tally()["received"] >= 3 * count, 180)
    assert_each_has_its_fate(store, size, count)
    assert set(before) <= set(host.connections()), f"connections were lost:\n{daemon.log()}"
    assert peak(daemon) < 2 * size + 256 * MIB


def test_messages_that_take_longer_to_arrive_than_two_heartbeats_are_not_a_dead_peer(make_daemon, host, broker):
    """At this rate a message takes some fourteen seconds."""
    size, count = 20 * MIB, 2
    path = SlowPath(broker.port, 3 * MIB // 2)
    url = urllib.parse.urlsplit(host.url)
    slow = url._replace(netloc=url.netloc.replace(str(broker.port), str(path.port))).geturl()
    daemon = make_daemon({"broker": {"url": slow, "heartbeat_seconds": 5}})
    store = Store(daemon.store_path)
    host.declare()
    between(host, size, count)
    try:
        daemon.start()
        wait_until("all were received", lambda: store.tally()["received"] >= 3 * count, 120)
    finally:
        path.close()
    assert_each_has_its_fate(store, size, count)
    said = daemon.log()
    assert said.count(" consuming source=") == 1 and not any(word in said for word in ("resumed", "trying again")), f"the connection was lost:\n{said}"


def limited(megabytes):
    return ["prlimit", f"--as={megabytes * MIB}"]


def test_a_message_of_100_mebibytes_fits_into_800(daemon, store, host):
    host.declare()
    between(host, 100 * MIB, 1)
    daemon.start(wrapper=limited(800))
    wait_until("all were received", lambda: store.tally()["received"] >= 3 or not daemon.running(), 60)
    assert daemon.running(), daemon.log()[-2000:]
    assert_each_has_its_fate(store, 100 * MIB, 1)


@pytest.mark.slow
@pytest.mark.parametrize("room", [pytest.param(49, id="no memory to receive it"), pytest.param(109, id="no memory to store it")])
def test_a_message_for_which_there_is_no_memory_ends_as_poison_and_the_others_are_stored(make_daemon, host, room):
    """It is received in vain, or the daemon ends over it, so often; then what fits of it is kept. `room`: MiB beside what the daemon takes idle."""
    daemon = make_daemon({"ingest": {"delivery_limit": 2}})
    store = Store(daemon.store_path)
    daemon.start()
    status = pathlib.Path(f"/proc/{daemon.pid()}/status").read_text()
    megabytes = int(re.search(r"VmPeak:\s+(\d+) kB", status)[1]) // 1024 + room
    daemon.stop()
    between(host, 100 * MIB, 1)
    ends = 0
    while store.tally()["stored"] + store.tally()["quarantined"] < 3 and ends < 12:
        daemon.start(wrapper=limited(megabytes), wait=False)
        wait_until(
            "the daemon ended or was done",
            lambda: not daemon.running() or store.tally()["stored"] + store.tally()["quarantined"] >= 3, 90)
        ends += not daemon.running()
    assert store.tally()["stored"] == 2, daemon.log(all_runs=True)[-3000:]
    ((reason, detail, kept),) = store.rows("SELECT reason, detail, length(body) FROM quarantine")
    assert reason == "poison" and "the first 1048576 are kept" in detail and kept == MIB


def test_a_publishers_own_delivery_count_poisons_nothing(make_daemon, host):
    """As a message has it that came back from a parking queue."""
    for queue_type in ("quorum", "classic"):
        daemon = make_daemon({"topology": {"queue_type": queue_type}}, name=queue_type)
        store = Store(daemon.store_path)
        host.declare(queue_type)
        host.publish("intelligence", body_of(Maker().view_document()), headers={"x-delivery-count": 11})
        with host.connect() as connection:  # handed out once before
            connection.channel().basic_get("intelligence-events")
        daemon.start()
        store.await_received(1)
        assert store.tally()["stored"] == 1
        daemon.stop()
        with host.connect() as connection:
            for queue in ("profiler-telemetry", "intelligence-events"):
                connection.channel().queue_delete(queue)


def until_settled(daemon, store, count, limit, **start):
    """Starts the daemon again and again until so many messages have a fate; how often it died."""
    def settled():
        tally = store.tally()
        return tally["stored"] + tally["quarantined"] >= count
    deaths = 0
    while not settled() and deaths <= limit:
        daemon.start(wait=False, **start)
        wait_until("the daemon died or was done", lambda: not daemon.running() or settled(), 60)
        deaths += not daemon.running()
    return deaths


@pytest.mark.slow
@pytest.mark.parametrize("death", ["abort", "killed while committing"])
def test_a_large_message_that_kills_the_daemon_ends_as_poison_and_the_others_are_stored(make_daemon, faulty_binary, host, death):
    """Killed at a write that only the large message gets to, as the kernel kills where memory is short."""
    environment = {"ALIDADE_SEEDED_BUG": "crash-on:large-0"} if death == "abort" else {}
    daemon = make_daemon({"ingest": {"delivery_limit": 2}}, program=faulty_binary, environment=environment)
    store = Store(daemon.store_path)
    daemon.start()  # makes the store, and the topology
    daemon.stop()
    between(host, 12 * MIB, 1)
    wrapper = () if death == "abort" else killed_at("pwrite64", 60)
    assert until_settled(daemon, store, 3, 12, wrapper=wrapper) == 3
    assert store.tally()["stored"] == 2
    ((reason, detail, size),) = store.rows("SELECT reason, detail, length(body) FROM quarantine")
    assert reason == "poison" and "3 times" in detail and size == MIB


@pytest.mark.slow
def test_the_neighbours_of_a_killer_are_stored_however_many_wait_behind_it(make_daemon, faulty_binary, host):
    """All of them are handed out again after each death, and counted by the broker: that is not their fault."""
    daemon = make_daemon(
        {"ingest": {"delivery_limit": 2}}, program=faulty_binary, environment={"ALIDADE_SEEDED_BUG": "crash-on:the-killer"})
    store = Store(daemon.store_path)
    host.declare("quorum")
    maker = Maker()
    killer = body_of(maker.view_document(event_id="the-killer"))
    publish(host, [killer] + [body_of(maker.view_document()) for _ in range(3000)], "intelligence")
    assert until_settled(daemon, store, 3001, 8) == 3
    assert store.tally()["stored"] == 3000 and store.quarantined() == [(killer, "poison")]
