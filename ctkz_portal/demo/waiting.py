"""Waiting for the workers: documents, certificates, and the proof that the log holds them."""

import time
from collections.abc import Callable, Sequence

from audit.models import LogLeaf
from audit.proofs import last_witnessed_checkpoint
from expertise.models import Act
from issuance.models import Certificate
from oversight.models import ControlPlan
from registry.evidence import log_entry

# A hundred lines make an act of thirty pages, and other acts may wait before it.
PATIENCE = 300.0
PAUSE = 0.1

Wait = Callable[[Sequence[Certificate]], None]
WaitForDraw = Callable[[ControlPlan], None]


def until_rendered(act: Act) -> None:
    """The chamber decides with the sealed act at hand, as anyone would."""

    def is_rendered() -> bool:
        act.refresh_from_db(fields=["document"])
        return act.document_id is not None

    _until(is_rendered, f"act {act.number} has no PDF")


def until_issued(certificates: Sequence[Certificate]) -> None:
    """Each has its sealed document; one whose issue stopped ends the demo with the reason."""
    for certificate in certificates:

        def is_issued(certificate: Certificate = certificate) -> bool:
            certificate.refresh_from_db()
            if certificate.status == "issue_failed":
                raise RuntimeError(f"The issue stopped: {certificate.failure}")
            return certificate.issued_at is not None

        _until(is_issued, f"{certificate.number} is not issued")


def until_drawn(plan: ControlPlan) -> None:
    """The workers draw it as soon as a checkpoint covers the commitment."""

    def is_drawn() -> bool:
        plan.refresh_from_db()
        return plan.status == "drawn" and plan.checks.count() == plan.by_risk + plan.by_lottery

    _until(is_drawn, f"plan {plan.number} is not drawn")


def until_witnessed(certificate: Certificate) -> None:
    """A checkpoint that a witness cosigned covers the entry of the issue."""

    def is_witnessed() -> bool:
        entry = log_entry(certificate)
        leaf = LogLeaf.objects.filter(event=entry).first() if entry else None
        checkpoint = last_witnessed_checkpoint()
        return leaf is not None and checkpoint is not None and checkpoint.size > leaf.index

    _until(is_witnessed, f"no witness confirmed the entry of {certificate.number}")


def _until(condition: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"After {PATIENCE:.0f} seconds {complaint}")
        time.sleep(PAUSE)
