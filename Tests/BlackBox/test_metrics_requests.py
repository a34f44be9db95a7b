"""Metrics are answered over AMQP: to the event, whatever else is going on, and never with silence."""
import datetime
import pathlib

import pika
import pytest

from harness.events import Maker, body_of
from harness.faults import first_held
from harness.metrics import METRICS, REQUESTS, Asker
from harness.publisher import Flow
from harness.waiting import wait_until


def requests_left(host):
    return host.unsettled(REQUESTS)


@pytest.fixture
def asker(daemon, host):
    daemon.start()
    asker = Asker(host)
    yield asker
    asker.close()


@pytest.fixture(params=[False, True], ids=["a-queue-of-its-own", "amq.rabbitmq.reply-to"])
def any_asker(daemon, host, request):
    daemon.start()
    asker = Asker(host, direct=request.param)
    yield asker
    asker.close()


def test_every_metric_is_answered_before_anything_is_stored(any_asker):
    for name in METRICS:
        correlation_id = any_asker.send({"metric": name, "days": 7})
        properties, document = any_asker.reply(correlation_id)
        assert (properties.type, properties.content_type) == (name, "application/json")
        assert properties.delivery_mode == 2 and abs(properties.timestamp - datetime.datetime.now().timestamp()) < 3600
        assert document["metric"] == name and document["definition"]["version"] >= 1 and document["definition"]["text"]
        assert document["completeness"] == {"backlog": 0, "quarantined": 0}
        window = [datetime.datetime.fromisoformat(document["window"][end].replace("Z", "+00:00")) for end in ("from", "to")]
        assert window[1] - window[0] == datetime.timedelta(days=7) and document["window"]["days"] == 7
        assert document["as_of"] == document["window"]["to"]
        assert "revision" not in document
    nothing = any_asker.ask(metric="override_rate", days=7)["result"]
    assert nothing == {"overridden": 0, "decisions": 0, "override_rate": None, "override_rate_interval": None}


def test_a_list_is_answered_as_a_list_in_its_order(any_asker):
    properties, document = any_asker.reply(any_asker.send({"metrics": ["override_rate", "data_quality"], "days": 30}))
    assert properties.type == "metrics"
    assert [m["metric"] for m in document["metrics"]] == ["override_rate", "data_quality"]
    one = any_asker.ask(metrics=["override_rate"], days=30)
    assert [m["metric"] for m in one["metrics"]] == ["override_rate"]
    everything = any_asker.ask(metrics="all", days=365)["metrics"]
    assert tuple(sorted(m["metric"] for m in everything)) == tuple(sorted(METRICS))
    assert len({m["as_of"] for m in everything}) == 1


def test_bad_requests_get_an_error_and_never_silence(asker):
    code, message = asker.error({"metric": "overide_rate", "days": 7})
    assert code == "unknown_metric" and "did you mean override_rate?" in message
    for days in (0, 366, -1, 7.5, "x", "7", None, [7], True, 1e300):
        assert asker.error({"metric": "override_rate", "days": days})[0] == "invalid_days", days
    assert asker.error({"metric": "override_rate"})[0] == "invalid_days"
    for body in (b"", b"days=7", b"[]", b'"all"', b"{", b"\xff\xfe", b"7", b"x" * 300_000, b"[" * 5000):
        assert asker.error(body)[0] == "invalid_request", body[:20]
    for request in (
            {"days": 7}, {"metrics": [], "days": 7}, {"metrics": "some", "days": 7}, {"metric": 7, "days": 7},
            {"metric": ["override_rate"], "days": 7}, {"metrics": [7], "days": 7},
            {"metric": "override_rate", "metrics": "all", "days": 7}, {"metrics": ["override_rate"] * 200, "days": 7}):
        assert asker.error(request)[0] == "invalid_request", request
    code, message = asker.error({"metric": "override_rate", "day": 7})
    assert code == "invalid_request" and "did you mean days?" in message
    code, message = asker.error({"metric": "override_rate", "days": 7, "group_by": "explanation_versions"})
    assert code == "unsupported_group_by" and "did you mean explanation_version?" in message
    for request in (
            {"metric": "outcome_distribution", "group_by": "recommendation_type"}, {"metric": "module_time", "group_by": "explanation_version"},
            {"metrics": ["override_rate", "module_time"], "group_by": "explanation_version"}, {"metric": "override_rate", "group_by": 7},
            {"metric": "override_rate", "group_by": ["recommendation_type", 7]},
            {"metric": "override_rate", "group_by": ["admin_user_id", "admin_user_id"]},
            {"metric": "override_rate", "group_by": ["recommendation_type", "admin_user_id", "explanation_version"]}):
        assert asker.error({**request, "days": 7})[0] == "unsupported_group_by", request
    code, message = asker.error({"metric": "override_rate", "days": 7, "group_by": ["recommendation_type", "browser"]})
    assert code == "unsupported_group_by" and message.endswith(
        "only by recommendation_type, confidence_at_time, explanation_version, admin_user_id")
    for request in (
            {"filter": {"recommendation_typ": "x"}}, {"filter": {"browser": "Firefox"}}, {"filter": ["recommendation_type"]},
            {"filter": {"recommendation_type": []}}, {"filter": {"recommendation_type": None}}, {"filter": {"admin_user_id": 1.5}},
            {"filter": {"admin_user_id": [[1]]}}, {"filter": "recommendation_type=x"}):
        assert asker.error({"metric": "override_rate", "days": 7, **request})[0] == "unsupported_filter", request
    code, message = asker.error({"metric": "module_time", "days": 7, "filter": {"admin_user_id": 1}})
    assert code == "unsupported_filter" and "only by completion_status, recommended_track" in message
    assert asker.error({"metric": "data_quality", "days": 7, "filter": {"browser": "x"}})[1].endswith("it cannot be filtered")
    assert asker.error({"metrics": "all", "days": 7, "filter": {"browser": "x", "admin_user_id": 1}})[0] == "unsupported_filter"
    assert asker.ask(metric="override_rate", days=7)["result"]["decisions"] == 0


