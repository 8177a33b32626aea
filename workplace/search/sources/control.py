"""What the Committee keeps, and the part of it that those concerned are told."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import COMMITTEE_ROLES, Membership, Role
from issuance.models import Certificate
from origin.models import RulePack
from oversight.control.apart import addressed
from oversight.control.inbox import AUDITOR_OF_CHECK, conclusions_about
from oversight.departments import within
from oversight.grey_market.selectors import visible_listings
from oversight.measures.selectors import TOLD
from oversight.measures.selectors import visible_to as visible_measures
from oversight.models import (
    Complaint,
    ControlPlan,
    DeskCheck,
    GreyListing,
    Inspection,
    MassAction,
    Measure,
    Recommendation,
)
from workplace.models import SearchEntry
from workplace.search import scopes
from workplace.search.documents import Document, FromRows, Source, Touched, languages
from workplace.search.kinds import Kind

CONCLUDED = ("concluded", "objected", "closed")
_CASE = ("certificate__application__applicant", "certificate__application__act")
_HEAVY = (
    "certificate__record", "certificate__application__decision_record",
    "certificate__application__act__record",
)  # fmt: skip


def _at(prefix: str, paths: Iterable[str]) -> list[str]:
    return [f"{prefix}__{path}" for path in paths]


def is_of_committee(actor: Membership | None) -> bool:
    return actor is not None and actor.role in COMMITTEE_ROLES


def _of_department(code: str | None) -> list[str]:
    """The central office sees every department's; what none has yet is its own."""
    return [scopes.CENTRAL, *([scopes.department(code)] if code else [])]


def _of_certificate(certificate: Certificate | None) -> dict[str, Any]:
    if certificate is None:
        return {}
    applicant = certificate.application.applicant
    names = languages(applicant, "name")
    return {
        "names": list(names.values()),
        "numbers": [certificate.number],
        "bins": [applicant.bin],
        "title": names,
    }


# --- desk checks and recommendations


def _check(check: DeskCheck) -> Document:
    """Those whose violations the conclusion names are told of it."""
    told = []
    if check.status in CONCLUDED and check.result == DeskCheck.Result.VIOLATIONS:
        signer = check.certificate.application.act.signed_by_id
        for violation in check.violations.all():
            if violation.organisation_id and violation.set_aside_at is None:
                told.append(scopes.speaker(violation.organisation_id))
                told.append(scopes.auditor(signer, violation.organisation_id))
    return Document(
        object_id=str(check.pk),
        number=check.number,
        at=check.created_at,
        seen_by=[*_of_department(check.department_id), *dict.fromkeys(told)],
        people=[check.inspector_id],
        **_of_certificate(check.certificate),
    )


def _checks_seen(actor: Membership | None) -> QuerySet[DeskCheck]:
    if actor is None:
        return DeskCheck.objects.none()
    if is_of_committee(actor):
        return within(DeskCheck.objects.all(), actor)
    return DeskCheck.objects.filter(pk__in=conclusions_about(actor).order_by().values("pk"))


def _recommendation(found: Recommendation) -> Document:
    certificate = found.desk_check.certificate
    told = []
    if found.sent_at is not None:
        signer = certificate.application.act.signed_by_id
        told = [scopes.speaker(found.addressee_id), scopes.auditor(signer, found.addressee_id)]
    facts = _of_certificate(certificate)
    facts["names"] = [*facts["names"], *languages(found.addressee, "name").values()]
    return Document(
        object_id=str(found.pk),
        number=found.number,
        at=found.prepared_at,
        seen_by=[*_of_department(found.desk_check.department_id), *told],
        people=[found.prepared_by_id],
        **facts,
    )


def _recommendations_seen(actor: Membership | None) -> QuerySet[Recommendation]:
    every = Recommendation.objects.all()
    if actor is None:
        return every.none()
    if is_of_committee(actor):
        return within(every, actor, field="desk_check__department")
    own = addressed(actor, organisation="addressee", auditor=f"desk_check__{AUDITOR_OF_CHECK}")
    return every.filter(own, sent_at__isnull=False)


