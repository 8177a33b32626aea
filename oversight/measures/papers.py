"""The documents of a measure: the notice, the decision, the decision on an appeal."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from documents.models import SealedDocument
from issuance.records import signature_record
from oversight.control.violations import VIOLATIONS
from oversight.models import Appeal, Measure
from oversight.papers import (
    OF_A_HEAD,
    PaperToMake,
    code_names,
    head_of_paper,
    letter_number,
    register_paper,
    text,
)

from .records import reason_record, subject_party

NOTICE, DECISION, APPEAL_DECISION = "measure_notice", "measure_decision", "appeal_decision"
RELATED = (
    "type", "certificate__application", "act", "auditor", "organisation", "proposed_by",
    "approved_by", "decided_by", "signature",
)  # fmt: skip

Words = dict[str, str]


def _make_notice(subject_id: str) -> PaperToMake | None:
    measure = Measure.objects.select_related(*RELATED).get(pk=subject_id)
    if measure.notice_id is not None or measure.approved_by is None or measure.approved_at is None:
        return None
    terms = []
    if measure.due_on is not None:
        terms.append({"label": text(_("Reply until")), "on": measure.due_on.isoformat()})
    number = letter_number(measure.number, 1, on=timezone.localdate(measure.approved_at))
    record = {
        **_head("notice", number, measure.approved_by, measure.approved_at, measure),
        "title": text(_("Notice of a measure that is being considered")),
        "about": _about(measure),
        "sections": [
            *_grounds(measure),
            {
                "heading": text(_("Your right to be heard")),
                "text": text(
                    _(
                        "You may reply in writing, add documents and state your objections. The "
                        "decision is made after your reply, or when the term has passed without "
                        "one."
                    )
                ),
            },
        ],
        "legal": [measure.type.legal_refs()],
        "terms": terms,
    }
    return _paper(measure, record, number)


def _make_decision(subject_id: str) -> PaperToMake | None:
    measure = Measure.objects.select_related(*RELATED).get(pk=subject_id)
    if measure.document_id is not None or measure.decided_by is None or measure.decided_at is None:
        return None
    record = {
        **_head("measure", measure.number, measure.decided_by, measure.decided_at, measure),
        "title": text(_("Decision on a measure: %(type)s"), type=measure.type.names()),
        "about": [*_about(measure), *_fine(measure)],
        "sections": [*_grounds(measure), *_hearing(measure)],
        "legal": [measure.type.legal_refs()],
        "terms": _terms(measure),
        "rights": _rights(),
        "signature": signature_record(measure.signature),
    }
    return _paper(measure, record, measure.number)


def _make_appeal_decision(subject_id: str) -> PaperToMake | None:
    appeal = Appeal.objects.select_related(
        "decided_by", *(f"measure__{name}" for name in RELATED)
    ).get(pk=subject_id)
    if appeal.document_id is not None or appeal.decided_by is None or appeal.decided_at is None:
        return None
    measure = appeal.measure
    outcome = (
        text(_("The appeal is allowed; the measure is set aside"))
        if appeal.status == "allowed"
        else text(_("The appeal is dismissed; the measure stands"))
    )
    sections = [
        {"heading": text(_("What was appealed and why")), "text": _as_written(appeal.text)},
        {"heading": text(_("Reasons of the decision")), "text": _as_written(appeal.decision_note)},
    ]
    if appeal.is_late:
        sections.insert(
            1,
            {"heading": text(_("Why it came late")), "text": _as_written(appeal.late_reason)},
        )
    record = {
        **_head("appeal_decision", appeal.number, appeal.decided_by, appeal.decided_at, measure),
        "title": text(_("Decision on an appeal")),
        "about": [
            {"label": text(_("Measure")), "value": measure.number},
            *_about(measure),
            {"label": text(_("Decision")), "value": outcome},
        ],
        "sections": sections,
        "legal": [
            text(
                _(
                    "Administrative Procedural and Process-Related Code of 29.06.2020 No 350-VI, "
                    "articles 91, 92 and 99"
                )
            )
        ],
        "rights": text(
            _(
                "This decision may be appealed to a court as the Administrative Procedural and "
                "Process-Related Code provides."
            )
        ),
    }
    return PaperToMake(
        record, Appeal.SUBJECT_TYPE, str(appeal.pk), appeal.number, str(appeal.case_id)
    )


def _keep_notice(subject_id: str, document: SealedDocument) -> None:
    Measure.objects.filter(pk=subject_id).update(notice=document)


def _keep_decision(subject_id: str, document: SealedDocument) -> None:
    Measure.objects.filter(pk=subject_id).update(document=document)


def _keep_appeal_decision(subject_id: str, document: SealedDocument) -> None:
    Appeal.objects.filter(pk=subject_id).update(document=document)


def _paper(measure: Measure, record: dict[str, Any], number: str) -> PaperToMake:
    return PaperToMake(record, Measure.SUBJECT_TYPE, str(measure.pk), number, str(measure.case_id))


def _head(paper: str, number: str, person: User, at: datetime, measure: Measure) -> dict[str, Any]:
    head = head_of_paper(paper, number, by=person, at=at, roles=OF_A_HEAD)
    return {**head, "to": subject_party(measure)}


def _about(measure: Measure) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": text(_("Measure")), "value": measure.type.names()},
    ]
    if measure.certificate is not None:
        facts.append({"label": text(_("Certificate")), "value": measure.certificate.number})
    if measure.act is not None:
        facts.append({"label": text(_("Act of expertise")), "value": measure.act.number})
    if measure.auditor is not None:
        facts.append({"label": text(_("Expert-auditor")), "value": measure.auditor.full_name})
    reason = reason_record(measure)
    if reason is not None:
        facts.append({"label": text(_("Reason")), "value": reason["name"]})
    return facts


def _fine(measure: Measure) -> list[dict[str, Any]]:
    if measure.fine_tenge is None or measure.fine_mci is None:
        return []
    return [
        {"label": text(_("Fine, MCI")), "value": f"{measure.fine_mci.normalize():f}"},
        {"label": text(_("Fine, tenge")), "value": f"{measure.fine_tenge:f}"},
    ]


def _grounds(measure: Measure) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = [
        {"heading": text(_("What it rests on")), "text": _as_written(measure.grounds)}
    ]
    rows = [
        [code_names(VIOLATIONS, each.code), each.text, each.legal_ref]
        for each in measure.violations.order_by("noted_at", "pk")
    ]
    if rows:
        columns = [
            text(_("Violation")),
            text(pgettext_lazy("violation", "Facts")),
            text(_("Norms")),
        ]
        sections.append(
            {
                "heading": text(_("What was found")),
                "table": {"columns": columns, "rows": rows},
            }
        )
    return sections


def _hearing(measure: Measure) -> list[dict[str, Any]]:
    if measure.type.reply_days is None:
        return []
    reply = (
        _as_written(measure.reply) if measure.reply else text(_("No reply came within the term."))
    )
    sections: list[dict[str, Any]] = [{"heading": text(_("Reply of the subject")), "text": reply}]
    if measure.decision_note:
        sections.append(
            {"heading": text(_("What was decided")), "text": _as_written(measure.decision_note)}
        )
    return sections


def _terms(measure: Measure) -> list[dict[str, Any]]:
    named = (
        (_("In force from"), measure.starts_on),
        (_("In force until"), measure.ends_on),
        (_("To be executed by"), measure.execute_by),
        (_("May be appealed until"), measure.appeal_until),
    )
    return [
        {"label": text(label), "on": day.isoformat()} for label, day in named if day is not None
    ]


def _rights() -> Words:
    return text(
        _(
            "This decision may be appealed within three months from the day on which you learnt "
            "of it. The appeal is filed with the Committee and heard by the higher body within "
            "twenty working days."
        )
    )


def _as_written(words: str) -> Words:
    """What a person wrote stands in both columns as it was written."""
    return {"kk": words, "ru": words}


register_paper(NOTICE, maker=_make_notice, keep=_keep_notice)
register_paper(DECISION, maker=_make_decision, keep=_keep_decision)
register_paper(APPEAL_DECISION, maker=_make_appeal_decision, keep=_keep_appeal_decision)
