"""Lists in Chromium: sorting, filters, pages to both ends, jumps, addresses that are the whole state, with scripts and without."""
import datetime
import json
import re
import urllib.parse

import pytest

from harness.events import Maker
from harness.waiting import wait_until

WINDOW = "?days=30"


@pytest.fixture(autouse=True)
def reset(browser):
    browser.javascript(True)
    browser.become("ann").show()
    yield
    browser.javascript(True)


def cells(browser, column):
    """The texts of a column, by its head."""
    heads = [head.strip(" ↑↓") for head in browser.script("return [...document.querySelectorAll('.panel:last-of-type thead th')].map(th => th.textContent)")]
    return browser.script(
        "return [...document.querySelectorAll('.panel:last-of-type tbody tr')].map(row => row.cells[arguments[0]].textContent)", heads.index(column))


def ids(browser):
    return browser.script(
        "return [...document.querySelectorAll('.panel:last-of-type tbody tr td:last-child a')].map(a => a.title)")


def heads(browser):
    """What the list sorts by: the text of each head that is a link."""
    return browser.script("return [...document.querySelectorAll('.panel:last-of-type thead th a')].map(a => a.textContent.replace(/ [↑↓]/, ''))")


@pytest.mark.parametrize("path, scripts", [("/telemetry/events/", True), ("/telemetry/outcomes/", False), ("/telemetry/activity/", True)])
def test_every_head_sorts_both_ways(browser, path, scripts):
    browser.javascript(scripts)
    browser.open(path + WINDOW)
    names = browser.all(".panel:last-of-type thead th a")
    assert len(names) >= 4
    for number in range(len(names)):
        firsts = []
        for _ in range(2):
            head = browser.all(".panel:last-of-type thead th a")[number]
            head.click()
            sort = urllib.parse.parse_qs(urllib.parse.urlsplit(browser.address).query)["sort"][0]
            cell = browser.all(".panel:last-of-type thead th")
            sorted_heads = [found for found in cell if found.get_attribute("aria-sort")]
            assert len(sorted_heads) == 1 and sorted_heads[0].get_attribute("aria-sort") in ("ascending", "descending")
            firsts.append((sort, sorted_heads[0].get_attribute("aria-sort")))
        (one, direction), (other, opposite) = firsts
        assert {one, other} == {one.lstrip("-"), "-" + one.lstrip("-")} and direction != opposite


def test_pages_lead_to_both_ends_and_back(browser):
    browser.open("/telemetry/outcomes/?days=30&limit=100")
    pages = [ids(browser)]
    while browser.driver.find_elements("link text", "Next"):
        browser.link("Next").click()
        pages.append(ids(browser))
        assert len(pages) < 60
    assert len(pages) >= 3 and all(len(page) == 100 for page in pages[:-1])
    everything = [found for page in pages for found in page]
    assert len(set(everything)) == len(everything)
    for page in reversed(pages[:-1]):
        browser.link("Previous").click()
        assert ids(browser) == page
    browser.link("Last →").click()
    assert ids(browser) == everything[-len(ids(browser)):]
    browser.link("← First").click()
    assert ids(browser) == pages[0]


def unfold(browser):
    """Opens the form of filters, which is folded where nothing is filtered."""
    browser.find("details.filter summary").click()


def test_filters_are_kept_in_the_address_and_in_the_form(browser, make_browser, site):
    browser.open("/telemetry/events/" + WINDOW)
    unfold(browser)
    browser.find("form.filters [name=action][value=OVERRIDDEN]").click()
    browser.find("form.filters [name=version][value=v2]").click()
    browser.find("form.filters button").click()
    wait_until("the filter counted", lambda: "action=OVERRIDDEN" in browser.address)
    assert set(cells(browser, "Action")) == {"overridden"} and set(cells(browser, "Version")) == {"v2"}
    assert browser.find("[name=action][value=OVERRIDDEN]").is_selected() and browser.find("[name=version][value=v2]").is_selected()
    assert "signal=" not in browser.address, "empty fields stay out of the address"
    address, shown = browser.address, ids(browser)
    browser.driver.refresh()
    assert (browser.address, ids(browser)) == (address, shown)
    # Somebody else who gets the address sees the same.
    other = make_browser(site).become("olga").open(address)
    assert ids(other) == shown
    other.close()
    browser.link("Without filters").click()
    assert set(cells(browser, "Action")) > {"overridden"}
    browser.driver.back()
    assert ids(browser) == shown
    # An administrator is a filter, too.
    admin = cells(browser, "Administrator")[0]
    browser.find(".panel:last-of-type tbody tr td:nth-child(4) a").click()
    assert f"admin={admin}" in browser.address and set(cells(browser, "Administrator")) == {admin}


