"""Some requests are examined twice, and nobody but the Committee can tell which."""

import hashlib
import uuid
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

import audit
from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from audit.models import AuditEvent
from expertise.models import Act, ExpertiseRequest, RequestDocument, SecondOpinion
from expertise.second_opinions import agreement_by_group, is_drawn
from expertise.services import examining, filing, second_opinions
from expertise.stories import story_for
from issuance import services as issuance
from issuance.models import Application
from outbox.models import OutboxItem
from reference.models import Parameter
from tests import scenarios
from tests.expertise.test_assignment import close_the_log
from tests.expertise.test_pages import page, signed_in, text
from workflow.moving import WrongStatus

pytestmark = pytest.mark.django_db


def drawn_share(percent: str) -> None:
    Parameter.objects.filter(key="second_expertise.share_percent").update(value=percent)


@pytest.fixture
def house():
    """Another organisation that could examine as well."""
    return scenarios.a_person(Role.AUDITOR).organisation


@pytest.fixture
def opinion(house) -> SecondOpinion:
    drawn_share("100")
    request = scenarios.a_request("accepted", chamber=scenarios.an_organisation("chamber"), lines=2)
    close_the_log()
    opinion = second_opinions.consider(str(request.pk))
    assert opinion is not None
    return opinion


def conclude(request: ExpertiseRequest, *, positive: bool = True) -> ExpertiseRequest:
    request = ExpertiseRequest.objects.get(pk=request.pk)
    if request.status == "submitted":
        request = scenarios.accept(request)
    return scenarios.conclude(scenarios.assign(request), positive=positive)


def conclude_both(opinion: SecondOpinion, *, second_positive: bool = True) -> SecondOpinion:
    conclude(opinion.first)
    conclude(opinion.second, positive=second_positive)
    assert second_opinions.settle_all() == 1
    return SecondOpinion.objects.get()


# Drawing.


@given(st.binary(min_size=32, max_size=32), st.uuids())
def test_a_share_of_nothing_draws_none_and_of_everything_all(root, key):
    values = {"root": root, "request_id": str(key)}
    assert not is_drawn(**values, share_percent=Decimal(0))
    assert is_drawn(**values, share_percent=Decimal(100))


def test_about_the_share_of_all_requests_is_drawn():
    drawn = sum(
        is_drawn(
            root=hashlib.sha256(str(n).encode()).digest(),
            request_id=str(uuid.UUID(int=n)),
            share_percent=Decimal(5),
        )
        for n in range(4000)
    )
    assert 150 < drawn < 250


def test_whether_a_request_is_drawn_follows_from_checkpoint_and_request_alone():
    values = {"root": b"r" * 32, "request_id": "one"}
    thresholds = [is_drawn(**values, share_percent=Decimal(n) / 10) for n in range(1001)]
    assert thresholds == sorted(thresholds)
    assert thresholds == [is_drawn(**values, share_percent=Decimal(n) / 10) for n in range(1001)]


def test_nothing_is_decided_before_the_log_has_closed_the_acceptance(house):
    drawn_share("100")
    request = scenarios.a_request("accepted")
    assert second_opinions.consider(str(request.pk)) is None
    item = OutboxItem.objects.get(task=second_opinions.CONSIDER, key=str(request.pk))
    assert item.done_at is None
    assert "closed" in item.last_error
    close_the_log()
    assert second_opinions.consider(str(request.pk)) is not None
    item.refresh_from_db()
    assert item.done_at is not None


def test_a_request_is_considered_once_however_often_the_work_comes(opinion):
    for _n in range(3):
        assert second_opinions.consider(str(opinion.first_id)) is None
    assert SecondOpinion.objects.count() == 1
    assert ExpertiseRequest.objects.count() == 2
    assert AuditEvent.objects.filter(event="second_opinion.considered").count() == 1


def test_a_request_that_was_not_drawn_is_not_considered_again_when_the_share_grows(house):
    drawn_share("0")
    request = scenarios.a_request("accepted")
    close_the_log()
    assert second_opinions.consider(str(request.pk)) is None
    drawn_share("100")
    assert second_opinions.consider(str(request.pk)) is None
    assert AuditEvent.objects.get(event="second_opinion.considered").facts["is_drawn"] is False


