"""`alidade metrics`: hand-computed values, the table, the errors, and the page that is made from the catalogue."""
import csv
import datetime
import io
import json
import os
import pathlib
import pty
import re
import subprocess
import sys

import pytest

from harness.daemon import clean_environment, run
from harness.events import Maker, text
from harness.metrics import without_intervals

PAGE = pathlib.Path(__file__).parents[2] / "Sources/alidade/Documentation.docc/Metrics.md"
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def ago(**past):
    return text(NOW - datetime.timedelta(**past))


def intelligence():
    """Three days of a small team, and one event that is older than a week."""
    maker = Maker(seed=1)

    def decision(action, days, milliseconds=None, **more):
        return maker.recommendation_document(
            action_taken=action, occurred_at=ago(days=days), decision_time_ms=milliseconds, **more)
    yield from (decision("VIEWED", 1) for _ in range(5))
    yield decision("ACCEPTED", 1, 1000, recommendation_type="mentor")
    yield decision("ACCEPTED", 2, 3000, recommendation_type="slow_down")
    yield decision("OVERRIDDEN", 2, 3000, recommendation_type="mentor")
    yield decision("IGNORED", 3, None, recommendation_type="mentor")
    yield decision("OVERRIDDEN", 8, 9000, recommendation_type="mentor")
    for status, hours in (("RESOLVED", 2), ("RESOLVED", 4), ("FALSE_POSITIVE", None)):
        yield maker.outcome_document(outcome_status=status, occurred_at=ago(days=1), resolution_time_hours=hours)
    for admin in (7, 7, 9):
        yield maker.view_document(admin_user_id=admin, occurred_at=ago(days=2))


def profiler():
    maker = Maker(seed=2)
    for session, score, status in (("a", 5, "finished"), ("b", 95, "locked"), ("c", 100, "finished"), ("d", 50, "started")):
        yield maker.profiler_document(
            session_id=session, completion_status=status, aptitude_score=score, started_at=ago(days=1, hours=1),
            completed_at=ago(days=1) if status != "started" else None, emitted_at=ago(days=1))
    yield maker.profiler_document(completion_status="done")


@pytest.fixture(scope="module")
def store_url(binary, tmp_path_factory):
    url = f"sqlite://{tmp_path_factory.mktemp('metrics')}/alidade.db"
    for kind, messages in (("intelligence", intelligence()), ("profiler", profiler())):
        lines = "".join(json.dumps(message) + "\n" for message in messages)
        assert run(binary, "ingest", "-", "--kind", kind, "--store", url, input=lines).returncode == 0
    return url


@pytest.fixture
def ask(binary, store_url):
    def ask(*arguments):
        result = run(binary, "metrics", "--store", store_url, "--json", *arguments)
        assert result.returncode == 0, result.stderr
        return without_intervals(json.loads(result.stdout))
    return ask


def test_the_values_are_those_computed_by_hand(ask):
    acceptance = ask("recommendation_acceptance_rate")["result"]
    assert {**acceptance, "cases": None} == {"viewed": 5, "accepted": 2, "acceptance_rate": 0.4, "cases": None}
    assert ask("override_rate")["result"] == {"overridden": 1, "decisions": 4, "override_rate": 0.25}
    times = ask("average_decision_time")["result"]
    assert (times["count"], times["p50_ms"]) == (3, pytest.approx(3000, rel=0.01))
    assert times["average_ms"] == pytest.approx(7000 / 3)
    outcomes = ask("outcome_distribution")["result"]
    assert outcomes["RESOLVED"] == {"count": 2, "total": 3, "share": pytest.approx(2 / 3), "average_resolution_hours": 3.0}
    assert outcomes["FALSE_POSITIVE"]["average_resolution_hours"] is None
    assert outcomes["ESCALATED"] == {"count": 0, "total": 3, "share": 0.0, "average_resolution_hours": None}
    views = ask("admin_engagement")["result"]
    assert views["active_admins"] == 2 and views["events"]["SIGNAL_DETAIL_OPEN"] == 3
    assert views["top_admins"] == [{"admin_user_id": 7, "events": 2}, {"admin_user_id": 9, "events": 1}]
    completion = ask("profiler_completion")["result"]
    assert (completion["sessions"], completion["completed"], completion["completion_rate"]) == (4, 3, 0.75)
    scores = ask("aptitude_score")["result"]
    assert scores["histogram"] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2] and scores["average"] == pytest.approx(200 / 3)
    quality = ask("data_quality")["result"]["queues"]["profiler-telemetry"]
    assert (quality["received"], quality["quarantined"], quality["quarantine_rate"]) == (5, 1, 0.2)
    assert quality["reason"] == {"unknown_value": 1}


