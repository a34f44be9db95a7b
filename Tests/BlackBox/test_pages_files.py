"""Files of pages that are neither a list nor a metric, and what only one page has."""
import csv
import io
import json
import re

import pytest

from harness.waiting import wait_until

SELECTION = "/telemetry/quarantine/selection/"


def get(site, address, name="ann"):
    answer = site.member(name).get(address)
    assert answer.status == 200, answer
    return answer


def test_a_session_is_told_as_its_page_has_it_with_personal_values_masked(site):
    row = site.member("ann").get("/telemetry/sessions.json?days=365&limit=25").json["rows"][0]
    answer = get(site, f"/telemetry/sessions/{row['session_id']}.json")
    session = answer.json
    stored = site.store.rows(
        "SELECT event_id, completion_status FROM profiler_events WHERE session_id = ? ORDER BY occurred_at, seq", row["session_id"])
    assert [(message["event_id"], message["completion_status"]) for message in session["messages"]] == stored
    assert session["session_id"] == row["session_id"]
    [(user,)] = site.store.rows("SELECT DISTINCT user_id FROM profiler_sessions WHERE session_id = ?", row["session_id"])
    assert user not in answer.text and session["messages"][0]["payload"]["user_id"] == user[:4] + "•••"
    page = get(site, f"/telemetry/sessions/{row['session_id']}/").text
    assert all(event in page for event, _ in stored)


def test_live_says_what_changed_last(site):
    found = get(site, "/telemetry/live.json").json
    assert found["consuming"] is True and found["obstacle"] is None
    assert {queue["queue"] for queue in found["queues"]} == {"profiler-telemetry", "intelligence-events"}
    words = [change["words"] for change in found["changes"]]
    assert words.index("the store is open") >= 0 and words.index("consuming") >= 0
    page = get(site, "/telemetry/live/").text
    assert all(word in page for word in words)


def test_charts_of_quality_and_alignment_are_files(site):
    for queue in ("profiler-telemetry", "intelligence-events"):
        answer = get(site, f"/telemetry/quality.svg?days=30&queue={queue}")
        assert answer.headers["Content-Type"] == "image/svg+xml" and f"<title>{queue} by day</title>" in answer.text
        assert f"/telemetry/quality.svg?days=30&amp;queue={queue}" in get(site, "/telemetry/quality/?days=30").text
    assert site.member("ann").get("/telemetry/quality.svg?queue=nobody").status == 400
    page, chart = get(site, "/telemetry/alignment/?days=365").text, get(site, "/telemetry/alignment.svg?days=365").text
    assert "/telemetry/alignment.svg" in page
    assert ("No alignments of this window can be compared" in chart) == ("Points are compared only where" in page)


def test_a_silence_is_beside_what_is_usual(site):
    page = re.sub(r"<[^>]+>", "", get(site, "/telemetry/quality/?days=30").text)
    for queue in ("profiler-telemetry", "intelligence-events"):
        count, = site.store.rows("SELECT count(*) FROM ingest_minutes WHERE queue = ? AND minute_at > unixepoch() * 1000000 - 7 * 86400000000", queue)[0]
        assert (f"{queue}: no message for " in page) == (count >= 20)


def test_all_administrators_are_shown_on_demand(site):
    metric = get(site, "/telemetry/metrics/admin_engagement.json?days=365").json["result"]

    def shown(query):
        page = get(site, f"/telemetry/activity/?days=365{query}").text
        table = page.split("<caption>The most active</caption>")[1].split("</table>")[0] if "<caption>The most active" in page \
            else page.split('The most active"')[1].split("</table>")[0]
        return [int(number) for number in re.findall(r'href="[^"]*admin=(\d+)', table)]
    top = [admin["admin_user_id"] for admin in metric["top_admins"]]
    assert shown("") == top
    everybody = shown("&all=1")
    assert len(everybody) == min(200, metric["active_admins"]) and everybody[:10] == top and len(set(everybody)) == len(everybody)
    assert metric["active_admins"] > 10, "nothing is shown by this test"


@pytest.fixture(scope="module")
def dry_run(site):
    client = site.member("olga")
    address = client.get(SELECTION).location
    page = client.get(address).text
    form = next(part for part in page.split("<form")[1:] if 'value="dry_run"' in part).split("</form>")[0]
    fields = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form) or []
    fields = [(name, value.replace("&amp;", "&")) for name, value in fields]
    answer = client.post(SELECTION, fields)
    assert answer.status == 303, answer
    wait_until("it had ended", lambda: client.get(answer.location[:-1] + ".json").json["state"] == "done", 60)
    return answer.location


def test_an_auditor_sees_the_outcomes_of_an_operation_and_can_do_nothing(site, dry_run):
    found = get(site, dry_run[:-1] + ".json", "rob").json
    rows = list(csv.DictReader(io.StringIO(get(site, dry_run[:-1] + ".csv", "rob").text)))
    assert len(rows) == found["expected"] == sum(count["count"] for count in found["counts"]) > 0
    assert [(int(row["quarantine_id"]), row["outcome"]) for row in rows[:100]] \
        == [(outcome["quarantine_id"], outcome["outcome"]) for outcome in found["outcomes"]]
    page = get(site, dry_run, "rob").text
    assert "/stop" not in page and "/telemetry/quarantine/selection/" not in page and not re.search(r"/telemetry/quarantine/\d+/", page)
    assert re.search(r"/telemetry/quarantine/\d+/", get(site, dry_run, "olga").text)
    assert json.loads(found["detail"])["selection"]
    assert site.member("ann").get(dry_run).status == 403
