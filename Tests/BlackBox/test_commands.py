"""The command line: files in, files to the broker, checks, and what became of an event."""
import json
import pathlib
import re

import pytest

from harness.daemon import run
from harness.events import Maker, body_of
from harness.memory import run_measured
from harness.store import Store

PROJECT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def lines(tmp_path):
    """A JSON Lines file: eight good intelligence events, one of them twice, and two bad ones."""
    maker = Maker(seed=8)
    good = [maker.view_document(event_id=f"view-{n}") for n in range(8)]
    bodies = [body_of(document) for document in good]
    bodies += [bodies[0], body_of(maker.view_document(event_id="bad-1", admin_user_id=0)), b'{"event_id":']
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(bodies) + b"\n")
    return path


@pytest.fixture
def filled(binary, tmp_path, lines):
    """A store into which the lines were ingested."""
    path = tmp_path / "alidade.db"
    done = run(binary, "ingest", lines, "--kind", "intelligence", "--store", f"sqlite://{path}")
    assert done.returncode == 0, done
    return Store(path)


def command(binary, store, *arguments, **more):
    return run(binary, *arguments, "--store", f"sqlite://{store.path}", **more)


def balance(done):
    """What a command printed: a name and a number on each line."""
    assert done.returncode == 0, done
    return {name: int(count) for name, count in map(str.split, done.stdout.splitlines())}


def test_ingest_reads_a_file_and_ends_with_the_balance(filled):
    assert filled.tally() == {"received": 11, "stored": 8, "duplicates": 1, "quarantined": 2}


def test_ingest_prints_the_balance_and_a_second_run_finds_duplicates_only(binary, filled, lines):
    done = command(binary, filled, "ingest", lines, "--kind", "intelligence")
    assert balance(done) == {"received": 11, "stored": 0, "duplicates": 11, "quarantined": 0}
    assert filled.tally() == {"received": 22, "stored": 8, "duplicates": 12, "quarantined": 2}


def test_ingest_reads_standard_input(binary, tmp_path, lines):
    store = Store(tmp_path / "stdin.db")
    done = command(binary, store, "ingest", "-", "--kind", "intelligence", input=lines.read_text())
    assert balance(done) == store.tally() == {"received": 11, "stored": 8, "duplicates": 1, "quarantined": 2}


def test_ingest_of_a_file_that_does_not_exist_is_a_clear_failure(binary, tmp_path):
    done = run(binary, "ingest", tmp_path / "none.jsonl", "--kind", "profiler", "--store", f"sqlite://{tmp_path}/x.db")
    assert done.returncode == 1 and "none.jsonl" in done.stderr and "could not" in done.stderr


def test_send_publishes_every_line_with_confirms(daemon, store, host, lines):
    daemon.start()
    done = daemon.run("send", lines, "--kind", "intelligence")
    assert done.returncode == 0, done
    store.await_received(11)
    assert store.tally() == {"received": 11, "stored": 8, "duplicates": 1, "quarantined": 2}


def test_validate_tells_errors_by_exit_2_and_stores_nothing(binary, tmp_path, lines):
    done = run(binary, "validate", lines, "--kind", "intelligence", environment={"ALIDADE_STORE_URL": f"sqlite://{tmp_path}/v.db"})
    assert done.returncode == 2
    assert "/admin_user_id" in done.stdout and "out_of_range" in done.stdout and "not_json" in done.stdout
    assert not (tmp_path / "v.db").exists()


def test_validate_of_good_lines_succeeds(binary, tmp_path):
    path = tmp_path / "good.jsonl"
    path.write_bytes(body_of(Maker().profiler_document()) + b"\n")
    assert run(binary, "validate", path, "--kind", "profiler").returncode == 0


