"""What the commands of stage one allow and refuse, whoever gives them."""

import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

import audit
from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from documents.canonical import sha256_hex
from expertise.line_ranges import LineRange
from expertise.models import Act, ExpertiseRequest, Finding
from expertise.services import assigning, examining, filing, judging, signing
from expertise.services.judging import Verdict
from expertise.spreadsheet_rows import GoodsRow, MaterialRow
from expertise.spreadsheets import SheetResult
from outbox.models import OutboxItem
from reference.spreadsheet_rows import RowError
from tests import scenarios
from workflow.moving import MovedOn, WrongStatus

pytestmark = pytest.mark.django_db

POSITIVE = Verdict(is_originating=True, criterion="Д", justification="Код меняется")


def refused(command, **arguments) -> str:
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        command(**arguments)
    return refusal.value.code


def events_of(request: ExpertiseRequest) -> list[str]:
    return [event.event for event in audit.timeline(request.case_id).reverse()]


def test_every_step_of_a_whole_case_is_recorded_once_and_in_order():
    request = scenarios.a_request("concluded")
    assert events_of(request) == [
        "request.created",
        "request.document_added",
        "request.submitted",
        "request.accepted",
        "request.assigned",
        "act.signed",
        "request.concluded",
    ]


def test_the_same_form_sent_twice_gives_the_same_draft():
    scenarios.reference_data()
    actor = scenarios.a_person(Role.APPLICANT)
    token = uuid.uuid4()
    first = filing.create_request(actor=actor, form_token=token)
    second = filing.create_request(actor=actor, form_token=token)
    assert first == second
    assert events_of(first) == ["request.created"]


def test_the_log_names_a_draft_by_no_word_of_any_language():
    request = scenarios.a_request("submitted")
    labels = [event.subject_label for event in audit.timeline(request.case_id).reverse()]
    assert labels == ["", "", request.number]


def test_the_producer_is_prefilled_from_the_applicants_own_organisation():
    actor = scenarios.a_person(Role.APPLICANT)
    request = filing.create_request(actor=actor, form_token=uuid.uuid4())
    assert request.producer_bin == actor.organisation.bin
    assert request.producer_name_ru == actor.organisation.name_ru


