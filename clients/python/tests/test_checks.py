"""The client's checks say what the daemon's say: the same golden cases, the same codes and pointers."""
import json
import pathlib

import pytest

from alidade import checks
from alidade.checks.times import parse_time

GOLDEN = pathlib.Path(__file__).resolve().parents[3] / "Tests/EventsTests/Golden"
ENVELOPES = ("envelope_not_known", "cloudevent_whose_event_has_its_own")


def cases():
    """Those whose body is an object: what bytes, envelopes and AMQP properties are about, the client does not do."""
    for path in sorted(GOLDEN.glob("*/*.json")):
        case = json.loads(path.read_text())
        if isinstance(case.get("body"), dict) and not case.get("properties") and path.stem not in ENVELOPES:
            yield pytest.param(case, id=f"{path.parent.name}/{path.stem}")


def found(problems):
    return [(problem.code, problem.pointer) for problem in problems]


def expected(entries):
    return [(entry.get("code") or entry["reason"], entry["pointer"]) for entry in entries]


@pytest.mark.parametrize("case", list(cases()))
def test_the_client_finds_what_the_daemon_finds(case):
    now = parse_time(case["now"])
    result = checks.check(case["kind"], case["body"], strict=case.get("strict", False), now=now,
                          naive_times=case.get("naive_times", "refuse"))
    expect = case["expect"]
    assert bool(result.errors) == (expect["decision"] == "rejected")
    if "errors" in expect:
        assert found(result.errors) == expected(expect["errors"])
    if "warnings" in expect and not result.errors:
        assert found(result.warnings) == expected(expect["warnings"])
    said = {(problem.code, problem.pointer): problem.detail for problem in [*result.errors, *result.warnings]}
    for entry in [*expect.get("errors", []), *(expect.get("warnings") or [])]:
        if "detail" in entry and not result.errors or entry in expect.get("errors", []) and "detail" in entry:
            assert said[entry.get("code") or entry["reason"], entry["pointer"]] == entry["detail"]
