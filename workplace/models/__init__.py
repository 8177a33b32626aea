"""Tables of everyday work, a module for each part."""

from .baskets import BulkItem, BulkRun, HandOver, SavedView
from .cases import CaseNote, CaseNoteMention
from .deadlines import DeadlineMark
from .search import SearchEntry, SearchWord

__all__ = [
    "BulkItem",
    "BulkRun",
    "CaseNote",
    "CaseNoteMention",
    "DeadlineMark",
    "HandOver",
    "SavedView",
    "SearchEntry",
    "SearchWord",
]
