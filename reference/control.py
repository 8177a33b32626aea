"""Reference data of control: the Committee's departments and the measures it may take."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reference.bases import DatedQuerySet, Provenance, TrilingualName


class Department(TrilingualName):
    """A territorial department of the Committee; its code is that of the region's chamber.

    The central office has the code 000 and no region: it acts everywhere.
    """

    CENTRAL = "000"

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    kato = models.CharField(_("KATO"), max_length=2, blank=True)

    class Meta:
        verbose_name = _("department of the Committee")
        verbose_name_plural = _("departments of the Committee")
        ordering = ("code",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{3}$"), name="department_code_three_digits"
            ),
            models.CheckConstraint(
                condition=Q(code="000", kato="") | (~Q(code="000") & ~Q(kato="")),
                name="department_has_region_unless_central",
            ),
        ]

    @property
    def is_central(self) -> bool:
        return self.code == self.CENTRAL


class MeasureType(TrilingualName, Provenance):
    """A kind of measure: against what it is taken, what it does, and the terms of its procedure.

    `effect` is what the portal carries out by itself at the decision; the others are documents.
    """

    class Target(models.TextChoices):
        CERTIFICATE = "certificate", _("Certificate")
        ACT = "act", _("Act of expertise")
        AUDITOR = "auditor", _("Expert-auditor")
        ORGANISATION = "organisation", _("Organisation")
        SUBJECT = "subject", _("Any subject of control")

    class Effect(models.TextChoices):
        NONE = "none", _("A document only")
        SUSPEND_CERTIFICATE = "suspend_certificate", _("The certificate is suspended")
        REVOKE_CERTIFICATE = "revoke_certificate", _("The certificate is revoked")
        ANNUL_ACT = "annul_act", _("The act is annulled")
        SUSPEND_ATTESTATION = "suspend_attestation", _("The attestation is suspended")
        REVOKE_ATTESTATION = "revoke_attestation", _("The attestation is revoked")
        BAN_ACTS = "ban_acts", _("No new acts may be signed")

    class Group(models.TextChoices):
        PREVENTION = "prevention", _("Prevention")
        PRESCRIPTION = "prescription", _("Prescription")
        EFFECT = "effect", _("Suspension and revocation")
        RAPID = "rapid", _("Rapid measure")
        CASE = "case", _("Administrative case")
        RECALL = "recall", _("Seizure and recall")
        REFERRAL = "referral", _("Referral")

    code = models.CharField(_("code"), max_length=40)
    group = models.CharField(_("group"), max_length=12, choices=Group)
    target = models.CharField(_("taken against"), max_length=12, choices=Target)
    effect = models.CharField(_("what it does"), max_length=24, choices=Effect)
    # None: the measure comes into force with its approval, nobody is heard first.
    reply_days = models.PositiveSmallIntegerField(_("working days to reply"), null=True, blank=True)
    # Until when what was ordered has to be done; None where nothing is ordered.
    execution_days = models.PositiveSmallIntegerField(
        _("working days to execute"), null=True, blank=True
    )
    months = models.PositiveSmallIntegerField(_("months in force"), null=True, blank=True)
    # The fine in monthly calculation indices as the article sets it; None where there is none.
    fine_mci = models.PositiveIntegerField(_("fine, MCI"), null=True, blank=True)
    has_fine = models.BooleanField(_("carries a fine"), default=False)
    legal_ref_kk = models.CharField(_("legal reference in Kazakh"), max_length=400)
    legal_ref_ru = models.CharField(_("legal reference in Russian"), max_length=400)
    sort = models.PositiveSmallIntegerField(_("order"), default=100)
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("in force until, inclusive"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("type of measure")
        verbose_name_plural = _("types of measures")
        ordering = ("sort", "code", "valid_from")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("code", "valid_from"), name="measure_type_unique_on_its_first_day"
            ),
            models.CheckConstraint(
                condition=Q(has_fine=True) | Q(fine_mci__isnull=True),
                name="measure_type_fine_is_declared",
            ),
        ]

    def legal_refs(self) -> dict[str, str]:
        return {"kk": self.legal_ref_kk, "ru": self.legal_ref_ru}
