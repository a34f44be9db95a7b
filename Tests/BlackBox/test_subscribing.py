"""The page *Subscribing*: its job as it stands, started late, beside a store that is restored from a backup."""
import json
import re
import shutil
import sqlite3
import subprocess
import sys

import pytest

from harness import page
from harness.events import Maker, body_of
from harness.metrics import METRICS
from harness.waiting import wait_until

EVERY_SECOND = {"ALIDADE_AGGREGATES_INTERVAL_SECONDS": "1"}


@pytest.fixture
def daemon(make_daemon):
    return make_daemon(environment=EVERY_SECOND)


@pytest.fixture
def start_job(host, tmp_path):
    """The program of the page; killed at the end."""
    script, file, jobs = tmp_path / "job.py", tmp_path / "numbers.db", []
    script.write_text(re.search(r"```python\n(.*?)```", page.text("Subscribing"), re.S)[1])

    def start():
        jobs.append(subprocess.Popen([sys.executable, script, host.url, file]))
        return file

    yield start, jobs
    for job in jobs:
        job.kill()
        job.wait()


def known(file):
    """The job's documents by metric and window."""
    if not file.exists():
        return {}
    with sqlite3.connect(file) as database:
        try:
            rows = database.execute("SELECT metric, days, document FROM numbers").fetchall()
        except sqlite3.OperationalError:
            return {}
    return {(metric, days): json.loads(document) for metric, days, document in rows}


def views(file):
    """View events of the week, as the job knows them."""
    document = known(file).get(("admin_engagement", 7))
    return document and sum(document["result"]["events"].values())


def test_a_job_that_starts_late_knows_everything_and_then_what_changes(daemon, host, start_job):
    start, _ = start_job
    daemon.start()
    maker = Maker(3)
    host.publish("intelligence", body_of(maker.view_document()))
    # Published long before the job has its queue.
    wait_until("all is published", lambda: host.ready("telemetry-aggregates") >= 2 * len(METRICS), 60)
    file = start()
    wait_until("the job has asked", lambda: {name for name, days in known(file) if days == 30} >= set(METRICS) and views(file) == 1, 60)
    host.publish("intelligence", body_of(maker.view_document()))
    wait_until("the job was told", lambda: views(file) == 2, 60)


def test_a_restored_store_is_followed_back_and_on(daemon, host, start_job, tmp_path):
    start, jobs = start_job
    daemon.start()
    maker, copy = Maker(4), tmp_path / "copy.db"
    file = start()
    host.publish("intelligence", body_of(maker.view_document()))
    wait_until("the first is known", lambda: views(file) == 1, 60)
    assert daemon.run("store", "backup", str(copy)).returncode == 0
    for _ in range(3):
        host.publish("intelligence", body_of(maker.view_document()))
    wait_until("all are known", lambda: views(file) == 4, 60)
    before = known(file)["admin_engagement", 7]
    daemon.stop()
    for ending in ("", "-wal", "-shm"):
        daemon.store_path.with_name(daemon.store_path.name + ending).unlink(missing_ok=True)
    shutil.copy(copy, daemon.store_path)
    daemon.start()
    host.publish("intelligence", body_of(maker.view_document()))
    wait_until("the job follows the restored store", lambda: views(file) == 2, 60)
    after = known(file)["admin_engagement", 7]
    assert after["store"] == before["store"] and after["as_of"] > before["as_of"]
    assert all(job.poll() is None for job in jobs)
