"""Aggregates are published by themselves: what changed, once for each change, with a revision that nothing resets."""
import collections

import pytest

from harness.events import Maker, body_of
from harness.metrics import AGGREGATES, METRICS, Asker, Reader
from harness.waiting import wait_until

EVERY_SECOND = {"ALIDADE_AGGREGATES_INTERVAL_SECONDS": "1"}


@pytest.fixture
def daemon(make_daemon):
    return make_daemon(environment=EVERY_SECOND)


@pytest.fixture
def reader(daemon, host):
    daemon.start()
    reader = Reader(host)
    yield reader
    reader.close()


def view(maker=Maker(7), **members):
    return body_of(maker.view_document(**members))


def events(document):
    return sum(document["result"]["events"].values())


def revisions(reader):
    """By metric and window, every revision in the order of its publication."""
    found = collections.defaultdict(list)
    for _, _, document in reader.poll():
        found[document["metric"], document["window"]["days"]].append(document["revision"])
    return found


def check_messages(reader):
    """What holds of every publication: its address, its name, and that no name comes twice."""
    ids = [properties.message_id for _, properties, _ in reader.published]
    assert len(ids) == len(set(ids))
    for method, properties, document in reader.published:
        name, days = document["metric"], document["window"]["days"]
        assert (method.exchange, method.routing_key) == ("telemetry.aggregates", f"metrics.{name}.{days}d")
        assert properties.message_id == f"{document['store']['id']}/{name}/{days}d/{document['revision']}"
        assert (properties.type, properties.content_type, properties.delivery_mode) == (name, "application/json", 2)
        assert properties.app_id == "alidade" and properties.timestamp > 0


def test_every_metric_of_every_window_is_published_once_and_then_what_changes(reader, host):
    for name in METRICS:
        for days in (7, 30):
            assert reader.await_one(name, days)["revision"] == 1
    host.publish("intelligence", view())
    for days in (7, 30):
        assert events(reader.await_one("admin_engagement", days, lambda d: d["revision"] == 2)) == 1
        reader.await_one("data_quality", days, lambda d: d["revision"] == 2)
    host.publish("intelligence", view())
    reader.await_one("admin_engagement", 30, lambda d: d["revision"] == 3)
    check_messages(reader)
    changed = {key for key, seen in revisions(reader).items() if len(seen) > 1}
    assert changed == {(name, days) for name in ("admin_engagement", "data_quality") for days in (7, 30)}


def test_the_windows_are_those_of_the_configuration(make_daemon, host):
    make_daemon({"aggregates": {"interval_seconds": 1, "windows": [1, 90]}}).start()
    reader = Reader(host)
    for name in METRICS:
        reader.await_one(name, 1)
        reader.await_one(name, 90)
    assert {days for _, days in revisions(reader)} == {1, 90}
    reader.close()


def test_a_publication_is_the_answer_to_a_request_with_a_revision(reader, host):
    asker = Asker(host)
    host.publish("intelligence", view())
    published = reader.await_one("admin_engagement", 7, lambda d: events(d) == 1)
    answer = asker.ask(metric="admin_engagement", days=7)
    assert published["result"] == answer["result"] and published["definition"] == answer["definition"]
    assert set(published) == {*answer, "revision"}
    asker.close()


def test_revisions_grow_by_one_and_survive_a_kill(reader, daemon, host, store):
    for count in range(1, 4):
        host.publish("intelligence", view())
        reader.await_one("admin_engagement", 7, lambda d, count=count: events(d) == count)
    confirmed = "SELECT count(*) FROM _publications WHERE is_confirmed = 0"
    wait_until("every publication was confirmed", lambda: store.value(confirmed) == 0)
    daemon.kill()
    host.publish("intelligence", view())
    daemon.start()
    document = reader.await_one("admin_engagement", 7, lambda d: events(d) == 4)
    assert daemon.stop() == 0
    check_messages(reader)
    for key, seen in revisions(reader).items():
        assert seen == list(range(1, len(seen) + 1)), key
    assert document["revision"] == revisions(reader)["admin_engagement", 7][-1]


def test_what_was_not_confirmed_before_a_death_is_published_again_under_its_name(reader, daemon, host, store):
    before = reader.await_one("override_rate", 7)
    wait_until("every publication was confirmed",
               lambda: store.value("SELECT count(*) FROM _publications WHERE is_confirmed = 0") == 0)
    daemon.kill()
    with store.open("rw") as other:
        other.execute("UPDATE _publications SET is_confirmed = 0 WHERE metric = 'override_rate'")
    daemon.start()
    wait_until("it came again", lambda: len(reader.of("override_rate", 7)) == 2)
    again = reader.of("override_rate", 7)[1]
    assert again["revision"] == before["revision"] and again["result"] == before["result"]
    wait_until("it was confirmed",
               lambda: store.value("SELECT count(*) FROM _publications WHERE is_confirmed = 0") == 0)
    ids = [properties.message_id for _, properties, _ in reader.published]
    assert sorted(name.split("/", 1)[1] for name in set(ids) if ids.count(name) > 1) == ["override_rate/30d/1", "override_rate/7d/1"]


