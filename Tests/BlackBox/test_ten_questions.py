"""The page *Ten questions*: each answer is what the sample data gives, by command, by request and by SQL."""
import json
import pathlib
import re
import shlex

import pytest

from harness import page
from harness.daemon import run
from harness.metrics import Asker
from harness.store import Store

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "deploy/samples"
DECLARED = {"ALIDADE_INGEST_DIMENSIONS": "cohort"}
TITLES = re.findall(r"^## \d+\. (.*)$", page.text("Ten-questions"), re.M)


def block(title, language):
    return re.search(rf"```{language}\n(.*?)```", section(title), re.S)[1].strip()


def section(title):
    number = TITLES.index(title) + 1
    return page.section("Ten-questions", f"{number}. {title}")


def table(title):
    """With its head; numbers as numbers."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [cells[0], *[[number(cell) for cell in row] for row in cells[2:]]]


def number(cell):
    try:
        return float(cell)
    except ValueError:
        return cell


def command(binary, title, store):
    words = shlex.split(block(title, "sh"))
    assert words[0] == "alidade"
    done = run(binary, *words[1:], "--json", "--store", f"sqlite://{store}", environment=DECLARED)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def fill(binary, store):
    for kind in ("profiler", "intelligence"):
        assert run(binary, "ingest", SAMPLES / f"{kind}.jsonl", "--kind", kind, "--store", f"sqlite://{store}", environment=DECLARED).returncode == 0


@pytest.fixture(scope="module")
def samples(binary, tmp_path_factory):
    path = tmp_path_factory.mktemp("questions") / "alidade.db"
    fill(binary, path)
    return path


def test_there_are_ten():
    assert len(TITLES) == 10


@pytest.mark.parametrize("title", TITLES)
def test_the_sql_finds_what_the_page_shows(samples, title):
    head, *rows = table(title)
    found = [[number(str(value)) for value in row] for row in Store(samples).rows(block(title, "sql"))]
    assert found == rows and rows
    assert all(re.search(rf"\b{column}\b", block(title, "sql")) for column in head)


# What the rows of the SQL are in the result of the metric.
SAME = [
    lambda a: [[part["from"][:10], name, group["viewed"], group["accepted"]] for part in a["series"]
               for name, group in sorted(part["result"].get("groups", {}).items()) if group["viewed"] or group["accepted"]],
    lambda a: [[decision, row["RESOLVED"]["total"], row["FALSE_POSITIVE"]["count"]]
               for decision, row in sorted(a["result"].items()) if decision != "none"],
    lambda a: [[cohort, *(step["count"] for step in group.values())] for cohort, group in a["result"]["groups"].items()],
    lambda a: [[module, row["sessions"], row["finished"]] for module, row in a["result"].items()],
    lambda a: [[a["result"][name] for name in ("learners", "sessions", "violations")]],
    lambda a: [[float(version), track, row["count"], pytest.approx(row["average_computed"], abs=0.06)]
               for version, group in a["result"]["groups"].items() for track, row in group["tracks"].items()],
    lambda a: [[track, row["count"], sum(to["count"] for to in a["result"]["overrides"].get(track, {}).values())]
               for track, row in a["result"].items() if track != "overrides"],
    lambda a: [[name, group["count"], group["average_ms"]] for name, group in a["result"]["groups"].items()],
    lambda a: [[a["result"]["accepted"], a["result"]["overridden"]]],
    lambda a: [[float(admin), group["overridden"], group["decisions"]] for admin, group in a["result"]["groups"].items() if group["decisions"]],
]


@pytest.mark.parametrize("title, same", zip(TITLES, SAME))
def test_the_metric_says_the_same_as_the_sql(binary, samples, title, same):
    answer = command(binary, title, samples)
    assert same(answer) == table(title)[1:]


def test_the_requests_get_what_the_commands_print(binary, make_daemon, host):
    daemon = make_daemon({"ingest": {"dimensions": ["cohort"]}}).start()
    fill(binary, daemon.store_path)
    asker = Asker(host)
    for title in TITLES:
        answer, printed = asker.ask(**json.loads(block(title, "json"))), command(binary, title, daemon.store_path)
        assert answer["result"] == printed["result"], title
        for name in ("series", "previous", "window", "filter"):
            assert answer.get(name) == printed.get(name), (title, name)
    asker.close()
