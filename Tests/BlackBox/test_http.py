"""Health and metrics over HTTP, as a probe and a scraper see them."""
import http.client
import json
import signal
import socket
import subprocess
import time

import pytest

from harness.daemon import free_port
from harness.pages import get, metrics, readiness, total
from harness.waiting import wait_until


def test_a_daemon_that_consumes_is_alive_and_ready(daemon):
    daemon.start()
    status, headers, body = get(daemon, "/health/live")
    assert status == 200 and headers["Content-Type"] == "application/json" and json.loads(body)["live"] is True
    document = readiness(daemon)
    assert document["consuming"] and document["store_writable"] and document["last_progress_seconds"] < 30
    assert get(daemon, "/health/live", method="HEAD")[::2] == (200, "")
    assert get(daemon, "/nothing")[0] == 404
    assert get(daemon, "/metrics", method="POST")[0] == 405


def test_the_counts_are_those_of_the_store(daemon, store, ledger):
    daemon.start()
    ledger.publish(400, bad_share=0.1, duplicate_share=0.1)
    store.await_received(ledger.copies())
    wait_until("everything was acknowledged", lambda: metrics(daemon)["alidade_unacknowledged_messages"] == 0)
    samples, tally = metrics(daemon), store.tally()
    assert total(samples, "alidade_messages_received_total") == ledger.copies() == tally["received"]
    for queue in ("profiler-telemetry", "intelligence-events"):
        received, stored, duplicates, quarantined = store.rows(
            "SELECT sum(received), sum(stored), sum(duplicates), sum(quarantined) FROM ingest_minutes WHERE queue = ?", queue)[0]
        assert total(samples, "alidade_messages_received_total", queue=queue) == received
        assert total(samples, "alidade_messages_stored_total", queue=queue) == stored
        assert total(samples, "alidade_messages_duplicates_total", queue=queue) == duplicates
        assert total(samples, "alidade_messages_quarantined_total", queue=queue) == quarantined
    for reason, count in store.rows("SELECT reason, count(*) FROM quarantine GROUP BY reason"):
        assert total(samples, "alidade_messages_quarantined_total", reason=reason) == count
    for code, count in store.rows("SELECT code, count(*) FROM event_warnings GROUP BY code"):
        assert total(samples, "alidade_warnings_total", code=code) == count
    assert samples["alidade_messages_scored_total"] == store.value(
        "SELECT count(DISTINCT seq) FROM profiler_alignments WHERE computed IS NOT NULL")
    assert samples["alidade_batch_messages_sum"] == ledger.copies()
    assert samples["alidade_batch_messages_count"] == samples["alidade_commit_seconds_count"] > 0
    assert samples['alidade_commit_seconds_bucket{le="+Inf"}'] == samples["alidade_commit_seconds_count"]
    assert samples["alidade_store_bytes"] == daemon.store_path.stat().st_size
    assert samples["alidade_oldest_unacknowledged_seconds"] == 0
    assert samples["process_resident_memory_bytes"] > 1e6


def test_the_time_from_publishing_counts_for_messages_that_tell_it(daemon, host, ledger):
    daemon.start()
    def counted():
        samples = metrics(daemon)
        return samples["alidade_publish_to_durable_seconds_count"], samples["alidade_publish_to_durable_seconds_sum"]
    def publish(**properties):
        before = total(metrics(daemon), "alidade_messages_stored_total")
        host.publish("intelligence", json.dumps(ledger.maker.view_document()).encode(), **properties)
        wait_until("it was stored", lambda: total(metrics(daemon), "alidade_messages_stored_total") > before)
    publish()
    assert counted() == (0, 0)
    publish(timestamp=int(time.time()) - 100)
    count, seconds = counted()
    assert count == 1 and 100 <= seconds < 160
    publish(timestamp=int(time.time()) - 5000, headers={"a": "x", "timestamp_in_ms": int(time.time() * 1000) - 1000, "z": 1})
    count, more = counted()
    assert count == 2 and 1 <= more - seconds < 60


