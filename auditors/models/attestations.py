"""The register of expert-auditors: who is attested, under which number and until when."""

import uuid
from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, Role, User


class AttestationQuerySet(models.QuerySet["Attestation"]):
    def in_force(self, *, on: date) -> Self:
        return self.filter(valid_from__lte=on, valid_until__gte=on)


class Attestation(models.Model):
    """The Committee's attestation of a person as expert-auditor, for a term.

    An extension is a new row with its own dates; acts point at the row that was in force
    when they were signed, so rows are never changed or deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User, models.PROTECT, related_name="attestations", verbose_name=_("auditor")
    )
    number = models.CharField(_("attestation number"), max_length=40)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"))

    objects = AttestationQuerySet.as_manager()

    class Meta:
        verbose_name = _("attestation")
        verbose_name_plural = _("attestations")
        ordering = ("-valid_from",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("valid_from")),
                name="attestation_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=("number", "valid_from"), name="attestation_number_unique"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.number


def attestation_in_force(user: User, *, on: date) -> Attestation | None:
    return Attestation.objects.in_force(on=on).filter(user=user).first()


def attested_auditors(organisation: Organisation, *, on: date) -> models.QuerySet[Membership]:
    """The organisation's auditors whose attestation is in force on that day."""
    return (
        Membership.objects.in_force(on=on)
        .filter(
            organisation=organisation,
            role=Role.AUDITOR,
            user__attestations__in=Attestation.objects.in_force(on=on),
        )
        .select_related("user")
        .order_by("user__full_name")
        .distinct()
    )
