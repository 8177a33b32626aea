"""The two papers of a plan: what the Committee bound itself to, and what was drawn."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models import SealedDocument
from oversight.models import ControlPlan
from oversight.papers import (
    OF_A_HEAD,
    PaperToMake,
    head_of_paper,
    letter_number,
    register_paper,
    text,
)

from .draw import RISK, RULES_SHA256, Selected
from .proofs import selected_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PLAN_PAPER, DRAW_PAPER = "plan", "draw"
Words = dict[str, str]
DAY = "%d.%m.%Y"
LEGAL = _(
    "Entrepreneurial Code of the Republic of Kazakhstan of 29.10.2015 № 375-V, articles 141 and 144"
)


def plan_paper(plan_id: str) -> PaperToMake | None:
    plan = _plan(plan_id)
    if plan.plan_document_id or plan.committed_at is None:
        return None
    record = _record(plan, PLAN_PAPER, plan.number, _("Plan of desk control"), plan.committed_at)
    record["about"] = [
        *_period(plan),
        _fact(_("By risk"), str(plan.by_risk)),
        _fact(_("By lottery"), str(plan.by_lottery)),
        _fact(_("The lottery is spread over"), _strata_words(plan)),
        _fact(_("Certificates that take part"), str(plan.frame_size)),
    ]
    record["sections"] = [
        {
            "heading": text(_("What binds the Committee")),
            "text": text(
                _(
                    "The list of certificates that take part, their scores and the sizes are fixed "
                    "by the digests below, which stand in the public log. The seed of the draw "
                    "needs a state of the log that did not exist at that moment: nobody could "
                    "choose what is drawn."
                )
            ),
            "table": _digests(
                (_("Digest of the frame"), plan.frame_sha256),
                (_("Digest of the secret"), plan.nonce_sha256),
                (_("Digest of the rules of the draw"), RULES_SHA256),
                (_("Digest of the weights of risk"), plan.risk_versions),
            ),
        }
    ]
    record["terms"] = [{"label": text(_("To be checked by")), "on": plan.due_on.isoformat()}]
    return _to_make(plan, record, plan.number)


def draw_paper(plan_id: str) -> PaperToMake | None:
    plan = _plan(plan_id)
    if plan.draw_document_id or plan.drawn_at is None:
        return None
    number = letter_number(plan.number, 1, on=timezone.localdate(plan.drawn_at))
    record = _record(plan, DRAW_PAPER, number, _("Draw of the plan of desk control"), plan.drawn_at)
    drawn = selected_of(plan)
    record["about"] = [
        _fact(_("Plan"), plan.number),
        *_period(plan),
        _fact(_("Entries of the log at the draw"), str(plan.checkpoint_size)),
    ]
    record["sections"] = [
        {
            "heading": text(_("How it was drawn")),
            "text": text(
                _(
                    "From the frame, the secret and the first state of the log that holds the "
                    "commitment. Drawn again from these by anyone, the list is the same."
                )
            ),
            "table": _digests(
                (_("Seed"), plan.seed),
                (_("Digest of the draw"), plan.draw_sha256),
                (_("Digest of the frame"), plan.frame_sha256),
            ),
        },
        {"heading": text(_("Certificates to be checked")), "text": None, "table": _listed(drawn)},
    ]
    record["terms"] = [{"label": text(_("To be checked by")), "on": plan.due_on.isoformat()}]
    return _to_make(plan, record, number)


def _plan(plan_id: str) -> ControlPlan:
    return ControlPlan.objects.select_related("committed_by").get(pk=plan_id)


def _record(
    plan: ControlPlan, kind: str, number: str, title: "_StrPromise | str", at: datetime
) -> dict[str, Any]:
    page = reverse("control:plan-detail", args=[plan.number])
    return {
        **head_of_paper(kind, number, by=plan.committed_by, at=at, roles=OF_A_HEAD),
        "title": text(title),
        "to": None,
        "legal": [text(LEGAL)],
        "rights": None,
        "signature": None,
        "verify_url": f"{settings.CTKZ_PUBLIC_URL}{page}",
    }


def _to_make(plan: ControlPlan, record: dict[str, Any], number: str) -> PaperToMake:
    return PaperToMake(
        record=record,
        subject_type=plan.SUBJECT_TYPE,
        subject_id=str(plan.pk),
        number=number,
        case=str(plan.case_id),
    )


def _period(plan: ControlPlan) -> list[dict[str, Any]]:
    period = f"{plan.issued_from:{DAY}} – {plan.issued_until:{DAY}}"
    return [_fact(_("Title"), plan.title), _fact(_("Certificates issued"), period)]


def _strata_words(plan: ControlPlan) -> str | Words:
    kinds = [text(ControlPlan.Stratum(kind).label) for kind in plan.strata]
    if not kinds:
        return text(_("the whole frame"))
    return {language: ", ".join(kind[language] for kind in kinds) for language in kinds[0]}


def _fact(label: "_StrPromise | str", value: str | Words) -> dict[str, Any]:
    return {"label": text(label), "value": value}


def _digests(*rows: "tuple[_StrPromise | str, str]") -> dict[str, Any]:
    return {
        "columns": [text(_("What")), text(_("SHA-256"))],
        "rows": [[text(label), digest] for label, digest in rows],
    }


def _listed(drawn: Iterable[Selected]) -> dict[str, Any]:
    ways = {True: text(_("by risk")), False: text(_("by lottery"))}
    columns = (_("Certificate"), _("Selected"), _("Stratum"), _("Score"))
    return {
        "columns": [text(column) for column in columns],
        "rows": [
            [one.entry.number, ways[one.way == RISK], one.entry.stratum, str(one.entry.score)]
            for one in drawn
        ],
    }


def _keep(field: str, plan_id: str, document: SealedDocument) -> None:
    ControlPlan.objects.filter(pk=plan_id).update(**{field: document})


def keep_plan_paper(plan_id: str, document: SealedDocument) -> None:
    _keep("plan_document", plan_id, document)


def keep_draw_paper(plan_id: str, document: SealedDocument) -> None:
    _keep("draw_document", plan_id, document)


register_paper(PLAN_PAPER, maker=plan_paper, keep=keep_plan_paper)
register_paper(DRAW_PAPER, maker=draw_paper, keep=keep_draw_paper)
