"""Who acts in the portal: people, organisations and what a person may do for one of them."""

import uuid
from datetime import date, timedelta
from typing import Any, ClassVar, Self

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

import audit
from accounts.fields import BankAccountField, BinIinField


def in_language(obj: Any, stem: str) -> str:
    """The text `stem` of `obj` in the active language, Russian when that one is empty."""
    language = (get_language() or "ru").split("-")[0]
    return getattr(obj, f"{stem}_{language}", "") or getattr(obj, f"{stem}_ru")


class OrganisationKind(models.TextChoices):
    APPLICANT = "applicant", _("Applicant")
    EXPERT = "expert", _("Expert organisation")
    CHAMBER = "chamber", _("Regional chamber")
    COMMITTEE = "committee", _("Committee")


class Role(models.TextChoices):
    APPLICANT = "applicant", _("Applicant's employee")
    EXPERT_HEAD = "expert_head", _("Head of the expert organisation")
    AUDITOR = "auditor", _("Expert-auditor")
    CHAMBER_OFFICER = "chamber_officer", _("Chamber officer")
    CHAMBER_SIGNATORY = "chamber_signatory", _("Chamber signatory")
    INSPECTOR = "inspector", _("Committee inspector")
    COMMITTEE_HEAD = "committee_head", _("Head of the Committee's department")


ROLES_OF_KIND = {
    OrganisationKind.APPLICANT: {Role.APPLICANT},
    OrganisationKind.EXPERT: {Role.EXPERT_HEAD, Role.AUDITOR},
    OrganisationKind.CHAMBER: {Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY},
    OrganisationKind.COMMITTEE: {Role.INSPECTOR, Role.COMMITTEE_HEAD},
}


COMMITTEE_ROLES = (Role.INSPECTOR, Role.COMMITTEE_HEAD)
# Who answers for an organisation by office; an applicant's head is whoever came first.
HEAD_ROLES = (Role.EXPERT_HEAD, Role.CHAMBER_SIGNATORY, Role.COMMITTEE_HEAD)


class Organisation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=OrganisationKind.choices)
    bin = BinIinField(_("BIN / IIN"), unique=True)
    name_kk = models.CharField(_("name in Kazakh"), max_length=400, blank=True)
    name_ru = models.CharField(_("name in Russian"), max_length=400)
    name_en = models.CharField(_("name in English"), max_length=400, blank=True)
    address_kk = models.CharField(_("address in Kazakh"), max_length=400, blank=True)
    address_ru = models.CharField(_("address in Russian"), max_length=400, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    # A chamber's code is the RRR of its certificate numbers; an expert organisation's code
    # opens the numbers of its acts.
    code = models.CharField(_("code"), max_length=8, blank=True)
    # What conflicts of interest are looked for in.
    founders = ArrayField(
        BinIinField(), verbose_name=_("founders, BIN or IIN"), default=list, blank=True
    )
    bank_accounts = ArrayField(
        BankAccountField(), verbose_name=_("bank accounts"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name_ru",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("kind", "code"),
                condition=~Q(code=""),
                name="organisation_code_unique_in_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind="chamber") | Q(code__regex=r"^\d{3}$"),
                name="organisation_chamber_has_code",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def address(self) -> str:
        return in_language(self, "address")

    def names(self) -> dict[str, str]:
        """The name as documents print it, in both official languages."""
        return {"kk": self.name_kk or self.name_ru, "ru": self.name_ru}

    def addresses(self) -> dict[str, str]:
        return {"kk": self.address_kk or self.address_ru, "ru": self.address_ru}


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in. Rights come from memberships alone; there is no superuser."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(_("full name"), max_length=200)
    iin = BinIinField(_("IIN"), blank=True)
    language = models.CharField(
        _("language"),
        max_length=2,
        default="ru",
        choices=[("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")],
    )
    is_active = models.BooleanField(_("may sign in"), default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            # Whoever had two accounts could be two people where two are asked for.
            models.UniqueConstraint(
                fields=["iin"],
                condition=~Q(iin=""),
                name="user_iin_once",
                violation_error_message=_("A person with this IIN has an account already."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.full_name.split()[:2]).upper()


def agent_is_whole() -> Q:
    """An agent acts for an applicant, under a named power, until a day, and is nobody's head."""
    return Q(agent__isnull=True, mandate_number="", mandate_on__isnull=True) | (
        Q(agent__isnull=False, role=Role.APPLICANT, is_head=False)
        & Q(valid_until__isnull=False, mandate_on__isnull=False)
        & Q(valid_until__gte=models.F("mandate_on"))
        & ~Q(mandate_number="")
    )


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, *, on: date) -> Self:
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=on),
            valid_from__lte=on,
            user__is_active=True,
        )

    def current(self) -> Self:
        return self.in_force(on=timezone.localdate())

    def heads_of(self, organisation: Organisation) -> Self:
        """Those who say who acts for the organisation, today."""
        return self.current().filter(organisation=organisation, is_head=True)


class Membership(models.Model):
    """What a person may do for an organisation, and between which days.

    The active membership is the *actor* of every command. Rows are ended, never deleted:
    past decisions point at them. A row whose last day lies before its first gave something for
    a part of one day only.

    `agent` is set for an applicant's authorised agent: the organisation (or entrepreneur) whose
    employee acts for the applicant under a power of attorney, until the day it ends.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
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

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("-valid_from",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_until__gte=models.F("valid_from") - timedelta(days=1)),
                name="membership_dates_in_order",
            ),
            models.CheckConstraint(condition=agent_is_whole(), name="membership_agent_is_whole"),
            models.CheckConstraint(
                condition=Q(agent__isnull=True) | ~Q(agent=models.F("organisation")),
                name="membership_agent_is_another",
            ),
            models.UniqueConstraint(
                fields=("user", "organisation", "role"),
                condition=Q(valid_until__isnull=True),
                name="membership_one_open_per_role",
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user} · {self.capacity} · {self.organisation}"

    @property
    def capacity(self) -> str:
        """As what the person acts: the role, or whose agent they are."""
        if self.agent is None:
            return self.get_role_display()
        return str(_("agent: %(name)s") % {"name": self.agent.name})

    @property
    def own_organisation(self) -> Organisation:
        """Whose employee the person is: an agent signs with a key of the agent's organisation."""
        return self.agent or self.organisation

    def is_in_force(self, *, on: date) -> bool:
        return (
            self.valid_from <= on
            and (self.valid_until is None or on <= self.valid_until)
            and self.user.is_active
        )

    def subject_ref(self) -> audit.SubjectRef:
        """How the log names the membership itself, when somebody changes it."""
        return audit.SubjectRef(type="membership", id=str(self.pk), label=self.user.full_name)

    def ref(self) -> audit.ActorRef:
        """How the log names this person acting in this role."""
        return audit.ActorRef(
            id=str(self.user_id),
            role=self.role,
            organisation=str(self.organisation_id),
            label=self.user.full_name,
        )
