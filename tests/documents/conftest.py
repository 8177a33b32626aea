"""A demonstration seal of its own for every test of this room."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from documents.demo_seal import make_demo_seal


def use_seal(settings: Any, folder: Path) -> None:
    settings.CTKZ_DEMO_SEAL_ALLOWED = True
    settings.CTKZ_SEAL_KEY_FILE = str(folder / "seal.key")
    settings.CTKZ_SEAL_CERT_FILE = str(folder / "seal.pem")
    settings.CTKZ_SEAL_CHAIN_FILE = ""
    settings.CTKZ_SEAL_KEY_PASSPHRASE = ""
    settings.CTKZ_SEAL_TRUST_FILE = str(folder / "root.pem")
    settings.CTKZ_SEAL_PAST_CERTS_FILE = str(folder / "past.pem")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Sentences are compared as they stand in the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def seal_folder(settings: Any, tmp_path: Path) -> Path:
    settings.CTKZ_DEMO_SEAL_ALLOWED = True
    folder = make_demo_seal(tmp_path / "seal")
    use_seal(settings, folder)
    return folder
