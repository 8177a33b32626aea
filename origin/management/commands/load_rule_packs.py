"""Bring the rules of origin of the files into the database; may be run at any time, any number."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import DomainError
from origin.errors import PackError
from origin.pack_files import read_pack, shipped_packs
from origin.services import packs


class Command(BaseCommand):
    help = (
        "Load the versions of the rules that come with the portal as approved, each in force "
        "from its own first day; with --folder, load other files as a draft for the Committee. "
        "A faulty file changes nothing: the rules in force stay in force."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, help="a folder with pack.yaml: becomes a draft")

    def handle(self, *args: Any, folder: Path | None = None, **options: Any) -> None:
        try:
            if folder is None:
                self._load_shipped()
            else:
                self._load_draft(folder)
        except PackError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(
                f"{len(error.problems)} faults in the files; nothing was loaded.", returncode=1
            ) from error
        except DomainError as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal

    def _load_shipped(self) -> None:
        # Every file is read before anything is written.
        for pack in shipped_packs():
            row = packs.load_shipped(pack=pack)
            told = "unchanged" if row is None else f"loaded, in force from {pack.valid_from}"
            self.stdout.write(f"{pack.code}: {len(pack.rows)} rows, {told}")

    def _load_draft(self, folder: Path) -> None:
        pack = read_pack(folder)
        packs.load_draft(pack=pack)
        self.stdout.write(f"{pack.code}: {len(pack.rows)} rows, a draft for the Committee")
