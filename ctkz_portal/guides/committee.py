"""Guides for the Committee: who inspects, and who decides."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Role

from .steps import Guide, Step, Term, Trouble

INSPECTOR = Guide(
    "inspector",
    _("For the Committee inspector"),
    _("You see every case, check it from the desk, and propose what follows."),
    (
        Step(
            _("See what stands out"),
            _("Each score is explained in words, with the cases behind it."),
            "oversight:risk-list",
            _("Risk"),
            troubles=(
                Trouble(
                    _("A score looks wrong."),
                    _("Open its reasons: each names the indicator, its weight and its source."),
                ),
            ),
        ),
        Step(
            _("Do the desk check"),
            _("Ask, replay the calculation, write down violations one by one with their proof."),
            "oversight:check-list",
            _("Desk control"),
            terms=(
                Term(_("One check, without the days of answers"), "desk_check.days"),
                Term(_("The organisation's explanation"), "desk_check.answer_days"),
                Term(_("A conclusion needs a replay not older than"), "desk_check.replay_days"),
            ),
            troubles=(
                Trouble(
                    _("The organisation does not answer."),
                    _("The term ends by itself and the check goes on: say so in the conclusion."),
                ),
            ),
        ),
        Step(
            _("Recommend first"),
            _("A violation found from the desk leads to a recommendation before anything else."),
            "oversight:recommendation-list",
            _("Recommendations"),
            terms=(
                Term(_("Sending it after the finding"), "recommendation.send_days"),
                Term(_("Objecting"), "recommendation.object_days"),
                Term(_("Carrying it out"), "recommendation.execute_days"),
                Term(
                    _("Counts as delivered, if nobody opens it, after"),
                    "recommendation.deemed_delivered_days",
                ),
            ),
        ),
        Step(
            _("Propose a measure"),
            _("Name the violation, the ground and the subject. Somebody else decides."),
            "oversight:measure-list",
            _("Measures"),
            terms=(Term(_("The decision"), "term.measure.proposed"),),
        ),
        Step(
            _("Answer complaints"),
            _("Register, hand over or forward; the complainant follows it by number and code."),
            "oversight:complaint-list",
            _("Complaints"),
            terms=(
                Term(_("The answer"), "complaint.answer_days"),
                Term(_("Forwarding what is not ours"), "complaint.forward_days"),
            ),
            troubles=(
                Trouble(
                    _("It takes longer."),
                    _("Extend it with a reason before the last day; the complainant is told."),
                ),
            ),
        ),
        Step(
            _("Inspect on the spot"),
            _("Plan, registration, samples, outcome: each with its paper."),
            "oversight:inspection-list",
            _("Inspections"),
        ),
    ),
    Role.INSPECTOR,
)
COMMITTEE_HEAD = Guide(
    "committee-head",
    _("For the head of the Committee's department"),
    _("You decide on what inspectors propose and answer for the rules in force."),
    (
        Step(
            _("Decide on proposals"),
            _("Measures, appeals and attestations wait in your work, the oldest first."),
            "home",
            _("My work"),
            needs=(_("your key of the National Certification Authority"),),
            terms=(
                Term(_("A measure"), "term.measure.proposed"),
                Term(_("An appeal"), "appeal.decision_days"),
                Term(_("An attestation"), "term.attestation_proposal.pending"),
            ),
            troubles=(
                Trouble(
                    _("You proposed it yourself."),
                    _("Another head decides: nobody decides on what they proposed."),
                ),
            ),
        ),
        Step(
            _("Draw the plan of control in the open"),
            _(
                "The frame is published first, the draw follows from a later event: "
                "anybody can repeat it."
            ),
            "oversight:plan-list",
            _("Plans of control"),
        ),
        Step(
            _("Put rules into force"),
            _("A version is checked, its effect on past cases is shown, and it begins on a day."),
            "origin:pack-list",
            _("Rules"),
            troubles=(
                Trouble(
                    _("A rule is disputed."),
                    _("Give a ruling; auditors see it beside the rule at once."),
                ),
            ),
        ),
        Step(
            _("See what is late and why"),
            _("One page with every clock of the chambers, expert organisations and departments."),
            "workplace:late-list",
            _("What is late"),
        ),
        Step(
            _("Read the figures"),
            _("Each with its definition, its interval and the cases behind it."),
            "oversight:figures",
            _("Figures"),
        ),
    ),
    Role.COMMITTEE_HEAD,
)