COMMANDS = {
    "submit": (filing.submit_request, "draft", Role.APPLICANT, {}),
    "withdraw": (filing.withdraw_request, "submitted", Role.APPLICANT, {}),
    "accept": (examining.accept_request, "submitted", Role.EXPERT_HEAD, {}),
    "reject": (
        examining.reject_request,
        "submitted",
        Role.EXPERT_HEAD,
        {"reason": "incomplete_documents"},
    ),
    "ask": (examining.ask_applicant, "in_expertise", Role.AUDITOR, {"text": "Калькуляция?"}),
    "answer": (
        filing.answer_question,
        "awaiting_applicant",
        Role.APPLICANT,
        {"answer": "Приложена."},
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_refused_to_another_role_and_to_the_same_role_elsewhere(name):
    command, status, role, values = COMMANDS[name]
    request = scenarios.a_request(status)
    wrong_role = Role.INSPECTOR
    for actor in (scenarios.a_person(wrong_role), scenarios.a_person(role)):
        with pytest.raises(PermissionRefused):
            command(request=request, actor=actor, **values)
    request.refresh_from_db()
    assert request.status == status


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_refused_on_a_page_that_shows_an_older_version(name):
    command, status, role, values = COMMANDS[name]
    request = scenarios.a_request(status)
    with pytest.raises(MovedOn):
        command(
            request=request,
            actor=scenarios.actor_of(request, role),
            seen_version=request.version - 1,
            **values,
        )


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_given_twice_is_refused_the_second_time(name):
    command, status, role, values = COMMANDS[name]
    request = scenarios.a_request(status)
    actor = scenarios.actor_of(request, role)
    command(request=request, actor=actor, **values)
    with pytest.raises(WrongStatus):
        command(request=request, actor=actor, **values)


def test_a_request_with_something_missing_is_not_submitted_and_says_what():
    request = scenarios.a_draft(lines=0)
    with pytest.raises(DomainError) as refusal:
        filing.submit_request(request=request, actor=scenarios.actor_of(request, Role.APPLICANT))
    assert refusal.value.code == "incomplete"
    request.refresh_from_db()
    assert (request.status, request.number) == ("draft", None)


@pytest.mark.parametrize(
    "missing",
    [
        {"recipient_bin": ""}, {"contract_number": ""}, {"producer_address_ru": ""},
        {"operations": " "}, {"purpose": ""}, {"expert_organisation": None},
    ],
)  # fmt: skip
def test_each_missing_part_of_a_batch_stops_the_submission(missing):
    request = scenarios.a_draft(category="batch")
    actor = scenarios.actor_of(request, Role.APPLICANT)
    filing.update_request(request=request, actor=actor, values=missing)
    assert refused(filing.submit_request, request=request, actor=actor) == "incomplete"


def test_nothing_of_a_submitted_request_can_be_changed():
    request = scenarios.a_request("submitted")
    actor = scenarios.actor_of(request, Role.APPLICANT)
    line = request.lines.get()
    document = request.documents.get()
    for command, arguments in (
        (filing.update_request, {"request": request, "values": {"operations": "x"}}),
        (filing.save_line, {"request": request, "values": {"name": "x"}, "line": line}),
        (filing.save_prices, {"request": request, "prices": {1: Decimal(1)}}),
        (filing.delete_line, {"line": line}),
        (filing.save_materials, {"line": line, "rows": []}),
        (filing.remove_document, {"document": document}),
    ):
        assert refused(command, actor=actor, **arguments) == "not_a_draft"


def test_documents_may_be_added_while_the_applicant_is_asked():
    request = scenarios.a_request("awaiting_applicant")
    actor = scenarios.actor_of(request, Role.APPLICANT)
    filing.add_document(
        request=request, actor=actor, upload=scenarios.a_pdf(), type="cost_calculation"
    )
    assert request.documents.count() == 2


def test_a_deleted_line_leaves_no_gap_in_the_numbers():
    request = scenarios.a_request(lines=3)
    actor = scenarios.actor_of(request, Role.APPLICANT)
    filing.delete_line(line=request.lines.get(number=2), actor=actor)
    assert list(request.lines.values_list("number", flat=True)) == [1, 2]


def a_goods_row(**values) -> GoodsRow:
    row = GoodsRow(
        row=2,
        name="Фильтр",
        hs_code="8421310000",
        kp_ved="28.29.82",
        quantity=Decimal(5),
        unit_code="796",
    )
    return replace(row, **values)


def test_an_import_replaces_all_lines_or_none():
    request = scenarios.a_request(lines=2)
    actor = scenarios.actor_of(request, Role.APPLICANT)
    faulty: SheetResult[GoodsRow] = SheetResult(
        lines=(), errors=(RowError("empty", "The cell is empty.", 3),)
    )
    arguments = {"request": request, "actor": actor, "file_sha256": sha256_hex(b"x")}
    assert refused(filing.import_goods, sheet=faulty, **arguments) == "faulty_file"
    assert request.lines.count() == 2
    sound = SheetResult(lines=tuple(a_goods_row(name=f"Фильтр {n}") for n in range(5)))
    assert filing.import_goods(sheet=sound, **arguments) == 5
    assert list(request.lines.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_materials_for_a_line_that_is_not_there_are_refused_whole():
    request = scenarios.a_request()
    rows = tuple(
        MaterialRow(row=n, lines=LineRange(((n, n),)), name="Сталь", value_kzt=Decimal(10))
        for n in (1, 7)
    )
    code = refused(
        filing.import_materials,
        request=request,
        actor=scenarios.actor_of(request, Role.APPLICANT),
        sheet=SheetResult(lines=rows),
        file_sha256=sha256_hex(b"x"),
    )
    assert code == "unknown_line"
    assert request.lines.get().materials.count() == 2


def test_a_quantity_of_nothing_is_refused_by_its_field():
    request = scenarios.a_request()
    with pytest.raises(DomainError) as refusal:
        filing.save_line(
            request=request,
            actor=scenarios.actor_of(request, Role.APPLICANT),
            values={"quantity": Decimal(0)},
            line=request.lines.get(),
        )
    assert refusal.value.field == "quantity"


def test_only_an_attested_auditor_of_the_organisation_is_assigned():
    request = scenarios.a_request("accepted")
    head = scenarios.actor_of(request, Role.EXPERT_HEAD)
    stranger = scenarios.a_person(Role.AUDITOR)
    not_attested = scenarios.as_member(
        scenarios.a_person(Role.APPLICANT).user, Role.AUDITOR, request.expert_organisation
    )
    for auditor in (stranger, not_attested):
        code = refused(assigning.assign_auditor, request=request, actor=head, auditor=auditor.user)
        assert code in ("not_a_member", "not_attested")


def test_whoever_filed_a_request_never_examines_it():
    applicant = scenarios.a_person(Role.APPLICANT)
    request = scenarios.a_request("accepted", applicant=applicant)
    scenarios.as_member(applicant.user, Role.AUDITOR, request.expert_organisation)
    scenarios.an_attestation(applicant.user)
    head = scenarios.actor_of(request, Role.EXPERT_HEAD)
    code = refused(assigning.assign_auditor, request=request, actor=head, auditor=applicant.user)
    assert code == "conflict_of_interest"
    with pytest.raises(DatabaseError), transaction.atomic():
        ExpertiseRequest.objects.filter(pk=request.pk).update(auditor=applicant.user)


def test_the_head_who_filed_for_the_applicant_does_not_accept():
    applicant = scenarios.a_person(Role.APPLICANT)
    request = scenarios.a_request("submitted", applicant=applicant)
    as_head = scenarios.as_member(applicant.user, Role.EXPERT_HEAD, request.expert_organisation)
    assert refused(examining.accept_request, request=request, actor=as_head) == "not_allowed"


def test_an_auditor_of_the_organisation_who_is_not_assigned_does_nothing():
    request = scenarios.a_request("in_expertise")
    other = scenarios.a_person(Role.AUDITOR, request.expert_organisation)
    for command, arguments in (
        (examining.save_examination, {"request": request, "values": {}}),
        (judging.save_finding, {"line": request.lines.get(), "verdict": POSITIVE}),
        (examining.ask_applicant, {"request": request, "text": "?"}),
        (signing.sign_act, {"request": request}),
    ):
        assert refused(command, actor=other, **arguments) == "not_allowed"


def test_the_clock_stands_still_while_the_applicant_is_asked():
    request = scenarios.a_request("in_expertise")
    today = timezone.localdate()
    left = request.working_days_left(on=today)
    request = scenarios.ask(request)
    assert request.due_on is None
    assert request.working_days_left(on=today) == left
    request = filing.answer_question(
        request=request, actor=scenarios.actor_of(request, Role.APPLICANT), answer="Приложена."
    )
    assert request.working_days_left(on=today) == left


def test_the_applicant_is_asked_no_more_often_than_the_parameter_allows():
    request = scenarios.a_request("awaiting_applicant")
    request = filing.answer_question(
        request=request, actor=scenarios.actor_of(request, Role.APPLICANT), answer="Приложена."
    )
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    code = refused(examining.ask_applicant, request=request, actor=auditor, text="Ещё?")
    assert code == "asked_enough"


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (Verdict(is_originating=True), "no_criterion"),
        (Verdict(is_originating=True, criterion="Д9403"), "wrong_criterion"),
        (Verdict(is_originating=False), "no_reason"),
        (Verdict(is_originating=True, criterion="П"), "no_ground"),
        (Verdict(is_originating=True, criterion="П", ground="W01"), "rules_not_met"),
        (Verdict(is_originating=True, criterion="Д", row="8501"), "row_does_not_apply"),
        (
            Verdict(is_originating=True, criterion="Д", reading="a", reading_reason="?"),
            "reading_unknown",
        ),
    ],
)
def test_a_verdict_that_does_not_hold_is_refused(verdict, code):
    request = scenarios.a_request("in_expertise")
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    line = request.lines.get()
    assert refused(judging.save_finding, line=line, actor=auditor, verdict=verdict) == code
    assert not Finding.objects.exists()


@pytest.mark.parametrize(
    "values", [{"price_kzt": Decimal("3000")}, {"claimed_criterion": "П"}], ids=["price", "П"]
)
def test_figures_that_cannot_be_stop_the_submission(values):
    request = scenarios.a_draft(lines=0)
    scenarios.a_line(request, **values)
    actor = scenarios.actor_of(request, Role.APPLICANT)
    assert refused(filing.submit_request, request=request, actor=actor) == "incomplete"


def test_impossible_figures_stop_a_positive_finding_but_not_a_refusal():
    request = scenarios.a_request("in_expertise")
    request.lines.update(price_kzt=Decimal("3000"))
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    line = request.lines.get()
    code = refused(judging.save_finding, line=line, actor=auditor, verdict=POSITIVE)
    assert code == "origin.materials_over_price"
    verdict = Verdict(is_originating=False, reason="unreliable_data")
    finding = judging.save_finding(line=line, actor=auditor, verdict=verdict)
    assert finding.share_percent is None
    act = scenarios.conclude(request, positive=False).act
    assert not act.is_positive


def test_the_share_is_calculated_and_the_criterion_takes_the_heading_of_each_line():
    request = scenarios.a_draft(lines=0)
    scenarios.a_line(request)
    scenarios.a_line(request, hs_code="9403208009", claimed_criterion="Д9403")
    request = scenarios.assign(scenarios.accept(scenarios.submit(request)))
    count = judging.save_findings(
        request=request,
        actor=scenarios.actor_of(request, Role.AUDITOR),
        lines=request.lines.all(),
        verdict=POSITIVE,
    )
    found = Finding.objects.order_by("line__number").values_list("criterion", "share_percent")
    assert count == 2
    assert list(found) == [("Д8421", Decimal("68.23")), ("Д9403", Decimal("68.23"))]


def test_an_act_is_not_signed_before_every_line_has_its_finding():
    request = scenarios.a_request("in_expertise", lines=2)
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    assert refused(signing.sign_act, request=request, actor=auditor) == "incomplete"
    assert not Act.objects.exists()


def test_a_share_changed_behind_the_portals_back_stops_the_signature():
    request = scenarios.examine(scenarios.a_request("in_expertise"))
    Finding.objects.update(share_percent=Decimal("99.00"))
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    assert refused(signing.sign_act, request=request, actor=auditor) == "evaluation_differs"


def test_an_attestation_that_has_run_out_stops_the_signature():
    request = scenarios.examine(scenarios.a_request("in_expertise"))
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert refused(signing.sign_act, request=request, actor=auditor) == "incomplete"


def test_a_signed_act_is_its_record_and_promises_its_document():
    act = scenarios.an_act()
    assert act.record_sha256 == sha256_hex(bytes(act.record))
    assert (act.status, act.is_positive) == ("signed", True)
    assert OutboxItem.objects.filter(task=signing.MAKE_DOCUMENT, key=str(act.pk)).count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Act.objects.filter(pk=act.pk).update(record=b"{}")


def test_a_negative_act_says_why_each_line_was_refused():
    act = scenarios.an_act(positive=False)
    assert not act.is_positive
    assert b'"simple_operations"' in bytes(act.record)
    assert act.request.status == "concluded"


def test_a_request_of_the_arranged_kind_goes_to_its_chamber_by_itself():
    act = scenarios.an_act(by_itself=True)
    events = events_of(act.request)
    assert "application.submitted" in events
