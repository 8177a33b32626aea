"""Which sections each role is offered, and where its day begins."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import COMMITTEE_ROLES, Membership, Role

Section = tuple[str | Promise, str]

MY_WORK: Section = (_("My work"), "home")
_REQUESTS: Section = (_("Requests"), "expertise:request-list")
_APPLICATIONS: Section = (_("Applications"), "issuance:application-list")
_REGISTERS: Section = (_("Signatories"), "issuance:mandate-list")
_CERTIFICATES: Section = (_("Certificates"), "issuance:certificate-list")
_ACTS: Section = (_("Acts"), "expertise:act-list")
_CASES: Section = (_("Cases"), "oversight:case-list")
_RULES: Section = (_("Rules"), "origin:rules")
_RULE_DESK: Section = (_("Rules"), "origin:pack-list")
_CALCULATOR: Section = (_("Calculator"), "origin:calculator")
_LOG: Section = (_("Log"), "oversight:log")
_QUALITY: Section = (_("Quality"), "expertise:quality-list")
_SECOND_OPINIONS: Section = (_("Second expertises"), "expertise:second-opinion-list")
_API_KEYS: Section = (_("API keys"), "registry:key-list")
_VERIFY: Section = (_("Verify"), "registry:verify")
_REGISTER: Section = (_("Register"), "registry:register")
_MY_ATTESTATION: Section = (_("My attestation"), "auditors:mine")
_OUR_AUDITORS: Section = (_("Our auditors"), "auditors:own-list")
_ATTESTATIONS: Section = (_("Attestations"), "auditors:case-list")
_AUDITORS: Section = (_("Auditors"), "auditors:register")

_DESK_CONTROL: Section = (_("Desk control"), "oversight:check-list")
_MEASURES: Section = (_("Measures"), "oversight:measure-list")
_COMPLAINTS: Section = (_("Complaints"), "oversight:complaint-list")
_INSPECTIONS: Section = (_("Inspections"), "oversight:inspection-list")
_GREY_MARKET: Section = (_("Grey market"), "oversight:listing-list")
_FIGURES: Section = (_("Figures"), "oversight:figures")
_OUR_FIGURES: Section = (_("Figures"), "control:figures-mine")
_PUBLIC_FIGURES: Section = (_("Figures"), "control:figures")
_FROM_THE_COMMITTEE: Section = (_("From the Committee"), "control:inbox")
_COMPLAIN: Section = (_("Complain"), "control:complaint-new")

_LATE: Section = (_("What is late"), "workplace:late-list")
_ANNOUNCEMENTS: Section = (_("Announcements"), "notices:announcement-list")
_LETTERS: Section = (_("Letters"), "notices:letter-list")
_CATALOGUE: Section = (_("Catalogue"), "expertise:catalogue")

PUBLIC: tuple[Section, ...] = (
    *(_VERIFY, _REGISTER, _CALCULATOR, _AUDITORS, _RULES),
    *(_PUBLIC_FIGURES, _COMPLAIN),
)

_OF_THE_COMMITTEE: tuple[Section, ...] = (
    *(_CASES, _DESK_CONTROL, _MEASURES, _COMPLAINTS, _INSPECTIONS, _GREY_MARKET),
    *(_CERTIFICATES, _ATTESTATIONS, _RULE_DESK, _FIGURES),
)

SECTIONS: dict[str, tuple[Section, ...]] = {
    Role.APPLICANT: (
        *(_REQUESTS, _APPLICATIONS, _CERTIFICATES, _FROM_THE_COMMITTEE, _CALCULATOR, _RULES),
        _VERIFY,
    ),
    Role.EXPERT_HEAD: (
        *(_REQUESTS, _ACTS, _OUR_AUDITORS, _QUALITY, _OUR_FIGURES, _FROM_THE_COMMITTEE, _RULES),
        _VERIFY,
    ),
    Role.AUDITOR: (_REQUESTS, _ACTS, _MY_ATTESTATION, _FROM_THE_COMMITTEE, _RULES, _VERIFY),
    Role.CHAMBER_OFFICER: (
        *(_APPLICATIONS, _CERTIFICATES, _REGISTERS, _OUR_FIGURES, _FROM_THE_COMMITTEE, _VERIFY),
    ),
    Role.CHAMBER_SIGNATORY: (
        *(_APPLICATIONS, _CERTIFICATES, _REGISTERS, _OUR_FIGURES, _FROM_THE_COMMITTEE, _VERIFY),
    ),
    Role.INSPECTOR: _OF_THE_COMMITTEE,
    Role.COMMITTEE_HEAD: _OF_THE_COMMITTEE,
}


# Pages of one section, offered in a row of their own while the person is in it; sections are told
# apart by their address, for their names differ from language to language.
PARTS: dict[str, tuple[Section, ...]] = {
    _CASES[1]: ((_("Cases"), "oversight:case-list"), _LOG, _VERIFY),
    _DESK_CONTROL[1]: (
        (_("Checks"), "oversight:check-list"),
        (_("Plans and draws"), "oversight:plan-list"),
        (_("Risk"), "oversight:risk-list"),
        (_("Violations"), "oversight:violation-list"),
        (_("Recommendations"), "oversight:recommendation-list"),
    ),
    _MEASURES[1]: (
        (_("Measures"), "oversight:measure-list"),
        (_("Appeals"), "oversight:appeal-list"),
        (_("Mass actions"), "oversight:mass-list"),
    ),
    _INSPECTIONS[1]: (
        (_("Inspections"), "oversight:inspection-list"),
        (_("Half-yearly lists"), "oversight:half-year-list"),
        (_("Departments"), "oversight:department-list"),
    ),
    _GREY_MARKET[1]: (
        (_("Sites and sellers"), "oversight:listing-list"),
        (_("Unknown numbers"), "oversight:alert-list"),
    ),
    _CERTIFICATES[1]: (
        (_("Certificates"), "issuance:certificate-list"),
        (_("Changes"), "issuance:change-list"),
        _REGISTERS,
        (_("Over-use"), "issuance:over-use-list"),
    ),
    _ATTESTATIONS[1]: (
        (_("Attestations"), "auditors:case-list"),
        _QUALITY,
        _SECOND_OPINIONS,
        (_("Register of auditors"), "auditors:register"),
    ),
}
# Parts that a role has of its own, after those that it shares.
OWN_PARTS: dict[str, dict[str, tuple[Section, ...]]] = {
    Role.APPLICANT: {MY_WORK[1]: (MY_WORK, _LATE), _REQUESTS[1]: (_REQUESTS, _CATALOGUE)},
    Role.EXPERT_HEAD: {MY_WORK[1]: (MY_WORK, _LATE, _ANNOUNCEMENTS)},
    Role.AUDITOR: {MY_WORK[1]: (MY_WORK, _LATE)},
    Role.CHAMBER_OFFICER: {MY_WORK[1]: (MY_WORK, _LATE)},
    Role.CHAMBER_SIGNATORY: {MY_WORK[1]: (MY_WORK, _LATE, _ANNOUNCEMENTS)},
    Role.INSPECTOR: {MY_WORK[1]: (MY_WORK, _LATE)},
    Role.COMMITTEE_HEAD: {
        MY_WORK[1]: (MY_WORK, _LATE, _ANNOUNCEMENTS, _LETTERS),
        _CERTIFICATES[1]: (_API_KEYS,),
    },
}


@dataclass(frozen=True)
class Item:
    label: str | Promise
    url: str
    current: bool
    parts: tuple["Item", ...] = ()


def sections_for(actor: Membership | None) -> tuple[Section, ...]:
    if actor is None:
        return PUBLIC
    return (MY_WORK, *SECTIONS[actor.role])


def parts_for(actor: Membership | None, section: Section) -> tuple[Section, ...]:
    """What a section offers within; shared ones have parts for the Committee, and roles have
    their own."""
    if actor is None:
        return ()
    shared = PARTS.get(section[1], ()) if actor.role in COMMITTEE_ROLES else ()
    return (*shared, *OWN_PARTS.get(actor.role, {}).get(section[1], ()))


def navigation(request: HttpRequest, actor: Membership | None) -> list[Item]:
    """The sections of the actor's role; the one with the longest address in common is current.

    A section is current, too, while one of its parts is.
    """
    sections = [
        (section[0], reverse(section[1]), [(part, reverse(page)) for part, page in parts])
        for section in sections_for(actor)
        for parts in (parts_for(actor, section),)
    ]
    known = {url for _label, url, _parts in sections}
    known.update(url for _label, _url, parts in sections for _part, url in parts)
    here = max((url for url in known if is_within(request.path, url)), key=len, default=None)
    return [
        Item(
            label=label,
            url=url,
            current=here is not None and here in (url, *(page for _part, page in parts)),
            parts=tuple(Item(part, page, page == here) for part, page in parts),
        )
        for label, url, parts in sections
    ]


def is_within(path: str, section: str) -> bool:
    """Every address begins with that of the first page, which is a section of its own only."""
    return path == section if section == reverse("home") else path.startswith(section)
