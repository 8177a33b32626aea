"""Tables of documents: files, sealed documents, and the signatures of people."""

from .files import SealedDocument, StoredFile
from .first_access import FirstAccess
from .signatures import ElectronicSignature, SigningItem, SigningSession

__all__ = [
    "ElectronicSignature",
    "FirstAccess",
    "SealedDocument",
    "SigningItem",
    "SigningSession",
    "StoredFile",
]
