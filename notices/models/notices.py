"""What a person was told in the portal."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from audit.models import AuditEvent
from notices.turns import Group


class ByMail(models.TextChoices):
    """What became of the letter when the notice was made."""

    NOW = "now", _("written at once")
    DIGEST = "digest", _("goes into the digest")
    NONE = "none", _("no letter")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """One turn told to one person, in the role in which it concerns them.

    The text is made when it is read, in the reader's language.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(AuditEvent, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="notices")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    group = models.CharField(_("group"), max_length=12, choices=Group)
    must_act = models.BooleanField(_("something is expected of the person"), default=False)
    # The number of the subject, or of its case.
    subject = models.CharField(_("about"), max_length=300, blank=True)
    link = models.CharField(_("page"), max_length=300, blank=True)
    by_mail = models.CharField(_("letter"), max_length=6, choices=ByMail, default=ByMail.NONE)
    created_at = models.DateTimeField(_("told"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    # The day whose digest told it.
    digest_on = models.DateField(_("digest of"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-event_id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("event", "user"), name="notice_once_a_person"),
            models.CheckConstraint(condition=Q(group__in=Group.values), name="notice_group_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("user", "-event"), name="notice_of_a_person"),
            models.Index(fields=("user",), name="notice_unread", condition=Q(read_at=None)),
            models.Index(
                fields=("user",),
                name="notice_for_digest",
                condition=Q(by_mail="digest", digest_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.user_id}"
