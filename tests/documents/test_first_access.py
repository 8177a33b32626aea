"""The first person of an applicant: the signature of the organisation opens the door."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import inviting
from accounts.errors import DomainError
from accounts.models import Invitation, Organisation
from audit.models import AuditEvent
from documents.eds.authority import SoftwareAuthority
from documents.first_access import FirstPerson, begin_first_access, prove_first_access
from documents.models import FirstAccess
from outbox.models import Letter
from tests import scenarios
from tests.accounts.test_inviting import code_in, newcomer

LANGUAGE = "en"

pytestmark = pytest.mark.django_db

NAME = "ТОО «Пример-Первый»"
BEGIN = "/documents/first-access/"


@pytest.fixture(autouse=True)
def _open_door(settings: Any) -> None:
    settings.CTKZ_WRITE_PER_MINUTE = settings.CTKZ_WRITE_PER_DAY = 100_000


def begun(**said: str) -> FirstAccess:
    values = {
        "bin": scenarios.a_bin(),
        "iin": scenarios.an_iin(),
        "email": "first@example.kz",
        "language": "ru",
    }
    return begin_first_access(said=FirstPerson(**{**values, **said}), at=timezone.now())


def signature(
    eds: SoftwareAuthority, first: FirstAccess, *roles: str, bin: str = "", iin: str = ""
) -> bytes:
    key = eds.employee(
        iin or first.iin, "ПРИМЕРОВ ПЕРВЫЙ", bin or first.bin, NAME, roles or ("head",)
    )
    return key.sign(first.record_bytes)


def refused(first: FirstAccess, cms: bytes) -> str:
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        prove_first_access(first=first, cms=cms, at=timezone.now())
    return refusal.value.code


def test_the_signature_makes_the_organisation_known_and_its_signer_the_head(
    eds: SoftwareAuthority,
) -> None:
    first = begun()
    invitation = prove_first_access(first=first, cms=signature(eds, first), at=timezone.now())
    organisation = Organisation.objects.get(bin=first.bin)
    assert (organisation.name_ru, organisation.kind) == (NAME, "applicant")
    assert not organisation.memberships.exists()
    (letter,) = Letter.objects.filter(to="first@example.kz")
    member = inviting.accept(code=code_in(letter), newcomer=newcomer(), at=timezone.now())
    assert member.is_head
    # Whatever is typed, the IIN is the one in the certificate.
    assert member.user.iin == first.iin
    (event,) = AuditEvent.objects.filter(event="organisation.first_head_proved")
    assert event.subject_id == str(invitation.pk)
    assert NAME not in bytes(event.body).decode()


def test_the_same_signature_given_twice_changes_nothing_twice(eds: SoftwareAuthority) -> None:
    first = begun()
    cms = signature(eds, first)
    one = prove_first_access(first=first, cms=cms, at=timezone.now())
    assert prove_first_access(first=first, cms=cms, at=timezone.now()) == one
    assert Letter.objects.filter(to="first@example.kz").count() == 1


@pytest.mark.parametrize(
    ("roles", "other", "code"),
    [
        (("employee",), {}, "wrong_role"),
        (("hr",), {}, "wrong_role"),
        (("head",), {"bin": "990140000017"}, "other_organisation"),
        (("head",), {"iin": "900101300017"}, "other_person"),
    ],
)
def test_other_keys_open_nothing(
    eds: SoftwareAuthority, roles: tuple[str, ...], other: dict[str, str], code: str
) -> None:
    first = begun()
    assert refused(first, signature(eds, first, *roles, **other)) == code
    assert not Organisation.objects.filter(bin=first.bin).exists()


def test_the_time_for_signing_ends(eds: SoftwareAuthority) -> None:
    first = begun()
    cms = signature(eds, first)
    with pytest.raises(DomainError) as refusal:
        prove_first_access(first=first, cms=cms, at=first.expires_at + timedelta(seconds=1))
    assert refusal.value.code == "session_over"


def test_a_signature_for_one_sitting_does_not_serve_another(eds: SoftwareAuthority) -> None:
    first = begun()
    second = begun(bin=first.bin, iin=first.iin)
    assert refused(second, signature(eds, first)) == "wrong_digest"


def test_an_entrepreneur_signs_with_the_own_key(eds: SoftwareAuthority) -> None:
    iin = scenarios.an_iin()
    first = begun(bin=iin, iin=iin)
    cms = eds.person(iin, "ПРИМЕРОВ САМ").sign(first.record_bytes)
    prove_first_access(first=first, cms=cms, at=timezone.now())
    assert Organisation.objects.get(bin=iin).name_ru == "ПРИМЕРОВ САМ"


def test_where_heads_are_only_the_head_of_the_legal_entity_comes_in(
    eds: SoftwareAuthority,
) -> None:
    head = scenarios.a_person("applicant")
    first = begun(bin=head.organisation.bin)
    assert refused(first, signature(eds, first, "signatory")) == "has_heads"
    invitation = prove_first_access(first=first, cms=signature(eds, first), at=timezone.now())
    assert invitation.organisation == head.organisation
    head.organisation.refresh_from_db()
    assert head.organisation.name_ru != NAME


def test_an_authority_lets_nobody_in_this_way(eds: SoftwareAuthority) -> None:
    chamber = scenarios.an_organisation("expert")
    first = begun(bin=chamber.bin)
    assert refused(first, signature(eds, first)) == "not_an_applicant"


def test_a_mistyped_e_mail_is_put_right_by_beginning_again(eds: SoftwareAuthority) -> None:
    first = begun(email="mistyped@example.kz")
    wrong = prove_first_access(first=first, cms=signature(eds, first), at=timezone.now())
    again = begun(bin=first.bin, iin=first.iin)
    right = prove_first_access(first=again, cms=signature(eds, again), at=timezone.now())
    assert list(Invitation.objects.waiting()) == [right]
    wrong.refresh_from_db()
    assert wrong.withdrawn_at


def test_the_pages_lead_from_the_details_to_the_letter(eds: SoftwareAuthority) -> None:
    client = Client()
    assert client.get(BEGIN + "sign/").status_code == 404
    bin, iin = scenarios.a_bin(), scenarios.an_iin()
    answer = client.post(BEGIN, {"bin": bin, "iin": iin, "email": "first@example.kz"})
    assert answer["Location"] == BEGIN + "sign/"
    first = FirstAccess.objects.get()
    assert client.get(BEGIN + "record/").content == first.record_bytes
    page = client.get(BEGIN + "sign/").content.decode()
    assert f'data-bin="{bin}"' in page
    assert re.search(r'data-record="[^"]*first-access/record/"', page)
    nothing = client.post(BEGIN + "sign/", {})
    assert nothing.status_code == 200
    assert nothing.context["form"].errors
    bad = client.post(BEGIN + "sign/", {"cms": "AAAA"})
    assert "damaged" in bad.content.decode()
    file = SimpleUploadedFile("record.cms", signature(eds, first))
    done = client.post(BEGIN + "sign/", {"file": file})
    assert done["Location"] == BEGIN + "done/"
    assert NAME in client.get(BEGIN + "done/").content.decode()
    assert Client().get(BEGIN + "done/").status_code == 404


def test_the_database_keeps_what_was_proved(eds: SoftwareAuthority) -> None:
    first = begun()
    prove_first_access(first=first, cms=signature(eds, first), at=timezone.now())
    for sql in (
        "DELETE FROM documents_firstaccess WHERE id = %s",
        "UPDATE documents_firstaccess SET email = 'x@example.kz' WHERE id = %s",
    ):
        with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [first.pk])
