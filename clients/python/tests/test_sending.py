"""The sender against a real broker: what is on the wire, and every trouble that a broker can have."""
import json
import logging
import socket
import threading
import time

import pytest

import alidade
from alidade.bench import black_hole
from conftest import messages, wait_ready
from harness.certificates import Authority
from harness.waiting import wait_until


def track(telemetry, count, first=1):
    return [telemetry.track_dashboard_open(first + number) for number in range(count)]


def ids(found):
    return [properties.message_id for _, properties, _ in found]


def test_a_message_has_every_property_of_the_contract(configured, bound):
    telemetry = configured(bound.url, service="my site")
    event_id = telemetry.track_recommendation_accept(4711, 42, "mentoring", "HIGH", 1200)
    telemetry.track_profiler({"user_id": 1, "session_id": "s", "completion_status": "finished"})
    assert telemetry.flush(30)
    (method, properties, body), = messages(bound)
    event = json.loads(body)
    assert (method.exchange, method.routing_key) == ("telemetry", "intelligence.recommendation")
    assert properties.message_id == event_id == event["event_id"] and properties.app_id == "my site"
    assert properties.content_type == "application/json" and properties.content_encoding is None and properties.delivery_mode == 2
    assert abs(properties.timestamp - time.time()) < 60
    assert properties.headers == {"x-alidade-client": alidade.__version__}
    assert body == json.dumps(event, separators=(",", ":")).encode() and event["occurred_at"].endswith("Z")
    (method, _, body), = messages(bound, "profiler-telemetry")
    assert method.routing_key == "profiler.finished" and json.loads(body)["emitted_at"].endswith("Z")


def test_the_connection_says_who_it_is(configured, bound):
    import os

    telemetry = configured(bound.url, service="site")
    telemetry.track_dashboard_open(1)
    assert telemetry.flush(30)
    wait_until("the broker listed the connection", lambda: any(
        f"alidade-client/{alidade.__version__} site pid {os.getpid()}" in properties for properties in bound.connections("client_properties")))


def test_a_body_of_many_frames_and_one_in_another_alphabet_arrive_whole(configured, bound):
    telemetry = configured(bound.url)
    statement = "Ich möchte schützen, 守る ✓ " * 8000
    telemetry.track_profiler({"user_id": 1, "session_id": "s", "completion_status": "started", "value_statement": statement[:150_000]})
    assert telemetry.flush(30)
    (_, _, body), = messages(bound, "profiler-telemetry")
    assert json.loads(body)["value_statement"] == statement[:150_000]


def test_events_arrive_in_order_and_once(configured, bound):
    telemetry = configured(bound.url)
    made = track(telemetry, 5000)
    assert telemetry.flush(60)
    assert ids(messages(bound)) == made
    assert telemetry.stats().confirmed == 5000 and telemetry.stats().waiting_events == 0


def test_memory_works_without_a_spool(configured, bound):
    telemetry = configured(bound.url, spool=None)
    made = track(telemetry, 2000)
    assert telemetry.flush(60)
    assert ids(messages(bound)) == made


def test_after_a_clean_close_nothing_is_left_in_the_spool(configured, bound, spool):
    telemetry = configured(bound.url)
    track(telemetry, 10)
    assert telemetry.close(30)
    assert list(spool.rglob("*")) == []


def test_a_broken_connection_is_opened_again_and_nothing_is_lost(configured, bound):
    telemetry = configured(bound.url)
    made = track(telemetry, 100)
    assert telemetry.flush(30)
    bound.close_connections()
    made += track(telemetry, 100, 101)
    assert telemetry.flush(60)
    assert set(ids(messages(bound))) == set(made)
    assert telemetry.stats().reconnects >= 1


def test_the_second_url_is_taken_where_the_first_does_not_answer(configured, bound):
    telemetry = configured(f"amqp://guest:guest@127.0.0.1:1/, {bound.url}")
    track(telemetry, 1)
    assert telemetry.flush(30)


def test_an_exchange_that_is_missing_is_waited_for(configured, host, caplog):
    telemetry = configured(host.url)
    made = track(telemetry, 3)
    wait_until("the client noticed", lambda: "404" in (telemetry.stats().last_error or ""))
    host.declare("classic")
    assert telemetry.flush(60)
    assert ids(messages(host)) == made
    said = [record.getMessage() for record in caplog.records if "404" in record.getMessage()]
    assert len(said) == 1 and "run alidade topology declare" in said[0]


