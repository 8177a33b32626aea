"""How a person wants to be told by e-mail."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from notices.turns import Group

# Who decides on cases of others: they hear of what waits for them whatever they prefer.
DECIDING = frozenset(
    {
        Role.EXPERT_HEAD,
        Role.AUDITOR,
        Role.CHAMBER_OFFICER,
        Role.CHAMBER_SIGNATORY,
        Role.INSPECTOR,
        Role.COMMITTEE_HEAD,
    }
)
FIRST_HOUR = 9


class Choice(models.TextChoices):
    NOW = "now", _("At once")
    DIGEST = "digest", _("Once a day, all together")
    NEVER = "never", _("No e-mail")


class Preference(models.Model):
    """What one person chose for one group; without a row the default of the role holds."""

    user = models.ForeignKey(User, models.PROTECT, related_name="notice_preferences")
    group = models.CharField(_("group"), max_length=12, choices=Group)
    by_mail = models.CharField(_("e-mail"), max_length=6, choices=Choice)

    class Meta:
        verbose_name = _("preference of notices")
        verbose_name_plural = _("preferences of notices")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("user", "group"), name="preference_once_a_group"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.group} {self.by_mail}"


class DigestHour(models.Model):
    """From which hour of the day, Astana time, the digest is written."""

    user = models.OneToOneField(User, models.PROTECT, related_name="digest_hour")
    hour = models.PositiveSmallIntegerField(
        _("hour of the digest"),
        default=FIRST_HOUR,
        validators=[MinValueValidator(0), MaxValueValidator(23)],
    )

    class Meta:
        verbose_name = _("hour of the digest")
        verbose_name_plural = _("hours of the digest")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hour__lte=23), name="digest_hour_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.hour}"
