"""One sentence about an attestation: what it waits for and from whom, what the reader does next."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Membership
from reference.code_lists import code_label
from reference.parameters import parameter

from .models import AttestationCase
from .services.admitting import requirements_of
from .services.deciding import extension_window
from .terms import retake_day


@dataclass(frozen=True)
class Waiting:
    """`title` is set when the reader is the one who must act."""

    sentence: str
    title: str = ""
    text: str = ""


def waiting_for(case: AttestationCase, actor: Membership, *, on: date) -> Waiting:
    if case.user_id == actor.user_id:
        return _for_auditor(case, on=on)
    sentence = _sentence(case, on=on)
    names = {action.name for action in case.WORKFLOW.available(case, actor)}
    if "admit" in names:
        return Waiting(
            sentence,
            _("Expected from you: decide on the requirements"),
            _("When every requirement is met, admit the person to the test."),
        )
    if names & {"attest", "extend", "suspend", "revoke"}:
        return Waiting(
            sentence,
            _("Expected from you: decide"),
            _("An inspector has prepared the decision; read the grounds below."),
        )
    return Waiting(sentence)


def _for_auditor(case: AttestationCase, *, on: date) -> Waiting:
    sentence = _sentence(case, on=on)
    match case.status:
        case "applied":
            # A document added since is waited for by the inspector, not by the auditor.
            if any(one.state in ("missing", "unmet") for one in requirements_of(case)):
                return Waiting(
                    sentence,
                    _("Expected from you: add what is missing"),
                    _("The Committee says below which requirement is not shown yet."),
                )
        case "admitted":
            return Waiting(
                sentence,
                _("Expected from you: take the test"),
                _("The agency that holds the test reports the result to the Committee."),
            )
        case "attested":
            window = extension_window(case, on=on)
            if window and window[0] <= on <= window[1] and case.extension_asked_at is None:
                return Waiting(
                    sentence,
                    _("Expected from you: ask for the extension"),
                    _("After the last day a new application with a test is needed."),
                )
    return Waiting(sentence)


def _sentence(case: AttestationCase, *, on: date) -> str:
    match case.status:
        case "applied":
            return _("An inspector of the Committee looks at the documents.")
        case "admitted":
            return _sentence_on_test(case, on=on)
        case "tested":
            if case.pending_proposal():
                return _("Waits for the decision of the head of the department.")
            return _("The test is passed; an inspector prepares the decision.")
        case "attested":
            return _sentence_in_force(case)
        case "suspended":
            suspension = case.suspensions.latest("from_on")
            return _("Suspended until %(day)s; then the attestation returns by itself.") % {
                "day": suspension.until_on.strftime("%d.%m.%Y")
            }
        case "revoked":
            return _("Revoked: %(reason)s. A new attestation needs a new application.") % {
                "reason": code_label("revocation_reason", case.revocation_reason)
            }
        case "refused":
            return _("Not admitted: %(reason)s.") % {
                "reason": code_label("attestation_refusal_reason", case.refusal_reason)
            }
        case "failed":
            return _("All attempts at the test have failed.")
        case "expired":
            return _("The term has ended. A new attestation needs a new application.")
    return _("The application was withdrawn.")


def _sentence_on_test(case: AttestationCase, *, on: date) -> str:
    last = case.tests.order_by("taken_on").last()
    if last is None:
        return _("Admitted; the result of the test is awaited.")
    again = retake_day(last.taken_on, parameter("attestation.retake_months", on=on))
    left = parameter("attestation.attempts_max", on=on) - case.tests.count()
    return _(
        "The test was not passed. It may be taken again from %(day)s; attempts left: %(left)s."
    ) % {
        "day": again.strftime("%d.%m.%Y"),
        "left": left,
    }


def _sentence_in_force(case: AttestationCase) -> str:
    until = case.last_day()
    sentence = _("The attestation is in force until %(day)s.") % {
        "day": until.strftime("%d.%m.%Y") if until else ""
    }
    if case.pending_proposal():
        return " ".join((sentence, _("A decision of the head of the department is prepared.")))
    if case.extension_asked_at:
        return " ".join((sentence, _("The auditor has asked for an extension.")))
    return sentence
