"""Debian's Chromium, driven by its own driver."""
import base64
import json
import os
import pathlib
import subprocess
import urllib.parse

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from harness.waiting import wait_until

AXE = pathlib.Path(__file__).resolve().parents[1] / "axe/make"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What depends on colours and widths, and not on the document alone.
LOOKS = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable", "aria-hidden-focus"]
# Counts the streams of a page, before any script of it runs.
STREAMS = """
window.streams = [];
window.EventSource = class extends EventSource { constructor(url) { super(url); window.streams.push(this); } };
"""


def axe_source():
    done = subprocess.run([AXE], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"axe-core could not be had: {done.stderr}"
    return pathlib.Path(done.stdout.strip()).read_text()


class Browser:
    """One window. What its pages say on the console and ask of the network is kept."""

    _axe = None

    def __init__(self, folder, site, *arguments):
        self.folder, self.site = pathlib.Path(folder), site
        self.folder.mkdir(parents=True, exist_ok=True)
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for argument in (
                "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,900", "--disable-dev-shm-usage", "--lang=en",
                "--disable-background-networking", "--no-first-run", *arguments):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.set_capability("unhandledPromptBehavior", "ignore")
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver", log_path=str(self.folder / "driver.log")))
        self.driver.set_page_load_timeout(120)
        self.cdp("Network.enable")
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source=STREAMS)

    def close(self):
        self.driver.quit()

    def cdp(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    # Pages

    def open(self, address):
        """Follows redirects, as a person who types it."""
        self.driver.get(urllib.parse.urljoin(self.site.base, address))
        return self

    @property
    def address(self):
        """Without the origin."""
        url = urllib.parse.urlsplit(self.driver.current_url)
        return url.path + (f"?{url.query}" if url.query else "")

    def become(self, name):
        """Somebody who is signed in, without the page for it; nobody for None."""
        self.cdp("Network.clearBrowserCookies")
        for key, value in (self.site.member(name).cookies.items() if name else ()):
            self.cdp("Network.setCookie", name=key, value=value, url=self.site.base, httpOnly=True, sameSite="Lax")
        return self

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def link(self, text):
        return self.driver.find_element(By.LINK_TEXT, text)

    def text(self, selector="body"):
        """What a person reads; nothing while the page is being replaced."""
        try:
            return self.find(selector).text
        except (NoSuchElementException, StaleElementReferenceException):
            return ""

    def await_text(self, selector, words, limit=30):
        """Until the element has these words, or a condition holds for its text."""
        holds = words if callable(words) else lambda text: words in text
        wait_until(f"{selector} said {words}", lambda: holds(self.text(selector)), limit)
        return self.text(selector)

    def await_address(self, address, limit=30):
        wait_until(f"the browser was at {address}", lambda: self.address == address, limit)

    def press(self, *keys):
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def tab(self, count=1):
        self.press(*[Keys.TAB] * count)

    def sign_in(self, name, password):
        self.find("[name=name]").clear()
        self.find("[name=name]").send_keys(name)
        self.find("[name=password]").send_keys(password)
        self.find("form button").click()

    # How it is shown

    def show(self, width=1280, dark=False, reduced=False, forced=False, media="", height=900):
        features = {
            "prefers-color-scheme": "dark" if dark else "light", "prefers-reduced-motion": "reduce" if reduced else "no-preference",
            "forced-colors": "active" if forced else "none"}
        self.cdp("Emulation.setEmulatedMedia", media=media, features=[{"name": name, "value": value} for name, value in features.items()])
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        return self

    def javascript(self, is_on):
        self.cdp("Emulation.setScriptExecutionDisabled", value=not is_on)

    def overflow(self):
        """By how many pixels the page is wider than the window."""
        return self.script("return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth")

    def picture(self, name):
        """The whole page, for who wants to look at it and names a folder in ALIDADE_TEST_PICTURES. Drawing it takes longer than testing it."""
        folder = os.environ.get("ALIDADE_TEST_PICTURES")
        if not folder:
            return
        size = self.cdp("Page.getLayoutMetrics")["cssContentSize"]
        shot = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip={
            "x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 6000), "scale": 1})
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        (pathlib.Path(folder) / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))

    # What is wrong

    def axe(self, rules=None):
        """The rules that the page breaks, of these or of all, each with where."""
        Browser._axe = Browser._axe or axe_source()
        if not self.script("return typeof window.axe === 'object'"):
            self.script(Browser._axe)
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']}).then(r => done(r.violations), e => done([{id: String(e), nodes: []}]));", rules or TAGS)
        return [f"{rule['id']}: {', '.join(node['target'][0] for node in rule['nodes'][:3])}"
                + ("; " + rule["nodes"][0].get("failureSummary", "").split("\n")[-1].strip() if rule["nodes"] else "") for rule in found]

    def console(self):
        """What has been said since it was last asked."""
        return [f"{entry['level']} {entry['message']}" for entry in self.driver.get_log("browser")]

    def requests(self):
        """Every address that was asked for since it was last asked."""
        events = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def storage(self):
        """What a page has left in the browser."""
        return self.driver.execute_async_script(
            "const done = arguments[0]; Promise.all([indexedDB.databases(), caches.keys()]).then(([bases, kept]) => done("
            "[document.cookie, localStorage.length, sessionStorage.length, bases.length, kept.length]));")

    def streams(self):
        """Of each stream that the page has opened: whether it is still open."""
        return self.script("return window.streams.map(stream => stream.readyState !== 2)")

    def has_dialog(self):
        try:
            self.driver.switch_to.alert.dismiss()
            return True
        except Exception:  # no such alert
            return False
