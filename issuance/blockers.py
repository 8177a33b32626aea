"""What stands between an application and its recommendation, approval or refusal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Membership
from auditors.models import Attestation
from documents.canonical import sha256_hex
from documents.seal_keys import SealingUnavailable, seal_key
from documents.sealing import sealing_problem
from reference.models import CodeEntry
from workflow.blockers import Blocker

from .mandates import mandate_in_force, seal_in_force
from .models import Application, ChecklistAnswer, Power
from .periods import is_held_by_the_committee

# Common to all schemes; a scheme may add items of its own in the list `checklist_item.<scheme>`.
CHECKLIST = "checklist_item"
# What the blockers read of an application: with these loaded they ask nothing more for each row.
READ = ("act__request__scheme", "act__signed_by", "chamber", "replaces", "opened_by")


def checklist(application: Application) -> list[tuple[CodeEntry, ChecklistAnswer | None]]:
    """The items that hold for the scheme and category today, each with the reviewer's answer."""
    return _answered(application, _items(on=timezone.localdate()))


def review_blockers(application: Application) -> list[Blocker]:
    """Every condition of recommending approval."""
    return _review([application], _Asked.for_(Application.objects.filter(pk=application.pk)))[
        application.pk
    ]


def approval_blockers(application: Application, actor: Membership) -> list[Blocker]:
    """Every condition of issuing, all asked again at the moment of the decision."""
    return approval_blockers_of([application], actor)[application.pk]


def approval_blockers_of(
    applications: Iterable[Application], actor: Membership
) -> dict[Any, list[Blocker]]:
    """The same for many cases of the actor's chamber, in as many queries for ten as for one."""
    applications = list(applications)
    asked = _Asked.for_(Application.objects.filter(pk__in=[each.pk for each in applications]))
    chamber_side = [_mandate(actor, Power.ISSUE), *_seal(actor)]
    return {pk: [*blockers, *chamber_side] for pk, blockers in _review(applications, asked).items()}


def refusal_blockers(actor: Membership) -> list[Blocker]:
    """Every condition of refusing: whoever refuses has to be entitled to it today."""
    return [_mandate(actor, Power.REFUSE)]


@dataclass(frozen=True)
class _Asked:
    """What is asked of the database once for all cases."""

    on: date
    items: list[CodeEntry] = field(default_factory=list)
    attested: frozenset[Any] = frozenset()

    @classmethod
    def for_(cls, applications: QuerySet[Application]) -> "_Asked":
        on = timezone.localdate()
        return cls(on=on, items=_items(on=on), attested=_attested(applications))


def _items(*, on: date) -> list[CodeEntry]:
    return list(
        CodeEntry.objects.filter(list__startswith=CHECKLIST)
        .in_force(on=on)
        .order_by("sort", "list", "code")
    )


def _attested(applications: QuerySet[Application]) -> frozenset[Any]:
    """Acts whose attestation, frozen into them, held on the day of the signature."""
    signed = applications.values_list(
        "act_id", "act__signed_at", "act__attestation_id", "act__signed_by_id"
    )
    by_day: dict[date, list[tuple[Any, Any, Any]]] = {}
    for act, signed_at, attestation, signer in signed:
        by_day.setdefault(timezone.localdate(signed_at), []).append((act, attestation, signer))
    found = [
        Attestation.objects.in_force(on=day)
        .filter(pk__in=[attestation for _act, attestation, _signer in acts])
        .order_by()
        .values_list("pk", "user_id")
        for day, acts in by_day.items()
    ]
    if not found:
        return frozenset()
    held = set(found[0].union(*found[1:], all=True) if len(found) > 1 else found[0])
    return frozenset(
        act
        for acts in by_day.values()
        for act, attestation, signer in acts
        if (attestation, signer) in held
    )


def _answered(
    application: Application, items: list[CodeEntry]
) -> list[tuple[CodeEntry, ChecklistAnswer | None]]:
    request = application.act.request
    lists = (CHECKLIST, f"{CHECKLIST}.{request.scheme_id}")
    answers: Mapping[str, ChecklistAnswer] = {
        answer.item: answer for answer in application.answers.all()
    }
    return [
        (item, answers.get(item.code))
        for item in items
        if item.list in lists and (not item.applies_to or request.category in item.applies_to)
    ]


