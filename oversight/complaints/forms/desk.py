"""What people of the Committee fill in about a complaint; the services check the law."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import BinIinFormField
from accounts.models import Organisation, User
from oversight.control.violations import VIOLATIONS, legal_references
from oversight.models import Complaint, Fault
from reference.code_lists import code_choices
from reference.forms import DateInput
from reference.models import Department

LONGEST = 8000


def _text(label: Any, *, rows: int = 4, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST, widget=widget, **options)


@dataclass(frozen=True)
class Side:
    """Somebody whom the complaint may be about, as its certificate or application names them."""

    key: str
    label: str
    organisation: Organisation | None
    auditor: User | None = None


def sides_of(complaint: Complaint) -> list[Side]:
    application = complaint.application
    if complaint.certificate is not None:
        application = complaint.certificate.application
    if application is None:
        return []
    request = application.act.request
    experts = request.expert_organisation
    sides = [Side("chamber", application.chamber.name, application.chamber)]
    if experts is not None:
        sides.append(Side("experts", experts.name, experts))
    if application.act.signed_by is not None:
        auditor = application.act.signed_by
        sides.append(Side("auditor", auditor.full_name, experts, auditor))
    sides.append(Side("applicant", application.applicant.name, application.applicant))
    return sides


class _Routed(forms.Form):
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.all(),
        empty_label=None,
        help_text=_("Usually that of the region in which the certificate was issued."),
    )
    inspector = forms.ModelChoiceField(
        label=_("Inspector"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("whoever takes it first"),
        help_text=_("Of the department or the central office; nobody who took part in the case."),
    )

    def __init__(self, inspectors: Iterable[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [user.pk for user in inspectors]
        self.fields["inspector"].queryset = User.objects.filter(pk__in=keys).order_by("full_name")


class RegisterForm(_Routed):
    """Routes the complaint and says whom it is about."""

    whom = forms.ChoiceField(
        label=_("Whom it is about"),
        required=False,
        help_text=_("The side of the case whose deeds the complaint describes."),
    )
    bin = BinIinFormField(
        label=_("BIN of the organisation it is about"),
        required=False,
        help_text=_("If the case does not name it."),
    )

    def __init__(self, complaint: Complaint, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = {side.key: side for side in sides_of(complaint)}
        choices = [(side.key, side.label) for side in self.sides.values()]
        self.fields["whom"].choices = [("", _("not known yet")), *choices]
        if not choices:
            del self.fields["whom"]

    def clean_bin(self) -> Organisation | None:
        number = self.cleaned_data["bin"]
        found = Organisation.objects.filter(bin=number).first() if number else None
        if number and found is None:
            raise ValidationError(_("No organisation of the portal has this BIN."))
        return found

    def command(self) -> dict[str, Any]:
        values = self.cleaned_data
        side = self.sides.get(values.get("whom", ""))
        return {
            "department": values["department"],
            "inspector": values["inspector"],
            "organisation": side.organisation if side else values["bin"],
            "auditor": side.auditor if side else None,
        }


class HandOverForm(_Routed):
    def command(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ForwardForm(forms.Form):
    body = forms.CharField(
        label=_("The body that it goes to"),
        max_length=400,
        help_text=_("Its full name; the complainant is told where the complaint went."),
    )
    note = _text(_("Note for the letter"), rows=2, required=False)


class NoteForm(forms.Form):
    note = _text(_("Why"), help_text=_("The complainant reads it."))


class ReturnForm(forms.Form):
    note = _text(_("What is missing"), rows=3, help_text=_("Only the inspector reads it."))


class ExtendForm(forms.Form):
    until = forms.DateField(
        label=_("Answer until"),
        widget=DateInput,
        help_text=_("Within the longest term; the complainant is told the day and the reason."),
    )
    reason = _text(_("Why more time is needed"), help_text=_("It stands in the notice."))

    def __init__(self, *args: Any, last: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if last:
            self.fields["until"].help_text = _("At most until %(day)s") % {
                "day": f"{last:%d.%m.%Y}"
            }


class ComplaintViolationForm(forms.Form):
    code = forms.ChoiceField(
        label=_("Violation"),
        help_text=_("The kind of violation, from the list in force on that day."),
    )
    fault = forms.ChoiceField(
        label=_("Whose fault"),
        choices=Fault.choices,
        widget=forms.RadioSelect,
        help_text=_("Whose duty was broken; the answer to the complainant says it."),
    )
    text = _text(_("What was found"), help_text=_("Line, figure and document."))
    legal_ref = forms.CharField(
        label=_("Norms"),
        max_length=400,
        required=False,
        help_text=_("Left empty: the norms of the list are taken."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = timezone.localdate()
        self.fields["code"].choices = [("", "—"), *code_choices(VIOLATIONS, on=on)]

    def norms(self) -> list[tuple[str, str]]:
        """Every violation with its norms, for the reader of the form."""
        on = timezone.localdate()
        norms = legal_references(on=on)
        return [(name, norms.get(code, "")) for code, name in code_choices(VIOLATIONS, on=on)]


class DraftForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=Complaint.Outcome.choices,
        widget=forms.RadioSelect,
        help_text=_("What the complainant is told first."),
    )
    answer = _text(
        _("Answer to the complainant"),
        rows=9,
        help_text=_("Point by point, in the language of the complaint."),
    )
