"""Signing sessions: what is frozen, who may sign it, and that nothing is done twice or half."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asn1crypto import cms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import audit
from accounts.errors import DomainError
from accounts.identifiers import complete_identifier
from accounts.models import Membership, Role
from audit.models import AuditEvent
from documents import purposes, signing
from documents.canonical import canonical_bytes
from documents.eds.verdicts import Reason
from documents.models import ElectronicSignature, SigningItem, SigningSession
from documents.purposes import Holding
from documents.signing import ToSign, accept, begin, give
from outbox.models import OutboxItem
from tests import scenarios
from tests.signatures import a_signature

LANGUAGE = "en"

pytestmark = pytest.mark.django_db

PURPOSE = "test.note"
FOR_ORGANISATION = "test.statement"


class Desk:
    """Records by key, as a service would build them at the moment of the command."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.done: list[str] = []
        self.refused: set[str] = set()

    def complete(self, item: SigningItem, actor: Membership) -> str:
        if item.subject_id in self.refused:
            raise DomainError("blocked", "The case has moved on.")
        accept(
            item=item,
            purpose=item.session.purpose,
            record=canonical_bytes(self.records[item.subject_id]),
            actor=actor,
            subject=audit.SubjectRef(item.subject_type, item.subject_id, item.label),
            case="c0",
        )
        self.done.append(item.subject_id)
        return f"/done/{item.subject_id}/"

    def to_sign(self, *keys: str) -> list[ToSign]:
        for key in keys:
            self.records.setdefault(key, {"schema": "test/1", "key": key})
        return [
            ToSign(audit.SubjectRef("note", key, key), f"Note {key}", self.records[key])
            for key in keys
        ]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    for code, holding in ((PURPOSE, Holding.PERSON), (FOR_ORGANISATION, Holding.ORGANISATION)):
        purposes.register(code, label="Note", holding=holding, complete=desk.complete)
    yield desk
    for code in (PURPOSE, FOR_ORGANISATION):
        purposes._purposes.pop(code)


@pytest.fixture
def signer(eds: Any) -> Membership:
    return scenarios.a_person(Role.AUDITOR)


def opened(desk: Desk, signer: Membership, *keys: str, purpose: str = PURPOSE) -> SigningSession:
    return begin(
        purpose=purpose, actor=signer, records=desk.to_sign(*(keys or ("a",))), return_url="/"
    )


def signed(session: SigningSession, **kind: Any) -> dict[UUID, bytes]:
    return {
        item.pk: a_signature(session.actor, item.record_bytes, **{"own": True, **kind})
        for item in session.items.all()
    }


def only(session: SigningSession) -> SigningItem:
    return session.items.get()


def run_outbox() -> None:
    """What a worker does with the rows that are still open."""
    waiting = OutboxItem.objects.filter(task=signing.COMPLETE_SIGNING, done_at=None)
    for row in waiting.order_by("id"):
        signing.complete(**row.kwargs)


def test_one_signature_carries_its_command_and_is_kept_with_everything_to_check_it(
    desk: Desk, signer: Membership
) -> None:
    session = opened(desk, signer)
    give(session=session, actor=signer, signatures=signed(session))
    item = only(session)
    assert item.refusal == ""
    assert (item.state, item.result_url, desk.done) == ("done", "/done/a/", ["a"])
    kept = ElectronicSignature.objects.get()
    assert item.signature == kept
    assert kept.record_bytes == canonical_bytes(desk.records["a"])
    assert (kept.signer, kept.holder_iin) == (signer.user, signer.user.iin)
    assert all(check["ok"] for check in kept.checks)
    assert {each["kind"] for each in kept.evidence} >= {"certificate", "crl"}
    event = AuditEvent.objects.get(event="signature.accepted")
    body = bytes(event.body).decode()
    assert signer.user.iin not in body
    assert signer.user.full_name not in body
    assert json.loads(body)["facts"]["record_sha256"] == kept.record_sha256


