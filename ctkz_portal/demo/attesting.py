"""How the demo's auditors came to their attestations, who is on the way, and what one declared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from auditors.declared import Interest
from auditors.models import AttestationCase, Declaration
from auditors.services import admitting, applying, deciding, declaring, testing
from reference.parameters import parameter

from .papers import document_pdf

PROOFS = {
    "education": "Диплом о высшем образовании (демо)",
    "experience": "Справка о стаже по специальности (демо)",
    "training": "Сертификат об обучении определению происхождения товаров (демо)",
}


@dataclass(frozen=True)
class Candidate:
    """What a person applied with, and how far the application came."""

    education: str
    experience_years: int
    region: str
    until: str = "attested"
    chapters: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("origin",)
    languages: tuple[str, ...] = ("kk", "ru")
    score: int = 0


CANDIDATES = {
    "auditor": Candidate(
        "Үлгі техникалық университеті, инженер-технолог, 2009", 14, "35",
        kinds=("origin", "status"), languages=("kk", "ru", "en"), score=91,
    ),
    "auditor2": Candidate(
        "Примерный экономический университет, экономист, 2014", 9, "35", score=84
    ),
    "auditor3": Candidate(
        "Үлгі техникалық университеті, инженер-механик, 2011", 12, "79",
        chapters=("21", "84", "85", "94"), score=79,
    ),
    "candidate": Candidate(
        "Примерный технический университет, инженер-электрик, 2016", 7, "35",
        until="applied", chapters=("84", "85"),
    ),
    "novice": Candidate(
        "Үлгі технологиялық институты, тағам өнімдерінің технологы, 2015", 8, "43",
        until="admitted", chapters=("02", "04", "19", "21"),
    ),
}  # fmt: skip


def attest(people: Mapping[str, Membership]) -> None:
    """Those whose application has come to its end; whoever has a case already is left alone."""
    for name, candidate in CANDIDATES.items():
        if candidate.until == "attested":
            _walk(people, name, candidate)


def let_apply(people: Mapping[str, Membership]) -> None:
    """Those who wait: one for admission, one for the test."""
    for name, candidate in CANDIDATES.items():
        if candidate.until != "attested":
            _walk(people, name, candidate)


@transaction.atomic
def _walk(people: Mapping[str, Membership], name: str, candidate: Candidate) -> None:
    person, inspector, chief = (people[key] for key in (name, "inspector", "chief"))
    if AttestationCase.objects.filter(user=person.user).exists():
        return
    case = _apply(person, candidate)
    if candidate.until == "applied":
        return
    for requirement in PROOFS:
        admitting.decide_requirement(
            case=case, actor=inspector, requirement=requirement, is_met=True
        )
    admitting.admit_applicant(case=case, actor=inspector)
    if candidate.until == "admitted":
        return
    today = timezone.localdate()
    testing.register_test(
        case=case,
        actor=inspector,
        taken_on=today,
        score=candidate.score,
        questions=parameter("attestation.test_questions", on=today),
    )
    deciding.propose_decision(
        case=case,
        actor=inspector,
        kind="attest",
        note="Требования выполнены, порог теста преодолён.",
    )
    deciding.attest_auditor(case=case, actor=chief)


def _apply(person: Membership, candidate: Candidate) -> AttestationCase:
    return applying.apply_for_attestation(
        actor=person,
        values={
            "kinds": list(candidate.kinds),
            "chapters": list(candidate.chapters),
            "languages": list(candidate.languages),
            "region": candidate.region,
            "education": candidate.education,
            "experience_years": candidate.experience_years,
            "training_on": timezone.localdate() - timedelta(days=90),
        },
        proofs={
            requirement: [
                SimpleUploadedFile(f"{requirement}.pdf", document_pdf(title), "application/pdf")
            ]
            for requirement, title in PROOFS.items()
        },
    )


def declare_earlier_work(auditor: Membership, employer: Membership) -> None:
    """The auditor worked there and left less than the years of the rule ago: a conflict."""
    if Declaration.objects.filter(user=auditor.user).exists():
        return
    today = timezone.localdate()
    declaring.declare_interest(
        actor=auditor,
        kind=Interest.EMPLOYMENT,
        identifier=employer.organisation.bin,
        name=employer.organisation.name_ru,
        valid_from=today - relativedelta(years=4),
        valid_until=today - relativedelta(years=1, months=2),
    )
