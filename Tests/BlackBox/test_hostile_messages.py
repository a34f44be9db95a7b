"""Messages that somebody made to hurt: full of errors, huge, slow to come. Each has its fate, memory has its bound, the others are stored."""
import json

import pytest

from harness.events import Maker, body_of
from harness.store import Store
from harness.waiting import wait_until


def full_of_errors(number, size=216_000):
    """A message of some 22,000 errors."""
    head = f'{{"event_id":"hostile-{number}","user_id":"u","session_id":"s","completion_status":"started","time_spent_per_module":{{'
    entries = []
    length = len(head)
    while length < size:
        entries.append(f'"{len(entries):x}":[]')
        length += len(entries[-1]) + 1
    return (head + ",".join(entries) + "}}").encode(), len(entries)


def full_of_warnings(maker, count=5000):
    document = maker.profiler_document()
    document["track_alignment_percentages"] = {f"no-such-track-{number}": 1 for number in range(count)}
    return body_of(document)


def receipt_of(host, kind, body):
    """Publishes a message and waits for its receipt."""
    with host.connect() as connection:
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).method.queue
        host.publish(kind, body, reply_to=queue)
        return json.loads(wait_until("the receipt came", lambda: channel.basic_get(queue, auto_ack=True)[2]))


def test_a_message_full_of_errors_keeps_the_first_of_them_and_their_number(daemon, store, host):
    body, wrong = full_of_errors(1)
    daemon.start()
    receipt = receipt_of(host, "profiler", body)
    # Too many modules, and no time, are two more.
    count = wrong + 2
    assert (len(receipt["errors"]), receipt["error_count"]) == (32, count)
    (row,) = store.dicts("SELECT id, error_count, length(errors) AS size, errors FROM quarantine_v")
    assert row["error_count"] == count and row["size"] < 10_000 and len(json.loads(row["errors"])) == 32
    assert f"{count}, of which the first are " in daemon.run("quarantine", "show", row["id"]).stdout
    shown = json.loads(daemon.run("quarantine", "show", row["id"], "--json").stdout)
    assert (len(shown["errors"]), shown["error_count"]) == (32, count)
    path = daemon.folder / "message.json"
    path.write_bytes(body)
    checked = daemon.run("validate", path, "--kind", "profiler")
    assert checked.returncode == 2 and f"{count - 32} more errors" in checked.stdout
    assert json.loads(daemon.run("validate", path, "--kind", "profiler", "--json").stdout)["error_count"] == count


def test_a_message_full_of_warnings_keeps_the_first_of_them_and_their_number(daemon, store, host):
    daemon.start()
    receipt = receipt_of(host, "profiler", full_of_warnings(Maker()))
    assert receipt["status"] == "stored"
    assert len(receipt["warnings"]) == 32 and receipt["warning_count"] >= 5000
    rows = store.rows("SELECT detail FROM event_warnings ORDER BY id")
    assert len(rows) == 32 and f"{receipt['warning_count'] - 32} more warnings" in rows[-1][0]
