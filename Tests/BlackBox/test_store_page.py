"""The page The-store.md: tables, columns, types, words and nulls as they are in a store, and queries with the results that they have."""
import json
import pathlib
import re

import pytest

from harness import page
from harness.daemon import run
from harness.store import Store

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "deploy/samples"


@pytest.fixture(scope="module")
def samples(binary, tmp_path_factory):
    """The store that the results on the page are from."""
    path = tmp_path_factory.mktemp("samples") / "alidade.db"
    for kind in ("profiler", "intelligence"):
        assert run(binary, "ingest", SAMPLES / f"{kind}.jsonl", "--kind", kind, "--store", f"sqlite://{path}").returncode == 0
    return Store(path)


def described():
    """Each table with a section of its own: its first paragraph, and its columns as (type, unit, meaning, null) by name."""
    for title, body in re.findall(r"^## (\w+)\n(.*?)(?=^## )", page.text("The-store"), re.M | re.S):
        if title.islower():
            rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\|.*\|$", body, re.M)]
            columns = {name.strip("`"): rest for name, *rest in rows[2:]}
            yield title, body.strip().split("\n\n")[0], columns


def internal():
    section = page.text("The-store").split("## Internal tables")[1].split("\n## ")[0]
    return {name for row in re.findall(r"^\| (`.*?) \|", section, re.M) for name in re.findall(r"`(\w+)`", row)}


def test_the_tables_are_the_data_dictionary_s(binary):
    tables = run(binary, "manual", "store").stdout.strip().split("\n\n")
    assert len(tables) == len(list(described())) >= 15
    for table in tables:
        assert page.text("The-store").count(f"\n\n{table}\n\n") == 1, f"write this table of `alidade manual store` into the page:\n{table}"


def test_the_dictionary_is_the_same_in_the_store_and_on_the_command_line(binary, samples):
    printed = run(binary, "schema", "store").stdout
    tables = json.loads(run(binary, "schema", "store", "--json").stdout)["tables"]
    columns = [(table["name"], *(column[key] for key in ("name", "type", "unit", "meaning"))) for table in tables for column in table["columns"]]
    assert samples.rows("SELECT * FROM store_columns") == columns
    for table, column, kind, _, meaning in columns:
        assert table in printed
        if not table.endswith("_v"):
            assert re.search(rf"^  {column} +{kind} +{re.escape(meaning)}", printed, re.M), (table, column)


def test_every_table_and_view_is_on_the_page(samples):
    there = {name for name, in samples.rows("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'")}
    named = {name for name, _, _ in described()}
    assert len(named) >= 11 and not named & internal()
    assert {name for name in there if name.startswith("_")} == internal()
    assert {name for name in there if not name.endswith("_v")} == named | internal()
    with_times = {name for name in named if samples.rows(f"SELECT 1 FROM pragma_table_info('{name}') WHERE name LIKE '%\\_at' ESCAPE '\\' OR name = 'at'")}
    assert {name for name in there if name.endswith("_v")} == {f"{name}_v" for name in with_times}


def test_the_columns_and_their_types_are_those_of_the_store(samples):
    for table, _, columns in described():
        found = samples.rows(f"SELECT name, type FROM pragma_table_info('{table}')")
        assert set(columns) == {name for name, _ in found}, table
        for name, kind in found:
            if kind:
                assert columns[name][0] == kind, f"{table}.{name}"
        for name in columns:
            values = {kind for kind, in samples.rows(f"SELECT DISTINCT typeof({name}) FROM {table}")} - {"null"}
            assert values <= {columns[name][0].lower()}, f"{table}.{name}"


def test_a_column_that_is_never_null_is_not_null_in_the_store(samples):
    for table, _, columns in described():
        if samples.value("SELECT type FROM sqlite_schema WHERE name = ?", table) == "view":
            for name in columns:
                if columns[name][3] == "never":
                    assert samples.value(f"SELECT count(*) FROM {table} WHERE {name} IS NULL") == 0, f"{table}.{name}"
            continue
        for name, required, key in samples.rows(f"SELECT name, \"notnull\", pk FROM pragma_table_info('{table}')"):
            assert (columns[name][3] == "never") == bool(required or key), f"{table}.{name}"


def test_the_tables_marked_as_append_only_are_those_that_refuse_changes(samples):
    marked = {table for table, first, _ in described() if first.startswith("●")}
    assert len(marked) >= 7
    diagram = page.text("The-store").split("```")[1]
    marked |= set(re.findall(r"(\w+) ●", diagram))
    triggers = samples.rows("SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger' GROUP BY tbl_name HAVING count(*) = 3")
    assert marked == {table for table, in triggers}


def test_every_name_in_the_diagram_is_a_table_or_a_column(samples):
    diagram = page.text("The-store").split("```")[1]
    names = set(re.findall(r"\b_?[a-z]+_[a-z_]+\b", diagram))
    assert len(names) > 20
    known = {name for name, in samples.rows("SELECT name FROM sqlite_schema")}
    known |= {name for name, in samples.rows("SELECT c.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c WHERE s.type = 'table'")}
    assert names <= known
    assert {name for name, _, _ in described()} <= names | {"quarantine", "operations", "store_columns"}


def test_the_words_of_a_column_are_those_of_the_schema(binary):
    """What a message may say, without `completed`, which is stored as finished."""
    words = {}

    def gather(document):
        for name, member in document.get("properties", {}).items():
            # A list of words, or one beside a rule for others.
            for choice in (member, *member.get("anyOf", [])):
                if "enum" in choice:
                    words[name] = [word for word in choice["enum"] if word]
        for part in document.get("oneOf", []):
            gather(part)

    for kind in ("profiler", "intelligence"):
        gather(json.loads(run(binary, "schema", kind).stdout))
    checked = 0
    for table, _, columns in described():
        if table in ("profiler_events", "decision_recommendation_events", "decision_outcome_snapshots", "admin_view_telemetry"):
            for name, (_, _, meaning, _) in columns.items():
                if name in words:
                    assert re.findall(r"`(\w+)`", meaning) == [word for word in words[name] if word != "completed"], f"{table}.{name}"
                    checked += 1
    assert checked >= 7


def test_the_views_show_times_as_the_page_says(samples):
    for table, _, columns in described():
        for name in columns:
            if name.endswith("_at") or name == "at":
                for shown, in samples.rows(f"SELECT {name} FROM {table}_v WHERE {name} IS NOT NULL"):
                    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", shown), f"{table}_v.{name}"
    assert "2026-02-09T08:31:05.250000Z" in page.text("The-store")
    assert samples.value("SELECT count(*) FROM profiler_events_v WHERE occurred_at = '2026-02-09T08:31:05.250000Z'") == 1


def table_of(connection, sql):
    """A result as `sqlite3 -header -column` prints it."""
    cursor = connection.execute(sql)
    rows = [["" if value is None else str(value) for value in row] for row in cursor]
    lines = [[name for name, *_ in cursor.description], *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("  ".join(word.ljust(width) for word, width in zip(line, widths)).rstrip() for line in lines)


def test_the_queries_have_the_results_that_the_page_shows(samples):
    text = page.text("The-store")
    queries = re.findall(r"```sql\n(.*?)```\n\n```text\n(.*?)\n```", text, re.S)
    assert len(queries) == text.count("```sql") >= 10
    assert re.findall(r"^\*\*(\d+)\. ", text, re.M) == [str(number) for number in range(1, 11)]
    with samples.open() as connection:
        for sql, shown in queries:
            assert table_of(connection, sql) == shown, sql