def test_promtool_finds_nothing_to_complain_of(daemon, ledger):
    daemon.start()
    ledger.publish(20)
    page = get(daemon, "/metrics")[2]
    done = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_it_is_not_ready_while_the_broker_is_away_and_recovers_by_itself(daemon, host, broker):
    daemon.start()
    assert readiness(daemon)["ready"]
    broker.stop()
    try:
        wait_until("it was not ready", lambda: not readiness(daemon)["ready"])
        document = readiness(daemon)
        assert not document["consuming"] and document["store_writable"], document
        assert "broker" in document["reason"]
        assert get(daemon, "/health/live")[0] == 200
    finally:
        broker.start()
    wait_until("it was ready again", lambda: readiness(daemon)["ready"], 90)
    samples = metrics(daemon)
    assert samples["alidade_broker_reconnects_total"] == 1 and samples["alidade_consuming"] == 1
    assert samples['alidade_paused_seconds_total{cause="broker"}'] > 0


def test_it_answers_before_the_broker_is_there(make_daemon):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # nobody listens: every attempt is refused
        daemon = make_daemon({"broker": {"url": f"amqp://127.0.0.1:{deaf.getsockname()[1]}/"}}).start(wait=False)
        daemon.wait_log("serving health and metrics")
        wait_until("the store was open", lambda: readiness(daemon)["store_writable"])
        wait_until("it said why", lambda: readiness(daemon)["reason"].startswith(
            "starting: nothing is being consumed yet: connection refused at"))
        assert get(daemon, "/health/live")[0] == 200
        assert daemon.stop() == 0


def test_the_health_command_asks_the_daemon(make_daemon, host):
    daemon = make_daemon({"broker": {"url": f"amqp://127.0.0.1:{free_port()}/"}, "http": {"listen": f"0.0.0.0:{free_port()}"}})
    nobody = daemon.run("health")
    assert nobody.returncode == 1 and "could not ask" in nobody.stderr and not nobody.stdout
    daemon.start(wait=False)
    wait_until("it lived", lambda: daemon.run("health").returncode == 0)
    waiting = daemon.run("health", "--ready")
    assert waiting.returncode == 1 and json.loads(waiting.stdout)["consuming"] is False
    assert json.loads(daemon.run("health").stdout)["live"] is True
    assert daemon.run("health", environment={"ALIDADE_HTTP_LISTEN": ""}).returncode == 78


def test_a_locked_store_is_a_pause_with_its_cause(daemon, store, ledger, host):
    daemon.start()
    ledger.publish(5)
    store.await_received(ledger.copies())
    with store.open("rw") as other:
        other.execute("BEGIN IMMEDIATE")
        ledger.publish(50)
        wait_until("it was not ready", lambda: not readiness(daemon)["ready"], 60)
        document = readiness(daemon)
        assert document["reason"] == "paused: store_locked" and document["consuming"] and not document["store_writable"]
        samples = metrics(daemon)
        assert samples["alidade_unacknowledged_messages"] > 0 and samples["alidade_oldest_unacknowledged_seconds"] > 0
        wait_until("the pause was counted", lambda: metrics(daemon)['alidade_paused_seconds_total{cause="store_locked"}'] > 0)
        other.execute("ROLLBACK")
    wait_until("it was ready again", lambda: readiness(daemon)["ready"])
    store.await_received(ledger.copies())
    wait_until("everything was acknowledged", lambda: metrics(daemon)["alidade_unacknowledged_messages"] == 0)


def test_a_token_keeps_everything_but_health_from_strangers(make_daemon, tmp_path):
    (tmp_path / "token").write_text("s3cret token\n")
    daemon = make_daemon({"http": {"token_file": str(tmp_path / "token")}}).start()
    for path in ("/metrics", "/", "/metrics?token=s3cret%20token"):
        status, headers, body = get(daemon, path)
        assert status == 401 and headers["WWW-Authenticate"] == "Bearer" and "alidade_" not in body
        assert get(daemon, path, token="s3cret tokem")[0] == 401
    assert metrics(daemon, token="s3cret token")["alidade_consuming"] == 1
    assert get(daemon, "/health/live")[0] == 200 and get(daemon, "/health/ready")[0] == 200
    assert "s3cret" not in daemon.log()


