"""Which sections each role is offered, and where its day begins."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role

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

PUBLIC: tuple[Section, ...] = (_VERIFY, _REGISTER, _CALCULATOR, _AUDITORS, _RULES)

_OF_THE_COMMITTEE: tuple[Section, ...] = (
    _CASES,
    _CERTIFICATES,
    _REGISTERS,
    _ATTESTATIONS,
    _RULE_DESK,
    _QUALITY,
    _SECOND_OPINIONS,
    _LOG,
    _VERIFY,
)

SECTIONS: dict[str, tuple[Section, ...]] = {
    Role.APPLICANT: (_REQUESTS, _APPLICATIONS, _CERTIFICATES, _CALCULATOR, _RULES, _VERIFY),
    Role.EXPERT_HEAD: (_REQUESTS, _ACTS, _OUR_AUDITORS, _QUALITY, _RULES, _VERIFY),
    Role.AUDITOR: (_REQUESTS, _ACTS, _MY_ATTESTATION, _RULES, _VERIFY),
    Role.CHAMBER_OFFICER: (_APPLICATIONS, _CERTIFICATES, _REGISTERS, _VERIFY),
    Role.CHAMBER_SIGNATORY: (_APPLICATIONS, _CERTIFICATES, _REGISTERS, _VERIFY),
    Role.INSPECTOR: _OF_THE_COMMITTEE,
    Role.COMMITTEE_HEAD: (*_OF_THE_COMMITTEE[:-1], _API_KEYS, _VERIFY),
}


@dataclass(frozen=True)
class Item:
    label: str | Promise
    url: str
    current: bool


def sections_for(actor: Membership | None) -> tuple[Section, ...]:
    if actor is None:
        return PUBLIC
    return (MY_WORK, *SECTIONS[actor.role])


def navigation(request: HttpRequest, actor: Membership | None) -> list[Item]:
    """The sections of the actor's role; the one with the longest address in common is current."""
    addresses = [(label, reverse(name)) for label, name in sections_for(actor)]
    around = [url for _label, url in addresses if is_within(request.path, url)]
    here = max(around, key=len, default=None)
    return [Item(label=label, url=url, current=url == here) for label, url in addresses]


def is_within(path: str, section: str) -> bool:
    """Every address begins with that of the first page, which is a section of its own only."""
    return path == section if section == reverse("home") else path.startswith(section)
