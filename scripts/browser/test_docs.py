"""The reference page, /docs."""

import pytest


def test_the_home_page_leads_to_the_reference(page):
    page.open("/")
    page.click("//a[.='Reference']")
    page.wait_for_text("Get your profile")
    assert page.driver.current_url.startswith(page.url + "/docs")
    page.screenshot("docs")
    # What is in #reference is Scalar's, as it is published.
    page.check(without="#reference")
    page.in_the_dark()
    page.open("/docs")
    page.wait_for_text("Get your profile")
    page.screenshot("docs-dark")


@pytest.mark.parametrize("person, answer", [
    (None, "ada@example.com"),
    ("Grace Hopper, admin", "grace@example.com"),
    ("Alan Turing, user", "alan@example.com"),
    ("nobody", "AUTH_REQUIRED"),
])
def test_a_request_is_sent_as_whoever_is_chosen(page, person, answer):
    page.open("/docs")
    page.wait_for_text("Get your profile")
    if person:
        page.click(f"//select[@id='person']/option[.='{person}']")
        page.wait_for_text("Get your profile")
    page.open("/docs#tag/profile/GET/v2/user")
    send(page, "/v2/user", "401 Unauthorized" if person == "nobody" else "200 OK")
    page.find(f"//*[contains(@class, 'response') or @role='dialog']//*[contains(text(), '{answer}')]")
    page.screenshot(f"docs-as-{(person or 'owner').split(',')[0].replace(' ', '-').lower()}")
    page.ignore_refusals()


def test_log_in_takes_a_password_first(page):
    page.open("/docs#tag/directory/POST/user/login")
    page.wait_for_text("Log in")
    send(page, "/user/login", "200 OK")
    page.screenshot("docs-log-in")
    # A token is handed out only for a password.
    page.find("//*[@role='dialog']//*[contains(text(), 'expires')]")


def test_what_the_page_suggests_can_be_sent_as_it_is(page):
    # `next` and `prev` exclude each other: neither is sent until somebody ticks it.
    page.open("/docs#tag/directory/POST/user/find")
    page.wait_for_text("Find users")
    send(page, "/user/find", "200 OK")


def send(page, path, status):
    page.click(f"//button[contains(., 'Test Request') and contains(., '{path}')]")
    page.click("//button[starts-with(normalize-space(), 'Send')]")
    page.wait_for_text(status)