def test_a_port_in_use_ends_the_start_with_its_name(make_daemon):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        daemon = make_daemon({"http": {"listen": listen}}).start(wait=False)
        assert daemon.wait(20) == 1
        assert f"could not listen on {listen}: the address is in use; http.listen must be free" in daemon.log()
        assert " consuming" not in daemon.log()


@pytest.mark.parametrize("listen", ["127.0.0.1", "127.0.0.1:http", "::1:80"])
def test_what_is_no_address_is_a_mistake_in_the_configuration(make_daemon, listen):
    daemon = make_daemon({"http": {"listen": listen}}).start(wait=False)
    assert daemon.wait(20) == 78
    assert "http.listen" in daemon.log() and "is not ADDRESS:PORT" in daemon.log()


@pytest.mark.parametrize("listen", ["", None])
def test_without_an_address_nothing_is_served(make_daemon, listen):
    daemon = make_daemon({"http": {"listen": listen}}).start()
    assert "serving" not in daemon.log()
    assert daemon.stop() == 0


def test_a_request_that_never_ends_does_not_hold_up_the_stop(daemon):
    daemon.start()
    host, port = daemon.settings["http"]["listen"].split(":")
    with socket.create_connection((host, int(port))) as idle, socket.create_connection((host, int(port))) as slow:
        slow.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        idle.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(4096).startswith(b"HTTP/1.1 200 ")
        assert daemon.stop() == 0
        assert "stopping before everything was finished" not in daemon.log(), "it was the limit that ended it"
    assert " error " not in daemon.log() and "ERROR" not in daemon.log(), daemon.log()


def test_requests_are_not_logged(daemon):
    daemon.start()
    before = daemon.log()
    for _ in range(5):
        metrics(daemon)
        get(daemon, "/nothing")
    assert daemon.log() == before


def test_idle_connections_do_not_shut_out_probes(daemon):
    daemon.start()
    host, port = daemon.settings["http"]["listen"].split(":")
    # Three times as many as are kept; some say nothing, some begin a request and never end it.
    idle = []
    try:
        for number in range(200):
            idle.append(socket.create_connection((host, int(port)), timeout=60))
            if number % 2:
                idle[-1].sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n")
            if number % 20 == 0:
                assert get(daemon, "/health/live")[0] == 200
        for path in ("/health/live", "/health/ready", "/metrics"):
            assert get(daemon, path)[0] == 200
    finally:
        for connection in idle:
            connection.close()


def test_a_connection_that_is_used_is_kept_while_idle_ones_go(daemon):
    daemon.start()
    host, port = daemon.settings["http"]["listen"].split(":")
    scraper = http.client.HTTPConnection(host, int(port), timeout=60)
    idle = []
    try:
        for number in range(150):
            idle.append(socket.create_connection((host, int(port)), timeout=60))
            if number % 10 == 0:
                scraper.request("GET", "/health/live")
                answer = scraper.getresponse()
                assert answer.status == 200 and answer.read()
    finally:
        for connection in [scraper, *idle]:
            connection.close()


def test_what_an_operator_has_to_see_coming_is_on_the_page(daemon, store):
    daemon.start()
    samples = metrics(daemon)
    started = samples["alidade_config_last_reload_success_timestamp_seconds"]
    assert samples["alidade_config_last_reload_successful"] == 1 and abs(started - time.time()) < 120
    wait_until("the backlog was known", lambda: total(metrics(daemon), "alidade_queue_backlog_messages", queue="profiler-telemetry") == 0
               and any(name.startswith("alidade_queue_backlog_messages") for name in metrics(daemon)))
    daemon.config.write_text("broker: {url: 5}\n")
    daemon.signal(signal.SIGHUP)
    wait_until("the failed reload was seen", lambda: metrics(daemon)["alidade_config_last_reload_successful"] == 0)
    assert metrics(daemon)["alidade_config_last_reload_success_timestamp_seconds"] == started
