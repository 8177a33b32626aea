"""Kinds of documents: what the applicant is offered, and what only the auditor adds."""

from datetime import date

from reference.code_lists import code_choices

# Entries of the list `document_type` with this mark are the auditor's own evidence.
AUDITORS_MARK = "auditor"
IDENTIFICATION_PHOTO = "identification_photo"
VISIT_PHOTO = "visit_photo"
LAB_PROTOCOL = "lab_protocol"
PHOTOS = (IDENTIFICATION_PHOTO, VISIT_PHOTO)


def applicants_types(*, on: date, category: str) -> list[tuple[str, str]]:
    """What goes with a request of this category; all of it while the category is open."""
    kinds = code_choices("document_type", on=on, applies_to=category or None)
    auditors_own = {code for code, _name in auditors_own_types(on=on)}
    return [(code, name) for code, name in kinds if code not in auditors_own]


def auditors_own_types(*, on: date) -> list[tuple[str, str]]:
    for_all = {code for code, _name in code_choices("document_type", on=on, applies_to="")}
    marked = code_choices("document_type", on=on, applies_to=AUDITORS_MARK)
    return [(code, name) for code, name in marked if code not in for_all]