def test_the_window_is_the_days_that_were_asked_for(ask):
    assert ask("override_rate", "--days", 9)["result"]["overridden"] == 2
    document = ask("override_rate", "--days", 1)
    assert document["result"] == {"overridden": 0, "decisions": 0, "override_rate": None}
    moments = [datetime.datetime.fromisoformat(document["window"][end].replace("Z", "+00:00")) for end in ("from", "to")]
    assert moments[1] - moments[0] == datetime.timedelta(days=1) and document["window"]["days"] == 1
    assert document["completeness"]["backlog"] is None and "revision" not in document


def test_groups_that_are_printed_add_up_to_the_whole(ask):
    document = ask("override_rate", "--group-by", "recommendation_type")
    assert document["group_by"] == "recommendation_type" and document["result"]["decisions"] == 4
    assert document["result"]["groups"] == {
        "mentor": {"overridden": 1, "decisions": 3, "override_rate": pytest.approx(1 / 3)},
        "mentor_check_in": {"overridden": 0, "decisions": 0, "override_rate": None},
        "slow_down": {"overridden": 0, "decisions": 1, "override_rate": 0.0}}


def test_dimensions_and_filters_are_those_of_requests(ask, binary, store_url):
    both = ask("override_rate", "--group-by", "recommendation_type,admin_user_id")
    assert both["group_by"] == ["recommendation_type", "admin_user_id"]
    assert ask("override_rate", "--group-by", "recommendation_type", "--group-by", "admin_user_id")["result"] == both["result"]
    one = ask("override_rate", "--filter", "recommendation_type=mentor", "--filter", "recommendation_type=a=b")
    assert one["filter"] == {"recommendation_type": ["mentor", "a=b"]}
    assert one["result"] == {"overridden": 1, "decisions": 3, "override_rate": pytest.approx(1 / 3)}
    table = run(binary, "metrics", "--store", store_url, "override_rate", "--group-by", "recommendation_type,admin_user_id").stdout
    assert "  by recommendation_type and admin_user_id\n" in table and re.search(r"  slow_down +6 +0 +1 +0\.0 %", table)
    table = run(binary, "metrics", "--store", store_url, "override_rate", "--filter", "recommendation_type=mentor").stdout
    assert "\nonly recommendation_type mentor\n" in table and re.search(r"  decisions +3 ", table)


