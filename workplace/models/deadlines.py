"""What people were told of a deadline, so that nobody is told twice."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class DeadlineMark(models.Model):
    """One reminder, or one step up, for one day of one thing.

    A clock that was paused or moved has another day and gets marks for that one; those of the
    earlier day stay as history. `step` is the number of working days of the reminder before the
    day, or of the escalation after it.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("Reminder")
        PASSED = "passed", _("The term passed")
        ESCALATED = "escalated", _("Passed on to a higher level")

    id = models.BigAutoField(primary_key=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    due_on = models.DateField(_("due"))
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    step = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("mark of a deadline")
        verbose_name_plural = _("marks of deadlines")
        ordering = ("-at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("subject_type", "subject_id", "due_on", "kind", "step"),
                name="deadline_mark_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=("due_on",))]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.due_on:%d.%m.%Y} {self.kind}"
