"""Coming in and going out in Chromium: with the mouse, with keys alone, without scripts, and from pages of somebody else."""
import http.server
import threading

import pytest
from selenium.webdriver.common.keys import Keys

from harness.dashboard import PASSWORD
from harness.waiting import wait_until


@pytest.fixture(autouse=True)
def nobody(browser):
    browser.become(None).show()
    browser.javascript(True)
    yield
    browser.javascript(True)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_person_comes_in_goes_out_and_does_not_come_back_by_the_back_button(browser, scripts):
    browser.javascript(scripts)
    browser.open("/telemetry/outcomes/?days=7")
    browser.await_address("/login?next=%2Ftelemetry%2Foutcomes%2F%3Fdays%3D7")
    browser.sign_in("ann", "not the password")
    browser.await_text("[role=alert]", "The name or the password is wrong.")
    assert browser.find("[name=name]").get_attribute("value") == "ann" and browser.find("[name=password]").get_attribute("value") == ""
    browser.sign_in("ann", PASSWORD)
    browser.await_address("/telemetry/outcomes/?days=7")
    assert "ann" in browser.text(".account")
    browser.open("/telemetry/events/")
    browser.find(".account button").click()
    browser.await_address("/login")
    browser.driver.back()
    wait_until("Back led to the login", lambda: browser.address.startswith("/login"))
    assert "Administrator" not in browser.text()
    browser.open("/telemetry/events/")
    assert browser.address == "/login?next=%2Ftelemetry%2Fevents%2F"


def test_with_keys_alone(browser):
    browser.open("/telemetry/")
    assert browser.script("return document.activeElement.name") == "name"
    browser.press("ann")
    browser.tab()
    browser.press(PASSWORD, Keys.ENTER)
    browser.await_address("/telemetry/")
    browser.tab()
    assert browser.script("return document.activeElement.className") == "skip"
    assert browser.script("const box = document.activeElement.getBoundingClientRect(); return box.top >= 0 && box.left >= 0 && box.height > 10")
    browser.press(Keys.ENTER)
    wait_until("the content had the focus", lambda: browser.script("return document.activeElement.id") == "content")
    # To Recommendations by keys, and out again.
    browser.open("/telemetry/")
    for _ in range(40):
        browser.tab()
        if browser.script("return document.activeElement.textContent") == "Recommendations":
            break
    browser.press(Keys.ENTER)
    browser.await_address("/telemetry/events/")
    for _ in range(40):
        browser.tab()
        if browser.script("return document.activeElement.textContent") == "Sign out":
            break
    browser.press(Keys.ENTER)
    browser.await_address("/login")


def test_a_session_that_is_over_asks_for_a_login_and_leads_back(browser, site):
    browser.become("ann").open("/telemetry/activity/?days=30")
    site.member("ann").post("/logout")
    site._members.pop("ann")
    browser.link("7 days").click()
    wait_until("the login came", lambda: browser.address.startswith("/login?next="))
    browser.sign_in("ann", PASSWORD)
    browser.await_address("/telemetry/activity/?days=7")


def test_a_link_signs_in_by_a_button(browser, site):
    done = site.daemon.run("staff", "link", "olga")
    path = done.stdout.strip()[len(site.base):]
    browser.open(path)
    assert "Sign in as olga" in browser.text("h1")
    browser.find("form button").click()
    browser.await_address("/telemetry/")
    browser.become(None).open(path)
    assert "no longer works" in browser.text("h1")


def test_nothing_of_a_login_is_left_in_the_browser(browser):
    browser.open("/login")
    browser.sign_in("ann", PASSWORD)
    browser.await_address("/telemetry/")
    assert browser.storage() == ["", 0, 0, 0, 0]
    cookie, = browser.cdp("Network.getCookies")["cookies"]
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"], cookie["session"]) == ("alidade", True, "Lax", True)


# Pages of somebody else


class Foreign:
    """A server with one page."""

    def __init__(self, page):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://localhost:{self.server.server_port}/"

    def __enter__(self):
        return self.url

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def test_no_page_stands_in_a_frame_of_another(browser, site):
    browser.become("max")
    for path in ("/telemetry/", "/login", "/telemetry/nothing/", "/telemetry/events.json"):
        with Foreign(f"<iframe id=f src='{site.base}{path}'></iframe><p>around</p>") as url:
            browser.console()
            browser.driver.get(url)
            wait_until("the browser refused the frame", lambda: any("frame-ancestors" in line or "X-Frame-Options" in line for line in browser.console()))
            browser.driver.switch_to.frame("f")
            assert "Alidade" not in browser.driver.page_source
            browser.driver.switch_to.default_content()


def test_forms_of_another_page_do_nothing(browser, site):
    browser.become("max")
    form = f"<form method=post action='{site.base}/logout'><button>go</button></form>"
    with Foreign(form) as url:
        for start in (url, "data:text/html," + form.replace(" ", "%20")):
            browser.driver.get(start)
            browser.find("button").click()
            browser.await_text("h1", "This came from another page")
    assert site.member("max").get("/telemetry/").status == 200
    # Nor can it read: what a script of another origin fetches is kept from it.
    with Foreign("<p>around</p>") as url:
        browser.driver.get(url)
        outcome = browser.driver.execute_async_script(
            "const done = arguments[1]; fetch(arguments[0], {credentials: 'include'}).then(r => r.text()).then(done, e => done('refused'));",
            f"{site.base}/telemetry/events.json")
        assert outcome == "refused"


def test_another_name_for_this_machine_shows_nothing(make_browser, site):
    browser = make_browser(site, "--host-resolver-rules=MAP evil.example 127.0.0.1")
    port = site.address.rpartition(":")[2]
    for path in ("/telemetry/", "/login", "/telemetry/events.json"):
        browser.driver.get(f"http://evil.example:{port}{path}")
        assert "not served here" in browser.text() and "Sign in" not in browser.text()
