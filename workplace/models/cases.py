"""Notes that the people of one organisation write to each other about a case."""

import uuid
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.models import Membership, Organisation, User
from documents.models import StoredFile
from workflow.freezing import frozen


class CaseNoteQuerySet(models.QuerySet["CaseNote"]):
    def of_house(self, actor: Membership | None) -> Self:
        """The notes of the actor's own organisation; nobody outside it learns that they exist.

        Who of the organisation may open the case is asked by the page of the case.
        """
        return self.none() if actor is None else self.filter(organisation=actor.organisation_id)


class CaseNote(models.Model):
    """Written once, never edited; its author may withdraw it on the day it was written.

    A withdrawn note stays in its place without its words, with who withdrew it and when.
    """

    SUBJECT_TYPE = "case_note"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_id = models.UUIDField(_("case"), db_index=True)
    # The number people knew the case by when the note was written.
    case_number = models.CharField(_("number of the case"), max_length=40, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="case_notes")
    author = models.ForeignKey(User, models.PROTECT, related_name="case_notes")
    at = models.DateTimeField(_("written"), default=timezone.now)
    text = models.TextField(_("note"))
    file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("file")
    )
    mentioned = models.ManyToManyField(
        User, through="CaseNoteMention", related_name="mentioned_in", verbose_name=_("mentioned")
    )
    # One form sent twice is one note.
    form_token = models.UUIDField(unique=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = CaseNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note to a case")
        verbose_name_plural = _("notes to cases")
        ordering = ("-at",)
        indexes: ClassVar = [models.Index(fields=("case_id", "organisation", "-at"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("at")),
                name="case_note_withdrawn_after_written",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "written_once",
                "case_id", "case_number", "organisation_id", "author_id", "at", "text", "file_id",
            ),
            frozen("withdrawn_once", "withdrawn_at", when="OLD.withdrawn_at IS NOT NULL"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.pk)

    def subject_ref(self) -> audit.SubjectRef:
        return audit.SubjectRef(type=self.SUBJECT_TYPE, id=str(self.pk), label=self.case_number)


class CaseNoteMention(models.Model):
    """A colleague whom a note calls."""

    note = models.ForeignKey(CaseNote, models.PROTECT, related_name="mentions")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("mention in a note")
        verbose_name_plural = _("mentions in notes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("note", "user"), name="case_note_mentions_once")
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.note_id} {self.user_id}"
