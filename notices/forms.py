"""What people fill in about notices and announcements; forms check shape, services check law."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, OrganisationKind, Role, User

from .audiences import AUDIENCES_OF
from .choosing import WITH_DUTIES, default_of, has_duties, hour_of
from .models import Announcement, Audience, Choice, Preference
from .models.announcements import LANGUAGE_NAMES
from .turns import Group


class PreferencesForm(forms.Form):
    """One choice for each group; a decider hears at least once a day of what waits for them."""

    hour = forms.TypedChoiceField(
        label=_("Hour of the daily letter"),
        help_text=_("Astana time, on working days; nothing is written when there is no news."),
        coerce=int,
        choices=[(hour, f"{hour:02d}:00") for hour in range(24)],
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        chosen = dict(Preference.objects.filter(user=user).values_list("group", "by_mail"))
        self.has_duties = has_duties(user)
        initial = {"hour": hour_of(user)}
        role = Role.CHAMBER_OFFICER if self.has_duties else Role.APPLICANT
        for group in Group:
            initial[group] = chosen.get(group) or default_of(group, role, must_act=False)
        super().__init__(*args, initial=initial, **kwargs)
        for group in Group:
            self.fields[group] = forms.ChoiceField(
                label=group.label,
                help_text=self._why(group),
                choices=self._choices(group),
                widget=forms.RadioSelect,
            )
        self.order_fields([*Group, "hour"])

    def _is_duty(self, group: Group) -> bool:
        return self.has_duties and group in WITH_DUTIES

    def _choices(self, group: Group) -> list[tuple[str, Any]]:
        if self._is_duty(group):
            return [choice for choice in Choice.choices if choice[0] != Choice.NEVER]
        return list(Choice.choices)

    def _why(self, group: Group) -> Any:
        if self._is_duty(group):
            return _(
                "Others wait for what you decide, so this cannot be switched off: "
                "once a day is the least."
            )
        return ""

    def by_group(self) -> dict[str, str]:
        return {group: self.cleaned_data[group] for group in Group}


class AnnouncementForm(forms.ModelForm):
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of organisations"),
        help_text=_("When the announcement is for kinds of organisations."),
        choices=OrganisationKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        help_text=_("When the announcement is for roles."),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Announcement
        fields = (
            "title_kk", "text_kk", "title_ru", "text_ru", "title_en", "text_en",
            "audience", "kinds", "roles", "until", "by_mail",
        )  # fmt: skip
        widgets = {
            "until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "audience": forms.RadioSelect,
        }
        help_texts = {
            "title_kk": _("One line that says what it is about. All three languages are needed."),
            "text_kk": _("What changes, from when, and what people should do."),
            "title_ru": _("The same line in Russian; everybody reads their own language."),
            "text_ru": _("The same text in Russian, with the same days and numbers."),
            "title_en": _("The same line in English."),
            "text_en": _("The same text in English, with the same days and numbers."),
            "audience": _("Nobody else sees it. It cannot be changed after publication."),
            "until": _("After this day it is shown to nobody."),
            "by_mail": _("Everybody gets one letter, except who does not want announcements."),
        }

    def __init__(self, actor: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = AUDIENCES_OF.get(actor.role, ())
        self.fields["audience"].choices = [(item.value, item.label) for item in allowed]
        if Audience.KINDS not in allowed:
            del self.fields["kinds"], self.fields["roles"]
        for language in LANGUAGE_NAMES:
            self.fields[f"text_{language}"].widget.attrs["rows"] = 4
            for part in ("title", "text"):
                self.fields[f"{part}_{language}"].widget.attrs["lang"] = language

    def in_languages(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Title and text of each language, under the name of the language in itself."""
        return [
            (name, [self[f"title_{code}"], self[f"text_{code}"]])
            for code, name in LANGUAGE_NAMES.items()
        ]

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later day."))
        return until

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}


class RetractionForm(forms.Form):
    note = forms.CharField(
        label=_("Why it is retracted"),
        help_text=_("For the record; those who read the announcement do not see it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
