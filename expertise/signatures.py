"""What people sign in stage one: the applicant the request, the auditor the act.

`begin_…` opens a signing session from a page; `complete_…` gives the command once the record is
signed. What the reader sees of a record is told from the record itself.
"""

import json
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from documents.models import SigningItem, SigningSession
from documents.purposes import Fact, Holding, keep_sessions_open_for, register, register_sight
from documents.signing import ToSign, begin
from reference.parameters import parameter
from workflow.moving import locked

from .models import Act, ExpertiseRequest
from .services import filing, signing


@transaction.atomic
def begin_submission(
    *, request: ExpertiseRequest, actor: Membership, seen_version: int | None = None
) -> SigningSession:
    request = locked(request)
    record = filing.prepare_submission(request=request, actor=actor, seen_version=seen_version)
    return begin(
        purpose=filing.SUBMIT,
        actor=actor,
        records=[
            ToSign(
                subject=request.subject_ref(),
                label=str(_("Request for expertise")),
                record=record,
            )
        ],
        return_url=reverse("expertise:request-check", args=[request.pk]),
    )


def complete_submission(item: SigningItem, actor: Membership) -> str:
    request = filing.submit_request(request=_request_of(item), actor=actor, signed=item)
    return reverse("expertise:request-detail", args=[request.pk])


@transaction.atomic
def begin_act(
    *, request: ExpertiseRequest, actor: Membership, seen_version: int | None = None
) -> SigningSession:
    prepared = signing.prepare_act(request=request, actor=actor, seen_version=seen_version)
    return begin(
        purpose=signing.SIGN,
        actor=actor,
        records=[
            ToSign(
                subject=request.subject_ref(),
                label=str(_("Act of expertise %(number)s")) % {"number": prepared.record["number"]},
                record=prepared.record,
                arguments={"prepared_at": prepared.at.isoformat()},
            )
        ],
        return_url=reverse("expertise:request-sign", args=[request.pk]),
    )


def complete_act(item: SigningItem, actor: Membership) -> str:
    act = signing.sign_act(request=_request_of(item), actor=actor, signed=item)
    return reverse("expertise:act-detail", args=[act.pk])


def _request_of(item: SigningItem) -> ExpertiseRequest:
    return ExpertiseRequest.objects.get(pk=item.subject_id)


def submission_summary(item: SigningItem) -> list[Fact]:
    record = record_of(item)
    facts: list[Fact] = [
        (_("Applicant"), named(record["applicant"]["name"])),
        (_("Producer"), named(record["producer"]["name"])),
        (_("Expert organisation"), named(record["expert_organisation"]["name"])),
        (_("Goods lines"), str(len(record["lines"]))),
        (_("Documents"), str(len(record["documents"]))),
    ]
    if record["goes_to_chamber_by_itself"]:
        facts.append((_("Goes to the chamber by itself"), named(record["chamber"]["name"])))
    return facts


def act_summary(item: SigningItem) -> list[Fact]:
    record = record_of(item)
    positive = sum(line["originating"] for line in record["lines"])
    of_all = _("%(positive)s of %(total)s") % {
        "positive": positive,
        "total": len(record["lines"]),
    }
    return [
        (_("Applicant"), named(record["applicant"]["name"])),
        (_("Lines that originate in Kazakhstan"), of_all),
        (_("Attestation of the auditor"), record["auditor"]["attestation"]["number"]),
        (_("Rules of origin"), record["rules"]["pack"]),
    ]


def record_of(item: SigningItem) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(item.record_bytes)
    return record


def named(names: dict[str, str]) -> str:
    """A bilingual name in the reader's language; Russian serves those who read neither."""
    return names.get((get_language() or "ru").split("-")[0]) or names["ru"]


def sees_request(subject_id: str, actor: Membership) -> bool:
    """A correction rests on the signature of the request that it carries on."""
    visible = ExpertiseRequest.objects.visible_to(actor)
    return visible.filter(Q(pk=subject_id) | Q(signature__subject_id=subject_id)).exists()


def sees_act(subject_id: str, actor: Membership) -> bool:
    return Act.objects.visible_to(actor).filter(pk=subject_id).exists()


def session_term() -> timedelta:
    minutes = parameter("signing.session_minutes", on=timezone.localdate())
    return timedelta(minutes=minutes)


register(
    filing.SUBMIT,
    label=_("Sign the request for expertise"),
    holding=Holding.ORGANISATION,
    complete=complete_submission,
    summary=submission_summary,
    done=_("The request is signed and submitted."),
    noun=_("Request for expertise"),
)
register(
    signing.SIGN,
    label=_("Sign the act of expertise"),
    holding=Holding.PERSON,
    complete=complete_act,
    summary=act_summary,
    done=_("The act is signed."),
    noun=_("Act of expertise"),
)
register_sight("request", sees_request)
register_sight("act", sees_act)
keep_sessions_open_for(session_term)