def test_groups_of_a_reply_add_up_to_the_whole(asker, host, store):
    maker = Maker()
    sent = [("mentor", "HIGH", "v1", "ACCEPTED"), ("mentor", "LOW", "v2", "OVERRIDDEN"), ("lab", None, "v2", "IGNORED")]
    for kind, confidence, version, action in sent:
        host.publish("intelligence", body_of(maker.recommendation_document(
            recommendation_type=kind, confidence=confidence, explanation_version=version, action_taken=action)))
    store.await_received(len(sent))
    result = asker.ask(metric="override_rate", days=7, group_by="recommendation_type")["result"]
    assert (result["overridden"], result["decisions"]) == (1, 3)
    assert {name: (g["overridden"], g["decisions"]) for name, g in result["groups"].items()} == {"lab": (0, 1), "mentor": (1, 2)}
    result = asker.ask(metric="override_rate", days=7, group_by="explanation_version")["result"]
    assert {name: g["override_rate"] for name, g in result["groups"].items()} == {"v1": 0, "v2": 0.5}
    document = asker.ask(metric="override_rate", days=7, group_by="confidence_at_time")
    assert document["group_by"] == "confidence_at_time"
    assert {name: g["decisions"] for name, g in document["result"]["groups"].items()} == {"HIGH": 1, "LOW": 1, "unknown": 1}
    everything = {m["metric"]: m for m in asker.ask(metrics="all", days=7, group_by="explanation_version")["metrics"]}
    assert "groups" in everything["override_rate"]["result"] and "group_by" not in everything["module_time"]


def test_two_dimensions_and_a_filter(asker, host, store):
    maker = Maker()
    sent = [("mentor", 7, "v1", "ACCEPTED"), ("mentor", 7, "v2", "OVERRIDDEN"), ("mentor", 8, "v2", "OVERRIDDEN"), ("lab", 7, "v2", "IGNORED")]
    for kind, admin, version, action in sent:
        host.publish("intelligence", body_of(maker.recommendation_document(
            recommendation_type=kind, admin_user_id=admin, explanation_version=version, action_taken=action)))
    store.await_received(len(sent))
    document = asker.ask(metric="override_rate", days=7, group_by=["recommendation_type", "admin_user_id"])
    assert document["group_by"] == ["recommendation_type", "admin_user_id"] and "filter" not in document
    groups = document["result"].pop("groups")
    assert (document["result"]["overridden"], document["result"]["decisions"]) == (2, 4)
    counts = {kind: {admin: (g["overridden"], g["decisions"]) for admin, g in admins.items()} for kind, admins in groups.items()}
    assert counts == {"lab": {"7": (0, 1)}, "mentor": {"7": (1, 2), "8": (1, 1)}}
    document = asker.ask(
        metric="override_rate", days=7, group_by=["admin_user_id"], compare="previous", interval="day",
        filter={"explanation_version": "v2", "admin_user_id": [7, "8", "nobody"], "recommendation_type": ["mentor"]})
    assert document["group_by"] == "admin_user_id"
    assert document["filter"] == {"explanation_version": ["v2"], "admin_user_id": ["7", "8", "nobody"], "recommendation_type": ["mentor"]}
    assert {admin: g["decisions"] for admin, g in document["result"]["groups"].items()} == {"7": 1, "8": 1}
    assert sum(part["result"]["decisions"] for part in document["series"]) == document["result"]["decisions"] == 2
    assert document["previous"]["result"]["decisions"] == 0 and document["previous"]["result"]["groups"] == {}
    nothing = asker.ask(metric="override_rate", days=7, filter={"recommendation_type": "nobody says this"})["result"]
    assert nothing == {"overridden": 0, "decisions": 0, "override_rate": None, "override_rate_interval": None}
    filtered = asker.ask(metrics="all", days=7, filter={"admin_user_id": 8})["metrics"]
    assert {m["metric"] for m in filtered} == {
        "recommendation_acceptance_rate", "average_decision_time", "override_rate", "outcome_by_decision", "admin_engagement"}