# --- measures, complaints, inspections


def _measure(measure: Measure) -> Document:
    subject = (
        languages(measure.organisation, "name")
        if measure.organisation
        else {"ru": measure.auditor.full_name if measure.auditor else measure.subject_name}
    )
    numbers = [one.number for one in (measure.certificate, measure.act) if one]
    return Document(
        object_id=str(measure.pk),
        number=measure.number,
        at=measure.proposed_at,
        seen_by=[*_of_department(measure.department_id), *_told_of(measure)],
        title=subject,
        names=list(subject.values()),
        numbers=numbers,
        bins=[measure.subject_bin, measure.organisation.bin if measure.organisation else ""],
        people=[measure.proposed_by_id, measure.approved_by_id],
    )


def _told_of(measure: Measure) -> Iterator[str]:
    if measure.status not in TOLD:
        return
    if measure.organisation_id:
        yield scopes.speaker(measure.organisation_id)
    elif measure.auditor_id:
        yield scopes.auditor_anywhere(measure.auditor_id)


def _complaint(complaint: Complaint) -> Document:
    """Found by what both sides read: whom it is about and who complains, not by what it says."""
    about = complaint.organisation
    names = languages(about, "name") if about else {"ru": complaint.name}
    own = [scopes.applicant(complaint.complainant_id)] if complaint.complainant_id else []
    given = [complaint.number_given, complaint.certificate and complaint.certificate.number]
    return Document(
        object_id=str(complaint.pk),
        number=complaint.number,
        at=complaint.received_at,
        seen_by=[*_of_department(complaint.department_id), *own],
        title=names,
        names=[complaint.name, *names.values()],
        numbers=[text for text in given if text],
        bins=[complaint.bin],
        people=[complaint.inspector_id, complaint.filed_by_id],
    )


def _complaints_seen(actor: Membership | None) -> QuerySet[Complaint]:
    if actor is None:
        return Complaint.objects.none()
    if is_of_committee(actor):
        return within(Complaint.objects.all(), actor)
    if actor.role == Role.APPLICANT:
        return Complaint.objects.filter(complainant=actor.organisation_id)
    return Complaint.objects.none()


def _inspection(inspection: Inspection) -> Document:
    return Document(
        object_id=str(inspection.pk),
        number=inspection.number,
        at=inspection.created_at,
        seen_by=_of_department(inspection.department_id),
        title={"ru": inspection.subject_name},
        names=[inspection.subject_name],
        numbers=[inspection.registration_number],
        bins=[inspection.subject_bin],
        people=[inspection.inspector_id],
    )


# --- sellers of certificates, mass actions, plans, versions of the rules


def _listing(listing: GreyListing) -> Document:
    """One without a region is everybody's, as in its list."""
    region = listing.region_id
    return Document(
        object_id=str(listing.pk),
        number=listing.number,
        at=listing.reported_at,
        seen_by=_of_department(region) if region else [scopes.COMMITTEE],
        title={"ru": listing.name or listing.address},
        main=[listing.name, listing.address],
        people=[listing.confirmed_by_id],
    )


def _listings_seen(actor: Membership | None) -> QuerySet[GreyListing]:
    if actor is None or not is_of_committee(actor):
        return GreyListing.objects.none()
    return visible_listings(actor)


def _mass_action(action: MassAction) -> Document:
    return Document(
        object_id=str(action.pk),
        number=action.number,
        at=action.created_at,
        seen_by=[scopes.COMMITTEE],
        people=[action.proposed_by_id],
    )


def _plan(plan: ControlPlan) -> Document:
    return Document(
        object_id=str(plan.pk),
        number=plan.number,
        at=plan.created_at,
        seen_by=[scopes.CENTRAL, *([scopes.PUBLIC] if plan.committed_at else [])],
        title={"ru": plan.title},
        main=[plan.title],
        people=[plan.created_by_id],
    )


def _plans_seen(actor: Membership | None) -> QuerySet[ControlPlan]:
    """Committed ones are public; the others are the central office's."""
    if scopes.CENTRAL in scopes.names_of(actor):
        return ControlPlan.objects.all()
    return ControlPlan.objects.filter(committed_at__isnull=False)