def verdicts(binary, kind, *documents, options=(), **more):
    """Of each document what `validate` finds: `code pointer` of errors, and of warnings."""
    text = "\n".join(map(json.dumps, documents))
    done = run(binary, "validate", "-", "--kind", kind, "--json", *options, input=text, **more)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == (0 if all(verdict["ok"] for verdict in found) else 2), done
    return [[[f"{each['code']} {each['pointer']}" for each in verdict[what]] for what in ("errors", "warnings")] for verdict in found]


def test_validate_gives_the_warnings_of_the_alignment(binary):
    odd = Maker().profiler_document(
        answers=[
            {"question_id": "aptitude_1", "selected_option": "A"}, {"question_id": "aptitude_2", "selected_option": "Z"},
            {"question_id": "no_such", "selected_option": "A"}],
        track_alignment_percentages={"defender": 0, "offensive": 0, "grc": 0, "innovation": 100, "leadership": 0, "sales": 3})
    sure = {"ALIDADE_ALIGNMENT_DRIFT_MINIMUM_SHARE": "0"}
    ((errors, warnings),) = verdicts(binary, "profiler", odd, environment=sure)
    assert errors == []
    assert {
        "unknown_option /answers/1/selected_option", "unknown_question /answers/2/question_id",
        "unknown_track /track_alignment_percentages/sales", "alignment_drift /track_alignment_percentages"} <= set(warnings)
    # They belong to a message that is stored; strictness is about what is read, and not about what is odd.
    ((errors, again),) = verdicts(binary, "profiler", odd, options=["--strict"], environment=sure)
    assert errors == [] and again == warnings
    ((errors, warnings),) = verdicts(binary, "profiler", {**odd, "session_id": None})
    assert errors == ["missing_field /session_id"] and warnings == []


def test_validate_scores_by_the_configured_model_and_needs_one_only_for_profiler_telemetry(binary, tmp_path):
    model = json.loads((PROJECT / "config/alignment/och-tier0.json").read_text())
    model.update(model="renamed")
    model["questions"] = {name: question for name, question in model["questions"].items() if name != "aptitude_1"}
    (tmp_path / "renamed.json").write_text(json.dumps(model))
    document = Maker().profiler_document(answers=[{"question_id": "aptitude_1", "selected_option": "A"}])
    assert verdicts(binary, "profiler", document) == [[[], []]]
    assert verdicts(binary, "profiler", document, environment={"ALIDADE_ALIGNMENT_MODEL": str(tmp_path / "renamed.json")}) == [
        [[], ["unknown_question /answers/0/question_id"]]]
    none = {"ALIDADE_ALIGNMENT_MODEL": str(tmp_path / "none.json")}
    assert verdicts(binary, "intelligence", Maker().view_document(), environment=none) == [[[], []]]
    assert run(binary, "validate", "-", "--kind", "profiler", input="{}", environment=none).returncode == 78


READ_WITH_GOOD_WILL = {"admin_user_id": "42", "occurred_at": "2026-02-09T12:00Z"}


@pytest.mark.parametrize("options, environment, is_strict", [
    ([], {}, False), (["--strict"], {}, True), ([], {"ALIDADE_INGEST_STRICT": "true"}, True),
    (["--strict"], {"ALIDADE_INGEST_STRICT": "false"}, True),
])
def test_validate_is_as_strict_as_it_is_told(binary, options, environment, is_strict):
    document = Maker().view_document(**READ_WITH_GOOD_WILL)
    found = verdicts(binary, "intelligence", document, options=options, environment=environment)
    lenient = [[], ["coerced /admin_user_id", "coerced /occurred_at"]]
    strict = [["wrong_type /admin_user_id", "invalid_time /occurred_at"], []]
    assert found == [strict if is_strict else lenient]


