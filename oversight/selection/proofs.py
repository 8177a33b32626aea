"""The draw as data that anyone can check, and what does not fit in it.

`draw.json` proves itself: the commitment as the log holds it, with the path to the root that the
seed is made from. Its own digest entered the log at the draw.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from datetime import datetime, timedelta
from typing import Any

from audit import merkle
from audit.models import AuditEvent, LogCheckpoint, LogLeaf
from audit.notes import BadNoteError, Checkpoint, Note
from audit.proofs import inclusion
from documents.canonical import canonical_bytes, sha256_hex
from issuance.models import Certificate
from oversight.models import ControlPlan, DeskCheck, FrameEntry

from .draw import (
    LOTTERY,
    RISK,
    RULES_SHA256,
    SCHEMA,
    Draw,
    DrawError,
    Entry,
    Selected,
    draw,
    seed_of,
)
from .frame import Candidate, candidates, entries_of, frame_bytes

NAMED = 20
# An issue that was being completed while the frame was read could not be seen yet.
GRACE = timedelta(minutes=1)


def commitment_event(plan: ControlPlan) -> AuditEvent | None:
    return AuditEvent.objects.filter(pk=plan.committed_event or 0).first()


def closing_checkpoint(plan: ControlPlan) -> LogCheckpoint | None:
    """The first published state of the log that holds the commitment; it soon comes.

    Before the commitment it did not exist, afterwards there is no other to choose from.
    """
    leaf = LogLeaf.objects.filter(event=plan.committed_event).first()
    if leaf is None:
        return None
    return LogCheckpoint.objects.filter(size__gt=leaf.index).order_by("number").first()


def drawn_from(entries: Sequence[Entry], plan: ControlPlan, *, root: str) -> tuple[bytes, Draw]:
    """The seed and what the rules give with it."""
    seed = seed_of(
        plan=plan.number,
        frame_sha256=plan.frame_sha256,
        root=root,
        nonce=bytes(plan.nonce or b"").hex(),
    )
    drawn = draw(entries, seed=seed, by_risk=plan.by_risk, by_lottery=plan.by_lottery)
    return seed, drawn


def draw_bytes(
    plan: ControlPlan, entries: Sequence[Entry], drawn: Draw, *, seed: bytes, at: LogCheckpoint
) -> bytes:
    """The record whose digest is the draw's: the same bytes whenever it is made again."""
    leaf = LogLeaf.objects.select_related("event").get(event=plan.committed_event)
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "rules_sha256": RULES_SHA256,
        "plan": plan.number,
        "frame_sha256": plan.frame_sha256,
        "by_risk": plan.by_risk,
        "by_lottery": plan.by_lottery,
        "nonce": bytes(plan.nonce or b"").hex(),
        "nonce_sha256": plan.nonce_sha256,
        "commitment": {
            "index": leaf.index,
            "body": bytes(leaf.event.body).decode(),
            "proof": [step.hex() for step in inclusion(leaf.index, at.size)],
        },
        "checkpoint": {"size": at.size, "root": bytes(at.root).hex(), "note": at.note},
        "seed": seed.hex(),
        "strata": _strata(entries, drawn),
        "scores": [
            {"score": score, "certificates": count}
            for score, count in sorted(Counter(entry.score for entry in entries).items())
        ],
        "selected": [
            {
                "number": one.entry.number,
                "stratum": one.entry.stratum,
                "score": one.entry.score,
                "way": one.way,
            }
            for one in drawn.selected
        ],
    }
    return canonical_bytes(record)


def _strata(entries: Sequence[Entry], drawn: Draw) -> list[dict[str, Any]]:
    counted = Counter(entry.stratum for entry in entries)
    ways = Counter((one.entry.stratum, one.way) for one in drawn.selected)
    return [
        {
            "stratum": name,
            "certificates": counted[name],
            "by_risk": ways[name, RISK],
            "by_lottery": ways[name, LOTTERY],
        }
        for name in sorted(counted)
    ]


def selected_of(plan: ControlPlan) -> tuple[Selected, ...]:
    """The list of a drawn plan, drawn again."""
    checkpoint = LogCheckpoint.objects.get(size=plan.checkpoint_size or 0)
    return drawn_from(entries_of(plan), plan, root=bytes(checkpoint.root).hex())[1].selected


def published_frame(plan: ControlPlan) -> bytes:
    return frame_bytes(plan, entries_of(plan))


def published_draw(plan: ControlPlan) -> bytes:
    """The draw made again from the frame and the state of the log that it used."""
    entries = entries_of(plan)
    checkpoint = LogCheckpoint.objects.get(size=plan.checkpoint_size or 0)
    seed, drawn = drawn_from(entries, plan, root=bytes(checkpoint.root).hex())
    return draw_bytes(plan, entries, drawn, seed=seed, at=checkpoint)


def problems_of(plan: ControlPlan) -> list[str]:
    """What in the database does not fit the log, in plain sentences; nothing when all fits.

    Finds what the owner of the database moved with triggers switched off. Whether the log itself
    holds is asked from `verify_log`.
    """
    event = commitment_event(plan)
    if event is None:
        return ["the log has no commitment of this plan"]
    facts = json.loads(bytes(event.body))["facts"]
    found = [*_of_the_commitment(plan, facts), *_of_the_register(plan, before=event.at)]
    if plan.status in ("drawn", "closed"):
        found += _of_the_draw(plan, event)
    return found


