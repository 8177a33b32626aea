"""Every address of the portal, from the resolver, with the things that it is about.

An address without an entry here fails the walk: whoever adds a page says what it shows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ctkz_portal.guides.guides import GUIDES

from .world import World

Variant = tuple[str, dict[str, Any]]
Finder = Callable[[World], Iterator[Variant]]


@dataclass(frozen=True)
class Pattern:
    name: str
    parameters: frozenset[str]


@dataclass(frozen=True)
class Address:
    """One page to look at; `variant` says which of several things it is about."""

    name: str
    variant: str
    url: str
    # Not the first of its name.
    is_further: bool = False

    def __str__(self) -> str:
        return f"{self.name} {self.variant or '-'}"


def patterns() -> list[Pattern]:
    found = {
        Pattern(name, frozenset(pattern.pattern.regex.groupindex))
        for name, pattern in _walk(get_resolver(), "")
        if pattern.name and not name.startswith(ELSEWHERE)
    }
    return sorted(found, key=lambda pattern: (pattern.name, sorted(pattern.parameters)))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            inner = f"{prefix}{one.namespace}:" if one.namespace else prefix
            yield from _walk(one, inner)
        else:
            yield f"{prefix}{one.name}", one


# Programs read these; their own tests call them from their schemas.
ELSEWHERE = ("v1:", "api:", "issuance:api")
# Made by what no builder brings together in passing; each is walked by the test named.
NOT_HERE = {
    "accounts:access-request": "tests/accounts/test_access_requests.py",
    "accounts:agent-prolong": "tests/accounts/test_people.py",
    "accounts:head-": "tests/accounts/test_people.py",
    "accounts:invitation-": "tests/accounts/test_inviting.py",
    "accounts:join": "tests/accounts/test_inviting.py",
    "accounts:membership-end": "tests/accounts/test_people.py",
    "accounts:second-factor-remove": "tests/accounts/test_second_factor.py",
    "accounts:sign-in-end": "tests/accounts/test_devices.py",
    "audit:": "tests/audit/test_views.py",
    "auditors:case-requirement": "tests/auditors/test_pages.py",
    "control:measure-paper": "tests/oversight/measures/test_pages.py",
    "control:recommendation-": "tests/oversight/control/test_recommendations.py",
    "tour-stop": "tests/portal/test_guides.py",
    "expertise:catalogue-": "tests/expertise/test_own_catalogue.py",
    "notices:announcement-": "tests/notices/test_announcements.py",
    "notices:letter-again": "tests/notices/test_pages.py",
    "notices:mailbox-letter": "tests/notices/test_pages.py",
    "notices:open": "tests/notices/test_pages.py",
    "notices:read": "tests/notices/test_pages.py",
    "notices:unsubscribe": "tests/notices/test_preferences.py",
    "workplace:bulk-run": "tests/workplace/baskets/test_doing.py",
    "workplace:view-": "tests/workplace/baskets/test_saved_views.py",
    "workplace:case-": "tests/workplace/cases/test_pages.py",
    "registry:watch": "tests/registry/test_watching.py",
    "registry:receipt": "tests/registry/test_receipts.py",
    "registry:snapshot-file": "tests/registry/test_snapshots.py",
    "registry:key": "tests/registry/test_keys.py",
    "registry:webhook": "tests/registry/test_webhooks.py",
    "registry:delivery": "tests/registry/test_webhooks.py",
    "documents:sign": "tests/documents/test_signing.py",
    "auditors:declaration-withdraw": "tests/auditors/test_pages.py",
    "auditors:proof-file": "tests/auditors/test_pages.py",
    "expertise:draw": "tests/expertise/test_assignment.py",
    "expertise:second-opinion-detail": "tests/expertise/test_second_opinions.py",
    "expertise:request-finding-untie": "tests/expertise/test_evidence.py",
    "expertise:request-laboratory": "tests/expertise/test_visit.py",
    "issuance:mandate-": "tests/issuance/test_mandates.py",
    "issuance:seal-": "tests/issuance/test_mandates.py",
    "issuance:consultation-file": "tests/issuance/test_consultations.py",
    "issuance:duplicate-pdf": "tests/issuance/test_duplicates.py",
    "issuance:draw-give-back": "tests/issuance/test_ledger.py",
    "issuance:original-return": "tests/issuance/test_originals.py",
    "issuance:change-file": "tests/issuance/test_change_pages.py",
    "origin:impact-progress": "tests/origin/test_impact.py",
    "origin:ruling-": "tests/origin/test_rule_packs_pages.py",
    "oversight:mass-": "tests/oversight/mass/test_mass_actions.py",
    "oversight:appeal-": "tests/oversight/measures/test_appeals.py",
    "control:appeal-": "tests/oversight/measures/test_appeals.py",
    "control:question": "tests/oversight/control/test_pages.py",
    "control:conclusion": "tests/oversight/control/test_pages.py",
    "control:figure-cases": "tests/oversight/figures/test_pages.py",
    "control:report-": "tests/oversight/figures/test_reports.py",
    "control:complaint-": "tests/oversight/complaints/test_following.py",
    "control:plan-": "tests/oversight/selection/test_pages.py",
    "oversight:risk-detail": "tests/oversight/risk/test_pages.py",
    "oversight:violation-": "tests/oversight/control/test_pages.py",
    "oversight:half-year-": "tests/oversight/inspections/test_planning.py",
    "oversight:posting-end": "tests/oversight/inspections/test_postings.py",
    "oversight:sample-result": "tests/oversight/inspections/test_conducting.py",
    "oversight:inspection-": "tests/oversight/inspections/test_pages.py",
    "oversight:complaint-": "tests/oversight/complaints/test_desk.py",
    "oversight:listing-": "tests/oversight/grey_market/test_pages.py",
    "oversight:recommendation-": "tests/oversight/control/test_recommendations.py",
    "oversight:measure-": "tests/oversight/measures/test_pages.py",
    "oversight:case-file": "tests/oversight/test_views.py",
    "oversight:figure-cases": "tests/oversight/figures/test_pages.py",
    "oversight:check-command": "tests/oversight/control/test_pages.py",
    "oversight:plan-": "tests/oversight/selection/test_pages.py",
}  # fmt: skip


def by_pk(kind: str) -> Finder:
    return lambda world: ((what, {"pk": thing.pk}) for what, thing in world.things[kind])


def by_number(kind: str) -> Finder:
    return lambda world: ((what, {"number": thing.number}) for what, thing in world.things[kind])


def with_line(name: str) -> Finder:
    def find(world: World) -> Iterator[Variant]:
        for what, request in world.things["request"]:
            yield what, {"pk": request.pk, name: request.lines.first().pk}

    return find


def with_document(world: World) -> Iterator[Variant]:
    for what, request in world.things["request"]:
        yield what, {"pk": request.pk, "document_pk": request.documents.first().pk}


def photographs(world: World) -> Iterator[Variant]:
    for what, request in world.things["request"]:
        yield what, {"pk": request.pk, "kind": "goods"}


def act_lines(world: World) -> Iterator[Variant]:
    return ((what, {"pk": act.pk, "number": 1}) for what, act in world.things["act"])


def positive_acts(world: World) -> Iterator[Variant]:
    return ((what, {"act_id": act.pk}) for what, act in world.things["act"])


def certificate_changes(world: World) -> Iterator[Variant]:
    for what, certificate in world.things["certificate"]:
        for kind in ("suspend", "revoke", "duplicate"):
            yield f"{what}:{kind}", {"pk": certificate.pk, "kind": kind}


def codes(world: World) -> Iterator[Variant]:
    for what, certificate in world.things["certificate"]:
        if certificate.verify_code:
            yield what, {"code": certificate.verify_code}


def slugs(world: World) -> Iterator[Variant]:
    for what, certificate in world.things["certificate"]:
        yield what, {"slug": certificate.number.replace(" ", "")}


def of_cases(world: World) -> Iterator[Variant]:
    for kind in ("request", "application", "certificate"):
        for what, thing in world.things[kind]:
            yield f"{kind}:{what}", {"case_id": thing.case_id}


def slugs_of_years(world: World) -> Iterator[Variant]:
    for what, certificate in world.things["certificate"]:
        slug = certificate.number.replace(" ", "")
        yield what, {"slug": slug, "year": certificate.year}


def catalogues(_world: World) -> Iterator[Variant]:
    return ((kind, {"kind": kind}) for kind in ("products", "materials", "suppliers"))


def reports(_world: World) -> Iterator[Variant]:
    return ((name, {"name": name}) for name in ("three-years", "control"))


def auditors(world: World) -> Iterator[Variant]:
    yield "", {"user_id": world.people["auditor"].user_id}


def guides(_world: World) -> Iterator[Variant]:
    return ((slug, {"slug": slug}) for slug in GUIDES)


def quality(world: World) -> Iterator[Variant]:
    yield "", {"pk": world.people["auditor"].user_id}


# The first rule whose beginning fits, and whose parameters are those of the address, is taken.
RULES: list[tuple[str, frozenset[str], Finder]] = [
    (beginning, frozenset(parameters.split()), finder)
    for beginning, parameters, finder in [
        ("expertise:request-", "pk", by_pk("request")),
        ("expertise:request-", "pk line_pk", with_line("line_pk")),
        ("expertise:request-", "pk document_pk", with_document),
        ("expertise:request-photos-add", "pk kind", photographs),
        ("expertise:document-", "pk", by_pk("document")),
        ("expertise:act-line", "pk number", act_lines),
        ("expertise:act-", "pk", by_pk("act")),
        ("expertise:quality-detail", "pk", quality),
        ("issuance:application-create", "act_id", positive_acts),
        ("issuance:application-", "pk", by_pk("application")),
        ("issuance:certificate-preview", "pk", by_pk("application")),
        ("issuance:certificate-", "pk", by_pk("certificate")),
        ("issuance:change-propose", "pk kind", certificate_changes),
        ("issuance:change-", "pk", by_pk("change")),
        ("registry:", "code", codes),
        ("registry:certificate", "slug", slugs),
        ("registry:certificate-of-year", "slug year", slugs_of_years),
        ("oversight:case-detail", "case_id", of_cases),
        ("workplace:case-", "case_id", of_cases),
        ("guide", "slug", guides),
        ("expertise:catalogue-", "kind", catalogues),
        ("control:report", "name", reports),
        ("auditors:auditor-detail", "user_id", auditors),
        ("auditors:case-", "pk", by_pk("case")),
        ("origin:pack-", "pk", by_pk("pack")),
        ("origin:row-", "pk", by_pk("pack")),
        ("origin:operation-", "pk", by_pk("pack")),
        ("origin:dispute-", "pk", by_pk("dispute")),
        ("origin:reading-add", "pk", by_pk("dispute")),
        ("origin:precedent-add", "pk", by_pk("dispute")),
        ("origin:ruling-propose", "pk", by_pk("dispute")),
        ("oversight:check-", "number", by_number("check")),
        ("oversight:violation-add", "number", by_number("check")),
        ("oversight:recommendation-prepare", "number", by_number("check")),
        ("oversight:recommendation-", "number", by_number("recommendation")),
        ("control:recommendation", "number", by_number("recommendation")),
        ("oversight:measure-", "number", by_number("measure")),
        ("control:measure", "number", by_number("measure")),
        ("oversight:complaint-", "number", by_number("complaint")),
        ("oversight:inspection-", "pk", by_pk("inspection")),
        ("oversight:inspection-", "number", by_number("inspection")),
        ("oversight:listing-", "number", by_number("listing")),
        ("oversight:alert-", "pk", by_pk("alert")),
        ("oversight:plan-", "number", by_number("plan")),
    ]
]


def addresses(world: World) -> list[Address]:
    """All that can be opened in this world, in the order of their names."""
    return [
        Address(pattern.name, variant, url, is_further=place > 0)
        for pattern in patterns()
        for place, (variant, url) in enumerate(_opened(pattern, world))
    ]


def _opened(pattern: Pattern, world: World) -> Iterator[tuple[str, str]]:
    if not pattern.parameters:
        yield "", reverse(pattern.name)
        return
    seen: set[str] = set()
    for variant, values in _finder(pattern)(world):
        # The newest of a kind stands for those of its status.
        if variant not in seen:
            seen.add(variant)
            yield variant, reverse(pattern.name, kwargs=values)


def _finder(pattern: Pattern) -> Finder:
    for beginning, parameters, finder in RULES:
        if pattern.name.startswith(beginning) and pattern.parameters == parameters:
            return finder
    return lambda _world: iter(())


def unknown() -> list[str]:
    """Addresses that neither a rule leads to nor another test walks."""
    return [
        f"{pattern.name} {sorted(pattern.parameters)}"
        for pattern in patterns()
        if pattern.parameters
        and not any(
            pattern.name.startswith(beginning) and pattern.parameters == parameters
            for beginning, parameters, _finder in RULES
        )
        and not pattern.name.startswith(tuple(NOT_HERE))
    ]