def test_the_same_signature_given_again_changes_nothing(desk: Desk, signer: Membership) -> None:
    session = opened(desk, signer)
    signatures = signed(session)
    for _press in range(3):
        give(session=session, actor=signer, signatures=signatures)
    assert desk.done == ["a"]
    assert ElectronicSignature.objects.count() == 1


def test_a_signature_of_one_session_does_not_carry_another(desk: Desk, signer: Membership) -> None:
    first, second = opened(desk, signer), opened(desk, signer)
    cms = next(iter(signed(first).values()))
    give(session=first, actor=signer, signatures={only(first).pk: cms})
    give(session=second, actor=signer, signatures={only(second).pk: cms})
    assert (only(second).state, only(second).refusal_code) == ("refused", "already_used")
    assert desk.done == ["a"]
    give(session=second, actor=signer, signatures=signed(second))
    assert only(second).state == "done"


def rewrapped(der: bytes, signer: Membership) -> bytes:
    """The same signature in other bytes: one more certificate beside it."""
    message = cms.ContentInfo.load(der)
    stranger = cms.ContentInfo.load(a_signature(signer, b"{}", own=True, iin="990101300007"))
    spare = stranger["content"]["certificates"][0]
    message["content"]["certificates"].append(spare)
    return message.dump(force=True)


def test_a_signature_wrapped_anew_is_still_the_same_signature(
    desk: Desk, signer: Membership
) -> None:
    first, second = opened(desk, signer), opened(desk, signer)
    old = next(iter(signed(first).values()))
    give(session=first, actor=signer, signatures={only(first).pk: old})
    new = rewrapped(old, signer)
    assert new != old
    give(session=second, actor=signer, signatures={only(second).pk: new})
    assert (only(second).state, only(second).refusal_code) == ("refused", "already_used")
    assert desk.done == ["a"]


def test_as_many_files_are_taken_as_records_are_signed_in_one_sitting(
    desk: Desk, signer: Membership, client: Client
) -> None:
    client.force_login(signer.user)
    session = opened(desk, signer, *(f"n{number}" for number in range(150)))
    files = {f"cms-{item.pk}": SimpleUploadedFile("note.cms", b"x") for item in session.items.all()}
    answer = client.post(reverse("documents:signing-give", args=[session.pk]), files)
    assert answer.status_code == 302
    assert {item.state for item in session.items.all()} == {"given"}


def test_a_session_is_its_own_persons_alone(desk: Desk, signer: Membership, client: Client) -> None:
    session = opened(desk, signer)
    other = scenarios.a_person(Role.AUDITOR, signer.organisation)
    with pytest.raises(signing.SignatureRefused):
        give(session=session, actor=other, signatures=signed(session))
    client.force_login(other.user)
    item = only(session)
    pages = [
        reverse("documents:signing-session", args=[session.pk]),
        reverse("documents:signing-record", args=[session.pk, item.pk]),
    ]
    assert [client.get(page).status_code for page in pages] == [404, 404]
    posted = client.post(reverse("documents:signing-give", args=[session.pk]))
    assert posted.status_code == 404
    assert only(session).state == "waiting"


def test_after_its_time_a_session_takes_no_signature(desk: Desk, signer: Membership) -> None:
    session = opened(desk, signer)
    assert session.expires_at - session.created_at == timedelta(minutes=30)
    SigningSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    session.refresh_from_db()
    with pytest.raises(signing.SignatureRefused) as refusal:
        give(session=session, actor=signer, signatures=signed(session))
    assert refusal.value.code == "session_over"
    assert only(session).state == "waiting"
    assert desk.done == []


