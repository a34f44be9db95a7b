"""Every number is the same wherever it is asked for: on a page, in its JSON and CSV, on the command line, over AMQP, and by SQL."""
import csv
import datetime
import html
import io
import json
import re
import zoneinfo

import pika
import pytest

from harness.client import URL
from harness.dashboard import Document
from harness.metrics import METRICS, REQUESTS
from harness.waiting import wait_until

UNTIL = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
NOW = UNTIL.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def ago(days):
    return (UNTIL - datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.fixture(scope="module")
def ask(site):
    """Sends a request over AMQP; the bytes of its reply."""
    connection = site.host.connect()
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue

    def ask(**request):
        channel.basic_publish("", REQUESTS, json.dumps(request).encode(), pika.BasicProperties(reply_to=queue, correlation_id="1"))
        return wait_until("the reply came", lambda: channel.basic_get(queue, auto_ack=True)[2])
    yield ask
    connection.close()


@pytest.fixture(scope="module", autouse=True)
def settled(site):
    """How many messages wait at the broker is known from some moment on, and stands in every reply."""
    def is_known():
        return documents(site.member("ann").get("/telemetry/metrics/override_rate.json").body)[0]["completeness"]["backlog"] is not None
    wait_until("the backlog was known", is_known)


def documents(reply):
    reply = json.loads(reply)
    return reply.get("metrics", [reply])


# Replies


@pytest.mark.parametrize("more, query", [
    ({}, ""), ({"interval": "day"}, "&interval=day"), ({"compare": "previous"}, "&compare=previous"), ({"compare": "52w"}, "&compare=52w"),
    ({"time_zone": "America/St_Johns", "interval": "week"}, "&tz=America/St_Johns&interval=week"),
], ids=["plain", "series", "comparison", "year", "zone"])
def test_json_of_a_metric_is_the_reply_over_amqp_byte_for_byte(site, ask, more, query):
    for metric in METRICS:
        answer = site.member("ann").get(f"/telemetry/metrics/{metric}.json?from={ago(30)}&to={ago(2)}{query}")
        assert answer.status == 200, answer
        reply = ask(metric=metric, **{"from": ago(30), "to": ago(2)}, **more)
        assert blank(answer.body) == blank(reply), metric


def blank(document):
    """The moment at which a reply was made is the only thing that two of them do not share."""
    document, count = re.subn(rb'"as_of":"[^"]*"', b'"as_of":""', document)
    assert count
    return document


def test_groups_and_filters_are_those_of_a_reply(site, ask):
    window = {"from": ago(30), "to": ago(2)}
    query = f"from={ago(30)}&to={ago(2)}"
    for metric in ("override_rate", "recommendation_acceptance_rate", "average_decision_time"):
        answer = site.member("ann").get(f"/telemetry/metrics/{metric}.json?{query}&group_by=explanation_version&filter=explanation_version%3Dv1")
        reply = ask(metric=metric, group_by=["explanation_version"], filter={"explanation_version": ["v1"]}, **window)
        assert blank(answer.body) == blank(reply), metric
    everything = site.member("ann").get(f"/telemetry/metrics.json?{query}")
    assert blank(everything.body) == blank(ask(metrics="all", **window))


def test_the_command_line_says_the_same(site):
    for days in (7, 30):
        said = documents(site.metrics("--from", ago(days), "--to", NOW))
        shown = documents(site.member("ann").get(f"/telemetry/metrics.json?from={ago(days)}&to={NOW}").body)
        results = [{part["metric"]: part["result"] for part in document} for document in (said, shown)]
        assert results[0] == results[1] and len(results[0]) >= len(METRICS)


def test_the_page_gives_the_command_and_the_request_that_it_shows(site, ask):
    page = site.member("ann").get(f"/telemetry/metrics/override_rate/?from={ago(9)}&to={ago(2)}&group_by=explanation_version&compare=none&interval=none")
    command, request = (html.unescape(text) for text in re.findall("<pre>(.*?)</pre>", page.text, re.S))
    words = command.split()
    assert words[:2] == ["alidade", "metrics"]
    said, = documents(site.metrics(*words[2:]))
    asked, = documents(ask(**json.loads(request)))
    shown = site.member("ann").get(f"/telemetry/metrics/override_rate.json?from={ago(9)}&to={ago(2)}&group_by=explanation_version").json
    assert said["result"] == asked["result"] == shown["result"] and shown["result"]["groups"]


# Texts


def grouped(number):
    return f"{number:,}"


def percent(part, whole):
    return f"{100 * part / whole:.1f} %"


def test_the_overview_says_what_replies_say(site, ask):
    page = site.member("ann").get(f"/telemetry/?until={NOW}")
    text = Document(page.text).text
    results = {days: {part["metric"]: part["result"] for part in documents(ask(metrics="all", **{"from": ago(days), "to": NOW}))} for days in (7, 30)}

    def says(*words):
        for word in words:
            assert word in text, (word, text)
    for days in (7, 30):
        cases = results[days]["recommendation_acceptance_rate"]["cases"]
        says(percent(cases["accepted"], cases["viewed"]), f"{grouped(cases['accepted'])} of {grouped(cases['viewed'])}")
        override = results[days]["override_rate"]
        says(percent(override["overridden"], override["decisions"]), f"{grouped(override['overridden'])} of {grouped(override['decisions'])}")
        false = results[days]["false_positive_rate"]
        says(percent(false["false_positives"], false["outcomes"]), f"{grouped(false['false_positives'])} of {grouped(false['outcomes'])}")
        accepted = results[days]["result_acceptance_rate"]
        decided = accepted["accepted"] + accepted["overridden"]
        says(percent(accepted["accepted"], decided), f"{grouped(accepted['accepted'])} of {grouped(decided)}")
    says(f"median of {grouped(results[7]['average_decision_time']['count'])} decisions in 7 days")
    for status, value in results[30]["outcome_distribution"].items():
        if isinstance(value, dict) and "share" in value:
            says(f"{status.lower().replace('_', ' ')} {grouped(value['count'])} {100 * value['share']:.1f} %")
    for step, value in results[30]["profiler_funnel"].items():
        says(f"{step} {grouped(value['count'])}")


def test_the_page_of_a_metric_shows_every_single_number_of_its_json(site):
    """Integers below the first level, grouped by thousands; what they are called stands beside them."""
    for metric in METRICS:
        query = f"from={ago(30)}&to={NOW}"
        result = site.member("ann").get(f"/telemetry/metrics/{metric}.json?{query}").json["result"]
        page = Document(site.member("ann").get(f"/telemetry/metrics/{metric}/?{query}").text)
        for name, value in result.items():
            if isinstance(value, int) and not isinstance(value, bool):
                assert f"{name.replace('_', ' ')} {grouped(value)}" in page.text, (metric, name, value)


# Drilling down


def rows_of(site, url):
    """All rows of a list, page by page."""
    found, place = [], url.replace("/?", ".json?", 1)
    while place:
        document = site.member("ann").get(place + "&limit=200").json
        found += document["rows"]
        place = document["after"] and f"{url.replace('/?', '.json?', 1)}&after={URL.quote(document['after'], safe='')}"
    return found


def test_a_count_leads_to_exactly_the_rows_that_it_counts(site):
    seen = 0
    for metric in METRICS:
        page = site.member("ann").get(f"/telemetry/metrics/{metric}/?from={ago(30)}&to={ago(1)}&compare=none&interval=none").text
        for url, number in re.findall(r'<td class="n"><a href="(/telemetry/(?:events|outcomes|activity|sessions)/\?[^"]*)">([\d,]+)</a>', page):
            url = html.unescape(url)
            assert len(rows_of(site, url)) == int(number.replace(",", "")), (metric, url)
            seen += 1
    assert seen >= 12


def test_the_counts_above_a_list_are_those_of_its_rows(site):
    query = f"from={ago(30)}&to={ago(1)}"
    page = site.member("ann").get(f"/telemetry/events/?{query}").text
    total = int(re.search(r"<h2>([\d,]+) events", page)[1].replace(",", ""))
    rows = rows_of(site, f"/telemetry/events/?{query}")
    assert len(rows) == total > 1000
    for name, count in re.findall(r">(viewed|accepted|ignored|overridden)</a> <b>([\d,]+)</b>", page):
        assert sum(row["action_taken"] == name.upper() for row in rows) == int(count.replace(",", "")), name
    page = Document(site.member("ann").get(f"/telemetry/activity/?{query}").text)
    rows = rows_of(site, f"/telemetry/activity/?{query}")
    total = int(re.search(r"opened something, ([\d,]+) times", page.text)[1].replace(",", ""))
    assert len(rows) == total


# Files


LISTS = {
    "events": ("decision_recommendation_events", "action=ACCEPTED", "action_taken = 'ACCEPTED'"),
    "outcomes": ("decision_outcome_snapshots", "status=RESOLVED", "outcome_status = 'RESOLVED'"),
    "activity": ("admin_view_telemetry", "type=DASHBOARD_OPEN", "event_type = 'DASHBOARD_OPEN'"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_the_same_as_a_file_in_json_and_by_sql(site, name):
    table, query, condition = LISTS[name]
    begin, end = (datetime.datetime.fromisoformat(ago(days).replace("Z", "+00:00")) for days in (35, 1))
    span = [int(moment.timestamp() * 1_000_000) for moment in (begin, end)]
    for query, condition in (("sort=date", "1"), (query, condition)):
        window = f"from={ago(35)}&to={ago(1)}&{query}"
        answer = site.member("ann").get(f"/telemetry/{name}.csv?{window}")
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/csv")
        assert answer.headers["Content-Disposition"].startswith("attachment") and b"\r\n" in answer.body
        table_rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
        listed = rows_of(site, f"/telemetry/{name}/?{window}")
        stored = site.store.dicts(
            f"SELECT * FROM {table} WHERE occurred_at >= ? AND occurred_at < ? AND {condition} ORDER BY occurred_at DESC, event_id DESC", *span)
        assert len(table_rows) == len(listed) == len(stored) > 100
        assert list(table_rows[0]) == list(listed[0]), "the same columns in the same order"
        stored = {row["seq"]: row for row in stored}
        for from_csv, from_json in zip(table_rows, listed):
            from_sql = stored[from_json["seq"]]
            for column, value in from_json.items():
                assert text_of(value) == from_csv[column], (column, value, from_csv[column])
                if column in from_sql:
                    expected = from_sql[column]
                    if column.endswith("_at") and value is not None:
                        value = int(datetime.datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp() * 1e6 + 0.5)
                    assert value == expected or column.endswith("_at") and abs(value - expected) <= 1, (column, value, expected)


def text_of(value):
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def test_pages_of_a_list_put_together_are_the_whole_in_its_order(site):
    window = f"from={ago(20)}&to={ago(1)}"
    keys = {"date": "occurred_at", "signal": "risk_signal_id", "admin": "admin_user_id", "decision_time": "decision_time_ms", "received": "received_at"}
    whole = {row["seq"] for row in rows_of(site, f"/telemetry/events/?{window}")}
    for sort, name in keys.items():
        orders = []
        for sign in ("", "-"):
            rows = rows_of(site, f"/telemetry/events/?{window}&sort={sign}{sort}")
            assert len(rows) == len(whole) and {row["seq"] for row in rows} == whole, (sign, sort)
            orders.append([row[name] for row in rows if row[name] is not None])
        assert orders[0] == orders[1][::-1] != orders[1], sort
        assert sorted(orders[0]) in orders, sort


# Zones


@pytest.mark.parametrize("zone", ["Europe/Vienna", "America/St_Johns", "Pacific/Kiritimati", "Asia/Kathmandu"])
def test_bars_in_a_zone_begin_at_its_midnight_and_add_up_to_the_window(site, zone):
    result = site.member("ann").get(f"/telemetry/metrics/override_rate.json?from={ago(30)}&to={ago(1)}&interval=day&tz={zone}").json
    parts = result["series"]
    assert sum(part["result"]["decisions"] for part in parts) == result["result"]["decisions"] > 100
    for part in parts[1:]:
        begin = datetime.datetime.fromisoformat(part["from"].replace("Z", "+00:00")).astimezone(zoneinfo.ZoneInfo(zone))
        assert (begin.hour, begin.minute) == (0, 0), begin
    page = Document(site.member("ann").get(f"/telemetry/events/?from={ago(30)}&to={ago(1)}&tz={zone}").text)
    assert f"times in {zone}" in page.text
    shown = page.all("time")
    assert shown and all(found["datetime"].endswith("Z") and "UTC" in found["title"] for found in shown)


@pytest.mark.parametrize("zone, day, hours", [("Europe/Vienna", "2026-03-29", 23), ("Europe/Vienna", "2026-10-25", 25)])
def test_a_day_may_have_23_or_25_hours(site, zone, day, hours):
    following = (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()
    result = site.member("ann").get(f"/telemetry/metrics/override_rate.json?from={day}&to={following}&interval=hour&tz={zone}").json
    parts = result["series"]
    assert len(parts) == hours
