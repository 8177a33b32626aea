"""Who may examine a request on a day: attested, in scope, of the organisation, free of conflict.

Asked when an auditor is assigned and again when the act is signed: what changed in between
stops the signature and takes nothing away. The rules on conflicts themselves are in
`auditors.conflicts`; this module brings the rows that they look at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, Role, User
from auditors.bans import ban_in_words, bans_on
from auditors.conflicts import (
    AuditorFacts,
    Conflict,
    ConflictRules,
    Employment,
    PartyFacts,
    RequestFacts,
    find_conflicts,
)
from auditors.declared import Interest
from auditors.models import ActBan, Attestation, Declaration, in_scope
from auditors.scope import Kind
from reference.parameters import parameter

from .models import Act, ConflictOverride, ExpertiseRequest

ON_THE_TABLE = ("in_expertise", "awaiting_applicant")
# The author of a request never examines it, whatever the Committee says (database constraint).
NEVER_LIFTED = frozenset({"filed_the_request"})
SHOWN_CODES = 5
LONGEST_ROW_LOOKED_AT = 100


@dataclass(frozen=True)
class Problem:
    """One reason why this auditor may not examine this request on this day."""

    code: str  # not_a_member | banned | not_attested | out_of_scope | conflict_of_interest
    text: str
    conflict: str = ""

    @property
    def may_be_lifted(self) -> bool:
        """Only a conflict, and only by the head of the Committee's department."""
        return bool(self.conflict) and self.conflict not in NEVER_LIFTED


@dataclass(frozen=True)
class Candidate:
    """An auditor of the organisation with everything an assignment depends on."""

    membership: Membership
    attestation: Attestation | None
    open_requests: int
    problems: tuple[Problem, ...]
    lifted: tuple[Conflict, ...] = ()

    @property
    def user(self) -> User:
        return self.membership.user

    @property
    def is_eligible(self) -> bool:
        return not self.problems


def problems(request: ExpertiseRequest, auditor: User, *, on: date) -> list[Problem]:
    """Everything that keeps the auditor from this request on that day; nothing when eligible."""
    memberships = _auditors_of(request.experts, on=on).filter(user=auditor)
    found = _candidates(request, request.experts, list(memberships), on=on)
    if not found:
        text = _("This person is not an auditor of the expert organisation today.")
        return [Problem("not_a_member", text)]
    return list(found[0].problems)


def candidates(
    request: ExpertiseRequest, *, on: date, organisation: Organisation | None = None
) -> list[Candidate]:
    """Every auditor of the request's organisation, or of another one, by name."""
    house = organisation or request.experts
    return _candidates(request, house, list(_auditors_of(house, on=on)), on=on)


def conflicts_of(request: ExpertiseRequest, auditor: User, *, on: date) -> list[Conflict]:
    """Every conflict, lifted ones too."""
    return _conflicts(request, request.experts, [auditor], on=on)[auditor.pk]


def _auditors_of(organisation: Organisation, *, on: date) -> "QuerySet[Membership]":
    return (
        Membership.objects.in_force(on=on)
        .filter(organisation=organisation, role=Role.AUDITOR)
        .select_related("user")
        .order_by("user__full_name", "user_id")
        .distinct()
    )


def _candidates(
    request: ExpertiseRequest, house: Organisation, memberships: Sequence[Membership], *, on: date
) -> list[Candidate]:
    users = [membership.user for membership in memberships]
    attestations = _attestations(users, on=on)
    bans = bans_on(users, house, on=on)
    conflicts = _conflicts(request, house, users, on=on)
    lifted = _lifted(request)
    loads = _open_requests(users)
    hs_codes = sorted(set(request.lines.values_list("hs_code", flat=True)))
    result = []
    for membership in memberships:
        key = membership.user_id
        attestation = attestations.get(key)
        found = conflicts[key]
        allowed = lifted.get(key, frozenset()) - NEVER_LIFTED
        result.append(
            Candidate(
                membership=membership,
                attestation=attestation,
                open_requests=loads.get(key, 0),
                problems=(
                    *_of_bans(bans.get(None), bans.get(key)),
                    *_of_the_attestation(attestation, hs_codes),
                    *(
                        Problem("conflict_of_interest", conflict.text, conflict.code)
                        for conflict in found
                        if conflict.code not in allowed
                    ),
                ),
                lifted=tuple(conflict for conflict in found if conflict.code in allowed),
            )
        )
    return result


