"""Builders of complaints: every state reached through the services."""

import io
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Membership, Role
from issuance.models import Certificate
from oversight.complaints.answering import answer_complaint
from oversight.complaints.examining import draft_answer, note_complaint_violation, take_complaint
from oversight.complaints.filing import Said, file_complaint
from oversight.complaints.named import Named
from oversight.complaints.registering import register_complaint
from oversight.models import Complaint, Posting, Violation
from oversight.strangers import new_seal
from reference.models import Department
from tests.scenarios import a_certificate, a_person, reference_data

TEXT = "На упаковке указан другой изготовитель, чем в сертификате (пример)."
WAY = ("received", "registered", "under_review", "drafted", "answered")


@dataclass
class Desk:
    """A complaint with the two people of the Committee who deal with it."""

    complaint: Complaint
    inspector: Membership
    head: Membership

    def read(self) -> Complaint:
        self.complaint = Complaint.objects.get(pk=self.complaint.pk)
        return self.complaint


def said(**values: Any) -> Said:
    return Said(**{"text": TEXT, "language": "ru", **values})


def a_complaint(certificate: Certificate | None = None, **values: Any) -> Complaint:
    reference_data()
    named = Named(certificate.number, certificate) if certificate else None
    about = values.pop("about", "certificate" if certificate else "other")
    return file_complaint(form_token=uuid.uuid4(), about=about, said=said(**values), named=named)


def a_desk(
    status: str = "under_review",
    certificate: Certificate | None = None,
    *,
    outcome: str = "confirmed",
) -> Desk:
    """A complaint as far on its way as `status` says."""
    complaint = a_complaint(certificate or a_certificate())
    desk = Desk(complaint, a_person(Role.INSPECTOR), a_person(Role.COMMITTEE_HEAD))
    steps = WAY[: WAY.index(status) + 1]
    if "registered" in steps:
        desk.complaint = register_complaint(
            complaint=desk.complaint,
            actor=desk.inspector,
            department=Department.objects.get(pk=complaint.department_id),
        )
    if "under_review" in steps:
        desk.complaint = take_complaint(complaint=desk.complaint, actor=desk.inspector)
    if "drafted" in steps:
        if outcome != "not_confirmed":
            note(desk)
        draft(desk, outcome)
    if "answered" in steps:
        desk.complaint = answer_complaint(complaint=desk.complaint, actor=desk.head)
    return desk


def note(desk: Desk, **values: Any) -> Violation:
    given = {"code": "wrong_share", "fault": "auditor", "text": "Строка 1 (пример).", **values}
    return note_complaint_violation(complaint=desk.complaint, actor=desk.inspector, **given)


def draft(desk: Desk, outcome: str = "confirmed") -> Complaint:
    desk.complaint = draft_answer(
        complaint=desk.complaint,
        actor=desk.inspector,
        outcome=outcome,
        answer="Проверено (пример).",
    )
    return desk.complaint


def post_to(member: Membership, code: str) -> None:
    """The person serves in that department from the beginning of the membership."""
    Posting.objects.create(
        user=member.user, department=Department.objects.get(pk=code), since=member.valid_from
    )


def written(**values: Any) -> dict[str, Any]:
    """The fields of the public form, filled in by a person who took a minute."""
    return {
        "about": "other",
        "number": "",
        "text": TEXT,
        "learnt_on": "",
        "name": "",
        "contact": "",
        "language": "ru",
        "second_topic": "",
        "seal": new_seal(written_since=timezone.now().timestamp() - 60),
        **values,
    }


def a_picture(name: str = "paper.png") -> SimpleUploadedFile:
    """A photograph of a paper, as far as a program can tell."""
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")
