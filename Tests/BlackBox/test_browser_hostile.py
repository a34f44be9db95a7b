"""Texts of somebody who means harm, in every field that is stored and every parameter that is read: pages show them, and nothing more."""
import csv
import html
import io
import json
import re
import urllib.parse

import pytest

from harness.dashboard import Document, crawl
from harness.daemon import run
from harness.events import Maker
from harness.routes import routes

PAYLOADS = [
    "<script>alert('xss')</script>", "\"onmouseover=\"alert('xss')", "'><img src=x onerror=alert('xss')>", "</title><script>alert('xss')</script>",
    "</textarea><svg onload=alert('xss')>", "javascript:alert('xss')", "{{7*7}}${7*7}#{7*7}", "<!--<iframe srcdoc='<script>alert(`xss`)</script>'>",
    "&lt;script&gt;alert('xss')&lt;/script&gt;", "xss\u2028\u2029line", "xss\u202egnp.exe", "xss\ud800lone", "a/../?#%2e%2e&b=<b>xss</b>", "<a href='//evil.example' style='x'>xss</a>",
]
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0", '"=1"', "a,b\r\nc"]
# What the layout and the charts are made of; anything else came from a text.
ELEMENTS = {
    "html", "head", "meta", "title", "link", "script", "body", "a", "header", "div", "svg", "g", "circle", "path", "rect", "line", "text", "tspan", "nav", "span",
    "small", "form", "button", "main", "section", "h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "i", "b", "em", "strong", "table", "caption", "thead", "tbody", "tr",
    "th", "td", "footer", "time", "input", "label", "fieldset", "legend", "select", "option", "details", "summary", "pre", "code", "mark", "dl", "dt", "dd", "article",
    "textarea", "defs", "pattern", "polyline", "use", "datalist", "output", "progress", "meter", "figure", "figcaption", "samp", "kbd", "abbr", "tfoot", "hr", "br",
}


def messages():
    """Each payload in each text that a message may have, some of which are refused and kept in quarantine."""
    maker = Maker(seed=13)
    for number, payload in enumerate([*PAYLOADS, *FORMULAS]):
        short = payload[:32]
        signal = 100 + number
        yield "intelligence", maker.recommendation_document(
            event_id=f"{payload}-{number}"[:128], risk_signal_id=signal, recommendation_type=payload[:64], explanation_version=short, action_taken="VIEWED",
            context={"why": payload, payload: 1}, unknown_member=payload)
        yield "intelligence", maker.outcome_document(event_id=f"{payload}o{number}"[:128], risk_signal_id=signal, explanation_version=short)
        yield "intelligence", maker.view_document(event_id=f"{payload}v{number}"[:128], risk_signal_id=signal, explanation_version=short)
        yield "intelligence", maker.recommendation_document(action_taken=payload)
        yield "intelligence", maker.recommendation_document(**{payload: payload, "risk_signal_id": payload})
        yield "profiler", maker.profiler_document(
            event_id=f"{payload}p{number}"[:128], user_id=payload[:64], session_id=f"{payload}{number}"[:64], recommended_track_id=payload[:64],
            value_statement=payload, time_spent_per_module={payload[:64]: 5}, completion_status="finished", time_spent_seconds=90,
            scenario_choices=[{"question_id": payload, "selected_option": payload}], track_alignment_percentages={payload[:64]: 50, "grc": 40},
            device_browser={"user_agent": payload, "device_fingerprint": payload, "ip_address": "198.51.100.7"})
        yield "profiler", maker.profiler_document(completion_status=payload)
        yield "profiler", payload.encode("utf-8", "surrogatepass")
        yield "profiler", b'{"user_id":"' + payload.encode("utf-8", "surrogatepass") + b'\xff\xfe"}'


