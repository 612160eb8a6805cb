"""The first half minute with Roster, on its home page alone. scripts/record-story makes a picture of it."""

from selenium.webdriver.common.keys import Keys

from conftest import browser, program
from test_home import PASSWORD, invitation, person

ADDRESS = "katherine@example.com"


def test_the_story():
    # A program of its own, with nobody in it but the sample. test_home.py has the phone.
    with program() as found, browser("desktop", found["url"]) as page:
        see_the_people(page)
        invite_somebody(page)
        join_by_the_mail(page)
        change_them(page)
        act_as_another(page)


def mail(address):
    return f"//ol[@id='mails']/li[span='to {address}']/a"


def event(kind):
    return f"//ol[@id='events']/li[strong='{kind}'][contains(., '{ADDRESS}')]"


def see_the_people(page):
    page.open("/")
    page.find("//ul[@id='sample']//button[strong='Ada Lovelace']")
    page.frame("Roster's sample has people in two accounts")
    page.click("//ul[@id='sample']//button[strong='Ada Lovelace']")
    page.find(person("ada@example.com") + "//span[.='you']")
    page.find(person("hedy@example.com") + "//span[.='deactivated']")
    page.scroll_to(person("alan@example.com"))
    page.frame("Act as Ada, an owner: her account's people, and what they may do")


def invite_somebody(page):
    page.scroll_to("//form[@id='invite']")
    page.fill("//input[@id='invite-email']", ADDRESS)
    page.frame("Invite somebody")
    page.press(Keys.ENTER)
    page.find(invitation(ADDRESS) + "//span[.='sent']")
    page.find(mail(ADDRESS))
    page.find(event("UserInvited"))
    page.frame("The mail and the event appear beside, with what the request cost")


def join_by_the_mail(page):
    home = page.driver.current_window_handle
    page.click(mail(ADDRESS))
    page.go_to_new_tab()
    page.find("//a[.='Join']")
    page.frame("The mail")
    page.click("//a[.='Join']")
    page.wait_for_text("You have been invited")
    page.fill("//input[@id='first']", "Katherine")
    page.fill("//input[@id='last']", "Johnson")
    page.fill("//input[@id='password']", PASSWORD)
    page.frame("The page that it leads to")
    page.click("//button[@id='send']")
    page.wait_for_text("You have joined")
    page.frame("She has joined")
    page.driver.close()
    page.driver.switch_to.window(home)
    page.find(person(ADDRESS) + "//span[.='active']")
    page.find(event("UserJoined"))


def change_them(page):
    page.click(person(ADDRESS) + "//summary")
    page.scroll_to(person(ADDRESS))
    page.frame("Ada's page knows at once, and so would other programs, by the events")
    page.click(person(ADDRESS) + "//select/option[.='admin']")
    page.click(person(ADDRESS) + "//button[.='Change the role']")
    page.find(person(ADDRESS) + "//p[.='The role is admin.']")
    page.find(event("UserRoleChanged"))
    page.scroll_to(person(ADDRESS))
    page.frame("Change her role")
    page.click(person(ADDRESS) + "//button[.='Deactivate']")
    page.find(person(ADDRESS) + "//p[.='Deactivated: no credential of theirs works.']")
    page.find(event("UserDeactivated"))
    page.scroll_to(person(ADDRESS))
    page.frame("Take her access away: no token or password of hers works any more")


def act_as_another(page):
    page.click("//ul[@id='sample']//button[strong='Linus Torvalds']")
    page.wait_for_text("You act as linus@example.com, owner of")
    page.find(person("linus@example.com"))
    page.click("//button[@id='cross']")
    page.find("//p[@id='cross-said'][contains(., 'who is Ada Lovelace, was answered by 404')]")
    people = page.driver.find_elements("xpath", "//ul[@id='people']/li")
    assert [row.find_element("tag name", "strong").text for row in people] == ["linus@example.com"]
    page.frame("Act as Linus, of another account: nobody of the first is there for him")
    page.ignore_refusals()
