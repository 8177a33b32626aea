"""What people fill in about inspections and postings; forms check shape, services check law."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import BinIinFormField
from accounts.models import COMMITTEE_ROLES, Membership, Organisation, User
from oversight.control.violations import VIOLATIONS
from oversight.departments import department_of
from oversight.models import Fault, Inspection, Sample
from reference.code_lists import code_choices
from reference.models import Department

from .half_years import HalfYear
from .lists import KINDS, LISTED, OBJECTS, OUTCOMES, UNSCHEDULED
from .planning import Subject
from .postings import inspectors_of

DAY = {"type": "date"}
NOTHING_CHOSEN = [("", "—")]


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), **options
    )


def _text(label: Any, *, rows: int = 4, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def _proof(label: Any) -> forms.FileField:
    return forms.FileField(label=label, required=False, help_text=_("PDF or photograph"))


def departments_for(actor: Membership) -> Any:
    """Those that the person may act in; the own one is the only one of a territorial department."""
    own = department_of(actor, on=timezone.localdate())
    territorial = Department.objects.exclude(pk=Department.CENTRAL)
    return territorial if own.is_central else territorial.filter(pk=own.pk)


class SubjectForm(forms.Form):
    """An organisation that the portal knows by its BIN, or a name with an address."""

    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=None,
        help_text=_("The territorial department whose region the subject works in."),
    )
    bin = BinIinFormField(
        label=_("BIN / IIN of the subject"),
        required=False,
        help_text=_("Of an organisation of the portal it is enough."),
    )
    name = forms.CharField(
        label=_("Subject"),
        max_length=400,
        required=False,
        help_text=_(
            "As in the certificate of registration, with the legal form; only when "
            "the portal does not know the BIN."
        ),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=400,
        required=False,
        help_text=_(
            "Where the subject works and is inspected: region, town, street and "
            "house, as on its sign or documents."
        ),
    )
    kind = forms.ChoiceField(
        label=_("Kind of control"),
        help_text=_("As the act of appointment or the half-yearly list names it."),
    )
    object_kind = forms.ChoiceField(
        label=_("Object of control"),
        help_text=_("What is looked at: it decides which outcomes can be recorded later."),
    )
    planned_on = _day(
        _("Planned for"),
        help_text=_("The first day of the inspection, as in the list or the act of appointment."),
    )

    # Whether kinds of the list or those outside of it are offered.
    way = UNSCHEDULED

    def __init__(self, actor: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        offered = departments_for(actor)
        # A department that is not offered is told of by the service, in its own words.
        self.fields["department"].queryset = Department.objects.exclude(pk=Department.CENTRAL)
        self.fields["department"].widget.choices = [
            *NOTHING_CHOSEN,
            *((one.pk, one.name) for one in offered),
        ]
        if len(offered) == 1:
            self.initial.setdefault("department", offered[0].pk)
        self.fields["kind"].choices = code_choices(KINDS, on=today, applies_to=self.way)
        self.fields["object_kind"].choices = code_choices(OBJECTS, on=today)

    def subject(self) -> Subject:
        given = self.cleaned_data
        known = Organisation.objects.filter(bin=given["bin"]).first() if given["bin"] else None
        return (
            Subject.of(known) if known else Subject(given["name"], given["bin"], given["address"])
        )


class ListLineForm(SubjectForm):
    half_year = forms.ChoiceField(
        label=_("Half-year"),
        help_text=_(
            "The list into which this line is put; a list that was approved takes no more lines."
        ),
    )
    way = LISTED
    field_order = ("department", "half_year")

    def __init__(self, actor: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, *args, **kwargs)
        self.fields["half_year"].choices = open_half_years()
        self.fields["bin"].required = True


class UnscheduledForm(SubjectForm):
    grounds = _text(
        _("Grounds"),
        help_text=_(
            "What calls for it: the complaint, order or finding with its number and "
            "day, as the act of appointment says."
        ),
    )
    registration_number = forms.CharField(
        label=_("Number of the registered act of appointment"),
        max_length=60,
        required=False,
        help_text=_("May be entered later; with a visit nothing begins without it."),
    )


class ImportForm(forms.Form):
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=None,
        help_text=_("All lines of the spreadsheet become those of this department."),
    )
    half_year = forms.ChoiceField(
        label=_("Half-year"),
        help_text=_("The half-year for which the list is made, as in its heading."),
    )
    file = forms.FileField(label=_("Spreadsheet"), help_text=_("xlsx or csv"))

    def __init__(self, actor: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.exclude(pk=Department.CENTRAL)
        self.fields["department"].widget.choices = [
            (one.pk, one.name) for one in departments_for(actor)
        ]
        self.fields["half_year"].choices = open_half_years()


def open_half_years() -> list[tuple[str, str]]:
    """The current one and the two after it."""
    halves = [HalfYear.of(timezone.localdate())]
    for _number in range(2):
        halves.append(halves[-1].following)
    return [(str(half), half.label) for half in halves]


class AssignForm(forms.Form):
    inspector = forms.ModelChoiceField(
        label=_("Inspector"),
        queryset=None,
        help_text=_(
            "Somebody of the department or of the central office who may begin the inspection."
        ),
    )

    def __init__(self, inspection: Inspection, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = inspectors_of(inspection.department, on=timezone.localdate())
        field = self.fields["inspector"]
        field.queryset = User.objects.filter(pk__in=[one.pk for one in offered])
        field.initial = inspection.inspector_id


class RegisterForm(forms.Form):
    registration_number = forms.CharField(
        label=_("Number of the registration"),
        max_length=60,
        help_text=_("From the coupon of the body of legal statistics."),
    )


class SampleForm(forms.Form):
    product = forms.CharField(
        label=_("Product"),
        max_length=300,
        help_text=_("Name and mark of the goods, as on the label."),
    )
    bought_at = forms.CharField(
        label=_("Where it was bought"),
        max_length=300,
        required=False,
        help_text=_("Shop and address, as on the receipt."),
    )
    bought_on = _day(
        _("Bought"),
        help_text=_("The day on the receipt."),
    )
    price = forms.DecimalField(
        label=_("Price, tenge"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
        help_text=_("For one, as on the receipt."),
    )
    laboratory = forms.CharField(
        label=_("Laboratory"),
        max_length=300,
        required=False,
        help_text=_("Name and number of accreditation, as on the protocol."),
    )


class ResultForm(forms.Form):
    result = forms.ChoiceField(
        label=_("Result"),
        choices=Sample.Result.choices,
        widget=forms.RadioSelect,
        help_text=_("What the laboratory concludes at the end of its protocol."),
    )
    tested_on = _day(
        _("Tested"),
        help_text=_("The day of the protocol."),
    )
    protocol_number = forms.CharField(
        label=_("Number of the protocol"),
        max_length=60,
        help_text=_("As on the protocol of the laboratory."),
    )
    note = _text(_("Note"), rows=2, required=False)
    upload = _proof(_("Protocol"))


class OutcomeForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What"),
        help_text=_(
            "What was done about the object inspected; only what fits its kind is offered."
        ),
    )
    quantity = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=1_000_000,
        help_text=_(
            "How many pieces, documents or cases, as counted in the act of the inspection."
        ),
    )
    decided_on = _day(
        _("Day"),
        help_text=_("The day on which it was done or decided."),
    )
    note = forms.CharField(label=_("Note"), max_length=400, required=False)

    def __init__(self, inspection: Inspection, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = code_choices(
            OUTCOMES, on=timezone.localdate(), applies_to=inspection.object_kind
        )


class FoundForm(forms.Form):
    code = forms.ChoiceField(
        label=_("Violation"),
        help_text=_("Of the list of violations, the one whose words fit the finding."),
    )
    fault = forms.ChoiceField(
        label=_("Whose fault"),
        choices=Fault.choices,
        initial=Fault.OTHER,
        help_text=_("Who answers for it: it counts in the figures of that person or organisation."),
    )
    text = _text(
        _("What was found"),
        rows=3,
        help_text=_(
            "Facts alone: what, where and on which page or thing it was seen. The subject reads it."
        ),
    )
    legal_ref = forms.CharField(
        label=_("Norms"),
        max_length=400,
        required=False,
        help_text=_("Left empty: those that belong to the violation."),
    )
    upload = _proof(_("Evidence"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = code_choices(VIOLATIONS, on=timezone.localdate())
        self.fields["code"].choices = [*NOTHING_CHOSEN, *choices]


class CompleteForm(forms.Form):
    """Only the result that agrees with what is recorded is offered."""

    has_violations = forms.ChoiceField(
        label=_("Result"),
        widget=forms.RadioSelect,
        help_text=_(
            "It follows from the violations recorded above: record or remove one to change it."
        ),
    )
    summary = _text(
        _("In words"),
        help_text=_("The conclusion as it stands at the end of the act of the inspection."),
    )
    upload = _proof(_("Act of the inspection"))

    def __init__(self, *args: Any, is_proved: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["has_violations"]
        if is_proved:
            field.choices = [("true", _("Violations were found, as recorded here"))]
        else:
            field.choices = [("false", _("No violations; none is recorded"))]
        field.initial = field.choices[0][0]


class ReasonForm(forms.Form):
    reason = _text(_("Why"), rows=3)


class NoteForm(forms.Form):
    note = _text(_("Why"), rows=2)


class PostingForm(forms.Form):
    user = forms.ModelChoiceField(
        label=_("Person"),
        queryset=None,
        help_text=_(
            "Somebody of the Committee who serves nowhere else in these days: end "
            "that posting first."
        ),
    )
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.exclude(pk=Department.CENTRAL),
        help_text=_("The territorial department in whose region the person inspects from now on."),
    )
    since = _day(
        _("From"),
        help_text=_("The first day, as in the order on the posting."),
    )
    until = _day(
        _("Until, inclusive"),
        required=False,
        help_text=_("The last day, as in the order; leave it empty where the order names none."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        serving = Membership.objects.current().filter(role__in=COMMITTEE_ROLES)
        self.fields["user"].queryset = User.objects.filter(pk__in=serving.values("user")).order_by(
            "full_name"
        )


class EndForm(forms.Form):
    until = _day(
        _("Last day"),
        help_text=_("The last day in the department, as in the order."),
    )
