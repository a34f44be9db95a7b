"""SIGHUP: the configuration and all it names are read again; what can change changes, nothing in flight is lost."""
import collections
import json
import os
import pathlib
import re
import signal
import subprocess

import pika
import pytest

from harness.certificates import Authority
from harness.daemon import CONSUMING, clean_environment, free_port, merged, yaml
from harness.events import Maker, body_of
from harness.metrics import Reader
from harness.reconcile import assert_reconciled
from harness.store import Store
from harness.waiting import wait_until

MODELS = pathlib.Path(__file__).parents[2] / "config" / "alignment"


def answered(maker=Maker(11), **members):
    """A profiler message that every model has something to say about."""
    return maker.profiler_document(**{
        "answers": [{"question_id": f"scenario_{n}", "selected_option": maker.random.choice("ABCD")} for n in range(1, 11)],
        **members})


def rewrite(daemon, changes):
    """Changes the settings in the file, as an operator would."""
    daemon.settings = merged(daemon.settings, changes)
    daemon.config.write_text(yaml(daemon.settings) + "\n")


def reload(daemon, changes=None):
    """Changes the file, asks for a reload, and returns the lines in which the daemon says what it has done."""
    if changes:
        rewrite(daemon, changes)
    number = len(set(re.findall(r"reload=(\d+)", daemon.log()))) + 1
    daemon.signal(signal.SIGHUP)
    done = re.compile(rf".*(reloaded|could not reload).*reload={number}\b.*")
    wait_until(f"reload {number} was over:\n{daemon.log()[-2000:]}", lambda: any(map(done.fullmatch, daemon.log().splitlines())))
    return "\n".join(line for line in daemon.log().splitlines() if re.search(rf"\breload={number}\b", line))


def another_model(folder, name="narrower", version="7", without="leadership"):
    """The delivered model under another name, with one track less."""
    model = json.loads((MODELS / "och-tier0.json").read_text())
    model.update(model=name, version=version)
    model["tracks"].remove(without)
    model["traits"]["tracks"].pop(without, None)
    traits = {trait for weights in model["traits"]["tracks"].values() for trait in weights}
    for question in model["questions"].values():
        question["traits"] = {trait: options for trait, options in question.get("traits", {}).items() if trait in traits}
        for option in question["options"].values():
            option.pop(without, None)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(model))
    return path


def log_lines(daemon, level):
    return [line for line in daemon.log().splitlines() if f" {level} " in line]


def test_a_reload_without_a_change_says_so(daemon):
    daemon.start()
    assert "notice reloaded: nothing has changed" in reload(daemon)


def test_the_log_level_and_format_follow_at_once(daemon, host):
    daemon.start()
    said = reload(daemon, {"log": {"level": "error"}})
    assert '"log.level: info -> error"' in said and "at_once=" in said
    quiet = len(daemon.log())
    rewrite(daemon, {"log": {"level": "debug", "format": "json"}})
    daemon.signal(signal.SIGHUP)
    wait_until("it spoke again, in JSON", lambda: "reloaded" in daemon.log()[quiet:])
    line = json.loads(daemon.log()[quiet:].strip().splitlines()[-1])
    assert (line["level"], line["message"], line["reload"]) == ("notice", "reloaded", "2")
    assert line["at_once"] == "log.level: error -> debug, log.format: text -> json"


def test_a_credential_that_the_service_manager_does_not_read_again_is_named(make_daemon, host, tmp_path):
    (tmp_path / "secret").write_text("guest")
    settings = {"broker": {"url": host.url.replace("guest:guest@", "guest@"), "password_file": "secret"}}
    daemon = make_daemon(settings, environment={"CREDENTIALS_DIRECTORY": str(tmp_path)}).start()
    assert 'not_read_again="broker.password_file (a credential)"' in reload(daemon)
    by_hand = make_daemon(settings, name="by-hand")
    (by_hand.folder / "secret").write_text("guest")
    assert "not_read_again" not in reload(by_hand.start())