def test_a_record_that_changed_meanwhile_has_to_be_signed_anew(
    desk: Desk, signer: Membership
) -> None:
    session = opened(desk, signer)
    desk.records["a"]["key"] = "changed"
    give(session=session, actor=signer, signatures=signed(session))
    item = only(session)
    assert (item.state, item.refusal_code) == ("refused", "record_changed")
    assert not signing.is_signable(item)
    assert not ElectronicSignature.objects.exists()


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ({"iin": complete_identifier("90010135009")}, Reason.OTHER_PERSON),
        ({"garbage": b"not a signature"}, Reason.MALFORMED),
        ({"garbage": b"0" * 1_000_000}, Reason.TOO_LARGE),
    ],
    ids=["another person's key", "garbage", "far too large"],
)
def test_a_bad_signature_is_told_in_words_and_the_right_one_still_counts(
    desk: Desk, signer: Membership, kind: dict[str, Any], reason: Reason
) -> None:
    session = opened(desk, signer)
    given = {only(session).pk: kind["garbage"]} if "garbage" in kind else signed(session, **kind)
    give(session=session, actor=signer, signatures=given)
    item = only(session)
    assert (item.state, item.refusal_code) == ("refused", reason.value)
    assert item.refusal == str(reason.words)
    give(session=session, actor=signer, signatures=signed(session))
    assert only(session).state == "done"


@pytest.mark.parametrize(
    ("own", "state"), [(False, "done"), (True, "refused")], ids=["organisation's", "own"]
)
def test_what_is_signed_for_an_organisation_needs_its_certificate(
    desk: Desk, signer: Membership, own: bool, state: str
) -> None:
    session = opened(desk, signer, purpose=FOR_ORGANISATION)
    give(session=session, actor=signer, signatures=signed(session, own=own))
    assert only(session).state == state
    assert state == "done" or only(session).refusal_code == Reason.OTHER_ORGANISATION


def test_an_individual_entrepreneur_signs_with_the_personal_certificate(
    desk: Desk, eds: Any
) -> None:
    iin = complete_identifier("90010135003")
    own_business = scenarios.an_organisation("applicant", bin=iin)
    owner = scenarios.a_person(Role.APPLICANT, own_business, iin=iin)
    session = opened(desk, owner, purpose=FOR_ORGANISATION)
    give(session=session, actor=owner, signatures=signed(session))
    assert only(session).state == "done"


def test_without_an_iin_nobody_is_asked_to_sign(desk: Desk, eds: Any, settings: Any) -> None:
    settings.CTKZ_EDS_REQUIRED = True
    nobody = scenarios.a_person(Role.AUDITOR, iin="")
    with pytest.raises(signing.SignatureRefused) as refusal:
        opened(desk, nobody)
    assert refusal.value.code == "no_iin"


def test_of_many_one_refusal_does_not_stop_the_rest(desk: Desk, signer: Membership) -> None:
    session = opened(desk, signer, "a", "b", "c")
    desk.refused.add("b")
    give(session=session, actor=signer, signatures=signed(session))
    assert set(session.items.values_list("state", flat=True)) == {"given"}
    run_outbox()
    assert list(session.items.values_list("subject_id", "state", "refusal_code")) == [
        ("a", "done", ""),
        ("b", "refused", "blocked"),
        ("c", "done", ""),
    ]
    assert ElectronicSignature.objects.count() == 2
    run_outbox()
    assert desk.done == ["a", "c"]


