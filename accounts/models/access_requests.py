"""Requests of people who want to act for an organisation and were not invited."""

import uuid
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.fields import BinIinField

from .invitations import Invitation
from .people import Membership, Organisation, User


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def waiting(self) -> Self:
        return self.filter(decided_at=None)

    def to(self, organisation: Organisation) -> Self:
        return self.filter(bin=organisation.bin)


class AccessRequest(models.Model):
    """What a stranger asks for and the answer of a head.

    The organisation is kept as it was typed: whether the portal knows it is told to nobody. A
    granted request ends in an invitation, so that the e-mail is proved before anything is given.
    """

    SUBJECT_TYPE = "access_request"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bin = BinIinField(_("BIN / IIN of the organisation"))
    full_name = models.CharField(_("full name"), max_length=200)
    iin = BinIinField(_("IIN"), only="iin")
    email = models.EmailField(_("e-mail"))
    language = models.CharField(
        _("language"), max_length=2, choices=User._meta.get_field("language").choices
    )
    purpose = models.CharField(_("what for"), max_length=1000)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", null=True, blank=True
    )
    invitation = models.OneToOneField(
        Invitation, models.PROTECT, related_name="access_request", null=True, blank=True
    )
    reason = models.CharField(_("reason of the refusal"), max_length=1000, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("access request")
        verbose_name_plural = _("access requests")
        ordering = ("created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, invitation=None, reason="")
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False)
                    & (
                        Q(invitation__isnull=False, reason="")
                        | (Q(invitation=None) & ~Q(reason=""))
                    )
                ),
                name="access_request_granted_or_refused",
            ),
            models.UniqueConstraint(
                fields=("bin", "email"),
                condition=Q(decided_at__isnull=True),
                name="access_request_one_waiting_per_person",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("bin", "created_at"))]
        triggers: ClassVar = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.full_name} → {self.bin}"

    def subject_ref(self) -> audit.SubjectRef:
        return audit.SubjectRef(type=self.SUBJECT_TYPE, id=str(self.pk), label=self.full_name)
