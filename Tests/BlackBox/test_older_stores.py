"""A store whose derived tables an older version made: rebuilt at the start, and read by nobody before."""
import gzip
import json
import pathlib

import pytest

from harness.events import Maker, body_of
from harness.metrics import Asker

OLDER = pathlib.Path(__file__).parents[1] / "MetricsCatalogueTests" / "Fixtures"
REBUILDING = "an older version derived the metrics: rebuilding them from the events, ingest waits"
REBUILT = "rebuilt what is derived from the events"
REFUSAL = "an older Alidade made the derived tables"


def result(daemon, metric="admin_engagement"):
    done = daemon.run("metrics", metric, "--days", 365, "--json")
    assert done.returncode == 0, done
    return json.loads(done.stdout)["result"]


def assert_refused(daemon):
    """By every command that reads what is derived, with what to do about it; the others work."""
    for words in (["metrics"], ["metrics", "admin_engagement", "--json"], ["store", "rebuild", "--verify"]):
        done = daemon.run(*words)
        assert done.returncode == 1 and REFUSAL in done.stderr and "start the daemon, or run alidade store rebuild" in done.stderr, done
        assert "--json" in words and REFUSAL in json.loads(done.stdout)["error"]["lines"][0] or not done.stdout, done
    done = daemon.run("store", "check")
    assert done.returncode == 2 and REFUSAL in done.stdout and done.stdout.count("problem") == 1, done
    assert daemon.run("where", "known").stdout.startswith("known: stored in admin_view_telemetry")
    assert daemon.run("quarantine", "list").returncode == 0


@pytest.fixture
def outdated(daemon, store, host):
    """A stopped daemon with a store of three views whose sums are said to be of an older format, and are wrong."""
    daemon.start()
    maker = Maker()
    for event_id in ("known", None, None):
        host.publish("intelligence", body_of(maker.view_document(**({"event_id": event_id} if event_id else {}))))
    store.await_received(3)
    assert daemon.stop() == 0
    assert result(daemon)["events"]["SIGNAL_DETAIL_OPEN"] == 3
    with store.open("rw") as other:
        other.execute("DELETE FROM _rollup_state WHERE name = 'format'")
        other.execute("DELETE FROM _rollup_pending")
        other.execute("DELETE FROM _rollup_cells")
    return daemon


def test_the_daemon_rebuilds_what_an_older_version_derived_before_it_takes_messages(outdated, store, host):
    assert_refused(outdated)
    asker = Asker(host)
    waiting = asker.send({"metric": "admin_engagement", "days": 365})
    host.publish("intelligence", body_of(Maker(seed=2).view_document()))
    with store.open("rw") as other:
        other.execute("BEGIN IMMEDIATE")
        outdated.start(wait=False)
        outdated.wait_log(REBUILDING)
        outdated.wait_log("waiting for the store")
        # Nothing is taken, nothing is answered, and nobody reads the old sums.
        assert_refused(outdated)
        asker.poll()
        assert not asker.replies and host.unsettled("intelligence-events") == 1 and store.tally()["received"] == 3
        assert REBUILT not in outdated.log()
        other.execute("ROLLBACK")
    outdated.wait_ready()
    assert REBUILT in outdated.log()
    # However often the store had to be tried.
    assert outdated.log().count(REBUILDING) == 1, outdated.log()
    assert asker.reply(waiting)[1]["result"]["events"]["SIGNAL_DETAIL_OPEN"] >= 3
    store.await_received(4)
    assert result(outdated)["events"]["SIGNAL_DETAIL_OPEN"] == 4
    assert outdated.run("store", "check").returncode == 0
    asker.close()
    assert outdated.stop() == 0
    outdated.start()
    assert REBUILDING not in outdated.log(), "it was rebuilt twice"


def test_a_rebuild_by_hand_does_as_well(outdated):
    assert outdated.run("store", "rebuild").returncode == 0
    assert result(outdated)["events"]["SIGNAL_DETAIL_OPEN"] == 3
    outdated.start()
    assert REBUILDING not in outdated.log()


def test_a_start_that_is_killed_over_the_rebuild_leaves_it_to_the_next(outdated, store):
    with store.open("rw") as other:
        other.execute("BEGIN IMMEDIATE")
        outdated.start(wait=False)
        outdated.wait_log(REBUILDING)
        outdated.kill()
        other.execute("ROLLBACK")
    assert_refused(outdated)
    outdated.start()
    assert REBUILT in outdated.log()
    assert result(outdated)["events"]["SIGNAL_DETAIL_OPEN"] == 3


@pytest.mark.parametrize("version", ["0.1.0", "schema-4", "schema-5", "schema-6"])
def test_the_daemon_goes_on_with_the_store_of_an_older_version(daemon, store, host, version):
    store.path.write_bytes(gzip.decompress((OLDER / version / "alidade.db.gz").read_bytes()))
    before = store.tally()["received"]
    done = daemon.run("metrics")
    assert done.returncode == 1 and "of an older version" in done.stderr and "start the daemon once" in done.stderr, done
    daemon.start()
    assert REBUILDING in daemon.log() and REBUILT in daemon.log()
    host.publish("intelligence", body_of(Maker().view_document(event_id="of-today")))
    store.await_received(before + 1)
    assert daemon.run("where", "of-today").stdout.startswith("of-today: stored in admin_view_telemetry")
    assert daemon.run("store", "check").returncode == 0
