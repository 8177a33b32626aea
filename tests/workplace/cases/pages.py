"""Reading pages of a case as one of its people."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role
from expertise.models import ExpertiseRequest
from expertise.services import filing
from issuance.models import Application
from tests.scenarios import a_pdf, a_person, actor_of, staff_of

PARTS = ("detail", "history", "questions", "files", "notes", "versions")


def page(part: str, case_id: object, *more: object) -> str:
    return reverse(f"workplace:case-{part}", args=[case_id, *more])


def get(actor: Membership, address: str, **options: Any) -> Any:
    client = Client()
    client.force_login(actor.user)
    return client.get(address, headers={"accept-language": "en"}, **options)


def post(actor: Membership, address: str, **values: Any) -> Any:
    client = Client()
    client.force_login(actor.user)
    return client.post(address, values, headers={"accept-language": "en"})


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def main(answer: Any) -> str:
    return text(answer).partition("<main")[2].partition("</main>")[0]


def people_of(application: Application) -> dict[str, Membership]:
    """One person of each side of the case, by role."""
    request = application.act.request
    return {
        Role.APPLICANT: actor_of(request, Role.APPLICANT),
        Role.EXPERT_HEAD: actor_of(request, Role.EXPERT_HEAD),
        Role.AUDITOR: actor_of(request, Role.AUDITOR),
        Role.CHAMBER_OFFICER: staff_of(application, Role.CHAMBER_OFFICER),
        Role.CHAMBER_SIGNATORY: staff_of(application, Role.CHAMBER_SIGNATORY),
        Role.INSPECTOR: a_person(Role.INSPECTOR),
        Role.COMMITTEE_HEAD: a_person(Role.COMMITTEE_HEAD),
    }


def tabs(answer: Any) -> dict[str, str]:
    """The labels of the row of tabs with their counts."""
    row = text(answer).partition('aria-label="Pages of the case"')[2].partition("</nav>")[0]
    found = {}
    for item in row.split("<li>")[1:]:
        label, _more, rest = item.partition(">")[2].partition("</a>")[0].partition("<b>")
        found[label.strip()] = rest.removesuffix("</b>")
    return found


def answer_auditor(request: ExpertiseRequest, *, papers: int = 1) -> None:
    """The applicant puts papers with the case and answers the open question."""
    applicant = actor_of(request, Role.APPLICANT)
    for _number in range(papers):
        filing.add_document(
            request=request, actor=applicant, upload=a_pdf("answer.pdf"), type="calculation"
        )
    filing.answer_question(request=request, actor=applicant, answer="Калькуляция приложена.")
