"""Ids, times, values, JSON, and the records of the spool."""
import datetime
import decimal
import enum
import json
import re
import subprocess
import sys
import uuid

import pytest

from alidade import events
from conftest import environment

UTC = datetime.timezone.utc


def test_an_id_is_a_uuid_of_version_7_and_of_now():
    before = events.time.time_ns() // 1_000_000
    made = uuid.UUID(events.uuid7())
    after = events.time.time_ns() // 1_000_000
    assert made.version == 7 and made.variant == uuid.RFC_4122
    assert before <= made.int >> 80 <= after


def test_ids_are_unique_over_processes_that_fork():
    code = """
import os, sys
from alidade.events import uuid7
uuid7()
children = []
for _ in range(4):
    pid = os.fork()
    if pid == 0:
        sys.stdout.write("\\n".join(uuid7() for _ in range(20000)) + "\\n"); sys.stdout.flush(); os._exit(0)
    os.waitpid(pid, 0)
"""
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()).stdout.split()
    assert len(made) == 80_000 and len(set(made)) == 80_000


def test_a_time_is_rfc_3339_in_utc_with_microseconds():
    assert events.now_text(1_795_791_129_591_470_056) == "2026-11-27T14:52:09.591470Z"
    assert re.fullmatch(r"....-..-..T..:..:..\.......Z", events.now_text(events.time.time_ns()))


def test_a_datetime_is_written_in_utc_and_a_naive_one_is_what_the_setting_says():
    east = datetime.timezone(datetime.timedelta(hours=3))
    assert events.time_text(datetime.datetime(2026, 2, 9, 15, tzinfo=east), "utc") == "2026-02-09T12:00:00.000000Z"
    assert events.time_text(datetime.datetime(2026, 2, 9, 12), "utc") == "2026-02-09T12:00:00.000000Z"
    local = datetime.datetime(2026, 2, 9, 12)
    assert events.time_text(local, "local") == events.time_text(local.astimezone(), "utc")
    with pytest.raises(events.Unserialisable):
        events.time_text(local, "refuse")


class Level(enum.Enum):
    HIGH = "HIGH"


class Pk:
    _meta = None
    pk = 17


@pytest.mark.parametrize("value, written", [
    (decimal.Decimal("85.50"), 85.5), (decimal.Decimal("4711"), 4711), (Level.HIGH, "HIGH"), (Pk(), 17),
    (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"), (datetime.datetime(2026, 2, 9, 12, tzinfo=UTC), "2026-02-09T12:00:00.000000Z"),
    (datetime.date(2026, 2, 9), "2026-02-09"), ({"b", "a"}, ["a", "b"]), ((1, 2), [1, 2]), ("naïve ✓", "naïve ✓"), (None, None)])
def test_a_value_of_python_becomes_one_of_json(value, written):
    assert events.Values().as_json({"value": value, "inner": [{"value": value}]}) == {"value": written, "inner": [{"value": written}]}


def test_names_that_are_no_text_become_text():
    assert events.Values().as_json({Level.HIGH: {uuid.UUID(int=1): decimal.Decimal("1.5")}}) == {
        "HIGH": {"00000000-0000-0000-0000-000000000001": 1.5}}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), decimal.Decimal("NaN"), object(), b"bytes", len])
def test_what_json_has_no_word_for_is_refused(value):
    with pytest.raises(events.Unserialisable):
        events.Values().encode({"value": value})


def test_a_circle_is_refused():
    circle = {}
    circle["self"] = circle
    with pytest.raises(events.Unserialisable):
        events.Values().encode(circle)


def test_half_a_surrogate_pair_is_escaped():
    assert json.loads(events.Values().encode({"value": "a\ud800b"})) == {"value": "a\ud800b"}


@pytest.mark.parametrize("given, made", [
    ("4711", 4711), (decimal.Decimal("12"), 12), (Pk(), 17), (7, 7), (None, None), ("x", "x"), (1.5, 1.5), (True, True), ("٣", "٣")])
def test_an_id_is_an_integer_where_it_is_one(given, made):
    found = events.integer(given)
    assert found == made and type(found) is type(made)


def test_a_record_is_read_as_it_was_packed():
    record = events.Record(1, "intelligence.view", "id-é", 1_700_000_000, b'{"traceparent":"x"}', b'{"a":1}' * 1000)
    data = events.pack(record)
    length, _ = events.FRAME.unpack_from(data)
    assert length == len(data) - events.FRAME.size
    assert events.unpack(data[events.FRAME.size:]) == record
