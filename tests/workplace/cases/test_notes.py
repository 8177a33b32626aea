"""Notes stay in the house, are written once, and call colleagues who may open the case."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import InternalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

import audit
from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from notices.turns import turn_of
from tests.scenarios import a_pdf, a_person, a_request, actor_of, an_application, an_organisation
from workplace.cases.notes import add_note, called_in, colleagues_of, notes_of, withdraw_note
from workplace.cases.whole import WholeCase, find_case
from workplace.models import CaseNote, CaseNoteMention

from .pages import get, main, page, people_of, post, tabs

LANGUAGE = "en"

WORDS = "Проверьте строку 7 до звонка."


def seen_by(actor: Membership, thing: Any) -> WholeCase:
    case = find_case(actor, thing.case_id)
    assert case is not None
    return case


def a_note(actor: Membership, thing: Any, text: str = WORDS, **options: Any) -> CaseNote:
    options.setdefault("form_token", uuid4())
    return add_note(case=seen_by(actor, thing), text=text, **options)


def test_a_note_is_read_by_its_own_house_and_by_nobody_else(db: None) -> None:
    """Whoever writes it: each side of the case, one after another."""
    application = an_application("under_review")
    people = people_of(application)
    for author in people.values():
        note = a_note(author, application, text=f"{WORDS} {uuid4()}")
        for reader in people.values():
            shown = main(get(reader, page("notes", application.case_id)))
            is_own = reader.organisation_id == author.organisation_id
            assert (note.text in shown) is is_own, (author.role, reader.role)
            at_note = get(reader, reverse("workplace:case-note", args=[note.pk]))
            assert at_note.status_code == (302 if is_own else 404)
            others = [page(part, application.case_id) for part in ("detail", "history", "files")]
            assert not any(note.text in main(get(reader, address)) for address in others)


def test_a_colleague_who_may_not_open_the_case_reads_no_note(db: None) -> None:
    """Another auditor of the same organisation."""
    request = a_request("in_expertise")
    auditor = actor_of(request, Role.AUDITOR)
    note = a_note(auditor, request)
    other = a_person(Role.AUDITOR, request.expert_organisation)
    assert get(other, page("notes", request.case_id)).status_code == 404
    assert get(other, reverse("workplace:case-note", args=[note.pk])).status_code == 404
    assert other.user not in colleagues_of(seen_by(auditor, request))
    with pytest.raises(DomainError) as refusal:
        a_note(auditor, request, mentioned=[other.user_id])
    assert refusal.value.code == "not_a_colleague"


def test_a_person_of_another_house_cannot_be_called(db: None) -> None:
    request = a_request("submitted")
    head, applicant = actor_of(request, Role.EXPERT_HEAD), actor_of(request, Role.APPLICANT)
    with pytest.raises(DomainError) as refusal:
        a_note(head, request, mentioned=[applicant.user_id])
    assert refusal.value.field == "mentioned"
    assert not CaseNote.objects.exists()


def test_the_history_of_the_case_does_not_tell_of_notes(db: None) -> None:
    request = a_request("submitted")
    head = actor_of(request, Role.EXPERT_HEAD)
    colleague = a_person(Role.EXPERT_HEAD, head.organisation)
    before = audit.timeline(request.case_id).count()
    note = a_note(head, request, mentioned=[colleague.user_id])
    withdraw_note(note=note, actor=head)
    assert audit.timeline(request.case_id).count() == before
    added, withdrawn = AuditEvent.objects.about("case_note", note.pk).order_by("id")
    assert (added.event, withdrawn.event) == ("case_note.added", "case_note.withdrawn")
    assert added.facts == {
        "about_case": str(request.case_id),
        "mentioned": [str(colleague.user_id)],
    }
    assert WORDS not in bytes(added.body).decode()


def test_a_mention_is_told_to_those_who_may_open_the_case(db: None) -> None:
    application = an_application("under_review")
    officer = people_of(application)[Role.CHAMBER_OFFICER]
    colleague = a_person(Role.CHAMBER_OFFICER, officer.organisation)
    # In two roles of one house: told once.
    Membership.objects.create(
        user=colleague.user, organisation=officer.organisation,
        role=Role.CHAMBER_SIGNATORY, valid_from=colleague.valid_from,
    )  # fmt: skip
    note = a_note(officer, application, text=f"@{colleague.user.full_name} {WORDS}")
    event = AuditEvent.objects.about("case_note", note.pk).get()
    turn = turn_of("case_note.added")
    assert turn is not None
    assert [told.membership.user_id for told in turn.to(event)] == [colleague.user_id]
    assert event.url == reverse("workplace:case-note", args=[note.pk])
    withdraw_note(note=note, actor=officer)
    assert list(turn.to(event)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@Примеров Пример 12, посмотрите", {"Примеров Пример 12"}),
        ("почта a@Примеров", set()),
        ("@Примеров Пример 1 и @Примеров Пример 12",
         {"Примеров Пример 1", "Примеров Пример 12"}),
        ("Примеров Пример 1", set()),
    ],
)  # fmt: skip
def test_the_longest_name_after_the_sign_counts(db: None, text: str, expected: set[str]) -> None:
    people = [a_person(full_name=name).user for name in ("Примеров Пример 1", "Примеров Пример 12")]
    names = {person.pk: person.full_name for person in people}
    assert {names[key] for key in called_in(text, people)} == expected


def test_a_note_is_withdrawn_by_its_author_on_its_day(db: None) -> None:
    request = a_request("submitted")
    head = actor_of(request, Role.EXPERT_HEAD)
    colleague = a_person(Role.EXPERT_HEAD, head.organisation)
    note = a_note(head, request)
    with pytest.raises(PermissionRefused):
        withdraw_note(note=note, actor=colleague)
    tomorrow = timezone.now() + timedelta(days=1)
    with time_machine.travel(tomorrow), pytest.raises(PermissionRefused):
        withdraw_note(note=note, actor=head)
    answer = post(head, reverse("workplace:case-note-withdraw", args=[note.pk]))
    assert answer.status_code == 302
    shown = main(get(colleague, page("notes", request.case_id)))
    assert WORDS not in shown
    assert "Withdrawn by" in shown
    # Pressed twice: it stays as it was.
    first = CaseNote.objects.get().withdrawn_at
    withdraw_note(note=note, actor=head)
    assert CaseNote.objects.get().withdrawn_at == first
    assert tabs(get(head, page("notes", request.case_id)))["Notes"] == "0"


def test_the_file_of_a_note_stays_in_the_house_and_goes_with_it(db: None) -> None:
    request = a_request("submitted")
    head, applicant = actor_of(request, Role.EXPERT_HEAD), actor_of(request, Role.APPLICANT)
    note = a_note(head, request, upload=a_pdf("letter.pdf"))
    address = reverse("workplace:case-note-file", args=[note.pk])
    answer = get(head, address)
    assert answer["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    ways = ("", "?page=1", "?small=1", "?picture=1")
    assert [get(head, address + way).status_code for way in ways] == [200] * 4
    assert [get(applicant, address + way).status_code for way in ways] == [404] * 4
    withdraw_note(note=note, actor=head)
    assert [get(head, address + way).status_code for way in ways] == [404] * 4


def test_one_form_sent_twice_is_one_note(db: None) -> None:
    request = a_request("submitted")
    head, token = actor_of(request, Role.EXPERT_HEAD), str(uuid4())
    for _time in range(2):
        answer = post(head, page("notes", request.case_id), text=WORDS, form_token=token)
        assert answer.status_code == 302
    assert notes_of(head, request.case_id).count() == 1


def test_an_empty_note_is_told_beside_its_field(db: None) -> None:
    request = a_request("submitted")
    answer = post(actor_of(request, Role.EXPERT_HEAD), page("notes", request.case_id), text="  ")
    assert answer.status_code == 200
    assert "This field is required" in answer.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        "text = 'иначе'",
        "author_id = (SELECT id FROM accounts_user WHERE id <> author_id LIMIT 1)",
        "organisation_id = (SELECT id FROM accounts_organisation "
        "WHERE id <> organisation_id LIMIT 1)",
        "at = at - interval '1 day'",
        "case_id = gen_random_uuid()",
    ],
)
def test_sql_cannot_rewrite_a_note(db: None, change: str) -> None:
    request = a_request("submitted")
    note = a_note(actor_of(request, Role.EXPERT_HEAD), request)
    refused(f"UPDATE workplace_casenote SET {change} WHERE id = %s", note)


def test_sql_cannot_delete_a_note_nor_bring_a_withdrawn_one_back(db: None) -> None:
    request = a_request("submitted")
    head = actor_of(request, Role.EXPERT_HEAD)
    colleague = a_person(Role.EXPERT_HEAD, head.organisation)
    note = a_note(head, request, mentioned=[colleague.user_id])
    refused("DELETE FROM workplace_casenote WHERE id = %s", note)
    refused("DELETE FROM workplace_casenotemention WHERE note_id = %s", note)
    refused("UPDATE workplace_casenotemention SET note_id = note_id WHERE note_id = %s", note)
    withdraw_note(note=note, actor=head)
    refused("UPDATE workplace_casenote SET withdrawn_at = NULL WHERE id = %s", note)
    assert CaseNoteMention.objects.count() == 1


def refused(statement: str, note: CaseNote) -> None:
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [note.pk])


def test_many_notes_cost_the_queries_of_one(db: None, django_assert_max_num_queries: Any) -> None:
    request = a_request("submitted")
    head = actor_of(request, Role.EXPERT_HEAD)
    house = [a_person(Role.EXPERT_HEAD, head.organisation) for _number in range(3)]
    a_note(head, request, mentioned=[house[0].user_id])
    costs = []
    for more in (0, 9):
        for _number in range(more):
            a_note(head, request, mentioned=[person.user_id for person in house])
        with django_assert_max_num_queries(70) as counted:
            get(head, page("notes", request.case_id))
        costs.append(len(counted))
    assert costs[0] == costs[1]


def test_nobody_of_a_new_house_is_offered(db: None) -> None:
    """The first person of an organisation has nobody to call, and the form says nothing of it."""
    request = a_request("submitted", experts=an_organisation("expert"))
    shown = main(get(actor_of(request, Role.APPLICANT), page("notes", request.case_id)))
    assert "Colleagues to call" not in shown
