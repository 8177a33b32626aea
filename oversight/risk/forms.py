"""Which limit is looked at, of which goods, auditor and time."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from oversight.models import LimitGap

from .bunching import Choice
from .filters import DAY, auditors


class LimitForm(forms.Form):
    limit = forms.ChoiceField(label=_("Limit on"), required=False)
    group = forms.ChoiceField(label=_("Product group"), required=False)
    auditor = forms.ModelChoiceField(
        label=_("Auditor"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Any auditor"),
    )
    since = forms.DateField(label=_("Signed from"), required=False, widget=DAY)
    until = forms.DateField(label=_("Signed until"), required=False, widget=DAY)

    def __init__(
        self,
        *args: Any,
        choices: Iterable[Choice],
        groups: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit"].choices = [(one.key, one.label) for one in choices]
        self.fields["group"].choices = [("", _("Any group")), *groups]
        self.fields["auditor"].queryset = auditors(None)

    def chosen(self, choices: Sequence[Choice]) -> Choice | None:
        """The limit asked for, or the most frequent one."""
        if not self.is_valid() or not choices:
            return None
        key = self.cleaned_data["limit"]
        return next((one for one in choices if one.key == key), choices[0])

    def narrowed(self, gaps: QuerySet[LimitGap]) -> QuerySet[LimitGap]:
        asked = self.cleaned_data
        if asked["group"]:
            gaps = gaps.filter(product_group=asked["group"])
        if asked["auditor"]:
            gaps = gaps.filter(auditor=asked["auditor"])
        if asked["since"]:
            gaps = gaps.filter(signed_at__date__gte=asked["since"])
        if asked["until"]:
            gaps = gaps.filter(signed_at__date__lte=asked["until"])
        return gaps

    def kept(self) -> dict[str, str]:
        """What the list of acts is narrowed by, too."""
        names = ("group", "auditor", "since", "until")
        return {name: self.data[name] for name in names if self.data.get(name)}