def test_messages_after_a_reload_are_scored_by_the_new_model(daemon, store, host, tmp_path):
    daemon.start()
    host.publish("profiler", body_of(answered()))
    store.await_received(1)
    said = reload(daemon, {"alignment": {"model": str(another_model(tmp_path)), "drift_warning": 1, "shadow": "och-tier0"}})
    assert "from_the_next_batch=" in said and "alignment.model: och-tier0 -> " in said and "alignment.shadow: null -> och-tier0" in said
    host.publish("profiler", body_of(answered()))
    store.await_received(2)
    models = store.rows("SELECT seq, model, model_version, is_shadow, count(*) FROM profiler_alignments GROUP BY 1, 2, 3, 4 ORDER BY 1, 4")
    assert [row[1:] for row in models] == [("och-tier0", "1", 0, 5), ("narrower", "7", 0, 4), ("och-tier0", "1", 1, 5)]
    reload(daemon, {"alignment": {"shadow": None}})
    host.publish("profiler", body_of(answered()))
    store.await_received(3)
    assert store.value("SELECT count(*) FROM profiler_alignments WHERE is_shadow = 1") == 5


def test_a_model_file_with_new_content_is_taken_up_and_named(make_daemon, host, tmp_path):
    path = another_model(tmp_path)
    daemon = make_daemon({"alignment": {"model": str(path)}}).start()
    store = Store(daemon.store_path)
    another_model(tmp_path, version="8", without="innovation")
    assert '"alignment.model: narrower version 7 -> new content, version 8"' in reload(daemon)
    host.publish("profiler", body_of(answered()))
    store.await_received(1)
    assert set(store.rows("SELECT model, model_version FROM profiler_alignments")) == {("narrower", "8")}
    assert store.value("SELECT count(*) FROM profiler_alignments WHERE track = 'leadership'") == 1


def test_normalisation_and_drift_count_for_messages_after_the_reload(daemon, store, host):
    daemon.start()
    document = answered(track_alignment_percentages={"defender": 50, "offensive": 50, "grc": 50, "innovation": 50, "leadership": 50})
    for number, changes in enumerate(({}, {"normalisation": "reference"}, {"drift_warning": 100})):
        if changes:
            reload(daemon, {"alignment": changes})
        host.publish("profiler", body_of({**document, "event_id": f"copy-{number}"}))
        store.await_received(number + 1)
    computed = [value for (value,) in store.rows(
        "SELECT computed FROM profiler_alignments WHERE track = 'defender' ORDER BY seq")]
    assert computed[0] != computed[1] == computed[2]


def test_limits_and_privacy_count_from_the_next_message(daemon, store, host):
    daemon.start()
    spacious = body_of(answered(note="x" * 5000, device_browser={"ip_address": "192.0.2.77"}))
    host.publish("profiler", spacious)
    store.await_received(1)
    said = reload(daemon, {"ingest": {"max_message_bytes": 4096, "max_batch": 10}, "privacy": {"ip_address": "drop"}})
    for change in ("ingest.max_message_bytes: 262144 -> 4096", "ingest.max_batch: 2000 -> 10", "privacy.ip_address: keep -> drop"):
        assert change in said
    host.publish("profiler", spacious.replace(b'"event_id"', b'"event_id":"large","was"'))
    host.publish("profiler", body_of(answered(device_browser={"ip_address": "192.0.2.78"})))
    store.await_received(3)
    assert store.tally() == {"received": 3, "stored": 2, "duplicates": 0, "quarantined": 1}
    assert store.quarantined()[0][1] == "too_large"
    first, second = (json.loads(payload) for (payload,) in store.rows("SELECT payload FROM profiler_events ORDER BY seq"))
    assert first["device_browser"]["ip_address"] == "192.0.2.77" and "192.0.2.78" not in json.dumps(second)


