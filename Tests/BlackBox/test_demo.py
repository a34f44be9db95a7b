"""The demonstration of the README: it shows what became of each message, and leaves nothing behind."""
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess

import pytest

from harness.daemon import clean_environment
from harness.marked import Mark
from harness.metrics import INTELLIGENCE
from harness.waiting import wait_until

PROJECT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = {kind: len((PROJECT / f"deploy/samples/{kind}.jsonl").read_bytes().splitlines()) for kind in ("profiler", "intelligence")}


def files_of_the_checkout():
    return {path for top in PROJECT.iterdir() if not top.name.startswith(".") for path in [top, *top.rglob("*")]}


class Demo:
    """`deploy/demo` for somebody whose environment names a broker and a store of his own."""

    def __init__(self, folder, binary, host, *options):
        self.temporary, self.home = folder / "tmp", folder / "home"
        self.temporary.mkdir()
        self.home.mkdir()
        self.theirs = folder / "theirs.db"
        self.output = folder / "output"
        self.mark = Mark()
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [PROJECT / "deploy/demo", *options], stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder, start_new_session=True,
                env=clean_environment({
                    "ALIDADE_BINARY": os.path.relpath(binary, folder), "ALIDADE_BROKER_URL": host.url,
                    "ALIDADE_STORE_URL": f"sqlite://{self.theirs}", "TMPDIR": str(self.temporary), "HOME": str(self.home),
                    **self.mark.variable}))

    def said(self):
        return self.output.read_text(errors="replace")

    def kill(self):
        self.mark.kill()
        self.process.wait(10)


@pytest.fixture
def demo(binary, host, broker, tmp_path, request):
    """One that runs; at the end of the test it has ended, and nothing is left of it."""
    log = broker.directory / "log/broker.log"
    before, logged = files_of_the_checkout(), log.stat().st_size
    demo = Demo(tmp_path, pathlib.Path(binary).resolve(), host, *getattr(request, "param", ()))
    try:
        yield demo
        assert demo.process.poll() is not None
        assert demo.mark.running() == []
        assert list(demo.temporary.iterdir()) == [] and list(demo.home.iterdir()) == []
        assert files_of_the_checkout() == before
        assert b"accepting AMQP connection" not in log.read_bytes()[logged:], "it went to a broker that was there already"
        assert host.depths() == {} and not demo.theirs.exists()
    finally:
        demo.kill()


def test_the_demonstration_shows_what_became_of_each_message_and_leaves_nothing_behind(demo):
    assert demo.process.wait(120) == 0, demo.said()
    said = demo.said()
    balance = {queue: list(map(int, counts.split())) for queue, counts in re.findall(r"^([a-z]+-[a-z]+) +((?:\d+ +){4})\d+ *$", said, re.M)}
    received, stored, duplicates, quarantined = map(sum, zip(*balance.values()))
    assert {queue: counts[0] for queue, counts in balance.items()} == {
        "profiler-telemetry": SAMPLES["profiler"], "intelligence-events": SAMPLES["intelligence"] + 1}
    assert received == stored + duplicates + quarantined and min(stored, duplicates, quarantined) > 0
    refused = re.findall(r"^\d+ \S+Z (?:profiler-telemetry|intelligence-events) \S+ (\w+) ", said, re.M)
    assert len(refused) == quarantined and len(set(refused)) >= 6
    assert re.search(r"^from-amqp-publish: stored in admin_view_telemetry, ", said, re.M)
    assert re.search(r": quarantined as \d+ from intelligence-events .*: outcome_conflict ", said)
    assert json.loads(re.search(r"^answered +(.*)", said, re.M).group(1))["result"].items() >= {"overridden": 1, "decisions": 4, "override_rate": 0.25}.items()
    published = json.loads(re.search(r'^\{"metric".*"revision".*', said, re.M).group(0))
    queue = "intelligence-events" if published["metric"] in INTELLIGENCE else "profiler-telemetry"
    assert published["revision"] == 1 and published["completeness"]["quarantined"] == balance[queue][3]
    assert json.loads(re.search(r'^\{"ready".*', said, re.M).group(0))["ready"] is True
    assert f'alidade_messages_received_total{{queue="profiler-telemetry"}} {SAMPLES["profiler"]}\n' in said
    assert re.search(rf"^ok +store .*{received} received = {stored} stored \+ {duplicates} duplicates \+ {quarantined} quarantined", said, re.M)
    assert not re.search(r"^problem ", said, re.M)
    assert re.search(r"^http://127\.0\.0\.1:\d+/login/link/\w{64}$", said, re.M) and re.search(r"^GET /telemetry/  HTTP/1\.1 303 ", said, re.M)
    assert "exit status 0" in said


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_demonstration_that_is_interrupted_leaves_nothing_behind_either(demo, number, status):
    wait_until("its daemon consumed", lambda: "notice consuming" in demo.said() or demo.process.poll() is not None, 60)
    os.killpg(demo.process.pid, number)  # as ^C in a terminal does
    assert demo.process.wait(60) == status, demo.said()


class Visitor:
    """A browser that keeps its cookie."""

    def __init__(self, host):
        self.host, self.cookie = host, {}

    def ask(self, method, path, fields=()):
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            connection.request(method, path, headers={**self.cookie, **dict(fields)})
            answer = connection.getresponse()
            if cookie := answer.getheader("Set-Cookie"):
                self.cookie = {"Cookie": cookie.partition(";")[0]}
            return answer.status, answer.getheader("Location"), answer.read().decode()
        finally:
            connection.close()


@pytest.mark.parametrize("demo", [["--keep"]], indirect=True)
def test_a_demonstration_that_is_kept_shows_its_pages_until_it_is_stopped(demo):
    wait_until("it said how to stop it", lambda: "^C stops" in demo.said() or demo.process.poll() is not None, 240)
    said = demo.said()
    host, link = re.search(r"^ +http://(127\.0\.0\.1:\d+)(/login/link/\w+)$", said, re.M).groups()
    assert said.endswith(f"kill {demo.process.pid}\n")
    visitor = Visitor(host)
    assert visitor.ask("GET", "/telemetry/")[0] == 303
    assert ">Sign in as demo</button>" in visitor.ask("GET", link)[2]
    form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    assert visitor.ask("POST", link, form)[:2] == (303, "/telemetry/")
    status, _, page = visitor.ask("GET", "/telemetry/")
    assert status == 200
    until = re.search(r'<time datetime="([^"]+)"[^>]*data-live="as_of"', page).group(1)
    page = visitor.ask("GET", f"/telemetry/?until={until}")[2]
    for days in (7, 30):
        answer = json.loads(visitor.ask("GET", f"/telemetry/metrics/recommendation_acceptance_rate.json?days={days}&until={until}")[2])
        cases = answer["result"]["cases"]
        assert cases["viewed"] > 20 and f"{cases['accepted']:,} of {cases['viewed']:,}" in page
    assert "used already" in Visitor(host).ask("GET", link)[2]
    os.killpg(demo.process.pid, signal.SIGINT)  # as ^C in a terminal does
    assert demo.process.wait(60) == 0, demo.said()


def test_a_program_that_is_not_there_is_named(tmp_path):
    done = subprocess.run(
        [PROJECT / "deploy/demo"], capture_output=True, text=True, timeout=120, cwd=tmp_path,
        env=clean_environment({"ALIDADE_BINARY": "no-such-program", "TMPDIR": str(tmp_path)}))
    assert done.returncode == 1 and f"{tmp_path}/no-such-program" in done.stderr, done
    assert list(tmp_path.iterdir()) == []
