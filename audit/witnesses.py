"""Witnesses: whoever keeps the last checkpoint elsewhere and cosigns only what continues it.

With the signing key alone nobody can show one history to the public and another to a witness
unseen (C2SP tlog-cosignature). The portal stores what it is sent, after checking it, and serves
it with the checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.errors import CosignatureRefusedError, WitnessRefusedError
from audit.log import record
from audit.models import Cosignature, LogCheckpoint, Witness
from audit.notes import BadNoteError, Checkpoint, Note, SignatureLine, WitnessVerifier
from audit.refs import SYSTEM, SubjectRef

# A clock may be wrong by so much.
CLOCK_SKEW = timedelta(minutes=5)
# A newer cosignature of the same checkpoint is kept only when it says something new.
RENEWED_AFTER = timedelta(hours=1)
LATE_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a witness sent; `is_new` is False when it was here already."""

    checkpoint: LogCheckpoint
    witness: Witness
    is_new: bool


@transaction.atomic
def add_witness(
    *, key: str, label: str, organisation: str = "", valid_until: datetime | None = None
) -> Witness:
    """Make a witness known by its public key line; its key may stand under one name only."""
    try:
        verifier = WitnessVerifier.parse(key.strip())
    except BadNoteError as error:
        raise WitnessRefusedError(str(error)) from error
    if Witness.objects.filter(public=verifier.public).exists():
        raise WitnessRefusedError("this key is known already")
    witness = Witness.objects.create(
        name=verifier.name,
        public=verifier.public,
        label=label,
        organisation=organisation,
        valid_from=timezone.now(),
        valid_until=valid_until,
    )
    record("witness.added", actor=SYSTEM, subject=_subject(witness), key=verifier.encoded())
    return witness


@transaction.atomic
def end_witness(*, name: str) -> Witness:
    """End the term of the witness of this name; what it cosigned stays."""
    now = timezone.now()
    witness = in_force(now).filter(name=name).select_for_update().first()
    if witness is None:
        raise WitnessRefusedError(f"there is no witness {name!r} in force")
    witness.valid_until = now
    witness.save(update_fields=["valid_until"])
    record("witness.ended", actor=SYSTEM, subject=_subject(witness), key=key_of(witness).encoded())
    return witness


def in_force(at: datetime) -> QuerySet[Witness]:
    return Witness.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at), valid_from__lte=at
    ).order_by("name", "pk")


def key_of(witness: Witness) -> WitnessVerifier:
    return WitnessVerifier(name=witness.name, public=bytes(witness.public))


def accept_cosignature(encoded: str) -> Accepted:
    """Keep one witness's cosignature of a published checkpoint; the same once more changes nothing.

    Raises CosignatureRefusedError with the HTTP status that says what kind of refusal it is.
    """
    try:
        note = Note.parse(encoded)
        claimed = Checkpoint.parse(note.text)
    except BadNoteError as error:
        raise CosignatureRefusedError(
            400, _("This is not a cosigned checkpoint: %(problem)s.") % {"problem": error}
        ) from error
    checkpoint = LogCheckpoint.objects.filter(size=claimed.size).first()
    if checkpoint is None:
        raise CosignatureRefusedError(
            404, _("No checkpoint of %(size)s entries was published.") % {"size": claimed.size}
        )
    if Note.parse(checkpoint.note).text != note.text:
        raise CosignatureRefusedError(
            409, _("The checkpoint published for this size says something else.")
        )
    witness, line = _known_witness(note)
    at = _time_of(checkpoint, witness, note, line)
    return _keep(checkpoint, witness, line, at)


def _known_witness(note: Note) -> tuple[Witness, SignatureLine]:
    for witness in in_force(timezone.now()):
        lines = key_of(witness).lines(note)
        if len(lines) > 1:
            raise CosignatureRefusedError(400, _("One cosignature at a time."))
        if lines:
            return witness, lines[0]
    raise CosignatureRefusedError(403, _("None of the signatures is of a witness known here."))


def _time_of(
    checkpoint: LogCheckpoint, witness: Witness, note: Note, line: SignatureLine
) -> datetime:
    try:
        seconds = key_of(witness).verify(note.text, line)
    except BadNoteError as error:
        raise CosignatureRefusedError(422, _("The cosignature does not hold.")) from error
    latest = timezone.now() + CLOCK_SKEW
    earliest = checkpoint.at - CLOCK_SKEW
    if not earliest.timestamp() <= seconds <= latest.timestamp():
        raise CosignatureRefusedError(
            422, _("The time of the cosignature is before the checkpoint or in the future.")
        )
    return datetime.fromtimestamp(seconds, UTC)


def _keep(
    checkpoint: LogCheckpoint, witness: Witness, line: SignatureLine, at: datetime
) -> Accepted:
    earlier = checkpoint.cosignatures.filter(witness=witness)
    if earlier.filter(timestamp__gt=at - RENEWED_AFTER).exists():
        return Accepted(checkpoint, witness, is_new=False)
    _kept, is_new = Cosignature.objects.get_or_create(
        checkpoint=checkpoint,
        witness=witness,
        timestamp=at,
        defaults={"line": line.text().rstrip("\n"), "received_at": timezone.now()},
    )
    return Accepted(checkpoint, witness, is_new=is_new)


def with_cosignatures(checkpoints: QuerySet[LogCheckpoint]) -> QuerySet[LogCheckpoint]:
    """Checkpoints ready for `served_note`, two queries however many they are."""
    lines = Cosignature.objects.order_by("witness_id", "timestamp")
    return checkpoints.prefetch_related(Prefetch("cosignatures", lines))


def served_note(checkpoint: LogCheckpoint) -> str:
    """The signed note with the last cosignature of each witness."""
    lines = {one.witness_id: one.line for one in checkpoint.cosignatures.all()}
    return checkpoint.note + "".join(f"{line}\n" for line in lines.values())


def witnessed(checkpoints: QuerySet[LogCheckpoint]) -> QuerySet[LogCheckpoint]:
    """Those that a witness has cosigned."""
    return checkpoints.filter(Exists(Cosignature.objects.filter(checkpoint=OuterRef("pk"))))


def last_cosigned_at() -> datetime | None:
    last: datetime | None = Cosignature.objects.aggregate(last=Max("timestamp"))["last"]
    return last


def witnesses_are_late() -> bool:
    """Whether no witness has spoken for a day: nobody outside then holds the log to its word."""
    last = last_cosigned_at()
    return last is None or timezone.now() - last > LATE_AFTER


def examine_cosignature(note: Note, stored: Cosignature) -> str:
    """What does not fit about a stored cosignature, or nothing."""
    try:
        line = Note.parse(f"{note.text}\n{stored.line}\n").signatures[0]
        at = key_of(stored.witness).verify(note.text, line)
    except BadNoteError as error:
        return str(error)
    if key_of(stored.witness).lines(Note(note.text, (line,))) != [line]:
        return f"its line is not of the witness {stored.witness.name}"
    if stored.timestamp.timestamp() != at:
        return "its time is not the one that was signed"
    return ""


def _subject(witness: Witness) -> SubjectRef:
    return SubjectRef("witness", str(witness.pk), witness.label)
