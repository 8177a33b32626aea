"""Guides for those without an account: who buys, and who has something to complain of."""

from django.utils.translation import gettext_lazy as _

from .steps import Guide, Step, Term, Trouble

BUYER = Guide(
    "buyer",
    _("For buyers: how to verify"),
    _("Whether a certificate is real, in force and about these goods. No account is needed."),
    (
        Step(
            _("Scan the code or type the number"),
            _(
                "The QR code leads to the page of the certificate. The number may be typed with or "
                "without spaces, in Cyrillic or Latin letters."
            ),
            "registry:verify",
            _("Verify"),
            needs=(_("the paper, its file, or only the number"),),
            troubles=(
                Trouble(
                    _("The address of the code is not that of the portal."),
                    _(
                        "Do not go there. Type the number here; a forged code leads to a "
                        "forged page."
                    ),
                ),
                Trouble(
                    _("The number is unknown."),
                    _(
                        "Compare each digit. If it is right, the certificate was not "
                        "issued: report it."
                    ),
                ),
            ),
        ),
        Step(
            _("Compare goods, quantity and share"),
            _("The page shows what was issued. Paper can be altered, the page cannot."),
            "registry:register",
            _("Register"),
            troubles=(
                Trouble(
                    _("It is real but expired, suspended or annulled."),
                    _(
                        "It proves nothing for a delivery of today. Ask the seller for one "
                        "in force."
                    ),
                ),
                Trouble(
                    _("More is sold under it than it covers."),
                    _("The page shows what was drawn from it. Ask the seller, or report it."),
                ),
            ),
        ),
        Step(
            _("Drop the file to check the signature"),
            _("The portal compares it with what was sealed, and says what differs."),
            "registry:verify",
            _("Verify"),
        ),
        Step(
            _("Keep a receipt for the purchase file"),
            _("A signed receipt says what was checked and when. Several numbers go at once."),
            "registry:verify",
            _("Verify"),
        ),
        Step(
            _("Be told when it changes"),
            _("Watch a certificate by e-mail, or let your program ask the open interface."),
            "v1:page",
            _("Open API"),
        ),
    ),
)
PUBLIC = Guide(
    "public",
    _("For everybody: how to complain"),
    _("About goods, a certificate, an auditor, a chamber or a seller of certificates."),
    (
        Step(
            _("Write what you saw"),
            _("Name the number or the goods and add photographs. You may stay unnamed to others."),
            "control:complaint-new",
            _("Complain"),
            needs=(_("when and where; the number of the certificate, if there is one"),),
            terms=(
                Term(_("Registering it"), "term.complaint.received"),
                Term(_("The answer"), "complaint.answer_days"),
                Term(
                    _("Another body gets it, if it is not ours, within"), "complaint.forward_days"
                ),
            ),
            troubles=(
                Trouble(
                    _("You lost the code of your complaint."),
                    _("It cannot be found without it. Write again and name the number you know."),
                ),
            ),
        ),
        Step(
            _("Follow it"),
            _("Number and code show where it stands, and the answer."),
            "control:complaint-follow",
            _("Follow a complaint"),
            terms=(
                Term(_("An extension, at most"), "complaint.extension_months", "months"),
                Term(_("You are told of an extension within"), "complaint.notice_days"),
            ),
        ),
        Step(
            _("Report who sells certificates"),
            _("Sites and people that offer a certificate without expertise."),
            "control:grey-market",
            _("Sellers of certificates"),
            needs=(_("the address of the page, and a picture of the screen"),),
        ),
        Step(
            _("Appeal against a refusal"),
            _("To the body that decided; the body above it hears the appeal."),
            "control:complaint-new",
            _("Complain"),
            terms=(Term(_("From the day you learnt of it"), "appeal.months", "months"),),
        ),
        Step(
            _("Check the checkers"),
            _("How control is drawn, and the log that nobody can rewrite, are open."),
            "control:plan-list",
            _("How control is drawn"),
        ),
    ),
)
