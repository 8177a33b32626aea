"""The task list of a draft, coming back to it, copying a line and an earlier case."""

import importlib
import pkgutil
import uuid

import pytest
from django.db import connection
from django.forms import BaseForm
from django.test.utils import CaptureQueriesContext

import audit
import expertise.forms
from accounts.models import Role
from expertise.blockers import submission_blockers
from expertise.models import ExpertiseRequest
from expertise.services import filing
from expertise.services.cloning import left_behind
from expertise.steps import State, task_list
from tests import scenarios
from tests.expertise.test_pages import page, signed_in, text

pytestmark = pytest.mark.django_db

LANGUAGE = "en"


def an_empty_draft() -> ExpertiseRequest:
    applicant = scenarios.a_person(Role.APPLICANT)
    return filing.create_request(actor=applicant, form_token=uuid.uuid4())


def states(request: ExpertiseRequest) -> dict[str, str]:
    return {step.key: step.state for step in task_list(request).steps}


def test_an_empty_draft_says_what_each_part_lacks():
    request = an_empty_draft()
    assert states(request) == {
        "parties": State.EMPTY, "operations": State.EMPTY, "goods": State.EMPTY,
        "materials": State.EMPTY, "documents": State.EMPTY, "chamber": State.DONE,
    }  # fmt: skip
    assert task_list(request).progress == "1 of 6 parts are ready"


def test_a_whole_draft_is_ready_and_goes_on_to_the_check():
    request = scenarios.a_draft()
    tasks = task_list(request)
    assert tasks.is_ready
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    assert client.get(page("request-go-on", request.pk))["Location"] == page(
        "request-check", request.pk
    )


@pytest.mark.parametrize(
    ("values", "part", "state", "field"),
    [
        ({"purpose": ""}, "parties", State.BEGUN, "id_purpose_0"),
        ({"producer_address_ru": ""}, "parties", State.BEGUN, "id_producer_address_ru"),
        ({"operations": " "}, "operations", State.EMPTY, "id_operations"),
        ({"goes_to_chamber_by_itself": True}, "chamber", State.BEGUN, "id_chamber"),
        ({"category": "batch"}, "parties", State.BEGUN, "id_recipient_name"),
    ],
)
def test_each_gap_leads_to_its_field(values, part, state, field):
    request = scenarios.a_draft()
    ExpertiseRequest.objects.filter(pk=request.pk).update(**values)
    request.refresh_from_db()
    step = next(step for step in task_list(request).steps if step.key == part)
    assert step.state == state
    assert step.missing[0].url == f"{page('request-parties', request.pk)}#{field}"
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    assert f'id="{field}"' in text(client.get(step.missing[0].url))
    assert client.get(page("request-go-on", request.pk))["Location"] == step.missing[0].url


def test_materials_are_asked_for_line_by_line():
    request = scenarios.a_draft(lines=3)
    line = request.lines.get(number=2)
    line.materials.all().delete()
    dear = request.lines.get(number=3)
    dear.materials.update(value_kzt=9_000)
    step = next(step for step in task_list(request).steps if step.key == "materials")
    assert step.state == State.FAULTY
    assert [item.text for item in step.missing][:2] == [
        "Line 2 has no materials", "Line 3: its materials cost more than the goods",
    ]  # fmt: skip
    bill = page("request-line-materials", request.pk, line.pk)
    assert step.missing[0].url == f"{bill}#id_materials-0-name"


def test_the_list_and_the_refusal_say_the_same():
    request = scenarios.a_draft(lines=2)
    request.lines.filter(number=2).update(price_kzt=None)
    request.documents.all().delete()
    still_open = [str(item.text) for item in submission_blockers(request) if not item.is_clear]
    said = [item.text for step in task_list(request).steps for item in step.missing]
    assert said == still_open