def test_an_exchange_that_is_deleted_and_declared_again_is_waited_for(configured, bound):
    telemetry = configured(bound.url)
    track(telemetry, 1)
    assert telemetry.flush(30)
    with bound.connect() as connection:
        connection.channel().exchange_delete("telemetry")
    made = track(telemetry, 5, 2)
    wait_until("the client noticed", lambda: "404" in (telemetry.stats().last_error or ""))
    bound.declare("classic")
    assert telemetry.flush(60)
    assert set(made) <= set(ids(messages(bound)))


def test_what_no_queue_is_bound_for_is_kept_and_the_others_go_on(configured, host, caplog):
    with host.connect() as connection:
        channel = connection.channel()
        channel.exchange_declare("telemetry", "topic", durable=True)
        channel.queue_declare("intelligence-events", durable=True)
        channel.queue_bind("intelligence-events", "telemetry", "intelligence.#")
    telemetry = configured(host.url)
    kept = [telemetry.track_profiler({"user_id": 1, "session_id": f"s{number}", "completion_status": "started"}) for number in range(100)]
    made = track(telemetry, 200)
    wait_ready(host, 200)
    assert set(ids(messages(host))) == set(made)
    assert telemetry.stats().waiting_events == 100 and telemetry.stats().returned >= 1
    with host.connect() as connection:
        channel = connection.channel()
        channel.queue_declare("profiler-telemetry", durable=True)
        channel.queue_bind("profiler-telemetry", "telemetry", "profiler.#")
    assert telemetry.flush(60)
    assert set(ids(messages(host, "profiler-telemetry"))) == set(kept)
    assert ["no queue is bound with profiler.#" in record.getMessage() for record in caplog.records].count(True) == 1


def test_a_queue_that_has_no_room_gets_the_rest_later(configured, host):
    with host.connect() as connection:
        channel = connection.channel()
        channel.exchange_declare("telemetry", "topic", durable=True)
        channel.queue_declare("intelligence-events", durable=True, arguments={"x-max-length": 3, "x-overflow": "reject-publish"})
        channel.queue_bind("intelligence-events", "telemetry", "intelligence.#")
    telemetry = configured(host.url)
    made = track(telemetry, 20)
    found = []

    def emptied():
        found.extend(ids(messages(host)))
        return set(found) == set(made)

    wait_until("the rest came", emptied, 60)
    assert telemetry.flush(30)


def test_a_wrong_password_is_said_once_and_the_file_is_read_again(configured, bound, tmp_path, caplog):
    secret = tmp_path / "password"
    secret.write_text("wrong\n")
    telemetry = configured(bound.url.replace("guest:guest@", "guest@"), password_file=str(secret))
    made = track(telemetry, 3)
    wait_until("the login was refused", lambda: "refused the login of guest" in (telemetry.stats().last_error or ""))
    secret.write_text("guest\n")
    assert telemetry.flush(60)
    assert ids(messages(bound)) == made
    assert ["refused the login" in record.getMessage() for record in caplog.records].count(True) == 1
    assert "wrong" not in caplog.text


def test_what_pika_says_in_our_thread_is_kept_from_the_applications_log(configured, caplog):
    with caplog.at_level(logging.INFO):
        logging.getLogger("pika").setLevel(logging.NOTSET)
        try:
            telemetry = configured("amqp://guest:guest@127.0.0.1:1/")
            track(telemetry, 1)
            wait_until("there were some tries", lambda: telemetry.client.sender._failures > 2)
        finally:
            logging.getLogger("pika").setLevel(logging.CRITICAL)
    assert [record.name for record in caplog.records if record.name.startswith("pika")] == []
    assert [record.levelname for record in caplog.records if record.name == "alidade"] == ["WARNING"]


@pytest.mark.parametrize("url, said", [
    ("amqp://guest:guest@nowhere.invalid/", "no known host"), ("amqp://guest:guest@127.0.0.1:1/", "refused the connection")])
def test_a_host_that_is_not_there_is_explained(url, said, configured):
    telemetry = configured(url)
    track(telemetry, 1)
    wait_until("it was explained", lambda: said in (telemetry.stats().last_error or ""))


def test_a_virtual_host_that_is_not_there_is_explained(configured, broker):
    telemetry = configured(broker.url + "nonsense")
    track(telemetry, 1)
    wait_until("it was explained", lambda: "no virtual host 'nonsense'" in (telemetry.stats().last_error or ""))


