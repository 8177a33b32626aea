"""The subject is heard: a reply through the portal, or a paper that an inspector registers.

One reply to one notice. It is taken in until the decision, late ones too: whoever decides weighs
what came, not when it came.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from documents.canonical import sha256_hex
from documents.models import StoredFile
from oversight.departments import check_department
from oversight.models import Measure
from workflow.moving import WrongStatus, check_version, locked

LONGEST_REPLY = 10_000


@transaction.atomic
def reply_to_measure(
    *,
    measure: Measure,
    actor: Membership,
    text: str,
    file: StoredFile | None = None,
    seen_version: int | None = None,
) -> Measure:
    """The subject, or somebody who speaks for it, replies to the notice."""
    measure = locked(measure)
    authorize(actor, "oversight.reply_to_measure", measure)
    return _keep(measure, actor, text, file, seen_version, on_paper=False)


@transaction.atomic
def register_reply(
    *,
    measure: Measure,
    actor: Membership,
    text: str,
    file: StoredFile | None = None,
    seen_version: int | None = None,
) -> Measure:
    """An inspector takes in a reply that came on paper."""
    measure = locked(measure)
    authorize(actor, "oversight.register_reply", measure)
    check_department(actor, measure.department)
    return _keep(measure, actor, text, file, seen_version, on_paper=True)


def _keep(
    measure: Measure,
    actor: Membership,
    text: str,
    file: StoredFile | None,
    seen_version: int | None,
    *,
    on_paper: bool,
) -> Measure:
    reply = text.strip()
    if measure.replied_at is not None and measure.reply == reply:
        # The same form sent twice.
        return measure
    check_version(measure, seen_version)
    if measure.status != "approved":
        raise WrongStatus("not_waiting", _("No reply is awaited now."))
    if measure.replied_at is not None:
        raise WrongStatus("replied", _("The reply is taken in already."))
    if not reply:
        raise DomainError("no_text", _("Write the reply."), field="text")
    if len(reply) > LONGEST_REPLY:
        raise DomainError("too_long", _("The text is too long."), field="text")
    measure.reply = reply
    measure.reply_file = file
    measure.replied_by = actor.user
    measure.replied_at = timezone.now()
    # Whoever is about to decide must have seen it.
    measure.version += 1
    measure.save(update_fields=["reply", "reply_file", "replied_by", "replied_at", "version"])
    audit.record(
        "measure.replied",
        actor=actor.ref(),
        subject=measure.subject_ref(),
        case=str(measure.case_id),
        reply_sha256=sha256_hex(reply.encode()),
        on_paper=on_paper,
    )
    return measure
