"""Nothing is found that its own page would not show, and nothing hidden that a list would."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from accounts.middleware import SESSION_KEY
from accounts.models import Membership, Role
from audit.models import AuditEvent
from tests.scenarios import a_certificate, staff_of
from tests.undone import Undone
from tests.workplace.search.population import everything
from workplace.models import SearchEntry
from workplace.search.finding import Found, Hit, find
from workplace.search.indexing import rebuild
from workplace.search.kinds import Kind

pytestmark = pytest.mark.django_db


def questions() -> list[str]:
    """Something that finds each thing of the index: its number, or the name of what has none."""
    entries = SearchEntry.objects.exclude(kind=Kind.RULE)
    asked = {entry.number or entry.title_ru for entry in entries}
    rules = SearchEntry.objects.filter(kind=Kind.RULE)[:2]
    return sorted(asked - {""} | {rule.number for rule in rules})


def client_of(actor: Membership | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if actor is not None:
        client.force_login(actor.user)
        session = client.session
        session[SESSION_KEY] = str(actor.pk)
        session.save()
    return client


@dataclass(frozen=True)
class Asked:
    """Everybody asked everything; the files of what they found lie in `media`."""

    media: Path
    found: dict[Membership | None, dict[str, Found]]


@pytest.fixture(scope="module")
def asked(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asked]:
    media = tmp_path_factory.mktemp("searched")
    with django_db_blocker.unblock(), Undone():
        with override_settings(MEDIA_ROOT=media, CTKZ_LOG_HEAD_FILE=media / "head"):
            actors = everything()
            rebuild()
            texts = questions()
            found = {actor: {text: find(actor, text) for text in texts} for actor in actors}
        yield Asked(media, found)


def test_every_page_that_was_found_opens_and_counts_tell_of_nothing_more(
    asked: Asked, settings: Any
) -> None:
    settings.MEDIA_ROOT = asked.media
    assert {*SearchEntry.objects.values_list("kind", flat=True)} == {*Kind}
    opened, by_strangers = 0, set()
    for actor, answers in asked.found.items():
        client = client_of(actor)
        met: dict[str, Hit] = {}
        for found in answers.values():
            hits = found.hits(found.all)
            assert len(hits) == len(found.all)
            assert sum(found.counts().values()) == len(found.listed())
            met |= {hit.url: hit for hit in hits}
        for url, hit in met.items():
            answer = client.get(url)
            assert answer.status_code == 200, (actor and actor.role, hit.kind, url)
            opened += 1
        if actor is None:
            by_strangers = {hit.kind for hit in met.values()}
    assert opened > 150
    assert by_strangers == {Kind.REGISTER, Kind.COMPANY, Kind.AUDITOR, Kind.RULE, Kind.PLAN}


def test_the_index_hides_nothing_that_the_lists_show_and_a_stale_one_shows_nothing_more(
    asked: Asked,
) -> None:
    """With entries that name everybody the lists alone decide: the answers stay the same."""
    SearchEntry.objects.update(seen_by=["public"])
    told = 0
    for actor, answers in asked.found.items():
        for text, before in answers.items():
            told += len(answers_in(before))
            now = answers_in(find(actor, text))
            assert now == answers_in(before), (actor and actor.role, text)
    assert told > 500


def answers_in(found: Found) -> set[tuple[str, str]]:
    """What answers as it was typed; what is only similar depends on how much there is of that."""
    return {(match.kind, match.object_id) for match in found.matches}


def test_prices_notes_and_contacts_are_not_searched() -> None:
    """The index has no word of a bill of materials, a note or a contact."""
    applicant = staff_of(a_certificate().application, Role.APPLICANT)
    rebuild()
    assert find(applicant, "фильтр").matches
    for text in (applicant.user.email, applicant.user.full_name, "Сталь листовая"):
        assert not find(applicant, text).matches, text


def test_what_was_asked_is_written_nowhere(
    caplog: pytest.LogCaptureFixture, client: Client
) -> None:  # fmt: skip
    before = AuditEvent.objects.count()
    with caplog.at_level(0):
        client.get("/search/", {"q": "совершенно особый вопрос"})
    assert "особый" not in caplog.text
    assert AuditEvent.objects.count() == before
