"""Computed alignment in the store: beside the reported one, by the model of the settings, with a shadow where one is asked for."""
import json
import pathlib

import pytest

from harness.daemon import run
from harness.events import Maker, body_of
from harness.store import Store

TRACKS = ["defender", "offensive", "grc", "innovation", "leadership"]


def rows(store, is_shadow=0):
    return {track: (model, version, computed, reported) for track, model, version, computed, reported in store.rows(
        f"SELECT track, model, model_version, computed, reported FROM profiler_alignments WHERE is_shadow = {is_shadow}")}


@pytest.fixture
def document():
    return Maker().profiler_document(
        answers=[{"question_id": f"scenario_{n}", "selected_option": "A"} for n in range(1, 11)],
        track_alignment_percentages={"defender": 12.5, "grc": 80})


def scored(binary, tmp_path, document, *options):
    path = tmp_path / "payload.json"
    path.write_text(json.dumps(document))
    return json.loads(run(binary, "score", path, "--json", *options).stdout)["alignment"]


def test_a_stored_message_has_a_percentage_for_each_track_and_the_reported_one_beside_it(daemon, store, host, binary, tmp_path, document):
    daemon.start()
    host.publish("profiler", body_of(document))
    store.await_received(1)
    found = rows(store)
    assert sorted(found) == sorted(TRACKS)
    assert {(model, version) for model, version, _, _ in found.values()} == {("och-tier0", "1")}
    assert {track: row[3] for track, row in found.items()} == {
        "defender": 12.5, "grc": 80, "offensive": None, "innovation": None, "leadership": None}
    percentages = scored(binary, tmp_path, document)["percentages"]
    for track in TRACKS:
        assert found[track][2] == percentages[track], track
    assert store.value("SELECT count(*) FROM event_warnings WHERE code = 'alignment_drift'") == 0, "few answers are not compared"


def test_a_shadow_model_has_rows_of_its_own(make_daemon, host, document, binary, tmp_path):
    daemon = make_daemon({"alignment": {"shadow": "och-tier0-profile"}}).start()
    store = Store(daemon.store_path)
    host.publish("profiler", body_of(document))
    store.await_received(1)
    shadow = rows(store, is_shadow=1)
    assert sorted(shadow) == sorted(TRACKS) and shadow["grc"][0] == "och-tier0-profile"
    assert rows(store)["grc"][0] == "och-tier0"
    assert shadow["grc"][2] == scored(binary, tmp_path, document, "--model", "och-tier0-profile")["percentages"]["grc"]


def test_unknown_questions_options_and_tracks_are_warnings(daemon, store, host):
    daemon.start()
    host.publish("profiler", body_of(Maker().profiler_document(
        answers=[{"question_id": "scenario_1", "selected_option": "Z"}, {"question_id": "nobody_asked", "selected_option": "A"}],
        track_alignment_percentages={"astronomy": 50})))
    store.await_received(1)
    found = dict(store.rows("SELECT code, pointer FROM event_warnings"))
    assert found["unknown_option"] == "/answers/0/selected_option"
    assert found["unknown_question"] == "/answers/1/question_id"
    assert found["unknown_track"] == "/track_alignment_percentages/astronomy"
    assert store.tally()["stored"] == 1


@pytest.mark.parametrize("damage, words", [
    (lambda model: model["questions"]["scenario_1"]["options"]["A"].update({"astronomy": 1}), "astronomy"),
    (lambda model: model["questions"]["scenario_1"].update({"category": "nonsense"}), "nonsense"),
    (lambda model: model["category_weights"].update({"work_style": "heavy"}), "/category_weights/work_style"),
])
def test_a_model_that_is_wrong_stops_the_start_and_names_the_place(make_daemon, tmp_path, binary, damage, words):
    model = json.loads((pathlib.Path(__file__).parents[2] / "config" / "alignment" / "och-tier0.json").read_text())
    damage(model)
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(model))
    done = run(binary, "ingest", "-", "--kind", "profiler", "--store", f"sqlite://{tmp_path}/x.db",
               environment={"ALIDADE_ALIGNMENT_MODEL": str(path)})
    assert done.returncode == 78, done.stderr
    assert words in done.stderr and "broken.json" in done.stderr