def test_a_request_without_reply_to_is_acknowledged_and_dropped(asker, daemon, host):
    asker.send({"metric": "override_rate", "days": 7}, reply_to=None)
    asker.send({"metric": "override_rate", "days": 7}, reply_to="")
    assert asker.ask(metric="override_rate", days=7)["metric"] == "override_rate"
    wait_until("all were acknowledged", lambda: requests_left(host) == 0, every=0.3)
    daemon.wait_log("dropped a request")


def test_a_reply_to_a_queue_that_is_gone_harms_nobody(asker, host):
    for name in ("no-such-queue", "amq.rabbitmq.reply-to.gone", "ü" * 100):
        asker.send({"metric": "override_rate", "days": 7}, reply_to=name)
        asker.send(b"not JSON", reply_to=name)
    assert asker.ask(metric="override_rate", days=7)["metric"] == "override_rate"
    wait_until("all were acknowledged", lambda: requests_left(host) == 0, every=0.3)


def test_a_reply_queue_that_refuses_holds_up_nobody_for_long(asker, host):
    full = asker.channel.queue_declare("", exclusive=True, arguments={"x-max-length": 1, "x-overflow": "reject-publish"}).method.queue
    asker.channel.basic_publish("", full, b"there is no room for another")
    for _ in range(60):
        asker.send({"metric": "override_rate", "days": 7}, reply_to=full)
    assert asker.ask(metric="override_rate", days=7)["metric"] == "override_rate"
    # A full queue is tried again for half a minute.
    wait_until("all were acknowledged", lambda: requests_left(host) == 0, 90, every=0.3)


def test_every_reply_goes_to_its_own_asker_with_its_own_correlation_id(daemon, host):
    daemon.start()
    askers = [Asker(host), Asker(host, direct=True)]
    sent = [(asker, asker.send({"metric": METRICS[n % len(METRICS)], "days": n + 1}), n) for n in range(30) for asker in askers]
    for asker, correlation_id, n in sent:
        document = asker.reply(correlation_id)[1]
        assert (document["metric"], document["window"]["days"]) == (METRICS[n % len(METRICS)], n + 1)
        assert len(asker.replies[correlation_id]) == 1
    longest = askers[0].send({"metric": "override_rate", "days": 1}, correlation_id="é" * 127)
    assert askers[0].reply(longest)[1]["metric"] == "override_rate"
    for asker in askers:
        asker.close()


def test_a_reply_comes_while_a_backlog_drains(make_daemon, host, ledger):
    daemon = make_daemon()
    host.declare()
    ledger.publish(20_000, limit=120)
    with host.connect() as connection:
        # Copies of what is there already make the backlog long without making the test long.
        channel, body = connection.channel(), body_of(ledger.maker.view_document())
        for _ in range(80_000):
            channel.basic_publish("telemetry", "intelligence.event", body, pika.BasicProperties(delivery_mode=2))
    wait_until("the backlog was there", lambda: host.ready("intelligence-events") >= 80_000)
    daemon.start()
    asker = Asker(host)
    seen = asker.ask(metric="data_quality", days=7)
    assert seen["completeness"]["backlog"] > 0
    assert sum(queue["received"] for queue in seen["result"]["queues"].values()) < 100_000
    assert host.ready("intelligence-events") > 0
    asker.close()


def test_a_flood_of_requests_is_answered_and_costs_no_telemetry(asker, daemon, store, ledger, host):
    with ledger.flow(rate=500):
        sent = [asker.send({"metrics": "all", "days": 30} if n % 20 == 0 else {"metric": METRICS[n % len(METRICS)], "days": 30})
                for n in range(2000)]
        for correlation_id in sent:
            asker.reply(correlation_id, 120)
    assert all(len(asker.replies[correlation_id]) == 1 for correlation_id in sent)
    store.await_received(ledger.copies(), 60)
    assert set(store.identities()) >= ledger.good()
    wait_until("every request was acknowledged", lambda: requests_left(host) == 0, every=0.3)


