from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from audit.checks import keys_are_there, origin_can_name_a_key
from audit.errors import KeyUnavailableError
from audit.keys import event_mac, public_key_path, signing_key, verifying_key


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Path:
    settings.CTKZ_LOG_KEY_FILE = tmp_path / "made" / "key"
    settings.CTKZ_LOG_EVENT_KEY_FILE = tmp_path / "made" / "event.key"
    settings.CTKZ_LOG_MAKE_KEYS = True
    return tmp_path / "made"


def test_keys_are_made_once_and_for_the_owner_only(keys: Path) -> None:
    signer, mac = signing_key(), event_mac(b"body")

    assert signing_key() == signer
    assert event_mac(b"body") == mac != event_mac(b"bodi")
    assert verifying_key() == signer.verifier()
    assert (keys / "key").stat().st_mode & 0o777 == 0o600
    assert (keys / "event.key").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in keys.iterdir()) == ["event.key", "key", "key.pub"]
    assert keys_are_there() == []


def test_missing_keys_are_not_made_in_production(keys: Path, settings: Any) -> None:
    settings.CTKZ_LOG_MAKE_KEYS = False

    with pytest.raises(KeyUnavailableError, match="does not exist"):
        signing_key()
    with pytest.raises(KeyUnavailableError, match="does not exist"):
        event_mac(b"body")
    assert [message.id for message in keys_are_there()] == ["audit.E001", "audit.E001"]
    assert not keys.exists()


def test_key_that_others_can_read_is_reported(keys: Path) -> None:
    signing_key()
    (keys / "key").chmod(0o640)

    assert "can be read by others" in keys_are_there()[0].msg


def test_key_of_another_log_is_refused(keys: Path, settings: Any) -> None:
    signing_key()
    settings.CTKZ_LOG_ORIGIN = "other.example/log"

    with pytest.raises(KeyUnavailableError, match="is the key of"):
        signing_key()


@pytest.mark.parametrize("text", ["", "rubbish", "PRIVATE+KEY+a+b", "PRIVATE+KEY+a+00000000+AAAA"])
def test_damaged_key_is_refused(keys: Path, text: str) -> None:
    keys.mkdir()
    (keys / "key").write_text(text)
    (keys / "event.key").write_text(text)
    public_key_path().write_text(text)

    with pytest.raises(KeyUnavailableError):
        signing_key()
    with pytest.raises(KeyUnavailableError):
        event_mac(b"body")
    with pytest.raises(KeyUnavailableError):
        verifying_key()


@pytest.mark.parametrize(("origin", "found"), [("a.example/log", 0), ("two words", 1), ("", 1)])
def test_origin_must_be_able_to_name_a_key(settings: Any, origin: str, found: int) -> None:
    settings.CTKZ_LOG_ORIGIN = origin

    assert [message.id for message in origin_can_name_a_key()] == ["audit.E002"] * found


def test_operator_makes_what_is_missing_and_nothing_twice(keys: Path, settings: Any) -> None:
    settings.CTKZ_LOG_MAKE_KEYS = False
    out = StringIO()
    call_command("make_log_keys", stdout=out)
    made = {path.name: path.read_text() for path in keys.iterdir()}

    call_command("make_log_keys", stdout=StringIO())

    assert out.getvalue().count("Made") == 2
    assert sorted(made) == ["event.key", "key", "key.pub"]
    assert {path.name: path.read_text() for path in keys.iterdir()} == made
    assert keys_are_there() == []


def test_public_key_is_made_from_the_private_one_when_only_that_was_brought(keys: Path) -> None:
    signer = signing_key()
    public_key_path().unlink()

    assert verifying_key() == signer.verifier()
    assert not public_key_path().exists()
