"""Announcements: written once for many, shown until closed, taken back at once."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, OrganisationKind, Role, User, in_language
from notices.workflow import ANNOUNCEMENT_WORKFLOW
from workflow.freezing import frozen
from workflow.tracked import Tracked

# In the language itself, whatever language the page is in.
LANGUAGE_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


class Audience(models.TextChoices):
    EVERYBODY = "everybody", _("Everybody with an account")
    KINDS = "kinds", _("Kinds of organisations")
    ROLES = "roles", _("Roles")
    CHAMBER_APPLICANTS = "applicants", _("Applicants with cases in our chamber, and our staff")
    OWN_PEOPLE = "own", _("People of our organisation")


class Announcement(Tracked):
    """A text in three languages for a group of people, shown to the end of a day.

    Published, it is frozen: what was read can only be retracted, not rewritten.
    """

    WORKFLOW = ANNOUNCEMENT_WORKFLOW
    SUBJECT_TYPE = "announcement"

    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    title_kk = models.CharField(_("title in Kazakh"), max_length=200, blank=True)
    title_ru = models.CharField(_("title in Russian"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    text_kk = models.TextField(_("text in Kazakh"), blank=True, max_length=4000)
    text_ru = models.TextField(_("text in Russian"), blank=True, max_length=4000)
    text_en = models.TextField(_("text in English"), blank=True, max_length=4000)
    audience = models.CharField(_("for whom"), max_length=12, choices=Audience)
    kinds = ArrayField(
        models.CharField(max_length=12, choices=OrganisationKind),
        verbose_name=_("kinds of organisations"),
        default=list,
        blank=True,
    )
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role),
        verbose_name=_("roles"),
        default=list,
        blank=True,
    )
    until = models.DateField(_("shown until, inclusive"))
    by_mail = models.BooleanField(_("also by e-mail"), default=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    retracted_at = models.DateTimeField(_("retracted"), null=True, blank=True, editable=False)
    retraction_note = models.TextField(_("why it was retracted"), blank=True)
    # Letters go in portions by the person's identifier; a portion lost begins again here.
    mailed_after = models.UUIDField(null=True, blank=True, editable=False)
    mailed = models.PositiveIntegerField(_("letters"), default=0, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ("-created_at",)
        constraints: ClassVar = [
            ANNOUNCEMENT_WORKFLOW.constraint("announcement_status_known"),
            models.CheckConstraint(
                condition=Q(status="draft")
                | (
                    ~Q(title_kk="") & ~Q(title_ru="") & ~Q(title_en="")
                    & ~Q(text_kk="") & ~Q(text_ru="") & ~Q(text_en="")
                    & Q(published_at__isnull=False)
                ),
                name="announcement_published_in_three_languages",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(
                fields=("until",), name="announcement_shown", condition=Q(status="published")
            ),
        ]
        triggers: ClassVar = [
            *ANNOUNCEMENT_WORKFLOW.triggers(),
            pgtrigger.Protect(
                name="published_is_kept",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__status="draft"),
            ),
            frozen(
                "published_is_frozen",
                "title_kk", "title_ru", "title_en", "text_kk", "text_ru", "text_en",
                "audience", "kinds", "roles", "until", "by_mail", "author_id",
                when="OLD.status <> 'draft'",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.title or str(_("draft"))

    @property
    def title(self) -> str:
        return in_language(self, "title")

    @property
    def text(self) -> str:
        return in_language(self, "text")


class AnnouncementReading(models.Model):
    """A person opened an announcement or closed it; how many did, its author sees."""

    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="readings")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("read"))
    # Not shown on top of the pages any more.
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("reading of an announcement")
        verbose_name_plural = _("readings of announcements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("announcement", "user"), name="reading_once_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} {self.user_id}"
