"""Invitations: somebody may come and act for an organisation, if they have the letter."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.fields import BinIinField

from .people import Membership, Organisation, Role, User, agent_is_whole


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; the term may be over."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def open(self, *, at: datetime) -> Self:
        return self.waiting().filter(expires_at__gt=at)


class Invitation(models.Model):
    """A place in an organisation, offered to whoever reads the letter sent to `email`.

    The code stands in the letter alone; here is its digest. It works once. What is offered does
    not change afterwards: a wrong invitation is withdrawn and a new one written.
    """

    SUBJECT_TYPE = "invitation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    is_head = models.BooleanField(_("says who acts for the organisation"), default=False)
    agent = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("agent"),
    )
    mandate_number = models.CharField(
        _("number of the power of attorney"), max_length=60, blank=True
    )
    mandate_on = models.DateField(_("date of the power of attorney"), null=True, blank=True)
    valid_until = models.DateField(_("until"), null=True, blank=True)

    email = models.EmailField(_("e-mail"))
    full_name = models.CharField(_("full name"), max_length=200)
    # Known when the person asked for access, or proved it with a signature.
    iin = BinIinField(_("IIN"), blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=User._meta.get_field("language").choices
    )
    # Nobody invited the first head of an organisation: a signature for it did.
    invited_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("invited"), default=timezone.now)
    expires_at = models.DateTimeField(_("open until"))
    times_sent = models.PositiveIntegerField(default=1)
    code_sha256 = models.CharField(max_length=64, unique=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.OneToOneField(
        Membership, models.PROTECT, related_name="invitation", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=agent_is_whole(), name="invitation_agent_is_whole"),
            models.CheckConstraint(
                condition=Q(agent__isnull=True) | ~Q(agent=models.F("organisation")),
                name="invitation_agent_is_another",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(
                    accepted_at__isnull=False,
                    accepted_by__isnull=False,
                    withdrawn_at__isnull=True,
                ),
                name="invitation_accepted_by_somebody",
            ),
            models.UniqueConstraint(
                fields=("organisation", "email", "role"),
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_waiting_per_person",
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.full_name} · {self.capacity} · {self.organisation}"

    @property
    def capacity(self) -> str:
        if self.agent is None:
            return self.get_role_display()
        return str(_("agent: %(name)s") % {"name": self.agent.name})

    @property
    def is_over(self) -> bool:
        return timezone.now() >= self.expires_at

    def subject_ref(self) -> audit.SubjectRef:
        return audit.SubjectRef(type=self.SUBJECT_TYPE, id=str(self.pk), label=self.full_name)
