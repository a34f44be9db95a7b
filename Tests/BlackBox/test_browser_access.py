"""Every page in Chromium: for whoever reads with other eyes, on other screens, with keys; and that nothing comes from or goes elsewhere."""
import functools
import re
import urllib.parse

import pytest
from selenium.webdriver.common.keys import Keys

from harness.browser import LOOKS
from harness.dashboard import crawl
from harness.routes import routes
from harness.waiting import wait_until


def shape(address):
    """Addresses of one kind are tried once: `/telemetry/signals/7/` and `/telemetry/signals/8/`."""
    path, _, query = address.partition("?")
    known = next((route.path for route in routes() if route.method == "GET" and route.fits(path)), path)
    return known, tuple(sorted({name for name in urllib.parse.parse_qs(query)} & {"group_by", "group", "state", "last"}))


@functools.cache
def pages(site, name):
    """One address of each kind that somebody is led to, and some that go wrong."""
    found = {}
    for address, answer in crawl(site.member(name)):
        if answer.status == 200 and answer.headers["Content-Type"].startswith("text/html"):
            found.setdefault(shape(address), address)
    return [*found.values(), "/telemetry/nothing/", "/telemetry/events/?days=x&actoin=1"]


def picture_name(address):
    return re.sub(r"[^a-z0-9_]+", "-", address.removeprefix("/telemetry").lower())[:60].strip("-") or "overview"


@pytest.fixture(scope="module")
def bare(make_dashboard):
    """The pages of a daemon that nothing has been sent to."""
    return make_dashboard().start()


@pytest.fixture(scope="module")
def bare_browser(make_browser, bare):
    return make_browser(bare)


@pytest.fixture(scope="module")
def window(browser, bare_browser, site, bare):
    return {"full": (browser, site), "empty": (bare_browser, bare)}


# Forms lead there, with what was selected.
BY_FORMS = {"/telemetry/quarantine/selection/"}


def test_links_lead_to_every_page_of_the_table(site):
    reached = {address.partition("?")[0] for address, answer in crawl(site.member("max"), most=600) if answer.status == 200} | BY_FORMS
    missing = [route.path for route in routes() if route.method == "GET" and not any(route.fits(path) for path in reached)]
    assert missing == []


def test_no_link_leads_nowhere(site):
    lost = [(address, answer.status) for address, answer in crawl(site.member("max"), most=600) if answer.status not in (200, 303, 308)]
    assert lost == []


@pytest.mark.parametrize("store, name", [("full", "max"), ("full", "ann"), ("empty", "max")])
def test_nobody_is_kept_out(window, store, name):
    """axe-core finds nothing on any page, in light and dark, wide and narrow; no page is wider than the window."""
    browser, site = window[store]
    browser.become(name)
    found = []
    # Each width and each colour scheme; all pairs of them would take twice as long and have found nothing more.
    looks = [(1280, False), (320, True)] if name == "max" else [(1280, False)]
    for address in [*pages(site, name), *(["/login"] if name == "max" else [])]:
        if address == "/login":
            browser.become(None)
        browser.show().open(address)
        for number, (width, dark) in enumerate(looks):
            browser.show(width, dark)
            broken = browser.axe(LOOKS if number else None)
            found += [f"{store} {name} {address} {width} {'dark' if dark else 'light'}: {line}" for line in broken]
            if browser.overflow() > 0:
                found.append(f"{store} {name} {address} {width}: {browser.overflow()} pixels too wide")
            if width == 1280 or dark is False:
                browser.picture(f"{store}-{name}-{picture_name(address)}-{width}{'-dark' if dark else ''}")
    assert not found, "\n".join(found)


def test_nothing_is_said_asked_for_elsewhere_or_left_behind(window):
    browser, site = window["full"]
    browser.become("max").show()
    addresses = pages(site, "max")
    browser.console(), browser.requests()
    for address in addresses:
        browser.open(address)
        said = [line for line in browser.console() if not ("Failed to load resource" in line and re.search("nothing/|actoin", line))]
        assert said == [], address
        asked = browser.requests()
        assert asked and all(url.startswith(site.base + "/") for url in asked), (address, asked)
        assert len([url for url in asked if "/live/" not in url]) <= 4, (address, asked)
        assert browser.storage() == ["", 0, 0, 0, 0], address


def test_the_console_is_heard(window):
    """What the test above goes by would hear a breach."""
    browser, site = window["full"]
    browser.become("max").open("/telemetry/")
    browser.console(), browser.requests()
    browser.script(
        "const s = document.createElement('script'); s.textContent = 'window.pwned = 1'; document.body.append(s);"
        "const i = document.createElement('img'); i.src = 'http://127.0.0.1:1/'; document.body.append(i);")
    heard = []

    def is_heard():
        heard.extend(browser.console())
        return any("script-src" in line for line in heard) and any("img-src" in line for line in heard)
    wait_until("both were reported", is_heard)
    assert browser.script("return window.pwned") is None


