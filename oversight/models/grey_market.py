"""The grey market: who offers certificates for money, and numbers that never existed."""

import uuid
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from documents.models import SealedDocument, StoredFile
from oversight.workflows.grey_market import GREY_WORKFLOW
from reference.models import Department
from workflow.tracked import Tracked


class GreyListing(Tracked):
    """A site, a page or a seller that offers certificates."""

    WORKFLOW = GREY_WORKFLOW
    SUBJECT_TYPE = "grey_listing"

    class Kind(models.TextChoices):
        SITE = "site", _("Site")
        PAGE = "page", _("Page or channel of a social network")
        AD = "ad", _("Advertisement")
        SELLER = "seller", _("Seller")

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    # As it was reported, and in the form by which the same one is known again.
    address = models.CharField(_("address"), max_length=500)
    address_key = models.CharField(max_length=500, editable=False)
    name = models.CharField(_("name"), max_length=300, blank=True)
    region = models.ForeignKey(
        Department, models.PROTECT, related_name="grey_listings", null=True, blank=True
    )
    description = models.TextField(_("what is offered"), blank=True)
    reported_at = models.DateTimeField(_("first reported"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    sent_to = models.CharField(_("sent to"), max_length=400, blank=True)
    # Reserved with the decision, before the document is made.
    request_number = models.CharField(max_length=40, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent for blocking"), null=True, blank=True, editable=False)
    request = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    blocked_on = models.DateField(_("blocked"), null=True, blank=True)
    # When it first became known that the address is blocked; that it works again is told by its
    # status, and what was counted stays counted.
    blocked_at = models.DateTimeField(null=True, blank=True, editable=False)
    block_reference = models.CharField(_("reference of the body"), max_length=120, blank=True)
    works_again_at = models.DateTimeField(null=True, blank=True, editable=False)
    dismissal = models.TextField(_("why it was dismissed"), blank=True)

    class Meta:
        verbose_name = _("grey-market listing")
        verbose_name_plural = _("grey-market listings")
        ordering = ("-reported_at",)
        constraints: ClassVar = [
            GREY_WORKFLOW.constraint("grey_status_known"),
            models.UniqueConstraint(
                fields=("address_key",),
                condition=~Q(status="dismissed"),
                name="grey_listing_one_per_address",
            ),
            models.CheckConstraint(
                condition=Q(sent_by__isnull=True) | ~Q(sent_by=F("confirmed_by")),
                name="grey_sent_by_another_person",
            ),
            models.CheckConstraint(
                condition=~Q(status="blocked")
                | Q(blocked_on__isnull=False, blocked_at__isnull=False),
                name="grey_blocked_on_a_day",
            ),
        ]
        triggers: ClassVar = [
            *GREY_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.number


class GreyBlock(models.Model):
    """A stretch of time in which the address was blocked; one that works again begins another.

    `recorded_at` is the moment from which the portal knew, so that the list of the blocked can be
    told as of any past moment.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    listing = models.ForeignKey(GreyListing, models.PROTECT, related_name="blocks")
    blocked_on = models.DateField(_("blocked"))
    reference = models.CharField(_("reference of the body"), max_length=120, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    works_again_at = models.DateTimeField(_("works again"), null=True, blank=True)

    class Meta:
        verbose_name = _("block of an address")
        verbose_name_plural = _("blocks of addresses")
        ordering = ("recorded_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("listing",),
                condition=Q(works_again_at__isnull=True),
                name="grey_block_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(works_again_at__isnull=True) | Q(works_again_at__gte=F("recorded_at")),
                name="grey_block_ends_after_its_beginning",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="ended_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__works_again_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.blocked_on:%d.%m.%Y}"


class GreyReport(models.Model):
    """What somebody saw; many may report the same seller."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    listing = models.ForeignKey(GreyListing, models.PROTECT, related_name="reports")
    form_token = models.UUIDField(unique=True)
    text = models.TextField(_("what was offered, and for how much"))
    contact = models.CharField(_("how to reach you"), max_length=300, blank=True)
    seen_on = models.DateField(_("seen"))
    reported_at = models.DateTimeField(_("reported"))
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    language = models.CharField(max_length=2, blank=True)
    files = models.ManyToManyField(StoredFile, related_name="+", blank=True)

    class Meta:
        verbose_name = pgettext_lazy("grey market", "report")
        verbose_name_plural = pgettext_lazy("grey market", "reports")
        ordering = ("reported_at",)
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.text[:60]


class UnknownNumberAlert(models.Model):
    """Many look-ups of numbers that never existed, close in time and place.

    The place is the chamber that the numbers name; `numbers` are in their normal form.
    """

    chamber_code = models.CharField(_("chamber"), max_length=3, blank=True)
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"))
    numbers = ArrayField(models.CharField(max_length=20), verbose_name=_("numbers"))
    lookups = models.PositiveIntegerField(_("look-ups"))
    raised_at = models.DateTimeField(_("raised"))
    seen_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    listing = models.ForeignKey(
        GreyListing, models.PROTECT, related_name="alerts", null=True, blank=True
    )

    class Meta:
        verbose_name = _("alert on unknown numbers")
        verbose_name_plural = _("alerts on unknown numbers")
        ordering = ("-raised_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("chamber_code", "first_on"), name="unknown_alert_once_a_place_and_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.chamber_code} {self.first_on:%d.%m.%Y}"
