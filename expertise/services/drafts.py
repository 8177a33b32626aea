"""Pages of a draft that people have open: what they show, what was typed and could not be saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.permissions import authorize
from expertise.draft_places import Place, place_of
from expertise.models import DraftPage, ExpertiseRequest
from workflow.moving import MovedOn

Typed = Mapping[str, Sequence[str]]

# A page says every minute that it is open; after this long it counts as left.
IS_HERE_FOR = timedelta(minutes=3)
# A page that holds nothing is forgotten after a while; whoever saves from it then is asked about
# every difference.
FORGOTTEN_AFTER = timedelta(days=2)


class Disputed(MovedOn):
    """Somebody else changed the same values since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            "disputed",
            _(
                "Another person has changed the same fields since you opened this page. "
                "Nothing was overwritten: choose below what holds."
            ),
        )


@transaction.atomic
def open_page(
    *, request: ExpertiseRequest, actor: Membership, step: str, base: Mapping[str, Any]
) -> DraftPage:
    """The page as this person opens it: the one where something typed waits, or a new one."""
    authorize(actor, "expertise.edit_request", request)
    now = timezone.now()
    own = DraftPage.objects.filter(request=request, user=actor.user_id)
    own.filter(typed__isnull=True, seen_at__lt=now - FORGOTTEN_AFTER).delete()
    waiting = own.filter(step=step, typed__isnull=False).order_by("-typed_at").first()
    if waiting is not None:
        waiting.seen_at = now
        waiting.save(update_fields=["seen_at"])
        return waiting
    return DraftPage.objects.create(request=request, user=actor.user, step=step, base=dict(base))


def find_page(
    *, request: ExpertiseRequest, actor: Membership, key: UUID | None, step: str
) -> DraftPage:
    """The page that a form names; one that is not known (any more) begins without a base."""
    own = DraftPage.objects.filter(request=request, user=actor.user_id)
    page = own.filter(pk=key).first() if key else None
    return page or DraftPage.objects.create(request=request, user=actor.user, step=step)


@transaction.atomic
def keep_typed(*, page: DraftPage, typed: Typed, disputed: Sequence[str] = ()) -> None:
    """Keeps the form as it was typed, because it could not be saved."""
    page.typed = {name: list(values) for name, values in typed.items()}
    page.typed_at = page.seen_at = timezone.now()
    page.disputed = list(disputed)
    page.save()


@transaction.atomic
def settle_page(*, page: DraftPage, base: Mapping[str, Any], step: str = "") -> None:
    """The page is saved: nothing waits on it, and from here on it shows `base`."""
    page.base = dict(base)
    page.typed = page.typed_at = None
    page.disputed = []
    page.step = step or page.step
    page.seen_at = timezone.now()
    page.save()


@transaction.atomic
def throw_away(*, request: ExpertiseRequest, actor: Membership, step: str) -> None:
    """The person does not want what was typed on a page; what is stored stays."""
    authorize(actor, "expertise.edit_request", request)
    DraftPage.objects.filter(request=request, user=actor.user_id, step=step).delete()


def close_pages(request: ExpertiseRequest) -> None:
    """The form is closed: what was typed and never saved is nobody's any more."""
    request.open_pages.all().delete()


@dataclass(frozen=True)
class Present:
    """A colleague who has a page of the draft open now."""

    user: User
    place: Place
    since: datetime
    has_unsaved: bool


def others_here(request: ExpertiseRequest, actor: Membership, *, at: datetime) -> list[Present]:
    """Who else has the draft open, each with the page seen last."""
    pages = (
        DraftPage.objects.filter(request=request, seen_at__gt=at - IS_HERE_FOR)
        .exclude(user=actor.user_id)
        .select_related("user")
        .order_by("seen_at")
    )
    last = {page.user_id: page for page in pages}
    return [
        Present(page.user, place_of(request.pk, page.step), page.opened_at, page.typed is not None)
        for page in last.values()
    ]


def mark_here(*, request: ExpertiseRequest, actor: Membership, key: UUID) -> None:
    own = DraftPage.objects.filter(pk=key, request=request, user=actor.user_id)
    own.update(seen_at=timezone.now())