def test_without_another_organisation_that_could_do_it_nothing_is_filed():
    drawn_share("100")
    request = scenarios.a_request("accepted")
    scenarios.an_organisation("expert")
    close_the_log()
    assert second_opinions.consider(str(request.pk)) is None
    facts = AuditEvent.objects.get(event="second_opinion.considered").facts
    assert (facts["is_drawn"], facts["is_filed"]) == (True, False)


def test_a_second_expertise_is_never_examined_a_third_time(opinion):
    scenarios.a_person(Role.AUDITOR)
    second = scenarios.accept(opinion.second)
    close_the_log()
    assert second_opinions.consider(str(second.pk)) is None
    assert SecondOpinion.objects.count() == 1


# What is filed.


def test_the_second_request_has_everything_the_first_was_filed_with(opinion, house):
    first, second = opinion.first, opinion.second
    assert (second.status, second.expert_organisation) == ("submitted", house)
    assert second.number.startswith(f"Э-{house.code}-")
    assert second.case_id not in (first.case_id, opinion.case_id)
    assert second.due_on is not None

    def goods(request: ExpertiseRequest) -> list[tuple]:
        return [
            (
                line.number,
                line.name,
                line.hs_code,
                line.price_kzt,
                material.name,
                material.value_kzt,
            )
            for line in request.lines.order_by("number")
            for material in line.materials.order_by("number")
        ]

    assert goods(second) == goods(first)
    assert len(goods(second)) == 4
    assert [item.file for item in second.documents.all()] == [
        item.file for item in first.documents.all()
    ]
    assert second.chamber is None
    assert not second.goes_to_chamber_by_itself


# Nobody learns of it.


def test_the_applicant_sees_it_in_no_list_and_on_no_page(opinion):
    applicant = scenarios.actor_of(opinion.first, Role.APPLICANT)
    conclude(opinion.second)
    second = ExpertiseRequest.objects.get(pk=opinion.second_id)
    assert list(ExpertiseRequest.objects.visible_to(applicant)) == [opinion.first]
    assert not Act.objects.visible_to(applicant).exists()
    client = signed_in(applicant)
    traces = (second.number, str(second.pk), second.act.number, second.expert_organisation.name)
    for address in (
        "/",
        page("request-list"),
        page("request-list") + f"?q={second.number}",
        page("act-list"),
        page("request-detail", opinion.first_id),
    ):
        answer = text(client.get(address, follow=True))
        # What was asked for stands in the field and among the filters in force.
        asked = {second.number} if "?q=" in address else set()
        assert [one for one in traces if one in answer and one not in asked] == [], address
    line, document = second.lines.first(), second.documents.first()
    for name, *keys in (
        ("request-detail", second.pk),
        ("request-goods", second.pk),
        ("request-line-finding", second.pk, line.pk),
        ("document-download", document.pk),
        ("act-detail", second.act.pk),
        ("act-pdf", second.act.pk),
        ("act-record", second.act.pk),
        ("second-opinion-detail", opinion.pk),
        ("second-opinion-list",),
    ):
        assert client.get(page(name, *keys)).status_code == 404, name


def test_the_applicants_commands_do_not_reach_it(opinion):
    applicant = scenarios.actor_of(opinion.first, Role.APPLICANT)
    with pytest.raises(PermissionRefused):
        filing.withdraw_request(request=opinion.second, actor=applicant)
    conclude(opinion.second)
    act = Act.objects.get(request=opinion.second)
    with pytest.raises(PermissionRefused):
        issuance.apply_for_certificate(
            act=act, actor=applicant, chamber=scenarios.an_organisation("chamber")
        )


def test_the_history_of_the_first_case_does_not_tell_of_it(opinion):
    conclude_both(opinion)
    events = {event.event for event in audit.timeline(opinion.first.case_id)}
    assert not any(name.startswith("second_opinion") for name in events)
    ids = {str(opinion.pk), str(opinion.second_id), str(opinion.second.case_id)}
    for event in audit.timeline(opinion.first.case_id):
        assert not any(key in bytes(event.body).decode() for key in ids)


