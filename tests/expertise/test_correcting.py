"""A signed act is corrected by another one, or annulled; it is never changed."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

import audit
from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from expertise.models import Act, ExpertiseRequest, Material
from expertise.services import correcting, filing, signing
from expertise.services.correcting import annul_act, faults_of_auditor, open_correction
from expertise.waiting import apply_url
from issuance import services as issuance
from issuance.blockers import review_blockers
from oversight.reading.selectors import cases, find_case
from tests import scenarios
from tests.expertise.test_pages import page, signed_in, text
from workflow.moving import WrongStatus
from workflow.story import case_stages

pytestmark = pytest.mark.django_db


def opened(act: Act, role: str = Role.AUDITOR) -> ExpertiseRequest:
    return open_correction(
        act=act, actor=scenarios.actor_of(act.request, role), reason="slip", note="Описка."
    )


def signed(request: ExpertiseRequest) -> Act:
    return signing.sign_act(request=request, actor=scenarios.actor_of(request, Role.AUDITOR))


def names(act: Act) -> list[str]:
    return [event.event for event in audit.timeline(act.case_id)]


def test_a_correction_begins_with_all_that_was_established():
    act = scenarios.an_act(lines=2)
    source = act.request
    correction = opened(act)
    assert (correction.status, correction.corrects) == ("in_expertise", source)
    assert correction.case_id == source.case_id
    assert correction.auditor == source.auditor
    assert correction.number != source.number
    assert correction.submitted_at == source.submitted_at
    assert correction.due_on is not None
    for rows in ("lines", "documents", "steps", "lab_results"):
        assert getattr(correction, rows).count() == getattr(source, rows).count()
    files = {document.file_id for document in source.documents.all()}
    assert {document.file_id for document in correction.documents.all()} == files
    assert correction.examination.identification == source.examination.identification
    findings = [line.finding.share_percent for line in correction.lines.order_by("number")]
    assert findings == [line.finding.share_percent for line in source.lines.order_by("number")]
    materials = Material.objects.filter(line__request=correction)
    assert materials.count() == Material.objects.filter(line__request=source).count()
    assert not materials.exclude(evidence=None).exclude(evidence__request=correction).exists()


def test_the_old_act_holds_until_the_new_one_is_signed():
    act = scenarios.an_act()
    correction = opened(act)
    act.refresh_from_db()
    assert act.status == "signed"
    new = signed(correction)
    act.refresh_from_db()
    assert (act.status, act.superseded_by) == ("superseded", new)
    assert new.status == "signed"
    assert new.number != act.number
    assert {"act.correction_asked", "request.correction_opened", "act.superseded"} <= set(
        names(act)
    )


def test_one_correction_at_a_time_and_only_of_an_act_in_force():
    act = scenarios.an_act()
    correction = opened(act)
    with pytest.raises(DomainError) as refusal:
        opened(act)
    assert refusal.value.code == "corrected_already"
    signed(correction)
    act.refresh_from_db()
    with pytest.raises(WrongStatus):
        opened(act)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.EXPERT_HEAD])
def test_auditor_and_head_open_a_correction(role):
    assert opened(scenarios.an_act(), role).status == "in_expertise"


def test_nobody_else_corrects_and_a_reason_is_needed():
    act = scenarios.an_act()
    for actor in (
        scenarios.actor_of(act.request, Role.APPLICANT),
        scenarios.a_person(Role.INSPECTOR),
        scenarios.a_person(Role.EXPERT_HEAD),
    ):
        with pytest.raises(PermissionRefused):
            open_correction(act=act, actor=actor, reason="slip")
    with pytest.raises(DomainError) as refusal:
        open_correction(
            act=act, actor=scenarios.actor_of(act.request, Role.AUDITOR), reason="за компанию"
        )
    assert refusal.value.field == "reason"


def test_the_applicant_sees_a_correction_and_cannot_stop_it():
    act = scenarios.an_act()
    correction = opened(act)
    applicant = scenarios.actor_of(act.request, Role.APPLICANT)
    client = signed_in(applicant)
    shown = text(client.get(page("request-detail", act.request.pk)))
    assert "The act is being corrected" in shown
    shown = text(client.get(page("request-detail", correction.pk)))
    assert "A slip in the text" in shown
    with pytest.raises(PermissionRefused):
        filing.withdraw_request(request=correction, actor=applicant)


def test_an_application_on_a_superseded_act_is_blocked():
    application = scenarios.an_application("under_review")
    signed(opened(application.act))
    application.refresh_from_db()
    blockers = {blocker.code: blocker for blocker in review_blockers(application)}
    assert not blockers["act_in_force"].is_clear
    assert blockers["act_in_force"].url == page("act-detail", application.act.pk)
    with pytest.raises(DomainError):
        scenarios.recommend(application)


def test_no_application_is_made_on_an_act_out_of_force_and_one_is_on_its_successor():
    application = scenarios.an_application("withdrawn")
    act = application.act
    applicant = scenarios.actor_of(act.request, Role.APPLICANT)
    new = signed(opened(act))
    act.refresh_from_db()
    with pytest.raises(WrongStatus):
        issuance.apply_for_certificate(act=act, actor=applicant, chamber=application.chamber)
    assert apply_url(act, applicant) == ""
    assert apply_url(new, applicant)
    assert (
        issuance.apply_for_certificate(act=new, actor=applicant, chamber=application.chamber).act
        == new
    )


def test_a_correction_files_nothing_by_itself():
    act = scenarios.an_act(by_itself=True)
    assert act.applications.count() == 1
    new = signed(opened(act))
    assert new.applications.count() == 0


def test_the_stages_follow_the_corrected_act_and_a_lapsed_correction_changes_nothing():
    act = scenarios.an_act()
    before = [stage.state for stage in case_stages(act.case_id)]
    correction = opened(act)
    scenarios.ask(correction)
    with transaction.atomic():
        correction.refresh_from_db()
        correcting.advance(correction, "lapse", audit.SYSTEM, question="1", reason="x")
    assert [stage.state for stage in case_stages(act.case_id)] == before
    act.refresh_from_db()
    assert act.status == "signed"
    assert opened(act).status == "in_expertise"


def test_the_committee_reads_a_corrected_case_as_one():
    act = scenarios.an_act()
    inspector = scenarios.a_person(Role.INSPECTOR)
    correction = opened(act)
    assert [row.pk for row in cases(inspector)] == [act.request.pk]
    assert find_case(inspector, act.case_id).request == correction
    new = signed(correction)
    assert [row.pk for row in cases(inspector)] == [correction.pk]
    case = find_case(inspector, act.case_id)
    assert (case.act, case.earlier_acts) == (new, [act])
    shown = text(signed_in(inspector).get(reverse("workplace:case-detail", args=[act.case_id])))
    assert "Earlier acts of this case" in shown


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.EXPERT_HEAD, True), (Role.COMMITTEE_HEAD, True), (Role.AUDITOR, False),
     (Role.INSPECTOR, False), (Role.APPLICANT, False)],
)  # fmt: skip
def test_who_annuls_an_act(role, may):
    act = scenarios.an_act()
    actor = scenarios.actor_of(act.request, role)
    if not may:
        with pytest.raises(PermissionRefused):
            annul_act(act=act, actor=actor, reason="no_examination")
        return
    client = signed_in(actor)
    answer = client.post(
        page("act-annul", act.pk), {"reason": "no_examination", "note": "Выезда не было."}
    )
    assert answer.status_code == 302
    act.refresh_from_db()
    assert (act.status, act.annulment_reason) == ("annulled", "no_examination")
    assert "act.annulled" in names(act)
    shown = text(
        signed_in(scenarios.actor_of(act.request, Role.APPLICANT)).get(page("act-detail", act.pk))
    )
    assert "Not in force: annulled." in shown
    assert "Выезда не было." in shown


def test_an_act_of_another_house_is_not_ones_to_annul():
    act = scenarios.an_act()
    with pytest.raises(PermissionRefused):
        annul_act(act=act, actor=scenarios.a_person(Role.EXPERT_HEAD), reason="no_examination")


def test_an_annulled_act_stays_annulled_and_blocks_its_application():
    application = scenarios.an_application("under_review")
    act = application.act
    head = scenarios.actor_of(act.request, Role.EXPERT_HEAD)
    correction = opened(act)
    act.refresh_from_db()
    with pytest.raises(DomainError) as refusal:
        annul_act(act=act, actor=head, reason="")
    assert refusal.value.field == "reason"
    annul_act(act=act, actor=head, reason="wrong_conclusion")
    application.refresh_from_db()
    assert "act_in_force" in {b.code for b in review_blockers(application) if not b.is_clear}
    signed(correction)
    act.refresh_from_db()
    assert (act.status, act.superseded_by) == ("annulled", None)
    with pytest.raises(DatabaseError), transaction.atomic():
        Act.objects.filter(pk=act.pk).update(status="signed")


def test_some_reasons_lie_with_the_auditor_and_some_do_not():
    for code in (correcting.CORRECTION_REASONS, correcting.ANNULMENT_REASONS):
        assert faults_of_auditor(code)
    assert "court_decision" not in faults_of_auditor(correcting.ANNULMENT_REASONS)
    assert "no_examination" in faults_of_auditor(correcting.ANNULMENT_REASONS)


def test_pages_for_correcting_and_annulling_open_for_those_who_may():
    act = scenarios.an_act()
    head = signed_in(scenarios.actor_of(act.request, Role.EXPERT_HEAD))
    shown = text(head.get(page("act-detail", act.pk)))
    for name in ("act-correct", "act-annul"):
        assert page(name, act.pk) in shown
        assert head.get(page(name, act.pk)).status_code == 200
    applicant = signed_in(scenarios.actor_of(act.request, Role.APPLICANT))
    assert applicant.get(page("act-correct", act.pk)).status_code == 403
    response = head.post(page("act-correct", act.pk), {"reason": "slip"})
    assert response.status_code == 302
    assert "To the correction" in text(head.get(page("act-detail", act.pk)))
