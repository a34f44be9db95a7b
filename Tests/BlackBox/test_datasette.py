"""config/datasette.yaml: Datasette shows an analyst what is for people, with its meaning, beside the writing daemon and of a backup."""
import json
import pathlib
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest

from harness.daemon import free_port, run
from harness.events import Maker, body_of
from harness.store import Store
from harness.waiting import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config" / "datasette.yaml"
SAMPLES = ROOT / "deploy" / "samples"


@pytest.fixture(scope="module")
def python():
    done = subprocess.run([ROOT / "Tests/BlackBox/producers/make", "datasette"], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def samples(binary, tmp_path_factory):
    path = tmp_path_factory.mktemp("datasette") / "alidade.db"
    for kind in ("profiler", "intelligence"):
        assert run(binary, "ingest", SAMPLES / f"{kind}.jsonl", "--kind", kind, "--store", f"sqlite://{path}").returncode == 0
    return Store(path)


class Datasette:
    def __init__(self, python, folder, *arguments):
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self.log = folder / "datasette.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [python, "-m", "datasette", "serve", *map(str, arguments), "--metadata", str(CONFIG), "--port", str(port)],
                stdout=log, stderr=subprocess.STDOUT, cwd=folder)
        wait_until("Datasette answered", self.is_up, 60)

    def is_up(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.get("/-/versions.json")
        except OSError:
            return False

    def get(self, path, **query):
        with urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(query)}", timeout=20) as response:
            text = response.read().decode()
        return json.loads(text) if path.endswith(".json") else text

    def rows(self, path, **query):
        return self.get(f"/alidade/{path}.json", _shape="objects", **query)["rows"]

    def status(self, path):
        try:
            self.get(path)
            return 200
        except urllib.error.HTTPError as error:
            return error.code

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def serve(python, tmp_path):
    """Datasette with the example, of a store file."""
    running = []

    def start(*arguments):
        running.append(Datasette(python, tmp_path, *arguments))
        return running[-1]

    yield start
    for process in running:
        process.stop()


@pytest.fixture
def backup(binary, samples, tmp_path):
    path = tmp_path / "copy" / "alidade.db"
    path.parent.mkdir()
    assert run(binary, "store", "backup", path, "--store", f"sqlite://{samples.path}").returncode == 0
    return path


def test_the_descriptions_are_the_data_dictionary_s(binary):
    printed = run(binary, "manual", "datasette").stdout
    assert CONFIG.read_text().endswith(printed) and len(printed) > 10_000, "write the output of `alidade manual datasette` to the end of the example"


def test_no_table_of_alidade_s_own_is_shown(serve, backup):
    datasette = serve("-i", backup)
    database = datasette.get("/alidade.json")
    shown = {table["name"] for table in database["tables"]} | {view["name"] for view in database["views"]}
    there = {name for name, in Store(backup).rows("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'")}
    own = {name for name in there if name.startswith("_")}
    assert len(own) >= 18 and shown == there - own
    assert {datasette.status(f"/alidade/{name}.json") for name in own} == {403}
    assert {datasette.status(f"/alidade/{name}.json") for name in shown} == {200}


def test_every_column_is_shown_with_its_meaning(serve, backup):
    datasette = serve("-i", backup)
    described = {}
    for table, column, unit, meaning in Store(backup).rows("SELECT table_name, column_name, unit, meaning FROM store_columns"):
        described.setdefault(table, {})[column] = meaning + (f" Unit: {unit}." if unit else "")
    metadata = datasette.get("/-/metadata.json")["databases"]["alidade"]["tables"]
    assert {name: entry["columns"] for name, entry in metadata.items() if not name.startswith(("_", "sqlite_"))} == described
    shown = datasette.get("/alidade/profiler_events")
    assert 'data-column-description="Points for aptitude, 0 to 100 (null: not given). Unit: points."' in shown


def test_each_query_answers_what_the_store_says(serve, backup, samples):
    datasette = serve("-i", backup)
    queries = datasette.get("/alidade.json")["queries"]
    assert len(queries) >= 7 and all(query["title"] for query in queries)
    for query in queries:
        values = {"session_id": "session-003"} if ":session_id" in query["sql"] else {}
        with samples.open() as connection:
            cursor = connection.execute(query["sql"], values)
            expected = [dict(zip((name for name, *_ in cursor.description), row)) for row in cursor]
        assert expected and datasette.rows(query["name"], **values) == expected, query["name"]


def test_it_reads_beside_the_daemon_that_writes(serve, daemon, store, host):
    daemon.start()
    maker = Maker()
    host.publish("intelligence", body_of(maker.view_document()))
    store.await_received(1)
    datasette = serve(store.path)

    def count():
        return datasette.get("/alidade/admin_view_telemetry.json", _shape="objects")["filtered_table_rows_count"]

    assert count() == 1
    host.publish("intelligence", body_of(maker.view_document()))
    store.await_received(2)
    assert count() == 2
    assert datasette.status("/alidade/_suspects.json") == 403
    # It reads only, and holds nobody up.
    with pytest.raises(urllib.error.HTTPError):
        datasette.get("/alidade.json", sql="DELETE FROM ingest_minutes")
    assert daemon.run("store", "check").returncode == 0
    assert daemon.stop() == 0
