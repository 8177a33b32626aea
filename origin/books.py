"""The book of rules of a day: the version in force, its disputed rows and what holds for them.

Both depend on the day alone: versions, disputes, readings and rulings all count from a day after
the one on which they were recorded, so that an act can be evaluated again later as it was.
"""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from documents.canonical import canonical_bytes, sha256_hex
from reference.parameters import DEFAULT_SCHEME

from . import models, packs
from .conditions import Words
from .packs import condition_from_data, pack_from_data
from .rulebook import Dispute, Reading, RuleBook


class NoRulesInForce(DomainError):
    """No version of the rules is in force on the day: nothing can be evaluated."""


def rulebook_in_force(*, on: date, scheme: str = DEFAULT_SCHEME) -> RuleBook:
    """The rules by which goods are judged on `on`; NoRulesInForce when there are none."""
    pack = pack_in_force(on=on, scheme=scheme)
    return RuleBook(parsed(pack.body_sha256), disputes_of(on=on, scheme=scheme))


def rulebook_of(pack_sha256: str, on: date, *, scheme: str = DEFAULT_SCHEME) -> RuleBook:
    """The book with this very text and the readings of `on`; for evaluating an act again."""
    return RuleBook(parsed(pack_sha256), disputes_of(on=on, scheme=scheme))


def rulebook_proposed(proposal: models.RulePack | models.Ruling) -> RuleBook:
    """The book as it would be on the first day of a version or a ruling, were it approved."""
    if isinstance(proposal, models.RulePack):
        on = _first_day(proposal)
        return RuleBook(parsed(proposal.body_sha256), disputes_of(on=on, scheme=proposal.scheme_id))
    dispute = proposal.dispute
    book = rulebook_in_force(on=proposal.holds_from, scheme=dispute.scheme_id)
    held = _frozen(dispute, dispute.readings.all(), holding=proposal.reading.code)
    return RuleBook(book.pack, {**book.disputes, dispute.row_id: held})


def fingerprint(proposal: models.RulePack | models.Ruling) -> str:
    """What exactly a measurement is about: a changed proposal has another one."""
    if isinstance(proposal, models.RulePack):
        return proposal.body_sha256
    pack = pack_in_force(on=proposal.holds_from, scheme=proposal.dispute.scheme_id)
    named = {
        "pack": pack.body_sha256,
        "dispute": str(proposal.dispute_id),
        "reading": proposal.reading.code,
        "holds_from": proposal.holds_from.isoformat(),
    }
    return sha256_hex(canonical_bytes(named))


def pack_in_force(*, on: date, scheme: str = DEFAULT_SCHEME) -> models.RulePack:
    """The row of the version, without its text."""
    found = models.RulePack.objects.defer("body").in_force(on=on, scheme=scheme)
    if found is None:
        raise NoRulesInForce(
            "no_rules_in_force",
            _("No version of the rules of origin is in force on %(day)s.")
            % {"day": on.strftime("%d.%m.%Y")},
        )
    return found


@lru_cache(maxsize=16)
def parsed(body_sha256: str) -> packs.RulePack:
    """The pack with this digest; the digest names the text, so a kept one never grows old."""
    bodies = models.RulePack.objects.filter(body_sha256=body_sha256).values_list("body", flat=True)
    body = bodies.first()
    if body is None:
        raise NoRulesInForce(
            "unknown_rules",
            _("No version of the rules has the digest %(digest)s.") % {"digest": body_sha256},
        )
    text = bytes(body)
    if sha256_hex(text) != body_sha256:
        raise NoRulesInForce(
            "altered_rules", _("The stored text of the rules differs from its digest.")
        )
    return pack_from_data(json.loads(text))


def disputes_of(*, on: date, scheme: str = DEFAULT_SCHEME) -> dict[str, Dispute]:
    """The disputed rows of a day with their readings and the reading that holds."""
    readings = models.DisputeReading.objects.filter(valid_from__lte=on).order_by("code")
    rulings = models.Ruling.objects.holding(on=on).select_related("reading")
    disputes = (
        models.Dispute.objects.filter(scheme=scheme)
        .open(on=on)
        .prefetch_related(
            Prefetch("readings", readings, to_attr="known_readings"),
            Prefetch("rulings", rulings, to_attr="holding_rulings"),
        )
    )
    return {dispute.row_id: _of_the_day(dispute) for dispute in disputes}


def _of_the_day(dispute: Any) -> Dispute:
    ruling = next(iter(dispute.holding_rulings), None)
    return _frozen(dispute, dispute.known_readings, holding=ruling.reading.code if ruling else "")


def _frozen(
    dispute: models.Dispute, readings: Iterable[models.DisputeReading], *, holding: str
) -> Dispute:
    return Dispute(
        id=str(dispute.pk),
        row_id=dispute.row_id,
        question=Words(dispute.question_kk, dispute.question_ru, dispute.question_en),
        readings=tuple(
            Reading(
                reading.code,
                Words(reading.words_kk, reading.words_ru, reading.words_en),
                condition_from_data(reading.condition),
            )
            for reading in readings
        ),
        holding=holding,
    )


def _first_day(pack: models.RulePack) -> date:
    return pack.valid_from or parsed(pack.body_sha256).valid_from
