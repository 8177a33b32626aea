"""Where an inspector serves: the department whose region the person may act in."""

from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reference.models import Department


class PostingQuerySet(models.QuerySet["Posting"]):
    def in_force(self, *, on: date) -> Self:
        return self.filter(Q(until__isnull=True) | Q(until__gte=on), since__lte=on)


class Posting(models.Model):
    """A person of the Committee serves in a department between two days.

    Without a posting a person of the Committee serves in the central office, which acts
    everywhere; with one, the person acts in that region alone.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="postings")
    department = models.ForeignKey(Department, models.PROTECT, related_name="postings")
    since = models.DateField(_("from"))
    until = models.DateField(_("until, inclusive"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ("-since",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="posting_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=("user",), condition=Q(until__isnull=True), name="posting_one_open"
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user_id} {self.department_id}"
