"""What the README and the documentation promise: programs run as they stand, commands, options, files, tables and pages are there."""
import pathlib
import re
import subprocess
import sys

from harness.daemon import run

PROJECT = pathlib.Path(__file__).resolve().parents[2]
README = PROJECT / "README.md"
DOCUMENTATION = PROJECT / "Sources/alidade/Documentation.docc"
# Commands that do nothing without a subcommand.
GROUPS = ("quarantine", "topology", "config", "store")
BROKER = "amqp://guest:guest@127.0.0.1:5672/"


def section(title):
    return README.read_text().split(f"## {title}\n")[1].split("\n## ")[0]


def python_example(number=0):
    example = re.findall(r"```python\n(.*?)```", README.read_text(), re.S)[number]
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
    names = re.findall(r"`([a-z_]+)`", "\n".join(line for line in section("The store").splitlines() if line.startswith("| `")))
    assert len(names) >= 12
    for name in names:
        assert store.value("SELECT count(*) FROM sqlite_schema WHERE name = ?", name) == 1, name

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
    overview = run(binary, "--help").stdout.split("SUBCOMMANDS:")[1]
    assert set(re.findall(r"^  ([a-z]+) ", overview, re.M)) == {command[0] for command in listed}


def test_the_request_for_a_metric_in_python_is_answered_with_what_the_readme_shows(daemon, store, host):
    daemon.start()
    for action in ("ACCEPTED", "ACCEPTED", "IGNORED", "OVERRIDDEN"):
        exec(compile(python_example().replace(BROKER, host.url).replace("ACCEPTED", action), str(README), "exec"), {})
    store.await_received(4)
    asked = subprocess.run(
        [sys.executable, "-c", python_example(1).replace(BROKER, host.url)], capture_output=True, text=True, timeout=30)
    shown = re.search(r"print\(.*\)   # (\{.*\})", python_example(1)).group(1)
    assert asked.stdout.strip() == shown, asked.stderr


def test_the_table_of_a_metric_is_printed_as_the_readme_shows_it(daemon, store, host, binary):
    daemon.start()
    for action in ("ACCEPTED", "ACCEPTED", "IGNORED", "OVERRIDDEN"):
        exec(compile(python_example().replace(BROKER, host.url).replace("ACCEPTED", action), str(README), "exec"), {})
    store.await_received(4)
    printed = run(binary, "metrics", "override_rate", "--days", "7", "--store", f"sqlite://{daemon.store_path}").stdout
    block = re.search(r"\$ alidade metrics override_rate.*?\n(.*?)```", README.read_text(), re.S).group(1)
    assert block.strip("\n") in printed


def test_every_link_of_the_readme_leads_to_a_file():
    links = re.findall(r"\]\(([^)#]+)\)", README.read_text())
    assert len(links) > 10
    for link in links:
        assert link.startswith("https://") or (PROJECT / link).exists(), link


def test_every_file_that_the_readme_names_is_there():
    named = re.findall(r"`((?:Sources|Tests|config|deploy|\.ci)/[^`…*]*)`", README.read_text())
    named += re.findall(r"^(deploy/\w+)", README.read_text(), re.M)
    assert len(named) > 8
    for name in named:
        assert (PROJECT / name).exists(), name


def test_every_page_of_the_documentation_is_linked_and_every_link_leads_to_a_page():
    pages = {page.stem: page for page in DOCUMENTATION.rglob("*.md")}
    front = pages.pop("Documentation")
    on_front = set(re.findall(r"<doc:([^>]+)>", front.read_text()))
    assert on_front == set(pages)
    for page in pages.values():
        assert set(re.findall(r"<doc:([^>]+)>", page.read_text())) <= set(pages), page.name
    readme = README.read_text()
    for name, page in pages.items():
        assert page.parent.name == "Decisions" or f"Documentation.docc/{name}.md" in readme, name


def test_every_page_says_what_it_is_about_before_its_first_heading():
    for page in DOCUMENTATION.glob("*.md"):
        title, blank, first = page.read_text().splitlines()[:3]
        assert title.startswith("# ") and blank == "" and first[:1].isalnum(), page.name


def test_every_pause_of_the_store_is_told_in_the_operating_page():
    """The words come from the code, so that a new cause cannot be forgotten in the page one reads at night."""
    source = (PROJECT / "Sources/Store/StoreError.swift").read_text()
    retriable = re.search(r"var isRetriable.*?case (.*?): true", source, re.S).group(1)
    kinds = re.findall(r"\.(\w+)", retriable)
    assert len(kinds) >= 6
    operating = (DOCUMENTATION / "Operating.md").read_text()
    for kind in kinds:
        word = re.search(rf'case \.{kind}: "(\w+)"', source).group(1)
        assert f"| `paused: {word}` |" in operating and f"(`{word}`" in operating or f"`{word}`)" in operating, word


def test_the_commands_of_the_documentation_have_the_options_that_it_shows(binary):
    """Every `alidade …` in the pages and the README that has options: each option is one of that command's."""
    seen = 0
    for page in [README, *DOCUMENTATION.rglob("*.md")]:
        for words in re.findall(r"(?:^|[`$ ]) *alidade ((?:[a-z]+ )+)([^`\n#|;&]*)", page.read_text(), re.M):
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
