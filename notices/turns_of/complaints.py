"""Turns of complaints: the complainant, with or without an account, and who examines it."""

import re
from collections.abc import Iterable
from itertools import chain

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import COMMITTEE_ROLES, Role
from audit.models import AuditEvent
from notices.people import APPLICANT, apart, committee, person, told
from notices.turns import Group, Told, Written, register
from oversight.models import Complaint

WORDS = re.compile(r"[\s,;<>()]+")


def _complaint(event: AuditEvent) -> Complaint | None:
    return Complaint.objects.select_related("department").filter(pk=event.subject_id).first()


def _complainant(complaint: Complaint) -> Iterable[Told]:
    """Somebody who complained signed in; the page is the one of number and code."""
    found = person(complaint.filed_by_id, organisation=complaint.complainant_id, roles=APPLICANT)
    return told(found, link=reverse("control:complaint-follow"))


def email_in(contact: str) -> str:
    """The first e-mail address in what a person wrote about how to be reached; perhaps none."""
    for word in WORDS.split(contact):
        word = word.strip(".:")
        try:
            validate_email(word)
        except ValidationError:
            continue
        return word
    return ""


def _letter(event: AuditEvent, text: object) -> Iterable[Written]:
    """Whoever left an address to be reached at is written there, in the complaint's language.

    The code that opens the complaint is not put into a letter: the person has it already.
    """
    complaint = _complaint(event)
    address = email_in(complaint.contact) if complaint and not complaint.filed_by_id else ""
    if complaint is not None and address:
        link = reverse("control:complaint-follow")
        yield Written(address, complaint.language, text, link)  # type: ignore[arg-type]


def _to_register(event: AuditEvent) -> Iterable[Told]:
    complaint = _complaint(event)
    if complaint is None:
        return ()
    return told(committee(complaint.department, Role.INSPECTOR), must_act=True)


def _registered(event: AuditEvent) -> Iterable[Told]:
    complaint = _complaint(event)
    if complaint is None:
        return ()
    heads = committee(complaint.department, Role.COMMITTEE_HEAD)
    return chain(told(heads), _complainant(complaint))


def _to_complainant(event: AuditEvent) -> Iterable[Told]:
    complaint = _complaint(event)
    return _complainant(complaint) if complaint else ()


def _to_inspector(event: AuditEvent) -> Iterable[Told]:
    complaint = _complaint(event)
    if complaint is None:
        return ()
    return told(person(complaint.inspector_id, roles=COMMITTEE_ROLES), must_act=True)


def _late(event: AuditEvent) -> Iterable[Told]:
    """The inspector and the heads; whoever has to register it while it has neither."""
    complaint = _complaint(event)
    if complaint is None:
        return ()
    heads = committee(complaint.department, Role.COMMITTEE_HEAD)
    own = person(complaint.inspector_id, roles=COMMITTEE_ROLES)
    own = own or committee(complaint.department, Role.INSPECTOR)
    return chain(told(own, must_act=True), told(heads, must_act=True))


def _to_sign(event: AuditEvent) -> Iterable[Told]:
    complaint = _complaint(event)
    if complaint is None:
        return ()
    heads = committee(complaint.department, Role.COMMITTEE_HEAD)
    return told(apart(heads, complaint.inspector_id, complaint.drafted_by_id), must_act=True)


def _ended(event: AuditEvent) -> Iterable[Told]:
    complaint = _complaint(event)
    if complaint is None:
        return ()
    own = told(person(complaint.inspector_id, roles=COMMITTEE_ROLES))
    return chain(_complainant(complaint), own)


RECEIVED = _("Complaint %(subject)s was received; you follow it by its number and your code")
REGISTERED = _("Complaint %(subject)s was registered; the answer is due by %(due_on)s")
EXTENDED = _("The term of complaint %(subject)s was prolonged until %(until)s")
FORWARDED = _("Complaint %(subject)s was forwarded to another body, which answers you")
ANSWERED = _("Complaint %(subject)s was answered: read the answer on its page")
NOT_EXAMINED = _("Complaint %(subject)s was left without examination; the reason is on its page")

register(
    "complaint.received",
    to=_to_register,
    group=Group.CONTROL,
    text=_("Complaint %(subject)s was received"),
    text_to_act=_("Complaint %(subject)s was received: register it"),
    letters=lambda event: _letter(event, RECEIVED),
)
register(
    "complaint.registered",
    to=_registered,
    group=Group.CONTROL,
    text=REGISTERED,
    letters=lambda event: _letter(event, REGISTERED),
)
register(
    "complaint.extended",
    to=_ended,
    group=Group.CONTROL,
    text=EXTENDED,
    letters=lambda event: _letter(event, EXTENDED),
)
register(
    "complaint.forwarded",
    to=_to_complainant,
    group=Group.CONTROL,
    text=FORWARDED,
    letters=lambda event: _letter(event, FORWARDED),
)
register(
    "complaint.answered",
    to=_ended,
    group=Group.CONTROL,
    text=ANSWERED,
    letters=lambda event: _letter(event, ANSWERED),
)
register(
    "complaint.not_examined",
    to=_to_complainant,
    group=Group.CONTROL,
    text=NOT_EXAMINED,
    letters=lambda event: _letter(event, NOT_EXAMINED),
)
register(
    "complaint.supplemented",
    to=_to_inspector,
    group=Group.CONTROL,
    text=_("Complaint %(subject)s was supplemented"),
    text_to_act=_("Complaint %(subject)s was supplemented: look at what is new"),
)
register(
    "complaint.handed_over",
    to=_to_inspector,
    group=Group.CONTROL,
    text=_("Complaint %(subject)s was given to you"),
    text_to_act=_("Complaint %(subject)s was given to you: examine it"),
)
register(
    "complaint.drafted",
    to=_to_sign,
    group=Group.CONTROL,
    text=_("The answer to complaint %(subject)s is drafted"),
    text_to_act=_("The answer to complaint %(subject)s is drafted: sign it or return it"),
)
register(
    "complaint.draft_returned",
    to=_to_inspector,
    group=Group.CONTROL,
    text=_("The draft answer to complaint %(subject)s was returned"),
    text_to_act=_("The draft answer to complaint %(subject)s was returned: write it again"),
)
register(
    "complaint.reminded",
    to=_late,
    group=Group.DEADLINE,
    text=_("The answer to complaint %(subject)s is due by %(due_on)s"),
    text_to_act=_("The answer to complaint %(subject)s is due by %(due_on)s"),
)
register(
    "complaint.overdue",
    to=_late,
    group=Group.DEADLINE,
    text=_("The answer to complaint %(subject)s was due by %(due_on)s"),
    text_to_act=_("The answer to complaint %(subject)s was due by %(due_on)s and is late: answer"),
)
