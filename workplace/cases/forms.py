"""What people write on the pages of a case."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

from .notes import LONGEST_NOTE


class NoteForm(forms.Form):
    """`mentioned` works without a script; with one, names are chosen while typing after an @."""

    text = forms.CharField(
        label=_("Note"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Only people of your organisation who see this case read it. Type @ and a name to "
            "call a colleague: that person is told."
        ),
    )
    mentioned = forms.MultipleChoiceField(
        label=_("Colleagues to call"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
        help_text=_("Hold Ctrl to choose several; a name written after @ counts as well."),
    )
    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("A PDF, a picture or an office document that your colleagues should see."),
    )

    def __init__(self, *args: Any, colleagues: Iterable[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(person.pk), person.full_name) for person in colleagues]
        if choices:
            self.fields["mentioned"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["mentioned"]