def test_work_of_a_killed_worker_is_found_again_and_done_once(
    desk: Desk, signer: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(desk, signer, "a", "b")
    give(session=session, actor=signer, signatures=signed(session))

    class Killed(BaseException):
        pass

    def dies(*_args: Any, **_facts: Any) -> None:
        raise Killed

    item = session.items.first()
    with monkeypatch.context() as patch:
        patch.setattr(audit, "record", dies, raising=False)
        with pytest.raises(Killed):
            signing.complete(str(item.pk))
    item.refresh_from_db()
    assert (item.state, item.signature) == ("given", None)
    assert OutboxItem.objects.filter(done_at=None).count() == 2
    desk.done.clear()
    run_outbox()
    signing.complete(str(item.pk))
    assert desk.done == ["a", "b"]
    assert not OutboxItem.objects.filter(done_at=None).exists()


def test_a_signature_of_the_batch_that_was_no_good_may_be_given_again(
    desk: Desk, signer: Membership
) -> None:
    session = opened(desk, signer, "a", "b")
    good = signed(session)
    first, second = session.items.all()
    give(session=session, actor=signer, signatures={**good, second.pk: good[first.pk]})
    run_outbox()
    assert list(session.items.values_list("state", flat=True)) == ["done", "refused"]
    give(session=session, actor=signer, signatures=good)
    run_outbox()
    assert desk.done == ["a", "b"]


def test_more_than_a_sitting_holds_is_refused(desk: Desk, signer: Membership) -> None:
    with pytest.raises(DomainError) as refusal:
        opened(desk, signer, *(f"n{number}" for number in range(signing.MOST_RECORDS + 1)))
    assert refusal.value.code == "too_many_records"
    assert not SigningSession.objects.exists()


@pytest.fixture
def page(client: Client, signer: Membership) -> Callable[[SigningSession], str]:
    client.force_login(signer.user)
    return lambda session: reverse("documents:signing-session", args=[session.pk])


def test_a_signature_made_elsewhere_is_brought_as_a_file(
    desk: Desk, signer: Membership, client: Client, page: Callable[[SigningSession], str]
) -> None:
    session = opened(desk, signer)
    item = only(session)
    shown = client.get(page(session)).content.decode()
    assert item.record_sha256 in shown
    record = client.get(reverse("documents:signing-record", args=[session.pk, item.pk]))
    assert record.content == item.record_bytes
    cms = a_signature(signer, record.content, own=True)
    answer = client.post(
        reverse("documents:signing-give", args=[session.pk]),
        {f"cms-{item.pk}": SimpleUploadedFile("note.cms", cms)},
    )
    assert (answer.status_code, answer["Location"]) == (302, "/done/a/")
    assert client.get(page(session))["Location"] == "/done/a/"


def test_a_form_without_a_signature_says_so(
    desk: Desk, signer: Membership, client: Client, page: Callable[[SigningSession], str]
) -> None:
    session = opened(desk, signer)
    answer = client.post(reverse("documents:signing-give", args=[session.pk]), follow=True)
    assert "No signature came" in answer.content.decode()
    assert only(session).state == "waiting"


def test_the_page_follows_the_work_until_it_is_done(
    desk: Desk, signer: Membership, client: Client, page: Callable[[SigningSession], str]
) -> None:
    session = opened(desk, signer, "a", "b")
    give(session=session, actor=signer, signatures=signed(session))
    assert "hx-get" in client.get(page(session)).content.decode()
    run_outbox()
    part = client.get(page(session), headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in part
    assert "2 of 2 done" in part
    assert 'href="/done/b/"' in part


def test_a_signature_is_shown_to_those_who_may_see_what_was_signed(
    desk: Desk, signer: Membership, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(desk, signer)
    give(session=session, actor=signer, signatures=signed(session))
    signature = ElectronicSignature.objects.get()
    stranger = scenarios.a_person(Role.AUDITOR)
    addresses = [
        reverse(f"documents:signature-{name}", args=[signature.pk])
        for name in ("detail", "record", "cms", "how-to-check")
    ]
    client.force_login(stranger.user)
    assert {client.get(address).status_code for address in addresses} == {404}
    monkeypatch.setitem(purposes._may_see, "note", lambda _subject, actor: actor == stranger)
    detail, record, cms, how = (client.get(address) for address in addresses)
    assert signature.holder_name in detail.content.decode()
    assert record.content == signature.record_bytes
    assert cms.content == signature.cms_bytes
    assert "openssl cms -verify" in how.content.decode()
