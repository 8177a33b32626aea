"""How a request finds its auditor: the head chooses or takes back, the Committee lifts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from expertise.eligibility import Candidate
from reference.code_lists import code_choices


class AssignForm(forms.Form):
    """The eligible auditors with what each has on the table now."""

    auditor = forms.ChoiceField(
        help_text=gettext_lazy(
            "Attested, in scope, without a conflict of interest; those with less work first"
        ),
        label=gettext_lazy("Auditor"),
        widget=forms.RadioSelect,
    )

    def __init__(self, eligible: Sequence[Candidate], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._users = {str(item.membership.pk): item.user for item in eligible}
        self.fields["auditor"].choices = [
            (str(item.membership.pk), _candidate_label(item)) for item in eligible
        ]

    def clean_auditor(self) -> User:
        return self._users[self.cleaned_data["auditor"]]


def _candidate_label(item: Candidate) -> SafeString:
    parts = [workload(item.open_requests), scope(item)]
    if item.lifted:
        parts.append(_("the Committee allowed it in spite of a conflict"))
    return format_html("{}<small>{}</small>", item.user.full_name, " · ".join(parts))


def workload(count: int) -> str:
    return ngettext("%(count)d open request", "%(count)d open requests", count) % {"count": count}


def scope(item: Candidate) -> str:
    """The commodity groups of the attestation in words."""
    if item.attestation is None:
        return ""
    if not item.attestation.chapters:
        return _("all commodity groups")
    return _("groups %(chapters)s") % {"chapters": ", ".join(item.attestation.chapters)}


class ReleaseForm(forms.Form):
    reason = forms.ChoiceField(
        help_text=gettext_lazy("It stands in the history of the case"),
        label=gettext_lazy("Reason"),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = code_choices("release_reason", on=timezone.localdate())


class OverrideForm(forms.Form):
    """Auditors whom only a conflict keeps from the request."""

    auditor = forms.ChoiceField(
        help_text=gettext_lazy("Only auditors whom nothing but a conflict keeps away"),
        label=gettext_lazy("Auditor"),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        help_text=gettext_lazy("It is kept in the log and shown to the Committee"),
        label=gettext_lazy("Why this auditor may examine the goods all the same"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, conflicted: Sequence[Candidate], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._users = {str(item.membership.pk): item.user for item in conflicted}
        self.fields["auditor"].choices = [
            (str(item.membership.pk), _conflicts_label(item)) for item in conflicted
        ]

    def clean_auditor(self) -> User:
        return self._users[self.cleaned_data["auditor"]]


def _conflicts_label(item: Candidate) -> SafeString:
    words = " ".join(problem.text for problem in item.problems)
    return format_html("{}<small>{}</small>", item.user.full_name, words)