def test_an_alarm_blocks_nobody_and_metrics_are_still_answered(configured, daemon, host, broker):
    telemetry = configured(host.url)
    track(telemetry, 1)
    assert telemetry.flush(30)
    assert telemetry.metric("override_rate").result["decisions"] == 0
    broker.ctl("set_vm_memory_high_watermark", "0.0000001")
    try:
        track(telemetry, 1)
        wait_until("the broker said that it is blocked", lambda: telemetry.stats().blocked)
        began = time.monotonic()
        track(telemetry, 2000)
        assert time.monotonic() - began < 10
        assert telemetry.stats().waiting_events >= 2000
    finally:
        broker.ctl("set_vm_memory_high_watermark", "0.6")
    assert telemetry.flush(60)
    assert telemetry.stats().blocked_seconds > 0 and not telemetry.stats().blocked


def test_a_broker_that_never_speaks_costs_nothing(configured, monkeypatch):
    from alidade import connection

    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.5)
    with black_hole() as url:
        telemetry = configured(url)
        assert None not in track(telemetry, 1000)
        wait_until("it was given up", lambda: "did not answer in time" in (telemetry.stats().last_error or ""))


def test_a_broker_that_falls_silent_is_left_for_another_connection(configured, bound, broker):
    """Packets vanish: nothing is closed, and nothing comes."""
    with Silence(broker.port) as silence:
        url = bound.url.replace(f":{broker.port}/", f":{silence.port}/")
        telemetry = configured(f"{url}?heartbeat=1")
        track(telemetry, 1)
        assert telemetry.flush(30)
        silence.fall()
        made = track(telemetry, 3, 2)
        wait_until("it connected again", lambda: telemetry.stats().reconnects >= 1, 60)
        assert telemetry.flush(60)
        assert set(made) <= set(ids(messages(bound)))


class Silence:
    """A way to the broker on which, once, everything that is open is swallowed."""

    def __init__(self, port):
        self._broker = port
        self._silent = []
        self._pairs = []

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()
        for pair in self._pairs:
            for end in pair[:2]:
                end.close()

    def _accept(self):
        while True:
            try:
                near = self._listener.accept()[0]
            except OSError:
                return
            pair = [near, socket.create_connection(("127.0.0.1", self._broker)), False]
            self._pairs.append(pair)
            for source, target in ((0, 1), (1, 0)):
                threading.Thread(target=self._copy, args=(pair, source, target), daemon=True).start()

    @staticmethod
    def _copy(pair, source, target):
        try:
            while data := pair[source].recv(65536):
                if not pair[2]:
                    pair[target].sendall(data)
            pair[target].shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def fall(self):
        for pair in self._pairs:
            pair[2] = True


def test_an_event_that_the_broker_itself_refuses_goes_aside_and_the_others_arrive(configured, bound, broker, spool, caplog):
    broker.ctl("eval", "application:set_env(rabbit, max_message_size, 20000), persistent_term:put(max_message_size, 20000).")
    try:
        telemetry = configured(bound.url)
        before = track(telemetry, 20)
        poison = telemetry.track_profiler({"user_id": 1, "session_id": "s", "completion_status": "started", "value_statement": "x" * 30_000})
        after = track(telemetry, 20, 100)
        assert telemetry.flush(60)
    finally:
        broker.ctl("eval", "application:set_env(rabbit, max_message_size, 134217728), persistent_term:put(max_message_size, 134217728).")
    assert set(ids(messages(bound))) == {*before, *after}
    rejected, = (spool / "rejected").glob("*.json")
    assert json.loads(rejected.read_text())["event_id"] == poison and "406" in rejected.with_suffix(".txt").read_text()
    assert telemetry.stats().dropped == {"rejected": 1}


def test_the_daemon_is_told_of_what_was_dropped(configured, bound):
    telemetry = configured("amqp://guest:guest@127.0.0.1:1/", spool=None, queue_max_events=2)
    track(telemetry, 5)
    telemetry.client.options.url = bound.url
    assert telemetry.flush(60)
    track(telemetry, 1)
    assert telemetry.flush(60)
    lost = [properties.headers.get("x-alidade-lost") for _, properties, _ in messages(bound)]
    assert lost[0] == 3 and lost[-1] is None and telemetry.stats().dropped == {"queue_full": 3}


