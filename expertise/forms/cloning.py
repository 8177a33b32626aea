"""What of an earlier request goes along into a new draft."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from expertise.services.cloning import EVERYTHING, Paper, Take


class CloneForm(forms.Form):
    take = forms.MultipleChoiceField(
        label=_("What goes along"),
        choices=Take.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everything can be changed in the new draft."),
    )
    documents = forms.MultipleChoiceField(
        label=_("Documents"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose those that are true of the new goods as well."),
    )

    def __init__(self, papers: Sequence[Paper], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [paper for paper in papers if paper.is_offered]
        self.fields["documents"].choices = [
            (str(paper.document.pk), f"{paper.kind}: {paper.document}") for paper in offered
        ]
        self.fields["documents"].initial = [
            str(paper.document.pk) for paper in offered if paper.is_valid
        ]
        self.fields["take"].initial = list(EVERYTHING)
        if not offered:
            del self.fields["documents"]

    def clean_take(self) -> list[str]:
        """Materials belong to goods lines and go along only with them."""
        chosen: list[str] = self.cleaned_data["take"]
        if Take.MATERIALS in chosen and Take.GOODS not in chosen:
            raise forms.ValidationError(
                _("Materials go along only with their goods: choose the goods as well."),
                code="no_goods",
            )
        return chosen