@pytest.fixture(scope="module")
def hostile(binary, make_dashboard, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    lines = {"intelligence": [], "profiler": []}
    for kind, message in messages():
        line = message if isinstance(message, bytes) else json.dumps(message).encode()
        lines[kind].append(line.replace(b"\n", b" ").replace(b"\r", b" ") if isinstance(message, bytes) else line)
    for kind, found in lines.items():
        (folder / f"{kind}.jsonl").write_bytes(b"\n".join(found) + b"\n")
        done = run(binary, "ingest", folder / f"{kind}.jsonl", "--kind", kind, "--store", f"sqlite://{folder}/alidade.db")
        assert done.returncode == 0, done
    site = make_dashboard(template=folder / "alidade.db").start()
    stored = site.store.value("SELECT count(*) FROM decision_recommendation_events")
    refused = site.store.value("SELECT count(*) FROM quarantine")
    assert stored > 20 and refused > 50, (stored, refused)
    return site


@pytest.fixture(scope="module")
def window(make_browser, hostile):
    return make_browser(hostile).become("max")


def check(address, text):
    """No element, attribute or address that a template has not."""
    document = Document(text)
    for tag, attributes in document.elements:
        assert tag in ELEMENTS, (address, tag)
        for name, value in attributes.items():
            assert not name.startswith("on") and name not in ("style", "srcdoc"), (address, tag, name)
            if name in ("href", "src", "action", "formaction"):
                assert re.match(r"[/?#]|$", value or "") and not (value or "").startswith("//"), (address, tag, name, value)
    scripts = document.all("script")
    assert len(scripts) == 1 and scripts[0]["src"].startswith("/telemetry/static/"), address
    for payload in PAYLOADS:
        if "<" in payload:
            assert payload not in text, (address, payload)


def found_pages(site):
    for address, answer in crawl(site.member("max"), most=500, per_path=40):
        if answer.headers["Content-Type"].startswith("text/html"):
            yield address, answer


def test_pages_show_the_texts_and_have_no_element_of_them(hostile):
    seen, shown = 0, set()
    for address, answer in found_pages(hostile):
        check(address, answer.text)
        seen += 1
        for payload in PAYLOADS:
            # By somebody else's escaping, but for one spelling.
            if html.escape(payload).replace("&#x27;", "&#39;").encode("utf-8", "replace").decode() in answer.text:
                shown.add(payload)
    assert seen > 20
    assert {payload for payload in PAYLOADS if "<" in payload or payload.startswith("java")} - shown == set(), "they are there, escaped"


def test_files_have_them_as_they_are(hostile):
    types = {row[0] for row in hostile.store.rows("SELECT DISTINCT recommendation_type FROM decision_recommendation_events")}
    answer = hostile.member("max").get("/telemetry/events.json?days=365&limit=200")
    assert {row["recommendation_type"] for row in answer.json["rows"]} == types and len(types) > 20
    assert answer.headers["Content-Type"] == "application/json"
    for name in ("override_rate", "recommendation_acceptance_rate"):
        chart = hostile.member("max").get(f"/telemetry/metrics/{name}.svg?group_by=explanation_version")
        assert b"<script" not in chart.body and chart.status in (200, 404)


def test_no_cell_of_a_file_is_a_formula(hostile):
    for path in ("/telemetry/events.csv?days=365", "/telemetry/outcomes.csv?days=365", "/telemetry/activity.csv?days=365", "/telemetry/metrics.csv?days=365"):
        answer = hostile.member("max").get(path)
        rows = list(csv.reader(io.StringIO(answer.text, newline="")))
        assert len(rows) > 20 and len({len(row) for row in rows}) == 1, path
        for cell in (cell for row in rows for cell in row):
            if not re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell):
                assert not re.match(r"[=+\-@\t\r＝＋－＠]", cell), (path, cell)
    cells = {cell for row in csv.reader(io.StringIO(hostile.member("max").get("/telemetry/events.csv?days=365").text, newline="")) for cell in row}
    assert {"'=1+1", "'@SUM(1)", "'＝1+1", '"=1"'} <= cells


def test_nothing_runs_in_a_browser(window, hostile):
    window.console(), window.requests()
    seen = 0
    kinds = {}
    for address, answer in found_pages(hostile):
        path = next((route.path for route in routes() if route.fits(address.partition("?")[0])), address)
        kinds[path] = kinds.get(path, 0) + 1
        if kinds[path] > 8 or answer.status != 200:
            continue
        window.open(address)
        assert not window.has_dialog(), address
        assert window.console() == [], address
        assert all(url.startswith(hostile.base) for url in window.requests()), address
        assert window.script("return [document.scripts.length, document.querySelectorAll('iframe, object, embed, base, img').length]") == [1, 0], address
        seen += 1
    assert seen > 10


def parameters():
    """What addresses may be asked, from the forms and links of pages, and some that they may not."""
    return ["days", "until", "from", "to", "tz", "sort", "limit", "after", "before", "around", "mark", "action", "type", "version", "signal", "admin", "warning",
            "confidence", "group_by", "filter", "compare", "interval", "status", "id", "group", "reason", "queue", "state", "text", "q", "next", "<b>"]


def test_parameters_paths_cookies_and_headers_are_repeated_as_texts(hostile):
    member = hostile.member("max")
    for payload in PAYLOADS:
        encoded = urllib.parse.quote(payload, safe="", errors="surrogatepass")
        query = "&".join(f"{urllib.parse.quote(name)}={encoded}" for name in parameters())
        twice = encoded.replace("%", "%25")
        for path in ("/telemetry/", "/telemetry/events/", "/telemetry/outcomes/", "/telemetry/activity/", "/telemetry/metrics/override_rate/", "/login", "/telemetry/definitions/"):
            for text in (query, twice, f"{encoded}={encoded}"):
                answer = member.get(f"{path}?{text}")
                if answer.headers["Content-Type"].startswith("text/html"):
                    check(path, answer.text)
                else:
                    assert answer.headers["Content-Type"] != "text/html"
        for path in (f"/telemetry/metrics/{encoded}/", f"/telemetry/{encoded}/", f"/telemetry/signals/{encoded}/", f"/telemetry/metrics/{twice}/", f"/{encoded}", f"/login/link/{encoded}"):
            answer = member.get(path)
            assert answer.status in (400, 404, 410), (path, answer)
            if answer.headers["Content-Type"].startswith("text/html"):
                check(path, answer.text)
        visible = payload.encode("ascii", "ignore").decode()
        for fields in ([("Cookie", f"alidade={visible}")], [("Referer", visible)], [("User-Agent", visible)], [("Accept-Language", visible)]):
            answer = hostile.visitor().get("/login", *fields)
            check("/login", answer.text)
            assert visible not in answer.text or visible in "{{7*7}}", fields


def test_links_to_odd_names_work(hostile):
    """From a list to what becomes of the event, whatever its id has in it."""
    seen = 0
    for address, answer in found_pages(hostile):
        for link in Document(answer.text).links() if answer.status == 200 and address.startswith("/telemetry/events") else ():
            if link.startswith("/telemetry/where/"):
                shown = hostile.member("max").get(link)
                assert shown.status == 200, (link, shown)
                check(link, shown.text)
                seen += 1
        if seen > 60:
            break
    assert seen or "/telemetry/where/" not in {route.path for route in routes()}