@pytest.mark.parametrize("options, environment, is_read", [
    ([], {}, False), (["--naive-times", "utc"], {}, True), ([], {"ALIDADE_INGEST_NAIVE_TIMES": "utc"}, True),
    (["--naive-times", "refuse"], {"ALIDADE_INGEST_NAIVE_TIMES": "utc"}, False),
    (["--naive-times", "utc", "--strict"], {}, False),
])
def test_validate_reads_times_without_an_offset_where_it_is_told(binary, options, environment, is_read):
    document = Maker().view_document(occurred_at="2026-02-09T12:00:00")
    found = verdicts(binary, "intelligence", document, options=options, environment=environment)
    assert found == [[[], ["coerced /occurred_at"]] if is_read else [["invalid_time /occurred_at"], []]]


def test_validate_knows_two_ways_to_read_times_without_an_offset(binary):
    done = run(binary, "validate", "-", "--kind", "profiler", "--naive-times", "local", input="{}")
    assert done.returncode == 64 and "refuse" in done.stderr and "utc" in done.stderr


def test_a_replay_uses_the_settings_of_now(binary, tmp_path):
    """What strictness, or a time without an offset, has sent to the quarantine."""
    store = Store(tmp_path / "replay.db")
    documents = [
        Maker(1).view_document(event_id="strict", **READ_WITH_GOOD_WILL), Maker(2).view_document(event_id="naive", occurred_at="2026-02-09T12:00:00")]
    text = "\n".join(map(json.dumps, documents))
    command(binary, store, "ingest", "-", "--kind", "intelligence", input=text, environment={"ALIDADE_INGEST_STRICT": "true"})
    assert [row[1] for row in store.quarantined()] == ["wrong_type", "invalid_time"]
    quarantine(binary, store, "replay", environment={"ALIDADE_INGEST_STRICT": "true", "ALIDADE_INGEST_NAIVE_TIMES": "utc"})
    assert store.tally()["stored"] == 0
    quarantine(binary, store, "replay")
    assert store.rows("SELECT event_id FROM admin_view_telemetry") == [("strict",)]
    quarantine(binary, store, "replay", environment={"ALIDADE_INGEST_NAIVE_TIMES": "utc"})
    assert store.rows("SELECT event_id, occurred_at FROM admin_view_telemetry_v") == [
        ("strict", "2026-02-09T12:00:00.000000Z"), ("naive", "2026-02-09T12:00:00.000000Z")]
    assert [action for (action,) in store.rows("SELECT action FROM quarantine_resolutions")] == ["replay", "replay"]


@pytest.mark.parametrize("event_id, words", [
    ("view-3", ["view-3: stored in admin_view_telemetry, seq 4"]),
    ("view-0", ["view-0: stored in admin_view_telemetry, seq 1", "duplicate: came again once, at "]),
    ("bad-1", ["quarantined", "out_of_range", "/admin_user_id"]),
    ("never-sent", ["never seen"]),
])
def test_where_tells_what_became_of_an_event(binary, filled, event_id, words):
    done = command(binary, filled, "where", event_id)
    assert done.returncode == 0, done
    for word in words:
        assert word in done.stdout, done


@pytest.mark.parametrize("event_id, status", [("view-3", "stored"), ("bad-1", "quarantined"), ("never-sent", "never_seen")])
def test_where_prints_json(binary, filled, event_id, status):
    answer = json.loads(command(binary, filled, "where", event_id, "--json").stdout)
    assert (answer["event_id"], answer["status"]) == (event_id, status)
    assert [one["table"] for one in answer["stored"]] == ["admin_view_telemetry"] * (status == "stored")
    assert [one["reason"] for one in answer["quarantined"]] == ["out_of_range"] * (status == "quarantined")


def quarantine(binary, store, *arguments, **more):
    done = command(binary, store, "quarantine", *arguments, **more)
    assert done.returncode == 0, done
    return done.stdout


