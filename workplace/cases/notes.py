"""Notes of one organisation to a case: written once, withdrawn within the day, never edited."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Role, User
from accounts.permissions import authorize
from documents.uploads import accept_upload
from workplace.models import CaseNote, CaseNoteMention

from .whole import WholeCase, find_case

LONGEST_NOTE = 4000
FILES = ("pdf", "jpg", "png", "xlsx", "docx")


def notes_of(actor: Membership, case_id: UUID) -> QuerySet[CaseNote]:
    """The own organisation's notes, newest first; whether the case is seen is asked before."""
    return CaseNote.objects.of_house(actor).filter(case_id=case_id).order_by("-at", "-pk")


def note_of(pk: str) -> CaseNote | None:
    try:
        return CaseNote.objects.filter(pk=pk).first()
    except ValidationError:
        return None


def colleagues_of(case: WholeCase) -> list[User]:
    """Whom a note may call: people of the own organisation who may open the case themselves.

    What a role sees is the same for everybody in it, so one person is asked for each; an auditor
    sees only own cases.
    """
    actor = case.actor
    own = list(
        Membership.objects.current()
        .filter(organisation=actor.organisation_id)
        .exclude(user=actor.user_id)
        .select_related("user", "organisation")
        .order_by("user__full_name", "pk")
    )
    auditors = {one.auditor_id for one in case.requests}
    auditors |= {one.auditor_id for one in case.applications}
    sees: dict[str, bool] = {actor.role: actor.role != Role.AUDITOR}
    found: dict[UUID, User] = {}
    for one in own:
        if one.role == Role.AUDITOR:
            may = one.user_id in auditors
        else:
            if one.role not in sees:
                sees[one.role] = find_case(one, case.case_id) is not None
            may = sees[one.role]
        if may:
            found[one.user_id] = one.user
    return list(found.values())


def called_in(text: str, people: Iterable[User]) -> set[UUID]:
    """Those whose name stands in the text after an @, the longest name first."""
    called = set()
    for person in sorted(people, key=lambda one: -len(one.full_name)):
        sign = f"@{person.full_name}"
        if person.full_name and sign in text:
            called.add(person.pk)
            text = text.replace(sign, "")
    return called


@transaction.atomic
def add_note(
    *,
    case: WholeCase,
    text: str,
    form_token: UUID,
    mentioned: Collection[UUID] = (),
    upload: "UploadedFile[bytes] | None" = None,
) -> CaseNote:
    """Writes a note to a case that the author may see; the same form sent twice is one note."""
    known = CaseNote.objects.filter(form_token=form_token, author=case.actor.user_id).first()
    if known is not None:
        return known
    text = text.strip()
    if not text:
        raise DomainError("empty_note", _("Write the note."), field="text")
    if len(text) > LONGEST_NOTE:
        raise DomainError(
            "long_note",
            _("A note has at most %(limit)s characters; put the rest into a file.")
            % {"limit": LONGEST_NOTE},
            field="text",
        )
    colleagues = {person.pk: person for person in colleagues_of(case)}
    if set(mentioned) - colleagues.keys():
        raise DomainError(
            "not_a_colleague",
            _("Only colleagues of your own organisation who see this case can be called."),
            field="mentioned",
        )
    called = sorted(set(mentioned) | called_in(text, colleagues.values()))
    actor = case.actor
    note = CaseNote.objects.create(
        case_id=case.case_id,
        case_number=case.label,
        organisation=actor.organisation,
        author=actor.user,
        text=text,
        file=accept_upload(upload, kinds=FILES, by=actor.user, field="upload") if upload else None,
        form_token=form_token,
    )
    CaseNoteMention.objects.bulk_create(
        CaseNoteMention(note=note, user_id=person) for person in called
    )
    _record(note, "case_note.added", actor, mentioned=[str(person) for person in called])
    return note


@transaction.atomic
def withdraw_note(*, note: CaseNote, actor: Membership) -> CaseNote:
    """Takes the words of an own note away on the day it was written; its place stays."""
    note = CaseNote.objects.select_for_update().get(pk=note.pk)
    if note.withdrawn_at is not None and note.author_id == actor.user_id:
        return note
    authorize(actor, "workplace.withdraw_note", note)
    note.withdrawn_at = timezone.now()
    note.save(update_fields=["withdrawn_at"])
    _record(note, "case_note.withdrawn", actor)
    return note


def _record(note: CaseNote, event: str, actor: Membership, **facts: object) -> None:
    audit.record(
        event,
        actor=actor.ref(),
        subject=note.subject_ref(),
        # Its own story: the history of the case is read by others.
        case=note.pk,
        about_case=str(note.case_id),
        **facts,
    )
