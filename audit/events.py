"""The log's own events: who watches it."""

from django.utils.translation import gettext_lazy as _

from audit.registry import register

register(
    "witness.added",
    facts=("key",),
    sentence=_("A witness of the log was added: %(subject_label)s"),
    is_public=True,
)
register(
    "witness.ended",
    facts=("key",),
    sentence=_("The term of a witness of the log was ended: %(subject_label)s"),
    is_public=True,
)
