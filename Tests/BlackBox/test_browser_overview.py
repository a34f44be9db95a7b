"""The overview in Chromium while events arrive: numbers that move, tabs that are not seen, and a daemon that comes and goes."""
import json

import pytest

from harness.dashboard import PASSWORD
from harness.events import Maker
from harness.waiting import wait_until


@pytest.fixture(scope="module")
def live(make_dashboard, generated):
    return make_dashboard({"dashboard": {"refresh_seconds": 1}}, template=generated).start()


@pytest.fixture(scope="module")
def window(make_browser, live):
    return make_browser(live)


@pytest.fixture(scope="module")
def maker():
    return Maker(seed=5)


@pytest.fixture(autouse=True)
def on_the_overview(window):
    while len(window.driver.window_handles) > 1:
        window.driver.close()
        window.driver.switch_to.window(window.driver.window_handles[0])
    window.become("ann").open("/telemetry/")
    yield


def publish_case(live, maker, number):
    """Somebody sees a recommendation and accepts it: one more of each."""
    for action in ("VIEWED", "ACCEPTED"):
        document = maker.recommendation_document(
            action_taken=action, risk_signal_id=9_000_000 + number, recommendation_type="live", explanation_version="v2")
        live.host.publish("intelligence", json.dumps(document).encode())


def seen(window):
    return window.text("[data-live='acceptance.7d.of']")


def counts(text):
    part, whole = text.replace(",", "").split(" of ")
    return int(part), int(whole)


def test_cards_lead_to_their_metrics_and_definitions(window):
    for metric in ("override_rate", "false_positive_rate", "average_decision_time", "outcome_distribution", "result_acceptance_rate"):
        card = next(card for card in window.all(".panel") if card.find_elements("css selector", f"h2 a[href^='/telemetry/metrics/{metric}/']"))
        assert any(character.isdigit() for character in card.text), metric
        assert card.find_elements("css selector", f"a.what[href='/telemetry/definitions/#{metric}']"), metric
    window.find("a.what[href='/telemetry/definitions/#override_rate']").click()
    window.await_address("/telemetry/definitions/")
    assert window.script("return document.getElementById('override_rate').getBoundingClientRect().top < window.innerHeight")
    window.link("override_rate").click()
    window.await_address("/telemetry/metrics/override_rate/")


def test_a_number_moves_when_an_event_arrives_and_nothing_else_does(window, live, maker):
    before = counts(seen(window))
    wait_until("the stream was open", lambda: window.streams()[-1:] == [True])
    window.script("document.querySelector('a.what').focus(); window.scrollTo(0, 120); window.kept = document.querySelector('h1');")
    publish_case(live, maker, 1)
    window.await_text("[data-live='acceptance.7d.of']", lambda text: counts(text) == (before[0] + 1, before[1] + 1), limit=5)
    assert window.script("return [document.activeElement.className, window.scrollY, window.kept === document.querySelector('h1')]") == ["what", 120, True]
    shown = seen(window)
    window.open("/telemetry/")
    assert seen(window) == shown, "the same words as a page that is loaded anew"


def test_focus_stays_over_ten_updates(window, live, maker):
    wait_until("the stream was open", lambda: window.streams()[-1:] == [True])
    window.script("document.querySelector('.account button').focus()")
    for number in range(10):
        before = seen(window)
        publish_case(live, maker, 100 + number)
        window.await_text("[data-live='acceptance.7d.of']", lambda text, before=before: text != before)
        assert window.script("return document.activeElement.textContent") == "Sign out"


def test_pause_holds_the_numbers(window, live, maker):
    button = next(found for found in window.all("#state button") if found.text == "Pause")
    button.click()
    assert not any(window.streams())
    before = seen(window)
    publish_case(live, maker, 2)
    other = live.member("max")
    wait_until("the page said more", lambda: before.encode() not in other.get("/telemetry/").body)
    assert seen(window) == before
    button.click()
    window.await_text("[data-live='acceptance.7d.of']", lambda text: text != before)


def test_a_frozen_page_does_not_move(window):
    window.link("Frozen link").click()
    wait_until("the page was frozen", lambda: "until=" in window.address)
    assert window.streams() == [] and not [found for found in window.all("#state button") if found.text == "Pause"]


def test_a_tab_that_is_not_seen_has_no_stream_and_seven_load(window):
    first = window.driver.current_window_handle
    for number in range(6):
        window.driver.switch_to.new_window("tab")
        window.cdp("Page.addScriptToEvaluateOnNewDocument", source=(
            "window.streams = []; window.EventSource = class extends EventSource { constructor(url) { super(url); window.streams.push(this); } };"))
        window.open("/telemetry/")
        assert "Overview" in window.driver.title and counts(seen(window))[1] > 0, f"tab {number + 2} loads"
    assert len(window.driver.window_handles) == 7
    # What a browser does with a tab that is put behind another.
    window.script("Object.defineProperty(document, 'hidden', {get: () => true, configurable: true}); document.dispatchEvent(new Event('visibilitychange'));")
    wait_until("the stream was closed", lambda: not any(window.streams()))
    window.script("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'));")
    wait_until("it was open again", lambda: window.streams()[-1])
    window.driver.switch_to.window(first)
    assert counts(seen(window))[1] > 0


def test_a_daemon_that_is_gone_is_said_and_a_new_one_found(window, live):
    window.open("/telemetry/?tz=Europe/Vienna")
    wait_until("the stream was open", lambda: window.streams()[-1:] == [True])
    live.daemon.kill()
    window.await_text("[data-live=state]", lambda text: text.startswith("Offline since"))
    assert "bad" in window.find("#state .dot").get_attribute("class")
    live.start()
    # Sessions ended with the daemon.
    wait_until("the login came", lambda: window.address == "/login?next=%2Ftelemetry%2F%3Ftz%3DEurope%2FVienna")
    window.sign_in("ann", PASSWORD)
    window.await_address("/telemetry/?tz=Europe/Vienna")
    window.await_text("[data-live=state]", "Consuming")
    wait_until("the stream was open", lambda: window.streams()[-1:] == [True])


def test_a_pause_of_ingest_is_said(window, live):
    with live.store.open("rw") as connection:
        connection.execute("BEGIN IMMEDIATE")
        live.host.publish("intelligence", json.dumps(Maker(seed=6).view_document()).encode())
        window.await_text("[data-live=state]", lambda text: text.startswith("Not consuming"))
        connection.execute("ROLLBACK")
    window.await_text("[data-live=state]", "Consuming")


def test_streams_are_few_and_who_is_signed_out_hears_no_more(window, live):
    client = live.visitor()
    client.login("olga", PASSWORD)
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items()), "Host": live.address}
    open_streams = []
    for _ in range(40):
        connection = client.connect()
        connection.request("GET", "/telemetry/live/stream?page=overview", headers=cookie)
        answer = connection.getresponse()
        open_streams.append((connection, answer))
    statuses = [answer.status for _, answer in open_streams]
    assert set(statuses) == {200, 503} and statuses.count(200) <= 32
    full = next(answer for _, answer in open_streams if answer.status == 503)
    assert full.headers["Retry-After"]
    for connection, answer in open_streams[1:]:
        connection.close()
    client.post("/logout")
    heard = b""
    while line := open_streams[0][1].readline():
        heard += line
    assert heard.rstrip().endswith(b"event: bye\ndata: {}")
