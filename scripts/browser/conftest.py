"""What the browser tests share: the program, a browser at two widths, screenshots.

A test takes `page`, and runs once per width:

    def test_something(page):
        page.open("/docs")
        page.click("//button[.='Send']")
        page.screenshot("sent")
"""

import base64
import contextlib
import http.server
import json
import os
import pathlib
import subprocess
import shutil
import tempfile
import threading
import time
import urllib.request
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "target/screenshots"
AXE = next(ROOT.glob(".tools/axe/lib/*/site-packages/axe_playwright_python/axe.min.js"), None)
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}


# What axe finds: the rule, what is wrong, and where.
RUN_AXE = """
const [without, done] = arguments;
axe.run(without ? { exclude: [without] } : document, { resultTypes: ["violations"] }).then(
  ({ violations }) => done(violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => [id, html, failureSummary]))),
  (error) => done([String(error)]));
"""


@contextlib.contextmanager
def program(*options):
    """`cargo run`: where it is, and who is in it, as it prints with --json."""
    command = [ROOT / "target/debug/roster", "--port", "0", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def roster():
    """The program as it is by default, without an app to go on to."""
    with program() as found:
        # It becomes a dead letter while the tests run.
        post(found["url"] + "/usage", b"not a usage report")
        yield found


def post(url, body):
    with urllib.request.urlopen(urllib.request.Request(url, body, method="POST")) as answer:
        assert answer.status < 300


@pytest.fixture(scope="session")
def app():
    """The app of a product, where people go on to: its address."""
    class App(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            page = b"<!doctype html><title>Orchard</title><link rel=icon href=data:,><h1>The app of Orchard</h1>"
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), App)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/welcome"
    server.shutdown()


@pytest.fixture(scope="session")
def orchard(app):
    """The program for a product with an app."""
    with program("--product-name", "Orchard & Sons", "--app-url", app) as found:
        yield found


def owner_of(found):
    return next(person for person in found["people"] if person["role"] == "owner")


@pytest.fixture
def owner(roster):
    """The owner of the sample account."""
    return owner_of(roster)


@pytest.fixture(params=WIDTHS)
def page(request, roster):
    """A new browser, at each of the widths. What it asks of any other host fails the test."""
    with browser(request.param, roster["url"]) as page:
        yield page


@pytest.fixture(params=WIDTHS)
def product_page(request, orchard, app):
    """The same before the product with an app, which it may go on to."""
    with browser(request.param, orchard["url"], app) as page:
        page.owner = owner_of(orchard)
        yield page


@contextlib.contextmanager
def browser(name, url, app=None):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for switch in [
        "headless", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "disable-quic", "no-first-run",
        "disable-background-networking", "disable-component-update", "disable-sync",
    ]:
        options.add_argument("--" + switch)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    with tempfile.TemporaryDirectory() as profile:
        options.add_argument("--user-data-dir=" + profile)
        driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
        try:
            page = Page(driver, url, name, app)
            page.take_width()
            yield page
            page.check_that_nothing_went_wrong()
        finally:
            driver.quit()


def mail_in_outbox(address, subject):
    """The link to a mail, on /outbox."""
    return f"//ol[@id='list']/li[.//span='to {address}']/a[contains(., '{subject}')]"


