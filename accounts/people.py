"""Who acts for an organisation: ending, heads, agents' powers and the organisation's own details.

Every command locks the row of the organisation and looks the giver's rights up again under the
lock, so that of two heads who put each other out at the same moment one stays.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

import audit

from .errors import DomainError
from .models import Membership, Organisation, OrganisationKind
from .permissions import MANAGE_PEOPLE, authorize
from .terms import LONGEST_MANDATE, term_in_force

# What a person of the organisation may say of it; numbers and codes come from registers.
DETAILS = (
    "name_kk", "name_ru", "name_en", "address_kk", "address_ru", "phone", "email",
)  # fmt: skip


class LastHead(DomainError):
    """An organisation without a head could let nobody in any more."""


def lock_for(actor: Membership, organisation: Organisation) -> Organisation:
    """The organisation, locked, when the actor may say now who acts for it."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    authorize(Membership.objects.select_related("user").get(pk=actor.pk), MANAGE_PEOPLE, locked)
    return locked


@transaction.atomic
def end_membership(
    *, membership: Membership, actor: Membership, last_day: date, on: date
) -> Membership:
    """The person acts for the organisation until the end of `last_day`; yesterday ends it at once.

    A day once set can be brought nearer or put off while the person is still there.
    """
    locked = lock_for(actor, membership.organisation)
    membership = _in_force(membership, on=on)
    if last_day < on - timedelta(days=1):
        raise DomainError(
            "last_day_past",
            _("What was done until today stays done. Choose today, a later day, or “at once”."),
            field="last_day",
        )
    if membership.agent_id and membership.valid_until and last_day > membership.valid_until:
        raise DomainError(
            "beyond_the_mandate",
            _("The power of attorney ends earlier. Prolong it with a new one."),
            field="last_day",
        )
    if membership.is_head:
        _refuse_last_head(locked, membership, on=on)
    membership.valid_until = last_day
    membership.save(update_fields=["valid_until"])
    audit.record(
        "membership.ended",
        actor=actor.ref(),
        subject=membership.subject_ref(),
        organisation=str(locked.pk),
        valid_until=last_day.isoformat(),
    )
    return membership


@transaction.atomic
def give_head(*, membership: Membership, actor: Membership, on: date) -> Membership:
    """One more person says who acts for the organisation."""
    lock_for(actor, membership.organisation)
    membership = _in_force(membership, on=on)
    if membership.agent_id:
        raise DomainError(
            "agent_is_no_head",
            _("An agent acts under a power of attorney and cannot say who acts for you."),
        )
    if not membership.is_head:
        _set_head(membership, actor, is_head=True)
    return membership


@transaction.atomic
def take_head(*, membership: Membership, actor: Membership, on: date) -> Membership:
    """The person goes on acting and no longer says who else does."""
    locked = lock_for(actor, membership.organisation)
    membership = _in_force(membership, on=on)
    if membership.is_head:
        _refuse_last_head(locked, membership, on=on)
        _set_head(membership, actor, is_head=False)
    return membership


@transaction.atomic
def prolong_agent(
    *,
    membership: Membership,
    actor: Membership,
    until: date,
    mandate_number: str,
    mandate_on: date,
    on: date,
) -> Membership:
    """The agent goes on under a new power of attorney; the log keeps the earlier one.

    An agent whose power has run out comes back by a new invitation.
    """
    lock_for(actor, membership.organisation)
    membership = _in_force(membership, on=on)
    if membership.agent_id is None:
        raise DomainError("not_an_agent", _("Only an agent acts under a power of attorney."))
    check_mandate(mandate_on=mandate_on, until=until, on=on)
    membership.valid_until = until
    membership.mandate_number = mandate_number
    membership.mandate_on = mandate_on
    membership.save(update_fields=["valid_until", "mandate_number", "mandate_on"])
    audit.record(
        "membership.prolonged",
        actor=actor.ref(),
        subject=membership.subject_ref(),
        organisation=str(membership.organisation_id),
        mandate_number=mandate_number,
        mandate_on=mandate_on.isoformat(),
        valid_until=until.isoformat(),
    )
    return membership


@transaction.atomic
def change_details(
    *, organisation: Organisation, actor: Membership, details: dict[str, str]
) -> Organisation:
    """An applicant's head writes what the organisation is called and where it is.

    Names of the others come from registers and decisions. Documents that exist keep the name
    that they were made with.
    """
    locked = lock_for(actor, organisation)
    if locked.kind != OrganisationKind.APPLICANT:
        raise DomainError(
            "details_from_register", _("These details come from a register and change there.")
        )
    changed = [field for field in DETAILS if getattr(locked, field) != details[field]]
    if changed:
        for field in changed:
            setattr(locked, field, details[field])
        locked.save(update_fields=changed)
        audit.record(
            "organisation.details_changed",
            actor=actor.ref(),
            subject=organisation_ref(locked),
            fields=changed,
        )
    return locked


def check_mandate(*, mandate_on: date, until: date, on: date) -> None:
    """A power of attorney holds for so many years at most as were in force on its date.

    Civil Code of the Republic of Kazakhstan, article 168: three years.
    """
    if mandate_on > on:
        raise DomainError(
            "mandate_not_yet",
            _("The power of attorney is dated later than today."),
            field="mandate_on",
        )
    if until < on:
        raise DomainError(
            "mandate_over", _("The power of attorney is over already."), field="until"
        )
    years = term_in_force(LONGEST_MANDATE, on=mandate_on)
    last_day = anniversary(mandate_on, years=years)
    if until > last_day:
        raise DomainError(
            "mandate_too_long",
            ngettext(
                "A power of attorney holds for %(count)d year from its date at most: until"
                " %(day)s.",
                "A power of attorney holds for %(count)d years from its date at most: until"
                " %(day)s.",
                years,
            )
            % {"count": years, "day": f"{last_day:%d.%m.%Y}"},
            field="until",
        )


def anniversary(day: date, *, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # 29 February has no anniversary in most years.
        return day.replace(year=day.year + years, day=28)


def organisation_ref(organisation: Organisation) -> audit.SubjectRef:
    return audit.SubjectRef(
        type="organisation", id=str(organisation.pk), label=organisation.name_ru
    )


def _in_force(membership: Membership, *, on: date) -> Membership:
    """The row as it is now; what is over cannot be changed any more."""
    now = Membership.objects.select_related("user", "organisation", "agent").get(pk=membership.pk)
    if not now.is_in_force(on=on):
        raise DomainError(
            "not_in_force", _("This person no longer acts for the organisation. Look again.")
        )
    return now


def _refuse_last_head(organisation: Organisation, leaving: Membership, *, on: date) -> None:
    """Somebody else must say who acts, and not only for a time."""
    others = (
        Membership.objects.in_force(on=on)
        .filter(organisation=organisation, is_head=True, valid_until=None)
        .filter(~Q(pk=leaving.pk))
    )
    if not others.exists():
        raise LastHead(
            "last_head",
            _(
                "Nobody else says who acts for the organisation. "
                "Make another person head first, without an end."
            ),
        )


def _set_head(membership: Membership, actor: Membership, *, is_head: bool) -> None:
    membership.is_head = is_head
    membership.save(update_fields=["is_head"])
    audit.record(
        "membership.head_given" if is_head else "membership.head_taken",
        actor=actor.ref(),
        subject=membership.subject_ref(),
        organisation=str(membership.organisation_id),
    )
