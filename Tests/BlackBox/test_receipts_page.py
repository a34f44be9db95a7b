"""The page Receipts.md: its tables are the program's, and real receipts are as it shows them."""
import json
import re
import subprocess
import sys

import pika
import pytest

from harness import page
from harness.daemon import run
from harness.events import Maker, body_of
from harness.pages import metrics
from harness.waiting import wait_until

TEXT = page.text("Receipts")


class Producer:
    """Publishes messages that ask for a receipt, and reads each receipt with its properties."""

    def __init__(self, host):
        self.connection = host.connect()
        self.channel = self.connection.channel()
        self.queue = self.channel.queue_declare("", exclusive=True).method.queue

    def ask(self, key, body):
        self.channel.basic_publish(
            "telemetry", key, body, pika.BasicProperties(delivery_mode=2, reply_to=self.queue, correlation_id=key))

        def arrived():
            method, properties, document = self.channel.basic_get(self.queue, auto_ack=True)
            return method and (method, properties, json.loads(document))
        return wait_until(f"the receipt of {key} came", arrived, 30)


@pytest.fixture
def producer(daemon, host):
    daemon.start()
    producer = Producer(host)
    yield producer
    producer.connection.close()


def members(value, path=""):
    """The names of everything in a receipt, as the page writes them; tracks are data."""
    if isinstance(value, dict) and not path.endswith("percentages"):
        for name, inner in value.items():
            yield f"{path}.{name}".lstrip(".")
            yield from members(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from members(inner, f"{path}[]")


def test_the_tables_are_the_program_s(binary):
    tables = run(binary, "manual", "receipts").stdout.strip().split("\n\n")
    assert len(tables) == 3
    for table in tables:
        assert f"\n\n{table}\n\n" in TEXT, f"write this table of `alidade manual receipts` into the page:\n{table}"


def test_each_example_is_what_the_daemon_sends(producer):
    examples = re.findall(r"routing key `([\w.]+)`[^\n]*\n\n```json\n(.*?)```\n\n```json\n(.*?)```", TEXT, re.S)
    assert len(examples) == len(re.findall(r"```json", TEXT)) / 2 >= 4
    seen = set()
    for key, message, shown in examples:
        receipt = producer.ask(key, message.encode())[2]
        assert receipt == json.loads(shown), key
        assert list(members(receipt)) == list(members(json.loads(shown))), key
        seen.add(receipt["status"])
    assert seen == {"stored", "duplicate", "quarantined"}


def test_receipts_have_the_members_of_the_page_and_no_others(make_daemon, host):
    make_daemon({"ingest": {"strict": True}}).start()  # only then can a message have more errors than are listed
    producer = Producer(host)
    maker = Maker()
    unknown = [{"question_id": f"unknown-{number}", "selected_option": "A"} for number in range(40)]
    known = [{"question_id": "aptitude_2", "selected_option": "B"}]
    bodies = (
        ("profiler.event", maker.profiler_document(answers=known)),
        ("profiler.event", maker.profiler_document(answers=unknown, scenario_choices=[])),
        ("profiler.event", maker.profiler_document(answers=[7] * 40)),
        ("intelligence.event", maker.view_document(admin_user_id=0)), ("intelligence.event", maker.view_document()))
    receipts = [producer.ask(key, body_of(body))[2] for key, body in bodies]
    rows = re.findall(r"^\| `([\w.\[\]]+)` \| [^|]+ \| (always|sometimes) \|", TEXT, re.M)
    listed = [name for name, _ in rows]
    assert {name for receipt in receipts for name in members(receipt)} == set(listed)
    for receipt in receipts:
        found = list(members(receipt))
        order = [name for name in dict.fromkeys(found)]
        assert order == [name for name in listed if name in found]
        for name, presence in rows:
            parent = name.rpartition(".")[0]
            if presence == "always" and (not parent or found.count(parent.removesuffix("[]")) and f"{parent}." in "".join(found)):
                assert name in found, (name, receipt)


def test_the_properties_are_those_of_the_page(producer):
    table = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", TEXT.split("## Properties\n")[1].split("\n## ")[0], re.M))
    method, properties, _ = producer.ask("intelligence.event", body_of(Maker().view_document()))
    found = {name: value for name, value in vars(properties).items() if value is not None}
    assert set(found) == set(table)
    assert found.pop("correlation_id") == "intelligence.event" and "byte for byte" in table.pop("correlation_id")
    for name, value in found.items():
        assert table[name].startswith(f"`{value}`"), name
    assert (method.exchange, method.routing_key) == ("", producer.queue)


def test_the_program_of_the_page_prints_stored_and_then_duplicate(daemon, host, tmp_path):
    daemon.start()
    script = tmp_path / "ask.py"
    script.write_text(re.search(r"```python\n(.*?)```", TEXT, re.S).group(1))
    for status in ("stored", "duplicate"):
        done = subprocess.run([sys.executable, script, host.url], capture_output=True, text=True, timeout=240)
        assert done.stdout == f"{status}\n", done


def test_the_series_that_the_page_names_are_there(daemon):
    daemon.start()
    named = set(re.findall(r"`(alidade_\w+)`", TEXT))
    assert len(named) >= 4
    assert named <= {sample.partition("{")[0] for sample in metrics(daemon)}
