"""Commands of stage two: applying, review, decision."""

from .applying import (
    apply_as_arranged,
    apply_for_certificate,
    submit_application,
    withdraw_application,
)
from .deciding import (
    COMPLETE_ISSUE,
    approve_application,
    refuse_application,
    resume_issue,
    return_application,
)
from .reviewing import (
    Answer,
    answer_question,
    ask_applicant,
    propose_refusal,
    recommend_application,
    save_checklist,
    take_application,
)

__all__ = [
    "COMPLETE_ISSUE",
    "Answer",
    "answer_question",
    "apply_as_arranged",
    "apply_for_certificate",
    "approve_application",
    "ask_applicant",
    "propose_refusal",
    "recommend_application",
    "refuse_application",
    "resume_issue",
    "return_application",
    "save_checklist",
    "submit_application",
    "take_application",
    "withdraw_application",
]
