"""What a person gives with a command for several cases."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reference.code_lists import code_choices
from workplace.models import BulkRun

LONGEST_NOTE = 2000


class ConfirmForm(forms.Form):
    """The fields that the command needs, no others."""

    given_to = forms.ModelChoiceField(
        label=_("To whom"),
        help_text=_("People who may have at least one of these cases today."),
        queryset=User.objects.none(),
    )
    reason = forms.ChoiceField(
        label=_("Reason"), help_text=_("Of the list for requests taken back from an auditor.")
    )
    note = forms.CharField(
        label=_("Why"),
        help_text=_("Whoever has the case next reads it."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, run: BulkRun, people: list[User], *args: Any, has_requests: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if run.command != BulkRun.Command.REASSIGN:
            del self.fields["given_to"]
        else:
            found = User.objects.filter(pk__in=[one.pk for one in people]).order_by("full_name")
            self.fields["given_to"].queryset = found  # type: ignore[attr-defined]
        if has_requests and run.command in (BulkRun.Command.RELEASE, BulkRun.Command.REASSIGN):
            reasons = code_choices("release_reason", on=timezone.localdate())
            self.fields["reason"].choices = [("", "—"), *reasons]  # type: ignore[attr-defined]
        else:
            del self.fields["reason"]
        if run.command not in (BulkRun.Command.RELEASE, BulkRun.Command.REASSIGN):
            del self.fields["note"]
