"""The home page, /: an account is managed in a browser."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from conftest import WIDTHS, browser, program

PASSWORD = "orbital-mechanics-1962"

PEOPLE = {
    "ada": "Ada Lovelace", "grace": "Grace Hopper", "alan": "Alan Turing", "linus": "Linus Torvalds",
}


def act_as(page, name, role):
    page.open("/")
    page.click(f"//ul[@id='sample']//button[strong='{PEOPLE[name]}']")
    page.wait_for_text(f"You act as {name}@example.com, {role} of")


def person(address):
    return f"//ul[@id='people']/li[.//strong='{address}']"


def invitation(address):
    return f"//ul[@id='invitations']/li[.//strong='{address}']"


def invite(page, address):
    page.fill("//input[@id='invite-email']", address)
    page.press(Keys.ENTER)
    page.find(f"//form[@id='invite']/p[contains(., 'An invitation to {address} is on its way.')]")
    page.find(invitation(address) + "//span[.='sent']")


def wait_until_gone(page, xpath):
    for _ in range(100):
        if not page._visible(xpath):
            return
        page.driver.execute_async_script("setTimeout(arguments[0], 100)")
    raise AssertionError(f"{xpath} is still there")


def join(page, address):
    """In another tab, by the mail as the page shows it; then back."""
    home = page.driver.current_window_handle
    page.click(f"//ol[@id='mails']/li[span='to {address}']/a")
    page.go_to_new_tab()
    page.click("//a[.='Join']")
    page.fill("//input[@id='password']", PASSWORD)
    page.click("//button[@id='send']")
    page.wait_for_text("You have joined")
    page.driver.close()
    page.driver.switch_to.window(home)


def test_somebody_is_invited_joins_gets_a_permission_and_is_removed(page):
    address = f"annie-{page.width}@example.com"
    act_as(page, "ada", "owner")
    page.find(person("ada@example.com") + "//span[.='you']")
    page.find(person("margaret@example.com") + "//span[starts-with(., 'locked until')]")
    page.screenshot("home")
    page.check()
    invite(page, address)
    page.find(person(address) + "//span[.='invited']")
    join(page, address)
    # Nobody has loaded the page again.
    page.find(person(address) + "//span[.='active']")
    page.find(person(address) + "//span[.='verified']")
    page.find(f"//ol[@id='events']/li[strong='UserJoined'][contains(., '{address}')]")

    page.click(person(address) + "//summary")
    page.click(person(address) + "//label[contains(., 'Add beacons')]")
    page.click(person(address) + "//button[.='Save the permissions']")
    page.find(person(address) + "//p[.='The permissions are saved.']")
    page.find(person(address) + "//summary[contains(., 'May: add beacons, view metrics.')]")
    page.scroll_to(person(address))
    page.screenshot("home-person")
    page.check()
    page.click(person(address) + "//select/option[.='admin']")
    page.click(person(address) + "//button[.='Change the role']")
    page.find(person(address) + "//p[.='The role is admin.']")
    page.find(person(address) + "//p[.='Admins and owners hold every permission.']")
    for button, said in [
        ("Deactivate", "Deactivated: no credential of theirs works."), ("Activate", "Activated."),
        ("Revoke their tokens", "Their tokens are revoked."),
        ("Send a password reset", "A mail to choose a new password is on its way."),
    ]:
        page.click(person(address) + f"//button[.='{button}']")
        page.find(person(address) + f"//p[.='{said}']")
    page.find(f"//ol[@id='mails']/li[span='to {address}']/a[contains(., 'password')]")

    # Whoever thinks better of it presses Escape.
    page.click(person(address) + "//button[.='Remove']")
    page.find(f"//dialog[contains(., 'Remove {address}?')]")
    page.screenshot("home-remove")
    page.press(Keys.ESCAPE)
    wait_until_gone(page, "//dialog")
    page.find(person(address))
    page.click(person(address) + "//button[.='Remove']")
    page.click("//dialog//button[.='Remove']")
    page.find(f"//p[@id='people-said'][.='{address} is removed.']")
    wait_until_gone(page, person(address))
    page.find(f"//ol[@id='events']/li[strong='UserRemoved'][contains(., '{address}')]")
    page.screenshot("home-removed")
    page.check()


def test_an_invitation_is_resent_and_revoked(page):
    address = f"joan-{page.width}@example.com"
    act_as(page, "grace", "admin")
    invite(page, address)
    page.find(invitation(address) + "//p[contains(., 'Invited by grace@example.com')]")
    page.click(invitation(address) + "//button[.='Resend']")
    page.find(invitation(address) + "//p[starts-with(., 'A fresh invitation is on its way.')]")
    page.find(f"//ol[@id='mails'][count(li[span='to {address}']) = 2]")
    page.click(invitation(address) + "//button[.='Revoke']")
    page.find(f"//p[@id='invitations-said'][.='The invitation of {address} is revoked.']")
    wait_until_gone(page, invitation(address))


def test_the_words_of_the_api_stand_beside_what_caused_them(page):
    act_as(page, "ada", "owner")
    page.fill("//input[@id='invite-email']", "nobody")
    page.press(Keys.ENTER)
    page.find("//form[@id='invite']/p[contains(., 'email must be an email address')]")
    own = person("ada@example.com")
    page.click(own + "//summary")
    page.click(own + "//select/option[.='user']")
    page.click(own + "//button[.='Change the role']")
    page.find(own + "//p[contains(., 'An account keeps at least one active owner.')]")
    page.screenshot("home-problem")
    page.check()
    # A user may not list the people. Whose token is revoked acts with another.
    alan = person("alan@example.com")
    page.click(alan + "//summary")
    page.click(alan + "//button[.='Revoke their tokens']")
    page.find(alan + "//p[.='Their tokens are revoked.']")
    act_as(page, "alan", "user")
    page.find("//p[@id='people-failed'][starts-with(., 'This takes the permission userManagement.')]")
    page.ignore_refusals()


def test_nobody_sees_another_account(page):
    act_as(page, "linus", "owner")
    page.find(person("linus@example.com"))
    assert len(page.driver.find_elements(By.XPATH, "//ul[@id='people']/li")) == 1
    # Who is there is not to be found out.
    page.click("//button[@id='cross']")
    page.find("//p[@id='cross-said'][contains(., 'who is Ada Lovelace, was answered by 404')]")
    page.screenshot("home-elsewhere")
    page.check()
    page.ignore_refusals()
    act_as(page, "ada", "owner")
    page.find(person("ada@example.com"))
    assert not page._visible("//button[@id='cross']")


def test_what_requests_cost_and_what_could_not_be_handled_is_shown(page):
    act_as(page, "ada", "owner")
    address = f"frances-{page.width}@example.com"
    invite(page, address)
    request = "//ol[@id='requests']/li[strong='POST /api/v2/users']"
    page.scroll_to(request)
    row = page.find(request).text
    for shown in ["200", "members-invite: 3 round trips", "TransactWriteItems; 3 RRU, 12 WRU.", "$7.88 a million"]:
        assert shown in row, row
    reads = "//ol[@id='requests']/li[strong='GET /auth/users']"
    assert not page.driver.find_elements(By.XPATH, reads)
    page.click("//input[@id='with-refreshes']")
    page.find(reads)
    page.find("//p[@id='prices'][contains(., '$0.625 a million write request units')]")
    page.check()
    page.click("//input[@id='with-refreshes']")
    # The usage report that the program was given at the start is tried again a few times before.
    WebDriverWait(page.driver, 30).until(lambda _: page._visible("//p[@id='dead']"))
    page.screenshot("home-requests")
    page.click("//p[@id='dead']/a")
    page.click("//li[.//strong='record-usage']//summary")
    page.find("//pre[.='not a usage report']")
    page.wait_for_text("Mend it, and send it to the queue again.")
    page.screenshot("dead-letters")
    page.check()


def test_a_token_is_made_and_revoked(page):
    name = f"{page.width} report"
    act_as(page, "ada", "owner")
    page.fill("//input[@id='token-name']", name)
    page.fill("//input[@id='token-password']", "wrong-" + PASSWORD)
    page.press(Keys.ENTER)
    page.find("//form[@id='make-token']/p[contains(@class, 'problem')]")
    page.ignore_refusals()
    page.find("//input[@id='token-password']").clear()
    page.fill("//input[@id='token-password']", "analytical-engine-1843")
    page.press(Keys.ENTER)
    token = page.find("//input[@id='made-token']").get_attribute("value")
    assert page.request("GET", "/v2/user", {"token": token})
    page.check()
    page.click(f"//button[@aria-label='Revoke {name}']")
    page.find(f"//p[@id='tokens-said'][.='{name}: revoked.']")
    wait_until_gone(page, f"//ul[@id='tokens']/li[.//strong='{name}']")


def test_somebody_logs_in_by_the_keyboard_alone_and_stays_after_a_reload(page):
    page.in_the_dark()
    page.open("/")
    page.scroll_to("//summary[.='Log in as somebody else']").send_keys(Keys.ENTER)
    page.press(Keys.TAB, "grace@example.com", Keys.TAB, "nanosecond-wire-1952", Keys.ENTER)
    page.wait_for_text("You act as grace@example.com, admin of")
    page.find(person("grace@example.com"))
    page.driver.refresh()
    page.wait_for_text("You act as grace@example.com, admin of")
    page.find(person("grace@example.com"))
    page.screenshot("home-dark")
    page.check()


@pytest.fixture(scope="module")
def empty():
    with program("--empty") as found:
        yield found


@pytest.mark.parametrize("width", WIDTHS)
def test_without_the_sample_there_is_the_login(empty, width):
    with browser(width, empty["url"]) as page:
        page.open("/")
        page.find("//input[@id='login-name']")
        assert not page.driver.find_elements(By.XPATH, "//ul[@id='sample']/li")
        page.check()
