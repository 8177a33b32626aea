"""A person orders a letter to be sent again: it is in the log who did."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from outbox.letters import send_again
from outbox.models import Letter


@transaction.atomic
def send_letter_again(*, letter: Letter, actor: Membership) -> None:
    authorize(actor, "notices.read_letters", None)
    was = letter.state
    if not send_again(letter=letter):
        raise DomainError(
            "not_to_be_sent",
            _("Only a letter that failed or is unclear goes again, while its address is kept."),
        )
    audit.record(
        "letter.sent_again",
        actor=actor.ref(),
        subject=audit.SubjectRef(type="letter", id=str(letter.pk), label=""),
        kind=letter.kind,
        state=was,
    )
