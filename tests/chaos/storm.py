"""The storm itself: approvals go on while parts of the portal are shot, then all is counted."""

import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import django

django.setup()

from django.conf import settings  # noqa: E402  after the settings are read
from django.core.management import call_command  # noqa: E402
from django.db import InterfaceError, OperationalError, connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Membership, Role  # noqa: E402
from audit.models import AuditPending  # noqa: E402
from ctkz_portal import processes  # noqa: E402
from ctkz_portal.embedded.process import Server  # noqa: E402
from issuance import services  # noqa: E402
from issuance.models import Application, Certificate  # noqa: E402
from notices import following  # noqa: E402
from outbox.models import OutboxItem  # noqa: E402
from oversight.tailing import Tail  # noqa: E402
from tests import scenarios  # noqa: E402
from tests.chaos.counting import faults  # noqa: E402
from tests.workers import Worker  # noqa: E402

# What is shot, and how often against the others.
TARGETS = {"worker": 6, "broker": 2, "database": 1, "beat": 1}
PAUSE_SECONDS = (0.5, 2.5)
APPROVERS = 2
DRAIN_SECONDS = 600
GONE = (OperationalError, InterfaceError)


@dataclass(frozen=True)
class Plan:
    """How much work, how many hands, and at least how many killings."""

    certificates: int
    workers: int
    kills: int
    seed: int | None = None


@dataclass
class Figures:
    """What was done and what was found; `faults` is empty when nothing was lost or doubled."""

    certificates: int
    seed: int
    killed: Counter[str] = field(default_factory=Counter)
    errors_seen: int = 0
    storm_seconds: float = 0
    drain_seconds: float = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.faults

    def as_json(self) -> str:
        return json.dumps({**self.__dict__, "sound": self.is_sound}, ensure_ascii=False) + "\n"

    def as_table(self) -> str:
        shot = ", ".join(f"{count} × {name}" for name, count in sorted(self.killed.items()))
        rows = [
            ("certificates approved", str(self.certificates)),
            ("killed with SIGKILL", f"{self.killed.total()}: {shot}"),
            ("errors that a person saw", str(self.errors_seen)),
            ("the storm lasted", f"{self.storm_seconds:.0f} s"),
            ("all issued after it within", f"{self.drain_seconds:.0f} s"),
            ("lost, doubled, left in between", "; ".join(self.faults) or "nothing"),
            ("seed", str(self.seed)),
        ]
        width = max(len(name) for name, _value in rows)
        return "".join(f"{name:<{width}}  {value}\n" for name, value in rows)


def storm(plan: Plan, *, database: Server, broker: Server) -> Figures:
    seed = plan.seed if plan.seed is not None else random.SystemRandom().randrange(2**32)
    figures = Figures(certificates=plan.certificates, seed=seed)
    chance = random.Random(seed)
    signatory = _prepare(plan.certificates)
    beat = processes.beat(Path(settings.VAR_DIR))
    beat.start()
    hands = [_worker(number) for number in range(plan.workers)]
    waiting: Queue[Application] = Queue()
    for application in Application.objects.filter(status="recommended").order_by("number"):
        waiting.put(application)
    approvers = [
        Thread(target=_approve, args=(waiting, signatory, figures)) for _ in range(APPROVERS)
    ]
    began = time.monotonic()
    try:
        for approver in approvers:
            approver.start()
        while figures.killed.total() < plan.kills or any(one.is_alive() for one in approvers):
            time.sleep(chance.uniform(*PAUSE_SECONDS))
            target = chance.choices(list(TARGETS), list(TARGETS.values()))[0]
            figures.killed[target] += 1
            match target:
                case "worker":
                    place = chance.randrange(len(hands))
                    hands[place].kill()
                    hands[place] = _worker(place)
                case "beat":
                    _again(beat)
                case "broker":
                    _again(broker)
                case "database":
                    _again(database)
        figures.storm_seconds = round(time.monotonic() - began, 1)
        figures.drain_seconds = _drain()
    finally:
        for hand in hands:
            hand.kill()
        beat.kill()
    call_command("sequence_log", stdout=StringIO())
    figures.faults += faults(plan.certificates)
    connection.close()
    return figures


def _prepare(count: int) -> Membership:
    """Reviewed applications, and who may decide them; the acts' papers are not waited for."""
    call_command("migrate", verbosity=0)
    for command in ("load_reference", "load_rule_packs"):
        call_command(command, stdout=StringIO())
    scenarios.a_seal()
    applications = [scenarios.an_application("recommended") for _number in range(count)]
    OutboxItem.objects.update(done_at=timezone.now())
    return scenarios.staff_of(applications[0], Role.CHAMBER_SIGNATORY)


def _worker(number: int) -> Worker:
    return Worker(log_path=Path(settings.VAR_DIR) / f"worker-{number}.log")


def _again(server: Server) -> None:
    server.kill()
    server.start()


def _approve(waiting: "Queue[Application]", signatory: Membership, figures: Figures) -> None:
    """One signatory at work: an error on the screen is tried again, as a person would."""
    while True:
        try:
            application = waiting.get_nowait()
        except Empty:
            connection.close()
            return
        while not _is_approved(application, signatory, figures):
            figures.errors_seen += 1
            connection.close()
            time.sleep(0.5)


def _is_approved(application: Application, signatory: Membership, figures: Figures) -> bool:
    try:
        fresh = Application.objects.get(pk=application.pk)
        if fresh.status == "approved":
            return True
        services.approve_application(application=fresh, actor=signatory)
    except GONE:
        return False
    except Exception as fault:
        figures.faults.append(f"{application.number}: {type(fault).__name__}: {fault}")
    return True


def _drain() -> float:
    """Seconds until nothing waits any more."""
    began = time.monotonic()
    while time.monotonic() < began + DRAIN_SECONDS:
        try:
            if _is_quiet():
                break
        except GONE:
            connection.close()
        time.sleep(0.5)
    return round(time.monotonic() - began, 1)


def _is_quiet() -> bool:
    """Nothing is open, and nothing in the log is still to be told, which would open letters."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # One moment for all four: between two looks work would pass from one to the other.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return not (
            OutboxItem.objects.unfinished().exists()
            or Certificate.objects.filter(status="issuing").exists()
            or AuditPending.objects.exists()
            or Tail(following.NAME).behind()
        )
