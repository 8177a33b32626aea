"""Guides for those who need a certificate and for those who file for them."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Role

from .steps import Guide, Step, Term, Trouble

PREPARE = Step(
    _("Try the calculation before you file"),
    _(
        "The calculator says whether the goods meet a criterion of origin and what the share of "
        "local content comes to. Nothing is kept."
    ),
    "origin:calculator",
    _("Calculator"),
    needs=(
        _("the HS code of the goods, ten digits, and the price ex works without VAT"),
        _("the materials with their codes, countries and values, from the cost calculation"),
    ),
    troubles=(
        Trouble(
            _("A material has no paper on its origin."),
            _("It counts as foreign. Ask the supplier for a CT-KZ or for the invoice."),
        ),
    ),
)
FILE = Step(
    _("File the request for expertise"),
    _(
        "Choose the expert organisation, name the goods, the materials and the documents. The form "
        "saves itself; you may leave and come back, and two people may fill it in together."
    ),
    "expertise:request-list",
    _("Requests"),
    needs=(
        _("papers on the legal status of the applicant, once a year"),
        _("invoices, customs declarations or certificates for the materials"),
        _("cost calculation, consumption norms, description of the process"),
        _("contract and invoice, if the certificate is for one batch"),
        _("your key of the National Certification Authority, to sign"),
    ),
    terms=(
        Term(_("The expert organisation takes it or rejects it"), "term.request.submitted"),
        Term(_("Signing, from the moment the text is shown"), "signing.session_minutes", "minutes"),
    ),
    troubles=(
        Trouble(
            _("The button to submit is missing."),
            _("The task list names what is still needed; each line leads to its field."),
        ),
        Trouble(
            _("NCALayer does not answer."),
            _("Start it on the computer and allow the page of the portal, then press again."),
        ),
    ),
)
EXAMINED = Step(
    _("Answer the auditor and show the production"),
    _(
        "The auditor looks at the papers, the goods and the process. A question stops the clock "
        "until you answer. The page of the case says whom it waits for."
    ),
    "home",
    _("My work"),
    terms=(
        Term(_("The examination, without the days of your answers"), "expertise.deadline_days"),
        Term(_("Your answer"), "expertise.answer_days"),
        Term(_("How often the auditor may ask"), "expertise.questions_max", "times"),
    ),
    troubles=(
        Trouble(
            _("You cannot answer in time."),
            _("Send what you have and say what is missing: without an answer the request ends."),
        ),
        Trouble(
            _("The auditor worked for you or for a rival."),
            _("Write it in the notes of the case; the head of the expert organisation decides."),
        ),
    ),
)
APPLY = Step(
    _("Apply to the chamber for the certificate"),
    _("Open the signed act and press “Send to a chamber”. Any regional chamber may be chosen."),
    "expertise:act-list",
    _("Acts"),
    needs=(_("an act in force that found the goods to originate"),),
    terms=(
        Term(_("The decision of the chamber"), "certificate.deadline_days"),
        Term(_("Your answer, if the chamber asks"), "certificate.answer_days"),
        Term(
            _("An act for serial production stays good for"), "act.validity_months.serial", "months"
        ),
        Term(_("An act for a batch stays good for"), "act.validity_months.batch", "months"),
    ),
    troubles=(
        Trouble(
            _("The chamber refuses."),
            _("The letter names the grounds. Mend them and file again, or appeal."),
        ),
        Trouble(
            _("The act has a mistake."),
            _("Ask the auditor to correct it before you apply: the certificate repeats the act."),
        ),
    ),
)
USE = Step(
    _("Use the certificate"),
    _(
        "Send the file with the QR code, or the number. The buyer checks it without an account. "
        "Ask for a duplicate or a replacement on the page of the certificate."
    ),
    "issuance:certificate-list",
    _("Certificates"),
    terms=(
        Term(_("In force, serial production"), "certificate.validity_months.serial", "months"),
        Term(_("In force, one batch"), "certificate.validity_months.batch", "months"),
        Term(_("A duplicate"), "certificate.duplicate_days"),
        Term(_("A paper original goes back after annulment within"), "certificate.return_days"),
    ),
    troubles=(
        Trouble(
            _("Materials or the process changed."),
            _("The certificate no longer fits. File a new request; copy the earlier one."),
        ),
        Trouble(
            _("Somebody shows a certificate with your name that is not yours."),
            _("Report it: the Committee looks into sellers of certificates."),
        ),
    ),
)
CONTROL = Step(
    _("Answer the Committee"),
    _("Questions, recommendations and measures of the Committee stand in one list."),
    "control:inbox",
    _("From the Committee"),
    terms=(
        Term(_("An explanation during a desk check"), "desk_check.answer_days"),
        Term(_("Objecting to a recommendation"), "recommendation.object_days"),
        Term(_("Carrying out a recommendation"), "recommendation.execute_days"),
        Term(_("Appealing against a decision"), "appeal.months", "months"),
    ),
    troubles=(
        Trouble(
            _("You do not open it."),
            _("It counts as delivered after a while all the same, and its term runs."),
        ),
    ),
)
COLLEAGUES = Step(
    _("Bring in colleagues and agents"),
    _("The head invites employees, answers requests for access and says until when an agent acts."),
    "accounts:organisation",
    _("Organisation"),
    needs=(_("for an agent: number, day and last day of the power of attorney"),),
    troubles=(
        Trouble(_("A colleague left."), _("End the access there; what was filed stays.")),
        Trouble(
            _("Nobody is head any more."),
            _("The head comes in again with the electronic signature of the organisation."),
        ),
    ),
)

APPLICANT = Guide(
    "applicant",
    _("For the applicant"),
    _("From the first calculation to the certificate that a buyer can check."),
    (COLLEAGUES, PREPARE, FILE, EXAMINED, APPLY, USE, CONTROL),
    Role.APPLICANT,
)
AGENT = Guide(
    "agent",
    _("For the agent of an applicant"),
    _("You act for somebody else, under a power of attorney and in that name."),
    (
        Step(
            _("Choose for whom you act"),
            _(
                "The menu with your name lists your clients. Everything you do is done for "
                "that one."
            ),
            "accounts:choose",
            _("For whom I act"),
            troubles=(
                Trouble(
                    _("A client is missing from the list."),
                    _(
                        "The power of attorney ended or was not entered: the client's head "
                        "prolongs it."
                    ),
                ),
                Trouble(
                    _("A case cannot be found."),
                    _("It belongs to another client: choose that one and search again."),
                ),
            ),
        ),
        PREPARE,
        Step(
            FILE.title,
            _(
                "As an employee would, with your own key: the record shows you, your organisation "
                "and the power of attorney. Materials and suppliers of one client are never shown "
                "to another."
            ),
            FILE.where,
            FILE.link,
            needs=(_("the power of attorney, number and day"), *FILE.needs),
            terms=FILE.terms,
            troubles=FILE.troubles,
        ),
        EXAMINED,
        APPLY,
        USE,
    ),
    Role.APPLICANT,
    for_agents=True,
)
