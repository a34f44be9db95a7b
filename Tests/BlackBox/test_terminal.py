"""What a terminal, a pipe and a full disk get: nothing that a stranger wrote acts on a terminal, and nobody takes half an output for a whole one."""
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys

import pytest

from harness.daemon import clean_environment, run
from harness.events import Maker, body_of
from harness.store import Store

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A screen cleared, a title set, a line forged, C1, a line separator, text turned round, hidden text, a tag.
HOSTILE = "x\x1b[2J\x1b]0;owned\x07\n1 2026-11-25T00:00:00Z forged\x7f\x9b31m\x85\u2028\u202e\u2066\u200b\ufeff\U000e0041é"
SHOWN = r"x\u{1b}[2J\u{1b}]0;owned\u{7}\u{a}1 2026-11-25T00:00:00Z forged\u{7f}\u{9b}31m\u{85}\u{2028}\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}é"
HIDDEN = {*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0x202E, 0x2066, 0x200B, 0xFEFF, 0xE0041} - {0x0A}


def assert_harmless(text):
    assert not [hex(ord(character)) for character in text if ord(character) in HIDDEN], text
    assert not [line for line in text.splitlines() if line.startswith("1 2026-11-25T00:00:00Z forged")], text


@pytest.fixture
def hostile(binary, tmp_path):
    """A store with one message whose every text a stranger chose, stored once and quarantined once."""
    path = tmp_path / "hostile.jsonl"
    good = Maker(seed=1).view_document(event_id=HOSTILE)
    bad = {**good, "admin_user_id": HOSTILE, HOSTILE: 1}
    raw = b'{"event_id":"raw\x1b[2J", "\xff": ' + HOSTILE.replace("\n", "").encode()
    path.write_bytes(b"\n".join([body_of(good), json.dumps(bad, ensure_ascii=False).replace("\n", " ").encode(), raw]) + b"\n")
    store = Store(tmp_path / "hostile.db")
    done = run(binary, "ingest", path, "--kind", "intelligence", "--store", f"sqlite://{store.path}")
    assert done.returncode == 0, done
    assert store.tally() == {"received": 3, "stored": 1, "duplicates": 0, "quarantined": 2}
    return store, path


@pytest.mark.parametrize("arguments", [
    ["quarantine", "list"], ["quarantine", "show", "1"], ["quarantine", "show", "2"], ["quarantine", "replay", "--dry-run"], ["where", HOSTILE],
    ["where", HOSTILE + "unknown"], ["quarantine", "list", "--json"], ["quarantine", "show", "1", "--json"], ["quarantine", "export"],
    ["metrics", "data_quality"], ["metrics", HOSTILE], ["metrics", "--group-by", HOSTILE], ["quarantine", HOSTILE], [HOSTILE],
    ["quarantine", "show", HOSTILE], ["where", "x", "--at", HOSTILE], ["metrics", "--" + HOSTILE], ["score", HOSTILE],
    ["metrics", "--config", HOSTILE], ["config", "check", "--config", HOSTILE], ["store", "backup", "/none/" + HOSTILE], ["schema", HOSTILE],
])
def test_what_a_stranger_wrote_is_shown_and_does_nothing(binary, hostile, arguments):
    store, _ = hostile
    done = run(binary, *arguments, environment={"ALIDADE_STORE_URL": f"sqlite://{store.path}"})
    assert_harmless(done.stdout)
    assert_harmless(done.stderr)
    if arguments[0] == "where" and done.returncode == 0:
        assert SHOWN in done.stdout


def test_validate_shows_what_is_wrong_and_does_nothing(binary, hostile):
    for more in ([], ["--json"]):
        done = run(binary, "validate", hostile[1], "--kind", "intelligence", *more)
        assert done.returncode == 2
        assert_harmless(done.stdout)
    assert [json.loads(line)["event_id"] for line in done.stdout.splitlines()][:2] == [HOSTILE, HOSTILE]


def test_json_and_export_keep_every_character(binary, hostile):
    store, path = hostile
    lines = path.read_bytes().splitlines()
    exported = [json.loads(line) for line in run(binary, "quarantine", "export", "--store", f"sqlite://{store.path}").stdout.splitlines()]
    assert exported[0]["event_id"] == HOSTILE and exported[0]["body"].encode() == lines[1]
    listed = json.loads(run(binary, "quarantine", "list", "--json", "--store", f"sqlite://{store.path}").stdout)
    assert HOSTILE in [entry["event_id"] for entry in listed]


def test_errors_of_the_configuration_are_shown_and_do_nothing(binary, tmp_path):
    path = tmp_path / "c.yaml"
    quoted = '"' + "".join(f"\\U{ord(character):08x}" for character in HOSTILE) + '"'
    path.write_text(f'log:\n  level: {quoted}\n  "f\\x1bormat": x\n{quoted}:\n  {quoted}: 1\n')
    done = run(binary, "config", "check", "--config", path)
    assert done.returncode == 78 and len(done.stderr.splitlines()) == 3, done
    assert_harmless(done.stderr)