def _review(applications: list[Application], asked: _Asked) -> dict[Any, list[Blocker]]:
    return {
        each.pk: [
            *_standing(each, asked),
            *_replacement(each, asked.on),
            *_answers(each, _answered(each, asked.items)),
        ]
        for each in applications
    }


def _standing(application: Application, asked: _Asked) -> list[Blocker]:
    """Conditions that the portal checks itself."""
    act = application.act
    page = reverse("expertise:act-detail", args=[act.pk])
    # A replacement states the same goods for the same term: the act has to stand, not to last.
    lasts = asked.on <= act.valid_until or application.replaces_id is not None
    return [
        _one(
            "act_positive",
            act.is_positive,
            _("The act of expertise is positive"),
            _("The act of expertise is negative"),
            page,
        ),
        _one(
            "act_in_force",
            act.status == "signed" and lasts,
            _("The act of expertise is in force"),
            _("The act of expertise is not in force any more"),
            page,
        ),
        _one(
            "act_intact",
            sha256_hex(bytes(act.record)) == act.record_sha256,
            _("The act is as the auditor signed it"),
            _("The record of the act does not fit the digest that was signed"),
            page,
        ),
        _one(
            "auditor_attested",
            act.pk in asked.attested,
            _("An attested auditor signed the act"),
            _("The auditor was not attested on the day of the act"),
            page,
        ),
        _one(
            "scheme_open",
            act.request.scheme.is_open(on=asked.on),
            _("Certificates of this form are issued today"),
            _("Certificates of this form are no longer issued"),
        ),
    ]


def _replacement(application: Application, on: date) -> list[Blocker]:
    replaced = application.replaces
    if replaced is None:
        return []
    is_held = replaced.status == "suspended" and is_held_by_the_committee(replaced)
    return [
        _one(
            "replaced_in_force",
            replaced.status in ("valid", "suspended")
            and not is_held
            and not replaced.is_expired(on=on),
            _("Certificate %(number)s can be replaced") % {"number": replaced.number},
            _("The Committee decided this; only the Committee undoes it.")
            if is_held
            else _("Certificate %(number)s is not in force any more") % {"number": replaced.number},
            reverse("issuance:certificate-detail", args=[replaced.pk]),
        )
    ]


def _answers(
    application: Application, rows: list[tuple[CodeEntry, ChecklistAnswer | None]]
) -> list[Blocker]:
    page = reverse("issuance:application-review", args=[application.pk])
    unanswered = [item for item, answer in rows if answer is None]
    unmet = [item for item, answer in rows if answer is not None and not answer.is_met]
    return [
        _one(
            "checklist_complete",
            not unanswered,
            _("The checklist is complete"),
            _("Checklist items without an answer: %(count)s") % {"count": len(unanswered)},
            page,
        ),
        *(
            Blocker(
                f"checklist_{item.code}",
                _("Not in order: %(item)s") % {"item": item.name},
                False,
                f"{page}#{item.code}",
            )
            for item in unmet
        ),
    ]


def _mandate(actor: Membership, power: Power) -> Blocker:
    mandate = mandate_in_force(actor.user, actor.organisation, power, timezone.localdate())
    return _one(
        "mandate",
        mandate is not None,
        _("You have a mandate of the chamber for this decision"),
        _("You have no mandate of the chamber for this decision today"),
        reverse("issuance:mandate-list"),
        hint=_("It is entered by one person of the chamber and confirmed by another."),
    )


def _seal(actor: Membership) -> list[Blocker]:
    problem = sealing_problem()
    return [
        Blocker(
            "seal",
            problem or _("The seal of the portal is ready"),
            problem is None,
            hint="" if problem is None else _("Without a seal nothing is issued."),
        ),
        _one(
            "seal_registered",
            problem is None and seal_is_registered(actor),
            _("The seal is in the chamber's register of seals"),
            _("The seal in use is not in the chamber's register of seals"),
            reverse("issuance:seal-list"),
        ),
    ]


def seal_is_registered(actor: Membership) -> bool:
    try:
        digest = seal_key().certificate_sha256
    except SealingUnavailable:
        return False
    return seal_in_force(actor.organisation, digest, timezone.localdate()) is not None


def _one(
    code: str,
    is_clear: bool,
    clear: str | Promise,
    blocked: str | Promise,
    url: str = "",
    hint: str | Promise = "",
) -> Blocker:
    return Blocker(code, clear if is_clear else blocked, is_clear, url, "" if is_clear else hint)
