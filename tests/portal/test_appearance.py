"""Light and dark pages, and the page that shows every component."""

import pytest
from django.test import Client

LANGUAGE = "en"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chosen_theme_stays_and_can_be_left_to_the_device_again(theme: str) -> None:
    client = Client()
    answer = client.post("/theme/", {"theme": theme, "next": "/verify/"})
    assert (answer.status_code, answer["Location"]) == (302, "/verify/")
    assert f'data-theme="{theme}"' in client.get("/verify/").content.decode()
    client.post("/theme/", {"theme": "", "next": "/verify/"})
    assert "data-theme" not in client.get("/verify/").content.decode()


def test_an_unknown_theme_is_refused_and_a_foreign_cookie_ignored() -> None:
    client = Client()
    assert client.post("/theme/", {"theme": "<b>"}).status_code == 404
    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in client.get("/verify/").content.decode()


def test_the_way_back_never_leads_to_another_site() -> None:
    answer = Client().post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_only_the_demo_shows_the_design_page(settings: object) -> None:
    client = Client()
    assert client.get("/design/").status_code == 404
    settings.CTKZ_DEMO = True  # type: ignore[attr-defined]
    page = client.get("/design/").content.decode()
    for token in ("swatch kok", "note bad", "error-summary", 'class="stages"', "chip wait"):
        assert token in page
