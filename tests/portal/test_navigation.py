"""The rows of sections and their parts."""

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Role
from ctkz_portal.navigation import parts_for, sections_for
from tests.scenarios import a_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("role", Role.values)
def test_the_parts_of_a_section_are_offered_in_every_language(role: str, language: str) -> None:
    person = a_person(role)
    with translation.override(language):
        first, *_others = sections_for(person)
        offered = [page for _label, page in parts_for(person, first)]
    assert offered[:2] == ["home", "workplace:late-list"]
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(person.user)
    assert 'class="parts wrap"' in client.get("/").content.decode()
