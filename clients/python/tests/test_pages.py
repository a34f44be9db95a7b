"""The documentation's pages about the client: their examples run, their tables are complete, each row of faults is shown by a test."""
import re

from alidade import bench, options
from conftest import PROJECT, TESTS, run
from harness.waiting import wait_until

PAGES = PROJECT / "Sources/alidade/Documentation.docc"
SITE = TESTS / "site"


def page(name):
    return (PAGES / f"{name}.md").read_text()


def examples(name):
    return re.findall(r"```python\n(.*?)```", page(name), re.S)


def known_tests():
    """Every test of the client by name."""
    return {name for path in TESTS.glob("test_*.py") for name in re.findall(r"^def (test_\w+)", path.read_text(), re.M)}


def test_the_examples_of_from_django_run_in_a_site(daemon, store, host, spool):
    prelude = """
import start, types, alidade
from django.db import transaction
from profiler.models import ProfilerSession
INSTALLED_APPS = []
request = types.SimpleNamespace(user=start.staff)
session = ProfilerSession.objects.create(user=start.staff, status="finished")
"""
    found = examples("From-Django")
    assert len(found) >= 8
    said = run(prelude + "\n".join(found), paths=[SITE], ALIDADE_BROKER_URL=host.url, ALIDADE_SPOOL_DIR=spool, ALIDADE_EXIT_TIMEOUT=20)
    assert "Acceptance rate: " in said and "stored" in said
    wait_until("all was stored", lambda: store.tally()["stored"] == 7)
    assert store.value("SELECT count(*) FROM quarantine") == 0


def test_the_examples_of_from_fastapi_run(daemon, store, host, spool):
    said = run("\n".join(examples("From-FastAPI")) + """
import asyncio
telemetry = alidade.get_telemetry()

async def serve():
    async with app.router.lifespan_context(app):
        assert await accept(7, telemetry)
        print(await rate(telemetry), await session({"user_id": 1, "session_id": "s", "completion_status": "started", **body}, telemetry))

asyncio.run(serve())
""", ALIDADE_BROKER_URL=host.url, ALIDADE_SPOOL_DIR=spool, ALIDADE_EXIT_TIMEOUT=20)
    assert "'status': 'stored'" in said and "'track': None" not in said
    wait_until("both were stored", lambda: store.tally()["stored"] == 2)


def test_every_fault_of_the_page_is_shown_by_a_test_that_exists():
    rows = [line.split(" | ") for line in page("What-happens-when").splitlines() if line.startswith("| ")][2:]
    assert len(rows) >= 28
    known = known_tests()
    for row in rows:
        shown = re.findall(r"`(test_\w+)`", row[-1])
        assert shown and set(shown) <= known, row[0]
    for name in re.findall(r"`(test_\w+)`", page("What-happens-when")):
        assert name in known, name


def test_a_row_without_a_test_would_be_noticed():
    assert "test_that_is_not_there" not in known_tests() and len(known_tests()) > 100


def test_the_page_lists_every_setting_with_its_default():
    listed = {}
    for line in page("From-Django").split("## Settings")[1].split("\n## ")[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        names = re.findall(r"`([A-Z_]+)`", cells[0])
        if len(cells) != 3 or not names:
            continue
        listed.update(zip(names, cells[1].split(", ") if len(names) > 1 else [cells[1]]))
    assert {name.lower() for name in listed} == set(options.NAMES)
    defaults = vars(options.read({}, {}))
    for name in ("spool_max_bytes", "queue_max_events", "queue_max_bytes", "metrics_timeout", "retry_seconds", "spool_sync_seconds"):
        assert float(listed[name.upper()]) == defaults[name], name
    assert options.DEFAULT_URL in listed["URL"] and listed["SPOOL"] == "`auto`"


def test_the_page_has_a_figure_for_each_that_the_benchmark_measures():
    table = page("From-Django").split("## What a call costs")[1]
    for name in (*bench.BOUNDS, *bench.RATES):
        assert f"| {name} |" in table, name


def test_no_call_of_the_table_is_missing():
    from test_calls import FIVE, NINE

    text = page("From-Django").replace("`…_", "`track_recommendation_")
    for name in (*NINE, *FIVE):
        assert f"`{name}`" in text, name