def _of_the_commitment(plan: ControlPlan, facts: dict[str, Any]) -> Iterator[str]:
    for name in ("number", "by_risk", "by_lottery", "risk_versions", "nonce_sha256"):
        if getattr(plan, name) != facts[name]:
            yield f"{name} is {getattr(plan, name)!r}, the log says {facts[name]!r}"
    if facts["rules_sha256"] != RULES_SHA256:
        yield "the plan was committed under other rules of the draw than these"
    if hashlib.sha256(bytes(plan.nonce or b"")).hexdigest() != facts["nonce_sha256"]:
        yield "the secret is not the one that was committed"
    entries = entries_of(plan)
    if len(entries) != facts["frame_size"]:
        yield f"the frame has {len(entries)} certificates, {facts['frame_size']} were committed"
    digest = sha256_hex(frame_bytes(plan, entries))
    if digest != facts["frame_sha256"]:
        yield f"the frame has the digest {digest}, {facts['frame_sha256']} was committed"


def _of_the_register(plan: ControlPlan, *, before: datetime) -> Iterator[str]:
    """Names what was moved, as far as the register still knows where it belongs."""
    today = candidates(
        issued_from=plan.issued_from, issued_until=plan.issued_until, strata=plan.strata
    )
    strata = {one.number: one.stratum for one in today}
    rows = FrameEntry.objects.filter(plan=plan)
    frozen = dict(rows.values_list("number", "stratum"))
    yield from _named(
        "in the frame, but not issued in its period", sorted(frozen.keys() - strata.keys())
    )
    yield from _named(
        "issued in the period, but not in the frame", _left_out(today, frozen.keys(), before=before)
    )
    moved = [number for number, name in frozen.items() if strata.get(number, name) != name]
    yield from _named("in another stratum than the register says", sorted(moved))


def _left_out(today: list[Candidate], frozen: Set[str], *, before: datetime) -> list[str]:
    """Certificates issued after the commitment, on its last day, could not take part."""
    missing = {one.certificate_id: one.number for one in today if one.number not in frozen}
    in_time = Certificate.objects.filter(pk__in=missing, issued_at__lt=before - GRACE)
    return sorted(missing[pk] for pk in in_time.values_list("pk", flat=True))


def _named(what: str, numbers: list[str]) -> Iterator[str]:
    if numbers:
        more = f" and {len(numbers) - NAMED} more" if len(numbers) > NAMED else ""
        yield f"{what}: {', '.join(numbers[:NAMED])}{more}"


def _of_the_draw(plan: ControlPlan, event: AuditEvent) -> Iterator[str]:
    told = AuditEvent.objects.filter(
        event="control_plan.drawn", subject_type=plan.SUBJECT_TYPE, subject_id=str(plan.pk)
    )
    if len(told) != 1:
        yield f"the log tells of {len(told)} draws of this plan"
        return
    facts = json.loads(bytes(told[0].body))["facts"]
    first = closing_checkpoint(plan)
    if first is None or first.size != facts["checkpoint_size"]:
        yield "the draw did not use the first state of the log after the commitment"
        return
    yield from _of_the_checkpoint(plan, event, first, root=facts["root"])
    try:
        content = published_draw(plan)
    except (DrawError, LogCheckpoint.DoesNotExist) as error:
        yield f"the draw cannot be made again: {error}"
        return
    record = json.loads(content)
    if record["seed"] != plan.seed:
        yield "the stored seed is not the one that commitment and log give"
    if not sha256_hex(content) == plan.draw_sha256 == facts["draw_sha256"]:
        yield (
            f"drawn again the digest is {sha256_hex(content)}, stored is {plan.draw_sha256}, "
            f"the log says {facts['draw_sha256']}"
        )
    yield from _of_the_checks(plan, record["selected"])


def _of_the_checkpoint(
    plan: ControlPlan, event: AuditEvent, at: LogCheckpoint, *, root: str
) -> Iterator[str]:
    try:
        signed = Checkpoint.parse(Note.parse(plan.checkpoint).text)
    except BadNoteError as error:
        yield f"the stored state of the log cannot be read: {error}"
        return
    if (signed.size, signed.root.hex()) != (at.size, root) or bytes(at.root).hex() != root:
        yield "the stored state of the log is not the one of the draw"
        return
    leaf = LogLeaf.objects.get(event=event)
    try:
        merkle.verify_inclusion(
            leaf=merkle.leaf_hash(bytes(event.body)),
            index=leaf.index,
            size=at.size,
            proof=inclusion(leaf.index, at.size),
            root=bytes(at.root),
        )
    except merkle.ProofError as error:
        yield f"the commitment is not in the state of the log that was drawn from: {error}"


def _of_the_checks(plan: ControlPlan, selected: list[dict[str, Any]]) -> Iterator[str]:
    wanted = {one["number"]: (one["way"], one["score"]) for one in selected}
    checks = DeskCheck.objects.filter(plan=plan)
    opened = {
        number: (way, score)
        for number, way, score in checks.values_list("certificate__number", "way", "score")
    }
    yield from _named("drawn, but not checked", sorted(wanted.keys() - opened.keys()))
    yield from _named("checked, but not drawn", sorted(opened.keys() - wanted.keys()))
    both = wanted.keys() & opened.keys()
    changed = sorted(number for number in both if wanted[number] != opened[number])
    yield from _named("checked another way than drawn", changed)