def test_what_has_not_changed_for_an_hour_is_published_again_as_it_was(reader, daemon, store):
    before = reader.await_one("override_rate", 7)
    wait_until("every publication was confirmed",
               lambda: store.value("SELECT count(*) FROM _publications WHERE is_confirmed = 0") == 0)
    with store.open("rw") as other:
        other.execute("UPDATE _publications SET published_at = published_at - 3600000000 WHERE metric = 'override_rate'")
    again = reader.await_one("override_rate", 7, lambda d: d.get("unchanged"))
    assert again["unchanged"] is True and "unchanged" not in before
    assert (again["revision"], again["result"], again["store"]) == (before["revision"], before["result"], before["store"])
    wait_until("it was confirmed",
               lambda: store.value("SELECT count(*) FROM _publications WHERE is_confirmed = 0") == 0)
    assert store.value("SELECT count(*) FROM _publications WHERE metric = 'override_rate' AND published_at < (SELECT min(published_at) FROM _publications WHERE metric <> 'override_rate')") == 0


@pytest.mark.slow
def test_after_an_outage_of_the_broker_the_newest_state_comes_and_no_pile(reader, daemon, host, broker, store):
    host.publish("intelligence", view())
    reader.await_one("admin_engagement", 7, lambda d: events(d) == 1)
    wait_until("every publication was confirmed",
               lambda: store.value("SELECT count(*) FROM _publications WHERE is_confirmed = 0") == 0)
    claimed = store.rows("SELECT metric, days, revision FROM _publications")
    seen = len(reader.poll())
    reader.close()
    broker.stop()
    try:
        daemon.wait_log("could not go on publishing aggregates")
        lines = daemon.folder / "more.jsonl"
        for _ in range(3):
            lines.write_bytes(view() + b"\n")
            assert daemon.run("ingest", lines, "--kind", "intelligence").returncode == 0
        assert store.rows("SELECT metric, days, revision FROM _publications") == claimed
    finally:
        broker.start()
    fresh = Reader(host)
    document = fresh.await_one("admin_engagement", 7, limit=90)
    assert events(document) == 4 and document["revision"] == dict(
        ((name, days), revision) for name, days, revision in claimed)["admin_engagement", 7] + 1
    daemon.wait_log("publishing aggregates again")
    assert len(fresh.of("admin_engagement", 7)) == 1 and seen > 0
    fresh.close()


def test_the_reply_queue_is_there_from_the_first_start_and_bounded(make_daemon, host):
    make_daemon().start()
    rows = host.ctl("list_queues", "--no-table-headers", "name", "arguments", "durable").splitlines()
    row = next(row for row in rows if row.startswith(f"{AGGREGATES}\t"))
    assert '"x-max-length",100000' in row.replace(" ", "") and "drop-head" in row and row.endswith("true"), row


def test_a_store_that_cannot_be_written_skips_rounds_and_goes_on_by_itself(reader, daemon, host, store):
    host.publish("intelligence", view())
    before = reader.await_one("admin_engagement", 7, lambda d: events(d) == 1)["revision"]
    with store.open("rw") as other:
        other.execute("ALTER TABLE _publications RENAME TO _publications_away")
        host.publish("intelligence", view())
        daemon.wait_log("could not publish all aggregates")
        other.execute("ALTER TABLE _publications_away RENAME TO _publications")
    assert reader.await_one("admin_engagement", 7, lambda d: events(d) == 2)["revision"] == before + 1
    daemon.wait_log("publishing all aggregates again")


@pytest.mark.slow
def test_an_alarm_of_the_broker_holds_publications_up_and_doubles_none(reader, daemon, host, broker, store):
    host.publish("intelligence", view())
    reader.await_one("admin_engagement", 7, lambda d: events(d) == 1)
    lines = daemon.folder / "more.jsonl"
    lines.write_bytes(view() + b"\n")
    claimed = "SELECT revision FROM _publications WHERE metric = 'admin_engagement' AND days = 7"
    before = store.value(claimed)
    broker.ctl("set_vm_memory_high_watermark", "0.000001")
    try:
        assert daemon.run("ingest", lines, "--kind", "intelligence").returncode == 0
        wait_until("it was about to be published", lambda: store.value(claimed) == before + 1)
    finally:
        broker.ctl("set_vm_memory_high_watermark", "0.4")
    assert events(reader.await_one("admin_engagement", 7, lambda d: d["revision"] == before + 1)) == 2
    host.publish("intelligence", view())
    reader.await_one("admin_engagement", 7, lambda d: events(d) == 3)
    check_messages(reader)
