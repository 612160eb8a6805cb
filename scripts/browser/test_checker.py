"""The checker of the other tests finds what is wrong."""

import pytest

from conftest import browser

# A script sets the style: the policy of the page lets none in by an attribute.
ADD = """
const main = document.querySelector("main");
main.insertAdjacentHTML("beforeend", arguments[0]);
Object.assign(main.lastChild.style, { color: "#999", background: "#fff" });
"""


def test_what_keeps_people_out_is_found(roster):
    with browser("phone", roster["url"]) as page:
        for wrong, rule in [
            ("<button></button>", "button-name"), ("<p>Faint</p>", "color-contrast"), ("<input>", "label"),
        ]:
            page.open("/reset")
            page.find("//h1")
            page.driver.execute_script(ADD, wrong)
            with pytest.raises(AssertionError, match=rule):
                page.check()