def _of_bans(*bans: ActBan | None) -> Iterable[Problem]:
    """No new act by a decision of the Committee: against the organisation, or the person."""
    for ban in bans:
        if ban is not None:
            yield Problem("banned", ban_in_words(ban))


def _of_the_attestation(
    attestation: Attestation | None, hs_codes: Sequence[str]
) -> Iterable[Problem]:
    if attestation is None:
        yield Problem("not_attested", _("The auditor's attestation is not in force today."))
        return
    if outside := in_scope(attestation, kind=Kind.ORIGIN, hs_codes=hs_codes):
        shown = ", ".join(outside[:SHOWN_CODES]) + (", …" if len(outside) > SHOWN_CODES else "")
        text = _("Outside the scope of attestation %(number)s: %(codes)s.")
        yield Problem("out_of_scope", text % {"number": attestation.number, "codes": shown})


def _attestations(users: Sequence[User], *, on: date) -> dict[UUID, Attestation]:
    """The one that each person would sign under: the latest of those in force."""
    rows = Attestation.objects.in_force(on=on).filter(user__in=users).order_by("valid_from")
    return {row.user_id: row for row in rows}


def _open_requests(users: Sequence[User]) -> dict[UUID, int]:
    rows = (
        ExpertiseRequest.objects.filter(auditor__in=users, status__in=ON_THE_TABLE)
        .order_by()
        .values("auditor")
        .annotate(count=Count("pk"))
    )
    return {row["auditor"]: row["count"] for row in rows}


def _lifted(request: ExpertiseRequest) -> dict[UUID, frozenset[str]]:
    """The conflicts that the Committee allowed, by auditor; only those it named."""
    lifted: dict[UUID, frozenset[str]] = {}
    for row in ConflictOverride.objects.filter(request=request):
        lifted[row.auditor_id] = lifted.get(row.auditor_id, frozenset()) | frozenset(row.conflicts)
    return lifted


def _conflicts(
    request: ExpertiseRequest, house: Organisation, users: Sequence[User], *, on: date
) -> dict[UUID, list[Conflict]]:
    rules = ConflictRules(
        employment_years=parameter("conflict.employment_years", on=on),
        acts_in_row=parameter("rotation.acts_in_row", on=on),
    )
    parties = _parties(request, on=on)
    experts = _organisation_facts(house, role="experts")
    authors = frozenset(str(pk) for pk in (request.submitted_by_id, request.created_by_id) if pk)
    last_auditor, in_a_row = _acts_in_a_row(request)
    return {
        user.pk: find_conflicts(
            facts,
            parties,
            experts=experts,
            request=RequestFacts(authors, in_a_row if user.pk == last_auditor else 0),
            rules=rules,
            on=on,
        )
        for user, facts in _auditors_facts(users, on=on)
    }


def _acts_in_a_row(request: ExpertiseRequest) -> tuple[UUID | None, int]:
    """Who signed the latest acts for the producer, and how many without another between.

    A correction goes on with the work of the act it corrects and a blind second expertise is no
    custom of the producer's: neither counts.
    """
    if request.corrects_id or not request.producer_bin:
        return None, 0
    signers = (
        Act.objects.filter(
            request__producer_bin=request.producer_bin,
            request__corrects__isnull=True,
            request__blind_of__isnull=True,
        )
        .exclude(request=request)
        .order_by("-signed_at")
        .values_list("signed_by", flat=True)[:LONGEST_ROW_LOOKED_AT]
    )
    row: list[UUID] = []
    for signer in signers:
        if row and signer != row[0]:
            break
        row.append(signer)
    return (row[0], len(row)) if row else (None, 0)


