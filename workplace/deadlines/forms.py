"""The filters of the page of what is late; everything they ask for stands in the address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .late import Choices, Wanted


class LateForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False)
    kind = forms.ChoiceField(label=_("What"), required=False)
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    organisation = forms.ChoiceField(label=_("Must act"), required=False)
    user = forms.ChoiceField(label=_("Person"), required=False)
    holder = forms.ChoiceField(label=_("In charge of"), required=False)

    def __init__(self, data: object, choices: Choices) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        offered = {
            "kind": choices.kinds,
            "stage": choices.stages,
            "organisation": choices.organisations,
            "user": choices.users,
            "holder": choices.holders,
        }
        for name, pairs in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            if len(pairs) < 2 and not self.data.get(name):
                del self.fields[name]
            else:
                field.choices = [("", _("all")), *self._kept(name, pairs)]

    def _kept(self, name: str, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """A saved address may ask for what does not occur today: it finds nothing, politely."""
        asked = str(self.data.get(name, ""))
        known = {key for key, _label in pairs}
        return pairs if not asked or asked in known else [*pairs, (asked, str(_("none today")))]

    def wanted(self) -> Wanted:
        names = ("q", "kind", "stage", "organisation", "user", "holder")
        if not self.is_valid():
            return Wanted()
        return Wanted(**{name: self.cleaned_data.get(name, "") for name in names})
