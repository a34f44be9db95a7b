"""Windows between two times, series by the clocks of a time zone, and comparisons: against Python's zoneinfo, and over AMQP."""
import datetime
import json
import zoneinfo

import pytest

from harness.daemon import run
from harness.events import Maker, text
from harness.metrics import Asker

UTC = datetime.timezone.utc
ZONES = [
    "UTC", "Europe/Berlin", "Europe/Lisbon", "America/New_York", "America/Santiago", "America/St_Johns", "Asia/Kathmandu",
    "Asia/Beirut", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia"]
FIRST, LAST = 2024, 2028


@pytest.fixture(scope="module")
def store_url(binary, tmp_path_factory):
    url = f"sqlite://{tmp_path_factory.mktemp('windows')}/alidade.db"
    maker = Maker(seed=5)
    lines = ""
    # One an hour, over four days around a Sunday on which the clocks of Europe are set back.
    start = datetime.datetime(2025, 10, 24, tzinfo=UTC)
    for hour in range(96):
        at = start + datetime.timedelta(hours=hour, minutes=30)
        action = "VIEWED" if hour % 2 else "ACCEPTED"
        lines += json.dumps(maker.recommendation_document(action_taken=action, occurred_at=text(at))) + "\n"
    assert run(binary, "ingest", "-", "--kind", "intelligence", "--store", url, input=lines).returncode == 0
    return url


@pytest.fixture(scope="module")
def ask(binary, store_url):
    def ask(*arguments):
        result = run(binary, "metrics", "--store", store_url, "--json", *arguments)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)
    return ask


def seconds(time):
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def first_second_of(day, zone):
    """The first moment whose date is `day` or later, looked for by bisection: no assumption about how clocks are set."""
    low = datetime.datetime.combine(day, datetime.time(), UTC).timestamp() - 26 * 3600
    # Seen on clocks that go back over midnight: step forward until the date is there, then look for the first second of it.
    step = 900
    while datetime.datetime.fromtimestamp(low + step, zone).date() < day:
        low += step
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.datetime.fromtimestamp(middle, zone).date() < day:
            low = middle
        else:
            high = middle
    return high


@pytest.mark.parametrize("name", ZONES)
def test_days_begin_where_zoneinfo_says_over_five_years(ask, name):
    zone = zoneinfo.ZoneInfo(name)
    document = ask(
        "override_rate", "--from", f"{FIRST}-01-01", "--to", f"{LAST + 1}-01-01", "--interval", "day", "--time-zone", name)
    assert (document["interval"], document["time_zone"]) == ("day", name)
    days = [datetime.date(FIRST, 1, 1) + datetime.timedelta(days=n) for n in range((datetime.date(LAST + 1, 1, 1) - datetime.date(FIRST, 1, 1)).days)]
    assert [seconds(part["from"]) for part in document["series"]] == [first_second_of(day, zone) for day in days]
    assert seconds(document["series"][-1]["to"]) == seconds(document["window"]["to"]) == first_second_of(days[-1] + datetime.timedelta(days=1), zone)


@pytest.mark.parametrize("name", ZONES)
def test_weeks_begin_on_mondays_and_months_on_their_first_day(ask, name):
    zone = zoneinfo.ZoneInfo(name)
    for interval, begins in (("week", lambda day: day.weekday() == 0), ("month", lambda day: day.day == 1)):
        document = ask("override_rate", "--from", f"{FIRST}-01-01", "--to", f"{LAST}-01-01", "--interval", interval, "--time-zone", name)
        days = [datetime.date(FIRST, 1, 1) + datetime.timedelta(days=n) for n in range((datetime.date(LAST, 1, 1) - datetime.date(FIRST, 1, 1)).days)]
        expected = [first_second_of(day, zone) for day in days if begins(day) or day == days[0]]
        assert [seconds(part["from"]) for part in document["series"]] == expected, interval


