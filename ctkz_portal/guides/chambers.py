"""Guides for regional chambers: who reviews, and who signs."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Role

from .steps import Guide, Step, Term, Trouble

CHAMBER_OFFICER = Guide(
    "chamber-officer",
    _("For the chamber officer"),
    _("You review the application and propose; somebody else decides."),
    (
        Step(
            _("Take an application"),
            _("Opened by you, it is yours for a while, so that two people never do the same work."),
            "home",
            _("My work"),
            terms=(
                Term(_("The whole decision"), "certificate.deadline_days"),
                Term(_("Taking it"), "term.application.submitted"),
                Term(_("It stays with you after the last look"), "desk.lock_minutes", "minutes"),
            ),
            troubles=(
                Trouble(
                    _("A colleague holds it and is away."),
                    _("Take it over with a note; the note stands in the history."),
                ),
            ),
        ),
        Step(
            _("Review it against the act"),
            _(
                "The list of checks says what the portal compared by itself and what you must see "
                "yourself: parties, goods, act in force, papers."
            ),
            "issuance:application-list",
            _("Applications"),
            terms=(
                Term(_("The applicant's answer; the clock stands"), "certificate.answer_days"),
                Term(_("The reply of another body"), "consultation.days"),
            ),
            troubles=(
                Trouble(
                    _("Something does not fit the act."),
                    _("Ask the applicant, or consult the expert organisation from the same page."),
                ),
            ),
        ),
        Step(
            _("Propose to issue or to refuse"),
            _(
                "A refusal needs its ground from the list and a sentence that the "
                "applicant understands."
            ),
            "issuance:application-list",
            _("Applications"),
            terms=(Term(_("The signatory's decision"), "term.application.recommended"),),
        ),
        Step(
            _("Keep issued certificates right"),
            _(
                "Replacement, duplicate, annulment and paper originals begin on the page "
                "of the certificate."
            ),
            "issuance:certificate-list",
            _("Certificates"),
            terms=(
                Term(_("A duplicate"), "certificate.duplicate_days"),
                Term(_("A paper original comes back within"), "certificate.return_days"),
            ),
        ),
        Step(
            _("Answer the Committee"),
            _("Questions on cases of your chamber stand in one list."),
            "control:inbox",
            _("From the Committee"),
            terms=(Term(_("An explanation during a desk check"), "desk_check.answer_days"),),
        ),
    ),
    Role.CHAMBER_OFFICER,
)
CHAMBER_SIGNATORY = Guide(
    "chamber-signatory",
    _("For the chamber signatory"),
    _("You decide and sign. Nobody decides on what they reviewed themselves."),
    (
        Step(
            _("Have your authority entered"),
            _(
                "Without an order that is in force nothing can be signed. A second person "
                "confirms it."
            ),
            "issuance:mandate-list",
            _("Signatories"),
            needs=(_("number and day of the order, and until when it holds"),),
            terms=(Term(_("Confirming it"), "term.mandate.entered"),),
        ),
        Step(
            _("Decide"),
            _(
                "See the review, the act and the draft of the certificate, then approve, return or "
                "refuse. Several alike can be decided in one go."
            ),
            "issuance:application-list",
            _("Applications"),
            needs=(_("your key of the National Certification Authority"),),
            terms=(
                Term(_("Deciding"), "term.application.recommended"),
                Term(_("To sign what was shown"), "signing.session_minutes", "minutes"),
            ),
            troubles=(
                Trouble(
                    _("The button to approve is missing."),
                    _(
                        "You reviewed it yourself, or your authority is not in force: the "
                        "page says which."
                    ),
                ),
            ),
        ),
        Step(
            _("See that it was issued"),
            _("The number is given, the file is sealed and the log has it within moments."),
            "issuance:certificate-list",
            _("Certificates"),
            terms=(Term(_("Issuing"), "term.certificate.issuing"),),
            troubles=(
                Trouble(
                    _("Issuing failed."),
                    _(
                        "The number is kept. Press “Issue again”; tell the operator if it "
                        "fails twice."
                    ),
                ),
            ),
        ),
        Step(
            _("Decide on changes"),
            _(
                "Suspension, replacement and annulment are proposed by one person and "
                "decided by you."
            ),
            "issuance:change-list",
            _("Changes of certificates"),
            terms=(Term(_("Deciding"), "term.certificate_change.proposed"),),
        ),
    ),
    Role.CHAMBER_SIGNATORY,
)
