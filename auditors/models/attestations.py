"""Attestations given, and who is attested on a day."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, Role, User
from auditors.scope import CHAPTERS, Kind, Language, codes_out_of_scope, every_kind, every_language

from .cases import AttestationCase, Suspension


class AttestationQuerySet(models.QuerySet["Attestation"]):
    def in_force(self, *, on: date) -> Self:
        """Within their dates, not suspended and not revoked on that day.

        Dates alone decide, so a decision of today counts at once and the past stays as it was,
        whatever the status of the case says now.
        """
        suspended = Suspension.objects.in_force(on=on).filter(case__user=OuterRef("user"))
        # The person is suspended or revoked, with whatever attestation was given before; one
        # given after a revocation stands on its own.
        revoked = AttestationCase.objects.revoked(on=on).filter(
            user=OuterRef("user"), revoked_on__gte=OuterRef("valid_from")
        )
        return self.filter(
            ~Exists(suspended), ~Exists(revoked), valid_from__lte=on, valid_until__gte=on
        )


class Attestation(models.Model):
    """The Committee's attestation of a person as expert-auditor, for a term and a scope.

    An extension is a new row with its own dates; acts point at the row that was in force
    when they were signed, so rows are never changed or deleted. A row without a case comes
    from the time before attestations were decided in the portal.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(
        AttestationCase, models.PROTECT, related_name="attestations", null=True, blank=True
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="attestations", verbose_name=_("auditor")
    )
    number = models.CharField(_("attestation number"), max_length=40)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"))
    kinds = ArrayField(
        models.CharField(max_length=10, choices=Kind), verbose_name=_("kinds"), default=every_kind
    )
    chapters = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("commodity groups"),
        default=list,
        blank=True,
        help_text=_("none means all"),
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language),
        verbose_name=_("languages"),
        default=every_language,
    )
    region = models.CharField(_("region"), max_length=2, blank=True)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("prepared by")
    )
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )

    objects = AttestationQuerySet.as_manager()

    class Meta:
        verbose_name = _("attestation")
        verbose_name_plural = _("attestations")
        ordering = ("-valid_from",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")),
                name="attestation_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=("number", "valid_from"), name="attestation_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=Kind.values)
                & Q(chapters__contained_by=list(CHAPTERS))
                & Q(languages__contained_by=Language.values),
                name="attestation_scope_known",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=True)
                | Q(proposed_by__isnull=False, decided_by__isnull=False)
                & ~Q(decided_by=F("proposed_by"))
                & ~Q(decided_by=F("user"))
                & ~Q(proposed_by=F("user")),
                name="attestation_decided_by_a_second_person",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.number


def attestation_in_force(user: User, *, on: date) -> Attestation | None:
    """The attestation that the person may sign under on that day."""
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


def in_scope(attestation: Attestation, *, kind: str, hs_codes: Iterable[str]) -> list[str]:
    """The codes that the attestation does not cover; an empty list when it covers all."""
    return codes_out_of_scope(
        kinds=attestation.kinds, chapters=attestation.chapters, kind=kind, hs_codes=hs_codes
    )