def test_strictness_and_times_without_an_offset_count_from_the_next_message(daemon, store, host):
    daemon.start()
    maker = Maker(3)

    def publish(*event_ids):
        """A number in a text, and a time without an offset."""
        before = store.tally()["received"]
        for event_id, change in zip(event_ids, ({"admin_user_id": "42"}, {"occurred_at": "2026-02-09T12:00:00"})):
            host.publish("intelligence", body_of(maker.view_document(event_id=event_id, **change)))
        store.await_received(before + len(event_ids))

    publish("text-1", "naive-1")
    assert "ingest.naive_times: refuse -> utc" in reload(daemon, {"ingest": {"naive_times": "utc"}})
    publish("text-2", "naive-2")
    assert "ingest.strict: false -> true" in reload(daemon, {"ingest": {"strict": True}})
    publish("text-3", "naive-3")
    reload(daemon, {"ingest": {"strict": False, "naive_times": "refuse"}})
    publish("text-4", "naive-4")
    assert store.rows("SELECT event_id FROM admin_view_telemetry ORDER BY event_id") == [
        ("naive-2",), ("text-1",), ("text-2",), ("text-4",)]
    assert sorted(store.rows("SELECT event_id, reason FROM quarantine")) == [
        ("naive-1", "invalid_time"), ("naive-3", "invalid_time"), ("naive-4", "invalid_time"), ("text-3", "wrong_type")]


def test_the_interval_and_the_windows_of_aggregates_change(make_daemon, host):
    daemon = make_daemon({"aggregates": {"interval_seconds": 86400, "windows": [7]}}).start()
    reader = Reader(host)
    wait_until("the first round was published", lambda: reader.poll())
    said = reload(daemon, {"aggregates": {"interval_seconds": 1, "windows": [30, 90]}})
    assert "at_the_next_round=" in said and "aggregates.windows: [7] -> [30, 90]" in said
    wait_until("the new windows were published", lambda: {30, 90} <= {document["window"]["days"] for _, _, document in reader.poll()})
    reader.connection.close()


@pytest.fixture
def account(host, broker):
    """A user of the broker that only this test has."""
    name = f"user-{host.name}"
    host.permit(name, "first")
    yield name
    broker.ctl("delete_user", name)


@pytest.mark.parametrize("is_asked", [True, False], ids=["with a reload", "without"])
def test_a_password_that_was_replaced_counts_at_the_next_connect(make_daemon, host, broker, account, tmp_path, is_asked):
    secret = tmp_path / "password"
    secret.write_text("first\n")
    url = host.url.replace("guest:guest", account)
    daemon = make_daemon({"broker": {"url": url, "password_file": str(secret)}}).start()
    broker.ctl("change_password", account, "the-second")
    secret.write_text("the-second\n")
    if is_asked:
        assert '"broker.password_file: the old content -> new content"' in reload(daemon)
    assert daemon.log().count(CONSUMING) == 1, "an open connection was closed"
    host.close_connections()
    wait_until("it consumed again", lambda: daemon.log().count(CONSUMING) == 2)
    assert "the-second" not in daemon.log()


def test_certificates_are_checked_by_a_reload_and_count_at_the_next_connect(make_daemon, secure_broker, tmp_path):
    host = secure_broker.new_host()
    own = {key: tmp_path / pathlib.Path(path).name for key, path in secure_broker.client().items()}
    for key, path in secure_broker.client().items():
        own[key].write_bytes(pathlib.Path(path).read_bytes())
    good = {key: path.read_bytes() for key, path in own.items()}
    daemon = make_daemon({"broker": {
        "url": secure_broker.tls_url + host.name, "tls": {key: str(path) for key, path in own.items()}}}).start()

    own["key_file"].write_text("no key\n")
    said = reload(daemon)
    assert "error could not reload: broker.tls: " in said and str(own["key_file"]) in said
    own["key_file"].write_bytes(good["key_file"])
    own["ca_file"].write_bytes(Authority(tmp_path, "stranger").certificate.read_bytes())
    assert '"broker.tls.ca_file: the old content -> new content"' in reload(daemon)
    assert daemon.log().count(CONSUMING) == 1 and host.connections(), "an open connection was closed"
    host.close_connections()
    daemon.wait_log("could not go on consuming")
    own["ca_file"].write_bytes(good["ca_file"])
    reload(daemon)
    wait_until("it consumed again", lambda: daemon.log().count(CONSUMING) == 2, 20, patience=1)


