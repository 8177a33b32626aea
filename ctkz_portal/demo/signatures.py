"""The people of the demo sign for real, each with a demonstration key of their own."""

from django.conf import settings

from documents import signing
from documents.eds.authority import SoftwareAuthority
from documents.eds.making import SoftwareKey
from documents.eds.people import demo_authority, organisation_key, own_key
from documents.models import SigningItem, SigningSession
from documents.purposes import Holding, purpose_of


def signed(session: SigningSession) -> SigningItem:
    """Signs the one record of a session as its person would; a refusal stops the demo."""
    item = session.items.get()
    key = _key_for(session)
    cms = key.sign(item.record_bytes)
    signing.give(session=session, actor=session.actor, signatures={item.pk: cms})
    item.refresh_from_db()
    if item.state != SigningItem.State.DONE:
        raise RuntimeError(f"{item.label}: the signature was refused: {item.refusal}")
    return item


def _key_for(session: SigningSession) -> SoftwareKey:
    authority = _authority()
    actor = session.actor
    is_for_organisation = purpose_of(session.purpose).holding is Holding.ORGANISATION
    if is_for_organisation and actor.organisation.bin != actor.user.iin:
        return organisation_key(authority, actor)
    return own_key(authority, actor.user)


_authorities: dict[str, SoftwareAuthority] = {}


def _authority() -> SoftwareAuthority:
    folder = str(settings.VAR_DIR)
    if folder not in _authorities:
        _authorities[folder] = demo_authority()
    return _authorities[folder]
