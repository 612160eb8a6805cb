"""The page behind a mail's link, /join."""

import urllib.request

import pytest

from conftest import mail_in_outbox


def link_in(mail):
    return next(line for line in mail["text"].splitlines() if "/join?" in line)


def fill(page, **fields):
    for name, text in fields.items():
        page.fill(f"//input[@id='{name}']", text)


def test_an_invited_person_joins_and_the_link_works_once(page, owner):
    address = f"katherine-{page.width}@example.com"
    page.request("POST", "/user/create", owner, {"email": address, "role": "user", "sendInvite": True})
    mail = page.newest_mail(address)

    # As a person does: the outbox, the mail, its button.
    page.open("/outbox")
    page.wait_for_text(address)
    page.screenshot("outbox")
    page.check()
    page.click(mail_in_outbox(address, "invited"))
    page.screenshot("mail")
    page.click("//a[.='Join']")

    page.wait_for_text("You have been invited")
    page.code_is_out_of_sight()
    email = page.find("//input[@id='email']")
    # The code is good for this address only.
    assert email.get_attribute("value") == address and email.get_attribute("readonly")
    page.screenshot("join")
    page.check()

    # A weak password is refused, with advice.
    fill(page, first="Katherine", last="Johnson", password="password1")
    page.click("//button[@id='send']")
    page.wait_for_text("Choose another password. Password is too easy to guess. This is a very common password.")
    page.screenshot("join-weak-password")
    page.check()
    page.ignore_refusals()

    page.find("//input[@id='password']").clear()
    fill(page, password="orbital-mechanics-1962")
    page.click("//button[@id='send']")
    page.wait_for_text("You have joined")
    # There is no app to go on to. They are logged in: the token works, and is shown to who asks for it.
    assert not page.driver.find_elements("id", "go")
    assert page.driver.find_element("id", "token").get_attribute("value") == ""
    page.screenshot("joined")
    page.click("//button[.='Show my token']")
    token = page.find("//input[@id='token']").get_attribute("value")
    profile = page.request("GET", "/v2/user", {"token": token})
    assert profile[0]["email1"] == address
    page.screenshot("joined-token")
    page.check()

    # From now on with their password; they have their name and are verified.
    login = page.login(address, "orbital-mechanics-1962")
    assert (login["user"]["first"], login["user"]["last"]) == ("Katherine", "Johnson")
    events = page.events(login["user"]["id"])
    assert {"UserInvited", "UserJoined"} <= {kind for kind, _ in events}
    assert any("emailVerified" in detail.get("fields", []) for _, detail in events)

    # The link again.
    page.open("/outbox")
    page.driver.get(link_in(mail))
    page.wait_for_text("You have been invited")
    fill(page, password="orbital-mechanics-1962")
    page.click("//button[@id='send']")
    page.wait_for_text("This link was used already")
    page.wait_for_text("ask whoever invited you")
    assert page.find("//a[@id='write']").get_attribute("href").startswith("mailto:?subject=")
    page.screenshot("join-used")
    page.check()
    page.ignore_refusals()


@pytest.mark.parametrize("language, weak, advice", [
    ("de", "short", "Wählen Sie ein anderes Passwort. Das Passwort muss mindestens 8 Zeichen haben."),
    ("da", "password", "Vælg en anden adgangskode. Adgangskoden er for nem at gætte. Den er en af de ti mest brugte "
     "adgangskoder. Tilføj et ord eller to. Sjældne ord er bedre."),
    ("fr", "aaaaaaaaaaaa", "Choisissez un autre mot de passe. Le mot de passe est trop facile à deviner. Les "
     "répétitions comme « aaa » sont faciles à deviner. Ajoutez un mot ou deux. Les mots rares sont préférables. "
     "Évitez les mots et les caractères répétés."),
])
def test_a_weak_password_is_refused_in_the_language_of_the_page(page, owner, language, weak, advice):
    address = f"weak-{language}-{page.width}@example.com"
    page.request("POST", "/user/create", owner, {"email": address, "role": "user", "sendInvite": True})
    page.driver.get(link_in(page.newest_mail(address)).replace("lang=en", f"lang={language}"))
    fill(page, password=weak)
    page.click("//button[@id='send']")
    page.wait_for_text(advice)
    assert page.find("//form[@id='join']/p[@class='problem']").text == advice
    page.screenshot(f"join-weak-password-{language}")
    page.check()
    page.ignore_refusals()


