"""Organisations as those who deal with them know them, and the way of auditors to attestation."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import COMMITTEE_ROLES, Membership, Organisation, OrganisationKind
from auditors.models import AttestationCase
from expertise.models import ExpertiseRequest
from issuance.models import Application
from workplace.models import SearchEntry
from workplace.search import scopes
from workplace.search.documents import BATCH, Document, FromRows, Source, Touched, languages
from workplace.search.kinds import Kind

from .public import company_address, company_thing

# Whom everybody chooses from when filing.
KNOWN_TO_ALL = (OrganisationKind.EXPERT, OrganisationKind.CHAMBER, OrganisationKind.COMMITTEE)


def organisations_visible_to(actor: Membership | None) -> QuerySet[Organisation]:
    """The own one, the bodies that everybody deals with, and the applicants of one's cases."""
    if actor is None:
        return Organisation.objects.none()
    if actor.role in COMMITTEE_ROLES:
        return Organisation.objects.all()
    requests = ExpertiseRequest.objects.visible_to(actor).values("applicant")
    applications = Application.objects.visible_to(actor).values("applicant")
    return Organisation.objects.filter(
        Q(pk=actor.organisation_id)
        | Q(kind__in=KNOWN_TO_ALL)
        | Q(pk__in=requests.order_by())
        | Q(pk__in=applications.order_by())
    )


def _organisations(ids: Collection[str] | None) -> Iterator[Document]:
    rows = Organisation.objects.order_by("pk")
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    last: UUID | None = None
    while some := list((rows.filter(pk__gt=last) if last else rows)[:BATCH]):
        last = some[-1].pk
        seers = _seers(some)
        for organisation in some:
            yield _organisation(organisation, seers.get(organisation.pk, set()))


def _organisation(organisation: Organisation, seers: set[str]) -> Document:
    names = languages(organisation, "name")
    known = [scopes.MEMBER] if organisation.kind in KNOWN_TO_ALL else []
    return Document(
        object_id=str(organisation.pk),
        number=organisation.bin,
        at=scopes.EPOCH,
        seen_by=[scopes.COMMITTEE, scopes.own(organisation.pk), *known, *sorted(seers)],
        title=names,
        main=list(names.values()),
        bins=[organisation.bin],
        numbers=[organisation.code] if organisation.code else [],
        thing=company_thing(organisation.bin),
    )


def _seers(organisations: Sequence[Organisation]) -> dict[UUID, set[str]]:
    """Who has a case of an applicant at hand; two questions for the whole batch."""
    seers: dict[UUID, set[str]] = {}
    filed = ExpertiseRequest.objects.filter(applicant__in=organisations, submitted_at__isnull=False)
    for applicant, experts, auditor, chamber, status in filed.order_by().values_list(
        "applicant", "expert_organisation", "auditor", "chamber", "status"
    ).distinct():  # fmt: skip
        names = seers.setdefault(applicant, set())
        if experts:
            names.add(scopes.experts(experts))
        if experts and auditor:
            names.add(scopes.auditor(auditor, experts))
        if chamber and status == "concluded":
            names.add(scopes.chamber(chamber))
    applied = Application.objects.filter(applicant__in=organisations).order_by()
    for applicant, chamber in applied.values_list("applicant", "chamber").distinct():
        seers.setdefault(applicant, set()).add(scopes.chamber(chamber))
    return seers


def _touched_organisations(news: Touched) -> Iterable[str]:
    requests = ExpertiseRequest.objects.filter(news.of_model(ExpertiseRequest.SUBJECT_TYPE))
    applicants = requests.order_by().values_list("applicant", flat=True).distinct()
    return {*map(str, applicants), *news.ids_of("organisation")}


def _attestations() -> QuerySet[AttestationCase]:
    return AttestationCase.objects.select_related("user", "organisation")


def _attestation(case: AttestationCase) -> Document:
    return Document(
        object_id=str(case.pk),
        number=case.number or "",
        at=case.applied_at,
        seen_by=[scopes.COMMITTEE, scopes.auditor_anywhere(case.user_id)],
        title={"ru": case.user.full_name},
        main=[case.user.full_name],
        rest=list(languages(case.organisation, "name").values()),
        people=[case.user_id, case.admitted_by_id],
    )


def _touched_attestations(news: Touched) -> Iterable[str]:
    people = news.ids_of("person")
    rows = AttestationCase.objects.filter(
        news.of_model(AttestationCase.SUBJECT_TYPE) | Q(user__in=people)
    )
    return (str(pk) for pk in rows.values_list("pk", flat=True))


def _attestation_address(entry: SearchEntry, actor: Membership | None) -> str:
    if actor is not None and actor.role in COMMITTEE_ROLES:
        return reverse("auditors:case-detail", args=[entry.object_id])
    return reverse("auditors:mine")


SOURCES = (
    Source(
        kind=Kind.ORGANISATION,
        documents=_organisations,
        touched=_touched_organisations,
        visible=organisations_visible_to,
        address=lambda entry, _actor: company_address(entry.number),
    ),
    Source(
        kind=Kind.ATTESTATION,
        documents=FromRows(_attestations, _attestation),
        touched=_touched_attestations,
        visible=lambda actor: AttestationCase.objects.visible_to(actor),
        address=_attestation_address,
    ),
)
