"""Guides for expert organisations, their auditors and those who want to become one."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Role

from .steps import Guide, Step, Term, Trouble

EXPERT_HEAD = Guide(
    "expert-head",
    _("For the head of the expert organisation"),
    _("You take requests, give them to auditors and answer for what is signed."),
    (
        Step(
            _("Take the request or reject it"),
            _("Look whether the package is complete and within the attestation of your auditors."),
            "home",
            _("My work"),
            terms=(Term(_("Taking or rejecting"), "term.request.submitted"),),
            troubles=(
                Trouble(
                    _("Something is missing."),
                    _("Reject with the reason: the applicant copies the request and files again."),
                ),
            ),
        ),
        Step(
            _("Give it to an auditor"),
            _(
                "The portal says who is attested, who has a conflict and who examined this "
                "producer "
                "too often. Choose, or draw lots."
            ),
            "expertise:request-list",
            _("Requests"),
            terms=(
                Term(_("Giving it out"), "term.request.accepted"),
                Term(_("Acts in a row for one producer, at most"), "rotation.acts_in_row", "acts"),
                Term(_("No goods of a former employer for"), "conflict.employment_years", "years"),
            ),
            troubles=(
                Trouble(
                    _("Nobody is free of conflicts."),
                    _("Pass over the conflict with a written reason; the Committee sees it."),
                ),
                Trouble(
                    _("The auditor fell ill."),
                    _("Release the request and give it to another; what was recorded stays."),
                ),
            ),
        ),
        Step(
            _("Watch terms and quality"),
            _("Late cases stand in one list. Quality compares your acts with second expertises."),
            "expertise:quality-list",
            _("Quality"),
            terms=(
                Term(_("The examination"), "expertise.deadline_days"),
                Term(
                    _("Share examined a second time"), "second_expertise.share_percent", "percent"
                ),
            ),
        ),
        Step(
            _("Keep the attestations of your auditors"),
            _("The list shows whose attestation ends and who is suspended."),
            "auditors:own-list",
            _("Our auditors"),
            terms=(
                Term(
                    _("Asking for an extension, days before the end"),
                    "attestation.extension_before_days",
                    "days",
                ),
            ),
        ),
        Step(
            _("Answer the Committee"),
            _("Explain, object, or carry out what is recommended."),
            "control:inbox",
            _("From the Committee"),
            terms=(
                Term(_("An explanation during a desk check"), "desk_check.answer_days"),
                Term(_("Carrying out a recommendation"), "recommendation.execute_days"),
            ),
        ),
    ),
    Role.EXPERT_HEAD,
)
AUDITOR = Guide(
    "auditor",
    _("For the expert-auditor"),
    _("You look, record what you saw with its proof, judge by the rules and sign."),
    (
        Step(
            _("Begin with what waits for you"),
            _(
                "Your work lists requests by the days left. A clock stands while the "
                "applicant answers."
            ),
            "home",
            _("My work"),
            terms=(Term(_("From acceptance to the act"), "expertise.deadline_days"),),
            troubles=(
                Trouble(
                    _("You know the producer too well."),
                    _("Declare it under “My attestation” and give the request back at once."),
                ),
            ),
        ),
        Step(
            _("Examine papers, goods and process"),
            _(
                "Check the documents, photograph marking and machines, describe the operations, "
                "enter the visit and the laboratory. Tie each finding to what proves it."
            ),
            "expertise:request-list",
            _("Requests"),
            needs=(
                _("a telephone with camera on the visit; photographs are sent from the page"),
                _("names of those present at the visit"),
            ),
            terms=(
                Term(_("How often you may ask the applicant"), "expertise.questions_max", "times"),
                Term(_("The applicant's answer"), "expertise.answer_days"),
            ),
            troubles=(
                Trouble(
                    _("The applicant does not let you in."),
                    _("Record it and refuse the expertise with that ground."),
                ),
                Trouble(
                    _("A text or photograph resembles another act."),
                    _("The portal points it out. Say in the finding why it is right here."),
                ),
            ),
        ),
        Step(
            _("Judge by the rules"),
            _(
                "The portal compares codes and values with the rule in force on that day and shows "
                "how it got there. You confirm, or rule otherwise with a reason."
            ),
            "origin:rules",
            _("Rules"),
            troubles=(
                Trouble(
                    _("A rule can be read in two ways."),
                    _("Raise a dispute: the Committee's reading is then there for everybody."),
                ),
            ),
        ),
        Step(
            _("Sign the act"),
            _("Read what is shown for signature to the end. A signed act is never changed."),
            "expertise:act-list",
            _("Acts"),
            needs=(
                _("an attestation in force on the day of the act"),
                _("your own key; nobody else signs for you"),
            ),
            terms=(
                Term(_("To sign what was shown"), "signing.session_minutes", "minutes"),
                Term(
                    _("The act for serial production stays good for"),
                    "act.validity_months.serial",
                    "months",
                ),
                Term(
                    _("The act for a batch stays good for"), "act.validity_months.batch", "months"
                ),
            ),
            troubles=(
                Trouble(
                    _("You find a mistake after signing."),
                    _(
                        "Correct it by a new act that names the old one, before a "
                        "certificate stands on it."
                    ),
                ),
            ),
        ),
        Step(
            _("Keep your attestation"),
            _("Its last day, your tests and your declarations of interest stand on one page."),
            "auditors:mine",
            _("My attestation"),
            terms=(
                Term(_("An attestation lasts"), "attestation.term_years", "years"),
                Term(
                    _("An extension may be asked for, days before the end"),
                    "attestation.extension_before_days",
                    "days",
                ),
            ),
        ),
    ),
    Role.AUDITOR,
)
CANDIDATE = Guide(
    "candidate",
    _("For the candidate for attestation"),
    _("From the application to the entry in the public register of auditors."),
    (
        Step(
            _("Apply with your proofs"),
            _("Fill in education and work and add a scan for each requirement."),
            "auditors:mine",
            _("My attestation"),
            needs=(
                _("diploma, and papers on your work"),
                _("certificate of training, if it is asked for"),
            ),
            terms=(
                Term(_("Work in the field, at least"), "attestation.experience_years", "years"),
                Term(_("The Committee looks at the application"), "term.attestation.applied"),
            ),
            troubles=(
                Trouble(
                    _("A proof is found insufficient."),
                    _("The page names the requirement: add a better paper to the same line."),
                ),
            ),
        ),
        Step(
            _("Take the test"),
            _("The day and the result are entered by the Committee; you are told of both."),
            "auditors:mine",
            _("My attestation"),
            terms=(
                Term(_("Right answers, at least"), "attestation.test_threshold_percent", "percent"),
                Term(_("Attempts, at most"), "attestation.attempts_max", "times"),
                Term(_("Between two attempts"), "attestation.retake_months", "months"),
            ),
        ),
        Step(
            _("Wait for the decision"),
            _(
                "One person proposes, another decides. A refusal names its reason and can "
                "be appealed."
            ),
            "auditors:mine",
            _("My attestation"),
            terms=(
                Term(_("The decision after the test"), "term.attestation.tested"),
                Term(_("Appealing"), "appeal.months", "months"),
            ),
        ),
        Step(
            _("Find yourself in the register"),
            _("From the first day of the attestation the head may give you requests."),
            "auditors:register",
            _("Auditors"),
            terms=(Term(_("An attestation lasts"), "attestation.term_years", "years"),),
        ),
    ),
    Role.AUDITOR,
)
