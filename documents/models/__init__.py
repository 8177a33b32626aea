"""Tables of documents: files, sealed documents, and the signatures of people."""

from .files import SealedDocument, StoredFile
from .signatures import ElectronicSignature, SigningItem, SigningSession

__all__ = [
    "ElectronicSignature",
    "SealedDocument",
    "SigningItem",
    "SigningSession",
    "StoredFile",
]