def _parties(request: ExpertiseRequest, *, on: date) -> list[PartyFacts]:
    """Applicant, producer and recipient; the portal knows more of those that have a place in it."""
    named = [
        ("applicant", request.applicant.bin, ()),
        (
            "producer",
            request.producer_bin,
            (request.producer_address_ru, request.producer_address_kk),
        ),
        ("recipient", request.recipient_bin, (request.recipient_address,)),
    ]
    roles: dict[str, str] = {}
    addresses: dict[str, tuple[str, ...]] = {}
    for role, identifier, given in named:
        if identifier:
            roles.setdefault(identifier, role)
            addresses[identifier] = addresses.get(identifier, ()) + tuple(filter(None, given))
    known = {row.bin: row for row in Organisation.objects.filter(bin__in=roles)}
    staff = _staff(roles, on=on)
    parties = []
    for identifier, role in roles.items():
        organisation = known.get(identifier)
        facts = (
            _organisation_facts(organisation, role=role)
            if organisation
            else PartyFacts(role, identifier)
        )
        parties.append(
            replace(
                facts,
                staff=staff.get(identifier, frozenset()),
                addresses=(*facts.addresses, *addresses[identifier]),
            )
        )
    return parties


def _organisation_facts(organisation: Organisation, *, role: str) -> PartyFacts:
    return PartyFacts(
        role=role,
        bin=organisation.bin,
        founders=frozenset(organisation.founders),
        addresses=tuple(filter(None, (organisation.address_ru, organisation.address_kk))),
        phones=tuple(filter(None, (organisation.phone,))),
        accounts=tuple(organisation.bank_accounts),
    )


def _staff(bins: Iterable[str], *, on: date) -> dict[str, frozenset[str]]:
    """The IINs of the people who act for each organisation in the portal on that day."""
    rows = (
        Membership.objects.in_force(on=on)
        .filter(organisation__bin__in=bins)
        .exclude(user__iin="")
        .values_list("organisation__bin", "user__iin")
    )
    staff: dict[str, frozenset[str]] = {}
    for identifier, iin in rows:
        staff[identifier] = staff.get(identifier, frozenset()) | {iin}
    return staff


def _auditors_facts(users: Sequence[User], *, on: date) -> Iterable[tuple[User, AuditorFacts]]:
    """Own identifiers, what each declared, and where each acts or acted in the portal."""
    declared: dict[UUID, list[Declaration]] = {}
    rows = Declaration.objects.standing().filter(user__in=users, valid_from__lte=on)
    for row in rows:
        declared.setdefault(row.user_id, []).append(row)
    worked: dict[UUID, list[Membership]] = {}
    memberships = Membership.objects.filter(user__in=users).exclude(organisation__kind="committee")
    for membership in memberships.select_related("organisation"):
        worked.setdefault(membership.user_id, []).append(membership)
    for user in users:
        yield user, _auditor_facts(user, declared.get(user.pk, []), worked.get(user.pk, []), on=on)


def _auditor_facts(
    user: User, declared: Sequence[Declaration], worked: Sequence[Membership], *, on: date
) -> AuditorFacts:
    def identifiers(kind: Interest) -> tuple[str, ...]:
        """Those in force on the day; only of employment does the past count."""
        return tuple(
            row.identifier
            for row in declared
            if row.kind == kind and (row.valid_until is None or row.valid_until >= on)
        )

    return AuditorFacts(
        key=str(user.pk),
        iin=user.iin,
        shares=frozenset(identifiers(Interest.FOUNDER)),
        relatives=frozenset(identifiers(Interest.RELATIVE)),
        addresses=identifiers(Interest.ADDRESS),
        phones=identifiers(Interest.PHONE),
        accounts=identifiers(Interest.BANK_ACCOUNT),
        employments=(
            *(
                Employment(row.identifier, row.valid_from, row.valid_until)
                for row in declared
                if row.kind == Interest.EMPLOYMENT
            ),
            *(Employment(row.organisation.bin, row.valid_from, row.valid_until) for row in worked),
        ),
    )


def eligible_somewhere_else(request: ExpertiseRequest, *, on: date) -> list[Organisation]:
    """Other expert organisations that have an auditor for this request, in a stable order."""
    others = (
        Organisation.objects.filter(Q(memberships__role=Role.AUDITOR), kind="expert")
        .exclude(pk=request.experts.pk)
        .exclude(code="")
        .order_by("pk")
        .distinct()
    )
    return [
        house
        for house in others
        if any(item.is_eligible for item in candidates(request, on=on, organisation=house))
    ]
