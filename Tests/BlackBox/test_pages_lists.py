"""What lists say of themselves: counts that follow the filter, forms that drop nothing, links that work, and names that stay hidden."""
import csv
import datetime
import html
import io
import json
import re
import urllib.parse

import pytest

from harness.dashboard import Document
from harness.events import Maker
from harness.waiting import wait_until

UNTIL = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
LISTS = ("events", "outcomes", "activity", "sessions")


def ago(days):
    return (UNTIL - datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def window(days=30):
    return f"from={ago(days)}&to={ago(1)}"


def moments(days=30):
    return [int((UNTIL - datetime.timedelta(days=number)).timestamp() * 1_000_000) for number in (days, 1)]


def get(site, address, name="ann"):
    answer = site.member(name).get(address)
    assert answer.status == 200, (address, answer)
    return answer


def links_of(site, address):
    return [urllib.parse.urljoin(address, link).partition("#")[0] for link in Document(get(site, address).text).links()]


def count_of(site, table, condition="1", *values):
    return site.store.value(f"SELECT count(*) FROM {table} WHERE occurred_at >= ? AND occurred_at < ? AND {condition}", *moments(), *values)


def counted(text, count, word):
    """Whether a list says that it has so many, or, where counting took too long, that it has at least some of them."""
    mark, number = re.search(rf"· (≥ )?([\d,]+) {word}\b", text).groups()
    number = int(number.replace(",", ""))
    return 0 < number <= count if mark else number == count


# Counts


@pytest.mark.parametrize("query, condition", [
    ("admin=%d", "admin_user_id = %d"), ("admin=%d&action=VIEWED&action=ACCEPTED", "admin_user_id = %d AND action_taken IN ('VIEWED', 'ACCEPTED')"),
    ("version=v2&confidence=HIGH", "explanation_version = 'v2' AND confidence_at_time = 'HIGH'"),
])
def test_the_chart_of_events_counts_what_the_filter_lets_through(site, query, condition):
    admin, = site.store.rows("SELECT admin_user_id FROM decision_recommendation_events GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")[0]
    query, condition = (text % admin if "%d" in text else text for text in (query, condition))
    expected = count_of(site, "decision_recommendation_events", condition)
    assert 0 < expected < count_of(site, "decision_recommendation_events")
    address = f"/telemetry/events/?{window()}&{query}"
    text = Document(get(site, address).text).text
    words = "event" if expected == 1 else "events"
    assert f"{expected:,} {words}, 20" in text and "without the filter." not in text, text[:2000]
    assert f"· {expected:,} match" in text
    assert "without the filter." not in text
    titles = re.findall(r"<title>([^<]*)</title>", get(site, address).text)
    assert sum(int(number.replace(",", "")) for title in titles for number in re.findall(r"\n[a-z]+ ([\d,]+)", title)) == expected
    charts = {get(site, f"/telemetry/events.svg?{window()}&{more}").text for more in (query, "sort=date")}
    assert len(charts) == 2, "the file has another chart where a filter is set"


@pytest.mark.parametrize("name, query, table, condition", [
    ("events", "min_ms=4000", "decision_recommendation_events", "decision_time_ms >= 4000"),
    ("outcomes", "min_hours=30", "decision_outcome_snapshots", "resolution_time_hours >= 30"),
    ("activity", "type=DASHBOARD_OPEN", "admin_view_telemetry", "event_type = 'DASHBOARD_OPEN'"),
])
def test_what_a_chart_cannot_follow_is_said_and_the_list_is_counted(site, name, query, table, condition):
    expected = count_of(site, table, condition)
    assert 0 < expected < count_of(site, table)
    text = Document(get(site, f"/telemetry/{name}/?{window()}&{query}").text).text
    assert "All of the window, without the filter." in text
    assert counted(text, expected, "match"), text[-2000:]
    assert "All of the window, without the filter." in get(site, f"/telemetry/{name}.svg?{window()}&{query}").text
    assert "without the filter" not in get(site, f"/telemetry/{name}.svg?{window()}").text


def test_outcomes_follow_their_filter(site):
    expected = count_of(site, "decision_outcome_snapshots", "outcome_status = 'RESOLVED'")
    page = get(site, f"/telemetry/outcomes/?{window()}&status=RESOLVED").text
    text = Document(page).text
    assert f"· {expected:,} match" in text and f"resolved {expected:,}" in text
    assert "After which decision" not in text and "false positive" not in page.split("<caption", 2)[1].split("</table>")[0]
    expected = count_of(site, "decision_outcome_snapshots", "outcome_status = 'RESOLVED' AND explanation_version = 'v2'")
    text = Document(get(site, f"/telemetry/outcomes/?{window()}&status=RESOLVED&version=v2").text).text
    assert f"· {expected:,} match" in text and "All of the window, without the filter." in text


def test_versions_are_compared_by_shares(site):
    page = get(site, f"/telemetry/outcomes/?{window()}").text
    table = re.sub(r"<[^>]*>", " ", page.split('aria-label="Outcomes by version"')[1].split("</table>")[0])
    for version, in site.store.rows("SELECT DISTINCT explanation_version FROM decision_outcome_snapshots WHERE occurred_at >= ? AND occurred_at < ?", *moments()):
        count = count_of(site, "decision_outcome_snapshots", "outcome_status = 'RESOLVED' AND explanation_version = ?", version)
        whole = count_of(site, "decision_outcome_snapshots", "explanation_version = ?", version)
        assert f"{count:,} ({100 * count / whole:.1f} %)" in table, (version, table)


def test_a_list_without_filters_says_how_many_it_has(site):
    for name, table in (("events", "decision_recommendation_events"), ("outcomes", "decision_outcome_snapshots"), ("activity", "admin_view_telemetry")):
        assert f"· {count_of(site, table):,} events" in Document(get(site, f"/telemetry/{name}/?{window()}").text).text
    sessions = len(list(csv.DictReader(io.StringIO(get(site, f"/telemetry/sessions.csv?{window()}").text))))
    assert counted(Document(get(site, f"/telemetry/sessions/?{window()}").text).text, sessions, "sessions")


def boxes(page):
    """The boxes of a form: name, value, and the count beside."""
    found = re.findall(r'<input type="checkbox" name="(\w+)" value="([^"]*)"[^>]*>([^<]*)<small>([\d,]+)</small>', page)
    return {(name, html.unescape(value)): int(count.replace(",", "")) for name, value, _, count in found}


def test_boxes_show_how_many_there_are_of_each(site):
    found = boxes(get(site, f"/telemetry/events/?{window()}").text)
    columns = {"action": "action_taken", "type": "recommendation_type", "confidence": "confidence_at_time", "version": "explanation_version"}
    for name, column in columns.items():
        counts = site.store.rows(
            f"SELECT {column}, count(*) FROM decision_recommendation_events WHERE occurred_at >= ? AND occurred_at < ? AND {column} IS NOT NULL GROUP BY 1",
            *moments())
        assert {(name, value): count for value, count in counts} == {key: count for key, count in found.items() if key[0] == name and count}, name
    found = boxes(get(site, f"/telemetry/outcomes/?{window()}").text)
    for value, count in site.store.rows(
            "SELECT outcome_status, count(*) FROM decision_outcome_snapshots WHERE occurred_at >= ? AND occurred_at < ? GROUP BY 1", *moments()):
        assert found["status", value] == count


def test_each_list_offers_the_warnings_that_can_occur_in_it(site):
    offered = {}
    for name in LISTS:
        form = get(site, f"/telemetry/{name}/").text.split('name="warning"')[1].split("</select>")[0]
        offered[name] = set(re.findall(r"<option[^>]*>(\w+)</option>", form)) - {"any"}
    assert offered["events"] == offered["outcomes"] == offered["activity"]
    assert "missing_version" in offered["events"] - offered["sessions"] and "alignment_drift" in offered["sessions"] - offered["events"]
    for table, name in (("profiler_events", "sessions"), ("decision_recommendation_events", "events"), ("admin_view_telemetry", "activity")):
        stored = {code for code, in site.store.rows(f"SELECT DISTINCT code FROM event_warnings JOIN {table} USING (seq)")}
        assert stored <= offered[name], (name, stored)


# Forms


def sent(page):
    """What the form of filters would send as it stands."""
    form = page.split('<details class="filter"')[1].split("<form")[1].split("</form>")[0]
    found = []
    for field in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf' {part}="([^"]*)"', field) for part in ("name", "value"))
        if 'type="checkbox"' not in field or " checked" in field:
            found.append((name[1], html.unescape(value[1]) if value else ""))
    for name, options in re.findall(r'<select name="(\w+)">(.*?)</select>', form, re.S):
        for attributes, title in re.findall(r"<option([^>]*)>([^<]*)</option>", options):
            value = re.search(r'value="([^"]*)"', attributes)
            if " selected" in attributes:
                found.append((name, value[1] if value else title))
    return sorted(pair for pair in found if pair[1])


