"""The draw of an auditor as data that anyone can check: which checkpoint, who took part, who won.

Nobody can choose the seed: it comes from the first checkpoint of the log that holds the event
which opened the case for assignment. Before that event the checkpoint did not exist; after it
there is no other to choose from.
"""

import json
from collections.abc import Mapping
from typing import Any

from audit import merkle, tiles
from audit.models import AuditEvent, LogCheckpoint, LogLeaf
from audit.notes import BadNoteError, Checkpoint, Note, NoteVerifier
from auditors.lottery import Draw, Entrant, LotteryError, draw

from .models import AssignmentDraw, ExpertiseRequest

SCHEMA = "ctkz.draw/1"
OPENING_EVENTS = ("request.accepted", "request.released")


def closing_checkpoint(request: ExpertiseRequest) -> LogCheckpoint | None:
    """The first checkpoint over the event that opened the case for assignment; it soon comes."""
    leaf = opening_leaf(request)
    if leaf is None:
        return None
    return LogCheckpoint.objects.filter(size__gt=leaf.index).order_by("number").first()


def opening_leaf(request: ExpertiseRequest) -> LogLeaf | None:
    """The last acceptance or release of the case, if the log has given it an index."""
    event = (
        AuditEvent.objects.of_case(request.case_id)
        .filter(event__in=OPENING_EVENTS, subject_id=str(request.pk))
        .first()
    )
    return LogLeaf.objects.filter(event=event).first() if event else None


def draw_record(row: AssignmentDraw) -> dict[str, Any]:
    """What the public gets. Auditors are named by attestation; reasons in groups, not in detail:
    whose relative works where is nobody's business but the organisation's and the Committee's."""
    checkpoint = LogCheckpoint.objects.get(size=row.checkpoint_size)
    opening = _opening_of(row, checkpoint)
    return {
        "schema": SCHEMA,
        "id": str(row.pk),
        "case": str(row.request.case_id),
        "request": row.request.number,
        "drawn_at": row.drawn_at.isoformat(timespec="seconds"),
        "checkpoint": {
            "size": row.checkpoint_size,
            "root": row.checkpoint_root,
            "note": checkpoint.note,
        },
        "opening": opening,
        "eligible": [
            {name: entry[name] for name in ("attestation", "open_requests", "weight")}
            for entry in row.eligible
        ],
        "left_out": [
            {"attestation": entry["attestation"], "reasons": entry["groups"]}
            for entry in row.left_out
            if entry["attestation"]
        ],
        "seed": row.seed,
        "drawn": _number_of(row),
    }


def _number_of(row: AssignmentDraw) -> str:
    """The attestation number of the one who was drawn."""
    numbers = {entry["auditor"]: entry["attestation"] for entry in row.eligible}
    return str(numbers[str(row.auditor_id)])


def _opening_of(row: AssignmentDraw, checkpoint: LogCheckpoint) -> dict[str, Any]:
    """The opening event as the log holds it, with the proof that the checkpoint covers it."""
    leaf = (
        LogLeaf.objects.filter(
            event__case_id=str(row.request.case_id),
            event__subject_id=str(row.request_id),
            event__event__in=OPENING_EVENTS,
            event__at__lte=row.drawn_at,
            index__lt=checkpoint.size,
        )
        .select_related("event")
        .latest("index")
    )
    proof = merkle.inclusion_proof(leaf.index, checkpoint.size, tiles.stored_node)
    return {
        "index": leaf.index,
        "body": bytes(leaf.event.body).decode(),
        "proof": [step.hex() for step in proof],
    }


def drawn_again(record: Mapping[str, Any]) -> Draw:
    return draw(
        root=bytes.fromhex(record["checkpoint"]["root"]),
        case=record["case"],
        entrants=[
            Entrant(entry["attestation"], entry["open_requests"]) for entry in record["eligible"]
        ],
    )


def problems_of(
    record: Mapping[str, Any], *, verifier: NoteVerifier, with_log: bool = True
) -> list[str]:
    """What does not fit in a draw, in plain sentences; nothing when it is as it should be.

    With the log of this portal at hand, the checkpoint must also be the one it holds and the
    first one that could have been used.
    """
    if record.get("schema") != SCHEMA:
        return [f"this is not a draw of the schema {SCHEMA}"]
    try:
        found = [*_of_the_seal(record, verifier), *_of_the_opening(record), *_of_the_draw(record)]
    except (KeyError, TypeError, ValueError) as error:
        return [f"the draw cannot be read: {error!r}"]
    return found + (_of_the_log(record) if with_log else [])


def _of_the_seal(record: Mapping[str, Any], verifier: NoteVerifier) -> list[str]:
    given = record["checkpoint"]
    try:
        note = Note.parse(given["note"])
        verifier.verify(note)
        signed = Checkpoint.parse(note.text)
    except BadNoteError as error:
        return [f"the checkpoint is not signed by the log: {error}"]
    if (signed.size, signed.root.hex()) != (given["size"], given["root"]):
        return ["size or root are not those of the signed checkpoint"]
    return []


def _of_the_opening(record: Mapping[str, Any]) -> list[str]:
    opening, checkpoint = record["opening"], record["checkpoint"]
    body = json.loads(opening["body"])
    if body["event"] not in OPENING_EVENTS or body["case"] != record["case"]:
        return ["the event did not open this case for assignment"]
    try:
        merkle.verify_inclusion(
            leaf=merkle.leaf_hash(opening["body"].encode()),
            index=opening["index"],
            size=checkpoint["size"],
            proof=[bytes.fromhex(step) for step in opening["proof"]],
            root=bytes.fromhex(checkpoint["root"]),
        )
    except merkle.ProofError as error:
        return [f"the checkpoint does not hold the event that opened the case: {error}"]
    return []


def _of_the_draw(record: Mapping[str, Any]) -> list[str]:
    try:
        again = drawn_again(record)
    except LotteryError as error:
        return [f"nobody can be drawn: {error}"]
    found = []
    if [ticket.as_dict() for ticket in again.tickets] != list(record["eligible"]):
        found.append("order or weights of the eligible are not those of their open requests")
    if again.seed.hex() != record["seed"]:
        found.append("checkpoint, case and list give another seed")
    if again.winner != record["drawn"]:
        found.append(f"drawn again it is {again.winner}, the draw says {record['drawn']}")
    return found


def _of_the_log(record: Mapping[str, Any]) -> list[str]:
    checkpoint = LogCheckpoint.objects.filter(size=record["checkpoint"]["size"]).first()
    if checkpoint is None or bytes(checkpoint.root).hex() != record["checkpoint"]["root"]:
        return ["the log holds no such checkpoint"]
    first = (
        LogCheckpoint.objects.filter(size__gt=record["opening"]["index"]).order_by("number").first()
    )
    if first != checkpoint:
        return ["this is not the first checkpoint after the case was opened"]
    return []
