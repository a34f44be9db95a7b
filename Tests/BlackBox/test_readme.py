"""What the README and the documentation promise: programs run as they stand, commands, options, files, tables and pages are there."""
import functools
import json
import os
import pathlib
import re
import subprocess
import tempfile
import urllib.parse

from harness import words
from harness.daemon import run

PROJECT = pathlib.Path(__file__).resolve().parents[2]
README = PROJECT / "README.md"
DOCUMENTATION = PROJECT / "Sources/alidade/Documentation.docc"
# Commands that do nothing without a subcommand.
GROUPS = ("quarantine", "topology", "config", "store", "staff")
BROKER = "amqp://guest:guest@127.0.0.1:5672/"


def section(title):
    return README.read_text().split(f"## {title}\n")[1].split("\n## ")[0]


@functools.cache
def client_python():
    """That of the Python client's tests."""
    made = subprocess.run(
        [PROJECT / "Tests/BlackBox/producers/make", "python-client", PROJECT / "clients/python/tests/requirements.txt"], stdout=subprocess.PIPE, text=True,
        check=True)
    return made.stdout.strip()


def first_message(url, **words):
    """What the README's program prints, with other words in it where they are given."""
    words = {'"intelligence")': '"intelligence", timeout=60)', **words}
    program = re.search(r"```python\n(.*?)```", README.read_text(), re.S).group(1)
    for old, new in ((BROKER, url), *words.items()):
        assert old in program
        program = program.replace(old, new)
    with tempfile.TemporaryDirectory() as spool:
        done = subprocess.run(
            [client_python(), "-c", program], capture_output=True, text=True, timeout=120,
            env={**os.environ, "PYTHONPATH": str(PROJECT / "clients/python/src"), "ALIDADE_SPOOL_DIR": spool})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_message_is_stored_and_its_receipt_says_so(daemon, store, host):
    daemon.start()
    shown = re.search(r"print\(.*\)   # (\w+)", README.read_text()).group(1)
    assert first_message(host.url).strip() == shown == "stored"
    assert store.value("SELECT action_taken FROM decision_recommendation_events") == "ACCEPTED"


def test_the_bad_message_is_refused_with_the_sentence_that_the_readme_shows(daemon, store, host, binary):
    daemon.start()
    assert first_message(host.url, **{'"ACCEPTED"': '"ACCEPT"', ' "admin_user_id": 42,': ""}).strip() == "quarantined"
    shown = run(binary, "quarantine", "list", "--store", f"sqlite://{daemon.store_path}").stdout
    sentence = re.search(r'unknown_value /action_taken (.*)', README.read_text()).group(0)
    assert sentence in shown
    assert "missing_field" in store.value("SELECT errors FROM quarantine")


def test_the_first_answer_is_printed_as_the_readme_shows_it(daemon, host, binary):
    daemon.start()
    first_message(host.url)
    command, block = re.search(r"\$ alidade (metrics override_rate.*?)\n(.*?)```", README.read_text(), re.S).groups()
    assert block.strip("\n") in run(binary, *command.split(), "--store", f"sqlite://{daemon.store_path}").stdout


def commands_of_the_table():
    """Each command of the README's table, with its subcommands written out: ["store", "check"], ["run"]."""
    for line in section("Commands").splitlines():
        if not (row := re.match(r"\| `alidade ([^`]*)` \|", line)):
            continue
        words = row.group(1).replace("\\|", "|").split()
        if words[0] in GROUPS:
            yield from ([words[0], choice] for choice in words[1].split("|"))
        else:
            yield words[:1]


def test_every_command_of_the_table_is_there_and_the_table_leaves_none_out(binary):
    listed = list(commands_of_the_table())
    for command in listed:
        assert f"USAGE: alidade {' '.join(command)}" in run(binary, *command, "--help").stdout, command

    def subcommands(*command):
        return set(re.findall(r"^  ([a-z]+) ", run(binary, *command, "--help").stdout.split("SUBCOMMANDS:")[1], re.M))

    assert subcommands() == {command[0] for command in listed}
    named = run(binary, "nonsense").stderr.split("there are ")[1].splitlines()[0].split(", ")
    assert set(named) == subcommands() | {"help"}
    for group in GROUPS:
        assert subcommands(group) == {command[1] for command in listed if command[0] == group}


def test_every_file_that_the_readme_names_is_there():
    named = re.findall(r"^(deploy/\w+)", README.read_text(), re.M)
    assert len(named) >= 3
    for name in named:
        assert (PROJECT / name).exists(), name