@pytest.mark.parametrize("role", [Role.EXPERT_HEAD, Role.AUDITOR])
@pytest.mark.parametrize("side", ["first", "second"])
def test_to_both_organisations_the_two_requests_look_alike(opinion, role, side):
    opinion.first = scenarios.assign(opinion.first)
    opinion.second = scenarios.assign(scenarios.accept(opinion.second))
    request = getattr(opinion, side)
    actor = scenarios.actor_of(request, role)
    told = [
        (item.sentence.replace(request.number, "№"), item.actor_label == request.applicant.name)
        for item in story_for(actor, request, limit=40)
    ]
    assert [is_theirs for _sentence, is_theirs in told] == [False, False, True]
    answer = text(signed_in(actor).get(page("request-detail", request.pk)))
    others = {"first": opinion.second, "second": opinion.first}[side]
    for trace in (
        others.number,
        str(others.pk),
        others.experts.name,
        "CT-KZ ·",
        "second-opinion",
        "blind_of",
    ):
        assert trace not in answer, trace


def test_what_the_second_auditor_asks_is_answered_by_the_committee(opinion):
    second = scenarios.assign(scenarios.accept(opinion.second))
    examining.ask_applicant(
        request=second, actor=scenarios.actor_of(second, Role.AUDITOR), text="Калькуляция?"
    )
    second.refresh_from_db()
    applicant = scenarios.actor_of(opinion.first, Role.APPLICANT)
    with pytest.raises(PermissionRefused):
        filing.answer_question(request=second, actor=applicant, answer="Какая?")
    inspector = scenarios.a_person(Role.INSPECTOR, full_name="Инспекторов Комитет")
    listed = text(signed_in(inspector).get(page("second-opinion-list")))
    assert "The second auditor asks" in listed
    signed_in(inspector).post(
        page("request-answer", second.pk), {"version": second.version, "answer": "Приложена."}
    )
    second.refresh_from_db()
    assert second.status == "in_expertise"
    auditor = signed_in(scenarios.actor_of(second, Role.AUDITOR))
    answer = text(auditor.get(page("request-detail", second.pk), {"show": "questions"}))
    assert "Приложена." in answer
    assert "Инспекторов" not in answer


def test_the_committee_does_not_answer_for_other_applicants():
    request = scenarios.a_request("awaiting_applicant")
    with pytest.raises(PermissionRefused):
        filing.answer_question(
            request=request, actor=scenarios.a_person(Role.INSPECTOR), answer="Мы."
        )


def test_its_act_goes_to_no_chamber(opinion):
    Application.objects.all().delete()
    ExpertiseRequest.objects.filter(pk=opinion.first_id).update(goes_to_chamber_by_itself=True)
    conclude(opinion.second)
    assert not Application.objects.exists()


# Comparing.


def test_two_acts_that_say_the_same_agree(opinion):
    opinion = conclude_both(opinion)
    assert opinion.status == "agreed"
    assert [entry["agrees"] for entry in opinion.outcome] == [True, True]
    assert opinion.compared_at is not None


def test_a_difference_opens_a_case_for_the_committee(opinion):
    opinion = conclude_both(opinion, second_positive=False)
    assert opinion.status == "differs"
    assert opinion.outcome[0]["first"] == {"originating": True, "criterion": "Д8421"}
    assert opinion.outcome[0]["second"] == {"originating": False, "criterion": ""}
    inspector = signed_in(scenarios.a_person(Role.INSPECTOR))
    assert "1 second expertise waits for the Committee" in text(
        inspector.get(page("second-opinion-list"))
    )
    answer = text(inspector.get(page("second-opinion-detail", opinion.pk)))
    assert "The auditors differ in 2 lines of 2" in answer
    for act in Act.objects.all():
        assert act.number in answer


def test_the_committee_says_which_verdict_holds(opinion):
    opinion = conclude_both(opinion, second_positive=False)
    inspector = scenarios.a_person(Role.INSPECTOR)
    signed_in(inspector).post(
        page("second-opinion-detail", opinion.pk),
        {"version": opinion.version, "holding": "second", "resolution": "Позиция та же."},
    )
    opinion.refresh_from_db()
    assert (opinion.status, opinion.holding) == ("resolved", "second")
    assert opinion.resolved_by == inspector.user
    assert audit.timeline(opinion.case_id)[0].facts == {"holding": "second"}
    with pytest.raises(WrongStatus):
        second_opinions.resolve(
            opinion=opinion, actor=inspector, holding="first", resolution="Нет."
        )


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"holding": "both", "resolution": "Да."}, "no_holding"),
        ({"holding": "first", "resolution": " "}, "no_reason"),
    ],
)
def test_a_decision_needs_a_verdict_and_a_reason(opinion, answer, code):
    opinion = conclude_both(opinion, second_positive=False)
    inspector = scenarios.a_person(Role.INSPECTOR)
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        second_opinions.resolve(opinion=opinion, actor=inspector, **answer)
    assert refusal.value.code == code


