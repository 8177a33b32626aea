"""Whose turn a thing is, asked of the transition tables and permissions one thing at a time: what
the conditions of the basket must agree with."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Role
from accounts.permissions import has_permission
from auditors.models import Proposal
from issuance.models import Mandate
from oversight.control.questions import open_question
from oversight.measures.deciding import may_be_imposed
from oversight.models import CheckQuestion, DeskCheck
from oversight.selection.closing import is_opened, open_checks

WAITING, FREE = "waiting", "free"
Turn = str | None


def offered(thing: Any, actor: Membership) -> set[str]:
    return {each.name for each in thing.WORKFLOW.available(thing, actor)}


def request(thing: Any, actor: Membership) -> Turn:
    if offered(thing, actor) & {"submit", "accept", "assign", "sign", "answer"}:
        return WAITING
    act = getattr(thing, "act", None)
    may_go_on = (
        thing.status == "concluded"
        and act.is_positive
        and act.status == "signed"
        and act.valid_until >= timezone.localdate()
        and actor.role == Role.APPLICANT
        and has_permission(actor, "issuance.create_application", act)
    )
    return WAITING if may_go_on else None


def application(thing: Any, actor: Membership) -> Turn:
    names = offered(thing, actor)
    if names & {"submit", "recommend", "answer", "approve"}:
        return WAITING
    certificate = getattr(thing, "certificate", None)
    if certificate and "resume" in offered(certificate, actor):
        return WAITING
    return FREE if "take" in names else None


def change(thing: Any, actor: Membership) -> Turn:
    return WAITING if "decide" in offered(thing, actor) else None


def entry(thing: Any, actor: Membership) -> Turn:
    kind = "mandate" if isinstance(thing, Mandate) else "seal"
    today = timezone.localdate()
    is_over = thing.valid_until is not None and thing.valid_until < today
    waits = thing.confirmed_at is None and not is_over
    return WAITING if waits and has_permission(actor, f"issuance.confirm_{kind}", thing) else None


def check(thing: Any, actor: Membership) -> Turn:
    names = offered(thing, actor)
    if names & {"start", "conclude", "reopen", "close"}:
        return WAITING
    if "resume" in names:
        question = open_question(thing)
        is_overdue = question is None or question.due_on < timezone.localdate()
        return WAITING if is_overdue else None
    if thing.status == "selected" and "assign" in names:
        return WAITING if actor.role == Role.COMMITTEE_HEAD else FREE
    return None


def recommendation(thing: Any, actor: Membership) -> Turn:
    names = offered(thing, actor)
    return WAITING if names & {"send", "dismiss_objection", "confirm"} else None


def plan(thing: Any, actor: Membership) -> Turn:
    names = offered(thing, actor)
    is_done = is_opened(thing) and not open_checks(thing).exists()
    return WAITING if "commit" in names or ("close" in names and is_done) else None


def complaint(thing: Any, actor: Membership) -> Turn:
    names = offered(thing, actor)
    if names & {"draft", "answer"}:
        return WAITING
    if "take" in names:
        return WAITING if thing.inspector_id == actor.user_id else FREE
    return FREE if thing.status == "received" and "register" in names else None


def measure(thing: Any, actor: Membership) -> Turn:
    names, today = offered(thing, actor), timezone.localdate()
    if "approve" in names or ("impose" in names and may_be_imposed(thing, on=today)):
        return WAITING
    is_overdue = thing.due_on is not None and thing.due_on < today
    return FREE if "execute" in names and is_overdue else None


def appeal(thing: Any, actor: Membership) -> Turn:
    return WAITING if "allow" in offered(thing, actor) else None


def mass_action(thing: Any, actor: Membership) -> Turn:
    names = offered(thing, actor)
    return WAITING if names & {"propose", "approve_first", "approve", "resume"} else None


def inspection(thing: Any, actor: Membership) -> Turn:
    if offered(thing, actor) & {"start", "complete"}:
        return WAITING
    if thing.status == "planned" and thing.inspector_id is None:
        if has_permission(actor, "oversight.assign_inspection", thing):
            return WAITING
        if has_permission(actor, "oversight.take_inspection", thing):
            return FREE
    return None


def listing(thing: Any, actor: Membership) -> Turn:
    return FREE if offered(thing, actor) & {"confirm", "send"} else None


def attestation(thing: Any, actor: Membership) -> Turn:
    names = offered(thing, actor)
    if names & {"attest", "extend", "suspend", "revoke"}:
        return WAITING
    if "admit" in names:
        return FREE
    pending = thing.proposals.filter(outcome=Proposal.Outcome.PENDING).exists()
    wants = thing.status == "attested" and thing.extension_asked_at is not None
    prepares = has_permission(actor, "auditors.propose_decision", thing)
    return FREE if prepares and not pending and (thing.status == "tested" or wants) else None


def pack(thing: Any, actor: Membership) -> Turn:
    names = offered(thing, actor)
    is_own_draft = "check" in names and thing.author_id == actor.user_id
    return WAITING if is_own_draft or "approve" in names else None


def ruling(thing: Any, actor: Membership) -> Turn:
    return WAITING if "approve" in offered(thing, actor) else None


def opinion(thing: Any, actor: Membership) -> Turn:
    return WAITING if "resolve" in offered(thing, actor) else None


def question(thing: CheckQuestion, actor: Membership) -> Turn:
    is_last = open_question(thing.check_of) == thing
    return WAITING if is_last and "answer" in offered(thing.check_of, actor) else None


def recommended(thing: Any, actor: Membership) -> Turn:
    return WAITING if "report" in offered(thing, actor) else None


def conclusion(thing: DeskCheck, actor: Membership) -> Turn:
    may = "object" in offered(thing, actor) and thing.objected_at is None
    return WAITING if may else None


def notice(thing: Any, actor: Membership) -> Turn:
    replies = has_permission(actor, "oversight.reply_to_measure", thing)
    waits = (thing.status == "approved" and thing.replied_at is None) or (
        thing.status == "in_force" and thing.execute_by is not None
    )
    return WAITING if replies and waits else None


TURNS: dict[str, Callable[[Any, Membership], Turn]] = {
    "request": request,
    "application": application,
    "change": change,
    "mandate": entry,
    "seal": entry,
    "question": question,
    "recommended": recommended,
    "conclusion": conclusion,
    "notice": notice,
    "check": check,
    "recommendation": recommendation,
    "plan": plan,
    "complaint": complaint,
    "measure": measure,
    "appeal": appeal,
    "mass_action": mass_action,
    "inspection": inspection,
    "listing": listing,
    "attestation": attestation,
    "pack": pack,
    "ruling": ruling,
    "opinion": opinion,
}