def test_a_new_url_ends_the_wait_for_a_broker_that_lets_nobody_in(make_daemon, host):
    daemon = make_daemon({"broker": {"url": host.url.replace("guest:guest", "guest:wrong-one")}}).start(wait=False)
    daemon.wait_log("could not go on consuming")
    said = reload(daemon, {"broker": {"url": host.url}})
    assert "at_the_next_connect=" in said and "(another password)" in said and "guest:guest" not in daemon.log()
    daemon.wait_ready(20, patience=1)
    assert "wrong-one" not in daemon.log()


def test_what_cannot_change_is_named_and_stays_as_it_was(daemon, store, host, tmp_path):
    daemon.start()
    changes = {
        "store": {"url": f"sqlite://{tmp_path}/other.db"}, "http": {"listen": f"127.0.0.1:{free_port()}"},
        "topology": {"queue_type": "classic", "mode": "check"}}
    before = dict(daemon.settings)
    for number in (1, 2):
        said = reload(daemon, {**changes, "ingest": {"max_batch": 500 + number}})
        named = dict(re.findall(r'warning a changed setting needs a restart in_force=(\S+) reload=\d+ setting=(\S+) wanted=', said))
        assert {setting: value for value, setting in named.items()} == {
            "store.url": before["store"]["url"], "http.listen": before["http"]["listen"], "topology.mode": "declare",
            "topology.queue_type": "quorum"}
        assert "ingest.max_batch" in said
    host.publish("profiler", body_of(answered()))
    store.await_received(1)
    assert not (tmp_path / "other.db").exists()
    host.close_connections()
    wait_until("it consumed again, from the same queues", lambda: daemon.log().count(CONSUMING) == 2)
    rewrite(daemon, {**before, "topology": {"queue_type": "quorum", "mode": "declare"}})
    assert "reloaded: nothing has changed" in reload(daemon)


@pytest.mark.parametrize("damage, words", [
    (lambda text: text + "nonsense: 1\n", "there is no key nonsense"),
    (lambda text: text.replace("heartbeat_seconds: 10", "heartbeat_seconds: ten"), "broker.heartbeat_seconds: ten is not a whole number"),
    (lambda text: text + "log: {level: [\n", "the file is not YAML"),
    (lambda text: text + "alignment: {model: no-such-model}\n", "could not load the alignment model no-such-model"),
    (lambda text: text + "http: {token_file: /nowhere/token}\n" if "http:" not in text else
     re.sub(r"(listen: .*)", r"\1" + "\n  token_file: /nowhere/token", text), "http.token_file: could not read /nowhere/token"),
    (lambda text: re.sub(r"(heartbeat_seconds: .*)", r"\1" + "\n  password_file: /nowhere/password", text),
     "broker.password_file: could not read /nowhere/password"),
    (lambda text: re.sub(r"url: \"amqp:(.*)", r'url: "amqps:\1' + "\n  tls: {ca_file: /nowhere/ca.pem}", text), "/nowhere/ca.pem"),
    (lambda text: None, "alidade.yaml"),
], ids=["an unknown key", "no number", "no YAML", "no model", "no token", "no password", "no authority", "no file"])
def test_a_fault_changes_nothing_and_is_told_in_the_words_of_config_check(daemon, store, host, damage, words):
    daemon.start()
    rewrite(daemon, {"log": {"level": "debug"}, "ingest": {"max_message_bytes": 10}})
    good = daemon.config.read_text()
    damaged = damage(good)
    if damaged is None:
        daemon.config.unlink()
    else:
        daemon.config.write_text(damaged)
    said = reload(daemon)
    checked = daemon.run("config", "check")
    assert checked.returncode == 78, checked
    faults = [line.removeprefix("alidade: ") for line in checked.stderr.splitlines()]
    assert faults and all(f"error could not reload: {fault}; the old configuration stays" in said for fault in faults), (faults, said)
    assert words in said
    host.publish("profiler", body_of(answered()))
    store.await_received(1)
    assert store.tally()["stored"] == 1, "a part of the new settings is in force"
    assert daemon.running() and "debug" not in daemon.log()
    daemon.config.write_text(good)
    assert "notice reloaded" in reload(daemon)