def test_an_address_is_confirmed_with_the_password(page):
    name = f"dorothy-{page.width}"
    address, password = f"{name}@example.com", "programming-fortran-1958"
    form = f"username={name}&email={address}&password={password}".encode()
    urllib.request.urlopen(urllib.request.Request(page.url + "/rest/users", form))
    page.driver.get(link_in(page.newest_mail(address)).replace("lang=en", "lang=de"))
    page.wait_for_text("Mailadresse bestätigen")
    page.screenshot("verify-german")
    fill(page, password="something-else-1958")
    page.click("//button[@id='send']")
    page.wait_for_text("Das ist nicht das Passwort")
    page.screenshot("verify-wrong-password")
    page.ignore_refusals()
    page.find("//input[@id='password']").clear()
    fill(page, password=password)
    page.click("//button[@id='send']")
    page.wait_for_text("Ihre Adresse ist bestätigt")
    page.screenshot("verified")
    page.check()


@pytest.mark.parametrize("fragment", ["", "#code=rsi_nonsense&email=ada%40example.com"])
def test_a_link_that_is_cut_off_says_what_to_do(page, fragment):
    page.open("/outbox")
    page.open("/join?lang=fr" + fragment)
    if fragment:
        page.wait_for_text("Vous avez été invité")
        fill(page, password="orbital-mechanics-1962")
        page.click("//button[@id='send']")
    page.wait_for_text("copiez-le en entier")
    page.screenshot("join-unknown" if fragment else "join-no-code")
    page.check()
    page.ignore_refusals()


def test_somebody_with_a_login_elsewhere_is_told_before_and_after(page, owner):
    address = f"elsewhere-{page.width}@example.com"
    password = "orbital-mechanics-1962"
    invite = {"email": address, "role": "user", "sendInvite": True}
    page.request("POST", "/user/create", owner, invite)
    page.driver.get(link_in(page.newest_mail(address)))
    fill(page, password=password)
    page.click("//button[@id='send']")
    page.wait_for_text("You have joined")
    # Another account invites them too.
    other = f"other-{page.width}@example.com"
    sign_up = {"username": f"other-{page.width}", "email": other, "password": password}
    page.request("POST", "/rest/users", owner, sign_up)
    token = page.login(other, password)["token"]
    page.request("POST", "/user/create", token, invite)
    mail = page.newest_mail(address, 2)
    assert "login with this address in another account" in mail["text"]
    # From another page: a link that differs in its fragment alone loads nothing.
    page.open("/outbox")
    page.driver.get(link_in(mail))
    fill(page, password=password)
    page.click("//button[@id='send']")
    page.wait_for_text("login with this address in another account")
    page.screenshot("join-elsewhere")
    page.check()
    page.ignore_refusals()


def test_a_page_that_is_loaded_again_still_has_its_code(page, owner):
    address = f"reload-{page.width}@example.com"
    page.request("POST", "/user/create", owner, {"email": address, "role": "user", "sendInvite": True})
    link = link_in(page.newest_mail(address))
    page.driver.get(link)
    page.wait_for_text("You have been invited")
    page.driver.refresh()
    page.wait_for_text("You have been invited")
    page.code_is_out_of_sight()
    assert page.find("//input[@id='email']").get_attribute("value") == address
    # Another tab has nothing of it.
    first = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    page.open("/join")
    page.wait_for_text("There is no code in this address")
    page.driver.close()
    page.driver.switch_to.window(first)
    fill(page, password="orbital-mechanics-1962")
    page.click("//button[@id='send']")
    page.wait_for_text("You have joined")
    # It is used: nothing is left of it.
    assert page.driver.execute_script("return sessionStorage.length") == 0
    page.driver.refresh()
    page.wait_for_text("There is no code in this address")


def test_a_used_link_to_confirm_an_address_sends_nobody_to_whoever_invited_them(page):
    name = f"twice-{page.width}"
    address, password = f"{name}@example.com", "programming-fortran-1958"
    form = f"username={name}&email={address}&password={password}".encode()
    urllib.request.urlopen(urllib.request.Request(page.url + "/rest/users", form))
    link = link_in(page.newest_mail(address))
    for said in ["Your address is confirmed", "log in to Roster and ask for another one"]:
        page.open("/outbox")
        page.driver.get(link)
        fill(page, password=password)
        page.click("//button[@id='send']")
        page.wait_for_text(said)
    assert "invited you" not in page.find("//main").text
    page.screenshot("verify-used")
    page.check()
    page.ignore_refusals()
