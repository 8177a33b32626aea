"""Signing in with the national signature: whose key it is decides, and the task is used once."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from asn1crypto import pem
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

import audit
from accounts.models import Membership, SignIn, User
from audit.models import AuditEvent
from ctkz_portal.demo.people import ensure_people
from documents import eds_sign_in, purposes, signing
from documents.canonical import canonical_bytes
from documents.eds import oids
from documents.eds.authority import SoftwareAuthority
from documents.eds.verdicts import Expected
from documents.eds.verifying import verify_signature
from documents.models import ElectronicSignature, SigningItem
from tests.scenarios import a_person
from tests.signatures import a_signature

LANGUAGE = "en"
PAGE = "/documents/sign-in/"
TASK = f"{PAGE}task/"
PROFILE = "/account/profile/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(eds: SoftwareAuthority) -> Membership:
    return a_person("inspector")


def a_browser() -> Client:
    """Behind an address of its own: failures are counted in a cache that outlives a test."""
    number = uuid.uuid4().bytes
    return Client(REMOTE_ADDR=f"10.{number[0]}.{number[1]}.{number[2]}")


def task_for(client: Client) -> bytes:
    return bytes(client.get(TASK).content)


def send(client: Client, cms: bytes, **data: str) -> Any:
    return client.post(PAGE, {"file": SimpleUploadedFile("task.cms", cms), **data})


def said(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.context["refusal"])


def is_in(client: Client) -> bool:
    return bool(client.get(PROFILE).status_code == 200)


AUTHENTICATION = (oids.USE_AUTHENTICATION, oids.ROLE_OIDS["individual"])


@pytest.mark.parametrize(
    "kind",
    [
        {"own": True},
        {"own": True, "family": "gost512"},
        {"own": True, "uses": AUTHENTICATION, "usage": frozenset({"digital_signature"})},
        {"own": False},
    ],
    ids=["own key", "GOST", "key for signing in only", "key of the organisation"],
)
def test_any_key_of_the_person_opens_their_account(member: Membership, kind: Any) -> None:
    client = a_browser()
    cms = a_signature(member, task_for(client), **kind)
    answer = send(client, cms, next=PROFILE)
    assert answer.url == PROFILE
    assert is_in(client)
    row = SignIn.objects.get(user=member.user)
    assert (row.way, row.second_factor) == ("signature", "signature")
    event = AuditEvent.objects.about("person", member.user.pk)[0]
    assert event.event == "person.signed_in"
    assert event.facts == {"way": "signature", "second_factor": "signature"}


def test_it_comes_as_text_from_ncalayer_too(member: Membership) -> None:
    client = a_browser()
    cms = a_signature(member, task_for(client), own=True)
    from_layer = pem.armor("CMS", cms).decode()
    assert client.post(PAGE, {"cms": from_layer}).status_code == 302
    assert is_in(client)


def test_it_counts_as_a_second_factor(member: Membership, settings: Any) -> None:
    settings.CTKZ_SECOND_FACTOR_ROLES = ["inspector"]
    client = a_browser()
    send(client, a_signature(member, task_for(client), own=True))
    assert is_in(client)


def test_the_page_of_the_password_leads_here(client: Client, eds: SoftwareAuthority) -> None:
    page = client.get("/account/sign-in/?next=/account/profile/").content.decode()
    assert f'href="{PAGE}?next=%2Faccount%2Fprofile%2F"' in page


def test_without_roots_there_is_no_such_way(client: Client, settings: Any) -> None:
    settings.CTKZ_EDS_ROOTS_FILE = ""
    assert client.get(PAGE).status_code == 404
    assert client.get(TASK).status_code == 404
    assert PAGE not in client.get("/account/sign-in/").content.decode()


# --- the task ----------------------------------------------------------------------------------


def test_the_task_names_the_portal_and_is_another_for_every_browser(
    eds: SoftwareAuthority, settings: Any
) -> None:
    one, other = json.loads(task_for(a_browser())), json.loads(task_for(a_browser()))
    assert one["schema"] == "ctkz.sign-in/1"
    assert one["portal"] == settings.CTKZ_PUBLIC_URL
    assert one["challenge"] != other["challenge"]


def test_a_signature_opens_one_session(member: Membership) -> None:
    client = a_browser()
    cms = a_signature(member, task_for(client), own=True)
    stolen = dict(client.session.items())
    assert send(client, cms).status_code == 302
    # The cookie was copied before: the same task once more, in a session that still holds it.
    thief = a_browser()
    thief.get(PAGE)
    session = thief.session
    session.update(stolen)
    session.save()
    assert "used before" in said(send(thief, cms))
    assert not is_in(thief)
    assert SignIn.objects.filter(user=member.user).count() == 1


def test_the_task_is_bound_to_the_browser(member: Membership) -> None:
    cms = a_signature(member, task_for(a_browser()), own=True)
    other = a_browser()
    task_for(other)
    assert "made over another document" in said(send(other, cms))
    assert "The time for signing is over" in said(send(a_browser(), cms))


def test_right_or_wrong_a_task_is_used_up(member: Membership) -> None:
    client = a_browser()
    task = task_for(client)
    said(send(client, b"nonsense"))
    assert task_for(client) != task
    assert "made over another document" in said(send(client, a_signature(member, task, own=True)))


def test_there_are_five_minutes(member: Membership) -> None:
    began = timezone.now()
    for minutes, is_opened in ((4, True), (6, False)):
        client = a_browser()
        with time_machine.travel(began, tick=False):
            cms = a_signature(member, task_for(client), own=True)
        with time_machine.travel(began + dt.timedelta(minutes=minutes), tick=False):
            answer = send(client, cms)
            assert (answer.status_code == 302) == is_opened


# --- whose key ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ({"at": None, "not_after": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "has expired"),
        ({"uses": (oids.ROLE_OIDS["individual"],)}, "not meant for"),
        ({"usage": frozenset({"key_encipherment"})}, "not meant for"),
        ({"bits": 1024}, "not accepted"),
    ],
)
def test_a_key_that_may_not_sign_opens_nothing(member: Membership, kind: Any, words: str) -> None:
    client = a_browser()
    assert words in said(send(client, a_signature(member, task_for(client), own=True, **kind)))
    assert not is_in(client)


def test_a_forged_authority_opens_nothing_and_cannot_fill_the_log(
    member: Membership, eds: SoftwareAuthority
) -> None:
    client = a_browser()
    forged = eds.forged_twin().person(member.user.iin, member.user.full_name)
    said(send(client, forged.sign(task_for(client))))
    assert not is_in(client)
    assert not AuditEvent.objects.about("person", member.user.pk).exists()


def test_a_revoked_key_opens_nothing_and_its_holder_finds_the_attempt(
    member: Membership, eds: SoftwareAuthority, settings: Any, tmp_path: Any
) -> None:
    key = eds.person(member.user.iin, member.user.full_name)
    authority = SoftwareAuthority(shares_pairs=True, _branches=eds._branches)
    authority.revoke(key)
    authority.publish(tmp_path, families=("rsa",))
    settings.CTKZ_EDS_CRL_DIR = str(tmp_path / "crl")
    client = a_browser()
    assert "has been revoked" in said(send(client, key.sign(task_for(client))))
    event = AuditEvent.objects.about("person", member.user.pk)[0]
    assert (event.event, event.facts) == ("person.sign_in_refused", {"reason": "revoked"})


@pytest.mark.parametrize("who", ["nobody", "somebody who left"])
def test_anybody_but_an_active_person_gets_one_clear_answer(member: Membership, who: str) -> None:
    if who == "nobody":
        User.objects.filter(pk=member.user.pk).update(iin="")
    else:
        User.objects.filter(pk=member.user.pk).update(is_active=False)
    client = a_browser()
    answer = send(client, a_signature(member, task_for(client), own=True))
    assert "its IIN leads to no account" in said(answer)
    assert not is_in(client)


def test_nobody_has_two_accounts(member: Membership) -> None:
    """Whoever had two could be both people where two are asked for."""
    other = a_person("applicant").user
    with pytest.raises(IntegrityError, match="user_iin_once"), transaction.atomic():
        User.objects.filter(pk=other.pk).update(iin=member.user.iin)
    with pytest.raises(ValidationError, match="has an account already"):
        User.objects.create_user("second@example.kz", "x", full_name="X", iin=member.user.iin)
    User.objects.filter(pk__in=[other.pk, member.user.pk]).update(iin="")


def test_a_certificate_without_an_iin_names_nobody(member: Membership) -> None:
    client = a_browser()
    cms = a_signature(member, task_for(client), iin="")
    assert "another person" in said(send(client, cms))


@pytest.mark.parametrize("cms", [b"", b"\0" * 100, b"-----BEGIN CMS-----", b"x" * 500_000])
def test_what_is_no_signature_is_refused(eds: SoftwareAuthority, cms: bytes) -> None:
    client = a_browser()
    task_for(client)
    assert said(send(client, cms))


def test_trying_again_and_again_is_paused(member: Membership) -> None:
    client = a_browser()
    for _attempt in range(31):
        answer = send(client, b"nonsense")
    assert "Too many failed attempts" in said(answer)


# --- neither for the other ---------------------------------------------------------------------


def test_a_signature_of_a_document_does_not_sign_in(member: Membership) -> None:
    client = a_browser()
    task_for(client)
    document = canonical_bytes({"schema": "ctkz.act/1", "number": "1"})
    assert "another document" in said(send(client, a_signature(member, document, own=True)))
    # Not even when the document travels inside the file.
    cms = a_signature(member, document, own=True, encapsulate=True)
    assert "another document" in said(send(client, cms))


NOTE = {"schema": "ctkz.note/1", "number": "1"}
SUBJECT = audit.SubjectRef("note", "1", "1")


@pytest.fixture
def a_purpose() -> Iterator[str]:
    """A document that is signed, as any room brings one."""

    def complete(item: SigningItem, actor: Membership) -> str:
        record = canonical_bytes(NOTE)
        signing.accept(item=item, purpose="note.sign", record=record, actor=actor, subject=SUBJECT)
        return "/"

    holding = signing.Holding.PERSON
    purposes.register("note.sign", label="Note", holding=holding, complete=complete)
    yield "note.sign"
    del purposes._purposes["note.sign"]


@pytest.mark.parametrize("is_for_signing_in", [True, False])
def test_a_signature_for_signing_in_does_not_sign_a_document(
    member: Membership, a_purpose: str, is_for_signing_in: bool
) -> None:
    session = signing.begin(
        purpose=a_purpose,
        actor=member,
        records=[signing.ToSign(subject=SUBJECT, label="1", record=NOTE)],
        return_url="/",
    )
    item = session.items.get()
    signed = task_for(a_browser()) if is_for_signing_in else item.record_bytes
    cms = a_signature(member, signed, own=True)
    signing.give(session=session, actor=member, signatures={item.pk: cms})
    item.refresh_from_db()
    assert item.state == ("refused" if is_for_signing_in else "done")
    assert item.refusal_code == ("wrong_digest" if is_for_signing_in else "")
    assert ElectronicSignature.objects.exists() != is_for_signing_in


def test_a_key_for_signing_in_does_not_sign_documents(member: Membership) -> None:
    record = canonical_bytes({"schema": "ctkz.act/1", "number": "1"})
    cms = a_signature(member, record, own=True, uses=AUTHENTICATION)
    verdict = verify_signature(
        cms, record=record, at=timezone.now(), expected=Expected(iin=member.user.iin)
    )
    assert verdict.reason == "authentication_only"


def test_no_document_is_of_the_kind_of_the_task() -> None:
    assert not [code for code in purposes._purposes if "sign-in" in code or "sign_in" in code]
    assert eds_sign_in.SCHEMA == "ctkz.sign-in/1"


# --- the demo ----------------------------------------------------------------------------------


def test_the_demo_says_whose_key_is_taken_and_a_real_portal_names_nobody(
    client: Client, eds: SoftwareAuthority, settings: Any
) -> None:
    ensure_people()
    settings.CTKZ_DEMO = True
    page = client.get(PAGE, {"as": "inspector@demo.example"}).content.decode()
    person = User.objects.get(email="inspector@demo.example")
    assert f'data-iin="{person.iin}"' in page
    settings.CTKZ_DEMO = False
    page = client.get(PAGE, {"as": "inspector@demo.example"}).content.decode()
    assert person.iin not in page
    assert person.full_name not in page