def test_every_page_is_listed_on_the_front_page_once():
    pages = {str(page.relative_to(DOCUMENTATION)) for page in DOCUMENTATION.rglob("*.md")} - {"README.md"}
    listed = re.findall(r"^\| \[[^\]]+\]\(([^)]+)\) \|", (DOCUMENTATION / "README.md").read_text(), re.M)
    assert sorted(listed) == sorted(pages)
    for number, link, words in re.findall(r"^\| \[(\d{4})\]\((.*?)\) \| (.*) \|$", (DOCUMENTATION / "README.md").read_text(), re.M):
        assert (DOCUMENTATION / link).read_text().startswith(f"# {number}: {words}\n"), link


def test_every_page_says_what_it_is_about_before_its_first_heading():
    for page in DOCUMENTATION.glob("*.md"):
        title, blank, first = page.read_text().splitlines()[:3]
        assert title.startswith("# ") and blank == "" and first[:1].isalnum(), page.name


def test_every_pause_of_the_store_is_told_in_the_operating_page():
    """The words come from the code, so that a new cause cannot be forgotten in the page one reads at night."""
    source = (PROJECT / "Sources/Store/Values/StoreError.swift").read_text()
    retriable = re.search(r"var isRetriable.*?case (.*?): true", source, re.S).group(1)
    kinds = re.findall(r"\.(\w+)", retriable)
    assert len(kinds) >= 6
    operating = (DOCUMENTATION / "Operating.md").read_text()
    for kind in kinds:
        word = re.search(rf'case \.{kind}: "(\w+)"', source).group(1)
        assert f"| `paused: {word}` |" in operating, word
        assert re.search(rf"^### .*\((?:`\w+`, )*`{word}`(?:, `\w+`)*\)$", operating, re.M), word


# What the system, the broker and systemd say.
THEIRS = {"Watchdog timeout", "NOT_FOUND", "ACCESS_REFUSED", "no route to host at …", "connection timed out at …"}


def test_the_states_are_in_the_words_of_the_program():
    states = (DOCUMENTATION / "Operating.md").read_text().split("\n## States\n")[1].split("\n## ")[0]
    spans = [span for row in states.splitlines() if row.startswith("| ") for span in re.findall(r"`([^`]+)`", row)]
    said = [re.sub(r"^(notice|warning|error) | (cause|error|owed)=.*", "", span) for span in spans]
    assert len(said) > 60
    assert [phrase for phrase in said if len(phrase) >= 8 and phrase not in THEIRS and not words.is_said(phrase)] == []
    for phrase in ("the store is write-only", "paused: the disk is fuller", "standby: another daemon eats the queues", "broken receipts"):
        assert not words.is_said(phrase), phrase


def test_the_page_lists_the_checks_of_the_store_in_their_order(binary, tmp_path):
    store = f"sqlite://{tmp_path / 'alidade.db'}"
    assert run(binary, "ingest", PROJECT / "deploy/samples/intelligence.jsonl", "--kind", "intelligence", "--store", store).returncode == 0
    section = (DOCUMENTATION / "Backup-and-restore.md").read_text().split("### Check\n")[1].split("\n### ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", section, re.M)

    def made(*options):
        done = run(binary, "store", "check", "--store", store, "--json", *options)
        return [json.loads(line)["check"] for line in done.stdout.splitlines()]

    assert made() == listed
    assert made("--quick") == [name for name in listed if name != "derived"]


def test_the_commands_of_the_documentation_have_the_options_that_it_shows(binary):
    """Every `alidade …` in the pages and the README that has options: each option is one of that command's."""
    seen = 0
    for page in [README, *DOCUMENTATION.rglob("*.md")]:
        for words in re.findall(r"(?:^|[`$ ])(?<!python -m ) *alidade ((?:[a-z]+ )+)([^`\n#|;&]*)", page.read_text(), re.M):
            command = words[0].split()
            options = re.findall(r"(?<!\S)(--[a-z][a-z-]*)", words[1])
            depth = 2 if command[0] in GROUPS else 1
            if not options or len(command) < depth:
                continue
            help_text = run(binary, *command[:depth], "--help").stdout
            for option in options:
                assert option in help_text, f"{page.name}: alidade {' '.join(command[:depth])} {option}"
                seen += 1
    assert seen > 10


