"""Stage one: the request for expertise, what it is about, and the act that concludes it."""

from .acts import Act, ActQuerySet, Fingerprint
from .assignment import AssignmentDraw, ConflictOverride, SecondOpinion
from .catalogue import (
    CatalogueBillRow,
    CatalogueMaterial,
    CatalogueProduct,
    CatalogueSupplier,
)
from .drafts import DraftPage
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
from .versions import FormVersion

__all__ = [
    "Act",
    "ActQuerySet",
    "AssignmentDraw",
    "CatalogueBillRow",
    "CatalogueMaterial",
    "CatalogueProduct",
    "CatalogueSupplier",
    "Category",
    "ConflictOverride",
    "DraftPage",
    "Examination",
    "ExpertiseRequest",
    "Finding",
    "FindingEvidence",
    "Fingerprint",
    "FormVersion",
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
