"""Operations of the pages over kills and beside each other: each message is resolved once, and has one outcome."""
import json
import re
import signal
import urllib.parse

import pytest

from harness.dashboard import Document
from harness.events import Maker
from harness.waiting import wait_until

SELECTION = "/telemetry/quarantine/selection/"


@pytest.fixture
def site(make_dashboard, tmp_path, binary):
    """Pages with some thousands of refused messages, stored without a broker."""
    site = make_dashboard()
    maker = Maker(seed=5)
    (tmp_path / "bad.jsonl").write_text("".join(
        json.dumps(maker.recommendation_document(action_taken="APPROVED")) + "\n" for _ in range(6000)))
    done = site.daemon.run("ingest", tmp_path / "bad.jsonl", "--kind", "intelligence")
    assert done.returncode == 0, done
    return site.start()


def chosen(site, name, query="reason=unknown_value"):
    """The frozen selection: its address, and the forms of its page by what they do."""
    client = site.member(name)
    address = client.get(f"{SELECTION}?{query}").location
    fields, forms = {}, {}
    for tag, found in Document(client.get(address).text).elements:
        if tag == "form" and found.get("action") == SELECTION:
            fields = []
        if tag == "input" and found.get("type") == "hidden" and isinstance(fields, list):
            fields.append((found["name"], found["value"]))
            if found["name"] == "action":
                forms[found["value"]] = fields
    return address, forms


def begin(site, name, fields, **more):
    answer = site.member(name).post(SELECTION, [*fields, *more.items()])
    assert answer.status == 303, answer
    return int(re.fullmatch(r"/telemetry/operations/(\d+)/", answer.location)[1])


def outcomes(site, operation):
    return dict(site.store.rows("SELECT outcome, count(*) FROM operation_outcomes WHERE operation_id = ? GROUP BY 1", operation))


def ended(site, operation):
    return site.store.rows("SELECT state FROM operation_ends WHERE operation_id = ?", operation)


def test_a_discard_goes_on_after_a_kill(site):
    _, forms = chosen(site, "olga")
    operation = begin(site, "olga", forms["discard"], note="nobody wants them", typed="6000")
    wait_until("some were discarded", lambda: outcomes(site, operation))
    site.daemon.process.send_signal(signal.SIGKILL)
    site.daemon.process.wait()
    before = sum(outcomes(site, operation).values())
    site.start()
    wait_until("the operation had ended", lambda: ended(site, operation), 120)
    assert before <= 6000 and outcomes(site, operation) == {"discarded": 6000} and ended(site, operation) == [("done",)]
    resolved = site.store.rows("SELECT count(*), count(DISTINCT quarantine_id), min(actor), max(actor), min(note) FROM quarantine_resolutions")
    assert resolved == [(6000, 6000, "olga", "olga", "nobody wants them")]


def test_what_comes_between_choosing_and_confirming_is_untouched_and_a_double_click_acts_once(site):
    _, forms = chosen(site, "olga")
    site.host.publish("intelligence", json.dumps(Maker(seed=6).recommendation_document(action_taken="APPROVED")).encode())
    wait_until("another was refused", lambda: len(site.store.quarantined()) == 6001)
    first = begin(site, "olga", forms["dry_run"])
    assert begin(site, "olga", forms["dry_run"]) == first
    wait_until("the dry run had ended", lambda: ended(site, first), 120)
    assert outcomes(site, first) == {"refused": 6000}
    assert site.store.rows("SELECT count(*) FROM quarantine_resolutions") == [(0,)]


def test_two_operators_at_once_resolve_each_message_once(site):
    _, one = chosen(site, "olga")
    address, other = chosen(site, "max")
    first = begin(site, "olga", one["discard"], note="one", typed="6000")
    second = begin(site, "max", other["discard"], note="two", typed="6000")
    for operation in (first, second):
        wait_until(f"operation {operation} had ended", lambda: ended(site, operation), 120)
    assert site.store.rows("SELECT count(*), count(DISTINCT quarantine_id) FROM quarantine_resolutions") == [(6000, 6000)]
    discarded = outcomes(site, first).get("discarded", 0) + outcomes(site, second).get("discarded", 0)
    assert discarded == 6000
    text = Document(site.member("max").get(address).text).text
    assert "were resolved (discard) by olga" in text or "was resolved (discard) by olga" in text


@pytest.fixture
def mixed(make_dashboard, tmp_path):
    """What becomes of each kind when it is tried again: 700 were too large for a setting that is gone, 300 of these came once more meanwhile, 200 are wrong."""
    site = make_dashboard()
    maker = Maker(seed=7)
    large = [maker.view_document(event_type="SIGNAL_DETAIL_OPEN", note="x" * 3000) for _ in range(700)]
    wrong = [maker.recommendation_document(action_taken="APPROVED") for _ in range(200)]
    for name, documents, environment in (
            ("refused", large, {"ALIDADE_INGEST_MAX_MESSAGE_BYTES": "2048"}), ("wrong", wrong, {}), ("again", large[:300], {})):
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(document) + "\n" for document in documents))
        done = site.daemon.run("ingest", path, "--kind", "intelligence", environment=environment)
        assert done.returncode == 0, done
    assert site.store.tally()["quarantined"] == 900 and site.store.tally()["stored"] == 300
    return site.start()


def test_a_dry_run_foretells_what_a_replay_does_with_every_kind(mixed):
    [gone] = mixed.store.rows("SELECT max(id) FROM quarantine WHERE reason = 'too_large'")[0]
    _, forms = chosen(mixed, "olga", "state=open")
    _, late = chosen(mixed, "max", "state=open")
    done = mixed.daemon.run("quarantine", "discard", "--id", str(gone), "--note", "in between")
    assert done.returncode == 0, done
    foretold = begin(mixed, "olga", forms["dry_run"])
    wait_until("the dry run had ended", lambda: ended(mixed, foretold), 120)
    expected = {"stored": 399, "duplicate": 300, "refused": 200}
    assert outcomes(mixed, foretold) == expected and ended(mixed, foretold) == [("done",)]
    assert mixed.store.rows("SELECT count(*) FROM quarantine_resolutions") == [(1,)]
    replay = begin(mixed, "olga", forms["replay"], typed="900")
    wait_until("the replay had ended", lambda: ended(mixed, replay), 120)
    assert outcomes(mixed, replay) == expected and ended(mixed, replay) == [("done",)]
    assert mixed.store.rows("SELECT count(*) FROM admin_view_telemetry") == [(699,)]
    assert mixed.store.rows("SELECT action, count(*) FROM quarantine_resolutions GROUP BY 1 ORDER BY 1") == [("discard", 1), ("replay", 699)]
    # Who comes late with the same selection finds what is left of it.
    again = begin(mixed, "max", late["replay"], typed="900")
    wait_until("it had ended", lambda: ended(mixed, again), 120)
    assert outcomes(mixed, again) == {"refused": 200}
    assert mixed.daemon.running()
    log = mixed.daemon.log()
    assert log.count("an operation begins") == 3 and log.count("an operation is done") == 3, log
