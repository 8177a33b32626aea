"""What is done with certificates after issue, and the registers of the chambers."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import COMMITTEE_ROLES, Role
from issuance.models import CertificateChange, ChamberSeal, Mandate
from issuance.registers import WAITS, may_confirm
from issuance.selectors import with_goods
from workplace.baskets.reading import NOTHING, Reader
from workplace.baskets.rows import Row, codes_of, goods_in_words, spaced_code

from .base import ENDED, OF_OTHERS, Kind, Paths, Sorting, by_certificate

# Where a change lies that is another person's to decide.
WITH_OTHERS = {
    Role.APPLICANT: "moving",
    Role.CHAMBER_OFFICER: "deciding",
    Role.CHAMBER_SIGNATORY: "elsewhere",
    Role.INSPECTOR: "moving",
    Role.COMMITTEE_HEAD: "moving",
}


class Changes(Kind):
    """Suspensions, revocations, duplicates: proposed by one person, decided by another."""

    kind: ClassVar[str] = "change"
    subject: ClassVar[str] = "certificate_change"
    label: ClassVar[str | Promise] = gettext_lazy("Change of a certificate")
    stage: ClassVar[str] = "after_issue"
    paths: ClassVar[Paths] = by_certificate("certificate")
    due: ClassVar[str] = ""
    number: ClassVar[str] = "certificate__number"
    words: ClassVar[tuple[str, ...]] = ("certificate__number", "order_number")

    def sorting(self, reader: Reader) -> Sorting | None:
        if reader.role not in WITH_OTHERS:
            return None
        proposed, mine = Q(status="proposed"), decidable(reader)
        tabs = {WITH_OTHERS[Role(reader.role)]: proposed & ~mine}
        match reader.role:
            case Role.CHAMBER_SIGNATORY:
                tabs["to_decide"] = proposed & mine
            case Role.COMMITTEE_HEAD:
                tabs["waiting"] = proposed & mine
        return Sorting(tabs, {ENDED: ~proposed})

    def visible(self, reader: Reader) -> QuerySet[CertificateChange]:
        return CertificateChange.objects.visible_to(reader.actor)

    def listed(self, things: QuerySet[CertificateChange]) -> QuerySet[CertificateChange]:
        related = things.select_related(
            "certificate__application__applicant", "certificate__application__chamber"
        ).defer("certificate__record", "certificate__application__decision_record")
        return with_goods(related, request="certificate__application__act__request")

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        by_committee = Q(proposed_role__in=COMMITTEE_ROLES)
        proposed = Q(status="proposed")
        return {"committee": proposed & by_committee, "chamber": proposed & ~by_committee}

    def row(self, change: CertificateChange, reader: Reader) -> Row:
        application = change.certificate.application
        decides = (
            _("the head of the Committee's department")
            if change.proposed_role in COMMITTEE_ROLES
            else application.chamber.name
        )
        return Row(
            kind=self.kind,
            pk=str(change.pk),
            version=change.version,
            kind_label=self.label,
            number=change.certificate.number,
            url=reverse("issuance:change-detail", args=[change.pk]),
            title=f"{change.get_kind_display()}. {goods_in_words(change)}",
            party=application.applicant.name,
            codes=codes_of(spaced_code(change.goods_hs_code)),
            status=change.status_info,
            who=decides if change.status == "proposed" else "",
            since=change.status_since,
            submitted_at=change.proposed_at,
        )


def decidable(reader: Reader) -> Q:
    """The permission `issuance.decide_change` as a condition."""
    by_committee = Q(proposed_role__in=COMMITTEE_ROLES)
    me = reader.me
    match reader.role:
        case Role.CHAMBER_SIGNATORY:
            application = "certificate__application"
            own = Q(
                **{
                    f"{application}__submitted_at__isnull": False,
                    f"{application}__chamber": reader.actor.organisation_id,
                }
            )
            took_part = Q(**{f"{application}__filed_by": me}) | Q(**{f"{application}__auditor": me})
            return own & ~took_part & ~Q(proposed_by=me) & ~by_committee
        case Role.COMMITTEE_HEAD:
            return by_committee & ~Q(proposed_by=me)
    return NOTHING


class _Entries(Kind):
    """Entries of a chamber's register that wait for a second person; the others are history."""

    stage: ClassVar[str] = "registers"
    paths: ClassVar[Paths] = Paths(chamber="chamber")
    due: ClassVar[str] = ""
    since: ClassVar[str] = "entered_at"
    model: ClassVar[type[Any]]
    page: ClassVar[str]

    def sorting(self, reader: Reader) -> Sorting | None:
        waits = self._waits(reader)
        mine = may_confirm(reader.actor, self.model, on=reader.today)
        match reader.role:
            case Role.CHAMBER_SIGNATORY:
                tabs = {"to_decide": waits & mine, "elsewhere": waits & ~mine}
            case Role.CHAMBER_OFFICER:
                tabs = {"deciding": waits}
            case Role.COMMITTEE_HEAD:
                return Sorting({"waiting": waits & mine}, {OF_OTHERS: waits & ~mine})
            case _:
                return None
        return Sorting(tabs)

    def _waits(self, reader: Reader) -> Q:
        not_ended = Q(valid_until__isnull=True) | Q(valid_until__gte=reader.today)
        return Q(confirmed_at__isnull=True) & not_ended

    def visible(self, reader: Reader) -> QuerySet[Any]:
        """The others are read in the register itself."""
        entries = self.model.objects.filter(self._waits(reader))
        if reader.is_committee:
            return entries
        return entries.filter(chamber=reader.actor.organisation_id)

    def listed(self, things: QuerySet[Any]) -> QuerySet[Any]:
        return things.select_related("chamber", "entered_by")

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {"chamber": Q(confirmed_at__isnull=True)}

    def row(self, entry: Any, reader: Reader) -> Row:
        return Row(
            kind=self.kind,
            pk=str(entry.pk),
            version=0,
            kind_label=self.label,
            number=self.name_of(entry),
            url=reverse(self.page),
            title=str(self.label),
            party=entry.chamber.name if entry.chamber else "",
            status=WAITS,
            who=_("a second person of the chamber"),
            since=entry.entered_at,
        )

    def name_of(self, entry: Any) -> str:
        raise NotImplementedError


class Mandates(_Entries):
    kind: ClassVar[str] = "mandate"
    subject: ClassVar[str] = "mandate"
    label: ClassVar[str | Promise] = gettext_lazy("Mandate of a signatory")
    number: ClassVar[str] = "user__full_name"
    words: ClassVar[tuple[str, ...]] = ("user__full_name", "basis")
    model: ClassVar[type[Any]] = Mandate
    page: ClassVar[str] = "issuance:mandate-list"

    def listed(self, things: QuerySet[Any]) -> QuerySet[Any]:
        return super().listed(things).select_related("user")

    def name_of(self, entry: Any) -> str:
        return entry.user.full_name


class Seals(_Entries):
    kind: ClassVar[str] = "seal"
    subject: ClassVar[str] = "chamber_seal"
    label: ClassVar[str | Promise] = gettext_lazy("Seal of a chamber")
    number: ClassVar[str] = "subject"
    words: ClassVar[tuple[str, ...]] = ("subject", "certificate_sha256")
    model: ClassVar[type[Any]] = ChamberSeal
    page: ClassVar[str] = "issuance:seal-list"

    def name_of(self, entry: Any) -> str:
        return entry.subject
