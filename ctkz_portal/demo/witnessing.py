"""The Committee of the demo watches the log: a witness's key, and the keys that it believes."""

import io
import json
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from audit.models import Witness
from audit.witnesses import add_witness

NAME = "witness.demo.example/committee"
# Installed beside the interpreter by `make`.
VERIFIER = Path(sys.executable).with_name("ctkz-verify")


def witness_folder() -> Path:
    return Path(settings.VAR_DIR) / "witness"


def trust_folder() -> Path:
    """The authority's public keys, as a stranger would get them from the authority."""
    return Path(settings.VAR_DIR) / "demo" / "trust"


def ensure_witness() -> None:
    """A key on the witness's side, its public half known to the log; again it changes nothing."""
    folder = witness_folder()
    folder.mkdir(parents=True, exist_ok=True)
    private, public = folder / "witness.key", folder / "witness.pub"
    if not private.exists():
        made = verifier("witness-key", NAME, str(private), "--json")
        public.write_text(json.loads(made.stdout)["public_key"])
    if not Witness.objects.filter(name=NAME).exists():
        add_witness(
            key=public.read_text(),
            label="Комитет технического регулирования и метрологии (демо)",
            organisation="Комитет (демо)",
        )
    call_command("export_trust", str(trust_folder()), stdout=io.StringIO())


def watching(log_url: str) -> list[str]:
    """The command of a witness that looks at the log every few seconds."""
    folder = witness_folder()
    return [
        str(VERIFIER), "witness", log_url, "--trust", str(trust_folder()), "--lang", "en",
        "--key", str(folder / "witness.key"), "--state", str(folder / "state"), "--every", "3",
    ]  # fmt: skip


def verifier(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs `ctkz-verify` as anybody would, without anything of the portal's environment."""
    found = subprocess.run(
        [str(VERIFIER), *arguments],
        env={"LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode != 0:
        raise RuntimeError(
            f"ctkz-verify {arguments[0]} ended with {found.returncode}:\n"
            f"{found.stdout}{found.stderr}"
        )
    return found
