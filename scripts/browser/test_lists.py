"""/outbox and /events, which show what left Roster. test_home.py has /dead-letters."""

import json
import re
import urllib.request

from conftest import mail_in_outbox


def invite(page, owner, name):
    address = f"{name}-{page.width}@example.com"
    page.request("POST", "/api/v2/users", owner, {"email": address})
    return address


def filtered(page, words):
    page.find("//input[@id='filter']").clear()
    page.fill("//input[@id='filter']", words)


def test_mails_come_in_and_are_found(page, owner):
    page.open("/outbox")
    page.wait_for_text("These are")
    address = invite(page, owner, "evelyn")
    # Nobody has loaded the page again.
    link = page.find(mail_in_outbox(address, "invited"))
    # In the reader's own time, which is not UTC.
    page.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
    page.driver.refresh()
    row = page.find(f"//li[.//span='to {address}']")
    utc = row.find_element("tag name", "time").get_attribute("datetime")
    hour = (int(utc[11:13]) + 9) % 24
    assert re.search(rf", {hour:02}:{utc[14:16]}", row.text), (utc, row.text)
    filtered(page, f"evelyn {page.width}")
    page.wait_for_text("have these words")
    assert len(page.driver.find_elements("xpath", "//ol[@id='list']/li")) == 1
    page.screenshot("outbox-filtered")
    page.check()
    filtered(page, "nobody has these")
    page.wait_for_text("0 of")
    page.check()


def test_an_event_is_as_eventbridge_delivers_it_with_a_rule_for_its_kind(page, owner):
    invite(page, owner, "dorothy")
    page.open("/events")
    filtered(page, "UserInvited")
    page.click("//ol[@id='list']/li[1]//summary")
    event = json.loads(page.find("//ol[@id='list']/li[1]//pre").text)
    assert list(event) == [
        "account", "detail", "detail-type", "id", "region", "resources", "source", "time", "version"]
    page.click("//select[@id='kind']/option[.='UserRoleChanged']")
    rule = page.find("//pre[@id='rule']").text
    pattern = json.loads(re.search(r"--event-pattern '(.*)'", rule)[1])
    assert pattern == {"source": ["roster"], "detail-type": ["UserRoleChanged"]}
    page.screenshot("events")
    page.check()
    # `curl` gets the same as JSON.
    with urllib.request.urlopen(page.url + "/events") as answer:
        text = answer.read().decode()
    assert event in json.loads(text) and text.endswith("\n")
