"""The page From Django, Celery, FastAPI, CloudEvents: each of its programs is run with the real libraries, and ends as it says."""
import json
import pathlib
import re
import subprocess

import pytest

from harness import page
from harness.daemon import clean_environment
from harness.store import EVENT_TABLES, Store
from harness.waiting import PATIENCE

NAME = "From-Django-Celery-FastAPI-CloudEvents"
SHARED = "What the examples share"
MAKE = pathlib.Path(__file__).parent / "producers/make"
VERDICT = re.compile(r"\*\*(Stored|Refused)\*\*, (?:without a warning|with ((?:`\w+`(?:, )?)+))")


def examples():
    """Of each example its title, the whole program, and the paragraph below it."""
    found = []
    shared = re.search(r"^```python\n(.*?)^```$", page.section(NAME, SHARED), re.M | re.S)[1]
    for part in re.split(r"^## ", page.text(NAME), flags=re.M)[1:]:
        head, *rest = re.split(r"^### ", part, flags=re.M)
        setup = "\n".join(re.findall(r"^```python\n(.*?)^```$", head, re.M | re.S)) if rest else ""
        for example in rest:
            title, _, text = example.partition("\n")
            program, after = re.fullmatch(r"\n```python\n(.*?)^```\n\n(.*?)\n*", text, re.M | re.S).groups()
            found.append((f"{head.splitlines()[0]}: {title}", f"{shared}\n{setup}\n{program}", after))
    return found


EXAMPLES = {title: (program, after) for title, program, after in examples()}


@pytest.fixture(scope="session")
def python():
    """The Python that has the libraries."""
    made = subprocess.run([MAKE], stdout=subprocess.PIPE, text=True, timeout=600 * PATIENCE)
    assert made.returncode == 0, "producers/make could not make the virtual environment"
    return made.stdout.strip()


@pytest.fixture
def publish(python, host):
    """Runs a program as somebody does who copies it from the page."""
    def run(program):
        done = subprocess.run(
            [python, "-W", "ignore", "-c", program], capture_output=True, text=True, timeout=60 * PATIENCE,
            env=clean_environment({"AMQP_URL": host.url, "PYTHONPYCACHEPREFIX": ""}))  # pip has compiled them already
        assert done.returncode == 0, done.stderr
    return run


def outcome(store):
    """What became of the only message: the word of the page, the codes, and every sentence about it."""
    store.await_received(1)
    (errors,) = [found for found, in store.rows("SELECT errors FROM quarantine")] or [None]
    if errors:
        found = json.loads(errors)
        return "Refused", {error["code"] for error in found}, " ".join(error["detail"] for error in found)
    found = store.rows("SELECT code, detail FROM event_warnings")
    return "Stored", {code for code, _ in found}, " ".join(detail for _, detail in found)


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_ends_as_the_page_says(daemon, store, publish, title):
    program, after = EXAMPLES[title]
    word, codes = VERDICT.match(after).groups()
    daemon.start()
    publish(program)
    found, seen, sentences = outcome(store)
    assert (found, seen) == (word, set(re.findall(r"\w+", codes or ""))), sentences
    for said in re.findall(r': "([^"]+)"', after.partition("\n\n")[0]):
        assert said in sentences
    assert sum(store.tally().values()) == 2
    assert len(store.identities()) == (word == "Stored")


def test_every_library_has_an_example_that_is_stored_without_a_warning():
    sections = {title.partition(":")[0] for title in EXAMPLES}
    assert len(sections) == 10
    good = {title.partition(":")[0] for title, (_, after) in EXAMPLES.items() if after.startswith("**Stored**, without a warning")}
    assert good == sections


@pytest.mark.parametrize("title, old, new, expected", [
    ("Pydantic and dataclasses: A time without an offset", "", "", ("Stored", {"coerced"})),
    ("kombu: Compressed with gzip", '"gzip"', '"zlib"', ("Stored", set())),
    ("kombu: Compressed with bzip2", '"bzip2"', '"lzma"', ("Refused", {"unsupported_encoding"})),
    ("Celery: The event as the argument", "app.send_task(", 'app.conf.task_serializer = "pickle"\napp.send_task(', ("Refused", {"unsupported_encoding"})),
    ("aio-pika: Compressed", "gzip.compress", '__import__("zlib").compress', ("Stored", set())),
    ("CloudEvents: Binary as in AMQP 1.0", "message.application_properties)",
     '{name.replace("_", ":"): value for name, value in message.application_properties.items()})', ("Stored", set())),
    ("Django REST framework: With the defaults", "DecimalField(max_digits", "DecimalField(editable=True, max_digits", ("Stored", {"coerced"})),
    ("FastStream: A model", "admin_user_id: int", "admin_user_id: decimal.Decimal", ("Stored", {"coerced"})),
], ids=lambda value: value if isinstance(value, str) and ":" in value and "\n" not in value else "")
def test_what_the_page_says_beside_an_example_is_so(make_daemon, publish, title, old, new, expected):
    daemon = make_daemon({"ingest": {"naive_times": "utc"}}).start()
    program, _ = EXAMPLES[title]
    assert old in program
    publish(program.replace(old, new) if old else program)
    word, codes, sentences = outcome(Store(daemon.store_path))
    assert (word, codes) == expected, sentences


def test_an_event_that_is_sent_again_with_its_id_and_time_is_a_duplicate(daemon, store, publish):
    program, _ = EXAMPLES["kombu: An object"]
    call = program[program.index("producer.publish"):]
    daemon.start()
    publish(program + call + call)
    store.await_received(3)
    assert store.tally() == {"received": 3, "stored": 1, "duplicates": 2, "quarantined": 0}


def test_the_daemon_stores_what_the_libraries_send_into_every_table(daemon, store, publish):
    daemon.start()
    for title in ("Django: Members by name", "Django REST framework: Numbers as numbers", "Pydantic and dataclasses: A dataclass", "kombu: An object"):
        publish(EXAMPLES[title][0])
    store.await_received(4)
    assert [store.value(f"SELECT count(*) FROM {table}") for table in EVENT_TABLES] == [1, 1, 1, 1]