def test_without_scripts_a_filter_with_empty_fields_works(browser):
    browser.javascript(False)
    browser.open("/telemetry/events/" + WINDOW)
    unfold(browser)
    browser.find("form.filters [name=action][value=ACCEPTED]").click()
    browser.find("form.filters button").click()
    wait_until("the filter counted", lambda: "action=ACCEPTED" in browser.address)
    assert set(cells(browser, "Action")) == {"accepted"}
    browser.link("Next").click()
    assert set(cells(browser, "Action")) == {"accepted"} and "action=ACCEPTED" in browser.address


def test_a_jump_to_a_day(browser):
    day = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=12)).date().isoformat()
    browser.open("/telemetry/events/" + WINDOW)
    unfold(browser)
    browser.find("form.filters [name=around]").send_keys(day)
    browser.find("form.filters button").click()
    wait_until("the list was there", lambda: "around=" in browser.address)
    times = cells(browser, "Time")
    assert times[0][:10] == day and times == sorted(times, reverse=True), "the newest of that day is the first"
    browser.link("Previous").click()
    assert cells(browser, "Time")[-1][:10] > day


def test_what_arrives_is_told_and_rows_stay(browser, site):
    browser.open("/telemetry/activity/?days=30&limit=25")
    browser.link("Next").click()
    shown = ids(browser)
    maker = Maker(seed=9)
    for _ in range(3):
        site.host.publish("intelligence", json.dumps(maker.view_document()).encode())
    site.store.await_received(site.store.tally()["received"])

    browser.await_text("#new", "3 new events")
    assert ids(browser) == shown and "mark=" in browser.address
    browser.driver.refresh()
    assert browser.text("#new") == "3 new events" and ids(browser) == shown
    browser.link("3 new events").click()
    assert ids(browser)[:3] and "new events" not in browser.text() and set(ids(browser)[:25]) & {event for event in ids(browser)}
    assert "after=" not in browser.address


def test_what_arrives_is_told_for_what_the_list_filters_by(browser, site):
    """Also on its first page, whose address does not say what had arrived; no row moves for it, and nothing takes the focus."""
    browser.open("/telemetry/activity/?days=30&admin=424242")
    focus = browser.find("footer a")
    browser.script("arguments[0].focus()", focus)
    assert browser.text("#new") == "" and "mark=" not in browser.address
    wait_until("the stream was open", lambda: browser.streams()[-1:] == [True])
    place = browser.script("return [scrollY, document.querySelector('footer').getBoundingClientRect().top]")
    maker = Maker(seed=10)
    for admin in (424242, 424243, 424242):
        document = maker.view_document()
        document["admin_user_id"] = admin
        site.host.publish("intelligence", json.dumps(document).encode())
    browser.await_text("#new", "2 new events")
    assert browser.script("return [scrollY, document.querySelector('footer').getBoundingClientRect().top]") == place
    assert browser.script("return document.activeElement === arguments[0]", focus)
    browser.link("2 new events").click()
    assert len(ids(browser)) == 2 and browser.text("#new") == ""


@pytest.mark.parametrize("zone", ["Europe/Vienna", "Pacific/Kiritimati"])
def test_times_are_in_the_zone_of_the_page_whatever_the_browser_is_in(browser, zone):
    browser.cdp("Emulation.setTimezoneOverride", timezoneId="America/St_Johns")
    try:
        browser.open(f"/telemetry/events/?days=7&tz={zone}")
        pairs = browser.script("return [...document.querySelectorAll('tbody time')].map(time => [time.dateTime, time.textContent])")
        assert len(pairs) > 20
        for exact, shown in pairs:
            local = browser.script(
                "return new Date(arguments[0]).toLocaleString('sv-SE', {timeZone: arguments[1]})", exact[:19] + "Z", zone)
            assert local == shown, (exact, shown)
        assert f"times in {zone}" in browser.text("footer")
    finally:
        browser.cdp("Emulation.setTimezoneOverride", timezoneId="")


@pytest.mark.parametrize("name", ["events", "outcomes"])
def test_bars_of_a_chart_add_up_to_the_number_above(browser, site, name):
    until = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    span = f"from={(until - datetime.timedelta(days=29)).isoformat()[:10]}&to={until.isoformat()[:10]}"
    for zone in ("Europe/Vienna", "America/St_Johns"):
        rows = site.member("ann").get(f"/telemetry/{name}.csv?{span}&tz={zone}").text.count("\r\n") - 1
        browser.open(f"/telemetry/{name}/?{span}&tz={zone}")
        titles = browser.script("return [...document.querySelectorAll('.chart title')].map(title => title.textContent)")
        numbers = [int(number.replace(",", "")) for title in titles for number in re.findall(r"\n[a-z][a-z ]* ([\d,]+)(?=\n|$)", title)]
        assert sum(numbers) == rows > 100, (zone, titles[:2])
