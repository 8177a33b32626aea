"""The log shown to everyone: nothing here needs a sign-in, nothing shows more than is published.

Tiles and entries never change and are cached for ever, checkpoints for seconds. There is no limit
per address: a cache in front answers for tiles, and a proof costs some twenty look-ups by key.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from audit import proofs, tiles
from audit.errors import CosignatureRefusedError, KeyUnavailableError
from audit.keys import verifying_key
from audit.models import LogCheckpoint, LogLeaf
from audit.registry import is_public
from audit.witnesses import (
    accept_cosignature,
    in_force,
    key_of,
    served_note,
    with_cosignatures,
    witnesses_are_late,
)

View = Callable[..., HttpResponse]

SHORT = 5
FOR_EVER = 365 * 24 * 60 * 60
LONGEST_NOTE = 16 * 1024
PAGE = 100
PLACE = re.compile(r"((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
HIGHEST_LEVEL = 63
LONGEST_NUMBER = 18


class Refusal(Exception):
    """Why there is no such answer, said plainly."""

    def __init__(self, status_code: int, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code


def public(view: View) -> View:
    """Open to everyone; a refusal is a plain sentence with its status, and is never cached."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            answer = text(str(refusal), status=refusal.status_code)
            answer["Cache-Control"] = "no-store"
            return answer

    opened: View = login_not_required(answered)
    return opened


def unchanging(view: View) -> View:
    cached: View = cache_control(public=True, max_age=FOR_EVER, immutable=True)(view)
    return cached


def passing(view: View) -> View:
    cached: View = cache_control(public=True, max_age=SHORT)(view)
    return cached


@public
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """What the log is, how to follow it, and who does."""
    last = proofs.last_checkpoint()
    witnesses = in_force(timezone.now()).annotate(last=Max("cosignatures__timestamp"))
    context = {
        "checkpoint": last,
        "note": served_note(last) if last else "",
        "root": bytes(last.root).hex() if last else "",
        "key": _key_line(),
        "witnesses": [(witness, key_of(witness).encoded()) for witness in witnesses],
        "late": witnesses_are_late(),
        "address": request.build_absolute_uri("."),
    }
    return render(request, "audit/log.html", context)


@public
@require_safe
@passing
def key(request: HttpRequest) -> HttpResponse:
    """The log's public key. Compare it with one you got elsewhere."""
    line = _key_line()
    if not line:
        raise Refusal(404, _("Nothing was published yet."))
    return text(line)


@public
@require_safe
@passing
def checkpoint(request: HttpRequest) -> HttpResponse:
    return _note(proofs.last_checkpoint(), _("Nothing was published yet."))


@public
@require_safe
@passing
def witnessed(request: HttpRequest) -> HttpResponse:
    """The last checkpoint that a witness cosigned; the very last one seldom is yet."""
    return _note(proofs.last_witnessed_checkpoint(), _("No witness has cosigned yet."))


@public
@require_safe
@passing
def checkpoints(request: HttpRequest) -> HttpResponse:
    """Checkpoints after the one of this number, oldest first, a hundred at a time."""
    after = _number(request, "after", default=0)
    found = LogCheckpoint.objects.filter(number__gt=after).order_by("number")
    rows = [
        {
            "number": one.number,
            "size": one.size,
            "at": one.at.isoformat(),
            "note": served_note(one),
        }
        for one in with_cosignatures(found)[:PAGE]
    ]
    return JsonResponse({"checkpoints": rows})


@public
@require_safe
@unchanging
def tile(request: HttpRequest, level: int, place: str) -> HttpResponse:
    """A tile as C2SP tlog-tiles addresses it, if what was published reaches so far."""
    found = PLACE.fullmatch(place)
    if found and level <= HIGHEST_LEVEL:
        n = int(found[1].replace("x", "").replace("/", ""))
        width = int(found[2] or tiles.WIDTH)
        is_full = found[2] is None
        if (is_full or width < tiles.WIDTH) and request.path_info.endswith(
            f"/tile/{tiles.tile_path(level, n, width)}"
        ):
            end = (n * tiles.WIDTH + width) * tiles.WIDTH**level
            data = tiles.tile(level, n, width) if end <= proofs.published_size() else None
            if data is not None:
                return HttpResponse(data, content_type="application/octet-stream")
    raise Refusal(404, _("There is no such tile."))


@public
@require_safe
@unchanging
def consistency(request: HttpRequest) -> HttpResponse:
    """Proof that the tree of `from` entries is the beginning of that of `to`."""
    old, new = _number(request, "from"), _number(request, "to")
    if not 0 < old <= new <= proofs.published_size():
        raise Refusal(400, _("from and to are sizes of published trees, from not above to."))
    hashes = proofs.in_base64(proofs.consistency(old, new))
    return JsonResponse({"from": old, "to": new, "hashes": hashes})


@public
@require_safe
def inclusion(request: HttpRequest, index: int) -> HttpResponse:
    """Proof that the entry at `index` is in the tree of `size` entries (default: published)."""
    published = proofs.published_size()
    size = _number(request, "size", default=published)
    if not index < size <= published:
        raise Refusal(400, _("There is no such entry among those published."))
    leaf = LogLeaf.objects.get(index=index)
    hashes = proofs.in_base64(proofs.inclusion(index, size))
    (leaf_hash,) = proofs.in_base64([bytes(leaf.hash)])
    answer = JsonResponse({"index": index, "size": size, "leaf": leaf_hash, "hashes": hashes})
    # Without `size` the answer grows with the log.
    answer["Cache-Control"] = f"public, max-age={FOR_EVER if 'size' in request.GET else SHORT}"
    return answer


@public
@require_safe
@unchanging
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """The bytes that were hashed into the tree, of events that everyone may read."""
    if index >= proofs.published_size():
        raise Refusal(404, _("There is no such entry among those published."))
    leaf = LogLeaf.objects.select_related("event").get(index=index)
    if not is_public(leaf.event.event):
        raise Refusal(
            403, _("This entry is not public. Its hash is in the tiles, so it cannot be changed.")
        )
    return HttpResponse(bytes(leaf.event.body), content_type="application/json")


@csrf_exempt
@public
@require_POST
def cosignature(request: HttpRequest) -> HttpResponse:
    """A witness sends the checkpoint it cosigned, as a signed note."""
    data = request.read(LONGEST_NOTE + 1)
    if len(data) > LONGEST_NOTE:
        raise Refusal(413, _("The note is too long."))
    try:
        accepted = accept_cosignature(data.decode())
    except UnicodeDecodeError as error:
        raise Refusal(400, _("The note is not UTF-8 text.")) from error
    except CosignatureRefusedError as error:
        raise Refusal(error.status_code, str(error)) from error
    if accepted.is_new:
        return text(_("The cosignature was accepted."), status=201)
    return text(_("The cosignature was here already."))


def text(content: str, *, status: int = 200) -> HttpResponse:
    ended = content if content.endswith("\n") else f"{content}\n"
    return HttpResponse(ended, content_type="text/plain; charset=utf-8", status=status)


def _note(found: LogCheckpoint | None, missing: str) -> HttpResponse:
    if found is None:
        raise Refusal(404, missing)
    return text(served_note(found))


def _key_line() -> str:
    try:
        return verifying_key().encoded()
    except KeyUnavailableError:
        return ""


def _number(request: HttpRequest, name: str, *, default: int | None = None) -> int:
    written = request.GET.get(name, "")
    if not written and default is not None:
        return default
    if not (written.isascii() and written.isdigit() and len(written) <= LONGEST_NUMBER):
        raise Refusal(400, _("%(name)s must be a whole number.") % {"name": name})
    return int(written)
