"""Mass actions: the list is found dry, approved by two people, carried out one by one, undone."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Organisation, Role
from audit.models import AuditEvent
from audit.sequencing import sequence
from audit.verifying import verify_log
from issuance.models import Certificate, CertificateChange
from outbox.models import OutboxItem
from oversight.mass.conditions import Conditions
from oversight.mass.deciding import (
    RUN,
    action_record,
    approve_action,
    approve_first,
    look_at_sample,
    propose_action,
    reject_action,
    resume_action,
    stop_action,
)
from oversight.mass.preparing import list_digest, prepare_action, prepare_way_back, sample_of
from oversight.mass.running import ORDER, run_stage
from oversight.models import MassAction, MassActionItem, Posting
from oversight.papers import make_paper
from reference.models import Department, Parameter
from tests import scenarios

LANGUAGE = "en"
GROUNDS = "Inspection of the acts of this auditor"


@pytest.fixture
def experts(db: None) -> Organisation:
    return scenarios.an_organisation("expert")


@pytest.fixture
def certificates(experts: Organisation) -> list[Certificate]:
    applicant = scenarios.a_person(Role.APPLICANT)
    return [
        scenarios.a_certificate("valid", experts=experts, applicant=applicant)
        for _number in range(3)
    ]


@pytest.fixture
def author(db: None) -> Membership:
    return scenarios.a_person(Role.INSPECTOR)


@pytest.fixture
def second(author: Membership) -> Membership:
    return scenarios.a_person(Role.INSPECTOR, author.organisation)


@pytest.fixture
def head(author: Membership) -> Membership:
    return scenarios.a_person(Role.COMMITTEE_HEAD, author.organisation)


@pytest.fixture
def prepared(
    certificates: list[Certificate], experts: Organisation, author: Membership
) -> MassAction:
    return prepare(author, experts)


def prepare(author: Membership, experts: Organisation, kind: str = "suspend") -> MassAction:
    return prepare_action(
        actor=author,
        kind=kind,
        conditions=Conditions(expert_organisation=experts.pk),
        reason="under_inspection" if kind == "suspend" else "act_annulled",
        grounds=GROUNDS,
    )


def approved(
    action: MassAction, author: Membership, second: Membership, head: Membership
) -> MassAction:
    propose_action(action=action, actor=author)
    for actor, command in ((second, approve_first), (head, approve_action)):
        look_at_sample(action=action, actor=actor)
        action = command(action=action, actor=actor)
    return action


def statuses(certificates: list[Certificate]) -> list[str]:
    return [Certificate.objects.get(pk=each.pk).status for each in certificates]


def test_a_dry_run_changes_nothing_and_freezes_its_list(
    prepared: MassAction, certificates: list[Certificate]
) -> None:
    assert statuses(certificates) == ["valid"] * 3
    assert prepared.total == 3
    rows = prepared.items.order_by("ordinal").values_list("number", "status_before")
    assert prepared.list_sha256 == list_digest(rows)
    assert not CertificateChange.objects.exists()


def test_two_approvals_by_two_others_then_each_certificate_has_its_own_event(
    prepared: MassAction,
    certificates: list[Certificate],
    author: Membership,
    second: Membership,
    head: Membership,
) -> None:
    approved(prepared, author, second, head)
    assert OutboxItem.objects.filter(task=RUN, done_at=None).count() == 1
    run_stage(str(prepared.pk))
    assert statuses(certificates) == ["suspended"] * 3
    action = MassAction.objects.get(pk=prepared.pk)
    assert action.status == "finished"
    for certificate in certificates:
        events = AuditEvent.objects.about("certificate", certificate.pk)
        assert events.filter(event="certificate.suspended").count() == 1
    assert not OutboxItem.objects.filter(task=RUN, done_at=None).exists()
    run_stage(str(prepared.pk))
    assert CertificateChange.objects.count() == 3
    sequence()
    assert verify_log().ok


@pytest.mark.parametrize("who", ["author", "second", "inspector"])
def test_one_person_never_approves_twice_and_an_inspector_never_last(
    who: str,
    prepared: MassAction,
    author: Membership,
    second: Membership,
    head: Membership,
) -> None:
    propose_action(action=prepared, actor=author)
    look_at_sample(action=prepared, actor=author)
    with pytest.raises(PermissionRefused):
        approve_first(action=prepared, actor=author)
    look_at_sample(action=prepared, actor=second)
    approve_first(action=prepared, actor=second)
    actor = {
        "author": scenarios.as_member(author.user, Role.COMMITTEE_HEAD, author.organisation),
        "second": scenarios.as_member(second.user, Role.COMMITTEE_HEAD, author.organisation),
        "inspector": scenarios.a_person(Role.INSPECTOR, author.organisation),
    }[who]
    look_at_sample(action=prepared, actor=actor)
    with pytest.raises(PermissionRefused):
        approve_action(action=prepared, actor=actor)


@pytest.mark.parametrize(
    ("field", "constraint"),
    [
        ("first_approved_by_id", "mass_first_approval_by_another"),
        ("approved_by_id", "mass_second_approval_by_a_third"),
    ],
)
def test_sql_cannot_let_the_author_approve(
    field: str, constraint: str, prepared: MassAction, author: Membership
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MassAction.objects.filter(pk=prepared.pk).update(**{field: author.user_id})


def test_the_list_cannot_be_changed_once_it_is_proposed(
    prepared: MassAction, author: Membership
) -> None:
    propose_action(action=prepared, actor=author)
    with pytest.raises(InternalError), transaction.atomic():
        MassAction.objects.filter(pk=prepared.pk).update(list_sha256="0" * 64)


def test_nobody_approves_without_looking_at_the_sample(
    prepared: MassAction, author: Membership, second: Membership
) -> None:
    propose_action(action=prepared, actor=author)
    with pytest.raises(DomainError, match="sample"):
        approve_first(action=prepared, actor=second)


def test_a_certificate_that_moved_on_is_left_and_told_the_others_go_on(
    prepared: MassAction,
    certificates: list[Certificate],
    author: Membership,
    second: Membership,
    head: Membership,
    experts: Organisation,
) -> None:
    other = prepare(author, experts)
    approved(other, author, second, head)
    run_stage(str(other.pk))
    approved(prepared, author, second, head)
    run_stage(str(prepared.pk))
    items = MassActionItem.objects.filter(action=prepared)
    assert {item.state for item in items} == {"skipped"}
    assert all("suspended" in item.note.lower() for item in items)
    assert MassAction.objects.get(pk=prepared.pk).status == "finished"


def test_it_stops_between_two_certificates_and_goes_on(
    prepared: MassAction,
    certificates: list[Certificate],
    author: Membership,
    second: Membership,
    head: Membership,
) -> None:
    Parameter.objects.filter(key="mass_action.stage").update(value=1)
    approved(prepared, author, second, head)
    run_stage(str(prepared.pk))
    assert statuses(certificates) == ["suspended", "valid", "valid"]
    stop_action(action=prepared, actor=second)
    run_stage(str(prepared.pk))
    assert statuses(certificates) == ["suspended", "valid", "valid"]
    resume_action(action=prepared, actor=head)
    for _stage in range(3):
        run_stage(str(prepared.pk))
    assert statuses(certificates) == ["suspended"] * 3
    assert MassAction.objects.get(pk=prepared.pk).status == "finished"


def test_a_worker_that_dies_in_a_stage_leaves_nothing_half_done(
    prepared: MassAction,
    certificates: list[Certificate],
    author: Membership,
    second: Membership,
    head: Membership,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    approved(prepared, author, second, head)
    save: Callable[..., None] = MassActionItem.save

    def dies_at_the_second(item: MassActionItem, *args: Any, **kwargs: Any) -> None:
        if item.ordinal == 2:
            raise SystemExit
        save(item, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(MassActionItem, "save", dies_at_the_second)
        with pytest.raises(SystemExit):
            run_stage(str(prepared.pk))
    assert statuses(certificates) == ["suspended", "valid", "valid"]
    run_stage(str(prepared.pk))
    assert statuses(certificates) == ["suspended"] * 3
    assert CertificateChange.objects.count() == 3


def test_the_way_back_restores_what_still_stands_as_it_was_left(
    prepared: MassAction,
    certificates: list[Certificate],
    author: Membership,
    second: Membership,
    head: Membership,
    experts: Organisation,
) -> None:
    approved(prepared, author, second, head)
    run_stage(str(prepared.pk))
    revoked = prepare_action(
        actor=author,
        kind="revoke",
        conditions=Conditions(act=certificates[0].application.act_id),
        reason="act_annulled",
        grounds=GROUNDS,
    )
    approved(revoked, author, second, head)
    run_stage(str(revoked.pk))
    back = prepare_way_back(
        action=MassAction.objects.get(pk=prepared.pk),
        actor=author,
        reason="not_confirmed",
        grounds="The inspection found nothing",
    )
    assert (back.kind, back.total) == ("lift", 2)
    approved(back, author, second, head)
    run_stage(str(back.pk))
    assert statuses(certificates) == ["revoked", "valid", "valid"]
    with pytest.raises(DomainError, match="exists already"):
        prepare_way_back(
            action=MassAction.objects.get(pk=prepared.pk),
            actor=author,
            reason="not_confirmed",
            grounds="Once more",
        )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Name an auditor"),
        ({"auditor": "nobody"}, "No certificate fits"),
        ({"reason": "no_such_reason"}, "Choose the reason"),
        ({"grounds": "  "}, "rests on"),
        ({"kind": "lift"}, "no such action"),
    ],
)
def test_bad_input_gets_a_clear_sentence(
    given: dict[str, str], message: str, author: Membership, experts: Organisation
) -> None:
    values: dict[str, Any] = {"kind": "suspend", "reason": "under_inspection", "grounds": GROUNDS}
    values |= {key: value for key, value in given.items() if key != "auditor"}
    auditor = scenarios.a_person(Role.AUDITOR).user_id
    with pytest.raises(DomainError, match=message):
        prepare_action(
            actor=author,
            conditions=Conditions(auditor=auditor if given else None),
            **values,
        )
    assert not MassAction.objects.exists()


def test_a_territorial_department_acts_only_on_certificates_of_its_chamber(
    author: Membership, experts: Organisation
) -> None:
    Posting.objects.create(
        user=author.user, department=Department.objects.get(pk="112"), since=timezone.localdate()
    )
    with pytest.raises(DomainError, match="another department"):
        prepare(author, experts)


def test_the_sample_is_drawn_by_the_digest_of_the_list() -> None:
    numbers = [f"KZ 6 110 {number:05d}" for number in range(100)]
    sample = sample_of("a" * 64, numbers, 10)
    assert len(sample) == 10
    assert sample == sample_of("a" * 64, reversed(numbers), 10)
    assert sample != sample_of("b" * 64, numbers, 10)


def test_the_pages_lead_from_the_dry_run_to_the_second_approval(
    client: Client,
    certificates: list[Certificate],
    experts: Organisation,
    author: Membership,
    second: Membership,
    head: Membership,
) -> None:
    client.force_login(author.user)
    answer = client.post(
        reverse("oversight:mass-create"),
        {
            "kind": "suspend",
            "expert_organisation": str(experts.pk),
            "reason": "under_inspection",
            "grounds": GROUNDS,
        },
    )
    action = MassAction.objects.get()
    assert answer.headers["Location"] == reverse("oversight:mass-detail", args=[action.number])
    command(client, action, "propose")
    for actor, verb in ((second, "approve_first"), (head, "approve")):
        client.force_login(actor.user)
        url = reverse("oversight:mass-command", args=[action.number, verb])
        assert f'action="{url}"' not in page(client, action)
        client.get(reverse("oversight:mass-items", args=[action.number]), {"show": "sample"})
        assert f'action="{url}"' in page(client, action)
        command(client, action, verb)
    assert MassAction.objects.get().status == "running"
    run_stage(str(action.pk))
    shown = page(client, action)
    assert "3 certificates changed" in shown
    assert "Prepare the way back" not in shown


def test_the_order_names_every_certificate_and_what_became_of_it(
    prepared: MassAction,
    certificates: list[Certificate],
    author: Membership,
    second: Membership,
    head: Membership,
    client: Client,
) -> None:
    scenarios.a_seal()
    approved(prepared, author, second, head)
    run_stage(str(prepared.pk))
    make_paper(ORDER, str(prepared.pk))
    action = MassAction.objects.get(pk=prepared.pk)
    assert action.document is not None
    rows = json.loads(action.document.record_bytes)["sections"][0]["table"]["rows"]
    assert {row[0] for row in rows} == {each.number for each in certificates}
    assert {row[2]["ru"] for row in rows} != {""}
    client.force_login(author.user)
    answer = client.get(reverse("oversight:mass-order", args=[action.number]))
    assert answer.content.startswith(b"%PDF")


def command(client: Client, action: MassAction, verb: str) -> None:
    version = MassAction.objects.get(pk=action.pk).version
    url = reverse("oversight:mass-command", args=[action.number, verb])
    assert client.post(url, {"version": version}).status_code == 302


def page(client: Client, action: MassAction) -> str:
    answer = client.get(reverse("oversight:mass-detail", args=[action.number]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.INSPECTOR, Role.COMMITTEE_HEAD)]
)
def test_to_everybody_else_mass_actions_do_not_exist(
    role: str, client: Client, prepared: MassAction
) -> None:
    client.force_login(scenarios.a_person(role).user)
    assert client.get(reverse("oversight:mass-detail", args=[prepared.number])).status_code == 404
    assert client.get(reverse("oversight:mass-list")).status_code == 404


def test_a_long_list_costs_no_more_queries_than_a_short_one(
    client: Client, prepared: MassAction, author: Membership, django_assert_max_num_queries: Any
) -> None:
    client.force_login(author.user)
    url = reverse("oversight:mass-items", args=[prepared.number])
    client.get(url)
    with django_assert_max_num_queries(15):
        client.get(url)


def test_a_rejection_says_why_and_changes_nothing(
    prepared: MassAction, certificates: list[Certificate], author: Membership, head: Membership
) -> None:
    propose_action(action=prepared, actor=author)
    with pytest.raises(DomainError, match="why"):
        reject_action(action=prepared, actor=head, note=" ")
    reject_action(action=prepared, actor=head, note="The list is too wide")
    assert statuses(certificates) == ["valid"] * 3


def test_the_record_that_is_signed_names_the_list(prepared: MassAction) -> None:
    record = action_record(prepared)
    assert record["list_sha256"] == prepared.list_sha256
    assert record["total"] == 3