def test_comma_separated_values_have_a_row_for_each_number(binary, store_url, ask):
    arguments = ("override_rate", "--group-by", "recommendation_type,admin_user_id", "--compare", "--interval", "week")
    result = subprocess.run(
        [binary, "metrics", "--store", store_url, *arguments, "--csv"], capture_output=True, timeout=60, env=clean_environment({}))
    assert result.returncode == 0 and result.stdout.count(b"\r\n") == result.stdout.count(b"\n") > 20
    rows = list(csv.DictReader(io.StringIO(result.stdout.decode(), newline="")))
    assert list(rows[0]) == ["metric", "part", "from", "to", "recommendation_type", "admin_user_id", "name", "value"]
    assert {row["metric"] for row in rows} == {"override_rate"} and {row["part"] for row in rows} == {"whole", "previous", "week"}
    values = {(row["recommendation_type"], row["admin_user_id"], row["name"]): row["value"] for row in rows if row["part"] == "whole"}
    whole = ask("override_rate", "--group-by", "recommendation_type,admin_user_id")["result"]
    assert values["", "", "decisions"] == "4" and values["", "", "override_rate"] == "0.25"
    assert float(values["", "", "override_rate_interval.low"]) < 0.25 < float(values["", "", "override_rate_interval.high"])
    for kind, admins in whole["groups"].items():
        for admin, group in admins.items():
            assert values[kind, admin, "decisions"] == str(group["decisions"])
            assert values[kind, admin, "override_rate"] == ("" if group["override_rate"] is None else str(group["override_rate"]))
    parts = [int(row["value"]) for row in rows if (row["part"], row["name"], row["admin_user_id"]) == ("week", "decisions", "")]
    assert sum(parts) == 4 and len(parts) >= 1
    assert run(binary, "metrics", "--store", store_url, "--csv", "--json").returncode == 64
    everything = run(binary, "metrics", "--store", store_url, "--csv").stdout
    assert "aptitude_score,whole," in everything and ",histogram.0,1" in everything


def test_no_name_becomes_a_formula(binary, tmp_path):
    file, store = tmp_path / "lines.jsonl", f"sqlite://{tmp_path}/alidade.db"
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    names = ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(1)", "-7", "plain=1"]
    file.write_text("".join(json.dumps({
        "event_id": name, "occurred_at": now, "risk_signal_id": 1, "admin_user_id": 1, "recommendation_type": name, "action_taken": "VIEWED",
        "explanation_version": "v1"}) + "\n" for name in names))
    assert run(binary, "ingest", file, "--kind", "intelligence", "--store", store).returncode == 0
    printed = run(binary, "metrics", "--store", store, "override_rate", "--group-by", "recommendation_type", "--csv").stdout
    rows = list(csv.DictReader(io.StringIO(printed, newline="")))
    assert {row["recommendation_type"] for row in rows} == {"", "'=HYPERLINK(1)", "'+1+1", "'-2+3", "'@SUM(1)", "-7", "plain=1"}


def test_several_and_all_are_a_list(ask):
    assert [one["metric"] for one in ask("override_rate", "data_quality")["metrics"]] == ["override_rate", "data_quality"]
    everything = ask()["metrics"]
    assert len(everything) == len({one["metric"] for one in everything}) >= 21
    grouped = ask("--group-by", "explanation_version")["metrics"]
    assert {one["metric"] for one in grouped if "group_by" in one} == {
        "recommendation_acceptance_rate", "average_decision_time", "override_rate", "false_positive_rate", "outcome_distribution",
        "outcome_by_decision", "admin_engagement"}


@pytest.mark.parametrize("arguments, said", (
    (("overide_rate",), "did you mean override_rate?"),
    (("override_rate", "--group-by", "recomendation_type"), "did you mean recommendation_type?"),
    (("data_quality", "--group-by", "explanation_version"), "cannot be grouped"),
    (("override_rate", "--group-by", "recommendation_type,browser"), "only by recommendation_type, confidence_at_time"),
    (("override_rate", "--group-by", "a,b,c"), "group_by is"), (("override_rate", "--filter", "recommendation_type"), "DIMENSION=VALUE"),
    (("override_rate", "--filter", "confidence=HIGH"), "not one of"), (("value_statements", "--filter", "admin_user_id=1"), "only by"),
    (("override_rate", "--days", "366"), "366"), (("override_rate", "--days", "0"), "between 1 and 365"),
    (("override_rate", "--days", "week"), "week")))
def test_a_wrong_request_is_a_usage_error_that_helps(binary, store_url, arguments, said):
    result = run(binary, "metrics", "--store", store_url, *arguments)
    assert result.returncode == 64 and said in result.stderr and not result.stdout


