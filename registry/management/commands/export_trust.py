"""The folder of public keys that `ctkz-verify --trust` believes, written from this portal.

The authority publishes it where the portal cannot change it: keys taken from the address that
is being checked prove nothing.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.errors import KeyUnavailableError
from audit.keys import verifying_key
from audit.models import Witness
from audit.witnesses import key_of


class Command(BaseCommand):
    help = "Write the public keys of the seal, the log and its witnesses into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = {
                "seal-roots.pem": _pem(_certificates(settings.CTKZ_SEAL_TRUST_FILE)),
                "seal-certificates.pem": _pem(_own_certificates()),
                "log.key": f"{verifying_key().encoded()}\n",
                "witnesses.keys": _witnesses(),
            }
            if settings.CTKZ_TSA_TRUST_FILE:
                files["time-roots.pem"] = _pem(_certificates(settings.CTKZ_TSA_TRUST_FILE))
        except (OSError, ValueError, KeyUnavailableError) as error:
            raise CommandError(f"A public key is missing: {error}") from error
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")
        self.stdout.write(f"Wrote {', '.join(files)} to {folder}.")


def _own_certificates() -> list[x509.Certificate]:
    """The certificate that seals now, and those that sealed before."""
    past = settings.CTKZ_SEAL_PAST_CERTS_FILE
    former = _certificates(past) if past and Path(past).exists() else []
    return _certificates(settings.CTKZ_SEAL_CERT_FILE)[:1] + former


def _certificates(path: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(Path(path).read_bytes())


def _pem(certificates: list[x509.Certificate]) -> str:
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


def _witnesses() -> str:
    """Former ones too: what they cosigned in their term stays proof."""
    return "".join(f"{key_of(one).encoded()}\n" for one in Witness.objects.order_by("pk"))
