"""`alidade score`: alignments of files of payloads, with their reasons, two models side by side, and where models are found."""
import itertools
import json
import os
import pathlib
import pty
import shutil
import subprocess

import pytest

from harness.daemon import clean_environment, run
from harness.events import TRACKS, Maker, body_of

EXAMPLE = {
    "event_id": "the-example", "aptitude_score": 80, "technical_exposure_score": 60, "work_style_cluster": "independent",
    "difficulty_selection": None,
    "answers": [
        {"question_id": question, "selected_option": option}
        for question, option in (("identity_4", "C"), ("aptitude_8", "B"), ("tech_exposure_1", "B"))],
}


def example(**members):
    """The payload of the page on alignment."""
    return Maker(seed=5).profiler_document(**{**EXAMPLE, **members})


@pytest.fixture
def write(tmp_path):
    names = itertools.count()

    def write(*documents, layout=None):
        path = tmp_path / f"payloads-{next(names)}.json"
        texts = [text if isinstance(text, str) else json.dumps(text, indent=layout) for text in documents]
        path.write_text("\n".join(texts) + "\n")
        return path

    return write


def score(binary, *arguments, status=0, **more):
    done = run(binary, "score", *arguments, **more)
    assert done.returncode == status, done
    return done


def objects(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def row(text, track):
    return next(line.split() for line in text.splitlines() if line.split()[:1] == [track] and len(line.split()) > 1)


def test_a_payload_gets_a_line_for_each_track_and_the_marks_of_the_two_best(binary, write):
    shown = score(binary, write(example())).stdout
    assert [row(shown, track)[1] for track in TRACKS] == ["47.6", "75.3", "14.8", "52.0", "4.5"]
    assert row(shown, "offensive")[3:] == ["top"] and row(shown, "innovation")[3:] == ["runner-up"]
    assert len(row(shown, "grc")) == 3
    assert "och-tier0 1" in shown and "23.3 points" in shown and "3 counted, 25.0 %" in shown
    assert "reported" not in shown and "\x1b" not in shown and "\r" not in shown


def test_bars_are_as_long_as_the_percentages(binary, write):
    shown = score(binary, write(example())).stdout
    assert [row(shown, track)[2].count("#") for track in TRACKS] == [14, 23, 4, 16, 1]
    assert {len(row(shown, track)[2]) for track in TRACKS} == {30}


def test_a_terminal_gets_the_same_columns_with_blocks(binary, write):
    path = write(example())
    plain = score(binary, path).stdout
    ours, theirs = pty.openpty()
    with subprocess.Popen([binary, "score", path], stdout=theirs, env=clean_environment()) as process:
        os.close(theirs)
        shown = read_all(ours)
        assert process.wait(30) == 0
    assert "\x1b[1moffensive" in shown and "█" in shown
    for before, after in (("\x1b[1m", ""), ("\x1b[0m", ""), ("█", "#"), ("░", "."), ("\r\n", "\n")):
        shown = shown.replace(before, after)
    assert shown == plain


def read_all(descriptor):
    """Everything until the other side is closed, which a terminal reports as an error."""
    parts = []
    with open(descriptor, "rb", buffering=0) as terminal:
        try:
            while part := terminal.read(65536):
                parts.append(part)
        except OSError:
            pass
    return b"".join(parts).decode()


def test_what_was_reported_stands_beside_and_its_drift_below(binary, write):
    reported = {"offensive": 70, "innovation": 95.25, "unheard_of": 3}
    path = write(example(track_alignment_percentages=reported))
    shown = score(binary, path, environment={"ALIDADE_ALIGNMENT_DRIFT_MINIMUM_SHARE": "0.25"}).stdout
    assert row(shown, "offensive")[3:] == ["70.0", "top"] and row(shown, "innovation")[3:] == ["95.2", "runner-up"]
    assert row(shown, "grc")[3:] == ["-"]
    assert "43.2 points, innovation" in shown
    assert "alignment_drift" not in score(binary, path).stdout, "three answers are too few to compare"
    assert "alignment_drift" in shown and "unknown_track" in shown and "unheard_of" in shown


def test_json_has_full_doubles_of_everything(binary, write):
    found, = objects(score(binary, write(example(track_alignment_percentages={"offensive": 70})), "--json"))
    alignment = found["alignment"]
    assert found["event_id"] == "the-example" and found["line"] == 1 and found["session_id"] == "session-1"
    assert alignment["percentages"]["offensive"] == pytest.approx(100 * 6.1 / 8.1, abs=1e-12)
    assert alignment["margin"] == pytest.approx(100 * 3.1 / 8.1 - 15, abs=1e-12)
    assert (alignment["model"], alignment["top_track"], alignment["runner_up"]) == ("och-tier0", "offensive", "innovation")
    assert (alignment["answers"], alignment["share"], alignment["normalisation"]) == (3, 0.25, "achievable")
    assert found["reported"] == {"offensive": 70} and found["warnings"] == [] and found["missing"] == []
    assert found["drift"] == {
        "points": pytest.approx(100 * 6.1 / 8.1 - 70), "track": "offensive", "computed_top": "offensive", "reported_top": "offensive"}
    assert "contributions" not in alignment


@pytest.mark.parametrize("model", ["och-tier0", "och-tier0-profile"])
@pytest.mark.parametrize("normalisation", ["achievable", "reference"])
def test_contributions_add_up_to_the_percentages(binary, write, model, normalisation):
    maker = Maker(seed=11)
    path = write(example(), *(maker.profiler_document() for _ in range(20)))
    options = ("--explain", "--json", "--model", model, "--normalisation", normalisation)
    found = objects(score(binary, path, *options))
    kinds = set()
    for payload in found:
        alignment = payload["alignment"]
        for track in TRACKS:
            parts = alignment["contributions"][track]
            kinds |= {part["kind"] for part in parts}
            assert sum(part["points"] for part in parts) == pytest.approx(alignment["percentages"][track], abs=1e-9)
    assert len(found) == 21 and {"category", "trait"} <= kinds
    assert ("profile" in kinds) == (model == "och-tier0-profile")


def test_explain_shows_categories_traits_and_their_sum(binary, write):
    shown = score(binary, write(example()), "--explain").stdout
    innovation = shown.split("\ninnovation\n")[1].split("\n\n")[0]
    lines = [line.split() for line in innovation.splitlines()]
    assert ["category", "identity_value", "37.0"] in [line[:3] for line in lines]
    assert ["trait", "creativity", "5.2"] in [line[:3] for line in lines]
    assert lines[-1] == ["sum", "52.0"]


def test_the_profile_model_weighs_scores_and_work_style(binary, write):
    found, = objects(score(binary, write(example()), "--model", "och-tier0-profile", "--json"))
    assert found["alignment"]["percentages"]["offensive"] == pytest.approx(0.25 * 100 * 6.1 / 8.1 + 0.75 * 76.25)


def test_the_normalisation_of_the_settings_counts_and_the_option_wins(binary, write):
    path = write(example())
    environment = {"ALIDADE_ALIGNMENT_NORMALISATION": "reference"}
    by_settings, = objects(score(binary, path, "--json", environment=environment))
    by_option, = objects(score(binary, path, "--json", "--normalisation", "achievable", environment=environment))
    assert by_settings["alignment"]["percentages"]["offensive"] < 20 < by_option["alignment"]["percentages"]["offensive"]
    assert run(binary, "score", path, "--normalisation", "mean").returncode == 64


@pytest.mark.parametrize("layout", [None, 0, 2, "\t"])
def test_a_document_of_any_layout_is_one_payload(binary, write, layout):
    found, = objects(score(binary, write(example(), layout=layout), "--json"))
    assert found["event_id"] == "the-example" and found["alignment"]["answers"] == 3


def test_standard_input_is_read_like_a_file(binary):
    for text in (json.dumps(example(), indent=2), json.dumps(example())):
        found, = objects(score(binary, "-", "--json", input=text))
        assert found["alignment"]["top_track"] == "offensive"
    lines = "\n".join([json.dumps(example())] * 3)
    assert [payload["line"] for payload in objects(score(binary, "-", "--json", input=lines))] == [1, 2, 3]


def test_json_lines_are_a_line_each_and_a_summary(binary, write):
    shown = score(binary, write(example(event_id="first"), example(event_id="second"))).stdout.splitlines()
    assert len(shown) == 4
    assert shown[1].split() == ["1", "first", "offensive", "75.3", "innovation", "52.0", "23.3", "3", "25.0", "%", "-", "0"]
    assert shown[2].split()[:2] == ["2", "second"]
    assert shown[3] == "2 payloads, 2 scored, 0 without an alignment, 0 refused"
    assert len({len(line) for line in shown[:3]}) == 1


def test_json_lines_are_whole_tables_with_explain(binary, write):
    shown = score(binary, write(example(event_id="first"), example(event_id="second")), "--explain").stdout
    assert shown.count("  sum ") == 2 * len(TRACKS)


def test_a_payload_that_would_be_quarantined_is_reported_and_skipped(binary, write):
    path = write(example(), example(session_id="s" * 65, completion_status="finishd"), '{"event_id":', example(event_id="last"))
    done = score(binary, path, "--json", status=2)
    assert [payload["line"] for payload in objects(done)] == [1, 4]
    assert 'line 2: error too_long "/session_id"' in done.stderr and "has 65 characters, more than 64" in done.stderr
    assert 'line 2: error unknown_value "/completion_status"' in done.stderr and "did you mean finished?" in done.stderr
    assert "line 3: error not_json" in done.stderr
    assert score(binary, path, status=2).stdout.splitlines()[-1] == "4 payloads, 2 scored, 0 without an alignment, 2 refused"


def test_a_broken_first_line_does_not_hide_the_others(binary, write):
    done = score(binary, write('{"event_id":', example()), "--json", status=2)
    assert [payload["line"] for payload in objects(done)] == [2]


def test_a_payload_without_session_and_time_is_scored_with_warnings(binary, write):
    bare = {"answers": example()["answers"]}
    found, = objects(score(binary, write(bare), "--json"))
    assert found["alignment"]["top_track"] == "offensive" and found["session_id"] is None
    assert [missing["pointer"] for missing in found["missing"]] == ["/user_id", "/session_id", "/completion_status", ""]
    shown = score(binary, write(bare)).stdout
    assert shown.count("scored all the same") == 4 and "missing_time" in shown


@pytest.mark.parametrize("members", [
    {"user_id": 1.5}, {"user_id": None, "session_id": []}, {"event_id": "\0"}, {"emitted_at": "1999-12-31T00:00:00Z"}, {"completion_status": "done"},
])
def test_whatever_else_is_wrong_is_not_overlooked(binary, write, members):
    done = score(binary, write(example(**members)), "--json", status=2)
    assert not done.stdout and "line 1: error" in done.stderr


def test_a_payload_without_answers_has_no_alignment(binary, write):
    path = write(example(answers=None), example())
    shown = score(binary, path).stdout
    assert shown.splitlines()[1].split()[2:6] == ["-"] * 4 and "1 without an alignment" in shown
    assert objects(score(binary, path, "--json"))[0]["alignment"] is None
    assert "no alignment" in score(binary, write(example(answers=None))).stdout


def test_answers_that_the_model_does_not_know_are_warnings(binary, write):
    answers = example()["answers"] + [{"question_id": "riddle", "selected_option": "A"}, {"question_id": "aptitude_1", "selected_option": "Z"}]
    shown = score(binary, write(example(answers=answers))).stdout
    assert 'unknown_question "/answers/3/question_id"' in shown and 'unknown_option "/answers/4/selected_option"' in shown
    assert "3 counted" in shown


def test_an_id_cannot_reach_the_terminal(binary, write):
    done = score(binary, write(example(event_id="\x1b[2Jgone\n")))
    assert "\x1b" not in done.stdout and "gone" in done.stdout.splitlines()[0]


def test_a_file_without_a_payload_and_one_that_does_not_exist_are_clear_failures(binary, write, tmp_path):
    assert "there is no payload in it" in score(binary, write(""), status=1).stderr
    assert "there is no payload in it" in score(binary, write(""), "--against", "och-tier0-profile", status=1).stderr
    assert "none.json" in score(binary, tmp_path / "none.json", status=1).stderr


def test_two_models_are_compared_over_all_payloads(binary, write):
    maker = Maker(seed=3)
    documents = [maker.profiler_document() for _ in range(60)] + [maker.profiler_document(answers=None)]
    path = write(*documents, example(completion_status="done"))
    first, second = (
        {payload["event_id"]: payload["alignment"] for payload in objects(score(binary, path, "--json", "--model", model, status=2))}
        for model in ("och-tier0", "och-tier0-profile"))
    found, = objects(score(binary, path, "--json", "--against", "och-tier0-profile", status=2))
    both = [event for event in first if first[event] and second[event]]
    assert (found["payloads"], found["scored_by_both"], found["refused"]) == (62, len(both), 1) == (62, 60, 1)
    assert found["scored_by_against_only"] == 1 and found["scored_by_model_only"] == found["scored_by_neither"] == 0

    changes = [(first[event]["top_track"], second[event]["top_track"]) for event in both]
    changes = [change for change in changes if change[0] != change[1]]
    assert changes and found["top_track_changes"]["count"] == len(changes)
    assert found["top_track_changes"]["share"] == pytest.approx(len(changes) / 60)
    transitions = found["top_track_changes"]["transitions"]
    assert {(t["from"], t["to"]): t["count"] for t in transitions} == {change: changes.count(change) for change in changes}
    assert [t["count"] for t in transitions] == sorted((t["count"] for t in transitions), reverse=True)

    def difference(event, track):
        return abs(first[event]["percentages"][track] - second[event]["percentages"][track])

    for track in TRACKS:
        found_track = found["tracks"][track]
        assert found_track["mean"] == pytest.approx(sum(difference(event, track) for event in both) / 60)
        assert found_track["worst"] == pytest.approx(max(difference(event, track) for event in both))
        assert found_track["worst"] == pytest.approx(difference(found_track["worst_event_id"], track))
    worst = max(found["tracks"].values(), key=lambda track: track["worst"])
    assert {key: found["overall"][key] for key in ("worst", "worst_event_id", "worst_line")} == {
        key: worst[key] for key in ("worst", "worst_event_id", "worst_line")}
    assert found["overall"]["mean"] == pytest.approx(sum(track["mean"] for track in found["tracks"].values()) / len(TRACKS))


def test_a_comparison_is_a_table_with_the_transitions(binary, write):
    leader = example(aptitude_score=None, technical_exposure_score=None, work_style_cluster="collaborative", event_id="other")
    shown = score(binary, write(example(), leader), "--against", "och-tier0-profile").stdout
    assert "payloads  2: 2 scored by both" in shown
    assert "top track changes: 1 of 2 (50.0 %)" in shown and "  offensive -> leadership: 1" in shown
    differences = shown.split("event of the worst")[1]
    assert row(differences, "leadership")[3:] == row(differences, "all")[3:] == ["other", "(line", "2)"]


def test_a_model_compared_with_itself_differs_in_nothing(binary, write):
    found, = objects(score(binary, write(example()), "--json", "--against", "och-tier0"))
    assert found["top_track_changes"] == {"count": 0, "share": 0, "transitions": []}
    assert found["overall"]["mean"] == found["overall"]["worst"] == 0


def test_explain_and_against_exclude_each_other(binary, write):
    assert run(binary, "score", write(example()), "--explain", "--against", "och-tier0").returncode == 64


SMALL_MODEL = {
    "model": "small", "version": "7", "tracks": ["grc", "cooking"], "category_weights": {"all": 1}, "full_evidence_answers": 2,
    "questions": {"identity_4": {"category": "all", "options": {"C": {"grc": 1}, "D": {"cooking": 1}}}},
}


def test_a_model_is_found_by_its_path(binary, write, tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps(SMALL_MODEL))
    found, = objects(score(binary, write(example()), "--json", "--model", tmp_path / "mine.json"))
    assert found["alignment"]["model"] == "small" and found["alignment"]["percentages"] == {"grc": 100, "cooking": 0}
    by_setting, = objects(score(binary, write(example()), "--json", environment={"ALIDADE_ALIGNMENT_MODEL": str(tmp_path / "mine.json")}))
    assert by_setting["alignment"] == found["alignment"]
    compared, = objects(score(binary, write(example()), "--json", "--against", tmp_path / "mine.json"))
    assert list(compared["tracks"]) == ["grc"]
    assert compared["not_compared"] == ["defender", "offensive", "innovation", "leadership", "cooking"]


def test_a_model_is_found_by_its_name_above_the_program(binary, write, tmp_path):
    program = tmp_path / "build" / "triple" / "debug" / "alidade"
    program.parent.mkdir(parents=True)
    shutil.copy(binary, program)
    models = tmp_path / "config" / "alignment"
    models.mkdir(parents=True)
    (models / "small.json").write_text(json.dumps(SMALL_MODEL))
    found, = objects(score(program, write(example()), "--json", "--model", "small"))
    assert found["alignment"]["version"] == "7"
    done = score(program, write(example()), "--model", "smal", status=78)
    for place in ("/etc/alidade/alignment", "/usr/share/alidade/alignment", str(models)):
        assert place in done.stderr
    assert "did you mean small?" in done.stderr

    deep = pathlib.Path(tmp_path, *"1234567", "alidade")
    deep.parent.mkdir(parents=True)
    shutil.copy(binary, deep)
    assert "no folder config/alignment above the program" in score(deep, write(example()), "--model", "small", status=78).stderr


@pytest.fixture
def alone(binary, tmp_path):
    """The program without anything beside or above it."""
    folder = tmp_path / "alone"
    folder.mkdir()
    return shutil.copy(binary, folder / "alidade")


GOLDEN = pathlib.Path(__file__).parents[1] / "AlignmentTests" / "Golden" / "golden-cases.json"


@pytest.mark.skipif(
    any(os.path.exists(f"{folder}/alidade/alignment") for folder in ("/etc", "/usr/share")), reason="models are installed here")
def test_a_program_alone_scores_and_runs_with_the_models_that_are_built_in(alone, make_daemon, tmp_path, write):
    empty = tmp_path / "empty"
    empty.mkdir()
    case = json.loads(GOLDEN.read_text())[0]
    answers = [{"question_id": question, "selected_option": option} for question, option in case["answers"]]
    for model in ("och-tier0", "och-tier0-profile"):
        found, = objects(score(alone, write(example(answers=answers)), "--json", "--model", model, folder=empty))
        assert found["alignment"]["model"] == model
        if model == "och-tier0":
            assert found["alignment"]["percentages"] == pytest.approx(case["achievable"]["adjusted"], abs=0.06)
    checked = run(alone, "config", "check", folder=empty, environment={"ALIDADE_ALIGNMENT_SHADOW": "och-tier0-profile"})
    assert checked.stdout.splitlines()[1:] == ["alignment.model: och-tier0 1 (built in)", "alignment.shadow: och-tier0-profile 1 (built in)"]
    absent = score(alone, write(example()), "--model", "och-tier1", status=78).stderr
    assert "built in are och-tier0, och-tier0-profile" in absent and "did you mean och-tier0?" in absent
    daemon = make_daemon(program=alone).start()
    assert 'model="och-tier0 1 (built in)"' in daemon.log()


def test_a_file_of_the_same_name_is_taken_instead_of_the_built_in_model(alone, write, tmp_path):
    models = tmp_path / "config" / "alignment"
    models.mkdir(parents=True)
    path = models / "och-tier0.json"
    path.write_text(json.dumps(SMALL_MODEL))
    found, = objects(score(alone, write(example()), "--json"))
    assert found["alignment"]["model"] == "small"
    checked = json.loads(run(alone, "config", "check", "--json").stdout)
    assert checked["alignment.model"] == {"name": "small", "version": "7", "from": str(path)}
    path.write_text("{")
    assert f"could not load the alignment model {path}: " in score(alone, write(example()), status=78).stderr


@pytest.mark.parametrize("content, words", [
    ("{", "could not load the alignment model"),
    (json.dumps({**SMALL_MODEL, "tracks": ["cooking"]}), "/tracks"),
    (None, "there is no such file"),
])
def test_a_model_that_is_wrong_or_absent_is_a_mistake_of_the_configuration(binary, write, tmp_path, content, words):
    path = tmp_path / "wrong.json"
    if content is not None:
        path.write_text(content)
    for option in ("--model", "--against"):
        done = score(binary, write(example()), option, path, status=78)
        assert words in done.stderr and "wrong.json" in done.stderr and not done.stdout
