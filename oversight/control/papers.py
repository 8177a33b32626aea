"""The documents of preventive control: the recommendation, and the answer to an objection."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from documents.models import SealedDocument
from oversight.models import Recommendation, Violation
from oversight.papers import (
    PaperToMake,
    code_names,
    head_of_paper,
    letter_number,
    organisation_party,
    register_paper,
    text,
)
from reference.parameters import parameter

from .violations import VIOLATIONS, legal_reference

RECOMMENDATION, ANSWER = "recommendation", "recommendation_answer"

Words = dict[str, str]


def _make_recommendation(subject_id: str) -> PaperToMake | None:
    found = _found(subject_id)
    if found.document_id is not None or found.sent_at is None:
        return None
    on = timezone.localdate(found.sent_at)
    days = {name: parameter(f"recommendation.{name}_days", on=on) for name in ("object", "execute")}
    violations = list(found.violations.order_by("noted_at"))
    record: dict[str, Any] = {
        **_head(found, found.prepared_by, RECOMMENDATION, found.number, found.sent_at),
        "title": text(_("Recommendation to eliminate violations")),
        "about": _about(found),
        "sections": [
            {
                "heading": text(_("What was found")),
                "table": {
                    "columns": [
                        text(_("Violation")),
                        text(pgettext_lazy("violation", "Facts")),
                        text(_("Norms")),
                    ],
                    "rows": [_violation_row(item) for item in violations],
                },
            },
            {"heading": text(_("How to eliminate it")), "items": found.points},
            {
                "heading": text(_("Terms")),
                "items": [
                    text(
                        _("Execution: %(days)s working days from the day after delivery."),
                        days=days["execute"],
                    ),
                    text(
                        _("Objection: %(days)s working days from the day after delivery."),
                        days=days["object"],
                    ),
                ],
            },
            {
                "heading": text(_("Consequences")),
                "text": text(
                    _(
                        "No administrative case is opened on what is eliminated in time. A "
                        "recommendation that is not executed is a ground for preventive control "
                        "with a visit."
                    )
                ),
            },
        ],
        "legal": [
            text(
                _("Entrepreneurial Code of 29.10.2015 No 375-V: preventive control without a visit")
            )
        ],
    }
    return _paper(found, record, found.number)


def _make_answer(subject_id: str) -> PaperToMake | None:
    found = _found(subject_id)
    decider, decided_at = found.objection_decided_by, found.objection_decided_at
    if found.answer_document_id is not None or decider is None or decided_at is None:
        return None
    number = letter_number(found.number, 1, on=timezone.localdate(decided_at))
    terms = []
    if found.execute_by is not None:
        terms.append({"label": text(_("To be executed by")), "on": found.execute_by.isoformat()})
    record: dict[str, Any] = {
        **_head(found, decider, "answer", number, decided_at),
        "title": text(_("Answer to the objection to a recommendation")),
        "about": [
            {"label": text(_("Recommendation")), "value": found.number},
            *_about(found),
            {"label": text(_("Decision")), "value": text(_("The objection is dismissed"))},
        ],
        "sections": [
            {"heading": text(_("Objection")), "text": _as_written(found.objection)},
            {"heading": text(_("Answer")), "text": _as_written(found.objection_note)},
        ],
        "terms": terms,
        "rights": parameter("appeal.rights", on=timezone.localdate(decided_at)),
    }
    return _paper(found, record, number)


def _keep_recommendation(subject_id: str, document: SealedDocument) -> None:
    Recommendation.objects.filter(pk=subject_id).update(document=document)


def _keep_answer(subject_id: str, document: SealedDocument) -> None:
    Recommendation.objects.filter(pk=subject_id).update(answer_document=document)


def _found(subject_id: str) -> Recommendation:
    related = ("addressee", "prepared_by", "objection_decided_by", "desk_check__certificate")
    return Recommendation.objects.select_related(*related).get(pk=subject_id)


def _head(
    found: Recommendation, person: User, paper: str, number: str, at: datetime
) -> dict[str, Any]:
    return {
        **head_of_paper(paper, number, by=person, at=at),
        "to": organisation_party(found.addressee),
    }


def _about(found: Recommendation) -> list[dict[str, Any]]:
    check = found.desk_check
    return [
        {"label": text(_("Certificate")), "value": check.certificate.number},
        {"label": text(_("Desk check")), "value": check.number},
        {"label": text(_("Violations established")), "value": f"{found.found_on:%d.%m.%Y}"},
    ]


def _violation_row(violation: Violation) -> list[Words]:
    on = timezone.localdate(violation.act.signed_at if violation.act else violation.noted_at)
    cited = legal_reference(violation.code, on=on)
    return [
        code_names(VIOLATIONS, violation.code),
        _as_written(violation.text),
        cited if cited["ru"] == violation.legal_ref else _as_written(violation.legal_ref),
    ]


def _as_written(words: str) -> Words:
    """A person's own words stand as they were written, in whichever language."""
    return {"kk": words, "ru": words}


def _paper(found: Recommendation, record: dict[str, Any], number: str) -> PaperToMake:
    return PaperToMake(
        record=record,
        subject_type=Recommendation.SUBJECT_TYPE,
        subject_id=str(found.pk),
        number=number,
        case=str(found.case_id),
    )


register_paper(RECOMMENDATION, maker=_make_recommendation, keep=_keep_recommendation)
register_paper(ANSWER, maker=_make_answer, keep=_keep_answer)
