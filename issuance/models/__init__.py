"""Stage two: the application to a chamber, its review, the certificate and its life."""

from .applications import Application, ApplicationQuerySet, ApplicationQuestion, ChecklistAnswer
from .certificates import (
    Certificate,
    CertificateQuerySet,
    Duplicate,
    PaperOriginal,
    StatusPeriod,
)
from .changes import CertificateChange
from .desk import ChamberSeal, Consultation, Mandate, Power, TakeOver
from .ledger import DrawDocument, OverUse, QuantityDraw

__all__ = [
    "Application",
    "ApplicationQuerySet",
    "ApplicationQuestion",
    "Certificate",
    "CertificateChange",
    "CertificateQuerySet",
    "ChamberSeal",
    "ChecklistAnswer",
    "Consultation",
    "DrawDocument",
    "Duplicate",
    "Mandate",
    "OverUse",
    "PaperOriginal",
    "Power",
    "QuantityDraw",
    "StatusPeriod",
    "TakeOver",
]
