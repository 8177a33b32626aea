"""Filters and tabs of the list of complaints."""

from datetime import date

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role
from oversight.control.tabs import EVERYTHING, Tab
from oversight.models import Complaint
from reference.models import Department

from .filing import ENDED

DUE_SOON_DAYS = 5


class ComplaintFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Number"), method="search")
    about = django_filters.ChoiceFilter(label=_("About"), choices=Complaint.About.choices)
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=Complaint.Outcome.choices)
    department = django_filters.ModelChoiceFilter(
        label=_("Department"), queryset=Department.objects.all()
    )

    class Meta:
        model = Complaint
        fields = ()

    def search(self, rows: QuerySet[Complaint], _name: str, value: str) -> QuerySet[Complaint]:
        value = value.strip()
        return rows.filter(
            Q(number__icontains=value)
            | Q(number_given__icontains=value)
            | Q(application__number__icontains=value)
        )


def complaint_tabs(actor: Membership, *, due_before: date) -> list[Tab]:
    """`due_before`: what is due by then is due soon."""
    still_open = ~Q(status__in=ENDED)
    tabs = [
        Tab("new", _("New"), Q(status="received")),
        Tab(
            "mine",
            _("Mine"),
            Q(inspector=actor.user_id, status__in=("registered", "under_review", "drafted")),
        ),
        Tab("soon", _("Due soon or overdue"), still_open & Q(due_on__lte=due_before)),
        Tab("waiting", _("Being examined"), Q(status__in=("registered", "under_review"))),
        Tab("to_sign", _("To be signed"), Q(status="drafted")),
        Tab("answered", _("Answered"), Q(status="answered")),
        Tab("elsewhere", _("Forwarded or left"), Q(status__in=("forwarded", "not_examined"))),
        Tab("all", _("All"), EVERYTHING),
    ]
    if actor.role == Role.COMMITTEE_HEAD:
        tabs.insert(0, tabs.pop(4))
    return tabs
