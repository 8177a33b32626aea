"""The documents of a complaint: notice of a prolongation, letter of forwarding, answer."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from documents.models import SealedDocument
from issuance.records import signature_record
from oversight.control.violations import VIOLATIONS
from oversight.models import Complaint, Fault, Violation
from oversight.papers import (
    PaperToMake,
    code_names,
    head_of_paper,
    letter_number,
    register_paper,
    text,
)

EXTENSION, FORWARDING, ANSWER = "complaint_extension", "complaint_forwarding", "complaint_answer"
RELATED = (
    *("certificate", "application", "complainant", "extended_by", "closed_by", "answered_by"),
    "answer_signature",
)

Words = dict[str, str]


def _make_extension(subject_id: str) -> PaperToMake | None:
    complaint = _found(subject_id)
    until, at = complaint.extended_until, complaint.extended_at
    if complaint.extension_notice_id is not None or until is None or at is None:
        return None
    number = letter_number(complaint.number, 1, on=timezone.localdate(at))
    record = {
        **_head("extension", number, complaint, complaint.extended_by, at),
        "title": text(_("The time to answer your complaint is prolonged")),
        "about": _about(complaint),
        "sections": [
            {
                "heading": text(_("Why more time is needed")),
                "text": _as_written(complaint.extension_reason),
            }
        ],
        "terms": [{"label": text(_("Answer until")), "on": until.isoformat()}],
        "legal": [_article_76()],
    }
    return _paper(complaint, record, number)


def _make_forwarding(subject_id: str) -> PaperToMake | None:
    complaint = _found(subject_id)
    at = complaint.forwarded_at
    if complaint.forwarding_id is not None or at is None:
        return None
    number = letter_number(complaint.number, 1, on=timezone.localdate(at))
    sections: list[dict[str, Any]] = [
        {
            "text": text(
                _(
                    "Your complaint belongs to another body and was forwarded there. That body "
                    "answers you; you need not write to it again."
                )
            )
        }
    ]
    if complaint.rejection_note:
        sections.append({"heading": text(_("Note")), "text": _as_written(complaint.rejection_note)})
    record = {
        **_head("forwarding", number, complaint, complaint.closed_by, at),
        "title": text(_("Your complaint was forwarded")),
        "about": [
            *_about(complaint),
            {"label": text(_("Forwarded to")), "value": complaint.forwarded_to},
        ],
        "sections": sections,
        "legal": [_article_76()],
    }
    return _paper(complaint, record, number)


def _make_answer(subject_id: str) -> PaperToMake | None:
    complaint = _found(subject_id)
    at = complaint.answered_at
    if complaint.answer_document_id is not None or at is None:
        return None
    ordinal = 2 if complaint.extended_at else 1
    number = letter_number(complaint.number, ordinal, on=timezone.localdate(at))
    violations = list(
        complaint.violations.filter(set_aside_at__isnull=True).order_by("noted_at")
    ) + list(
        Violation.objects.filter(
            desk_check__complaint=complaint, confirmed_at__isnull=False, set_aside_at__isnull=True
        ).order_by("noted_at")
    )
    sections: list[dict[str, Any]] = [
        {"heading": text(_("Answer")), "text": _as_written(complaint.answer)}
    ]
    if violations:
        sections.append(
            {"heading": text(_("What was found")), "table": _violations_table(violations)}
        )
    sections.append({"heading": text(_("What you wrote")), "text": _as_written(complaint.text)})
    record = {
        **_head("answer", number, complaint, complaint.answered_by, at),
        "title": text(_("Answer to a complaint")),
        "about": [
            *_about(complaint),
            {
                "label": text(_("Outcome")),
                "value": text(Complaint.Outcome(complaint.outcome).label),
            },
        ],
        "sections": sections,
        "legal": [_article_76()],
        "rights": text(
            _(
                "If you do not agree with this answer, you may complain to the higher body within "
                "three months of learning of it, and to a court, as the Administrative Procedural "
                "and Process-Related Code provides."
            )
        ),
        "signature": signature_record(complaint.answer_signature),
    }
    return _paper(complaint, record, number)


def _violations_table(violations: list[Violation]) -> dict[str, Any]:
    return {
        "columns": [
            text(_("Violation")), text(_("Whose fault")),
            text(pgettext_lazy("violation", "Facts")), text(_("Norms")),
        ],
        "rows": [
            [
                code_names(VIOLATIONS, each.code),
                text(Fault(each.fault).label),
                _as_written(each.text),
                _as_written(each.legal_ref),
            ]
            for each in violations
        ],
    }  # fmt: skip


def _keep_extension(subject_id: str, document: SealedDocument) -> None:
    Complaint.objects.filter(pk=subject_id).update(extension_notice=document)


def _keep_forwarding(subject_id: str, document: SealedDocument) -> None:
    Complaint.objects.filter(pk=subject_id).update(forwarding=document)


def _keep_answer(subject_id: str, document: SealedDocument) -> None:
    Complaint.objects.filter(pk=subject_id).update(answer_document=document)


def _found(subject_id: str) -> Complaint:
    return Complaint.objects.select_related(*RELATED).get(pk=subject_id)


def _head(
    paper: str, number: str, complaint: Complaint, person: User, at: datetime
) -> dict[str, Any]:
    return {**head_of_paper(paper, number, by=person, at=at), "to": _addressee(complaint)}


def _addressee(complaint: Complaint) -> dict[str, Any]:
    """By name where one was given; else whoever holds the number and the code."""
    if complaint.complainant is not None:
        return {"name": complaint.complainant.names(), "bin": complaint.complainant.bin}
    if complaint.name:
        return {"name": _as_written(complaint.name)}
    unnamed = text(_("To whoever filed complaint %(number)s"), number=complaint.number)
    return {"name": unnamed}


def _about(complaint: Complaint) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": text(_("Complaint")), "value": complaint.number},
        {
            "label": text(_("Received")),
            "value": f"{timezone.localdate(complaint.received_at):%d.%m.%Y}",
        },
        {"label": text(_("About")), "value": text(Complaint.About(complaint.about).label)},
    ]
    if complaint.number_given:
        facts.append({"label": text(_("Certificate")), "value": complaint.number_given})
    if complaint.application is not None:
        facts.append({"label": text(_("Application")), "value": complaint.application.number or ""})
    return facts


def _article_76() -> Words:
    return text(
        _("Administrative Procedural and Process-Related Code of 29.06.2020 No 350-VI, article 76")
    )


def _as_written(words: str) -> Words:
    """A person's own words stand as they were written, in whichever language."""
    return {"kk": words, "ru": words}


def _paper(complaint: Complaint, record: dict[str, Any], number: str) -> PaperToMake:
    return PaperToMake(
        record, Complaint.SUBJECT_TYPE, str(complaint.pk), number, str(complaint.case_id)
    )


register_paper(EXTENSION, maker=_make_extension, keep=_keep_extension)
register_paper(FORWARDING, maker=_make_forwarding, keep=_keep_forwarding)
register_paper(ANSWER, maker=_make_answer, keep=_keep_answer)
