"""Who may examine a request, how the auditor is found, and what stops an auditor later."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

import audit
from accounts.errors import DomainError, PermissionRefused
from accounts.identifiers import complete_identifier
from accounts.models import Membership, Organisation, Role
from audit.keys import verifying_key
from audit.models import LogCheckpoint
from audit.publishing import publish
from audit.sequencing import sequence_all
from auditors.declared import Interest
from auditors.models import Declaration
from expertise.draws import draw_record, problems_of
from expertise.eligibility import candidates, problems
from expertise.models import AssignmentDraw, ConflictOverride, ExpertiseRequest
from expertise.services import assigning, signing
from reference.models import Parameter
from tests import scenarios
from tests.expertise.test_pages import page, signed_in, text

pytestmark = pytest.mark.django_db


def set_parameter(key: str, value: object) -> None:
    Parameter.objects.filter(key=key).update(value=value)


def close_the_log() -> LogCheckpoint | None:
    sequence_all()
    return publish()


def codes(request: ExpertiseRequest, auditor: Membership) -> list[str]:
    found = problems(request, auditor.user, on=timezone.localdate())
    return [problem.conflict or problem.code for problem in found]


def declare(auditor: Membership, kind: Interest, identifier: str, **dates) -> Declaration:
    since = timezone.localdate() - timedelta(days=400)
    return Declaration.objects.create(
        user=auditor.user, kind=kind, identifier=identifier, **{"valid_from": since, **dates}
    )


def refused(command, **arguments) -> str:
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        command(**arguments)
    return refusal.value.code


@pytest.fixture
def accepted() -> ExpertiseRequest:
    return scenarios.a_request("accepted")


@pytest.fixture
def head(accepted) -> Membership:
    return scenarios.actor_of(accepted, Role.EXPERT_HEAD)


@pytest.fixture
def auditor(accepted) -> Membership:
    return scenarios.a_person(
        Role.AUDITOR, accepted.expert_organisation, iin=complete_identifier("80010130001")
    )


# Who is eligible.


def test_an_attested_auditor_without_any_tie_is_eligible(accepted, auditor):
    assert codes(accepted, auditor) == []


def test_an_auditor_of_another_organisation_is_not(accepted):
    assert codes(accepted, scenarios.a_person(Role.AUDITOR)) == ["not_a_member"]


def test_one_who_left_the_organisation_yesterday_is_not(accepted, auditor):
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(pk=auditor.pk).update(valid_until=yesterday)
    assert codes(accepted, auditor) == ["not_a_member"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, []),
        ({"chapters": ["84"]}, []),
        ({"chapters": ["01", "85"]}, ["out_of_scope"]),
        ({"kinds": ["status"]}, ["out_of_scope"]),
        ({"kinds": ["origin"], "chapters": ["84"]}, []),
    ],
)
def test_every_line_must_lie_within_the_scope_of_the_attestation(accepted, scope, expected):
    person = scenarios.a_person(Role.APPLICANT).user
    auditor = scenarios.as_member(person, Role.AUDITOR, accepted.expert_organisation)
    scenarios.an_attestation(person, **scope)
    assert codes(accepted, auditor) == expected


def test_conflicts_are_looked_for_in_what_the_portal_knows_of_both_sides(accepted, auditor):
    company = accepted.applicant
    relative = complete_identifier("82020240001")
    company.founders = [auditor.user.iin, relative]
    company.phone = "+7 (710) 200-00-01"
    company.bank_accounts = ["KZ12345ABC6789012345"]
    company.save()
    declare(auditor, Interest.RELATIVE, relative)
    declare(auditor, Interest.PHONE, "+77102000001")
    declare(auditor, Interest.BANK_ACCOUNT, "KZ12345ABC6789012345")
    declare(auditor, Interest.ADDRESS, accepted.producer_address_ru)
    declare(auditor, Interest.FOUNDER, company.bin)
    assert sorted(codes(accepted, auditor)) == [
        "founder_of_party", "relative_is_founder", "share_in_party", "shared_account",
        "shared_address", "shared_phone",
    ]  # fmt: skip


def test_work_in_the_portal_for_the_applicant_counts_as_employment_for_three_years(accepted):
    person = scenarios.a_person(Role.AUDITOR, accepted.expert_organisation)
    today = timezone.localdate()
    earlier = Membership.objects.create(
        user=person.user,
        organisation=accepted.applicant,
        role=Role.APPLICANT,
        valid_from=today - timedelta(days=2000),
        valid_until=today - timedelta(days=700),
    )
    assert codes(accepted, person) == ["was_employed_there"]
    Membership.objects.filter(pk=earlier.pk).update(valid_until=today - timedelta(days=1200))
    assert codes(accepted, person) == []


def test_interests_that_ended_or_were_withdrawn_are_none(accepted, auditor):
    ended = timezone.localdate() - timedelta(days=1)
    declare(auditor, Interest.FOUNDER, accepted.applicant.bin, valid_until=ended)
    withdrawn = declare(auditor, Interest.RELATIVE, accepted.applicant.bin)
    assert codes(accepted, auditor) == ["relative_is_party"]
    Declaration.objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())
    assert codes(accepted, auditor) == []


def test_the_producer_is_looked_at_like_the_applicant(auditor):
    draft = scenarios.a_draft(experts=auditor.organisation)
    producer = scenarios.an_organisation("applicant")
    ExpertiseRequest.objects.filter(pk=draft.pk).update(producer_bin=producer.bin)
    draft.refresh_from_db()
    declare(auditor, Interest.EMPLOYMENT, producer.bin)
    assert codes(draft, auditor) == ["employed_there"]


def test_after_so_many_acts_in_a_row_another_auditor_takes_over():
    first = scenarios.an_act()
    request = scenarios.a_request(
        "accepted",
        applicant=scenarios.actor_of(first.request, Role.APPLICANT),
        experts=first.request.expert_organisation,
    )
    same = scenarios.actor_of(first.request, Role.AUDITOR)
    other = scenarios.a_person(Role.AUDITOR, request.expert_organisation)
    assert codes(request, same) == []
    set_parameter("rotation.acts_in_row", 1)
    assert codes(request, same) == ["rotation"]
    assert codes(request, other) == []


# By choice.


def test_one_who_is_not_eligible_is_not_assigned_and_the_reason_is_said(accepted, head, auditor):
    declare(auditor, Interest.FOUNDER, accepted.applicant.bin)
    with pytest.raises(DomainError) as refusal:
        assigning.assign_auditor(request=accepted, actor=head, auditor=auditor.user)
    assert (refusal.value.code, refusal.value.field) == ("conflict_of_interest", "auditor")
    assert accepted.applicant.bin in str(refusal.value.message)
    accepted.refresh_from_db()
    assert (accepted.status, accepted.auditor) == ("accepted", None)


def test_where_only_the_lot_decides_nobody_is_chosen(accepted, head, auditor):
    set_parameter("assignment.way", "lot_only")
    code = refused(assigning.assign_auditor, request=accepted, actor=head, auditor=auditor.user)
    assert code == "lot_only"
    close_the_log()
    assigning.draw_auditor(request=accepted, actor=head)
    accepted.refresh_from_db()
    assert accepted.auditor == auditor.user


# In spite of a conflict.


def test_the_head_of_the_department_lifts_the_conflicts_of_that_day_and_no_others(
    accepted, head, auditor
):
    declare(auditor, Interest.FOUNDER, accepted.applicant.bin)
    chief = scenarios.a_person(Role.COMMITTEE_HEAD)
    row = assigning.override_conflicts(
        request=accepted, actor=chief, auditor=auditor.user, reason="Единственный в регионе."
    )
    assert row.conflicts == ["share_in_party"]
    assert audit.timeline(accepted.case_id)[0].event == "request.conflict_overridden"
    assert codes(accepted, auditor) == []
    declare(auditor, Interest.EMPLOYMENT, accepted.applicant.bin)
    assert codes(accepted, auditor) == ["employed_there"]


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.EXPERT_HEAD, Role.AUDITOR, Role.APPLICANT])
def test_nobody_else_lifts_a_conflict(accepted, auditor, role):
    declare(auditor, Interest.FOUNDER, accepted.applicant.bin)
    actor = scenarios.actor_of(accepted, role)
    with pytest.raises(PermissionRefused):
        assigning.override_conflicts(
            request=accepted, actor=actor, auditor=auditor.user, reason="Прошу."
        )


def test_nobody_decides_about_the_own_conflict_not_even_by_sql(accepted, auditor):
    chief = scenarios.as_member(auditor.user, Role.COMMITTEE_HEAD)
    declare(auditor, Interest.FOUNDER, accepted.applicant.bin)
    decision = {"request": accepted, "auditor": auditor.user, "reason": "Себе."}
    assert refused(assigning.override_conflicts, actor=chief, **decision) == "own_conflict"
    with pytest.raises(DatabaseError), transaction.atomic():
        ConflictOverride.objects.create(
            **decision, decided_by=auditor.user, decided_at=timezone.now(), conflicts=["x"]
        )


def test_without_a_conflict_there_is_nothing_to_lift(accepted, auditor):
    chief = scenarios.a_person(Role.COMMITTEE_HEAD)
    decision = {"request": accepted, "auditor": auditor.user, "actor": chief}
    assert refused(assigning.override_conflicts, **decision, reason="На будущее.") == "no_conflict"


# What ended between opening and signing.


def test_an_attestation_that_ended_meanwhile_stops_the_signature_and_nothing_is_lost():
    request = scenarios.a_request("accepted")
    house = request.expert_organisation
    leaving = scenarios.a_person(Role.APPLICANT).user
    member = scenarios.as_member(leaving, Role.AUDITOR, house)
    scenarios.an_attestation(leaving, valid_until=timezone.localdate())
    head = scenarios.actor_of(request, Role.EXPERT_HEAD)
    request = assigning.assign_auditor(request=request, actor=head, auditor=leaving)
    scenarios.examine(request)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        with pytest.raises(DomainError) as refusal, translation.override("en"):
            signing.sign_act(request=request, actor=member)
        assert "attestation is not in force" in str(refusal.value.message)
        request.refresh_from_db()
        assert request.status == "in_expertise"
        assert request.lines.filter(finding__is_originating=True).count() == 1

        following = scenarios.a_person(Role.AUDITOR, house)
        released = assigning.release_request(
            request=request, actor=head, reason="not_eligible", seen_version=request.version
        )
        assert (released.status, released.auditor) == ("accepted", None)
        assigning.assign_auditor(request=released, actor=head, auditor=following.user)
        act = signing.sign_act(request=request, actor=following)
    assert act.signed_by == following.user


def test_a_conflict_that_came_up_meanwhile_stops_the_signature():
    request = scenarios.examine(scenarios.a_request("in_expertise"))
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    declare(auditor, Interest.FOUNDER, request.applicant.bin)
    with pytest.raises(DomainError) as refusal, translation.override("en"):
        signing.sign_act(request=request, actor=auditor)
    assert "declared a share" in str(refusal.value.message)


def test_a_request_is_taken_back_only_with_a_reason_of_the_list_and_only_by_its_head():
    request = scenarios.a_request("in_expertise")
    head = scenarios.actor_of(request, Role.EXPERT_HEAD)
    assert (
        refused(assigning.release_request, request=request, actor=head, reason="x") == "no_reason"
    )
    stranger = scenarios.a_person(Role.EXPERT_HEAD)
    with pytest.raises(PermissionRefused):
        assigning.release_request(request=request, actor=stranger, reason="absent")


# By lot.


@pytest.fixture
def several(accepted) -> list[Membership]:
    return [scenarios.a_person(Role.AUDITOR, accepted.expert_organisation) for _n in range(4)]


def test_nothing_is_drawn_before_the_log_has_closed_the_acceptance(accepted, head, several):
    assert refused(assigning.draw_auditor, request=accepted, actor=head) == "log_not_closed"
    close_the_log()
    row = assigning.draw_auditor(request=accepted, actor=head)
    accepted.refresh_from_db()
    assert accepted.status == "in_expertise"
    assert accepted.auditor == row.auditor
    assert row.auditor in {person.user for person in several}


def test_a_checkpoint_from_before_the_acceptance_does_not_serve():
    request = scenarios.a_request("submitted")
    close_the_log()
    request = scenarios.accept(request)
    scenarios.a_person(Role.AUDITOR, request.expert_organisation)
    head = scenarios.actor_of(request, Role.EXPERT_HEAD)
    assert refused(assigning.draw_auditor, request=request, actor=head) == "log_not_closed"


def test_waiting_for_a_better_checkpoint_changes_nothing(accepted, head, several):
    first = close_the_log()
    for _n in range(3):
        scenarios.a_request("submitted")
        close_the_log()
    row = assigning.draw_auditor(request=accepted, actor=head)
    assert (row.checkpoint_size, row.checkpoint_root) == (first.size, bytes(first.root).hex())


def test_after_a_release_the_lot_is_drawn_from_a_later_checkpoint(accepted, head, several):
    close_the_log()
    first = assigning.draw_auditor(request=accepted, actor=head)
    assigning.release_request(request=accepted, actor=head, reason="absent")
    assert refused(assigning.draw_auditor, request=accepted, actor=head) == "log_not_closed"
    close_the_log()
    second = assigning.draw_auditor(request=accepted, actor=head)
    assert second.checkpoint_size > first.checkpoint_size
    for row in (first, second):
        assert problems_of(draw_record(row), verifier=verifying_key()) == []


def test_only_the_eligible_take_part_and_the_others_are_kept_with_their_reasons(
    accepted, head, several
):
    conflicted, unattested = several[0], scenarios.a_person(Role.APPLICANT)
    scenarios.as_member(unattested.user, Role.AUDITOR, accepted.expert_organisation)
    declare(conflicted, Interest.FOUNDER, accepted.applicant.bin)
    close_the_log()
    row = assigning.draw_auditor(request=accepted, actor=head)
    assert {entry["auditor"] for entry in row.eligible} == {
        str(person.user_id) for person in several[1:]
    }
    kept = {entry["auditor"]: entry["reasons"] for entry in row.left_out}
    assert kept == {
        str(conflicted.user_id): ["share_in_party"],
        str(unattested.user_id): ["not_attested"],
    }
    public = json.dumps(draw_record(row), ensure_ascii=False)
    assert "share_in_party" not in public
    assert not any(person.user.full_name in public for person in (*several, unattested))
    assert not any(str(person.user_id) in public for person in several)


def test_whoever_has_more_on_the_table_has_less_weight(accepted, head):
    busy, idle = (scenarios.a_person(Role.AUDITOR, accepted.expert_organisation) for _n in "ab")
    other = scenarios.a_request("accepted", experts=accepted.expert_organisation)
    assigning.assign_auditor(request=other, actor=head, auditor=busy.user)
    close_the_log()
    row = assigning.draw_auditor(request=accepted, actor=head)
    weights = {entry["auditor"]: int(entry["weight"]) for entry in row.eligible}
    assert weights == {str(busy.user_id): 1, str(idle.user_id): 2}


def test_with_nobody_eligible_nobody_is_drawn(accepted, head):
    close_the_log()
    assert refused(assigning.draw_auditor, request=accepted, actor=head) == "nobody_eligible"


def test_a_draw_is_never_changed_afterwards(accepted, head, several):
    close_the_log()
    row = assigning.draw_auditor(request=accepted, actor=head)
    with pytest.raises(DatabaseError), transaction.atomic():
        AssignmentDraw.objects.filter(pk=row.pk).update(seed="00")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


# Checking a draw.


@pytest.fixture
def record(accepted, head, several) -> dict:
    close_the_log()
    return draw_record(assigning.draw_auditor(request=accepted, actor=head))


def busier(record: dict) -> None:
    record["eligible"][0]["open_requests"] += 1


def heavier(record: dict) -> None:
    record["eligible"][0]["weight"] = "7"


def one_less(record: dict) -> None:
    del record["eligible"][1]


def another_drawn(record: dict) -> None:
    numbers = [entry["attestation"] for entry in record["eligible"]]
    numbers.remove(record["drawn"])
    record["drawn"] = numbers[0]


def another_case(record: dict) -> None:
    record["case"] = record["id"]


def another_root(record: dict) -> None:
    record["checkpoint"]["root"] = "ab" * 32


def another_size(record: dict) -> None:
    record["checkpoint"]["size"] += 1


def another_note(record: dict) -> None:
    record["checkpoint"]["note"] = record["checkpoint"]["note"].replace("\n", "\n1", 1)


def another_seed(record: dict) -> None:
    record["seed"] = "cd" * 32


def another_opening(record: dict) -> None:
    body = json.loads(record["opening"]["body"])
    body["at"] = "2020-01-01T00:00:00Z"
    record["opening"]["body"] = json.dumps(body)


def another_schema(record: dict) -> None:
    record["schema"] = "ctkz.draw/9"


def something_missing(record: dict) -> None:
    del record["checkpoint"]


ALTERATIONS = [
    busier, heavier, one_less, another_drawn, another_case, another_root, another_size,
    another_note, another_seed, another_opening, another_schema, something_missing,
]  # fmt: skip


@pytest.mark.parametrize("alter", ALTERATIONS)
def test_a_draw_with_one_thing_altered_does_not_come_out_the_same(record, alter):
    assert problems_of(record, verifier=verifying_key()) == []
    alter(record)
    assert problems_of(record, verifier=verifying_key(), with_log=False)


def test_a_checkpoint_that_was_not_the_first_is_found_by_the_log(record, accepted):
    scenarios.a_request("submitted")
    later = close_the_log()
    row = AssignmentDraw.objects.get()
    row.checkpoint_size, row.checkpoint_root = later.size, bytes(later.root).hex()
    found = problems_of(draw_record(row), verifier=verifying_key())
    assert "this is not the first checkpoint after the case was opened" in found


def test_the_command_says_equal_for_a_file_and_for_an_identifier(record, tmp_path, capsys):
    path = tmp_path / "draw.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    for arguments in ([str(path)], [str(path), "--offline"], [record["id"]]):
        call_command("check_draw", *arguments)
        assert f"it is {record['drawn']}" in capsys.readouterr().out


@pytest.mark.parametrize("alter", [busier, another_drawn, another_root])
def test_the_command_names_what_does_not_fit(record, alter, tmp_path):
    alter(record)
    path = Path(tmp_path / "draw.json")
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(CommandError, match="NOT EQUAL"):
        call_command("check_draw", str(path))


@pytest.mark.parametrize("given", ["no such file", "7c9e6679-7425-40de-944b-e07fc1f90ae7"])
def test_the_command_refuses_what_is_no_draw(given):
    with pytest.raises(CommandError, match="neither a file nor a draw"):
        call_command("check_draw", given)


def test_the_command_refuses_a_file_that_holds_something_else(tmp_path):
    path = tmp_path / "draw.json"
    for content in ("not json", "[]", "{}"):
        path.write_text(content)
        with pytest.raises(CommandError):
            call_command("check_draw", str(path))


# The pages.


def test_the_page_offers_the_eligible_and_says_of_the_others_why_not(accepted, head):
    eligible, conflicted = (
        scenarios.a_person(Role.AUDITOR, accepted.expert_organisation) for _n in "ab"
    )
    declare(conflicted, Interest.FOUNDER, accepted.applicant.bin)
    response = signed_in(head).get(page("request-assign", accepted.pk))
    offered = dict(response.context["form"].fields["auditor"].choices)
    assert list(offered) == [str(eligible.pk)]
    assert conflicted.user.full_name in text(response)
    assert "declared a share" in text(response)
    assert "The draw opens within a minute" in text(response)
    close_the_log()
    response = signed_in(head).get(page("request-assign", accepted.pk))
    assert page("request-draw", accepted.pk) in text(response)


def test_a_draw_begins_on_the_page_and_ends_in_public(accepted, head, several):
    close_the_log()
    response = signed_in(head).post(
        page("request-draw", accepted.pk), {"version": accepted.version}
    )
    row = AssignmentDraw.objects.get()
    assert response["Location"] == page("draw-detail", row.pk)
    stranger = Client(HTTP_ACCEPT_LANGUAGE="en")
    number = draw_record(row)["drawn"]
    shown = text(stranger.get(response["Location"]))
    assert f"{number} was drawn; drawn again, the result is the same" in shown
    case = page("request-detail", accepted.pk)
    assert case not in shown
    assert case in text(signed_in(head).get(response["Location"]))
    assert case not in text(signed_in(scenarios.a_person(Role.AUDITOR)).get(response["Location"]))
    published = stranger.get(page("draw-json", row.pk)).json()
    assert published == draw_record(row)
    assert problems_of(published, verifier=verifying_key(), with_log=False) == []


def test_a_draw_nobody_made_is_not_found(db):
    name = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    assert Client().get(reverse("expertise:draw-detail", args=[name])).status_code == 404


def test_the_head_takes_a_request_back_from_the_page():
    request = scenarios.a_request("in_expertise")
    head = signed_in(scenarios.actor_of(request, Role.EXPERT_HEAD))
    assert page("request-release", request.pk) in text(head.get(page("request-detail", request.pk)))
    answer = {"version": request.version, "reason": "absent"}
    response = head.post(page("request-release", request.pk), answer)
    assert response["Location"] == page("request-assign", request.pk)
    request.refresh_from_db()
    assert (request.status, request.auditor) == ("accepted", None)


def test_the_head_of_the_department_lifts_a_conflict_from_the_page(accepted, auditor):
    declare(auditor, Interest.FOUNDER, accepted.applicant.bin)
    chief = signed_in(scenarios.a_person(Role.COMMITTEE_HEAD))
    address = page("request-override", accepted.pk)
    assert address in text(chief.get(page("request-detail", accepted.pk)))
    assert "declared a share" in text(chief.get(address))
    chief.post(address, {"auditor": auditor.pk, "reason": "Единственный в регионе."})
    assert ConflictOverride.objects.get().auditor == auditor.user
    assert "No conflict of interest can be lifted here" in text(chief.get(address))


@pytest.mark.parametrize(
    ("role", "expected"), [(Role.INSPECTOR, 403), (Role.EXPERT_HEAD, 403), (Role.APPLICANT, 403)]
)
def test_the_page_of_conflicts_is_refused_to_others(accepted, role, expected):
    client = signed_in(scenarios.actor_of(accepted, role))
    assert client.get(page("request-override", accepted.pk)).status_code == expected


def test_the_number_of_queries_does_not_grow_with_the_auditors(
    accepted, head, django_assert_max_num_queries
):
    house = Organisation.objects.get(pk=accepted.expert_organisation_id)
    for _n in range(6):
        scenarios.a_person(Role.AUDITOR, house)
    with django_assert_max_num_queries(14):
        assert len(candidates(accepted, on=timezone.localdate())) == 6