def test_quarantine_list_and_show(binary, filled):
    identifier, = filled.rows("SELECT id FROM quarantine WHERE event_id = 'bad-1'")[0]
    listed = quarantine(binary, filled, "list")
    assert "out_of_range" in listed and "not_json" in listed
    assert len(json.loads(quarantine(binary, filled, "list", "--json"))) == 2
    shown = quarantine(binary, filled, "show", identifier)
    errors, body, properties = filled.rows("SELECT errors, body, properties FROM quarantine WHERE id = ?", identifier)[0]
    for part in ("out_of_range /admin_user_id", "bad-1", errors, properties, f"{len(body)} bytes", body.decode()):
        assert part in shown, part


def test_quarantine_show_of_an_unknown_number_is_a_clear_failure(binary, filled):
    done = command(binary, filled, "quarantine", "show", "4711")
    assert done.returncode == 1 and "4711" in done.stderr


def test_quarantine_export_gives_every_body_back(binary, filled):
    exported = quarantine(binary, filled, "export")
    assert "bad-1" in exported and len(exported.strip().splitlines()) == 2


def test_quarantine_discard_needs_a_note_and_resolves_once(binary, filled):
    identifier = filled.value("SELECT id FROM quarantine WHERE event_id = 'bad-1'")
    assert command(binary, filled, "quarantine", "discard", "--id", identifier).returncode == 64
    assert command(binary, filled, "quarantine", "discard", "--note", "all?").returncode == 64
    quarantine(binary, filled, "discard", "--id", identifier, "--note", "a typing mistake")
    assert filled.rows("SELECT quarantine_id, action, note FROM quarantine_resolutions") == [
        (identifier, "discard", "a typing mistake")]
    assert "bad-1" not in quarantine(binary, filled, "list")
    assert filled.value("SELECT count(*) FROM quarantine") == 2
    assert quarantine(binary, filled, "discard", "--id", identifier, "--note", "again") == f"{identifier} was discarded before\n"
    assert filled.value("SELECT count(*) FROM quarantine_resolutions") == 1


def test_quarantine_discard_takes_all_that_are_named_or_none(binary, filled):
    ids = [identifier for identifier, in filled.rows("SELECT id FROM quarantine ORDER BY id")]
    done = command(binary, filled, "quarantine", "discard", "--id", ids[0], "--id", 4711, "--id", ids[1], "--note", "x")
    assert done.returncode == 1 and "4711" in done.stderr and "nothing was discarded" in done.stderr
    assert filled.value("SELECT count(*) FROM quarantine_resolutions") == 0
    done = quarantine(binary, filled, "discard", "--id", ids[0], "--id", ids[1], "--note", "x", "--json")
    assert json.loads(done) == {"discarded": 2, "resolved_before": []}
    done = quarantine(binary, filled, "discard", "--id", ids[0], "--note", "x", "--json")
    assert json.loads(done) == {"discarded": 0, "resolved_before": [{"id": ids[0], "resolution": "discard"}]}


def test_quarantine_discard_takes_a_reason(binary, filled):
    assert quarantine(binary, filled, "discard", "--reason", "not_json", "--note", "noise") == "discarded 1 message\n"
    assert quarantine(binary, filled, "discard", "--reason", "not_json", "--note", "noise") == "discarded 0 messages\n"
    assert "out_of_range 1" in quarantine(binary, filled, "list")


@pytest.fixture(scope="module")
def crowded(binary, tmp_path_factory):
    """A store with 100,000 quarantined messages."""
    folder = tmp_path_factory.mktemp("crowded")
    path = folder / "bad.jsonl"
    with open(path, "w") as file:
        file.writelines(f'{{"event_id":"bad-{number}","event_type":"DASHBOARD_OPEN"}}\n' for number in range(100_000))
    store = Store(folder / "crowded.db")
    done = run(binary, "ingest", path, "--kind", "intelligence", "--store", f"sqlite://{store.path}", limit=300)
    assert done.returncode == 0 and store.tally()["quarantined"] == 100_000, done
    return store


