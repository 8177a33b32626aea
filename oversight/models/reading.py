"""What the Committee leaves behind when it looks."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class CaseReading(models.Model):
    """An inspector read a case on a day; the row is what keeps the log to one entry a day."""

    case_id = models.UUIDField(_("case"), db_index=True)
    inspector = models.ForeignKey(User, models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("first time that day"), auto_now_add=True)

    class Meta:
        verbose_name = _("reading of a case")
        verbose_name_plural = _("readings of cases")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("case_id", "inspector", "day"), name="case_reading_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.day:%d.%m.%Y}"