def test_the_picture_names_what_is_there(binary):
    picture = README.read_text().split("```")[1]
    names = set(re.findall(r"\b[a-z]+(?:-[a-z]+)+\b", picture)) | {"telemetry"}
    assert len(names) >= 5
    described = run(binary, "schema", "asyncapi").stdout
    for name in names:
        assert f'"{name}"' in described, name
    for page in re.findall(r"► (/[a-z]+)", picture):
        assert page in (DOCUMENTATION / "Health-and-metrics.md").read_text(), page


def rates(path, schema):
    """Every member that is a share or a ratio, with what it says of itself and the members beside it."""
    members = schema.get("properties", {})
    for name, member in members.items():
        if member.get("maximum") == 1 or " / " in member.get("description", ""):
            yield f"{path}.{name}", member["description"], members
        yield from rates(f"{path}.{name}", member)
    for inside in (schema.get("additionalProperties"), schema.get("items")):
        if isinstance(inside, dict):
            yield from rates(f"{path}.*", inside)


def test_every_rate_stands_beside_its_numerator_and_denominator(binary):
    assert "Every rate stands beside its numerator and denominator." in README.read_text()
    definitions = json.loads(run(binary, "schema", "aggregate").stdout)["$defs"]
    found = [rate for name in definitions if name.startswith("metric_")
             for rate in rates(name, definitions[name]["properties"]["result"])]
    assert len(found) >= 20
    for name, description, beside in found:
        formula = re.match(r"(\w+) / (?:(\w+)|\((\w+) \+ (\w+)\))(?:;.*)?(?: \(ratio\))?$", description)
        assert formula, f"{name}: {description}"
        for part in filter(None, formula.groups()):
            assert beside[part]["type"] == "integer", f"{name}: {part}"


def test_the_speed_in_the_first_lines_is_that_of_the_page():
    said = " ".join(README.read_text().split("\n## ")[0].split())
    rate, quorum, classic = re.search(
        r"drains (\S+) messages a second .*?: (0\.\d+) times as fast as a consumer that only acknowledges, and (0\.\d+) times from classic", said).groups()
    measured = {}
    for line in (DOCUMENTATION / "Speed.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and cells[0] in ("quorum", "classic"):
            measured.setdefault(cells[0], cells)
    assert int(rate.replace(",", "")) == round(int(measured["quorum"][3].replace(",", "")), -3)
    assert [quorum, classic] == [measured[queue][4] for queue in ("quorum", "classic")]


def test_without_a_configuration_file_it_is_the_broker_here_and_the_store_that_is_said(binary):
    said = " ".join(section("Run it").split())
    store = re.search(r"Without a configuration file Alidade connects to RabbitMQ on localhost and stores in `(.*?)`", said).group(1)
    shown = json.loads(run(binary, "config", "show", "--json").stdout)
    assert {key: setting["from"] for key, setting in shown.items()} == dict.fromkeys(shown, "default")
    assert shown["store.url"]["value"] == f"sqlite://{store}"
    broker, = shown["broker.url"]["value"]
    assert urllib.parse.urlsplit(broker).hostname == "127.0.0.1" and urllib.parse.urlsplit(broker).port == 5672


def test_each_exit_code_is_one_that_a_command_ends_with(binary, tmp_path):
    codes = dict(re.findall(r"(\d+) ([a-z ]+)[,.]", re.search(r"^Exit codes: (.*)$", README.read_text(), re.M).group(1)))
    (tmp_path / "bad").write_text("{}")
    (tmp_path / "wrong.yaml").write_text("nonsense: 1\n")
    ended = {
        "done": ["version"], "failed": ["metrics", "--store", f"sqlite://{tmp_path}/none.db"],
        "a check found something wrong": ["validate", tmp_path / "bad", "--kind", "profiler"], "usage": ["run", "--nonsense"],
        "configuration": ["config", "check", "--config", tmp_path / "wrong.yaml"]}
    assert {meaning: str(run(binary, *command).returncode) for meaning, command in ended.items()} == {
        meaning: code for code, meaning in codes.items()}


def test_a_wrong_option_of_the_two_commands_does_nothing_and_shows_the_right_ones():
    for script in re.findall(r"^(deploy/\w+) +#", section("Two commands"), re.M):
        done = subprocess.run([PROJECT / script, "--nonsense"], capture_output=True, text=True, timeout=120)
        assert done.returncode == 64 and done.stdout == "", done
        assert "unknown option --nonsense" in done.stderr and re.search(rf"^ +{script}", done.stderr, re.M), done
        shown = subprocess.run([PROJECT / script, "--help"], capture_output=True, text=True, timeout=120)
        assert shown.returncode == 0 and shown.stdout in done.stderr, shown
