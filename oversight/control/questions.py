"""Questions of a desk check: the clock stands until the addressed organisation explains itself.

The organisation sees the question and the number of the certificate, never why it was selected.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership, Organisation
from documents.models import StoredFile
from oversight.models import CheckQuestion, DeskCheck
from reference import working_days
from reference.parameters import parameter
from workflow.moving import advance, guard, locked

from .apart import sides_of_case

LONGEST_TEXT = 4000


@transaction.atomic
def ask_side(
    *,
    check: DeskCheck,
    actor: Membership,
    addressee: Organisation,
    text: str,
    seen_version: int | None = None,
) -> CheckQuestion:
    """Asks one of the sides of the case for an explanation, until a day; the clock stands."""
    check = locked(check)
    guard(check, "ask", actor, seen_version=seen_version)
    if addressee.pk not in sides_of_case(check.certificate):
        raise DomainError(
            "not_a_side",
            _("Ask the applicant, the expert organisation or the chamber of this case."),
            field="addressee",
        )
    _check_text(text)
    today = timezone.localdate()
    question = CheckQuestion.objects.create(
        check_of=check,
        addressee=addressee,
        text=text.strip(),
        asked_by=actor.user,
        asked_at=timezone.now(),
        due_on=working_days.add(today, parameter("desk_check.answer_days", on=today)),
    )
    check.pause_clock(on=today)
    advance(
        check, "ask", actor,
        question=str(question.pk), addressee=str(addressee.pk), due_on=question.due_on.isoformat(),
    )  # fmt: skip
    return question


@transaction.atomic
def answer_question(
    *, question: CheckQuestion, actor: Membership, text: str, file: StoredFile | None = None
) -> CheckQuestion:
    """The organisation explains itself; the clock of the check goes on."""
    check = locked(question.check_of)
    question = CheckQuestion.objects.select_for_update().get(pk=question.pk)
    guard(check, "answer", actor)
    if question.answered_at is not None:
        raise DomainError("answered", _("This question has been answered already."))
    _check_text(text)
    question.answer = text.strip()
    question.file = file
    question.answered_by = actor.user
    question.answered_at = timezone.now()
    question.save()
    check.resume_clock(on=timezone.localdate())
    advance(check, "answer", actor, question=str(question.pk), files=int(file is not None))
    return question


@transaction.atomic
def resume_check(
    *, check: DeskCheck, actor: Membership, seen_version: int | None = None
) -> DeskCheck:
    """The term has passed without a reply; the inspector goes on."""
    check = locked(check)
    guard(check, "resume", actor, seen_version=seen_version)
    question = open_question(check)
    if question is not None and question.due_on >= timezone.localdate():
        raise DomainError(
            "reply_expected",
            _("A reply is expected until %(day)s; the check waits for it until then.")
            % {"day": question.due_on.strftime("%d.%m.%Y")},
        )
    check.resume_clock(on=timezone.localdate())
    advance(check, "resume", actor, question=str(question.pk) if question else "")
    return check


def open_question(check: DeskCheck) -> CheckQuestion | None:
    """What the check waits for; a question passed over after its term is open no longer."""
    if check.status != "awaiting_reply":
        return None
    return check.questions.filter(answered_at__isnull=True).order_by("-asked_at").first()


def _check_text(text: str) -> None:
    if not text.strip():
        raise DomainError("no_text", _("Write the text."), field="text")
    if len(text) > LONGEST_TEXT:
        raise DomainError("too_long", _("The text is too long."), field="text")