def test_no_source_prints_past_the_one_function(tmp_path):
    lint = [sys.executable, ROOT / ".ci" / "printing"]
    assert subprocess.run([*lint, ROOT], stdout=subprocess.PIPE, text=True).returncode == 0
    shutil.copytree(ROOT / "Sources" / "alidade", tmp_path / "Sources" / "alidade")
    planted = tmp_path / "Sources" / "alidade" / "Commands" / "VersionCommand.swift"
    original = planted.read_text()
    for code in ['Swift.print("x")', "print(name)", "puts(name)", "OutputText(ownWords: name)", r'let code = "\u{1B}[1m"', "write(STDOUT_FILENO, p, 1)"]:
        planted.write_text(original + code + "\n")
        done = subprocess.run([*lint, tmp_path], stdout=subprocess.PIPE, text=True)
        assert done.returncode == 1 and "VersionCommand.swift" in done.stdout, code


PRINTING = [
    ["version"], ["version", "--json"], ["--help"], ["help", "quarantine"], ["quarantine", "list", "--help"], ["--version"],
    ["--generate-completion-script", "bash"], ["schema", "asyncapi"], ["metrics", "--list"], ["metrics", "--json"], ["metrics"],
    ["quarantine", "list"], ["quarantine", "list", "--json"], ["quarantine", "show", "1"], ["quarantine", "export"],
    ["quarantine", "export", "--bodies"], ["quarantine", "replay", "--dry-run"], ["where", "nobody"], ["config", "show"], ["store", "check"],
    ["store", "rebuild", "--verify"],
]


@pytest.mark.parametrize("arguments", PRINTING)
def test_an_output_that_cannot_be_written_is_a_failure_with_one_line(binary, hostile, arguments):
    environment = clean_environment({"ALIDADE_STORE_URL": f"sqlite://{hostile[0].path}"})
    with open("/dev/full", "wb") as full:
        done = subprocess.run([binary, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, env=environment, timeout=120)
    assert (done.returncode, done.stderr) == (1, "alidade: could not write the output: No space left on device\n")


def test_a_closed_standard_output_is_a_failure_and_never_the_store(binary, hostile):
    store, _ = hostile
    done = subprocess.run(
        ["sh", "-c", '"$0" "$@" >&-', binary, "quarantine", "list", "--store", f"sqlite://{store.path}"], stderr=subprocess.PIPE, text=True,
        env=clean_environment(), timeout=120)
    assert (done.returncode, done.stderr) == (1, "alidade: could not write the output: Bad file descriptor\n")
    assert run(binary, "store", "check", "--store", f"sqlite://{store.path}").returncode == 0


@pytest.mark.parametrize("is_ignored", [False, True])
def test_a_reader_that_has_gone_ends_the_command_as_it_ends_others(binary, is_ignored):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [binary, "schema", "asyncapi"], stdout=writing, stderr=subprocess.PIPE, text=True, env=clean_environment(), timeout=120,
        restore_signals=not is_ignored)
    os.close(writing)
    expected = (1, "alidade: could not write the output: Broken pipe\n") if is_ignored else (-signal.SIGPIPE, "")
    assert (done.returncode, done.stderr) == expected


