"""The page of one's own organisation: who acts for it, who is invited, who asks."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import access, inviting, people
from .models import AccessRequest, Invitation, Membership, Organisation, OrganisationKind
from .organisation_forms import (
    DetailsForm,
    EndForm,
    InviteForm,
    MandateFields,
    OfferForm,
    RefuseForm,
)
from .permissions import MANAGE_PEOPLE, has_permission
from .refusals import carried_out

GET_OR_POST = ["GET", "HEAD", "POST"]
# Of those who left; the log has all of them.
FORMER_SHOWN = 50


@dataclass(frozen=True)
class Row:
    """Somebody of the organisation, and whether the reader may change their place."""

    member: Membership
    may_change: bool


def _actor(request: HttpRequest) -> Membership:
    actor: Membership | None = getattr(request, "actor", None)
    if actor is None:
        raise Http404
    return actor


def _head(request: HttpRequest) -> Membership:
    """Whoever may say who acts for the organisation; there is no such page for others."""
    actor = _actor(request)
    if not has_permission(actor, MANAGE_PEOPLE, actor.organisation):
        raise Http404
    return actor


@never_cache
@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """An agent sees whom to ask and their own power; colleagues see each other."""
    actor = _actor(request)
    own = actor.organisation
    is_head = has_permission(actor, MANAGE_PEOPLE, own)
    members = _people(actor)
    context: dict[str, Any] = {
        "organisation": own,
        "is_head": is_head,
        "may_edit": is_head and own.kind == OrganisationKind.APPLICANT,
        "rows": [Row(member, is_head and _may_leave(member, members)) for member in members],
        "today": timezone.localdate(),
    }
    if is_head:
        context |= {
            "invitations": Invitation.objects.waiting()
            .filter(organisation=own)
            .select_related("agent", "invited_by__user"),
            "requests": AccessRequest.objects.waiting().to(own),
            "former": _former(own),
        }
    return render(request, "accounts/organisation.html", context)


def _may_leave(member: Membership, members: list[Membership]) -> bool:
    """The last head has no buttons that would be refused."""
    return not member.is_head or any(
        one.is_head and one.valid_until is None for one in members if one != member
    )


def _people(actor: Membership) -> list[Membership]:
    members = (
        Membership.objects.current()
        .filter(organisation=actor.organisation)
        .select_related("user", "agent")
        .order_by("-is_head", "user__full_name", "pk")
    )
    if actor.agent_id:
        members = members.filter(Q(is_head=True) | Q(pk=actor.pk))
    return list(members)


def _former(own: Organisation) -> list[Membership]:
    over = Membership.objects.filter(organisation=own, valid_until__lt=timezone.localdate())
    return list(over.select_related("user", "agent").order_by("-valid_until", "pk")[:FORMER_SHOWN])


@never_cache
@require_http_methods(GET_OR_POST)
def invite(request: HttpRequest) -> HttpResponse:
    actor = _head(request)
    form = InviteForm(actor.organisation, request.POST or None)
    if form.is_bound and carried_out(
        form,
        lambda _values: inviting.invite(
            organisation=actor.organisation,
            actor=actor,
            offer=form.offer(),
            person=form.person(),
            at=timezone.now(),
        ),
    ):
        messages.success(
            request,
            _("The letter is on its way to %(address)s.") % {"address": form.cleaned_data["email"]},
        )
        return redirect("accounts:organisation")
    return render(request, "accounts/invite.html", {"form": form})


def _invitation(actor: Membership, pk: UUID) -> Invitation:
    invitations = Invitation.objects.select_related("organisation")
    return get_object_or_404(invitations, pk=pk, organisation=actor.organisation)


@require_POST
def invitation_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = _head(request)
    inviting.withdraw(invitation=_invitation(actor, pk), actor=actor, at=timezone.now())
    messages.success(request, _("The invitation was withdrawn; its letter opens nothing."))
    return redirect("accounts:organisation")


@require_POST
def invitation_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = _head(request)
    inviting.send_again(invitation=_invitation(actor, pk), actor=actor, at=timezone.now())
    messages.success(request, _("A new letter is on its way; the earlier one opens nothing."))
    return redirect("accounts:organisation")


def _member(actor: Membership, pk: UUID) -> Membership:
    members = Membership.objects.current().select_related("user", "organisation", "agent")
    return get_object_or_404(members, pk=pk, organisation=actor.organisation)


@never_cache
@require_http_methods(GET_OR_POST)
def membership_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = _head(request)
    member = _member(actor, pk)
    today = timezone.localdate()
    form = EndForm(request.POST or None, today=today)
    if form.is_bound and carried_out(
        form,
        lambda values: people.end_membership(
            membership=member, actor=actor, last_day=values["last_day"], on=today
        ),
    ):
        messages.success(request, _("The end of the term is recorded."))
        return redirect("home" if member == actor else "accounts:organisation")
    return render(request, "accounts/people_end.html", {"form": form, "member": member})


@require_POST
def head_give(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = _head(request)
    people.give_head(membership=_member(actor, pk), actor=actor, on=timezone.localdate())
    messages.success(request, _("This person now says who acts for the organisation, too."))
    return redirect("accounts:organisation")


@require_POST
def head_take(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = _head(request)
    people.take_head(membership=_member(actor, pk), actor=actor, on=timezone.localdate())
    messages.success(request, _("This person no longer says who acts for the organisation."))
    return redirect("accounts:organisation")


@never_cache
@require_http_methods(GET_OR_POST)
def agent_prolong(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = _head(request)
    member = _member(actor, pk)
    if member.agent_id is None:
        raise Http404
    form = MandateFields(request.POST or None)
    if form.is_bound and carried_out(
        form,
        lambda values: people.prolong_agent(
            membership=member, actor=actor, on=timezone.localdate(), **values
        ),
    ):
        messages.success(request, _("The agent goes on under the new power of attorney."))
        return redirect("accounts:organisation")
    return render(request, "accounts/people_prolong.html", {"form": form, "member": member})


@never_cache
@require_http_methods(GET_OR_POST)
def organisation_details(request: HttpRequest) -> HttpResponse:
    actor = _head(request)
    own = actor.organisation
    if own.kind != OrganisationKind.APPLICANT:
        raise Http404
    form = DetailsForm(request.POST or None, instance=Organisation.objects.get(pk=own.pk))
    if form.is_bound and carried_out(
        form,
        lambda values: people.change_details(organisation=own, actor=actor, details=values),
    ):
        messages.success(request, _("The details of the organisation are saved."))
        return redirect("accounts:organisation")
    return render(request, "accounts/organisation_details.html", {"form": form})


@never_cache
@require_http_methods(GET_OR_POST)
def access_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One request and its two answers, each a form of its own."""
    actor = _head(request)
    asked = get_object_or_404(AccessRequest.objects.waiting().to(actor.organisation), pk=pk)
    refuses = request.POST.get("answer") == "refuse"
    grant = OfferForm(actor.organisation, request.POST if _is_sent(request, refuses) else None)
    refuse = RefuseForm(request.POST if refuses else None, prefix="refuse")
    now = timezone.now()
    if refuse.is_bound and carried_out(
        refuse,
        lambda values: access.refuse_access(
            request=asked, actor=actor, reason=values["reason"], at=now
        ),
    ):
        messages.success(request, _("Refused; the person reads the reason in a letter."))
        return redirect("accounts:organisation")
    if grant.is_bound and carried_out(
        grant,
        lambda _values: access.grant_access(
            request=asked, actor=actor, offer=grant.offer(), at=now
        ),
    ):
        messages.success(request, _("Granted; the person comes with the letter."))
        return redirect("accounts:organisation")
    return render(
        request,
        "accounts/access_request.html",
        {
            "asked": asked,
            "grant": grant,
            "refuse": refuse,
            "same_iin": Membership.objects.current()
            .filter(organisation=actor.organisation, user__iin=asked.iin)
            .exists(),
        },
    )


def _is_sent(request: HttpRequest, refuses: bool) -> bool:
    return request.method == "POST" and not refuses