@pytest.mark.parametrize("name", ZONES)
def test_hours_follow_the_clocks_where_they_are_set(ask, name):
    zone = zoneinfo.ZoneInfo(name)
    offsets = {}
    for day in range((datetime.date(LAST, 1, 1) - datetime.date(FIRST, 1, 1)).days):
        at = datetime.datetime(FIRST, 1, 1, tzinfo=UTC) + datetime.timedelta(days=day)
        offsets[at.astimezone(zone).utcoffset()] = at
    for at in [datetime.datetime(FIRST, 1, 1, tzinfo=UTC), *offsets.values()]:
        start, end = at.timestamp() - 2 * 86400, at.timestamp() + 2 * 86400
        document = ask(
            "override_rate", "--from", text(datetime.datetime.fromtimestamp(start, UTC)),
            "--to", text(datetime.datetime.fromtimestamp(end, UTC)), "--interval", "hour", "--time-zone", name)
        # A part begins where the clocks show a full hour, and where they are set by less than one.
        def clock(second):
            return datetime.datetime.fromtimestamp(second, zone)
        expected = [start]
        for second in range(int(start) // 900 * 900 + 900, int(end), 900):
            moved = (clock(second).utcoffset() - clock(second - 1).utcoffset()).total_seconds()
            if second > start and (clock(second).minute == 0 if moved == 0 else moved % 3600 != 0 or clock(second).minute == 0):
                expected.append(second)
        assert [seconds(part["from"]) for part in document["series"]] == expected


def test_a_day_has_25_hours_where_the_clocks_are_set_back(ask):
    document = ask(
        "recommendation_acceptance_rate", "--from", "2025-10-25", "--to", "2025-10-28", "--interval", "day", "--time-zone", "Europe/Berlin")
    counts = [part["result"]["viewed"] + part["result"]["accepted"] for part in document["series"]]
    assert counts == [24, 25, 24]
    assert not any(part["partial"] for part in document["series"])
    assert document["result"]["viewed"] == sum(part["result"]["viewed"] for part in document["series"])


def test_the_window_before_is_as_long_and_ends_where_this_one_begins(ask):
    document = ask("recommendation_acceptance_rate", "--from", "2025-10-25T00:00:00Z", "--to", "2025-10-26T00:00:00Z", "--compare")
    assert document["previous"]["from"].startswith("2025-10-24T00:00:00") and document["previous"]["to"] == document["window"]["from"]
    assert document["previous"]["result"] == document["result"] and "partial" not in document["previous"]
    assert "days" not in document["window"]


def test_the_window_52_weeks_before_begins_on_the_same_day_of_the_week(ask):
    document = ask("recommendation_acceptance_rate", "--from", "2025-10-25T00:00:00Z", "--to", "2025-10-26T00:00:00Z", "--compare-with", "52w")
    assert document["previous"]["from"].startswith("2024-10-26T00:00:00") and document["previous"]["to"].startswith("2024-10-27T00:00:00")


def test_the_part_that_goes_on_is_partial(ask):
    series = ask("override_rate", "--days", "3", "--interval", "day")["series"]
    assert [part["partial"] for part in series] == [False] * (len(series) - 1) + [True]


def test_a_rate_has_the_interval_of_wilson(ask):
    result = ask("recommendation_acceptance_rate", "--from", "2025-10-24", "--to", "2025-10-28")["result"]
    assert (result["viewed"], result["accepted"]) == (48, 48) and result["acceptance_rate_interval"][1] == 1
    p, n, z = 1.0, 48, 1.959963984540054
    low = (p + z * z / 2 / n - z * (p * (1 - p) / n + z * z / 4 / n / n) ** 0.5) / (1 + z * z / n)
    assert result["acceptance_rate_interval"][0] == pytest.approx(low)


@pytest.mark.parametrize("arguments, says", [
    (["--days", "7", "--from", "2026-01-01", "--to", "2026-01-02"], "days and from or to are both there"),
    (["--from", "2026-01-01"], "to is missing"),
    (["--from", "2026-01-02", "--to", "2026-01-02"], "which is not before"),
    (["--from", "2026-02-30", "--to", "2026-03-02"], "no date"),
    (["--from", "2026-02-03T10:00:00", "--to", "2026-03-02"], "has no offset"),
    (["--from", "2000-01-01", "--to", "2026-03-02"], "more than 3660 days"),
    (["--days", "90", "--interval", "hour"], "more than 2000 parts of one hour"),
    (["--interval", "days"], "did you mean day?"),
    (["--interval", "day", "--time-zone", "Europe/Berln"], "did you mean Europe/Berlin?"),
    (["--time-zone", "../../../etc/passwd"], "not the name of a time zone"),
])
def test_a_mistake_is_named(binary, store_url, arguments, says):
    result = run(binary, "metrics", "override_rate", "--store", store_url, *arguments)
    assert result.returncode == 64 and says in result.stderr, result.stderr


def test_the_same_is_answered_over_amqp(daemon, host):
    daemon.start()
    asker = Asker(host)
    document = asker.ask(
        metric="profiler_completion", **{"from": "2026-02-01", "to": "2026-03-01"}, interval="week", time_zone="Asia/Kathmandu",
        compare="previous")
    assert document["window"]["from"].startswith("2026-01-31T18:15:00") and len(document["series"]) == 5
    assert document["previous"]["to"] == document["window"]["from"]
    assert document["store"]["id"] and document["completeness"] == {"backlog": 0, "quarantined": 0}
    for request in (
            {"from": "2026-02-01"}, {"days": 7, "to": "2026-02-01"}, {"days": 7, "interval": "year"}, {"days": 7, "interval": 1},
            {"days": 7, "compare": "next"}, {"days": 7, "time_zone": "Mars/Olympus"}, {"from": "1", "to": "2"},
            {"days": 365, "interval": "hour"}):
        assert asker.error({"metric": "override_rate", **request})[0] == "invalid_window", request
    # All metrics together may have fewer parts.
    assert asker.error({"metrics": "all", "days": 30, "interval": "hour"})[0] == "invalid_window"
    assert len(asker.ask(metrics="all", days=5, interval="hour")["metrics"][0]["series"]) > 100
    asker.close()
