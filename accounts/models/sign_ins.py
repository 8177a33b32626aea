"""Every time a person came in: when, from where, by which way, and how it ended."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User


class Way(models.TextChoices):
    PASSWORD = "password", _("password")
    SIGNATURE = "signature", _("electronic signature")


class SecondFactor(models.TextChoices):
    """What proved the person beside the password.

    An electronic signature is two factors in one: the key, which only its holder has, and the
    password of the key. `SIGNATURE` therefore counts like the others.
    """

    NONE = "none", _("none")
    TOTP = "totp", _("code of the application")
    RECOVERY = "recovery", _("recovery code")
    WEBAUTHN = "webauthn", _("security key")
    SIGNATURE = "signature", _("electronic signature")


class SignInQuerySet(models.QuerySet["SignIn"]):
    def open(self, *, at: datetime) -> Self:
        """Somebody may still be working in these."""
        return self.filter(ended_at__isnull=True, open_until__gt=at)


class SignIn(models.Model):
    """One session of a person, kept for that person to look at; legal proof is the log.

    The session is named by a digest: whoever reads this table cannot take a session over.
    """

    class End(models.TextChoices):
        LEFT = "left", _("signed out")
        ENDED = "ended", _("ended from another device")
        PASSWORD = "password", _("the password was changed")
        FACTOR = "factor", _("the second factor was changed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField(_("when"), default=timezone.now)
    ip = models.GenericIPAddressField(_("address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=400, blank=True)
    # SHA-256 of the secret in the device's cookie.
    device = models.CharField(max_length=64)
    way = models.CharField(_("way"), max_length=10, choices=Way.choices)
    second_factor = models.CharField(
        _("second factor"), max_length=10, choices=SecondFactor.choices, default=SecondFactor.NONE
    )
    # SHA-256 of the challenge that was signed: each opens one session.
    challenge = models.CharField(max_length=64, null=True, blank=True, unique=True)
    session = models.CharField(max_length=64, db_index=True)
    open_until = models.DateTimeField(_("open until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.CharField(_("how it ended"), max_length=10, choices=End.choices, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ("-at",)
        indexes: ClassVar = [models.Index(fields=("user", "-at"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="sign_in_ended_in_some_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%d.%m.%Y %H:%M}"

    def is_open(self, *, at: datetime) -> bool:
        return self.ended_at is None and at < self.open_until
