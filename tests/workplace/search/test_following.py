"""The index follows the log; made anew it is the same."""

from threading import Event, Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from accounts.models import Organisation, Role
from audit.sequencing import sequence_all
from oversight.tailing import Tail
from registry.models import RegisterEntry
from tests.scenarios import a_certificate, a_request, actor_of, submit
from tests.workplace.search.population import everything
from workplace.models import SearchEntry, SearchWord
from workplace.search import indexing
from workplace.search.finding import search
from workplace.search.indexing import catch_up, keep_up, rebuild
from workplace.search.kinds import Kind

pytestmark = pytest.mark.django_db


def entries() -> list[Any]:
    names = [field.name for field in SearchEntry._meta.fields if field.name != "id"]
    rows = SearchEntry.objects.order_by("kind", "object_id").values_list(*names)
    return [
        tuple(sorted(map(str, value)) if isinstance(value, list) else value for value in row)
        for row in rows
    ]


def the_log_goes_on() -> int:
    sequence_all()
    return catch_up()


def test_an_empty_index_is_made_at_once() -> None:
    a_certificate()
    assert catch_up() > 0
    assert {Kind.CERTIFICATE, Kind.REGISTER, Kind.RULE} <= {
        *SearchEntry.objects.values_list("kind", flat=True)
    }


def test_a_case_is_found_as_soon_as_the_log_was_followed() -> None:
    rebuild()
    request = a_request("draft")
    applicant = actor_of(request, Role.APPLICANT)
    the_log_goes_on()
    request = submit(request)
    assert request.number
    assert search(applicant, request.number) == []
    the_log_goes_on()
    assert [hit.entry.object_id for hit in search(applicant, request.number)] == [str(request.pk)]


def test_what_was_followed_is_what_would_be_made_anew() -> None:
    rebuild()
    everything()
    the_log_goes_on()
    # What no event tells of: a day begins, rows are written without a command.
    keep_up()
    followed = entries()
    for source in indexing.SOURCES.values():
        with transaction.atomic():
            indexing.refresh(source, [document.object_id for document in source.documents(None)])
    assert {row[:2] for row in followed} <= {row[:2] for row in entries()}
    rebuild()
    anew = entries()
    assert anew
    rebuild()
    assert entries() == anew


def test_news_that_come_twice_change_nothing() -> None:
    a_certificate()
    rebuild()
    before = entries()
    Tail("search").skip_to(0)
    the_log_goes_on()
    assert entries() == before


def test_a_thing_that_went_away_is_not_found_any_more() -> None:
    certificate = a_certificate()
    rebuild()
    assert len(search(None, certificate.number)) == 1
    RegisterEntry.objects.filter(certificate=certificate).delete()
    source = indexing.SOURCES[Kind.REGISTER]
    entry = SearchEntry.objects.get(kind=Kind.REGISTER)
    with transaction.atomic():
        indexing.refresh(source, [entry.object_id])
    assert search(None, certificate.number) == []


def test_a_renamed_organisation_is_found_by_its_new_name_the_next_day() -> None:
    certificate = a_certificate()
    rebuild()
    applicant = certificate.application.applicant
    Organisation.objects.filter(pk=applicant.pk).update(name_ru="ТОО «Пример-Переименовано»")
    keep_up()
    actor = actor_of(certificate.application.act.request, Role.APPLICANT)
    assert search(actor, "переименовано")[0].entry.object_id == str(applicant.pk)


def test_words_are_those_of_the_entries() -> None:
    a_certificate()
    rebuild()
    known = set(SearchWord.objects.values_list("word", flat=True))
    assert known
    assert all(word.isalpha() and len(word) > 2 for word in known)


def test_the_command_says_what_it_made(capsys: pytest.CaptureFixture[str]) -> None:
    a_certificate()
    call_command("rebuild_search")
    assert "certificate: 1" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_the_command_gives_way_to_a_worker(settings: Any) -> None:
    held, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Tail("search").hold()
            held.set()
            done.wait(10)
        connection.close()

    thread = Thread(target=hold)
    with transaction.atomic():
        Tail("search").hold()
    thread.start()
    held.wait(10)
    try:
        with pytest.raises(CommandError):
            call_command("rebuild_search")
    finally:
        done.set()
        thread.join()
