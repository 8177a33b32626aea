"""Stage one: the request for expertise, what it is about, and the act that concludes it."""

from .acts import Act, ActQuerySet, Fingerprint
from .assignment import AssignmentDraw, ConflictOverride, SecondOpinion
from .examination import (
    Examination,
    Finding,
    FindingEvidence,
    LabResult,
    ProcessStep,
    VisitAnswer,
)
from .goods import GoodsLine, Material, OriginDocument
from .requests import (
    Category,
    ExpertiseRequest,
    RequestDocument,
    RequestQuerySet,
    RequestQuestion,
)

__all__ = [
    "Act",
    "ActQuerySet",
    "AssignmentDraw",
    "Category",
    "ConflictOverride",
    "Examination",
    "ExpertiseRequest",
    "Finding",
    "FindingEvidence",
    "Fingerprint",
    "GoodsLine",
    "LabResult",
    "Material",
    "OriginDocument",
    "ProcessStep",
    "RequestDocument",
    "RequestQuerySet",
    "RequestQuestion",
    "SecondOpinion",
    "VisitAnswer",
]
