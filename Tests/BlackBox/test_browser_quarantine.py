"""Work on quarantine in Chromium, as an operator does it: from a group to a message, a dry run, a replay, a discard; and who may not."""
import json
import re
import urllib.parse

import pytest

from harness.events import Maker
from harness.waiting import wait_until


@pytest.fixture(scope="module")
def work(make_dashboard):
    """Pages with quarantined messages of two faults, made as producers make them."""
    site = make_dashboard().start()
    maker = Maker(seed=21)
    for _ in range(4):
        site.host.publish("intelligence", json.dumps(maker.recommendation_document(action_taken="APPROVED")).encode())
    for _ in range(3):
        site.host.publish("profiler", json.dumps(maker.profiler_document(user_id=None)).encode())
    wait_until("seven were refused", lambda: len(site.store.quarantined()) == 7 if site.store.path.exists() else False)
    site.maker = maker
    return site


@pytest.fixture(scope="module")
def window(make_browser, work):
    return make_browser(work)


def resolutions(work):
    return work.store.rows("SELECT quarantine_id, action, note FROM quarantine_resolutions ORDER BY quarantine_id")


def open_group(window, words):
    window.open("/telemetry/quarantine/")
    row = next(row for row in window.all("tbody tr") if words in row.text)
    return row


def finished(window):
    """The page of an operation, once it is over."""
    wait_until("the operation's page was there", lambda: "/telemetry/operations/" in window.address)

    def is_over():
        window.driver.refresh()
        return not window.all("form[action$='/stop']")
    wait_until("the operation was over", is_over)
    return window.text("main")


def test_from_a_group_to_the_marked_value(window, work):
    window.become("olga")
    open_group(window, "/action_taken").find_element("css selector", "td:nth-child(2) a").click()
    wait_until("the message was there", lambda: re.fullmatch(r"/telemetry/quarantine/\d+/", window.address))
    assert "/action_taken" in window.text("ol")
    marked = window.all("pre mark")
    assert [found.text for found in marked] == ['"APPROVED"'], "the value of the pointer and nothing else"
    body = work.member("olga").get(window.address.rstrip("/") + "/body")
    assert body.status == 200 and body.headers["Content-Type"] == "application/octet-stream"
    assert body.body in [stored for stored, _ in work.store.quarantined()], "exactly these bytes"


def test_a_dry_run_changes_nothing_and_a_replay_leaves_what_is_still_refused(window, work):
    window.become("olga")
    open_group(window, "/action_taken").find_element("link text", "Work on it").click()
    wait_until("the selection was frozen", lambda: "max=" in window.address and "expected=4" in window.address)
    assert "4 messages" in window.text("h1")
    # One that comes later is not in it.
    work.host.publish("intelligence", json.dumps(work.maker.recommendation_document(action_taken="APPROVED")).encode())
    wait_until("it was refused", lambda: len(work.store.quarantined()) == 8)
    window.driver.refresh()
    assert "1 message like these came since" in window.text(".banner") and "4 messages" in window.text("h1")
    next(button for button in window.all("button") if button.text.startswith("Dry run")).click()
    assert "unknown_value" in finished(window) or "refused" in window.text("main")
    assert resolutions(work) == []
    window.driver.back()
    next(button for button in window.all("button") if button.text.startswith("Replay")).click()
    finished(window)
    assert resolutions(work) == [], "today's checks refuse them as before"


def test_discarding_needs_a_reason_and_takes_exactly_what_was_selected(window, work):
    window.become("olga")
    open_group(window, "/user_id").find_element("link text", "Work on it").click()
    wait_until("the selection was frozen", lambda: "expected=3" in window.address)
    work.host.publish("profiler", json.dumps(work.maker.profiler_document(user_id=None)).encode())
    wait_until("one more was refused", lambda: work.store.value("SELECT count(*) FROM quarantine WHERE queue LIKE 'profiler%'") == 4)
    button = window.find("button.danger")
    button.click()
    assert "/selection/" in window.address and resolutions(work) == [], "the browser asks for the reason"
    form = button.find_element("xpath", "./ancestor::form")
    fields = {field.get_attribute("name"): field.get_attribute("value") for field in form.find_elements("css selector", "input")}
    member = work.member("olga")
    refused = member.post("/telemetry/quarantine/selection/", {**fields, "note": " "})
    assert refused.status == 400 and "A reason is needed" in refused.text and resolutions(work) == []
    for change in ({"expected": "2"}, {"max": "999999"}, {"action": "replay"}, {"token": fields["token"][:-1] + "0"}, {"token": ""}, {"reason": "not_json"}):
        forged = member.post("/telemetry/quarantine/selection/", {**fields, "note": "x", **change})
        assert forged.status in (400, 403), (change, forged)
    assert work.member("max").post("/telemetry/quarantine/selection/", {**fields, "note": "x"}).status == 403, "a form of somebody else"
    for name in ("ann", "rob"):
        assert work.member(name).post("/telemetry/quarantine/selection/", {**fields, "note": "x"}).status == 403
    assert resolutions(work) == []
    form.find_element("css selector", "[name=note]").send_keys("the <b>form</b> was empty")
    button.click()
    finished(window)
    done = resolutions(work)
    assert len(done) == 3 and {(action, note) for _, action, note in done} <= {("discarded", "the <b>form</b> was empty"), ("discard", "the <b>form</b> was empty")}
    # A second click is answered with what the first one did.
    again = member.post("/telemetry/quarantine/selection/", {**fields, "note": "the <b>form</b> was empty"})
    assert again.status == 303 and urllib.parse.urlsplit(again.location).path == window.address.partition("?")[0]
    assert resolutions(work) == done
    shown = member.get("/telemetry/quarantine/?state=all&group=none").text
    assert shown.count("discarded by olga") + shown.count("discard by olga") >= 3


