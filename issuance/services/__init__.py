"""Commands of stage two: applying, review, decision, and the chamber's registers."""

from .applying import (
    apply_as_arranged,
    apply_for_certificate,
    submit_application,
    withdraw_application,
)
from .consulting import close_consultation, consult
from .deciding import (
    COMPLETE_ISSUE,
    MAKE_LETTER,
    approve_application,
    refuse_application,
    resume_issue,
    return_application,
)
from .holding import (
    break_hold,
    open_case,
    reassign_application,
    release_application,
    reviewers_for,
    take_over,
)
from .mandating import (
    confirm_mandate,
    confirm_seal,
    end_mandate,
    end_seal,
    enter_mandate,
    enter_seal,
    register_portal_seal,
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
    "MAKE_LETTER",
    "Answer",
    "answer_question",
    "apply_as_arranged",
    "apply_for_certificate",
    "approve_application",
    "ask_applicant",
    "break_hold",
    "close_consultation",
    "confirm_mandate",
    "confirm_seal",
    "consult",
    "end_mandate",
    "end_seal",
    "enter_mandate",
    "enter_seal",
    "open_case",
    "propose_refusal",
    "reassign_application",
    "recommend_application",
    "refuse_application",
    "register_portal_seal",
    "release_application",
    "resume_issue",
    "return_application",
    "reviewers_for",
    "save_checklist",
    "submit_application",
    "take_application",
    "take_over",
    "withdraw_application",
]
