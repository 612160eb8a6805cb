"""The page of docs/GUIDE.md: it is served from an origin of its own, and calls the API by CORS."""

import functools
import http.server
import threading

import pytest
from conftest import ROOT, WIDTHS, browser, program


@pytest.fixture(scope="module")
def origin():
    """Where the page is served, as `python3 -m http.server` does it."""

    class Files(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Files, directory=ROOT / "docs/examples/page")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(params=WIDTHS)
def example(request, origin):
    """The page, before a Roster that knows its origin."""
    with program("--allowed-origin", origin) as roster:
        address = f"{origin}/?roster={roster['url']}"
        with browser(request.param, roster["url"], address) as page:
            page.driver.get(address)
            yield page


def log_in(page, password):
    page.fill("//input[@name='name']", "ada")
    page.fill("//input[@name='password']", password)
    page.click("//button[.='Log in']")


def test_a_page_of_another_origin_logs_in_and_out(example):
    page = example
    log_in(page, "programming-fortran-1958")
    page.wait_for_text("A working credential is required.")
    page.find("//input[@name='name']").clear()
    page.find("//input[@name='password']").clear()
    log_in(page, "analytical-engine-1843")
    page.wait_for_text("You are ada@example.com, owner of an account.")
    page.check_that_it_fits()
    page.click("//button[.='Log out']")
    page.wait_for_text("You are logged out.")
    page.ignore_refusals()


def test_a_page_whose_origin_roster_does_not_know_is_kept_out(origin):
    with program() as roster:
        address = f"{origin}/?roster={roster['url']}"
        with browser("desktop", roster["url"], address) as page:
            page.driver.get(address)
            log_in(page, "analytical-engine-1843")
            page.wait_for_text("Failed to fetch")
            # Chromium says why.
            assert any("CORS policy" in entry["message"] for entry in page.driver.get_log("browser"))
