"""The whole portal on one machine, with one real application driven through its cycle."""

import json
import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from ctkz_portal import embedded, processes
from ctkz_portal.demo.background import prepare
from ctkz_portal.demo.driving import drive
from ctkz_portal.demo.people import PEOPLE, ensure_people
from ctkz_portal.demo.programs import api_key
from ctkz_portal.demo.witnessing import ensure_witness, watching
from ctkz_portal.embedded.process import free_port

PREPARATION = [
    "migrate",
    "load_reference",
    "load_rule_packs",
    "compile_catalogues",
    "build_fonts",
    "make_demo_seal",
    # The witness begins with the public key, and the first checkpoint may come after it.
    "make_log_keys",
    "eds_demo_authority --authority-only",
]


class Command(BaseCommand):
    help = "Start every part of the portal, drive one application to its certificate, stay up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="print one JSON line and end instead of staying up"
        )
        parser.add_argument("--port", type=int, default=8000, help="port of the web server")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with ExitStack() as stack:
                stack.enter_context(embedded.terminated_in_order())
                self.run(stack, once=options["once"], port=options["port"])
        except KeyboardInterrupt:
            self.say("Stopped.")
        except embedded.ServiceFailure as failure:
            raise CommandError(str(failure)) from failure

    def run(self, stack: ExitStack, *, once: bool, port: int) -> None:
        port = self.usable_port(port, once=once)
        base_url = f"http://127.0.0.1:{port}"
        stack.enter_context(self.only_one(settings.VAR_DIR, base_url))
        # Everything started from here prints this address into QR codes.
        os.environ["CTKZ_PUBLIC_URL"] = settings.CTKZ_PUBLIC_URL = base_url
        # A person may run the real NCALayer on its own port.
        signer_port = free_port()
        os.environ["CTKZ_NCALAYER_URL"] = f"ws://127.0.0.1:{signer_port}"
        self.prepare()
        var_dir = settings.VAR_DIR
        parts = [processes.web(var_dir, port=port), processes.worker(var_dir)]
        parts.append(processes.beat(var_dir))
        parts.append(processes.signer(var_dir, port=signer_port))
        with self.timed("web, worker, beat, signer"):
            stack.enter_context(processes.running(parts, embedded.current(), self.say))
        with self.timed("witness"):
            ensure_witness()
            watcher = processes.witness(var_dir, command=watching(f"{base_url}/log"))
            stack.enter_context(processes.running([watcher], None, self.say))
        with self.timed("organisations and cases"):
            prepare()
        result = drive(base_url)
        result["api_key"] = api_key(ensure_people().organisations["wood"])
        if once:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        self.greet(base_url, result)
        Event().wait()

    def usable_port(self, port: int, *, once: bool) -> int:
        if port == 0 or (once and not processes.port_is_free(port)):
            return free_port()
        if not processes.port_is_free(port):
            raise CommandError(
                f"Port {port} is used by another program. Choose another: "
                f"manage.py demo --port {port + 1}"
            )
        return port

    @contextmanager
    def only_one(self, var_dir: Path, base_url: str) -> Iterator[None]:
        state_path = var_dir / "demo.json"
        with embedded.lock_file(var_dir / "demo.lock") as owned:
            if not owned:
                state = json.loads(state_path.read_text()) if state_path.exists() else {}
                raise CommandError(
                    f"The demo is already running (pid {state.get('pid', '?')}, "
                    f"{state.get('address', 'starting')})."
                )
            state_path.write_text(json.dumps({"pid": os.getpid(), "address": base_url}))
            try:
                yield
            finally:
                state_path.unlink(missing_ok=True)

    def prepare(self) -> None:
        for command in PREPARATION:
            with self.timed(command):
                call_command(*command.split(), stdout=self.stderr, stderr=self.stderr, verbosity=0)
        # The processes started next must not share our connection.
        connections.close_all()

    def greet(self, base_url: str, result: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
        self.stdout.write(f"\nThe portal is at {base_url}\n\nSign in as any of these:")
        for person in PEOPLE:
            self.stdout.write(f"  {person.email:<26} {person.role.value}")
        self.stdout.write(f"Their password: {settings.CTKZ_DEMO_PASSWORD}\n\nA program asks:")
        self.stdout.write(
            f"  curl -H 'Authorization: Bearer {result['api_key']}' "
            f"{base_url}/api/v1/search/\n\nCtrl-C stops it.\n"
        )
        self.stdout.flush()

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.say(f"{step}: {time.monotonic() - began:.1f} s")

    def say(self, message: str) -> None:
        self.stderr.write(message, style_func=str)
        self.stderr.flush()