def test_an_analyst_sees_sentences_and_no_button(window, work):
    window.become("ann").open("/telemetry/quarantine/")
    assert "/action_taken" in window.text("main")
    assert not [found for found in window.all("main a, main button") if re.search("Work on|Replay|Discard", found.text)]
    assert window.all("main form[method=post]") == []
    for path in ("/telemetry/quarantine/1/", "/telemetry/quarantine/1/body", "/telemetry/quarantine/selection/", "/telemetry/operations/", "/telemetry/operations/1/"):
        assert work.member("ann").get(path).status == 403, path


def test_the_log_says_who_did_what_to_auditors(window, work):
    window.become("rob").open("/telemetry/operations/")
    text = window.text("main")
    assert "olga" in text and "discard" in text and "dry" in text.lower()
    rows = work.member("rob").get("/telemetry/operations.json").json["rows"]
    assert {"discard", "replay", "dry_run", "export", "login"} <= {row["action"] for row in rows}
    with work.store.open() as connection:
        dump = "\n".join(line for line in connection.iterdump() if "operations" in line.split("(")[0])
    assert "APPROVED" not in dump, "ids and counts, never bodies"
    assert work.store.append_only() and {"operations"} <= set(work.store.append_only())


def test_a_value_is_revealed_once_with_a_reason_that_is_kept(window, work):
    document = work.maker.profiler_document(
        session_id="of-a-person", user_id="person-7351", completion_status="finished", value_statement="something private",
        device_browser={"ip_address": "198.51.100.77", "device_fingerprint": "finger-9912", "user_agent": "Mozilla/5.0"})
    work.host.publish("profiler", json.dumps(document).encode())
    path = "/telemetry/sessions/of-a-person/"
    wait_until("the session was there", lambda: work.member("ann").get(path).status == 200)
    secrets = ("person-7351", "something private", "198.51.100.77", "finger-9912")
    for name in ("ann", "olga"):
        text = work.member(name).get(path).text
        assert not [secret for secret in secrets if secret in text], name
    assert work.member("ann").post(f"{path}reveal", {"reason": "curiosity", "note": "curiosity"}).status == 403
    count = work.store.value("SELECT count(*) FROM operations WHERE action = 'reveal'")
    window.become("olga").open(path)
    form = window.find("form[action$='/reveal']")
    form.find_element("css selector", "input:not([type=hidden])").send_keys("asked by the person, ticket 12")
    form.find_element("css selector", "button").click()
    wait_until("the value was shown", lambda: "something private" in window.driver.page_source)
    assert work.store.value("SELECT count(*) FROM operations WHERE action = 'reveal'") == count + 1
    window.open(path)
    assert "something private" not in window.driver.page_source


def test_a_quarantined_message_shows_personal_values_for_a_reason_only(window, work):
    document = work.maker.profiler_document(
        session_id="refused-person", user_id="person-8462", completion_status="unheard of",
        device_browser={"ip_address": "198.51.100.78", "user_agent": "Mozilla/5.0"})
    body = json.dumps(document).encode()
    for bytes_ in (body, body[:-5]):
        work.host.publish("profiler", bytes_)
    found = "SELECT id FROM quarantine WHERE instr(body, 'person-8462') ORDER BY length(body) DESC"
    wait_until("both were refused", lambda: len(work.store.rows(found)) == 2)
    whole, cut = (row[0] for row in work.store.rows(found))
    secrets = ("person-8462", "198.51.100.78")
    for number in (whole, cut):
        text = work.member("olga").get(f"/telemetry/quarantine/{number}/").text
        assert not [secret for secret in secrets if secret in text]
    window.become("olga").open(f"/telemetry/quarantine/{whole}/")
    assert [found.text for found in window.all("pre mark")] == ['"unheard of"'] and "pers•••" in window.text("pre")
    for number in (whole, cut):
        window.open(f"/telemetry/quarantine/{number}/")
        window.find("form[action$='/reveal'] input:not([type=hidden])").send_keys("the producer asked, ticket 13")
        window.find("form[action$='/reveal'] button").click()
        wait_until("the values were shown", lambda: all(secret in window.driver.page_source for secret in secrets))
    kept = work.store.rows("SELECT detail, note FROM operations WHERE action = 'reveal' AND note LIKE '%ticket 13' ORDER BY id")
    assert [json.loads(detail) for detail, _ in kept] == [{"quarantine_id": whole}, {"quarantine_id": cut}]
    window.open(f"/telemetry/quarantine/{whole}/")
    assert "person-8462" not in window.driver.page_source
