"""What the Committee keeps: one module for each of its jobs."""

from .checks import CheckNote, CheckQuestion, DeskCheck, Fault, Replay, Violation
from .complaints import Complaint, ComplaintAddition, ComplaintFile
from .departments import Posting
from .figures import CaseFacts, Happening, ProjectionCursor, Report, StageSpan
from .grey_market import GreyBlock, GreyListing, GreyReport, UnknownNumberAlert
from .inspections import ControlOutcome, HalfYearList, Inspection, Sample
from .mass import MassAction, MassActionItem
from .measures import Appeal, Measure
from .plans import ControlPlan, FrameEntry
from .reading import CaseReading
from .recommendations import Recommendation
from .risk import IndicatorOutcome, LimitGap, RiskHit, RiskScore

__all__ = [
    "Appeal",
    "CaseFacts",
    "CaseReading",
    "CheckNote",
    "CheckQuestion",
    "Complaint",
    "ComplaintAddition",
    "ComplaintFile",
    "ControlOutcome",
    "ControlPlan",
    "DeskCheck",
    "Fault",
    "FrameEntry",
    "GreyBlock",
    "GreyListing",
    "GreyReport",
    "HalfYearList",
    "Happening",
    "IndicatorOutcome",
    "Inspection",
    "LimitGap",
    "MassAction",
    "MassActionItem",
    "Measure",
    "Posting",
    "ProjectionCursor",
    "Recommendation",
    "Replay",
    "Report",
    "RiskHit",
    "RiskScore",
    "Sample",
    "StageSpan",
    "UnknownNumberAlert",
    "Violation",
]