class Page:
    """A browser, with waiting built in."""

    def __init__(self, driver, url, width, app=None):
        self.driver, self.url, self.width, self.app = driver, url, width, app

    def take_width(self):
        """Makes the tab as wide and high as the test's screen."""
        width, height = WIDTHS[self.width]
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": self.width == "phone"}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def go_to_new_tab(self):
        self.driver.switch_to.window(self.driver.window_handles[-1])
        self.take_width()

    def request(self, method, path, person, body=None):
        """Sends a request beside the browser, with somebody's token."""
        headers = {"X-APITOKEN": person["token"], "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")

    def login(self, name, password):
        """Logs in beside the browser; what the directory API answers."""
        credential = base64.b64encode(f"{name}:{password}".encode()).decode()
        headers = {"Authorization": "Basic " + credential}
        request = urllib.request.Request(self.url + "/user/login", headers=headers, method="POST")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def events(self, user):
        """The events about a user: what happened, and what it says of it."""
        time.sleep(1)
        with urllib.request.urlopen(self.url + "/events") as answer:
            events = [event for event in json.load(answer) if event["detail"].get("userId") == user]
        return [(event["detail-type"], event["detail"]) for event in events]

    def mails_to(self, address):
        """The mails to an address, oldest first."""
        with urllib.request.urlopen(self.url + "/outbox") as answer:
            return [mail for mail in json.load(answer) if mail["to"] == address]

    def newest_mail(self, address, count=1):
        """The newest mail to an address, once there are so many."""
        for _ in range(100):
            mails = self.mails_to(address)
            if len(mails) >= count:
                return mails[-1]
            time.sleep(0.1)
        raise AssertionError(f"{address} got {len(mails)} mails")

    def open_mail(self, address, subject, button):
        """As a person does: the outbox, the newest mail about it, its button."""
        for _ in range(100):
            self.open("/outbox")
            # The newest is the first.
            mails = self.driver.find_elements(By.XPATH, mail_in_outbox(address, subject))
            if mails:
                break
            time.sleep(0.1)
        else:
            raise AssertionError(f"{address} got no mail about {subject!r}")
        mails[0].click()
        self.wait_for_text(button)
        self.screenshot("mail-" + button.lower().replace(" ", "-"))
        self.click(f"//a[.='{button}']")

    def go_on_to_the_app(self, product):
        """Where the page ends: the button has the focus, and leads to the app."""
        go = self.find("//a[@id='go']")
        assert go.text == f"Go on to {product}"
        assert self.driver.switch_to.active_element == go
        self.press(Keys.ENTER)
        self.wait_for_text("The app of Orchard")
        assert self.driver.current_url == self.app

    def press(self, *keys):
        """Presses keys, wherever the focus is."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def code_is_out_of_sight(self):
        assert urlsplit(self.driver.current_url).fragment == ""

    def in_the_dark(self):
        self.prefer("dark")

    def prefer(self, scheme):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def ignore_refusals(self):
        """Chromium logs every 4xx as an error; those so far were wanted. No other error is."""
        for entry in self.driver.get_log("browser"):
            refused = "Failed to load resource: the server responded with a status of 4" in entry["message"]
            assert refused or entry["level"] != "SEVERE", entry

    def open(self, path):
        self.driver.get(self.url + path)

    def find(self, xpath):
        """The first visible element; it may take 10 s to appear."""
        # What a page draws again meanwhile is looked for again.
        wait = WebDriverWait(self.driver, 10, ignored_exceptions=[StaleElementReferenceException])
        return wait.until(lambda driver: self._visible(xpath), f"there is no {xpath}")

    def _visible(self, xpath):
        found = self.driver.find_elements(By.XPATH, xpath)
        return next((element for element in found if element.is_displayed()), None)

    def scroll_to(self, xpath):
        element = self.find(xpath)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        return element

    def click(self, xpath):
        try:
            self.scroll_to(xpath).click()
        except StaleElementReferenceException:
            # The page has drawn it again in between.
            self.scroll_to(xpath).click()

    def fill(self, xpath, text):
        self.click(xpath)
        self.find(xpath).send_keys(text)

    def wait_for_text(self, text):
        """Waits until the page shows it."""
        shown = lambda driver: text in driver.find_element(By.TAG_NAME, "body").text
        WebDriverWait(self.driver, 10).until(shown, f"the page does not show {text!r}")

    def frame(self, caption):
        """A frame of the story for scripts/record-story, which says where they go."""
        folder = os.environ.get("STORY_FRAMES")
        if folder:
            # What has just been shown may still be on its way in.
            time.sleep(0.3)
            frame = pathlib.Path(folder, f"{len(os.listdir(folder)):02} {caption}.png")
            self.driver.save_screenshot(str(frame))

    def screenshot(self, name):
        """target/screenshots/NAME-WIDTH.png, for people to look at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(SCREENSHOTS / f"{name}-{self.width}.png"))

    def check_that_it_fits(self):
        """Nobody has to scroll sideways."""
        script = "return document.documentElement.scrollWidth - window.innerWidth"
        assert self.driver.execute_script(script) <= 0

    def check(self, without=None):
        """It fits, and axe finds nothing that keeps anybody out, by day and by night. What is in the
        element that the selector `without` finds is left out."""
        self.check_that_it_fits()
        dark = self.driver.execute_script("return matchMedia('(prefers-color-scheme: dark)').matches")
        self.driver.execute_script(AXE.read_text() + ";window.axe = axe" if AXE else "")
        for scheme in ["light", "dark"]:
            self.prefer(scheme)
            found = self.driver.execute_async_script(RUN_AXE, without)
            assert found == [], f"{self.driver.current_url} ({scheme}): {found}"
        self.prefer("dark" if dark else "light")

    def check_that_nothing_went_wrong(self):
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked = message["params"]["request"]["url"]
                if urlsplit(asked).scheme in ("http", "https", "ws", "wss"):
                    known = asked.startswith(self.url + "/") or asked == self.app
                    assert known, f"{asked} is somewhere else"
        errors = [entry for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]
        # A mail has no icon; the pages want none.
        errors = [entry for entry in errors if "/favicon.ico" not in entry["message"]]
        assert not errors
