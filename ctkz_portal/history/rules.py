"""Rules and dated figures for years before those that come with the portal begin."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pgtrigger
from django.db.models import Max, Min

import audit
from audit.past import PastEntry
from documents.canonical import canonical_bytes
from origin.models import RulePack
from origin.pack_files import shipped_packs
from origin.packs import pack_data, pack_from_data
from reference.models import Parameter, Scheme

CODE = "EXAMPLE"
NOTE = "Generated history: a figure of later years, taken as an example for years before them."


def extend_back(first: date, at: datetime) -> list[PastEntry]:
    """Puts a version of the rules and all parameters in force from `first` on.

    They are those of later years under a name that says so: the real ones of that time are not
    in the portal, and acts cannot be judged, shown or replayed without any.
    """
    Scheme.objects.filter(started_on__gt=first).update(started_on=first)
    _extend_parameters(first)
    return _example_rules(first, at)


def _extend_parameters(first: date) -> None:
    begun = Parameter.objects.values("key", "scheme_id").annotate(begins=Min("valid_from"))
    for row in begun.filter(begins__gt=first):
        earliest = Parameter.objects.get(
            key=row["key"], scheme_id=row["scheme_id"], valid_from=row["begins"]
        )
        Parameter.objects.create(
            key=earliest.key,
            scheme_id=earliest.scheme_id,
            value=earliest.value,
            valid_from=first,
            valid_until=row["begins"] - timedelta(days=1),
            source="Example",
            note=NOTE,
        )


def _example_rules(first: date, at: datetime) -> list[PastEntry]:
    if RulePack.objects.in_force(on=first, scheme="CT-KZ") is not None:
        return []
    shipped = shipped_packs()[0]
    text = pack_data(replace(shipped, code=f"{CODE}-{first.year}", valid_from=first))
    pack = pack_from_data(text)
    last = RulePack.objects.filter(scheme="CT-KZ").aggregate(last=Max("version_number"))["last"]
    row = RulePack(
        status="approved",
        scheme_id="CT-KZ",
        version_number=(last or 0) + 1,
        is_shipped=True,
        code=pack.code,
        title_kk=f"{pack.title.kk} (мысал)",
        title_ru=f"{pack.title.ru} (пример)",
        title_en=f"{pack.title.en} (example)",
        note="Generated history: the text of a later version, in force from an earlier day.",
        body=canonical_bytes(text),
        body_sha256=pack.sha256,
        valid_from=first,
        approved_at=at,
        status_since=at,
    )
    # Written as it is to have been for years; the way through the desk took place nowhere.
    with pgtrigger.ignore("origin.RulePack:born_in_initial_status"):  # noqa: TID251
        row.save(force_insert=True)
    facts = {"body_sha256": row.body_sha256, "valid_from": first.isoformat()}
    subject = audit.SubjectRef(type=RulePack.SUBJECT_TYPE, id=str(row.pk), label=row.code)
    return [PastEntry(at, "rule_pack.loaded", audit.SYSTEM, subject, str(row.case_id), facts)]
