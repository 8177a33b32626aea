"""What the form said each time it left the applicant's hands."""

from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User

from .requests import ExpertiseRequest, RequestQuestion


class FormVersionQuerySet(models.QuerySet["FormVersion"]):
    def visible_to(self, actor: Membership | None) -> Self:
        """Seen by whoever sees the request: it says nothing that the request did not."""
        return self.filter(request__in=ExpertiseRequest.objects.visible_to(actor))


class FormVersion(models.Model):
    """The canonical record of a request as it was submitted, answered or opened for correction.

    `record` holds the RFC 8785 bytes of what the applicant declared: papers that the expert side
    put with the case are not part of the form. Rows are added and never changed.
    """

    class Reason(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        ANSWERED = "answered", _("After an answer")
        CORRECTED = "corrected", _("Opened for correction")

    request = models.ForeignKey(ExpertiseRequest, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    reason = models.CharField(_("why"), max_length=10, choices=Reason.choices)
    # The answer with which the form changed.
    question = models.OneToOneField(
        RequestQuestion, models.PROTECT, related_name="version", null=True, blank=True
    )
    record = models.BinaryField(editable=False)
    record_sha256 = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = FormVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a form")
        verbose_name_plural = _("versions of forms")
        ordering = ("request", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("request", "number"), name="form_version_counted_once"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.request_id} v{self.number}"

    @property
    def record_bytes(self) -> bytes:
        """The driver returns a `memoryview`; digests and comparisons need bytes."""
        value: Any = self.record
        return bytes(value)
