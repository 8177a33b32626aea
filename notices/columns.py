"""The columns of the lists of letters and announcements: on the page and in its file."""

from django.utils.translation import gettext_lazy as _

from notices.models import Announcement
from notices.models.announcements import Audience
from outbox.models import Letter, LetterState
from reference.columns import choice, field, person, status
from reference.lists import Column, Text, by_name

LETTER_KINDS = {
    "notice": _("Notice"),
    "digest": _("Daily letter"),
    "written": _("To a person without an account"),
    "announcement": _("Announcement"),
    "correction": _("Retraction of an announcement"),
    "watch": _("To a watcher of a certificate"),
    "invitation": _("Invitation"),
    "access": _("Answer to a request for access"),
}


def letter_kind(letter: Letter) -> Text:
    return LETTER_KINDS.get(letter.kind, letter.kind)


# Kind and masked address only: what people are told is nobody else's business, and an order by
# the address would tell more of it than the page does.
LETTER_COLUMNS = (
    Column("kind", _("Letter"), letter_kind, order=("key",)),
    Column("to", _("To"), lambda row: row.masked_to or _("erased")),
    field("language", _("Language"), "language"),
    field("written", _("Written"), "created_at"),
    choice("state", _("State"), "state", LetterState.values),
    field("attempts", _("Failed attempts"), "attempts"),
    field("next", _("Next attempt"), "next_at"),
    field("sent", _("Sent"), "sent_at"),
    field("error", _("What is known"), "last_error"),
)

ANNOUNCEMENT_COLUMNS = (
    Column("title", _("Announcement"), lambda row: row.label, order=(by_name("title"),)),
    choice("audience", _("For whom"), "audience", Audience.values),
    person("by", _("Written by"), "author__user"),
    field("written", _("Written"), "created_at"),
    status(_("Status"), Announcement),
    field("published", _("Published"), "published_at"),
    field("until", _("Shown until"), "until"),
    field("read", _("Read by"), "read"),
    field("closed", _("Closed by"), "closed"),
    field("letters", _("Letters"), "mailed"),
    field("retracted", _("Retracted"), "retracted_at"),
    field("why", _("Why it was retracted"), "retraction_note"),
)
