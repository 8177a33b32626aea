"""What people fill in about their organisation, about those they invite, and about themselves."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from .access import Asked
from .fields import BinIinFormField
from .inviting import Invited, Mandate, Newcomer, Offer
from .models import ROLES_OF_KIND, Organisation, OrganisationKind, Role, User
from .people import DETAILS
from .terms import LONGEST_MANDATE, MANDATE_WITHOUT_TERM, term_in_force

AGENT = "agent"
OF_AGENTS = ("agent_bin", "agent_name", "mandate_number", "mandate_on", "until")
LANGUAGES = list(User._meta.get_field("language").choices or ())


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "short"})


class MandateFields(forms.Form):
    """The power of attorney: what stands at the top of the paper and until when it holds."""

    mandate_number = forms.RegexField(
        r"^[\w№/.\- ]+$",
        label=_("Number of the power of attorney"),
        max_length=60,
        help_text=_("As it stands on the paper; without a number write “б/н”."),
        error_messages={"invalid": _("Write the number alone: letters, figures, - / and №.")},
    )
    mandate_on = forms.DateField(
        label=_("Date of the power of attorney"),
        widget=DayInput(),
        help_text=_("The day on which it was given."),
    )
    until = forms.DateField(
        label=_("Until, inclusive"),
        widget=DayInput(),
        help_text=_("The last day of the power of attorney, as it stands on the paper."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "until" in self.fields:
            self.fields["until"].help_text = f"{self.fields['until'].help_text} {_longest()}"


def _longest() -> str:
    """How long a power of attorney may hold, by the parameters in force today."""
    today = timezone.localdate()
    most = term_in_force(LONGEST_MANDATE, on=today)
    alone = term_in_force(MANDATE_WITHOUT_TERM, on=today)
    return " ".join(
        (
            ngettext(
                "It holds for %(count)d year from its date at most.",
                "It holds for %(count)d years from its date at most.",
                most,
            )
            % {"count": most},
            ngettext(
                "Where it names no last day, it holds for %(count)d year.",
                "Where it names no last day, it holds for %(count)d years.",
                alone,
            )
            % {"count": alone},
        )
    )


class OfferForm(MandateFields):
    """As what somebody is to act for the organisation."""

    says_optional = False
    capacity = forms.ChoiceField(
        label=_("To act as"),
        widget=forms.RadioSelect,
        help_text=_("It decides which cases and buttons the person has."),
    )
    is_head = forms.BooleanField(
        label=_("Says who acts for the organisation, as you do"),
        required=False,
        help_text=_("Such a person invites, ends access and answers requests."),
    )
    agent_bin = BinIinFormField(
        label=_("BIN or IIN of the agent"),
        help_text=_("Of the organisation or entrepreneur whom the power of attorney names."),
    )
    agent_name = forms.CharField(
        label=_("Name of the agent"),
        max_length=400,
        help_text=_("As in the power of attorney, with the legal form."),
    )
    field_order: Any = ("capacity", "is_head", *OF_AGENTS)

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = OrganisationKind(organisation.kind)
        roles = [(role.value, role.label) for role in Role if role in ROLES_OF_KIND[kind]]
        if kind == OrganisationKind.APPLICANT:
            roles.append((AGENT, _("Authorised agent, under a power of attorney")))
            for name in OF_AGENTS:
                self.fields[name].required = False
        else:
            for name in OF_AGENTS:
                del self.fields[name]
        capacity = self.fields["capacity"]
        capacity.choices = roles  # type: ignore[attr-defined]
        capacity.initial = roles[0][0] if kind == OrganisationKind.APPLICANT else None

    @property
    def agent_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in OF_AGENTS if name in self.fields]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("capacity") != AGENT:
            return values
        for name in OF_AGENTS:
            if not values.get(name) and name not in self.errors:
                self.add_error(
                    name, ValidationError(_("An agent needs this."), code="agent_needs_this")
                )
        if values.get("is_head"):
            self.add_error(
                "is_head",
                ValidationError(
                    _("An agent cannot say who acts for you. Take the mark away."),
                    code="agent_is_no_head",
                ),
            )
        return values

    def offer(self) -> Offer:
        values = self.cleaned_data
        if values["capacity"] != AGENT:
            return Offer(role=Role(values["capacity"]), is_head=values["is_head"])
        return Offer(
            role=Role.APPLICANT,
            mandate=Mandate(
                agent_bin=values["agent_bin"],
                agent_name=values["agent_name"],
                number=values["mandate_number"],
                signed_on=values["mandate_on"],
                until=values["until"],
            ),
        )


class InviteForm(OfferForm):
    full_name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As in the identity document; the person can correct it."),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("The letter goes there, and the person signs in with it: their own address."),
    )
    language = forms.ChoiceField(
        label=_("Language of the letter"),
        choices=LANGUAGES,
        help_text=_("The one the person reads best; they can choose another when they join."),
    )
    field_order = ("full_name", "email", "language", "capacity", "is_head", *OF_AGENTS)

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(organisation, *args, **kwargs)
        self.fields["language"].initial = get_language()

    def person(self) -> Invited:
        values = self.cleaned_data
        return Invited(
            email=values["email"], full_name=values["full_name"], language=values["language"]
        )


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it in a letter."),
    )


class EndForm(forms.Form):
    """At once, or from a day that is known beforehand."""

    AT_ONCE, ON_A_DAY = "at_once", "on_a_day"
    when = forms.ChoiceField(
        label=_("When"),
        choices=[(AT_ONCE, _("At once")), (ON_A_DAY, _("After the last day, named below"))],
        widget=forms.RadioSelect,
        initial=AT_ONCE,
        help_text=_("After it the person opens nothing here any more. What they did stays."),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("The person acts until the end of this day, Astana time."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("when") == self.AT_ONCE:
            values["last_day"] = self.today - timedelta(days=1)
        elif not values.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", ValidationError(_("Name the last day."), code="required"))
        return values


class DetailsForm(forms.ModelForm):
    class Meta:
        model = Organisation
        fields = DETAILS
        help_texts = {
            "name_kk": _("As in the certificate of registration of the legal entity."),
            "name_ru": _("As in the certificate of registration of the legal entity."),
            "name_en": _("As in the charter or in contracts abroad. Pages in English show it."),
            "address_kk": _("The same address in Kazakh. Empty, the Russian one is printed."),
            "address_ru": _(
                "As in the certificate of registration. A new request names it as the place of "
                "production, until you write another there."
            ),
            "phone": _("Of the office, with the code, for example +7 7172 00 00 00."),
            "email": _("Of the organisation, not of one person."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name_kk", "name_ru"):
            self.fields[name].required = True


class ConfirmForm(forms.Form):
    """Whoever has an account says yes; there is nothing to fill in."""


class JoinForm(forms.Form):
    """What somebody without an account says of themselves."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As in the identity document. Correct it if it was written wrongly."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    iin = BinIinFormField(
        label=_("IIN"),
        only="iin",
        help_text=_(
            "Twelve figures, on the back of the identity card. Your electronic signature is "
            "recognised by it."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language of pages and letters"),
        choices=LANGUAGES,
        help_text=_("Documents keep their own language. You can change it later in your profile."),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 12 characters; a few unrelated words are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, proved_iin: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        if proved_iin:
            # Read from the certificate that signed: nothing to type and nothing to change.
            self.fields["iin"].disabled = True
            self.fields["iin"].initial = proved_iin
            self.fields["iin"].help_text = _("From the certificate that you signed with.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if password := values.get("password"):
            person = User(email=self.email, full_name=values.get("full_name", ""))
            try:
                password_validation.validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return values

    def newcomer(self) -> Newcomer:
        return Newcomer(**self.cleaned_data)


class AccessForm(forms.Form):
    bin = BinIinFormField(
        label=_("BIN of the organisation, or IIN of the entrepreneur"),
        help_text=_("Twelve figures, in the certificate of registration."),
    )
    full_name = forms.CharField(
        label=_("Your full name"),
        max_length=200,
        help_text=_("As in the identity document."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    iin = BinIinFormField(
        label=_("Your IIN"), only="iin", help_text=_("On the back of the identity card.")
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("The answer comes there, and you will sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    purpose = forms.CharField(
        label=_("What for"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your position and what you will do: the head decides by it."),
    )

    def asked(self) -> Asked:
        return Asked(**self.cleaned_data, language=(get_language() or "ru").split("-")[0])