def test_without_a_store_it_fails_and_makes_none(binary, tmp_path):
    result = run(binary, "metrics", "--store", f"sqlite://{tmp_path}/none.db")
    assert result.returncode == 1 and f"{tmp_path}/none.db" in result.stderr and not result.stdout
    assert list(tmp_path.iterdir()) == []


def test_it_works_beside_a_running_daemon(daemon, store, host):
    daemon.start()
    host.publish("intelligence", json.dumps(Maker().recommendation_document(action_taken="OVERRIDDEN")).encode())
    store.await_received(1)
    result = daemon.run("metrics", "override_rate", "--json")
    assert without_intervals(json.loads(result.stdout))["result"] == {"overridden": 1, "decisions": 1, "override_rate": 1.0}
    assert daemon.running()


def on_a_terminal(binary, *arguments, locale="C.UTF-8"):
    """What a person sees; the program's standard output is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [binary, *map(str, arguments)], stdout=theirs, stdin=subprocess.DEVNULL, env=clean_environment({"LC_ALL": locale}))
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            piece = b""
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.wait(30) == 0
    return shown.decode().replace("\r\n", "\n")


def test_the_table_fits_a_terminal_and_has_bars_there(binary, store_url):
    shown = on_a_terminal(binary, "metrics", "--store", store_url, "--group-by", "recommendation_type")
    plain = re.sub("\x1b\\[[0-9]*m", "", shown)
    assert "\x1b[1moverride_rate\x1b[0m" in shown and "██▌" in shown and "–" in shown
    assert max(len(line) for line in plain.splitlines()) <= 80
    assert re.search(r"  override_rate +25\.0 % +██▌ +overridden / decisions\n", plain)
    assert re.search(r"  average_ms +2\.3 s  their mean\n", plain)
    assert re.search(r"  mentor +1 +3 +33\.3 % +███▍\n", plain)
    assert re.search(r"  90–100 +2 +██████████\n", plain)


def test_the_table_is_plain_in_a_pipe_and_where_the_locale_has_no_blocks(binary, store_url):
    piped = run(binary, "metrics", "--store", store_url, "outcome_distribution", "admin_engagement").stdout
    assert piped.isascii() and "\x1b" not in piped
    assert re.search(r"  RESOLVED +2 +3 +66\.7 % +3 h +#######\n", piped)
    assert re.search(r"  FALSE_POSITIVE +1 +3 +33\.3 % +-  ###\n", piped)
    assert re.search(r"  SIGNAL_DETAIL_OPEN +3  ##########\n", piped)
    ascii_terminal = on_a_terminal(binary, "metrics", "--store", store_url, "override_rate", locale="C")
    assert "##" in ascii_terminal and "█" not in ascii_terminal


def test_the_list_has_every_metric_with_its_sentence(binary, ask):
    listed = run(binary, "metrics", "--list").stdout
    for document in ask()["metrics"]:
        assert f"{document['metric']}\n    {document['definition']['text']}\n" in listed


def test_the_page_has_the_catalogue_as_it_is(binary):
    generated = run(binary, "manual", "metrics").stdout
    assert generated.count("\n### ") >= 20
    page = PAGE.read_text()
    begin, end = page.index("### recommendation_acceptance_rate"), page.index("\n## ", page.index("### recommendation_acceptance_rate"))
    assert page[begin:end].strip() == generated.strip(), "write the output of alidade manual metrics into the page"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)


def test_the_example_of_the_page_runs_as_it_is_and_gets_the_reply_it_shows(daemon, host, store, tmp_path):
    daemon.start()
    for message in intelligence():
        host.publish("intelligence", json.dumps(message).encode())
    store.await_received(16)
    script = tmp_path / "ask.py"
    script.write_text(blocks("python")[0])
    result = subprocess.run([sys.executable, script, host.url], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    shown, received = json.loads(blocks("json")[0]), json.loads(result.stdout)
    assert list(received) == list(shown) and received["result"] == shown["result"]
    assert received["definition"] == shown["definition"] and set(received["completeness"]) == set(shown["completeness"])