def test_who_wants_to_know_of_drops_is_told(configured, bound):
    told = []
    telemetry = configured(bound.url, spool=None, queue_max_events=2, on_drop=told.append)
    telemetry.track_signal_outcome(1, object())
    track(telemetry, 1)
    wait_until("it was told", lambda: told)
    assert told[0] == alidade.Drop("unserialisable", 1, "intelligence")


def test_tls_with_a_client_certificate(configured, secure_broker):
    host = secure_broker.new_host()
    host.declare("classic")
    url = f"{secure_broker.tls_url}{host.name}"
    telemetry = configured(url, tls=secure_broker.client())
    made = track(telemetry, 3)
    assert telemetry.flush(60)
    assert ids(messages(host)) == made


def test_tls_that_is_wrong_is_explained(configured, secure_broker, tmp_path):
    other = Authority(tmp_path / "other")
    right = secure_broker.client()
    url = f"{secure_broker.tls_url}"

    def explained(tls, said):
        telemetry = configured(url, tls=tls)
        track(telemetry, 1)
        wait_until(f"it was explained: {telemetry.stats().last_error}", lambda: said in (telemetry.stats().last_error or ""))

    explained({**right, "ca_file": str(other.certificate)}, "is not trusted")
    explained({**right, "ca_file": str(tmp_path / "nothing.pem")}, "cannot be read")
    (tmp_path / "no.pem").write_text("this is no certificate")
    explained({**right, "ca_file": str(tmp_path / "no.pem")}, "the certificates cannot be used")
    secure_broker.present(names="DNS:elsewhere")
    try:
        explained(right, "is not valid for '127.0.0.1'")
    finally:
        secure_broker.present()


def test_a_permission_that_is_missing_is_waited_for(configured, bound, broker, caplog):
    user = f"writer-{bound.name}"
    telemetry = configured(bound.permit(user, "secret", "", "", ""))
    made = track(telemetry, 3)
    wait_until("it was refused", lambda: "403" in (telemetry.stats().last_error or ""))
    bound.permit(user, "secret", "", "telemetry", "")
    assert telemetry.flush(60)
    assert ids(messages(bound)) == made
    assert ["403" in record.getMessage() for record in caplog.records].count(True) == 1


def test_the_spool_is_synced_soon_after_a_call(configured, bound):
    telemetry = configured(bound.url)
    track(telemetry, 1)
    wait_until("it was synced", lambda: not telemetry.client.writer.dirty)
    telemetry = configured(bound.url, spool_sync_seconds=None)
    track(telemetry, 1)
    assert telemetry.flush(30)
    wait_until("the sender had a look", lambda: telemetry.client.sender.sources.own is not None)
    assert telemetry.client.writer.dirty


def test_a_clock_that_is_set_back_makes_no_id_twice_and_no_wait_longer(configured, bound, monkeypatch):
    telemetry = configured(bound.url)
    made = track(telemetry, 100)
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now - 3_600_000_000_000)
    made += track(telemetry, 100)
    assert telemetry.flush(30)
    assert len(set(made)) == 200 and ids(messages(bound)) == made


def test_ids_and_names_that_amqp_has_no_room_for_cost_nothing(configured, host):
    with host.connect() as connection:
        connection.channel().exchange_declare("telemetry", "topic", durable=True)
    telemetry = configured(host.url, service="ü" * 300)
    made = [telemetry.track_dashboard_open(number + 1, event_id=f"{number:03}" + "守" * 125) for number in range(100)]
    wait_until("they came back", lambda: telemetry.stats().returned >= 100)
    assert telemetry.stats().confirmed == 0
    host.declare("classic")
    assert telemetry.flush(60)
    assert {json.loads(body)["event_id"] for _, _, body in messages(host)} == set(made)


def test_an_event_that_cannot_be_published_goes_aside_and_the_others_arrive(configured, bound, spool):
    from alidade.events import Record

    telemetry = configured(bound.url)
    telemetry.client.enqueue(Record(1, "intelligence.view", "e-1", 1_700_000_000, b"no json", b"{}"))
    made = track(telemetry, 3)
    assert telemetry.flush(60)
    assert ids(messages(bound)) == made and telemetry.stats().dropped == {"rejected": 1} and telemetry.stats().sender_restarts == 0
    assert [path.suffix for path in sorted((spool / "rejected").iterdir())] == [".json", ".txt"]