def on_a_terminal(binary, *arguments, **environment):
    """What a command writes to a terminal."""
    leader, follower = pty.openpty()
    variables = clean_environment({"TERM": "xterm", "LC_ALL": "C.UTF-8", **environment})
    variables = {name: value for name, value in variables.items() if value is not None and (name != "NO_COLOR" or name in environment)}
    process = subprocess.Popen([binary, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=follower, stderr=follower, env=variables)
    os.close(follower)
    written = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # the last writer has gone
            break
        written += piece
    os.close(leader)
    process.wait(30)
    return written.decode()


PLAIN = [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": None}]


@pytest.mark.parametrize("arguments", [
    ["metrics", "data_quality"], ["store", "check"], ["store", "rebuild", "--verify"], ["ingest", "FILE", "--kind", "intelligence"],
    ["doctor", "--config", "/none"],
])
def test_colours_and_bars_are_for_terminals_that_want_them(binary, hostile, arguments):
    store, path = hostile
    arguments = [path if argument == "FILE" else argument for argument in arguments]
    url = {"ALIDADE_STORE_URL": f"sqlite://{store.path}"}
    assert "\x1b[" in on_a_terminal(binary, *arguments, **url)
    for plain in PLAIN:
        written = on_a_terminal(binary, *arguments, **url, **plain)
        assert written and not {"\x1b", "█", "░"} & set(written) and "\r" not in written.replace("\r\n", ""), plain


def test_an_export_of_bodies_does_nothing_to_a_terminal(binary, hostile):
    store, path = hostile
    export = ["quarantine", "export", "--bodies", "--store", f"sqlite://{store.path}"]
    assert_harmless(on_a_terminal(binary, *export).replace("\r\n", "\n"))
    written = subprocess.run([binary, *export], stdout=subprocess.PIPE, env=clean_environment()).stdout.split(b"\n")
    assert written[0] == path.read_bytes().splitlines()[1] and written[1].startswith(b'{"$alidade":') and written[2:] == [b""]


def commands_of(binary):
    """Every command that does something: its words, and what the program says of it."""
    def leaves(command, path):
        children = [child for child in command.get("subcommands", []) if child["commandName"] != "help"]
        if not children:
            yield path, command
        for child in children:
            yield from leaves(child, [*path, child["commandName"]])
    return list(leaves(json.loads(run(binary, "--experimental-dump-help").stdout)["command"], []))


def test_every_command_has_examples_with_options_that_it_has(binary):
    commands = commands_of(binary)
    assert len(commands) > 15
    for path, command in commands:
        text = command.get("discussion", "")
        assert "Examples:\n" in text, path
        examples = [line.strip() for line in text.split("Examples:\n")[1].splitlines() if line.strip()]
        options = {"--" + name["name"] for argument in command["arguments"] for name in argument.get("names", [])}
        assert examples
        for example in examples:
            own = next(part for part in example.split(" | ") if f" {' '.join(path)} " in f" {part} ")
            assert own.split()[: len(path) + 1] == ["alidade", *path], example
            assert set(re.findall(r"--[a-z-]+", own)) <= options, example
        shown = run(binary, *path, "--help").stdout
        assert all(f"  {example}" in shown for example in examples), shown


@pytest.mark.parametrize("arguments, words", [
    (["quarentine", "list"], "did you mean quarantine?"), (["quarantine", "lst"], "did you mean quarantine list?"), (["metrcs"], "did you mean metrics?"),
    (["ingest", "x", "--kind", "profilr"], "did you mean profiler?"), (["send", "x", "--kind=inteligence"], "did you mean intelligence?"),
    (["schema", "asynapi"], "did you mean asyncapi?"), (["metrics", "--jsn"], "Did you mean '--json'?"),
    (["metrics", "overide_rate"], "did you mean override_rate?"), (["score", "x", "--normalisation", "achievabel"], "did you mean achievable?"),
    (["nonsense"], "there are run, ingest"), (["help", "quarentine"], "did you mean quarantine?"), (["help", "store", "chekc"], "did you mean store check?"),
    (["quarentine", "--help"], "did you mean quarantine?"),
])
def test_near_misses_are_named(binary, arguments, words):
    done = run(binary, *arguments)
    assert done.returncode == 64 and words in done.stderr and "Usage: alidade" in done.stderr, done


@pytest.mark.parametrize("arguments, status", [
    (["version"], 0), (["config", "show"], 0), (["config", "check"], 0), (["metrics"], 0), (["metrics", "--list"], 0), (["metrics", "override_rate"], 0),
    (["quarantine", "list"], 0), (["quarantine", "show", "1"], 0), (["quarantine", "show", "77"], 1), (["quarantine", "replay", "--dry-run"], 0),
    (["quarantine", "discard", "--id", "77", "--note", "x"], 1), (["quarantine", "export"], 0), (["where", "nobody"], 0), (["store", "check"], 0),
    (["store", "rebuild", "--verify"], 0), (["store", "backup", "/none/x"], 1), (["ingest", "/none", "--kind", "profiler"], 1),
    (["send", "/none", "--kind", "profiler"], 1), (["validate", "/none", "--kind", "profiler"], 1), (["score", "/none"], 1),
    (["topology", "check"], 1), (["doctor"], 2), (["health"], 1), (["config", "check", "--config", "/none"], 78), (["metrics", "--config", "/none"], 78),
    (["run", "--config", "/none"], 78), (["nonsense"], 64), (["metrics", "nonsense"], 64), (["metrics", "--days", "0"], 64), (["where"], 64),
    (["quarantine", "discard"], 64), (["quarantine", "list", "--limit", "x"], 64), (["ingest", "x", "--kind", "profilr"], 64),
])
def test_what_is_printed_with_json_is_json_whatever_happens(binary, hostile, arguments, status):
    """One document, or one on each line."""
    nobody = {"ALIDADE_BROKER_URL": "amqp://127.0.0.1:1/", "ALIDADE_HTTP_LISTEN": "127.0.0.1:1"}
    done = run(binary, *arguments, "--json", environment={"ALIDADE_STORE_URL": f"sqlite://{hostile[0].path}", **nobody})
    assert done.returncode == status, done
    try:
        documents = [json.loads(done.stdout)]
    except json.JSONDecodeError:
        documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert documents
    if status in (1, 64, 78) and arguments[0] not in ("ingest", "health"):
        assert documents[-1]["error"]["exit_code"] == status and documents[-1]["error"]["lines"]
