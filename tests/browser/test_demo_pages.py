"""Pages that the demo alone has, and what every page is made of, by light and in the dark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browsers import WIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    settings.CTKZ_DEMO = True


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_components_the_tour_and_sent_letters_have_no_barrier(
    new_person: Callable[..., Page], look: Callable[[Page, str], None], language: str
) -> None:
    page = new_person(locale=language, viewport=WIDE)
    for name in ("design", "tour", "notices/mailbox"):
        answer = page.goto(f"/{name}/")
        assert answer is not None
        assert answer.status == 200
        assert page.locator("html").get_attribute("lang") == language
        look(page, f"demo-{name.replace('/', '-')}-{language}")


@pytest.mark.parametrize("address", ["/design/", "/", "/verify/", "/account/sign-in/"])
def test_the_dark_is_as_readable_as_the_light(
    new_person: Callable[..., Page], look: Callable[[Page, str], None], address: str
) -> None:
    """The design page holds every component, so that what is legible there is legible anywhere."""
    page = new_person(locale="ru", viewport=WIDE, color_scheme="dark")
    page.goto(address)
    shade = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(part) for part in shade.strip("rgba()").split(",")[:3])
    assert max(red, green, blue) < 90
    look(page, f"dark-{address.strip('/').replace('/', '-') or 'home'}")
