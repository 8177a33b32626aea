"""Turns of programs that read the register: keys and addresses for news."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from audit.models import AuditEvent
from notices.people import APPLICANT, CHAMBER, committee, staff, told
from notices.turns import Group, Told, register
from registry.models import ApiKey, WebhookEndpoint


def _keepers(key: ApiKey | None) -> Iterable[Told]:
    """The heads who give out keys, and whoever answers for the organisation that has this one."""
    if key is None:
        return ()
    heads = told(committee(None, Role.COMMITTEE_HEAD), link=reverse("registry:key-list"))
    own = staff(key.organisation_id, *APPLICANT, Role.EXPERT_HEAD, *CHAMBER)
    return [*heads, *told(own)]


def _of_key(event: AuditEvent) -> Iterable[Told]:
    return _keepers(ApiKey.objects.filter(pk=event.subject_id).first())


def _of_webhook(event: AuditEvent) -> Iterable[Told]:
    found = WebhookEndpoint.objects.select_related("key").filter(pk=event.subject_id).first()
    return _keepers(found.key if found else None)


for name, to, text in (
    ("api_key.created", _of_key, _("Key %(prefix)s of the open API was made")),
    ("api_key.revoked", _of_key, _("Key %(prefix)s of the open API was revoked")),
    ("webhook.added", _of_webhook, _("Key %(prefix)s of the open API got an address for news")),
    ("webhook.ended", _of_webhook, _("An address for news of key %(prefix)s was taken away")),
):
    register(name, to=to, text=text, group=Group.ACCOUNT)
