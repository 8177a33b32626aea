"""Complaints come in: from anybody, and from applicants about refusals.

Administrative Procedural and Process-Related Code, articles 64, 76, 92 and 93: the term runs
from receipt; a missed term of complaint is no ground to refuse acceptance.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from issuance.models import Application
from issuance.numbering import CODE_ALPHABET
from oversight.models import Complaint, ComplaintAddition, ComplaintFile
from oversight.papers import new_number
from oversight.strangers import CheckedFile, keep_files
from reference.parameters import parameter
from registry.models import UnknownLookup, Way

from .named import Named, department_for

CODE_SIGNS = 12
LONGEST_TEXT = 8000
ENDED = ("answered", "forwarded", "not_examined")
MOST_ADDITIONS = 20


@dataclass(frozen=True)
class Said:
    """What a complainant wrote, whoever it is."""

    text: str
    language: str
    name: str = ""
    contact: str = ""
    learnt_on: date | None = None
    files: Sequence[CheckedFile] = ()


@transaction.atomic
def file_complaint(
    *, form_token: UUID, about: str, said: Said, named: Named | None = None
) -> Complaint:
    """A complaint from anybody; the same form sent twice is the same complaint.

    A number that no register has is taken as it stands on the paper: a suspected forgery.
    """
    if known := Complaint.objects.filter(form_token=form_token).first():
        return known
    complaint = _begun(form_token, about, said)
    if named is not None:
        complaint.number_given = named.number
        complaint.certificate = named.certificate
        if not named.is_known:
            complaint.about = Complaint.About.FORGERY
            today = timezone.localdate()
            UnknownLookup.add_one(Way.NUMBER, on=today, number=named.number)
    return _kept(complaint, said, audit.SYSTEM)


@transaction.atomic
def complain_of_refusal(
    *,
    form_token: UUID,
    application: Application,
    actor: Membership,
    said: Said,
    late_reason: str = "",
) -> Complaint:
    """The applicant's complaint about a chamber's refusal, within three months of learning of it.

    The same Code, article 92: a late one is accepted and says why it is late.
    """
    authorize(actor, "oversight.complain_of_refusal", application)
    if known := Complaint.objects.filter(form_token=form_token).first():
        return known
    application = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if application.status != "refused" or application.decided_at is None:
        raise DomainError("not_refused", _("Only a refusal can be complained of."))
    if open_one := open_complaint_of(application):
        raise DomainError(
            "complained_already",
            _("Complaint %(number)s about this refusal is not answered yet.")
            % {"number": open_one.number},
        )
    refused_on = timezone.localdate(application.decided_at)
    learnt_on = said.learnt_on or refused_on
    if learnt_on < refused_on:
        raise DomainError(
            "learnt_before", _("The refusal was not made before that day."), field="learnt_on"
        )
    if is_late(learnt_on, on=timezone.localdate()) and not late_reason.strip():
        raise DomainError(
            "late",
            _("More than three months have passed: say why the complaint comes late."),
            field="late_reason",
        )
    complaint = _begun(form_token, Complaint.About.REFUSAL, said)
    complaint.application = application
    complaint.organisation = application.chamber
    complaint.filed_by = actor.user
    complaint.complainant = actor.organisation
    complaint.name = actor.organisation.name_ru[:200]
    complaint.bin = actor.organisation.bin
    complaint.learnt_on = learnt_on
    complaint.late_reason = late_reason.strip()
    return _kept(complaint, said, actor.ref())


def complain_until(learnt_on: date) -> date:
    """The last day in time (the same Code, article 92)."""
    months: int = parameter("complaint.refusal_months", on=learnt_on)
    return learnt_on + relativedelta(months=months)


def is_late(learnt_on: date, *, on: date) -> bool:
    return on > complain_until(learnt_on)


def open_complaint_of(application: Application) -> Complaint | None:
    return application.complaints.exclude(status__in=ENDED).order_by("-received_at").first()


@transaction.atomic
def add_to_complaint(
    *, complaint: Complaint, form_token: UUID, text: str, files: Sequence[CheckedFile] = ()
) -> ComplaintAddition:
    """A note or files that come later, while the complaint is open."""
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    if known := complaint.additions.filter(form_token=form_token).first():
        return known
    if complaint.status in ENDED:
        raise DomainError(
            "ended", _("The complaint is closed; nothing more can be added. You may file another.")
        )
    if not text.strip() and not files:
        raise DomainError("nothing_added", _("Write something or choose a file."), field="text")
    if complaint.additions.count() >= MOST_ADDITIONS:
        raise DomainError("too_many", _("Nothing more can be added to this complaint here."))
    addition = ComplaintAddition.objects.create(
        complaint=complaint, form_token=form_token, text=text.strip(), added_at=timezone.now()
    )
    _keep(complaint, files, addition)
    audit.record(
        "complaint.supplemented",
        actor=audit.SYSTEM,
        subject=complaint.subject_ref(),
        case=str(complaint.case_id),
        files=len(files),
    )
    return addition


def _begun(form_token: UUID, about: str, said: Said) -> Complaint:
    if not said.text.strip():
        raise DomainError("no_text", _("Say what happened."), field="text")
    return Complaint(
        status=Complaint.WORKFLOW.initial,
        form_token=form_token,
        code="".join(secrets.choice(CODE_ALPHABET) for _sign in range(CODE_SIGNS)),
        about=about,
        text=said.text.strip(),
        language=said.language,
        name=said.name.strip(),
        contact=said.contact.strip(),
        learnt_on=said.learnt_on,
    )


def _kept(complaint: Complaint, said: Said, filer: audit.ActorRef) -> Complaint:
    now = timezone.now()
    today = timezone.localdate(now)
    complaint.number = new_number("complaint", "", today)
    complaint.received_at = now
    complaint.department = department_for(
        certificate=complaint.certificate,
        application=complaint.application,
        number=complaint.number_given,
    )
    complaint.start_clock(on=today, days=parameter("complaint.answer_days", on=today))
    try:
        with transaction.atomic():
            complaint.save(force_insert=True)
    except IntegrityError:
        # The second click of a double one came through while the first was being kept.
        return Complaint.objects.get(form_token=complaint.form_token)
    _keep(complaint, said.files)
    audit.record(
        "complaint.received",
        actor=filer,
        subject=complaint.subject_ref(),
        case=str(complaint.case_id),
        about=str(complaint.about),
        certificate=complaint.number_given,
        files=len(said.files),
    )
    return complaint


def _keep(
    complaint: Complaint, files: Sequence[CheckedFile], addition: ComplaintAddition | None = None
) -> None:
    for stored in keep_files(files, by=complaint.filed_by):
        ComplaintFile.objects.create(complaint=complaint, file=stored, addition=addition)
