"""The checker of the other tests finds what is wrong."""

import pytest


@pytest.mark.parametrize("wrong, rule", [
    ("<button></button>", "button-name"),
    ("<p style='color: #999; background: #fff'>Faint</p>", "color-contrast"),
    ("<input>", "label"),
])
def test_what_keeps_people_out_is_found(page, wrong, rule):
    page.open("/reset")
    page.find("//h1")
    page.driver.execute_script("document.querySelector('main').insertAdjacentHTML('beforeend', arguments[0])", wrong)
    # The page's policy lets no style in by an attribute.
    page.driver.execute_script("const it = document.querySelector('main').lastChild; "
                               "if (it.tagName === 'P') { it.style.color = '#999'; it.style.background = '#fff' }")
    with pytest.raises(AssertionError, match=rule):
        page.check()
    page.driver.get_log("browser")