def test_a_fault_told_twice_is_told_twice(daemon):
    daemon.start()
    daemon.config.write_text("nonsense: 1\n")
    reload(daemon)
    reload(daemon)
    assert len(log_lines(daemon, "error")) == 2


def test_a_broken_model_file_changes_nothing(make_daemon, host, tmp_path):
    path = another_model(tmp_path)
    daemon = make_daemon({"alignment": {"model": str(path)}}).start()
    store = Store(daemon.store_path)
    path.write_text(path.read_text().replace('"tracks": ["defender"', '"tracks": ["astronomy"'))
    said = reload(daemon)
    assert f"error could not reload: could not load the alignment model {path}: " in said and "the old configuration stays" in said
    host.publish("profiler", body_of(answered()))
    store.await_received(1)
    assert set(store.rows("SELECT model, model_version FROM profiler_alignments")) == {("narrower", "7")}


def test_a_model_that_changes_under_load_scores_each_message_alone_and_nothing_is_lost(daemon, store, host, ledger, tmp_path):
    daemon.start()
    models = ["och-tier0", str(another_model(tmp_path)), "och-tier0-profile"]
    tracks = {"och-tier0": 5, "narrower": 4, "och-tier0-profile": 5}
    names = ["och-tier0"]
    with ledger.flow(rate=1200):
        wait_until("the load was being stored", lambda: store.tally()["received"] >= 200)
        for step in range(1, 8):
            model = models[step % 3]
            reload(daemon, {"alignment": {"model": model, "shadow": models[(step + 1) % 3]}, "ingest": {"max_batch": 100 + step}})
            names.append(pathlib.Path(model).stem)
            wait_until(f"{names[-1]} was in use", lambda: store.rows(
                "SELECT model FROM profiler_alignments WHERE is_shadow = 0 ORDER BY seq DESC LIMIT 1") == [(names[-1],)])
    assert_reconciled(ledger, store, host, daemon)
    rows = store.rows("SELECT seq, model, count(*) FROM profiler_alignments WHERE is_shadow = 0 GROUP BY seq, model ORDER BY seq")
    assert len(rows) == len({seq for seq, _, _ in rows}), "a message was scored by two models"
    assert all(count == tracks[model] for _, model, count in rows)
    order = [model for (_, model, _), previous in zip(rows, [(0, None, 0), *rows]) if model != previous[1]]
    assert order == names
    verified = daemon.run("store", "rebuild", "--verify", "--store", daemon.settings["store"]["url"])
    assert verified.returncode == 0, verified


