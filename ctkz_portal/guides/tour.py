"""The tour of the demo: one cycle in ten stops, each seen through somebody else's eyes."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Stop:
    """`who` is a sign-in of the demo without its domain; nobody where no account is needed."""

    title: Text
    who: str
    where: str
    look: Text
    press: Text
    happened: Text


STOPS = (
    Stop(
        _("A producer needs a certificate"),
        "applicant",
        "home",
        _("The work of the day: what waits for you, what waits for others, how long is left."),
        _("Open “Requests”, begin one by copying an earlier request, and look at its task list."),
        _("The request was begun. A draft is yours: nobody else sees it until it is submitted."),
    ),
    Stop(
        _("The expert organisation takes the request"),
        "head",
        "home",
        _("Who may examine it: attested, free of conflicts, not too often for this producer."),
        _("Take a request and give it to an auditor, or draw lots."),
        _("The draw stands in the log with everything needed to repeat it."),
    ),
    Stop(
        _("The auditor examines"),
        "auditor",
        "expertise:request-list",
        _("Documents, photographs, operations, materials: each finding with its proof."),
        _("Open a request under examination and let the portal judge a line by the rules."),
        _("Each proof was recorded with its digest: it cannot be exchanged later."),
    ),
    Stop(
        _("The act is signed"),
        "auditor",
        "expertise:act-list",
        _("A signed act: the calculation line by line and the rule that was applied."),
        _("Open an act, then its record and its file."),
        _("The act was signed. From now on it is corrected only by a new act."),
    ),
    Stop(
        _("The chamber reviews"),
        "officer",
        "issuance:application-list",
        _("What the portal compared by itself and what a person has to see."),
        _("Take an application, go through the checks and propose."),
        _("A proposal, and no decision: the officer cannot decide on their own review."),
    ),
    Stop(
        _("The signatory decides and the certificate is issued"),
        "signatory",
        "home",
        _("The review, the act and the draft of the certificate beside each other."),
        _("Approve an application and watch the number appear."),
        _("Two entries: issuing began, and it was issued. Between them the seal was used."),
    ),
    Stop(
        _("A buyer verifies it"),
        "",
        "registry:verify",
        _("The answer first, in words. No account is needed."),
        _("Take a number from the register, type it here, then drop the file."),
        _("The certificate is proved by its seal and by its place in the log, not by our word."),
    ),
    Stop(
        _("The Committee checks from the desk"),
        "inspector",
        "oversight:check-list",
        _("Why a case stands out: each indicator in words, with its cases."),
        _("Open a check and replay the calculation as it was on that day."),
        _("The replay was recorded: same inputs, same rules, same result, or not."),
    ),
    Stop(
        _("The head of the department decides"),
        "chief",
        "home",
        _("Proposals of inspectors, what is late and why, the figures."),
        _("Open a proposed measure and see who may decide on it."),
        _("Proposing and deciding are two entries by two people."),
    ),
    Stop(
        _("Anybody looks over everybody's shoulder"),
        "",
        "audit:log",
        _("The log: every entry has its place, and witnesses keep its heads."),
        _("Open the page how control is drawn, and repeat a draw with the script."),
        _("Nothing: reading leaves no trace. That is the end of the tour."),
    ),
)
