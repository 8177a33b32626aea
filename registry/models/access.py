"""Who may use the open API beyond the public limits, and where its news are sent."""

import uuid
from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.models import Organisation, User
from workflow.freezing import frozen

MOST_PER_MINUTE = 6_000


class Scope(models.TextChoices):
    """What a key opens. Reading is open to everyone: there a key only raises the limit."""

    VERIFY = "verify", _("verify certificates")
    SEARCH = "search", _("search the register")
    CHANGES = "changes", _("follow changes")
    DRAW = "draw", _("enter drawn quantities")
    WEBHOOKS = "webhooks", _("be told of changes")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def in_force(self, *, on: date) -> Self:
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=on),
            valid_from__lte=on,
            revoked_at__isnull=True,
        )


class ApiKey(models.Model):
    """A key of the open API. Only the digest of its secret is kept, so it is shown once."""

    SUBJECT_TYPE = "api_key"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The readable beginning of the key: it finds the row and names the key to people.
    prefix = models.CharField(_("beginning of the key"), max_length=12, unique=True)
    secret_sha256 = models.CharField(max_length=64, editable=False)
    name = models.CharField(_("whose and what for"), max_length=120)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("organisation"),
    )  # fmt: skip
    scopes = ArrayField(
        models.CharField(max_length=12, choices=Scope.choices), verbose_name=_("may")
    )
    per_minute = models.PositiveIntegerField(
        _("requests a minute"),
        default=600,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PER_MINUTE)],
    )
    valid_from = models.DateField(_("in force from"), default=timezone.localdate)
    valid_until = models.DateField(_("in force until"), null=True, blank=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    # Empty: made on the server.
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    # By the day: enough to find keys that nobody uses.
    last_used_on = models.DateField(_("last used"), null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="api_key_ends_after_it_begins",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "key_is_frozen", "prefix", "secret_sha256", "organisation_id", "scopes",
                "per_minute", "valid_from", "created_at",
            ),
            frozen("revocation_is_frozen", "revoked_at", when="OLD.revoked_at IS NOT NULL"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    @property
    def label(self) -> str:
        return str(self)

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    def scope_names(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]

    def is_in_force(self, *, on: date) -> bool:
        return (
            self.revoked_at is None
            and self.valid_from <= on
            and (self.valid_until is None or on <= self.valid_until)
        )

    def actor_ref(self) -> audit.ActorRef:
        """How the log names a program that acts with this key."""
        return audit.ActorRef(
            id=f"api:{self.prefix}",
            role="api",
            organisation=str(self.organisation_id or ""),
            label=self.name,
        )

    def subject_ref(self) -> audit.SubjectRef:
        return audit.SubjectRef(type=self.SUBJECT_TYPE, id=str(self.pk), label=self.prefix)


class WebhookEndpoint(models.Model):
    """An address to which changes of certificates are posted.

    Its signing secret is derived from the portal's own and from `salt`: the database alone
    does not let anybody post in the portal's name.
    """

    SUBJECT_TYPE = "webhook"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="webhooks")
    url = models.URLField(_("address"), max_length=500)
    # Names of events; empty: all.
    kinds = ArrayField(models.CharField(max_length=60), verbose_name=_("events"), default=list)
    salt = models.CharField(max_length=32, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ("created_at",)

    def __str__(self) -> str:
        return self.url

    def subject_ref(self) -> audit.SubjectRef:
        return audit.SubjectRef(type=self.SUBJECT_TYPE, id=str(self.pk), label="")


class WebhookDelivery(models.Model):
    """One piece of news for one address: written with the change, posted until it is taken.

    `body` is fixed here, so that every attempt posts the same bytes under the same id and the
    receiver can tell a repetition.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="deliveries")
    event_id = models.BigIntegerField()
    kind = models.CharField(_("event"), max_length=60)
    subject = models.CharField(_("about"), max_length=40)
    body = models.TextField(editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("taken"), null=True, blank=True)
    # Given up; a person may send it again.
    parked_at = models.DateTimeField(_("given up"), null=True, blank=True)
    last_answer = models.CharField(_("last answer"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("-created_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("endpoint", "event_id"), name="webhook_delivery_once_per_event"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=("endpoint", "-created_at"),
                condition=Q(delivered_at__isnull=True),
                name="webhook_undelivered",
            )
        ]
        triggers: ClassVar = [
            frozen("delivery_is_frozen", "endpoint_id", "event_id", "kind", "body", "created_at"),
            frozen("taken_once", "delivered_at", when="OLD.delivered_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
