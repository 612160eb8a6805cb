"""What the browser tests share: the program, a browser at two widths, screenshots.

A test takes `page`, and runs once per width:

    def test_something(page):
        page.open("/docs")
        page.click("//button[.='Send']")
        page.screenshot("sent")
"""

import base64
import json
import pathlib
import subprocess
import shutil
import tempfile
import time
import urllib.request
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "target/screenshots"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture(scope="session")
def roster():
    """Where `cargo run` is, and who is in it: what it prints with --json."""
    command = [ROOT / "target/debug/roster", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as program:
        try:
            yield json.loads(program.stdout.readline())
        finally:
            program.terminate()


@pytest.fixture
def owner(roster):
    """The owner of the sample account."""
    return next(person for person in roster["people"] if person["role"] == "owner")


@pytest.fixture(params=WIDTHS)
def page(request, roster):
    """A new browser, at each of the widths. What it asks of any other host fails the test."""
    width, height = WIDTHS[request.param]
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
            screen = {"width": width, "height": height, "deviceScaleFactor": 1}
            screen["mobile"] = request.param == "phone"
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
            page = Page(driver, roster["url"], request.param)
            yield page
            page.check_that_nothing_went_wrong()
        finally:
            driver.quit()


class Page:
    """A browser, with waiting built in."""

    def __init__(self, driver, url, width):
        self.driver, self.url, self.width = driver, url, width

    @property
    def is_phone(self):
        return self.width == "phone"

    def request(self, method, path, person, body=None):
        """Sends a request beside the browser, with somebody's token."""
        headers = {"X-APITOKEN": person["token"], "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

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

    def ignore_refusals(self):
        """Chromium logs every 4xx as an error; those so far were wanted. No other error is."""
        for entry in self.driver.get_log("browser"):
            refused = "Failed to load resource: the server responded with a status of 4" in entry["message"]
            assert refused or entry["level"] != "SEVERE", entry

    def open(self, path):
        self.driver.get(self.url + path)

    def find(self, xpath):
        """The first visible element; it may take 10 s to appear."""
        wait = WebDriverWait(self.driver, 10)
        return wait.until(lambda driver: self._visible(xpath), f"there is no {xpath}")

    def _visible(self, xpath):
        found = self.driver.find_elements(By.XPATH, xpath)
        return next((element for element in found if element.is_displayed()), None)

    def scroll_to(self, xpath):
        element = self.find(xpath)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        return element

    def click(self, xpath):
        self.scroll_to(xpath).click()

    def fill(self, xpath, text):
        self.click(xpath)
        self.find(xpath).send_keys(text)

    def wait_for_text(self, text):
        """Waits until the page shows it."""
        shown = lambda driver: text in driver.find_element(By.TAG_NAME, "body").text
        WebDriverWait(self.driver, 10).until(shown, f"the page does not show {text!r}")

    def screenshot(self, name):
        """target/screenshots/NAME-WIDTH.png, for people to look at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(SCREENSHOTS / f"{name}-{self.width}.png"))

    def check_that_it_fits(self):
        """Nobody has to scroll sideways."""
        script = "return document.documentElement.scrollWidth - window.innerWidth"
        assert self.driver.execute_script(script) <= 0

    def check_that_nothing_went_wrong(self):
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked = message["params"]["request"]["url"]
                if urlsplit(asked).scheme in ("http", "https", "ws", "wss"):
                    assert asked.startswith(self.url + "/"), f"{asked} is somewhere else"
        errors = [entry for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]
        assert not errors
