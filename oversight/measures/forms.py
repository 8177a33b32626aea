"""What people fill in about measures and appeals; forms check shape, services check law."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationKind, User
from expertise.models import Act
from issuance.models import Certificate
from oversight.control.violations import VIOLATIONS
from oversight.models import Violation
from reference.code_lists import code_choices, code_label
from reference.models import MeasureType
from reference.numbers import normalise_certificate_number

from .proposing import LONGEST_TEXT
from .replying import LONGEST_REPLY
from .targets import REASON_LISTS, Target

FILES = ("pdf", "jpg", "png", "docx", "xlsx")


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class TokenForm(forms.Form):
    """A form that is one deed however often it is sent."""

    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class ViolationChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, violation: Violation) -> str:
        return f"{code_label(VIOLATIONS, violation.code)}: {violation.text}"


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return person.full_name


class ProposalForm(TokenForm):
    """Asks for the target that the type fits, its reason, its fine; nothing else."""

    certificate = forms.CharField(
        label=_("Number of the certificate"),
        max_length=40,
        help_text=_("As on the paper, for example KZ 6 120 00001."),
    )
    act = forms.CharField(
        label=_("Number of the act of expertise"),
        max_length=40,
        help_text=_("As on the first page of the act, for example E01-2026-00001."),
    )
    auditor = PersonChoice(
        label=_("Expert-auditor"),
        queryset=None,
        help_text=_(
            "The person whom the measure concerns; everybody who was ever attested is offered."
        ),
    )
    organisation = forms.ModelChoiceField(
        label=_("Expert organisation"),
        queryset=None,
        help_text=_("The expert organisation whom the measure concerns."),
    )
    subject_bin = forms.CharField(
        label=_("BIN / IIN of the subject"),
        help_text=_("An organisation of the portal is found by its number alone."),
        max_length=40,
        required=False,
    )
    subject_name = forms.CharField(
        label=_("Name of the subject"),
        max_length=400,
        required=False,
        help_text=_(
            "As in the certificate of registration; only when the portal does not know the number."
        ),
    )
    subject_address = forms.CharField(
        label=_("Address of the subject"),
        max_length=400,
        required=False,
        help_text=_(
            "Where the notice and the decision are sent: as in the certificate of registration."
        ),
    )
    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    fine_mci = forms.DecimalField(
        label=_("Fine, MCI"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_(
            "In monthly calculation indices, as in the article; tenge are counted by the portal."
        ),
    )
    violations = ViolationChoice(
        label=_("Violations that it rests on"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Those that checks, complaints and inspections recorded about the "
            "subject; the decision names them."
        ),
    )
    grounds = forms.CharField(
        label=_("What it rests on"),
        help_text=_("Facts and findings. The subject reads it in the notice and the decision."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    upload = forms.FileField(
        label=_("Document"),
        required=False,
        help_text=_("What proves it and is not in the portal: PDF, photograph, DOCX or XLSX."),
    )

    def __init__(
        self, kind: MeasureType, found: QuerySet[Violation], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in self._left_out(kind, found):
            del self.fields[name]
        if "auditor" in self.fields:
            people = User.objects.filter(attestations__isnull=False).distinct()
            self.fields["auditor"].queryset = people.order_by("full_name")
            self.fields["auditor"].required = kind.target == Target.AUDITOR
        if "organisation" in self.fields:
            houses = Organisation.objects.filter(kind=OrganisationKind.EXPERT)
            self.fields["organisation"].queryset = houses.order_by("name_ru")
        if "reason" in self.fields:
            reasons = REASON_LISTS[kind.effect]
            self.fields["reason"].choices = code_choices(reasons, on=timezone.localdate())
        if "violations" in self.fields:
            self.fields["violations"].queryset = found

    def _left_out(self, kind: MeasureType, found: QuerySet[Violation]) -> list[str]:
        asked = {
            Target.CERTIFICATE: {"certificate"},
            Target.ACT: {"act"},
            Target.AUDITOR: {"auditor"},
            Target.ORGANISATION: {"organisation"},
            Target.SUBJECT: {"subject_bin", "subject_name", "subject_address", "auditor"},
        }[Target(kind.target)]
        targets = {
            "certificate", "act", "auditor", "organisation", "subject_bin", "subject_name",
            "subject_address",
        }  # fmt: skip
        left_out = targets - asked
        if kind.effect not in REASON_LISTS:
            left_out.add("reason")
        if not kind.has_fine or kind.fine_mci is not None:
            left_out.add("fine_mci")
        if not found.exists():
            left_out.add("violations")
        return sorted(left_out)

    def clean_certificate(self) -> Certificate:
        number = normalise_certificate_number(self.cleaned_data["certificate"])
        certificate = (
            Certificate.objects.exclude(status__in=("issuing", "issue_failed"))
            .filter(number=number)
            .first()
        )
        if certificate is None:
            raise forms.ValidationError(_("There is no certificate of this number."))
        return certificate

    def clean_act(self) -> Act:
        number = self.cleaned_data["act"].strip()
        act = Act.objects.filter(number=number).exclude(status="draft").first()
        if act is None:
            raise forms.ValidationError(_("There is no act of this number."))
        return act


class NoteForm(forms.Form):
    """Why; the decider, the subject and whoever hears an appeal read it."""

    note = forms.CharField(
        label=_("Why"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecisionForm(forms.Form):
    note = forms.CharField(
        label=_("Note to the decision"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ExecutionForm(forms.Form):
    note = forms.CharField(
        label=_("How it was executed"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PaymentForm(forms.Form):
    paid_on = _day(
        _("Day of the payment"),
        help_text=_("The day on the receipt or payment order."),
    )


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=_("Reply"),
        max_length=LONGEST_REPLY,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What you say to the notice. Whoever decides must have read it."),
    )
    upload = forms.FileField(
        label=_("Document"),
        required=False,
        help_text=_("One file that supports the reply: PDF, photograph, DOCX or XLSX."),
    )


class AppealForm(TokenForm):
    text = forms.CharField(
        label=_("What is appealed and why"),
        max_length=LONGEST_REPLY,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Which part of the decision is wrong, and why; name the papers that show it."),
    )
    learnt_on = _day(
        _("Learnt of the decision on"),
        required=False,
        help_text=_("The three months count from this day; without it from the decision."),
    )
    late_reason = forms.CharField(
        label=_("Why it comes late"),
        required=False,
        help_text=_("Only when the three months have passed: a late appeal is taken in too."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    upload = forms.FileField(
        label=_("Document"),
        required=False,
        help_text=_("One file that supports the appeal: PDF, photograph, DOCX or XLSX."),
    )


class ReasonsForm(forms.Form):
    note = forms.CharField(
        label=_("Reasons of the decision"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
