"""What the public asked: counts by day, never who asked."""

from collections.abc import Collection
from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db import connection, models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from issuance.models import Certificate


class Way(models.TextChoices):
    """How a certificate was looked for."""

    NUMBER = "number", _("by number")
    CODE = "code", _("by the code on the paper")
    FILE = "file", _("by file")
    API = "api", _("by a program")


class VerificationCount(models.Model):
    """How often a certificate was verified on a day."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="verifications")
    day = models.DateField(_("day"))
    way = models.CharField(_("way"), max_length=10, choices=Way.choices)
    count = models.PositiveIntegerField(_("times"), default=0)

    class Meta:
        verbose_name = _("verifications of a day")
        verbose_name_plural = _("verifications by day")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("certificate", "day", "way"), name="verification_one_row_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.day:%d.%m.%Y}: {self.count}"

    @classmethod
    def add_one(cls, certificate: Certificate, way: Way, *, on: date) -> None:
        cls.objects.get_or_create(certificate=certificate, day=on, way=way)
        cls.objects.filter(certificate=certificate, day=on, way=way).update(count=F("count") + 1)

    @classmethod
    def add_many(cls, certificates: Collection[UUID], way: Way, *, on: date) -> None:
        """One for each, in one statement and one order: two of them never wait crosswise."""
        if certificates:
            with connection.cursor() as cursor:
                cursor.execute(
                    """INSERT INTO registry_verificationcount (certificate_id, day, way, count)
                    SELECT one, %s, %s, 1 FROM unnest(%s::uuid[]) AS one ORDER BY one
                    ON CONFLICT (certificate_id, day, way)
                    DO UPDATE SET count = registry_verificationcount.count + 1""",
                    [on, way.value, sorted(map(str, certificates))],
                )


class UnknownLookup(models.Model):
    """How often something was asked for that was never issued: the trace of forged papers.

    A number is kept only in its normal form, so that nothing personal that a visitor may type
    stays here; codes and files leave a count alone.
    """

    day = models.DateField(_("day"))
    way = models.CharField(_("way"), max_length=10, choices=Way.choices)
    number = models.CharField(_("certificate number"), max_length=20, blank=True)
    count = models.PositiveIntegerField(_("times"), default=0)

    class Meta:
        verbose_name = _("look-up of an unknown certificate")
        verbose_name_plural = _("look-ups of unknown certificates")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("day", "way", "number"), name="unknown_lookup_one_row_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number or self.way} {self.day:%d.%m.%Y}: {self.count}"

    @classmethod
    def add_one(cls, way: Way, *, on: date, number: str = "") -> None:
        cls.objects.get_or_create(day=on, way=way, number=number)
        cls.objects.filter(day=on, way=way, number=number).update(count=F("count") + 1)

    @classmethod
    def add_many(cls, numbers: Collection[str], way: Way, *, on: date) -> None:
        if numbers:
            with connection.cursor() as cursor:
                cursor.execute(
                    """INSERT INTO registry_unknownlookup (day, way, number, count)
                    SELECT %s, %s, one, 1 FROM unnest(%s::text[]) AS one ORDER BY one
                    ON CONFLICT (day, way, number)
                    DO UPDATE SET count = registry_unknownlookup.count + 1""",
                    [on, way.value, sorted(numbers)],
                )
