"""From a mail to the app of the deployer's product, on the pages /join and /reset and by nothing else."""

import urllib.error
import urllib.request

import pytest

PRODUCT = "Orchard & Sons"
OLD, NEW = "programming-fortran-1958", "orbital-mechanics-1962"


def sign_up(page, name):
    """Signs up beside the browser, as the app would do: the address."""
    address = f"{name}-{page.width}@example.com"
    form = f"username={name}-{page.width}&email={address}&password={OLD}".encode()
    urllib.request.urlopen(urllib.request.Request(page.url + "/rest/users", form))
    return address


def confirm(page, address):
    page.open_mail(address, "Confirm your email address", "Confirm address")
    page.fill("//input[@id='password']", OLD)
    page.click("//button[@id='send']")
    page.wait_for_text("Your address is confirmed")


def choose_password(page, password):
    page.wait_for_text("Choose a new password")
    page.code_is_out_of_sight()
    page.fill("//input[@id='password']", password)
    page.click("//button[@id='save']")


def can_log_in(page, name, password):
    try:
        return bool(page.login(name, password)["token"])
    except urllib.error.HTTPError as error:
        assert error.code == 401
        return False


def test_an_address_is_confirmed(product_page):
    page = product_page
    address = sign_up(page, "confirm")
    mail = page.newest_mail(address)
    assert mail["subject"] == f"Confirm your email address for {PRODUCT}"
    assert "Roster" not in mail["text"] + mail["html"]
    confirm(page, address)
    # Whoever goes on to the app logs in there: a token is of no use to them.
    assert not page.driver.find_elements("id", "token")
    page.screenshot("confirmed-app")
    page.check()
    page.go_on_to_the_app(PRODUCT)


def test_an_invited_person_joins(product_page):
    page = product_page
    address = f"invited-{page.width}@example.com"
    invite = {"email": address, "role": "user", "sendInvite": True}
    page.request("POST", "/user/create", page.owner, invite)
    assert page.newest_mail(address)["text"].splitlines()[0].startswith("Ada Lovelace invites you to")
    page.open_mail(address, "You are invited to Orchard", "Join")
    page.wait_for_text(f"You have been invited to {PRODUCT}")
    page.screenshot("join-app")
    # With the keyboard alone, from the first field that can be filled.
    page.find("//input[@id='first']").click()
    page.press("Katherine", "\t", "Johnson", "\t", NEW, "\n")
    page.wait_for_text("You have joined")
    page.screenshot("joined-app")
    page.check()
    page.go_on_to_the_app(PRODUCT)
    login = page.login(address, NEW)
    assert (login["user"]["first"], login["user"]["last"]) == ("Katherine", "Johnson")


@pytest.mark.parametrize("by", ["email", "username"])
def test_a_forgotten_password_is_replaced(product_page, by):
    page = product_page
    address = sign_up(page, f"forgot-{by}")
    confirm(page, address)
    # As a password manager leads there.
    page.open("/.well-known/change-password")
    page.wait_for_text("Forgot your password?")
    assert page.driver.current_url == page.url + "/reset"
    page.screenshot("forgot")
    page.check()
    page.find("//input[@id='name']").click()
    page.press(address if by == "email" else address.split("@")[0], "\n")
    page.wait_for_text("a mail is on its way")
    page.screenshot("forgot-sent")
    page.open_mail(address, "Choose a new password", "Choose a password")
    page.wait_for_text("Choose a new password")
    assert page.find("//input[@id='email']").get_attribute("value") == address
    page.screenshot("reset")
    page.check()
    # A weak one is refused, and the page that is loaded again still has its code.
    choose_password(page, "password1")
    page.wait_for_text("Choose another password. Password is too easy to guess. This is a very common password.")
    page.screenshot("reset-weak-password")
    page.ignore_refusals()
    page.driver.refresh()
    choose_password(page, NEW)
    page.wait_for_text("Your new password is saved")
    page.screenshot("reset-done")
    page.check()
    page.go_on_to_the_app(PRODUCT)
    assert can_log_in(page, address, NEW) and not can_log_in(page, address, OLD)

    # The link again: it was used, and another can be asked for.
    page.open_mail(address, "Choose a new password", "Choose a password")
    choose_password(page, "another-" + NEW)
    page.wait_for_text("This link was used already")
    page.screenshot("reset-used")
    page.check()
    page.ignore_refusals()
    page.click("//button[.='Ask for a new mail']")
    assert page.find("//input[@id='name']").get_attribute("value") == address

    # The notice of the change leads to the same form.
    page.open_mail(address, "was changed", "Choose a new password")
    page.wait_for_text("Forgot your password?")
    assert page.find("//input[@id='name']").get_attribute("value") == address


def test_nobody_learns_who_has_a_login(product_page):
    page = product_page
    said = set()
    for name in [sign_up(page, "known"), "nobody-at-all@example.com", "nobody.at.all"]:
        page.open("/reset")
        page.fill("//input[@id='name']", name)
        page.click("//button[@id='send']")
        page.wait_for_text("a mail is on its way")
        said.add(page.find("//main").text)
    assert len(said) == 1
    page.open("/reset")
    page.click("//button[@id='send']")
    page.wait_for_text("Enter an email address or a username.")


def test_a_change_of_address_is_undone(product_page):
    page = product_page
    address = sign_up(page, "undo")
    confirm(page, address)
    # Somebody else has got hold of the login, and takes it over.
    thief = {"token": page.login(address, OLD)["token"]["token"]}
    page.request("POST", "/user/update", thief, {"email": "thief-" + address})
    page.open_mail(address, "was changed", "Undo the change")
    page.wait_for_text("was changed. If that was not you, undo it")
    page.code_is_out_of_sight()
    page.screenshot("undo")
    page.check()
    page.click("//button[.='Undo the change']")
    page.wait_for_text("Your address is back")
    page.screenshot("undone")
    page.check()
    page.open_mail(address, "Choose a new password", "Choose a password")
    choose_password(page, NEW)
    page.wait_for_text("Your new password is saved")
    page.go_on_to_the_app(PRODUCT)
    assert page.login(address, NEW)["user"]["email"] == address
    with pytest.raises(urllib.error.HTTPError):
        page.request("GET", "/v2/user", thief)


@pytest.mark.parametrize("language, heading, go", [
    ("en", "Forgot your password?", "Ask for a new mail"),
    ("fr", "Mot de passe oublié ?", "Demander un nouveau message"),
    ("da", "Har du glemt adgangskoden?", "Bed om en ny mail"),
    ("de", "Passwort vergessen?", "Neue Mail anfordern"),
])
def test_the_page_speaks_four_languages_by_day_and_by_night(product_page, language, heading, go):
    page = product_page
    page.in_the_dark()
    page.open(f"/reset?lang={language}")
    page.wait_for_text(heading)
    page.screenshot(f"forgot-{language}-dark")
    page.check()
    # A code that is no longer known, or was cut off.
    page.open("/outbox")
    page.open(f"/reset?lang={language}#code=rsr_nonsense&email=ada%40example.com")
    page.fill("//input[@id='password']", NEW)
    page.click("//button[@id='save']")
    page.find(f"//button[.='{go}']")
    page.screenshot(f"reset-unknown-{language}-dark")
    page.check()
    page.ignore_refusals()
