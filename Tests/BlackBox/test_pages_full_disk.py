"""A disk that is full while an operation of the pages runs: it waits, says so, and goes on; each message is resolved once."""
import json
import os
import re

import pytest

from harness.dashboard import Dashboard, Document
from harness.events import Maker
from harness.faults import small_memory_disk
from harness.waiting import wait_until

SELECTION = "/telemetry/quarantine/selection/"
COUNT = 2000
BATCH = 500
# Enough for the operation to begin and for a batch or two.
ROOM = 384 << 10


def fill(folder, rest, name="filler"):
    """Leaves so many bytes free."""
    space = os.statvfs(folder)
    free = space.f_bavail * space.f_frsize
    with open(folder / name, "wb") as file:
        if free > rest:
            os.posix_fallocate(file.fileno(), 0, free - rest)


def begin(client, action):
    """Has all open messages discarded, as the form of their selection does it."""
    address = client.get(f"{SELECTION}?reason=unknown_value").location
    fields = {}
    for tag, found in Document(client.get(address).text).elements:
        if tag == "form":
            if fields.get("action") == action:
                break
            fields = {}
        if tag == "input" and found.get("type") == "hidden":
            fields[found["name"]] = found["value"]
    assert fields["action"] == action and fields["expected"] == str(COUNT)
    answer = client.post(SELECTION, {**fields, "note": "nobody wants them", "typed": str(COUNT)})
    assert answer.status == 303, answer
    return int(re.fullmatch(r"/telemetry/operations/(\d+)/", answer.location)[1])


def resolved(site, operation):
    """How many messages the operation has an outcome of; each has its resolution, and no other has one."""
    (outcomes, resolutions, messages, others), = site.store.rows(
        """
        SELECT (SELECT count(*) FROM operation_outcomes WHERE operation_id = ?1 AND outcome = 'discarded'),
               count(*) FILTER (WHERE operation_id = ?1), count(DISTINCT quarantine_id), count(*) FILTER (WHERE operation_id IS NOT ?1)
        FROM quarantine_resolutions
        """, operation)
    assert (outcomes, others) == (resolutions, 0) and messages == resolutions
    return outcomes


@pytest.fixture
def full(binary, broker, tmp_path):
    """Pages over a store whose disk is nearly full, with a discard that has met the end of it: the site, its folder, the operation."""
    maker = Maker(seed=5)
    (tmp_path / "bad.jsonl").write_text("".join(
        json.dumps(maker.recommendation_document(action_taken="APPROVED")) + "\n" for _ in range(COUNT)))
    small = tmp_path / "small"
    with small_memory_disk(small, "48m"):
        host = broker.new_host()
        site = Dashboard(binary, tmp_path / "pages", host.url, store_folder=small)
        site.host = host
        try:
            done = site.daemon.run("ingest", tmp_path / "bad.jsonl", "--kind", "intelligence")
            assert done.returncode == 0, done
            site.start()
            fill(small, ROOM)
            operation = begin(site.member("olga"), "discard")
            wait_until("the page said that it waits", lambda: "It waits: " in text(site, operation), 30)
            yield site, small, operation
        finally:
            site.close()


def text(site, operation):
    return Document(site.member("olga").get(f"/telemetry/operations/{operation}/").text).text


def ends(site):
    return site.store.rows("SELECT state, actor, note FROM operation_ends")


def test_a_discard_waits_for_a_full_disk_says_so_and_goes_on(full):
    site, small, operation = full
    said = text(site, operation)
    assert "full" in said and "goes on by itself" in said, said
    before = resolved(site, operation)
    assert before in range(0, COUNT, BATCH), "whole batches are done"
    maker = Maker(seed=6)
    for _ in range(50):
        site.host.publish("intelligence", json.dumps(maker.recommendation_document()).encode())
    assert site.member("olga").get("/telemetry/quarantine/").status == 200
    assert site.daemon.running()
    (small / "filler").unlink()
    wait_until("the operation had ended", lambda: ends(site), 60)
    assert ends(site) == [("done", None, None)] and resolved(site, operation) == COUNT
    assert "It waits: " not in text(site, operation)
    waits = [line for line in site.daemon.log().splitlines() if "an operation waits" in line]
    assert len(waits) == 1 and f"operation={operation}" in waits[0], waits
    site.store.await_received(COUNT + 50)
    assert site.store.tally()["stored"] == 50
    checked = site.daemon.run("store", "check")
    assert checked.returncode == 0, checked


def test_a_discard_that_is_stopped_while_the_disk_is_full_stays_stopped(full):
    site, small, operation = full
    before = resolved(site, operation)
    fill(small, 0, "more")
    assert site.member("olga").post(f"/telemetry/operations/{operation}/stop").status == 303
    (small / "more").unlink()
    (small / "filler").unlink()
    wait_until("the operation had ended", lambda: ends(site), 60)
    assert ends(site) == [("stopped", "olga", None)] and resolved(site, operation) == before
