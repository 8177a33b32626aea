"""What an auditor declares about own interests; conflicts are looked for in it."""

import uuid
from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from auditors.declared import Interest
from workflow.freezing import frozen


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def standing(self) -> Self:
        """Not withdrawn; an interest of the past stands too, with its dates."""
        return self.filter(withdrawn_at__isnull=True)

    def in_force(self, *, on: date) -> Self:
        return self.standing().filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on
        )


class Declaration(models.Model):
    """One declared interest: a relative, a share in a company, a job, an address, an account.

    `identifier` is stored as `declared.normalise_interest` writes it. Rows are added; the only
    later change is that the auditor withdraws one, once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User, models.PROTECT, related_name="declarations", verbose_name=_("auditor")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Interest)
    identifier = models.CharField(_("BIN, IIN or text"), max_length=400)
    name = models.CharField(_("name"), max_length=400, blank=True)
    valid_from = models.DateField(_("since"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    declared_at = models.DateTimeField(_("declared"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration of an interest")
        verbose_name_plural = _("declarations of interests")
        ordering = ("-declared_at",)
        indexes: ClassVar = [models.Index(fields=("kind", "identifier"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=Interest.values), name="declaration_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="declaration_dates_in_order",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "declared_is_frozen",
                "user_id", "kind", "identifier", "name", "valid_from", "valid_until",
                "declared_at",
            ),
            frozen("withdrawn_once", "withdrawn_at", when="OLD.withdrawn_at IS NOT NULL"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name or self.identifier}"