def test_a_request_survives_the_death_of_the_daemon(daemon, host, store):
    daemon.start()
    host.publish("intelligence", body_of(Maker().view_document()))
    store.await_received(1)
    daemon.kill()
    asker = Asker(host)
    sent = [asker.send({"metric": "admin_engagement", "days": 7}) for _ in range(20)]
    daemon.start(wait=False)
    asker.reply(sent[0])
    daemon.kill()
    daemon.start()
    for correlation_id in sent:
        assert asker.reply(correlation_id)[1]["result"]["events"]["SIGNAL_DETAIL_OPEN"] == 1
    wait_until("every request was acknowledged", lambda: requests_left(host) == 0, every=0.3)
    asker.close()


def test_requests_wait_while_the_store_cannot_be_read(asker, daemon, store, host):
    host.publish("intelligence", body_of(Maker().view_document()))
    store.await_received(1)
    with store.open("rw") as other:
        other.execute("ALTER TABLE _rollup_pending RENAME TO rollup_pending_away")
        waiting = asker.send({"metric": "admin_engagement", "days": 7})
        daemon.wait_log("could not read the metrics")
        assert asker.error({"metric": "admin_engagment", "days": 7})[0] == "unknown_metric"
        other.execute("ALTER TABLE rollup_pending_away RENAME TO _rollup_pending")
    assert asker.reply(waiting)[1]["result"]["events"]["SIGNAL_DETAIL_OPEN"] == 1
    daemon.wait_log("the metrics can be read again")


def test_a_store_that_hangs_costs_the_requests_no_connection_and_they_are_answered_in_order(make_daemon, host):
    heartbeat = 1
    daemon = make_daemon({"broker": {"heartbeat_seconds": heartbeat}})
    daemon.start()
    asker = Asker(host)
    assert asker.ask(metric="override_rate", days=7)
    before = host.connections()
    # Where SQLite begins to read it takes a lock, and then reads what is not in its cache.
    with first_held(daemon, "fcntl,pread64", 8 * heartbeat):
        waiting = [asker.send({"metric": METRICS[n % len(METRICS)], "days": n + 1}) for n in range(40)]
        assert asker.error({"metric": "overide_rate", "days": 7})[0] == "unknown_metric"
        assert not any(correlation_id in asker.replies for correlation_id in waiting), "the store was not held"
        for correlation_id in waiting:
            asker.reply(correlation_id)
    assert [correlation_id for correlation_id in asker.replies if correlation_id in waiting] == waiting
    assert all(len(replies) == 1 for replies in asker.replies.values())
    assert host.connections() == before, daemon.log()
    assert "could not" not in daemon.log(), daemon.log()
    asker.close()


def test_requests_survive_a_broker_that_cuts_the_connections(asker, daemon, host):
    assert asker.ask(metric="override_rate", days=7)
    before = daemon.log().count("notice answering requests again")
    asker.close()
    host.close_connections()
    again = Asker(host)
    assert again.ask(metric="override_rate", days=7)["metric"] == "override_rate"
    wait_until("it said so", lambda: daemon.log().count("answering requests again") > before)
    again.close()


def test_a_stop_is_not_held_up_by_requests(asker, daemon, host):
    left, count = 0, 500
    while left == 0:
        # A fast daemon answers all of them before it is told to stop: then there were too few.
        assert count < 100_000, "no stop ever left a request"
        sent = [asker.send({"metrics": "all", "days": 365}) for _ in range(count)]
        asker.reply(sent[0])
        assert daemon.stop() == 0
        assert "stopping before everything was finished" not in daemon.log()
        left, count = requests_left(host), 4 * count
        daemon.start()
    for correlation_id in sent:
        asker.reply(correlation_id)
    wait_until("every request was acknowledged", lambda: requests_left(host) == 0, every=0.3)


def test_it_is_the_metrics_thread_that_is_nice(asker, daemon):
    nice = {}
    for task in pathlib.Path(f"/proc/{daemon.pid()}/task").iterdir():
        fields = (task / "stat").read_text().rsplit(")", 1)
        nice[fields[0].split("(", 1)[1]] = int(fields[1].split()[16])
    assert nice["metrics"] == nice["aggregates"] == nice["receive"] + 5 == nice["commit"] + 5


@pytest.mark.slow
def test_an_alarm_of_the_broker_holds_replies_up_and_loses_none(asker, daemon, host, broker):
    assert daemon.stop() == 0
    sent = [asker.send({"metric": METRICS[n % len(METRICS)], "days": 30}) for n in range(200)]
    wait_until("the requests were there", lambda: host.ready(REQUESTS) == len(sent))
    broker.ctl("set_vm_memory_high_watermark", "0.000001")
    try:
        daemon.start()
        wait_until("some requests were in hand", lambda: host.ready(REQUESTS) < len(sent))
    finally:
        broker.ctl("set_vm_memory_high_watermark", "0.4")
    for correlation_id in sent:
        asker.reply(correlation_id, 60)
    wait_until("every request was acknowledged", lambda: requests_left(host) == 0, every=0.3)