def test_a_receipt_carries_the_model_that_scored_the_message(daemon, store, host, tmp_path):
    daemon.start()
    models = ["och-tier0", str(another_model(tmp_path))]
    replies = {}
    connection = host.connect()
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.basic_consume(queue, lambda c, m, properties, body: replies.update({properties.correlation_id: json.loads(body)}), auto_ack=True)
    sent = 0
    for step in range(1, 7):
        rewrite(daemon, {"alignment": {"model": models[step % 2]}})
        for number in range(120):
            document = answered()
            channel.basic_publish("telemetry", "profiler.event", body_of(document), pika.BasicProperties(
                reply_to=queue, correlation_id=document["event_id"], delivery_mode=2))
            sent += 1
            if number == 60:
                daemon.signal(signal.SIGHUP)

    def all_came():
        connection.process_data_events(0.05)
        return len(replies) == sent
    wait_until("every receipt came", all_came, 60)
    connection.close()
    stored = collections.defaultdict(dict)
    for event_id, model, track, computed in store.rows(
            "SELECT e.event_id, a.model, a.track, a.computed FROM profiler_alignments a JOIN profiler_events e USING (seq)"):
        stored[event_id, model][track] = computed
    assert {model for _, model in stored} == {"och-tier0", "narrower"} and len(stored) == sent
    for event_id, reply in replies.items():
        found = stored[event_id, reply["alignment"]["model"]]
        assert found.keys() == reply["alignment"]["percentages"].keys()
        assert all(abs(found[track] - value) <= 0.0501 for track, value in reply["alignment"]["percentages"].items())


def test_many_requests_in_a_row_are_safe_and_the_last_file_counts(daemon, store, host, ledger):
    daemon.start()
    with ledger.flow(rate=400):
        for number in range(1, 40):
            rewrite(daemon, {"ingest": {"max_batch": 1000 + number}})
            daemon.signal(signal.SIGHUP)
        daemon.wait_log("-> 1039")
    assert_reconciled(ledger, store, host, daemon)


def test_a_request_during_the_start_is_served_and_ends_nothing(make_daemon, host, tmp_path):
    nowhere = f"amqp://guest:guest@127.0.0.1:{free_port()}/"
    daemon = make_daemon({"broker": {"url": nowhere}}).start(wait=False)
    daemon.wait_log(" notice starting")
    assert "reloaded" in reload(daemon, {"broker": {"url": host.url}})
    daemon.wait_ready(40)


def test_a_request_during_the_stop_does_not_keep_it_from_ending(daemon, store, ledger, host):
    daemon.start()
    with ledger.flow(rate=400):
        wait_until("the load was being stored", lambda: store.tally()["received"] >= 100)
        os.kill(daemon.pid(), signal.SIGTERM)
        while daemon.running():
            try:
                daemon.signal(signal.SIGHUP)
            except (ProcessLookupError, FileNotFoundError):
                break
    assert daemon.wait(10) == 0, daemon.log()


def heeded(process, number):
    """Whether a process catches, ignores or blocks a signal."""
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    masks = re.findall(r"^Sig(?:Cgt|Ign|Blk):\s+([0-9a-f]+)$", status, re.M)
    return any(int(mask, 16) >> (number - 1) & 1 for mask in masks)


def test_a_start_from_the_very_first_moment_survives_a_request(daemon, binary):
    """The default action of SIGHUP would end the process: it must be replaced before the configuration is read."""
    slow = daemon.folder / "slow.yaml"
    slow.write_text("nonsense: 1\n")
    # Opening the configuration takes three seconds; a process that replaces the action later is gone before that is seen.
    delay = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", slow, "-e", "trace=openat", "-e", "inject=openat:delay_enter=3000000"]
    process = subprocess.Popen([*delay, binary, "run", "--config", slow], stderr=subprocess.PIPE, env=clean_environment())
    try:
        def child():
            assert process.poll() is None, "it ended before the action was replaced"
            for name in pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
                if os.readlink(f"/proc/{name}/exe") == os.path.realpath(binary) and heeded(int(name), signal.SIGHUP):
                    return int(name)
        os.kill(wait_until("the action of SIGHUP was replaced", child, 20), signal.SIGHUP)
        assert process.wait(20) == 78
    finally:
        process.kill()
        process.communicate()
