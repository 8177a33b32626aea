"""Tables of the log. None is ever updated, save the end of a witness's term; only `AuditPending`
rows are ever deleted.

Triggers made by migrations `0002_append_only` and `0004_cosignatures_append_only` refuse
everything else.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.registry import event_kind, is_registered, subject_url


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def of_case(self, case: object) -> AuditEventQuerySet:
        """Everything about one case, newest first; no case, no events."""
        return self.filter(case_id=str(case)).order_by("-id") if case else self.none()

    def about(self, subject_type: str, subject_id: object) -> AuditEventQuerySet:
        """Everything about one thing, newest first."""
        return self.filter(subject_type=subject_type, subject_id=str(subject_id)).order_by("-id")


class AuditEvent(models.Model):
    """One thing that happened. `body` is the evidence; the other columns repeat it for queries."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("when"))
    event = models.TextField(_("event"))
    actor_id = models.TextField(_("actor"))
    actor_role = models.TextField(_("role"))
    organisation_id = models.TextField(_("organisation"), blank=True)
    actor_label = models.TextField(_("who"), blank=True)
    subject_type = models.TextField(_("kind of subject"))
    subject_id = models.TextField(_("subject"))
    subject_label = models.TextField(_("about"), blank=True)
    case_id = models.TextField(_("case"), blank=True)
    request_id = models.TextField(_("request"), blank=True)
    ip = models.TextField(_("address"), blank=True)
    # NULL once names were erased: the commitment in the body can then no longer be opened.
    salt = models.BinaryField(null=True)
    body = models.BinaryField()
    mac = models.BinaryField()

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        db_table = "audit_event"
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            # Every body holds a fresh commitment, so two equal seals mean a copied row.
            models.UniqueConstraint(fields=["mac"], name="audit_event_unique_mac"),
        ]
        indexes = [
            models.Index(fields=["case_id", "-id"], name="audit_event_case"),
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_event_subject"),
            models.Index(fields=["event", "-id"], name="audit_event_event"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_label}"

    @cached_property
    def facts(self) -> dict[str, Any]:
        return dict(json.loads(bytes(self.body))["facts"])

    def sentence(self) -> str:
        """What happened, in the active language; the bare name when nobody knows it any more."""
        if not is_registered(self.event):
            return self.event
        kind = event_kind(self.event)
        values = {name: _in_words(value) for name, value in self.facts.items()}
        values |= {"subject_label": self.subject_label, "actor_label": self.actor_label}
        try:
            values |= kind.in_words(self.facts) if kind.in_words else {}
            return str(kind.sentence) % values
        except (KeyError, ValueError, TypeError):
            # An event recorded before its sentence changed must not break the page.
            return self.event

    @property
    def url(self) -> str:
        """The subject's page, or nothing when it has none."""
        return subject_url(self.subject_type, self.subject_id, self.subject_label)


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_in_words(part) for part in value)
    return "" if value is None else str(value)


class AuditPending(models.Model):
    """An event not yet in the log; written with it, deleted when the sequencer gives an index.

    Polling for `id > last seen` would lose events that commit out of order; this row cannot.
    """

    event = models.OneToOneField(
        AuditEvent, on_delete=models.PROTECT, primary_key=True, related_name="pending"
    )

    class Meta:
        db_table = "audit_pending"

    def __str__(self) -> str:
        return str(self.event_id)


class LogLeaf(models.Model):
    """The event's place in the Merkle tree; indices run from 0 without a gap."""

    index = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="leaf")
    hash = models.BinaryField()

    class Meta:
        db_table = "log_leaf"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(index__gte=0), name="log_leaf_index_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return str(self.index)


class LogTile(models.Model):
    """A full tile of C2SP tlog-tiles: 256 hashes. Partial tiles are computed, never stored."""

    pk = models.CompositePrimaryKey("level", "n")
    level = models.SmallIntegerField()
    n = models.BigIntegerField()
    data = models.BinaryField()
    # Root of the 256 hashes: this tile's entry in the tile above.
    root = models.BinaryField()

    class Meta:
        db_table = "log_tile"

    def __str__(self) -> str:
        return f"{self.level}/{self.n}"


class LogCheckpoint(models.Model):
    """A published tree head: signed note of C2SP tlog-checkpoint; the last one is the head."""

    # Counted from 1 without a gap, so that a missing one shows.
    number = models.BigIntegerField(primary_key=True)
    size = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "log_checkpoint"

    def __str__(self) -> str:
        return f"{self.size}"


class Witness(models.Model):
    """Who cosigns the log's checkpoints, with a key the portal does not have.

    Its key is told to everyone who checks; it is replaced by ending its term and adding another.
    """

    name = models.TextField(_("name of the key"))
    public = models.BinaryField(unique=True)
    label = models.TextField(_("witness"))
    organisation = models.TextField(_("organisation"), blank=True)
    valid_from = models.DateTimeField(_("from"))
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        db_table = "log_witness"
        verbose_name = _("witness")
        verbose_name_plural = _("witnesses")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="log_witness_term",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Cosignature(models.Model):
    """A witness's word that at this time this checkpoint was the largest it saw, and continued
    all it saw before (C2SP cosignature/v1)."""

    checkpoint = models.ForeignKey(
        LogCheckpoint, on_delete=models.PROTECT, related_name="cosignatures"
    )
    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="cosignatures")
    # The signature line as it came, without its line break.
    line = models.TextField()
    timestamp = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "log_cosignature"
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "witness", "timestamp"], name="log_cosignature_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.witness_id}"
