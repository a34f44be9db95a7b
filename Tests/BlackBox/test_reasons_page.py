"""The page Reasons and warnings: every code of the program, and examples that lead to it and to nothing else."""
import json
import re

import pytest

from harness import page
from harness.daemon import run
from harness.store import Store

NAME = "Reasons-and-warnings"
# Codes that no message leads to by what it says.
WITHOUT_EXAMPLE = {
    "too_large": "it would be longer than the page; tried below",
    "invalid_ip": "it is an error with ingest.strict only; see the golden files",
    "content_type": "the one example with properties is of a reason; see test_envelopes.py",
    "byte_order_mark": "one at the beginning of a file is not the message's; see test_envelopes.py",
    "session_user_changed": "it needs what the store knows of the session; see AppendPromises.swift",
    "poison": "it needs a daemon that dies or a broker that hands out again and again; see test_poison.py and test_hostile_messages.py",
}


def on_the_page(title):
    """The text below each code's heading."""
    section = page.section(NAME, title)
    return {code: body for code, body in re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", section, re.M | re.S)}


def in_the_program(binary, member):
    """The codes that a receipt may have, in the schema of everything."""
    found = []

    def look(value):
        if isinstance(value, dict):
            properties = value.get("properties", {})
            if {"errors", "warnings"} <= set(properties):
                found.append(properties[member]["items"]["properties"]["code"]["enum"])
            value = list(value.values())
        for inner in value if isinstance(value, list) else ():
            look(inner)

    look(json.loads(run(binary, "schema", "asyncapi").stdout))
    (codes,) = found
    return codes


def examples():
    """(code, title of the part, language, text) of each block."""
    for title in ("Reasons", "Warnings"):
        for code, body in on_the_page(title).items():
            for language, text in re.findall(r"^```(.*?)\n(.*?)\n^```$", body, re.M | re.S):
                yield code, title, language, text


FROM_A_FILE = [example for example in examples() if not example[2].endswith("properties")]


@pytest.mark.parametrize("title, member", [("Reasons", "errors"), ("Warnings", "warnings")])
def test_the_page_has_exactly_the_codes_of_the_program_each_with_a_remedy(binary, title, member):
    codes = in_the_program(binary, member)
    assert len(codes) >= 9
    assert [re.match(r"\[`(\w+)`\]", cells[0])[1] for cells in page.rows(page.section(NAME, title))] == codes
    assert list(on_the_page(title)) == codes
    for code, body in on_the_page(title).items():
        assert body.count("**Remedy:** ") == 1, code


def test_every_code_has_an_example_or_a_cause_why_not():
    with_example = {code for code, *_ in examples()}
    assert with_example | set(WITHOUT_EXAMPLE) == {code for title in ("Reasons", "Warnings") for code in on_the_page(title)}
    assert not with_example & set(WITHOUT_EXAMPLE)
    assert len({code for code, *_ in FROM_A_FILE}) == len(FROM_A_FILE) == len(with_example) - 1


@pytest.mark.parametrize("code, title, language, text", FROM_A_FILE, ids=[code for code, *_ in FROM_A_FILE])
def test_an_example_leads_to_its_code_and_to_no_other(binary, tmp_path, code, title, language, text):
    form, kind = language.split()
    path = tmp_path / "message.jsonl"
    path.write_text(text)
    store = Store(tmp_path / "alidade.db")
    run(binary, "ingest", path, "--kind", kind, "--store", f"sqlite://{store.path}")
    errors = [error["code"] for found, in store.rows("SELECT errors FROM quarantine") for error in json.loads(found)]
    warnings = [warning for warning, in store.rows("SELECT code FROM event_warnings")]
    assert (errors, warnings) == (([code], []) if title == "Reasons" else ([], [code]))
    assert store.tally()["received"] == len(text.splitlines())
    if form == "json":
        json.loads(text)


def test_the_example_with_properties_leads_to_its_code(daemon, store, host):
    ((code, _, _, text),) = [example for example in examples() if example[2].endswith("properties")]
    daemon.start()
    body = dict((code, text) for code, _, _, text in FROM_A_FILE)["missing_version"]
    host.publish("intelligence", body.encode())
    host.publish("intelligence", body.encode(), message_id="with-properties", **json.loads(text))
    store.await_received(2)
    assert store.rows("SELECT event_id, reason, error_count FROM quarantine") == [("with-properties", code, 1)]


def test_a_message_that_is_too_long_for_the_page_leads_to_its_code(binary, tmp_path):
    section = on_the_page("Reasons")["too_large"]
    limit = int(re.search(r"\(([\d,]+) bytes", section)[1].replace(",", ""))
    path, store = tmp_path / "message.jsonl", Store(tmp_path / "alidade.db")
    head = '{"event_type": "DASHBOARD_OPEN", "admin_user_id": 42, "explanation_version": "v1", "occurred_at": "2026-02-09T12:00:00Z"'
    path.write_text("\n".join(head + " " * (size - len(head) - 1) + "}" for size in (limit, limit + 1)))
    run(binary, "ingest", path, "--kind", "intelligence", "--store", f"sqlite://{store.path}")
    assert store.tally() == {"received": 2, "stored": 1, "duplicates": 0, "quarantined": 1}
    assert store.rows("SELECT reason, error_count, length(body) FROM quarantine") == [("too_large", 1, limit + 1)]
