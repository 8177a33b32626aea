"""Certificates of the demo's people, made from their accounts when first needed."""

from functools import partial
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from accounts.models import Membership, Role, User

from .authority import SoftwareAuthority
from .making import SoftwareKey

_ROLES: dict[str, tuple[str, ...]] = {
    Role.EXPERT_HEAD: ("head",),
    Role.COMMITTEE_HEAD: ("head",),
    Role.CHAMBER_SIGNATORY: ("signatory",),
    Role.APPLICANT: ("signatory",),
}


def roles_in_certificate(role: str) -> tuple[str, ...]:
    """What the certificate of an organisation says of whoever holds this role in it."""
    return _ROLES.get(role, ("employee",))


def demo_folder() -> Path:
    return Path(settings.VAR_DIR) / "eds"


def demo_authority() -> SoftwareAuthority:
    """The demo's authority, published where `settings.local` looks for it."""
    authority = SoftwareAuthority.kept(demo_folder())
    authority.publish_when_old(demo_folder())
    return authority


def own_key(authority: SoftwareAuthority, user: User) -> SoftwareKey:
    """The person's own key; GOST, as the national authority issues them now."""
    make = partial(authority.person, user.iin, user.full_name, family="gost512")
    return authority.kept_key(f"person-{user.iin}", make)


def organisation_key(authority: SoftwareAuthority, membership: Membership) -> SoftwareKey:
    """The key of the organisation in this person's hands; RSA, which others can check as well."""
    organisation = membership.own_organisation
    make = partial(
        authority.employee,
        membership.user.iin,
        membership.user.full_name,
        organisation.bin,
        organisation.name_ru,
        roles_in_certificate(membership.role),
    )
    label = f"employee-{membership.user.iin}-{organisation.bin}-{membership.role}"
    return authority.kept_key(label.replace("_", "-"), make)


def keys_of(authority: SoftwareAuthority, *, iin: str, bin: str = "") -> list[SoftwareKey]:
    """Keys that a person has for this IIN and BIN; without a BIN the person's own."""
    user = User.objects.filter(iin=iin, is_active=True).exclude(iin="").first()
    if user is None:
        return []
    if not bin:
        return [own_key(authority, user)]
    memberships = Membership.objects.current().filter(
        Q(organisation__bin=bin, agent=None) | Q(agent__bin=bin), user=user
    )
    return [
        organisation_key(authority, one)
        for one in memberships.select_related("user", "organisation", "agent").order_by("role")
    ]
