"""Acts whose text or photographs nearly repeat those of another: kept, found, shown.

A nearness is a question to a person, never a verdict: it warns and stops nothing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accounts.models import COMMITTEE_ROLES, Membership, Role
from documents.storing import StoredFileDamaged, read
from reference.parameters import parameter

from .document_types import PHOTOS
from .fingerprints import BITS, photo_bits, text_bits
from .models import Act, Examination, ExpertiseRequest, Fingerprint, RequestDocument

# Kinds of documents that are pictures of goods and production; scans of papers repeat rightly.
PHOTOGRAPHS = ("photo", *PHOTOS)
SHOWN = 20

_NEAREST = """
    SELECT other.request_id, mine.kind, MIN(bit_count((mine.bits # other.bits)::bit(64))) AS apart,
           COUNT(DISTINCT mine.id)
      FROM expertise_fingerprint mine
      JOIN expertise_fingerprint other
        ON other.kind = mine.kind AND other.request_id <> mine.request_id
     WHERE mine.request_id = %(request)s
       AND bit_count((mine.bits # other.bits)::bit(64))
           <= CASE mine.kind WHEN 'text' THEN %(text)s ELSE %(photo)s END
     GROUP BY other.request_id, mine.kind
"""


@dataclass(frozen=True)
class NearAct:
    """Another act that this one nearly repeats."""

    act: Act
    kind: str
    apart: int
    # How many of this request's photographs are found there; one for a text.
    count: int

    @property
    def is_text(self) -> bool:
        return self.kind == Fingerprint.Kind.TEXT

    @property
    def alike_percent(self) -> int:
        return round(100 * (BITS - self.apart) / BITS)


def keep_fingerprints(request: ExpertiseRequest, *, on: date) -> None:
    """Takes those of the request as it stands; a photograph is read once."""
    keep_text(request, on=on)
    taken = Fingerprint.objects.filter(request=request, kind=Fingerprint.Kind.PHOTO)
    for document in request.documents.exclude(pk__in=taken.values("document")):
        keep_photo(document)


def keep_text(request: ExpertiseRequest, *, on: date) -> None:
    """What the auditor wrote of the goods and the process, as one text."""
    bits = None
    examination = Examination.objects.filter(request=request).first()
    if examination is not None:
        operations = request.steps.values_list("description", flat=True)
        bits = text_bits(
            "\n".join((examination.identification, examination.process, *operations)),
            fewest_words=parameter("near_act.text_words", on=on, scheme=request.scheme_id),
        )
    mine = Fingerprint.objects.filter(request=request, kind=Fingerprint.Kind.TEXT)
    if bits is None:
        mine.delete()
    elif not mine.update(bits=bits):
        Fingerprint.objects.create(request=request, kind=Fingerprint.Kind.TEXT, bits=bits)


def keep_photo(document: RequestDocument) -> None:
    """A picture that cannot be read, or shows nothing, has no fingerprint."""
    if document.type not in PHOTOGRAPHS:
        return
    try:
        bits = photo_bits(read(document.file))
    except StoredFileDamaged:
        return
    if bits is not None:
        Fingerprint.objects.create(
            request_id=document.request_id,
            document=document,
            kind=Fingerprint.Kind.PHOTO,
            bits=bits,
        )


def near_acts(request: ExpertiseRequest) -> list[NearAct]:
    """The acts of other cases that this request's text or photographs nearly repeat.

    A correction and its act are one case; the two sides of a blind second expertise must not
    learn of each other.
    """
    found = _nearest(request)
    acts = {
        act.request_id: act
        for act in Act.objects.filter(request__in={key for key, _kind in found})
        .exclude(case_id=request.case_id)
        .exclude(request__in=_blind_partners(request))
        .select_related("request__expert_organisation", "request__applicant")
        .defer("record")
    }
    near = [
        NearAct(acts[key], kind, apart, count)
        for (key, kind), (apart, count) in found.items()
        if key in acts
    ]
    return sorted(near, key=lambda item: (item.apart, item.act.number))[:SHOWN]


def _nearest(request: ExpertiseRequest) -> dict[tuple[UUID, str], tuple[int, int]]:
    on = timezone.localdate()
    limits = {
        kind: parameter(f"near_act.{kind}_bits", on=on, scheme=request.scheme_id)
        for kind in Fingerprint.Kind.values
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, {"request": request.pk, **limits})
        return {(key, kind): (apart, count) for key, kind, apart, count in cursor.fetchall()}


def _blind_partners(request: ExpertiseRequest) -> list[UUID]:
    pairs = ExpertiseRequest.objects.filter(
        Q(second_opinion__second=request) | Q(blind_of__first=request)
    )
    return list(pairs.values_list("pk", flat=True))


def near_acts_told(actor: Membership, request: ExpertiseRequest) -> dict[str, Any]:
    """For pages of the expert side and the Committee: an act that the reader may not open is told
    by its number alone, and an applicant is told nothing."""
    if actor.role not in (Role.AUDITOR, Role.EXPERT_HEAD, *COMMITTEE_ROLES):
        return {}
    near = near_acts(request)
    own = Act.objects.visible_to(actor).filter(pk__in=[item.act.pk for item in near])
    return {"near": near, "may_open": set(own.values_list("pk", flat=True)) if near else set()}
