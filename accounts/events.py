"""Events about people and the sentences that the log shows for them."""

from django.utils.translation import gettext_lazy as _

import audit

audit.register("person.signed_in", facts=(), sentence=_("%(subject_label)s signed in"))
audit.register(
    "person.sign_in_refused",
    facts=("reason",),
    sentence=_("A sign-in as %(subject_label)s was refused"),
)
audit.register(
    "person.password_changed", facts=(), sentence=_("%(subject_label)s changed the password")
)
