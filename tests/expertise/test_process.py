"""The process as operations of the catalogue, in their order."""

import pytest
from django.db import transaction
from django.utils import timezone, translation

from accounts.errors import DomainError
from accounts.models import Role
from expertise.catalogue import catalogue_for
from expertise.models import ExpertiseRequest
from expertise.services import process
from expertise.services.process import StepRow
from tests import scenarios
from tests.expertise.test_evidence import open_codes, refused, under_expertise
from tests.expertise.test_pages import page, signed_in, text

pytestmark = pytest.mark.django_db


def saved(request: ExpertiseRequest, actor, *rows: StepRow, **values) -> list[str]:
    process.save_process(request=request, actor=actor, rows=rows, **values)
    return [step.operation for step in request.steps.all()]


def test_operations_are_kept_in_the_order_given():
    request, auditor = under_expertise(lines=2)
    line = request.lines.get(number=2)
    paper = request.documents.get()
    saved(request, auditor, StepRow("welding"))
    rows = (
        StepRow("casting", equipment="Печь", evidence=paper, evidence_page="4"),
        StepRow("welding", line=line, description="Сварка корпуса"),
        StepRow("N16"),
    )
    assert saved(request, auditor, *rows, process="Литьё и сварка") == ["casting", "welding", "N16"]
    first, second, third = request.steps.all()
    assert (first.number, first.evidence, first.evidence_page) == (1, paper, "4")
    assert (second.line, third.line) == (line, None)
    request.examination.refresh_from_db()
    assert request.examination.process == "Литьё и сварка"


def test_an_operation_outside_the_catalogue_is_refused_and_nothing_is_lost():
    request, auditor = under_expertise()
    saved(request, auditor, StepRow("welding"))
    row = [StepRow("casting"), StepRow("magic")]
    given = {"request": request, "actor": auditor, "rows": row}
    assert refused(process.save_process, **given) == "unknown_operation"
    assert [step.operation for step in request.steps.all()] == ["welding"]


def test_a_line_or_a_document_of_another_case_is_refused():
    request, auditor = under_expertise()
    other, _auditor = under_expertise()
    rows = (
        ("strange_line", StepRow("welding", line=other.lines.get())),
        ("strange_document", StepRow("welding", evidence=other.documents.get())),
    )
    for code, row in rows:
        given = {"request": request, "actor": auditor, "rows": [row]}
        assert refused(process.save_process, **given) == code


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.EXPERT_HEAD])
def test_only_the_auditor_describes_the_process(role):
    request, _auditor = under_expertise()
    actor = scenarios.actor_of(request, role)
    with pytest.raises(DomainError), transaction.atomic():
        saved(request, actor, StepRow("welding"))


def test_what_the_rules_name_for_the_goods_comes_first_and_what_never_suffices_last():
    request = scenarios.a_draft(lines=0)
    scenarios.a_line(request, hs_code="8415101000", claimed_criterion="Д8415")
    for language, name in (("ru", "заправка хладагента"), ("en", "charging with refrigerant")):
        with translation.override(language):
            catalogue = catalogue_for(request, on=timezone.localdate())
        named = {entry.code: entry for entry in catalogue.named}
        assert "refrigerant_charging" in named
        assert name[:7] in named["refrigerant_charging"].name
        assert "welding" in {entry.code for entry in catalogue.sufficient}
        assert [entry.code for entry in catalogue.insufficient][:2] == ["N01", "N02"]
        assert not any(entry.is_sufficient for entry in catalogue.insufficient)


def test_an_operation_of_one_line_does_not_stand_for_another():
    request, auditor = under_expertise(lines=2)
    scenarios.examine(request)
    assert open_codes(request) == set()
    saved(request, auditor, StepRow("welding", line=request.lines.get(number=1)))
    assert open_codes(request) == {"process"}
    saved(request, auditor, StepRow("welding"))
    assert open_codes(request) == set()


def rows_of(*rows: dict[str, str]) -> dict[str, str]:
    data = {"steps-TOTAL_FORMS": str(len(rows)), "steps-INITIAL_FORMS": "0"}
    for index, row in enumerate(rows):
        data |= {f"steps-{index}-{name}": value for name, value in row.items()}
    return data


def test_the_page_saves_filled_rows_and_leaves_blank_ones_out():
    request, auditor = under_expertise()
    client = signed_in(auditor)
    rows = rows_of({"operation": "casting", "equipment": "Печь"}, {}, {"operation": "N16"})
    response = client.post(
        page("request-process", request.pk),
        {"version": request.version, "process": "Литьё", **rows},
    )
    assert response["Location"] == page("request-visit", request.pk)
    assert [step.operation for step in request.steps.all()] == ["casting", "N16"]
    shown = text(client.get(page("request-process", request.pk)))
    assert "does not suffice alone" in shown
    assert "Печь" in shown


def test_no_field_of_a_row_is_called_optional():
    """A row begun needs its operation; a blank row is left out."""
    request, auditor = under_expertise()
    shown = text(signed_in(auditor).get(page("request-process", request.pk)))
    assert "steps-0-operation" in shown
    assert "(optional)" not in shown


def test_a_row_without_its_operation_is_pointed_out_and_kept():
    request, auditor = under_expertise()
    rows = rows_of({"equipment": "Печь № 5"})
    response = signed_in(auditor).post(
        page("request-process", request.pk), {"version": request.version, **rows}
    )
    assert "Choose the operation." in text(response)
    assert "Печь № 5" in text(response)
    assert not request.steps.exists()


@pytest.mark.parametrize(
    ("arrange", "expected"),
    [
        ("up:1", ["welding", "casting", "N16"]),
        ("down:1", ["casting", "N16", "welding"]),
        ("up:0", ["casting", "welding", "N16"]),
        ("remove:0", ["welding", "N16"]),
        ("add", ["casting", "welding", "N16", "", "", ""]),
        ("down:99", ["casting", "welding", "N16"]),
        ("up:x", ["casting", "welding", "N16"]),
    ],
)
def test_rows_are_arranged_without_being_saved(arrange, expected):
    request, auditor = under_expertise()
    typed = ("casting", "welding", "N16")
    rows = rows_of(*({"operation": code, "description": f"как {code}"} for code in typed))
    response = signed_in(auditor).post(
        page("request-process", request.pk),
        {"version": request.version, "process": "Слова", "arrange": arrange, **rows},
    )
    shown = [form["operation"].value() for form in response.context["rows"]]
    assert [code or "" for code in shown] == expected
    assert "как welding" in text(response)
    assert "Слова" in text(response)
    assert not request.steps.exists()


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("machining", "machining"),
        ("  Machining by CUTTING ", "machining"),
        ("refrigerant", None),
        ("pleating", "pleating_and_bonding"),
        ("assembly", None),
        ("no such thing", None),
    ],
)
def test_an_operation_is_found_in_the_catalogue_by_code_name_or_a_piece_of_it(wanted, code):
    request, auditor = under_expertise()
    response = signed_in(auditor).post(
        page("request-process", request.pk),
        {"version": request.version, "arrange": "found", "find": wanted, **rows_of({})},
    )
    codes = [form["operation"].value() for form in response.context["rows"]]
    assert codes == ([code] if code else [""])
    assert bool(response.context["not_found"]) == (code is None)


def test_a_page_left_open_while_the_case_moved_saves_nothing():
    request, auditor = under_expertise()
    response = signed_in(auditor).post(
        page("request-process", request.pk),
        {"version": request.version - 1, **rows_of({"operation": "casting"})},
    )
    assert response.status_code == 409
    assert not request.steps.exists()
