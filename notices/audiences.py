"""Whom an announcement is for, and who may speak to whom."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, OrganisationKind, Role, User
from issuance.models import Application

from .models import Announcement, AnnouncementReading, Audience

# For whom the author of each role may write.
AUDIENCES_OF: dict[str, tuple[Audience, ...]] = {
    Role.COMMITTEE_HEAD: (
        Audience.EVERYBODY, Audience.KINDS, Audience.ROLES, Audience.OWN_PEOPLE,
    ),
    Role.CHAMBER_SIGNATORY: (Audience.CHAMBER_APPLICANTS, Audience.OWN_PEOPLE),
    Role.EXPERT_HEAD: (Audience.OWN_PEOPLE,),
}  # fmt: skip


def people_told(announcement: Announcement, *, on: date) -> QuerySet[User]:
    """Everybody the announcement is for, on the day."""
    members = _members_told(announcement, on=on)
    return User.objects.filter(pk__in=members.values("user")).order_by("pk")


def _members_told(announcement: Announcement, *, on: date) -> QuerySet[Membership]:
    members = Membership.objects.in_force(on=on)
    own = announcement.author.organisation_id
    match announcement.audience:
        case Audience.KINDS:
            return members.filter(organisation__kind__in=announcement.kinds)
        case Audience.ROLES:
            return members.filter(role__in=announcement.roles)
        case Audience.CHAMBER_APPLICANTS:
            filed = Application.objects.filter(chamber=own, submitted_at__isnull=False)
            applicants = Q(
                organisation__kind=OrganisationKind.APPLICANT,
                organisation__in=filed.values("applicant"),
            )
            return members.filter(Q(organisation=own) | applicants)
        case Audience.OWN_PEOPLE:
            return members.filter(organisation=own)
    return members


def announcements_for(memberships: Iterable[Membership], *, on: date) -> QuerySet[Announcement]:
    """Published ones of the day that are for whoever has these memberships."""
    memberships = list(memberships)
    if not memberships:
        return Announcement.objects.none()
    own = [membership.organisation_id for membership in memberships]
    filed = Application.objects.filter(
        chamber=OuterRef("author__organisation"), applicant__in=own, submitted_at__isnull=False
    )
    in_chamber = Q(author__organisation__in=own) | Exists(filed)
    return Announcement.objects.filter(
        Q(audience=Audience.EVERYBODY)
        | Q(audience=Audience.KINDS, kinds__overlap=[m.organisation.kind for m in memberships])
        | Q(audience=Audience.ROLES, roles__overlap=[m.role for m in memberships])
        | Q(audience=Audience.OWN_PEOPLE, author__organisation__in=own)
        | (Q(audience=Audience.CHAMBER_APPLICANTS) & in_chamber),
        status="published",
        until__gte=on,
    )


def shown_to(user: User, memberships: Iterable[Membership], *, on: date) -> QuerySet[Announcement]:
    """What stands on top of the person's pages: not ended and not closed."""
    closed = AnnouncementReading.objects.filter(
        announcement=OuterRef("pk"), user=user, closed_at__isnull=False
    )
    found = announcements_for(memberships, on=on)
    return found.exclude(Exists(closed)).order_by("-published_at")


def written_by(actor: Membership) -> QuerySet[Announcement]:
    """What an author sees: everything written in the name of the own organisation."""
    return Announcement.objects.filter(author__organisation=actor.organisation_id)
