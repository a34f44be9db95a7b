"""The log: one line for each event, no secret and no payload in it, and a flood that stays readable."""
import json
import os
import pathlib
import re
import signal
import subprocess

import pytest

from harness.daemon import clean_environment, run
from harness.events import body_of
from harness.store import Store
from harness.waiting import wait_until

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "Sources"


def lines(daemon):
    return [line for line in daemon.log(all_runs=True).splitlines() if line]


def test_json_lines_parse_and_say_when_how_bad_and_what(make_daemon, ledger, host):
    daemon = make_daemon({"log": {"format": "json"}})
    store = Store(daemon.store_path)
    daemon.start(wait=False)
    daemon.wait_log('"message":"consuming"')
    ledger.publish(300, bad_share=0.2)
    store.await_received(300)
    assert daemon.stop() == 0
    records = [json.loads(line) for line in lines(daemon)]
    assert all({"time", "level", "message"} <= record.keys() for record in records)
    assert {"starting", "consuming", "quarantined", "stopping", "stopped"} <= {record["message"] for record in records}


def test_under_the_journal_lines_begin_with_a_priority_and_elsewhere_not(make_daemon, host):
    daemon = make_daemon()
    daemon.log_path.touch()
    status = os.stat(daemon.log_path)
    daemon.start(environment={"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}, wait=False)
    daemon.wait_log("<5>consuming")
    assert daemon.stop() == 0
    assert all(re.match("<[0-7]>", line) for line in lines(daemon)), daemon.log()
    daemon.start(environment={"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino + 1}"})
    assert daemon.stop() == 0
    assert not any(line.startswith("<") for line in daemon.log().splitlines())


@pytest.mark.parametrize("form", ["text", "json"])
def test_neither_a_secret_nor_a_payload_is_ever_logged(make_daemon, host, form):
    secret = "s3cret-of-the-broker"
    wrong = host.url.replace("guest:guest@", f"guest:{secret}@")
    refused = make_daemon({"broker": {"url": wrong}, "log": {"level": "trace", "format": form}}, name="refused")
    refused.start(wait=False)
    refused.wait_log("could not")
    refused.kill()
    assert secret not in refused.log()

    daemon = make_daemon({"log": {"level": "trace", "format": form}}, name="works")
    store = Store(daemon.store_path)
    daemon.start(wait=False)
    daemon.wait_log("consuming")
    marks = ["mark-of-a-good-one", "mark-of-a-bad-one", "mark-of-no-json"]
    host.publish("intelligence", body_of({"event_id": marks[0], "event_type": "DASHBOARD_OPEN", "admin_user_id": 1,
                                          "occurred_at": "2026-01-01T00:00:00Z", "explanation_version": "v1"}))
    host.publish("intelligence", body_of({"event_id": marks[1], "event_type": marks[1]}))
    host.publish("intelligence", b'{"' + marks[2].encode())
    store.await_received(3)
    assert daemon.stop() == 0
    assert not [mark for mark in marks if mark in daemon.log()]


def test_a_flood_of_bad_messages_is_a_few_lines_whose_numbers_are_those_of_the_store(make_daemon, ledger, host):
    daemon = make_daemon({"log": {"format": "json"}, "ingest": {"max_batch": 50}})
    store = Store(daemon.store_path)
    daemon.start(wait=False)
    daemon.wait_log('"message":"consuming"')
    ledger.publish(5000, bad_share=1)
    store.await_received(5000)
    assert daemon.stop() == 0
    said = [json.loads(line) for line in lines(daemon)]
    quarantined = [line for line in said if line["message"] == "quarantined"]
    assert len(said) <= 20, said
    assert sum(int(line["messages"]) for line in quarantined) == 5000
    reasons = {}
    for line in quarantined:
        for part in line["reasons"].split(", "):
            reason, count = part.split()
            reasons[reason] = reasons.get(reason, 0) + int(count)
    assert reasons == dict(store.rows("SELECT reason, count(*) FROM quarantine GROUP BY reason"))


class FullPipe:
    """A pipe that is full and that nobody reads until it is asked for."""

    def __init__(self):
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.writing, False)
        self.filling = 0
        try:
            while True:
                self.filling += os.write(self.writing, b"." * 4096)
        except BlockingIOError:
            os.set_blocking(self.writing, True)

    def start(self, daemon, **more):
        """The daemon, with the pipe for its standard error."""
        daemon.process = subprocess.Popen(
            [daemon.binary, "run", "--config", daemon.config], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.writing,
            env=clean_environment(), start_new_session=True, **more)
        os.close(self.writing)

    def read_all(self):
        with os.fdopen(self.reading, "rb") as pipe:
            return pipe.read()[self.filling:].decode()


def test_a_log_that_nobody_reads_stops_neither_the_ingest_nor_the_stop(make_daemon, ledger, host):
    daemon, pipe = make_daemon({"log": {"level": "trace"}}), FullPipe()
    store = Store(daemon.store_path)
    host.declare()
    pipe.start(daemon)
    ledger.publish(2000, bad_share=0.2)
    store.await_received(2000)
    wait_until("everything was acknowledged", lambda: not any(
        count for name, count in host.depths().items() if name in ("profiler-telemetry", "intelligence-events")))
    daemon.signal(signal.SIGTERM)
    assert daemon.wait(15) == 0
    os.close(pipe.reading)


def test_a_log_that_is_read_again_has_every_line_whole_and_in_order(make_daemon, ledger, host):
    daemon, pipe = make_daemon({"log": {"format": "json"}}), FullPipe()
    store = Store(daemon.store_path)
    host.declare()
    pipe.start(daemon)
    ledger.publish(500, bad_share=0.2)
    store.await_received(500)
    daemon.signal(signal.SIGTERM)
    records = [json.loads(line) for line in pipe.read_all().splitlines()]
    assert daemon.wait(15) == 0
    said = [record["message"] for record in records]
    assert [word for word in said if word in ("starting", "consuming", "stopping", "stopped")] == ["starting", "consuming", "stopping", "stopped"]
    assert [record["time"] for record in records] == sorted(record["time"] for record in records)
    assert sum(int(record["messages"]) for record in records if record["message"] == "quarantined") == store.tally()["quarantined"] > 0


def test_every_field_of_the_log_is_documented():
    text = "\n".join(path.read_text() for path in SOURCES.rglob("*.swift"))
    used = set()
    for start in re.finditer(r"metadata: [^\[\n]*\[", text):
        part = text[start.end():text.index("]", start.end())]
        used |= set(re.findall(r'"([a-z_]+)": ', part))
    page = (SOURCES / "alidade" / "Documentation.docc" / "Logs.md").read_text()
    assert len(used) > 8, used
    assert sorted(used - set(re.findall(r"^\| `([a-z_]+)` \|", page, re.M))) == []


def test_an_unknown_level_is_a_configuration_error(make_daemon):
    daemon = make_daemon({"log": {"level": "loud"}})
    done = run(daemon.binary, "run", "--config", daemon.config)
    assert done.returncode == 78 and "log.level" in done.stderr
