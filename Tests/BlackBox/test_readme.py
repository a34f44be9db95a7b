"""What the README promises: its program in Python runs as it stands, and what it says of a bad message is so."""
import pathlib
import re

from harness.daemon import run

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
BROKER = "amqp://guest:guest@127.0.0.1:5672/"


def python_example():
    example = re.search(r"```python\n(.*?)```", README.read_text(), re.S).group(1)
    assert BROKER in example
    return example


def test_the_example_in_python_publishes_an_event_that_is_stored(daemon, store, host):
    daemon.start()
    exec(compile(python_example().replace(BROKER, host.url), str(README), "exec"), {})
    store.await_received(1)
    assert store.value("SELECT action_taken FROM decision_recommendation_events") == "ACCEPTED"


def test_the_bad_example_is_refused_with_the_sentence_that_the_readme_shows(daemon, store, host, binary):
    daemon.start()
    bad = python_example().replace(BROKER, host.url).replace('"ACCEPTED"', '"accepted"').replace(', "admin_user_id": 42', "")
    exec(compile(bad, str(README), "exec"), {})
    store.await_received(1)
    shown = run(binary, "quarantine", "list", "--store", f"sqlite://{daemon.store_path}").stdout
    sentence = re.search(r'unknown_value /action_taken (.*)', README.read_text()).group(0)
    assert sentence in shown
    assert "missing_field" in store.value("SELECT errors FROM quarantine")


def test_every_table_that_the_readme_names_is_there(daemon, store):
    daemon.start()
    daemon.stop()
    section = README.read_text().split("## The store")[1].split("\n## ")[0]
    names = re.findall(r"`([a-z_]+)`", "\n".join(line for line in section.splitlines() if line.startswith("| `")))
    assert len(names) >= 12
    for name in names:
        assert store.value("SELECT count(*) FROM sqlite_schema WHERE name = ?", name) == 1, name