def test_nothing_is_compared_before_both_acts_are_signed(opinion):
    conclude(opinion.first)
    assert second_opinions.settle_all() == 0
    assert second_opinions.settle(opinion).status == "under_way"


def test_settling_again_changes_nothing(opinion):
    opinion = conclude_both(opinion)
    assert second_opinions.settle(opinion).version == opinion.version
    assert second_opinions.settle_all() == 0


def test_a_withdrawn_first_request_ends_the_second_as_if_its_applicant_had_withdrawn(opinion):
    scenarios.withdraw(opinion.first)
    assert second_opinions.settle_all() == 1
    opinion.refresh_from_db()
    second = ExpertiseRequest.objects.get(pk=opinion.second_id)
    assert (opinion.status, second.status) == ("void", "withdrawn")
    head = scenarios.actor_of(second, Role.EXPERT_HEAD)
    last = story_for(head, second, limit=40)[0]
    assert last.actor_label == second.applicant.name


def test_a_rejected_second_request_leaves_the_first_alone(opinion):
    scenarios.reject(opinion.second)
    assert second_opinions.settle_all() == 1
    first = ExpertiseRequest.objects.get(pk=opinion.first_id)
    assert (SecondOpinion.objects.get().status, first.status) == ("void", "accepted")


def test_documents_added_after_filing_stay_with_the_first(house):
    drawn_share("100")
    request = scenarios.a_request("accepted")
    paper = request.documents.get()
    RequestDocument.objects.create(
        request=request, type="site_visit_record", file=paper.file, added_by=paper.added_by
    )
    close_the_log()
    opinion = second_opinions.consider(str(request.pk))
    assert [item.type for item in opinion.second.documents.all()] == [paper.type]
    assert opinion.second.documents.get().added_at == paper.added_at


# Agreement.


def outcome(hs_code: str, first: str, second: str) -> dict:
    def said(criterion: str) -> dict:
        return {"originating": bool(criterion), "criterion": criterion}

    return {"hs_code": hs_code, "first": said(first), "second": said(second)}


def test_agreement_is_told_for_each_product_group_and_for_all():
    opinions = [
        SecondOpinion(
            outcome=[
                outcome("8421310000", "Д8421", "Д8421"),
                outcome("8421310000", "", "Д8421"),
                outcome("8421310000", "", ""),
                outcome("0201100001", "П", "П"),
            ]
        )
    ]
    whole, beef, filters = agreement_by_group(opinions)
    assert (whole.chapter, beef.chapter, filters.chapter) == ("", "02", "84")
    assert (whole.agreement.pairs, whole.agreement.agreed) == (4, 3)
    assert beef.agreement.kappa is None
    # Observed 2/3, chance (1·2 + 2·1)/9 = 4/9.
    assert round(filters.agreement.kappa, 4) == Decimal("0.4")


def test_the_page_of_agreement_shows_counts_and_intervals(opinion):
    conclude_both(opinion, second_positive=False)
    inspector = signed_in(scenarios.a_person(Role.INSPECTOR))
    answer = text(inspector.get(page("second-opinion-agreement")))
    assert "Agreement over 1 request examined twice" in answer
    assert 'data-label="Kappa"' in answer


@pytest.mark.parametrize(
    "role", [Role.APPLICANT, Role.EXPERT_HEAD, Role.AUDITOR, Role.CHAMBER_OFFICER]
)
def test_for_everybody_else_the_pages_do_not_exist(opinion, role):
    client = signed_in(scenarios.actor_of(opinion.first, role))
    for name, *keys in (
        ("second-opinion-list",),
        ("second-opinion-agreement",),
        ("second-opinion-detail", opinion.pk),
    ):
        assert client.get(page(name, *keys)).status_code == 404