FORMS = {
    "events": "days=30&complete=1&tz=Europe%2FVienna&sort=-date&limit=25&action=VIEWED&action=ACCEPTED&type=odd+one&type=other&confidence=HIGH"
              "&confidence=LOW&version=v1&version=v2&version=v3%22%3E&signal=7&admin=17&min_ms=1&max_ms=90000&late=1&warning=coerced",
    "outcomes": f"until={ago(1)}&complete=1&limit=100&status=RESOLVED&status=ESCALATED&version=v1&version=v2&signal=7&min_hours=1&max_hours=2&warning=coerced",
    "activity": "days=30&limit=200&type=DASHBOARD_OPEN&version=v1&version=v2&admin=17&signal=7&anonymous=1&all=1&warning=coerced",
    "sessions": "days=30&complete=1&limit=25&sort=-status&status=finished&status=locked&track=defender&track=nobody&work_style=a&work_style=b&difficulty=c"
                "&difficulty=d&accepted=0&violation=1&drift_above=3.5&user=learner-1&warning=alignment_drift",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_form_sends_everything_that_the_address_says(site, name):
    page = get(site, f"/telemetry/{name}/?{FORMS[name]}").text
    assert sent(page) == sorted(urllib.parse.parse_qsl(FORMS[name]))
    # Where somebody was in the list is no part of what is asked for.
    after = next((link for link in Document(get(site, f"/telemetry/{name}/?limit=25").text).links() if "after=" in link), None)
    assert after and "after" not in dict(sent(get(site, after).text))


def test_ends_that_somebody_wrote_take_the_place_of_days(site):
    for name in LISTS:
        answer = site.member("ann").get(f"/telemetry/{name}/?days=30&from=2026-02-01&to=2026-02-05&sort=date")
        assert (answer.status, answer.location) == (303, f"/telemetry/{name}/?from=2026-02-01&to=2026-02-05&sort=date")
        assert site.member("ann").get(f"/telemetry/{name}/?days=30&from=&to=").status == 200
        assert site.member("ann").get(f"/telemetry/{name}.json?days=30&from=2026-02-01&to=2026-02-05").status == 400


# Links


@pytest.mark.parametrize("name", LISTS)
def test_no_link_of_a_list_leads_to_an_error(site, name):
    seen = set()
    sorted_by = {"sessions": "drift", "activity": "admin"}.get(name, "signal")
    for query in ("days=90", "days=365", f"days=30&sort={sorted_by}", "days=90&signal=7" if name != "sessions" else "days=90&user=nobody",
                  f"days=7&sort=-{sorted_by}&limit=25"):
        for link in links_of(site, f"/telemetry/{name}/?{query}"):
            if link.startswith(f"/telemetry/{name}") and ("sort=" in link or "days=" in link) and link not in seen:
                seen.add(link)
                assert site.member("ann").get(link).status == 200, (query, link)
    assert any("sort=" in link for link in seen) and len(seen) > 20
    page = get(site, f"/telemetry/{name}/?days=90").text
    assert f"sort={sorted_by}" not in page and "Sorts windows of at most 31 days" in page
    assert f"sort={sorted_by}" in get(site, f"/telemetry/{name}/?days=30").text


def test_the_way_back_from_a_refused_reveal_leads_to_the_session(site):
    session = get(site, "/telemetry/sessions.json?days=365").json["rows"][0]["session_id"]
    answer = site.member("olga").post(f"/telemetry/sessions/{session}/reveal", {"reason": "", "token": "x", "session": session})
    assert answer.status == 400
    back = [link for link in Document(answer.text).links() if session in link]
    assert back == [f"/telemetry/sessions/{session}/"]
    get(site, back[0])


# What is not there, and what is hard to reach


def test_an_unknown_signal_is_not_found_and_its_neighbours_are_named(site):
    ids = sorted({signal for table in ("decision_recommendation_events", "decision_outcome_snapshots", "admin_view_telemetry")
                  for signal, in site.store.rows(f"SELECT DISTINCT risk_signal_id FROM {table} WHERE risk_signal_id IS NOT NULL")})
    for unknown, near in ((ids[-1] + 1000, [ids[-1]]), (next(n for n in range(ids[0], ids[-1]) if n not in ids) if len(ids) < ids[-1] - ids[0] + 1 else None, None)):
        if unknown is None:
            continue
        near = near or [max(n for n in ids if n < unknown), min(n for n in ids if n > unknown)]
        answer = site.member("ann").get(f"/telemetry/signals/{unknown}/")
        assert answer.status == 404
        assert [link for link in Document(answer.text).links() if "/signals/" in link] == [f"/telemetry/signals/{n}/" for n in near]
        assert site.member("ann").get(f"/telemetry/signals/{unknown}.json").status == 404


def test_an_unknown_session_is_not_found_and_the_nearest_is_named(site):
    session = get(site, "/telemetry/sessions.json?days=365").json["rows"][0]["session_id"]
    answer = site.member("ann").get(f"/telemetry/sessions/{session[:-1]}%7E/")
    assert answer.status == 404 and f"/telemetry/sessions/{session}/" in Document(answer.text).links()


def test_sessions_whose_ids_are_steps_of_a_path_can_be_opened(site):
    maker = Maker(seed=57)
    for session in (".", ".."):
        site.host.publish("profiler", json.dumps(maker.profiler_document(session_id=session)).encode())
    def stored():
        return len(site.store.rows("SELECT 1 FROM profiler_events WHERE session_id IN ('.', '..')")) == 2
    wait_until("both were stored", stored)
    links = [link for link in Document(get(site, "/telemetry/sessions/?days=7&limit=200").text).links() if "session=" in link]
    assert sorted(links) == ["/telemetry/sessions/?session=.", "/telemetry/sessions/?session=.."] or sorted(map(urllib.parse.unquote, links)) == [
        "/telemetry/sessions/?session=.", "/telemetry/sessions/?session=.."]
    for link in links:
        page = get(site, link, "olga").text
        session = urllib.parse.unquote(link.partition("=")[2])
        assert f"Session {session}<" in page
        action = re.search(r'action="([^"]*/reveal)"', page)[1]
        assert ".." not in urllib.parse.unquote(action)
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        answer = site.member("olga").post(action, {**fields, "session": session, "reason": "a test of paths"})
        assert answer.status == 200 and "With personal values" in answer.text, answer
    assert sorted(json.loads(detail)["session_id"] for detail, in site.store.rows(
        "SELECT detail FROM operations WHERE action = 'reveal' AND note = 'a test of paths'")) == [".", ".."]


def test_where_leads_to_whose_story_an_event_is_a_part_of(site):
    for table, link in (("profiler_events", "sessions/' || session_id"), ("decision_recommendation_events", "signals/' || risk_signal_id"),
                        ("decision_outcome_snapshots", "signals/' || risk_signal_id")):
        event, address = site.store.rows(
            f"SELECT event_id, '/telemetry/{link} || '/' FROM {table} WHERE occurred_at < ? ORDER BY occurred_at DESC LIMIT 1", moments()[1])[0]
        assert address in links_of(site, f"/telemetry/where/?id={event}"), (table, address)
        get(site, address)


def test_the_order_of_drift_shows_the_largest_first(site):
    assert re.search(r'aria-sort="descending"[^>]*><a[^>]*sort=-drift', get(site, "/telemetry/sessions/?days=30&sort=drift").text)


# Hidden names


def test_a_file_hides_who_as_its_page_does(site):
    query = f"{window()}&anonymous=1&limit=200"
    rows = get(site, f"/telemetry/activity.json?{query}").json["rows"]
    plain = get(site, f"/telemetry/activity.json?{window()}&limit=200").json["rows"]
    names = {}
    for hidden, row in zip(rows, plain):
        assert hidden["seq"] == row["seq"]
        assert names.setdefault(row["admin_user_id"], hidden["admin_user_id"]) == hidden["admin_user_id"]
    assert len(set(names.values())) == len(names) > 5 and all(re.fullmatch(r"A\d+", name) for name in names.values())
    table = list(csv.DictReader(io.StringIO(get(site, f"/telemetry/activity.csv?{query}").text)))
    whole = list(csv.DictReader(io.StringIO(get(site, f"/telemetry/activity.csv?{window()}").text)))
    names = {}
    for hidden, row in zip(table, whole, strict=True):
        assert names.setdefault(row["admin_user_id"], hidden["admin_user_id"]) == hidden["admin_user_id"]
    assert len(set(names.values())) == len(names) > 5 and all(re.fullmatch(r"A\d+", name) for name in names.values())


def test_no_link_of_a_page_that_hides_who_leads_to_a_name(site):
    address = f"/telemetry/activity/?{window()}&anonymous=1"
    links = [link for link in links_of(site, address) if not re.match(r"/telemetry/(static|definitions|$)", link)]
    navigation = set(links_of(site, "/telemetry/definitions/"))
    signals = [link for link in links if "/signals/" in link]
    assert signals and all(link in navigation or "anonymous=1" in link or link.startswith("/telemetry/quarantine/?") for link in links), [link for link in links if "anonymous=1" not in link]
    assert "admin_engagement" not in " ".join(links)
    signal, admin = site.store.rows("SELECT risk_signal_id, admin_user_id FROM decision_recommendation_events WHERE admin_user_id > 9 LIMIT 1")[0]
    for name in ("/", ".json"):
        shown = re.sub(r"<[^>]*>", " ", get(site, f"/telemetry/signals/{signal}{name}?anonymous=1").text)
        assert re.search(r"\bA1\b", shown) and f"administrator {admin}" not in shown and f'"admin_user_id":{admin}' not in shown
        plain = re.sub(r"<[^>]*>", " ", get(site, f"/telemetry/signals/{signal}{name}").text)
        assert f"administrator {admin}" in plain or f'"admin_user_id":{admin}' in plain


# Sessions


def test_the_list_of_sessions_has_its_metrics_and_stays_small(site):
    answer = get(site, f"/telemetry/sessions/?{window()}")
    for metric in ("profiler_completion", "profiler_funnel", "module_time", "aptitude_score", "technical_exposure_score", "work_style_distribution",
                   "recommended_track_distribution", "device_distribution", "attempt_violations"):
        link = next((link for link in Document(answer.text).links() if link.startswith(f"/telemetry/metrics/{metric}/")), None)
        assert link and "from=" in link, metric
    funnel = get(site, f"/telemetry/metrics/profiler_funnel.json?{window()}").json["result"]
    text = Document(answer.text).text
    for step, value in funnel.items():
        assert f"{step} {value['count']:,}" in text, (step, value)
    assert len(answer.body) <= 50_000, len(answer.body)
    for column in ("Started", "Agree"):
        assert f">{column}<" in answer.text


def test_a_jump_in_the_list_of_sessions(site):
    day = (UNTIL - datetime.timedelta(days=9)).date().isoformat()
    rows = get(site, f"/telemetry/sessions.json?days=30&around={day}").json["rows"]
    assert rows[0]["occurred_at"][:10] == day


def test_a_payload_has_its_own_numbers(site):
    session, payload = site.store.rows(
        "SELECT session_id, payload FROM profiler_events WHERE payload LIKE '%attempt_count%' ORDER BY occurred_at DESC LIMIT 1")[0]
    number = re.search(r'"attempt_count": ?\d+', payload)[0]
    answer = get(site, f"/telemetry/sessions/{session}.json").text
    assert number in answer and number + ".0" not in answer


def test_a_session_tells_what_each_message_changed_and_how_its_alignment_comes_about(site):
    several = [session for session, in site.store.rows("SELECT session_id FROM profiler_events GROUP BY 1 HAVING count(*) > 1 ORDER BY max(occurred_at) DESC")]
    aligned = {session for session, in site.store.rows("SELECT DISTINCT session_id FROM profiler_alignments")}
    session = next(session for session in several if session in aligned)
    page = get(site, f"/telemetry/sessions/{session}/").text
    payloads = [json.loads(payload) for payload, in site.store.rows(
        "SELECT payload FROM profiler_events WHERE session_id = ? ORDER BY occurred_at, seq", session)]
    old, new = (payload["completion_status"] for payload in payloads[-2:])
    text = Document(page).text
    if old != new:
        assert f'/completion_status "{old}" "{new}"' in text
    assert page.count("What changed: ") + page.count("Nothing changed.") == len(payloads) - 1
    explained = page.split("How each percentage comes about")[1].split("</section>")[0]
    for caption, rows in re.findall(r"<summary[^>]*>([^<]*: [^<]*)</summary>(.*?)</table>", explained, re.S):
        points = sum(float(number) for number in re.findall(r'<td class="n">(-?[\d.]+)</td>', rows))
        assert abs(points - float(re.search(r": ([\d.]+) %", caption)[1])) < 0.5, (caption, points)
    assert len(re.findall(r"<summary[^>]*>[^<]*: [\d.]+ %</summary>", explained)) >= 2
    assert json.loads(site.store.value("SELECT payload FROM profiler_events WHERE session_id = ? LIMIT 1", session)).get("user_id", "?") not in page


def test_an_operator_gets_whole_ids_of_learners_in_a_file_for_a_reason_that_is_kept(site):
    query = f"{window()}&status=locked"
    page = get(site, f"/telemetry/sessions/?{query}", "olga").text
    action, fields = re.search(r'<form[^>]*action="([^"]*list/reveal[^"]*)".*?</form>', page, re.S), None
    fields = {name: html.unescape(value) for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', action[0])}
    action = html.unescape(action[1])
    assert "list/reveal" not in get(site, f"/telemetry/sessions/?{query}").text
    client, count = site.member("olga"), "SELECT count(*) FROM operations WHERE action = 'reveal'"
    before = site.store.value(count)
    refused = client.post(action, {**fields, "reason": ""})
    assert refused.status == 400 and f"/telemetry/sessions/?{query}" in [urllib.parse.unquote(link) for link in Document(refused.text).links()]
    assert client.post(action.replace("locked", "finished"), {**fields, "reason": "another list"}).status == 403
    assert site.member("ann").post(action, {**fields, "reason": "no operator"}).status == 403
    assert site.store.value(count) == before
    answer = client.post(action, {**fields, "reason": "a study of learners"})
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/csv") and answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    masked = list(csv.DictReader(io.StringIO(get(site, f"/telemetry/sessions.csv?{query}", "olga").text, newline="")))
    users = dict(site.store.rows("SELECT session_id, user_id FROM profiler_sessions"))
    assert len(rows) == len(masked) > 10 and all(row["user_id"] == users[row["session_id"]] for row in rows)
    assert all(row["user_id"].endswith("•••") for row in masked)
    note, detail = site.store.rows("SELECT note, detail FROM operations WHERE action = 'reveal' ORDER BY id DESC LIMIT 1")[0]
    assert note == "a study of learners" and urllib.parse.unquote(json.loads(detail)["list"]) == f"/telemetry/sessions/?{query}"
    assert site.store.value(count) == before + 1
