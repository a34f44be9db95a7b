"""The schema documents, held against an independent validator, real messages, the daemon's own verdicts and real replies."""
import copy
import json
import pathlib
import random
import sqlite3

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from harness.daemon import run
from harness.events import Maker, body_of
from harness.metrics import METRICS

SAMPLES = pathlib.Path(__file__).parents[2] / "deploy/samples"
KINDS = ("profiler", "intelligence")

# What the daemon refuses and no schema of the body can say: the text around and below it, and the world outside.
BEYOND_SCHEMAS = {
    "too_large", "too_deep", "not_json", "not_utf8", "unsupported_encoding", "missing_time", "time_out_of_range",
    "outcome_conflict", "identity_conflict", "invalid_character", "poison",
}
UNREAD = {"too_large", "too_deep", "not_json", "not_utf8", "unsupported_encoding"}  # after these nothing is said of the members


@pytest.fixture(scope="module")
def schema(binary):
    """The documents by name, each printed once."""
    printed = {}

    def document(name):
        if name not in printed:
            result = run(binary, "schema", name)
            assert result.returncode == 0 and not result.stderr
            printed[name] = json.loads(result.stdout)
        return printed[name]
    return document


def validator(document):
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document, format_checker=FormatChecker(("ipv4", "ipv6")))


def parse(line):
    """None for the sample that is no JSON."""
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None


def verdicts(binary, kind, documents):
    """The reasons for which the strict daemon refuses each."""
    lines = "\n".join(json.dumps(document) for document in documents) + "\n"
    result = run(binary, "validate", "-", "--kind", kind, "--json", "--strict", input=lines)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["line"] for line in found] == list(range(1, len(documents) + 1))
    return [{error["code"] for error in line["errors"]} for line in found]


@pytest.mark.parametrize("name", ("profiler", "intelligence", "aggregate"))
def test_a_schema_is_json_schema_2020_12(schema, name):
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["title"] and schema(name)["description"]


