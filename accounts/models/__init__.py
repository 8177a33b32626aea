from .access_requests import AccessRequest, AccessRequestQuerySet
from .invitations import Invitation, InvitationQuerySet
from .people import (
    COMMITTEE_ROLES,
    HEAD_ROLES,
    ROLES_OF_KIND,
    Membership,
    MembershipQuerySet,
    Organisation,
    OrganisationKind,
    Role,
    User,
    UserManager,
    in_language,
)
from .sign_ins import SecondFactor, SignIn, Way

__all__ = [
    "COMMITTEE_ROLES",
    "HEAD_ROLES",
    "ROLES_OF_KIND",
    "AccessRequest",
    "AccessRequestQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Organisation",
    "OrganisationKind",
    "Role",
    "SecondFactor",
    "SignIn",
    "User",
    "UserManager",
    "Way",
    "in_language",
]