def test_quarantine_list_shows_the_newest_and_says_how_many_it_does_not(binary, crowded):
    listed = quarantine(binary, crowded, "list").splitlines()
    assert [line.split()[0] for line in listed[:100]] == [str(number) for number in range(100_000, 99_900, -1)]
    assert listed[100:] == ["100000 unresolved: missing_field 100000", "the newest 100 of 100000 are shown; --limit 0 shows all"]
    done = command(binary, crowded, "quarantine", "list", "--limit", "2", "--json")
    assert [entry["event_id"] for entry in json.loads(done.stdout)] == ["bad-99999", "bad-99998"]
    assert done.stderr == "the newest 2 of 100000 are shown; --limit 0 shows all\n"
    assert json.loads(quarantine(binary, crowded, "list", "--reason", "nothing", "--json")) == []
    assert command(binary, crowded, "quarantine", "list", "--limit", "-1").returncode == 64


def peak_kibibytes(binary, *arguments):
    done, peak = run_measured(binary, *arguments)
    assert done.returncode == 0
    return peak


@pytest.mark.parametrize("arguments", [
    ["list", "--limit", "0", "--json"], ["list", "--limit", "0"], ["list", "--group"], ["export"], ["export", "--bodies"]])
def test_any_number_of_quarantined_messages_is_listed_in_the_memory_of_a_few(binary, crowded, filled, arguments):
    url = f"sqlite://{crowded.path}"
    few = peak_kibibytes(binary, "quarantine", *arguments, "--store", f"sqlite://{filled.path}")
    assert peak_kibibytes(binary, "quarantine", *arguments, "--store", url) < few + 16 * 1024


def test_quarantine_replay_stores_what_is_good_by_now(binary, tmp_path):
    """A limit that was too small is the reason; with a bigger one the same bytes are good."""
    store = Store(tmp_path / "replay.db")
    path = tmp_path / "long.jsonl"
    path.write_bytes(body_of(Maker().view_document(event_id="long", note="x" * 4000)) + b"\n")
    command(binary, store, "ingest", path, "--kind", "intelligence", environment={"ALIDADE_INGEST_MAX_MESSAGE_BYTES": "2048"})
    assert store.rows("SELECT reason FROM quarantine") == [("too_large",)]

    quarantine(binary, store, "replay", "--dry-run")
    assert store.tally()["stored"] == 0 and store.value("SELECT count(*) FROM quarantine_resolutions") == 0
    quarantine(binary, store, "replay", "--reason", "too_large")
    arrived = store.value("SELECT received_at FROM quarantine")
    assert store.rows("SELECT event_id, received_at FROM admin_view_telemetry") == [("long", arrived)]
    assert store.value("SELECT action FROM quarantine_resolutions") == "replay"
    quarantine(binary, store, "replay")
    assert store.value("SELECT count(*) FROM admin_view_telemetry") == 1
    assert "stored" in command(binary, store, "where", "long").stdout


def test_quarantine_replay_leaves_what_is_still_bad(binary, filled):
    quarantine(binary, filled, "replay")
    assert filled.tally()["stored"] == 8
    assert "out_of_range" in quarantine(binary, filled, "list")
    assert filled.value("SELECT count(*) FROM quarantine") == 2


def test_version_is_printed(binary, filled):
    """The number of the package, of the store's schema, and of each library."""
    done = run(binary, "version")
    assert done.returncode == 0, done
    printed = dict(map(str.split, done.stdout.splitlines()))
    package = re.match(r"alidade \(([\d.]+)-\d+\)", (PROJECT / "deploy/debian/changelog").read_text()).group(1)
    assert printed.pop("alidade") == package == run(binary, "--version").stdout.strip()
    assert int(printed.pop("store_schema")) == filled.value("PRAGMA user_version")
    assert set(printed) == {"sqlite", "librabbitmq", "zlib"}
    assert all(re.fullmatch(r"\d+(\.\d+){1,3}", number) for number in printed.values()), printed
    assert json.loads(run(binary, "version", "--json").stdout).items() >= printed.items()
