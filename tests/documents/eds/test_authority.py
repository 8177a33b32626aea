"""The software authority of the demo: kept, private, and refused where nothing may be a demo."""

import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509
from django.core import checks
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from ctkz_portal.demo.people import ensure_people
from documents.checks import people_sign_with_real_keys, revocation_is_asked
from documents.eds.authority import SoftwareAuthority
from documents.eds.people import keys_of
from documents.eds.trust import DEMO_MARK
from documents.eds.verdicts import Expected
from documents.eds.verifying import verify_signature
from tests.signatures import trust_authority

from .people import BIN, IIN, NAME, RECORD, head


@pytest.fixture
def var_dir(settings: Any, tmp_path: Path) -> Path:
    """The demo's folder, where the settings of the demo look."""
    settings.VAR_DIR = tmp_path
    settings.CTKZ_EDS_DEMO_ALLOWED = True
    trust_authority(settings, tmp_path / "eds")
    return tmp_path


def test_subjects_have_the_layout_of_the_national_authority(eds: SoftwareAuthority) -> None:
    subject = head(eds).certificate.subject
    parts = [(pair["type"].native, pair["value"].native) for rdn in subject.chosen for pair in rdn]
    assert parts == [
        ("common_name", "Примеров Пример"),
        ("surname", "Примеров"),
        ("serial_number", f"IIN{IIN}"),
        ("country_name", "KZ"),
        ("given_name", "Примерович"),
        ("organization_name", "ТОО «Пример-Фильтр»"),
        ("organizational_unit_name", f"BIN{BIN}"),
    ]


@pytest.mark.parametrize("family", ["rsa", "gost512"])
def test_every_authority_says_that_it_is_a_demonstration(
    family: str, eds: SoftwareAuthority
) -> None:
    branch = eds.branch(family)
    for key in (branch.root, branch.issuing):
        assert DEMO_MARK in key.certificate.subject.human_friendly


def test_an_authority_is_the_same_after_every_start_and_its_keys_are_private(
    settings: Any, tmp_path: Path
) -> None:
    settings.CTKZ_EDS_DEMO_ALLOWED = True
    first, second = (SoftwareAuthority.kept(tmp_path) for _ in range(2))
    for family in ("rsa", "gost512"):
        roots = [one.branch(family).root.certificate.dump() for one in (first, second)]
        assert roots[0] == roots[1]
    keys = list((tmp_path / "keys").glob("*.key"))
    assert len(keys) == 4
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_names_longer_than_allowed_are_cut(eds: SoftwareAuthority) -> None:
    key = eds.employee(IIN, f"{'Ұ' * 100} Пример", BIN, "ТОО " + "«Пример» " * 30)
    for rdn in x509.Certificate.load(key.certificate.dump()).subject.chosen:
        assert len(rdn[0]["value"].native) <= 64


@pytest.mark.django_db
def test_the_command_makes_keys_for_everybody_and_runs_again_without_change(
    var_dir: Path,
) -> None:
    ensure_people()
    call_command("eds_demo_authority", stdout=StringIO())
    made = {path.name: path.read_bytes() for path in (var_dir / "eds" / "keys").iterdir()}
    roots = (var_dir / "eds" / "roots.sha256").read_bytes()
    call_command("eds_demo_authority", stdout=StringIO())
    assert {path.name: path.read_bytes() for path in (var_dir / "eds" / "keys").iterdir()} == made
    assert (var_dir / "eds" / "roots.sha256").read_bytes() == roots
    people = User.objects.exclude(iin="").count()
    assert sum(name.startswith("person-") for name in made) == 2 * people
    assert sum(name.startswith("employee-") for name in made) == 2 * people


@pytest.mark.django_db
def test_people_of_the_demo_sign_and_are_believed(var_dir: Path) -> None:
    cast = ensure_people()
    call_command("eds_demo_authority", "--authority-only", stdout=StringIO())
    authority = SoftwareAuthority.kept(var_dir / "eds")
    actor = cast["signatory"]
    for bin in ("", actor.organisation.bin):
        (key,) = keys_of(authority, iin=actor.user.iin, bin=bin)
        verdict = verify_signature(
            key.sign(RECORD),
            record=RECORD,
            at=timezone.now(),
            expected=Expected(actor.user.iin, bin),
        )
        assert verdict.ok, verdict.checks[-1]
        assert verdict.holder
        assert verdict.holder.name == actor.user.full_name
    assert keys_of(authority, iin=actor.user.iin, bin=cast["milk"].organisation.bin) == []
    assert keys_of(authority, iin="", bin="") == []


@pytest.mark.parametrize("command", ["eds_demo_authority", "eds_stand_in"])
def test_commands_of_the_demo_are_refused_elsewhere(
    command: str, settings: Any, var_dir: Path
) -> None:
    settings.CTKZ_EDS_DEMO_ALLOWED = False
    with pytest.raises(CommandError):
        call_command(command, stdout=StringIO())
    assert not (var_dir / "eds").exists()


def found() -> set[str | None]:
    messages: list[checks.CheckMessage] = [*people_sign_with_real_keys(), *revocation_is_asked()]
    return {one.id for one in messages}


def test_a_deployment_is_told_what_is_unsafe(eds: SoftwareAuthority, settings: Any) -> None:
    settings.CTKZ_EDS_REQUIRED = True
    assert found() == {"documents.E004", "documents.E007"}
    settings.CTKZ_EDS_DEMO_ALLOWED = False
    settings.CTKZ_EDS_REQUIRED = False
    assert found() == {"documents.E005", "documents.E007"}
    settings.CTKZ_EDS_REQUIRED = True
    settings.CTKZ_EDS_ROOT_SHA256_FILE = ""
    assert found() == {"documents.E006"}
    settings.CTKZ_EDS_CRL_DIR = ""
    assert found() == {"documents.E006", "documents.E009"}
    settings.CTKZ_EDS_REVOCATION = "never"
    assert found() == {"documents.E006", "documents.E008"}


def test_a_key_that_was_kept_signs_as_before(settings: Any, tmp_path: Path) -> None:
    settings.CTKZ_EDS_DEMO_ALLOWED = True
    authority = SoftwareAuthority.kept(tmp_path)
    for family in ("rsa", "gost512"):
        keys = [
            authority.kept_key(
                f"person-{family}", lambda family=family: authority.person(IIN, NAME, family=family)
            )
            for _ in range(2)
        ]
        assert keys[0].certificate.dump() == keys[1].certificate.dump()
        assert keys[0].pair.pem() == keys[1].pair.pem()