def test_an_unknown_document_is_a_usage_error_that_names_the_known_ones(binary):
    result = run(binary, "schema", "profile")
    assert result.returncode == 64
    assert all(name in result.stderr for name in ("profiler", "intelligence", "aggregate", "asyncapi", "store"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_samples_are_valid_where_the_daemon_takes_them(binary, schema, kind):
    messages = [parsed for parsed in map(parse, (SAMPLES / f"{kind}.jsonl").read_text().splitlines()) if parsed is not None]
    refusals = [reasons - BEYOND_SCHEMAS for reasons in verdicts(binary, kind, messages)]
    check = validator(schema(kind))
    assert [check.is_valid(message) for message in messages] == [not reasons for reasons in refusals]
    assert 0 < sum(map(bool, refusals)) < len(messages)


def test_good_messages_are_valid_and_bad_ones_are_not(schema):
    maker = Maker(seed=8)
    checks = {kind: validator(schema(kind)) for kind in KINDS}
    for _ in range(300):
        message = maker.good()
        assert checks[message.kind].is_valid(json.loads(message.body)), message.body
    seen = set()
    for _ in range(100):
        message = maker.bad()
        if message.reason in BEYOND_SCHEMAS:
            continue
        assert not checks[message.kind].is_valid(json.loads(message.body)), message
        seen.add(message.reason)
    assert {"missing_field", "wrong_type", "out_of_range", "too_short", "too_long", "unknown_value", "unknown_kind"} <= seen


# No empty texts and arrays: in an optional member, or for an object, the daemon reads them as absent, and a good producer does not send them.
STRINGS = (
    "x", "x" * 32, "x" * 33, "x" * 64, "x" * 65, "x" * 128, "x" * 129, "é" * 64, "x" * 256, "x" * 257, "x" * 1024, "x" * 1025,
    "x" * 10_000, "x" * 10_001, "ACCEPTED", "accepted", "HIGH", "RESOLVED", "DASHBOARD_OPEN", "EXPLANATION_EXPAND", "finished",
    "completed", "Completed", "step_complete", "Step_Complete", "locked", "balanced", "elite", "true", "12", "203.0.113.7", "203.0.113.256", "01.2.3.4", "2001:db8::1",
    "2001:db8::g", "fe80::1%eth0", "::ffff:1.2.3.4", "2024-02-29T12:00:00Z", "2023-02-30T12:00:00Z", "2023-04-31T00:00:00Z",
    "2023-12-31t23:59:59.123456789+05:30", "2023-12-31 23:59:59z", "2023-12-31T23:59:59.1234567890Z", "2023-12-31T24:00:00Z",
    "2023-12-31T23:59:59", "2023-12-31", "0000-01-01T00:00:00Z", "2023-13-01T00:00:00Z", "2023-12-31T23:59:59+24:00",
    "2023-1-01T00:00:00Z", "2023-12-31T23:59:59,5Z")
NUMBERS = (
    0, 1, -1, 0.0, 1.0, 0.5, 1.5, 2.0, 99.9, 100, 100.0, 100.5, 101, 12.0, 31_536_000, 31_536_001, 86_400_000, 86_400_001, 1e300,
    2**63 - 1, 2**63, -2**63, -2**63 - 1, 2**64 - 1, 2**64, 10**400, -0.0, 1e-9)


def is_beyond_numbers(document):
    """Integers of more than 64 bits: the daemon takes none, a schema cannot tell 2^64 from 1.8e19, which is a number of hours."""
    hours = document.get("resolution_time_hours")
    return isinstance(hours, int) and hours >= 2**64


def mutation(random, document):
    """One member, of the message or of something in it, is removed, renamed, or given a value of any type."""
    document = copy.deepcopy(document)
    places = [document] + [value for value in document.values() if isinstance(value, (dict, list)) and value]
    places += [entry for place in places if isinstance(place, list) for entry in place if isinstance(entry, dict)]
    place = random.choice(places)
    key = random.randrange(len(place)) if isinstance(place, list) else random.choice(list(place) + list(EXTRA))
    change = random.randrange(8)
    if change == 0 and isinstance(place, dict):
        place.pop(key, None)
    elif change == 1:
        place[key] = None
    elif change <= 3:
        place[key] = random.choice(STRINGS)
    elif change <= 5:
        place[key] = random.choice(NUMBERS)
    elif change == 6:
        place[key] = random.choice((True, False, {}, [None], [{}], {"": 1}, {"a": "b"}, {"x" * 65: 1}, {"x": None}, {"x": 101}))
    else:
        place[key] = random.choice(
            ([{"question_key": 7, "selected_option": "A"}] * random.choice((500, 501)),
             {f"module {n}": 1 for n in range(random.choice((64, 65)))},
             {"user_agent": "x" * random.choice((1024, 1025)), "ip_address": random.choice(STRINGS)}))
    return document


EXTRA = (
    "action_taken", "outcome_status", "event_type", "note", "admin_reset_by", "override_track_id", "value_statement",
    "track_alignment_percentages", "device_browser", "scenario_choices", "foundations_transition_at", "created_at",
    "confidence_at_time", "resolution_time_hours", "admin_note_id", "track_confidence", "recommended_track_id")


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_and_the_daemon_agree_about_random_mutations(binary, schema, kind):
    generator = random.Random(4)
    maker = Maker(seed=5)
    makers = {
        "profiler": (maker.profiler_document,),
        "intelligence": (maker.recommendation_document, maker.outcome_document, maker.view_document)}[kind]
    documents = []
    for _ in range(1500):
        document = generator.choice(makers)()
        for _ in range(generator.choice((1, 1, 1, 2))):
            document = mutation(generator, document)
        documents.append(document)
    check = validator(schema(kind))
    differing, refused = [], 0
    for document, reasons in zip(documents, verdicts(binary, kind, documents)):
        if reasons & UNREAD or is_beyond_numbers(document):
            continue
        reasons -= BEYOND_SCHEMAS
        refused += bool(reasons)
        if check.is_valid(document) == bool(reasons):
            differing.append((reasons, [error.message[:200] for error in check.iter_errors(document)], body_of(document)[:600]))
    assert not differing, differing[0]
    assert 300 < refused < 1300


READ_TOO = {
    "profiler": {
        "aptitude_score": ("85.50", "a JSON number in a string"), "time_spent_seconds": (10.5, "a fraction"),
        "difficulty_selection": ("Elite", "another case"), "recommended_track_id": (7, "an integer"), "result_accepted": (1, "0 and 1"),
        "started_at": (1_767_600_000, "seconds since 1970"), "completion_status": ("Aptitude_Complete", "another case"),
        "time_spent_per_module": ({"identity": "20"}, "a JSON number in a string"), "event_id": (12, "an integer"),
    },
    "intelligence": {
        "risk_signal_id": ("42", "digits in a string"), "propensity": ("0.25", "a JSON number in a string"), "action_taken": ("accepted", "another case"),
        "explanation_version": (1.5, "a number"), "occurred_at": ("2026-01-09T12:00Z", "without seconds"), "confidence": ("high", "another case"),
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_schema_refuses_and_the_daemon_reads_is_in_the_description(binary, schema, kind):
    document = {"profiler": Maker().profiler_document, "intelligence": Maker().recommendation_document}[kind]()
    described = dict(schema(kind)["properties"])
    for branch in schema(kind).get("oneOf", ())[:1]:
        described.update(branch["properties"])
    check = validator(schema(kind))
    assert check.is_valid(document)
    for member, (value, words) in READ_TOO[kind].items():
        changed = {**document, member: value}
        assert not check.is_valid(changed) and words in described[member]["description"], member
        (reasons,) = verdicts(binary, kind, [changed])
        assert reasons, member
        result = run(binary, "validate", "-", "--kind", kind, "--json", input=json.dumps(changed))
        codes = {warning["code"] for warning in json.loads(result.stdout)["warnings"]}
        assert result.returncode == 0 and "coerced" in codes and "member_ignored" not in codes, member


def test_the_schemas_have_the_newer_members(schema):
    recommendation = next(part for part in schema("intelligence")["oneOf"] if part["title"] == "recommendation")
    members = recommendation["properties"]
    assert (members["propensity"]["minimum"], members["propensity"]["maximum"]) == (0, 1)
    assert "object" in members["context"]["type"] and "16384 bytes" in members["context"]["description"]
    answer = schema("profiler")["properties"]["answers"]["items"]["properties"]
    assert answer["question_id"]["maxLength"] == answer["question_key"]["maxLength"] == 255
    assert set(answer["selected_option"]["type"]) == {"string", "number", "boolean", "null"}
    check = validator(schema("profiler"))
    for status, is_valid in (("aptitude_complete", True), ("completed", True), ("_complete", False), ("complete", False)):
        assert check.is_valid(Maker().profiler_document(completion_status=status)) == is_valid, status


def replies(binary, store_url, *arguments):
    result = run(binary, "metrics", "--json", "--store", store_url, *arguments)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def empty_store(binary, tmp_path_factory):
    url = f"sqlite://{tmp_path_factory.mktemp('empty')}/alidade.db"
    assert run(binary, "ingest", "-", "--kind", "profiler", "--store", url, input="").returncode == 0
    return url


@pytest.fixture(scope="module")
def filled_store(binary, tmp_path_factory):
    url = f"sqlite://{tmp_path_factory.mktemp('filled')}/alidade.db"
    maker = Maker(seed=21)
    for kind in KINDS:
        lines = b"\n".join(maker.good(kind).body for _ in range(400))
        assert run(binary, "ingest", "-", "--kind", kind, "--store", url, input=lines.decode() + "\n").returncode == 0
    return url


def of_metric(schema, name):
    """The document of one metric alone: an error says more than that none of twenty-one fits."""
    return {"$ref": f"#/$defs/metric_{name}", "$defs": schema["$defs"]}


def names(schema):
    return [reference["$ref"].removeprefix("#/$defs/metric_") for reference in schema["$defs"]["document"]["oneOf"]
            if "$ref" in reference]


def fixed_dimensions(schema, name):
    """What a metric can be split by whatever is declared."""
    dimension = schema["$defs"][f"metric_{name}"]["properties"].get("group_by", {"oneOf": [{}]})["oneOf"][0]
    return dimension.get("enum") or dimension.get("anyOf", [{}])[0].get("enum", [])


@pytest.mark.parametrize("filling", ("empty_store", "filled_store"))
def test_every_reply_is_valid_with_and_without_a_grouping(binary, schema, filling, request):
    url = request.getfixturevalue(filling)
    aggregate = schema("aggregate")
    check = validator(aggregate)
    everything = replies(binary, url, "--days", 30)
    check.validate(everything)
    assert [document["metric"] for document in everything["metrics"]] == names(aggregate)
    grouped = []
    for name in names(aggregate):
        own = validator(of_metric(aggregate, name))
        own.validate(replies(binary, url, name))
        groupings = fixed_dimensions(aggregate, name)
        if len(groupings) > 1:
            two = replies(binary, url, name, "--group-by", ",".join(groupings[:2]), "--filter", f"{groupings[0]}=x", "--days", 30)
            own.validate(two)
        for grouping in groupings[:1]:
            reply = replies(binary, url, name, "--group-by", grouping, "--days", 30)
            own.validate(reply)
            assert not own.is_valid({**reply, "result": {k: v for k, v in reply["result"].items() if k != "groups"}})
            grouped.append(bool(reply["result"]["groups"]))
    # All but data_quality, module_reach and attempt_violations.
    assert len(grouped) == len(names(aggregate)) - 3 and any(grouped) == (filling == "filled_store")


def test_replies_that_are_split_by_declared_members_are_valid(binary, schema, filled_store):
    aggregate, split = schema("aggregate"), set()
    for name in names(aggregate):
        done = run(binary, "metrics", name, "--json", "--store", filled_store, "--group-by", "cohort", "--filter", "tenant=x",
                   environment={"ALIDADE_INGEST_DIMENSIONS": "cohort,tenant"})
        if done.returncode == 0:
            validator(of_metric(aggregate, name)).validate(json.loads(done.stdout))
            split.add(name)
    assert split == set(METRICS) - {"attempt_violations", "data_quality", "outcome_distribution"}


def test_the_schema_of_replies_refuses_what_is_no_reply(binary, schema, filled_store):
    check = validator(schema("aggregate"))
    reply = replies(binary, filled_store, "override_rate")
    assert check.is_valid(reply) and check.is_valid({"metrics": [reply]}) and check.is_valid({**reply, "revision": 3})
    assert check.is_valid({"error": {"code": "unknown_metric", "message": "no"}})
    wrong = (
        {**reply, "metric": "false_positive_rate"}, {**reply, "result": {}}, {**reply, "revision": 0},
        {**reply, "result": {**reply["result"], "override_rate": 1.5}}, {**reply, "result": {**reply["result"], "override_rate_interval": [0]}},
        {**reply, "window": {**reply["window"], "days": 366}}, {**reply, "definition": {**reply["definition"], "version": 0}},
        {"metrics": [reply, {}]}, {"error": {"code": "no_such_code", "message": "no"}}, {})
    for document in wrong:
        assert not check.is_valid(document), document


def test_the_schema_of_replies_is_open_for_what_a_later_version_says(binary, schema, filled_store):
    check = validator(schema("aggregate"))
    reply = replies(binary, filled_store, "override_rate")
    later = (
        {**reply, "more": 1}, {**reply, "result": {**reply["result"], "more": {}}}, {**reply, "window": {**reply["window"], "more": 1}},
        {**reply, "definition": {"version": 2, "text": "Another sentence."}}, {**reply, "metric": "of_a_later_version", "result": {}})
    for document in later:
        assert check.is_valid(document), document


def test_series_and_comparisons_are_valid(binary, schema, filled_store):
    check = validator(schema("aggregate"))
    for name in names(schema("aggregate")):
        reply = replies(binary, filled_store, name, "--days", "3", "--interval", "day", "--compare", "--time-zone", "Europe/Berlin")
        validator(of_metric(schema("aggregate"), name)).validate(reply)
        assert len(reply["series"]) == 4
        # Names that are data differ from window to window; what is there must be a result of this metric.
        assert not check.is_valid({**reply, "previous": {**reply["previous"], "result": {"of_no_metric": -1.5}}})
        assert not check.is_valid({**reply, "series": [{**reply["series"][0], "partial": "no"}]})


def test_the_store_is_only_read(binary, filled_store):
    path = filled_store.removeprefix("sqlite://")
    with sqlite3.connect(path) as before:
        version = before.execute("PRAGMA data_version").fetchone()
        replies(binary, filled_store)
        assert before.execute("PRAGMA data_version").fetchone() == version
