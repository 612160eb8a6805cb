"""The reference page, /docs."""


def test_the_home_page_leads_to_the_reference(page):
    page.open("/")
    page.click("//a[.='Reference']")
    page.wait_for_text("Get your profile")
    assert page.driver.current_url.startswith(page.url + "/docs")
    page.screenshot("docs")
    page.check_that_it_fits()


def test_signing_in_and_getting_ones_profile(page, owner):
    # Something that is in no example on the page.
    alias = f"Enchantress of Numbers, by {page.width}"
    page.request("PUT", "/v2/user", owner, {"user_alias": alias})
    sign_in(page, owner)
    page.screenshot("docs-signed-in")
    send(page, "/v2/user")
    page.wait_for_text(alias)
    page.scroll_to(f"//*[contains(text(), '{alias}')]")
    page.screenshot("docs-answer")
    page.check_that_it_fits()


def test_what_the_page_suggests_can_be_sent_as_it_is(page, owner):
    # `next` and `prev` exclude each other: neither is sent until somebody ticks it.
    sign_in(page, owner)
    page.open("/docs#tag/directory/POST/user/find")
    page.wait_for_text("Find users")
    send(page, "/user/find")


def sign_in(page, person):
    """The credential is given once, at the top, and goes with every request."""
    page.open("/docs")
    page.fill("//input[contains(@class, 'scalar-password-input')]", person["token"])


def send(page, path):
    page.click(f"//button[contains(., 'Test Request') and contains(., '{path}')]")
    page.click("//button[starts-with(normalize-space(), 'Send')]")
    page.wait_for_text("200 OK")