def _plan_address(entry: SearchEntry, actor: Membership | None) -> str:
    page = "oversight" if scopes.CENTRAL in scopes.names_of(actor) else "control"
    return reverse(f"{page}:plan-detail", args=[entry.number])


def _pack(pack: RulePack) -> Document:
    titles = languages(pack, "title")
    return Document(
        object_id=str(pack.pk),
        number=pack.code,
        at=pack.created_at,
        seen_by=[scopes.COMMITTEE],
        title=titles,
        main=list(titles.values()),
        people=[pack.author_id],
    )


def _for_committee(model: Any) -> Callable[[Membership | None], QuerySet[Any]]:
    every = model._default_manager
    return lambda actor: every.all() if is_of_committee(actor) else every.none()


def _in_department(model: Any) -> Callable[[Membership | None], QuerySet[Any]]:
    every = model._default_manager

    def seen(actor: Membership | None) -> QuerySet[Any]:
        return within(every.all(), actor) if actor and is_of_committee(actor) else every.none()

    return seen


def _source(
    kind: Kind, model: Any, rows: QuerySet[Any], document: Any, visible: Any, address: Any
) -> Source:
    def touched(news: Touched) -> Iterable[str]:
        found = model._default_manager.filter(news.of_model(model.SUBJECT_TYPE))
        return (str(pk) for pk in found.values_list("pk", flat=True))

    return Source(kind, FromRows(rows.all, document), touched, visible, address)


def _by_number(inside: str, outside: str = "") -> Callable[[SearchEntry, Membership | None], str]:
    def address(entry: SearchEntry, actor: Membership | None) -> str:
        page = inside if is_of_committee(actor) or not outside else outside
        return reverse(page, args=[entry.number])

    return address


SOURCES = (
    _source(
        Kind.CHECK,
        DeskCheck,
        DeskCheck.objects.select_related(*_CASE).defer(*_HEAVY).prefetch_related("violations"),
        _check,
        _checks_seen,
        _by_number("oversight:check-detail", "control:conclusion"),
    ),
    _source(
        Kind.RECOMMENDATION,
        Recommendation,
        Recommendation.objects.select_related(
            "addressee", *_at("desk_check", _CASE)
        ).defer(*_at("desk_check", _HEAVY)),
        _recommendation,
        _recommendations_seen,
        _by_number("oversight:recommendation-detail", "control:recommendation"),
    ),
    _source(
        Kind.MEASURE,
        Measure,
        Measure.objects.select_related("organisation", "auditor", "certificate", "act").defer(
            "certificate__record", "act__record"
        ),
        _measure,
        visible_measures,
        _by_number("oversight:measure-detail", "control:measure"),
    ),
    _source(
        Kind.COMPLAINT,
        Complaint,
        Complaint.objects.select_related("organisation", "certificate").defer(
            "certificate__record"
        ),
        _complaint,
        _complaints_seen,
        _by_number("oversight:complaint-detail", "control:complaint-state"),
    ),
    _source(
        Kind.INSPECTION,
        Inspection,
        Inspection.objects.all(),
        _inspection,
        _in_department(Inspection),
        _by_number("oversight:inspection-detail"),
    ),
    _source(
        Kind.LISTING,
        GreyListing,
        GreyListing.objects.all(),
        _listing,
        _listings_seen,
        _by_number("oversight:listing-detail"),
    ),
    _source(
        Kind.MASS_ACTION,
        MassAction,
        MassAction.objects.all(),
        _mass_action,
        _for_committee(MassAction),
        _by_number("oversight:mass-detail"),
    ),
    _source(
        Kind.PLAN,
        ControlPlan,
        ControlPlan.objects.all(),
        _plan,
        _plans_seen,
        _plan_address,
    ),
    _source(
        Kind.PACK,
        RulePack,
        RulePack.objects.defer("body"),
        _pack,
        _for_committee(RulePack),
        lambda entry, _actor: reverse("origin:pack-detail", args=[entry.object_id]),
    ),
)  # fmt: skip
