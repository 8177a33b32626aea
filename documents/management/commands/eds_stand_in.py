"""Plays NCALayer on this machine with the keys of the demo's people."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from documents.eds.making import SoftwareKey
from documents.eds.people import demo_authority, demo_folder, keys_of
from documents.eds.stand_in import HOST, PORT, Orders, StandIn, listening


class Command(BaseCommand):
    help = "Stand in for NCALayer (ws://127.0.0.1) with demonstration keys; refused in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=PORT, help="0 takes a free one")
        parser.add_argument("--cancel", action="store_true", help='always press "Cancel"')
        parser.add_argument("--iin", default="", help="sign as this person, whoever is asked for")
        parser.add_argument("--bin", help='sign for this organisation; "" for the own certificate')
        parser.add_argument(
            "--orders",
            type=Path,
            help="a JSON file read at every request: cancel, iin, bin (default: "
            "stand_in.json beside the demo's keys)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fixed = Orders(options["cancel"], options["iin"], options["bin"])
        orders_file = options["orders"] or demo_folder() / "stand_in.json"
        try:
            authority = demo_authority()
            stand_in = StandIn(
                keys=lambda iin, bin: _keys(authority, iin, bin),
                orders=lambda: fixed if fixed != Orders() else Orders.read(orders_file),
            )
            server = listening(stand_in, port=options["port"])
        except PermissionError as refusal:
            raise CommandError(str(refusal)) from refusal
        with server as running:
            port = running.socket.getsockname()[1]
            self.stdout.write(f"ws://{HOST}:{port}")
            self.stdout.flush()
            running.serve_forever()


def _keys(authority: Any, iin: str, bin: str) -> list[SoftwareKey]:
    """Every page is served by a thread of its own, and gives its connection back."""
    try:
        return keys_of(authority, iin=iin, bin=bin)
    finally:
        close_old_connections()