# Keys


def test_everything_is_reached_with_keys_and_seen(window):
    browser, site = window["full"]
    browser.become("max").show()
    for address in pages(site, "max"):
        browser.open(address)
        wanted = browser.script(
            "return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary, textarea, [tabindex=\"0\"]')]"
            ".filter(e => !e.disabled && e.checkVisibility()).length")
        browser.script("window.reached = new Set(); document.activeElement.blur(); window.dim = [];"
                       "document.addEventListener('focusin', event => { window.reached.add(event.target); const s = getComputedStyle(event.target);"
                       " const box = event.target.getBoundingClientRect();"
                       " if (!(s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) || box.width < 1) window.dim.push(event.target.outerHTML.slice(0, 120)); })")
        count = min(wanted + 3, 60)
        browser.tab(count)
        reached, dim = browser.script("return [window.reached.size, window.dim]")
        assert reached >= min(wanted, 57) - 1, (address, reached, wanted)
        assert dim == [], (address, dim[:3])


def test_tables_scroll_inside_themselves_by_keys(window):
    browser, _ = window["full"]
    browser.become("max").show(320).open("/telemetry/events/")
    place = browser.script(
        "const wide = [...document.querySelectorAll('.scroll')].find(e => e.scrollWidth > e.clientWidth + 40); wide.focus(); window.wide = wide;"
        "return [document.activeElement === wide, wide.scrollLeft]")
    assert place == [True, 0]
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    wait_until("the table had moved", lambda: browser.script("return window.wide.scrollLeft") > 0)
    assert browser.overflow() <= 0


def test_twice_as_large_is_no_wider(window):
    browser, site = window["full"]
    browser.become("max")
    for address in pages(site, "max"):
        # 1280 pixels at 200 % are 640 to the page.
        browser.show(640).open(address)
        assert browser.overflow() <= 0, address


# Other ways of showing


def test_without_movement(window):
    browser, site = window["full"]
    browser.become("max")
    moving = (
        "return [...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
        " return [s.transitionDuration, s.animationDuration].some(d => d.split(',').some(t => parseFloat(t) > 0.01)); }).map(e => e.tagName + '.' + e.className)")
    for address in pages(site, "max")[:8]:
        browser.show(reduced=True).open(address)
        assert browser.script(moving) == [], address
    browser.show()


def test_with_colours_of_the_reader(window):
    """Bars and lines are still told from the ground."""
    browser, site = window["full"]
    browser.become("max").show(forced=True).open("/telemetry/")
    same = browser.script(
        "const ground = getComputedStyle(document.body).backgroundColor;"
        "return [...document.querySelectorAll('.chart svg path')].filter(p => { const s = getComputedStyle(p);"
        " return (s.fill === ground || s.fill === 'none') && (s.stroke === ground || s.stroke === 'none'); }).map(p => p.getAttribute('class'))")
    assert same == []
    browser.picture("overview-forced-colours")
    browser.show()


def test_on_paper(window):
    browser, site = window["full"]
    browser.become("max").show(media="print", width=794).open("/telemetry/")
    hidden = browser.script("return ['nav.sections', '.account', 'footer .links'].filter(s => { const e = document.querySelector(s); return e && e.checkVisibility(); })")
    assert "nav.sections" not in hidden and ".account" not in hidden
    assert browser.script("return document.querySelector('h1').checkVisibility()") and browser.overflow() <= 0
    paper = browser.cdp("Page.printToPDF", printBackground=False)["data"]
    assert len(paper) > 10_000
    browser.show()


def test_without_a_stylesheet_it_reads_in_order(window):
    browser, site = window["full"]
    browser.become("max").open("/telemetry/")
    browser.script("document.querySelectorAll('link[rel=stylesheet]').forEach(link => link.remove())")
    order = browser.script(
        "return [...document.querySelectorAll('.skip, header.top nav, main h1, main h2, footer')].map(e => e.tagName)")
    assert order[0] == "A" and order[1] == "NAV" and order.index("H1") < order.index("H2") and order[-1] == "FOOTER"


def test_every_page_says_what_it_is(window):
    """One heading of the first level, in the title too; headings skip no level; tables have captions and heads."""
    browser, site = window["full"]
    browser.become("max").show()
    titles = {}
    for address in pages(site, "max"):
        browser.open(address)
        first, levels, tables, title, language = browser.script(
            "return [document.querySelectorAll('h1').length, [...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1]),"
            " [...document.querySelectorAll('table')].filter(t => !t.caption || !t.caption.textContent.trim() || !t.querySelector('th[scope=col]')).length,"
            " document.title, document.documentElement.lang]")
        assert first == 1 and tables == 0 and title.endswith(" · Alidade") and language == "en", (address, first, tables, title)
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), (address, levels)
        titles.setdefault(title, address)
    assert len(titles) >= 6
