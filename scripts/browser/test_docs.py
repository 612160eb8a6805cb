"""The reference page, /docs."""


def test_the_home_page_leads_to_the_reference(page):
    page.open("/")
    page.click("//a[.='Reference']")
    page.wait_for_text("Get your profile")
    assert page.driver.current_url.startswith(page.url + "/docs")
    page.screenshot("docs")
    # What is in #reference is Scalar's, as it is published.
    page.check(without="#reference")


def test_a_request_is_sent_as_whoever_is_chosen(page):
    for person, answer in [
        (None, "ada@example.com"), ("Alan Turing, user", "alan@example.com"), ("nobody", "AUTH_REQUIRED"),
    ]:
        page.open("/docs#tag/profile/GET/v2/user")
        page.wait_for_text("Get your profile")
        if person:
            page.click(f"//select[@id='person']/option[.='{person}']")
            page.wait_for_text("Get your profile")
        send(page, "/v2/user", "401 Unauthorized" if person == "nobody" else "200 OK")
        page.find(f"//*[@role='dialog']//*[contains(text(), '{answer}')]")
        page.screenshot(f"docs-as-{(person or 'owner').split()[0].lower()}")
        page.driver.get("about:blank")
    page.ignore_refusals()


def test_what_the_page_suggests_can_be_sent_as_it_is(page):
    # `next` and `prev` exclude each other: neither is sent until somebody ticks it.
    page.open("/docs#tag/directory/POST/user/find")
    page.wait_for_text("Find users")
    send(page, "/user/find", "200 OK")
    page.driver.get("about:blank")
    # Log-in takes a password first, and only for one it hands out a token.
    page.open("/docs#tag/directory/POST/user/login")
    page.wait_for_text("Log in")
    send(page, "/user/login", "200 OK")
    page.find("//*[@role='dialog']//*[contains(text(), 'expires')]")
    page.screenshot("docs-log-in")


def send(page, path, status):
    page.click(f"//button[contains(., 'Test Request') and contains(., '{path}')]")
    page.click("//button[starts-with(normalize-space(), 'Send')]")
    page.wait_for_text(status)