def test_the_page_of_a_draft_costs_the_same_for_one_line_and_for_many():
    costs = []
    for count in (1, 8):
        request = scenarios.a_draft(lines=count)
        request.lines.exclude(number=1).update(price_kzt=None)
        client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
        client.get(page("request-detail", request.pk))
        with CaptureQueriesContext(connection) as queries:
            client.get(page("request-detail", request.pk))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_line_is_copied_with_its_materials():
    request = scenarios.a_draft(lines=2)
    line = request.lines.get(number=1)
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    answer = client.post(page("request-line-copy", request.pk, line.pk))
    copy = request.lines.get(number=3)
    assert answer["Location"] == page("request-line", request.pk, copy.pk)
    assert (copy.name, copy.price_kzt) == (line.name, line.price_kzt)
    names = list(line.materials.values_list("name", "value_kzt"))
    assert list(copy.materials.values_list("name", "value_kzt")) == names
    last = next(iter(audit.timeline(request.case_id)))
    assert last.event == "request.line_copied"
    stranger = signed_in(scenarios.a_person(Role.APPLICANT))
    assert stranger.post(page("request-line-copy", request.pk, line.pk)).status_code == 404


def cloned(client, request, **chosen) -> ExpertiseRequest:
    token = uuid.uuid4()
    answer = client.post(
        page("request-clone", request.pk), {"form_token": token, "chosen": "1", **chosen}
    )
    assert answer.status_code == 302
    return ExpertiseRequest.objects.get(form_token=token)


def test_of_an_earlier_case_goes_along_what_was_chosen():
    request = scenarios.a_request(
        "submitted", lines=2, chamber=scenarios.an_organisation("chamber")
    )
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    draft = cloned(client, request, take=["goods", "chamber"])
    assert (draft.lines.count(), draft.lines.first().materials.count()) == (2, 0)
    assert (draft.chamber, draft.operations, draft.purpose) == (request.chamber, "", "")
    paper = request.documents.get()
    whole = cloned(
        client,
        request,
        take=["parties", "operations", "goods", "materials"],
        documents=[str(paper.pk)],
    )
    assert (whole.operations, whole.chamber) == (request.operations, None)
    assert whole.lines.first().materials.count() == 2
    assert whole.documents.get().file_id == paper.file_id


def test_what_does_not_go_along_is_told_with_its_reason():
    request = scenarios.a_draft(category="batch")
    applicant = scenarios.actor_of(request, Role.APPLICANT)
    filing.add_document(
        request=request,
        actor=applicant,
        upload=scenarios.a_pdf("sale.pdf"),
        type="contract_invoice",
    )
    scenarios.submit(request)
    client = signed_in(applicant)
    shown = text(client.get(page("request-clone", request.pk)))
    assert "sale.pdf. It is of one sale." in shown
    draft = cloned(client, request, take=["parties"])
    assert left_behind(request, draft, applicant) == [
        "Contract and invoice were not taken: the next sale has its own.",
        "“passport.pdf” was not taken. You did not choose it.",
        "“sale.pdf” was not taken. It is of one sale.",
        "1 goods line was not taken: you did not choose it.",
    ]


def test_materials_do_not_go_along_without_their_goods():
    request = scenarios.a_request("submitted")
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    answer = client.post(page("request-clone", request.pk), {"chosen": "1", "take": ["materials"]})
    assert answer.status_code == 200
    assert "choose the goods as well" in text(answer)
    assert ExpertiseRequest.objects.count() == 1


def test_every_field_says_what_is_wanted():
    silent = [
        f"{module.name}.{form.__name__}.{name}"
        for module in pkgutil.iter_modules(expertise.forms.__path__)
        for form in vars(importlib.import_module(f"expertise.forms.{module.name}")).values()
        if isinstance(form, type) and issubclass(form, BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if not field.help_text
    ]
    assert silent == []


def test_an_earlier_request_is_offered_where_a_new_one_begins():
    request = scenarios.a_request("submitted")
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    for address in (page("request-create"), page("request-list")):
        assert page("request-clone", request.pk) in text(client.get(address))
