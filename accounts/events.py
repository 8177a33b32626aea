"""Events about people and the sentences that the log shows for them."""

from django.utils.translation import gettext_lazy as _

import audit

audit.register(
    "person.signed_in",
    facts=("way", "second_factor"),
    sentence=_("%(subject_label)s signed in"),
)
audit.register(
    "person.signed_in_from_new_device",
    facts=("sign_in",),
    sentence=_("%(subject_label)s signed in from a device that was never used before"),
)
audit.register(
    "person.sign_in_refused",
    facts=("reason",),
    sentence=_("A sign-in as %(subject_label)s was refused"),
)
audit.register(
    "person.locked_out",
    facts=("failures", "until"),
    sentence=_("The account of %(subject_label)s was locked for a while: too many failed attempts"),
)
audit.register(
    "person.second_factor_refused",
    facts=("reason",),
    sentence=_("A second factor of %(subject_label)s was refused"),
)
audit.register(
    "person.second_factor_added",
    facts=("second_factor",),
    sentence=_("%(subject_label)s added a second factor"),
)
audit.register(
    "person.second_factor_removed",
    facts=("second_factor",),
    sentence=_("%(subject_label)s removed a second factor"),
)
audit.register(
    "person.recovery_codes_renewed",
    facts=("count",),
    sentence=_("%(subject_label)s got new recovery codes"),
)
audit.register(
    "person.sessions_ended",
    facts=("count",),
    sentence=_("%(subject_label)s ended sessions on other devices"),
)
audit.register(
    "person.password_changed", facts=(), sentence=_("%(subject_label)s changed the password")
)

audit.register(
    "membership.invited",
    facts=("organisation", "role", "is_head", "agent"),
    sentence=_("%(actor_label)s invited %(subject_label)s to act for the organisation"),
)
audit.register(
    "membership.invited_again",
    facts=("organisation", "times_sent"),
    sentence=_("%(actor_label)s sent the invitation to %(subject_label)s again"),
)
audit.register(
    "membership.invitation_withdrawn",
    facts=("organisation",),
    sentence=_("%(actor_label)s withdrew the invitation to %(subject_label)s"),
)
audit.register(
    "membership.joined",
    facts=(
        "organisation",
        "invitation",
        "role",
        "is_head",
        "agent",
        "mandate_number",
        "mandate_on",
        "valid_until",
    ),
    sentence=_("%(subject_label)s came to act for the organisation"),
)
audit.register(
    "membership.ended",
    facts=("organisation", "valid_until"),
    sentence=_("%(actor_label)s ended the term of %(subject_label)s: last day %(valid_until)s"),
)
audit.register(
    "membership.head_given",
    facts=("organisation",),
    sentence=_("%(actor_label)s made %(subject_label)s a head of the organisation"),
)
audit.register(
    "membership.head_taken",
    facts=("organisation",),
    sentence=_("%(subject_label)s is no longer a head of the organisation: %(actor_label)s"),
)
audit.register(
    "membership.prolonged",
    facts=("organisation", "mandate_number", "mandate_on", "valid_until"),
    sentence=_(
        "%(actor_label)s prolonged the agent %(subject_label)s until %(valid_until)s, power of "
        "attorney %(mandate_number)s of %(mandate_on)s"
    ),
)
audit.register(
    "organisation.details_changed",
    facts=("fields",),
    sentence=_("%(actor_label)s changed the details of %(subject_label)s"),
)
audit.register(
    "organisation.first_head_proved",
    facts=("organisation", "invitation", "record_sha256", "cms_sha256", "certificate_sha256"),
    sentence=_("%(subject_label)s proved with a signature to be of the organisation"),
)
audit.register(
    "access.asked",
    facts=("organisation",),
    sentence=_("%(subject_label)s asked for access to the organisation"),
)
audit.register(
    "access.granted",
    facts=("organisation", "invitation", "role", "is_head", "agent"),
    sentence=_("%(actor_label)s granted access to %(subject_label)s"),
)
audit.register(
    "access.refused",
    facts=("organisation",),
    sentence=_("%(actor_label)s refused access to %(subject_label)s"),
)
