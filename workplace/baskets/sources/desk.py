"""What the Committee decides besides control: attestations, rules, second expertises."""

from collections.abc import Mapping
from typing import ClassVar

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from auditors.baskets import case_tabs
from auditors.models import AttestationCase, Proposal
from expertise.models import SecondOpinion
from origin.models import RulePack, Ruling
from workplace.baskets.reading import Reader, when
from workplace.baskets.rows import Row, codes_of

from .base import ENDED, IN_ITS_PARTS, NOBODYS_TURN, Kind, Paths, Sorting


class Attestations(Kind):
    kind: ClassVar[str] = "attestation"
    label: ClassVar[str | Promise] = gettext_lazy("Attestation of an auditor")
    subject: ClassVar[str] = "attestation"
    stage: ClassVar[str] = "people"
    paths: ClassVar[Paths] = Paths(experts="organisation", auditor="user")
    due: ClassVar[str] = ""
    words: ClassVar[tuple[str, ...]] = ("number", "user__full_name", "organisation__name_ru")

    def sorting(self, reader: Reader) -> Sorting | None:
        """An inspector prepares, a head who did not prepare decides; nobody about themselves."""
        if not reader.is_committee:
            return None
        states = case_tabs()
        not_own = ~Q(user=reader.me)
        prepares = when(reader.is_inspector) & not_own
        free = prepares & (
            (states["to_admit"] & ~states["to_decide"])
            | (states["to_prepare"] & ~states["to_admit"])
        )
        proposed = Proposal.objects.filter(
            case=OuterRef("pk"), outcome=Proposal.Outcome.PENDING
        ).exclude(proposed_by=reader.me)
        attests = proposed.filter(kind=Proposal.Kind.ATTEST)
        decides = Q(Exists(proposed)) & (~Q(Exists(attests)) | ~Q(admitted_by=reader.me))
        mine = when(reader.is_head) & not_own & decides
        on_the_way = Q(status__in=("applied", "admitted", "tested"))
        is_open = on_the_way | states["to_decide"] | states["to_prepare"]
        is_over = states["closed"] & ~is_open
        return Sorting(
            {"waiting": mine, "free": free, "moving": is_open & ~mine & ~free},
            {ENDED: is_over, NOBODYS_TURN: ~is_open & ~is_over},
        )

    def visible(self, reader: Reader) -> QuerySet[AttestationCase]:
        return AttestationCase.objects.visible_to(reader.actor)

    def listed(self, things: QuerySet[AttestationCase]) -> QuerySet[AttestationCase]:
        pending = Proposal.objects.filter(outcome=Proposal.Outcome.PENDING)
        return things.select_related("user", "organisation").prefetch_related(
            Prefetch("proposals", queryset=pending, to_attr="pending")
        )

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        states = case_tabs()
        return {
            "committee": states["to_decide"] | states["to_admit"] | states["to_prepare"],
            "other": states["to_test"],
        }

    def row(self, case: AttestationCase, reader: Reader) -> Row:
        proposal = case.pending[0] if case.pending else None
        waits = {
            "applied": _("an inspector who looks at the documents"),
            "admitted": _("the result of the test"),
        }
        who = waits.get(case.status, _("an inspector who prepares the decision"))
        return Row(
            kind=self.kind,
            pk=str(case.pk),
            version=case.version,
            kind_label=self.label,
            number=case.number or _("application"),
            url=reverse("auditors:case-detail", args=[case.pk]),
            title=case.user.full_name,
            party=case.organisation.name,
            codes=codes_of(proposal.get_kind_display() if proposal else ""),
            status=case.status_info,
            who=_("the decision of a head") if proposal else who,
            since=case.status_since,
            submitted_at=case.applied_at,
        )


class Packs(Kind):
    """Versions of the rules; whoever had a hand in one does not approve it."""

    kind: ClassVar[str] = "pack"
    label: ClassVar[str | Promise] = gettext_lazy("Version of the rules")
    stage: ClassVar[str] = "rules"
    paths: ClassVar[Paths] = Paths(scheme="scheme")
    due: ClassVar[str] = ""
    number: ClassVar[str] = "code"
    words: ClassVar[tuple[str, ...]] = ("code", "title_ru", "title_kk", "title_en")

    def sorting(self, reader: Reader) -> Sorting | None:
        if not reader.is_committee:
            return None
        me = reader.me
        had_a_hand = Q(author=me) | Q(checked_by=me) | Q(editor_ids__contains=[me])
        edits = when(reader.is_inspector) & Q(status="draft", author=me)
        mine = edits | (Q(status="checked") & ~had_a_hand)
        is_open = Q(status__in=("draft", "checked"))
        return Sorting({"waiting": mine, "moving": is_open & ~mine}, {ENDED: ~is_open})

    def visible(self, reader: Reader) -> QuerySet[RulePack]:
        return RulePack.objects.all()

    def listed(self, things: QuerySet[RulePack]) -> QuerySet[RulePack]:
        return things.select_related("author", "scheme").defer("body")

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {"committee": Q(status__in=("draft", "checked"))}

    def row(self, pack: RulePack, reader: Reader) -> Row:
        is_checked = pack.status == "checked"
        page = "origin:pack-impact" if is_checked else "origin:pack-detail"
        who = _("a person who had no hand in it") if is_checked else str(pack.author or "")
        return Row(
            kind=self.kind,
            pk=str(pack.pk),
            version=pack.version,
            kind_label=self.label,
            number=pack.code,
            url=reverse(page, args=[pack.pk]),
            title=pack.title,
            party=str(pack.author or ""),
            status=pack.status_info,
            who=who,
            since=pack.status_since,
            submitted_at=pack.created_at,
        )


class Rulings(Kind):
    """Which reading of a disputed condition holds: proposed by one, approved by another."""

    kind: ClassVar[str] = "ruling"
    label: ClassVar[str | Promise] = gettext_lazy("Ruling on a disputed condition")
    stage: ClassVar[str] = "rules"
    due: ClassVar[str] = ""
    number: ClassVar[str] = "dispute__row_id"
    words: ClassVar[tuple[str, ...]] = ("dispute__row_id", "reason")

    def sorting(self, reader: Reader) -> Sorting | None:
        if not reader.is_committee:
            return None
        proposed, own = Q(status="proposed"), Q(proposed_by=reader.me)
        return Sorting({"waiting": proposed & ~own, "moving": proposed & own}, {ENDED: ~proposed})

    def visible(self, reader: Reader) -> QuerySet[Ruling]:
        return Ruling.objects.all()

    def listed(self, things: QuerySet[Ruling]) -> QuerySet[Ruling]:
        return things.select_related("dispute", "reading", "proposed_by")

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {"committee": Q(status="proposed")}

    def row(self, ruling: Ruling, reader: Reader) -> Row:
        return Row(
            kind=self.kind,
            pk=str(ruling.pk),
            version=ruling.version,
            kind_label=self.label,
            number=ruling.dispute.row_id,
            url=reverse("origin:ruling-detail", args=[ruling.pk]),
            title=ruling.reading.words,
            party=ruling.proposed_by.full_name,
            status=ruling.status_info,
            who=_("a person who did not propose it"),
            since=ruling.status_since,
            submitted_at=ruling.proposed_at,
        )


class SecondOpinions(Kind):
    """Two auditors who did not know of each other; where they differ the Committee decides."""

    kind: ClassVar[str] = "opinion"
    label: ClassVar[str | Promise] = gettext_lazy("Second expertise")
    subject: ClassVar[str] = "second_opinion"
    stage: ClassVar[str] = "expertise"
    paths: ClassVar[Paths] = Paths(
        experts="first__expert_organisation",
        auditor="first__auditor",
        applicant="first__applicant",
        scheme="first__scheme",
        request="first",
    )
    due: ClassVar[str] = ""
    number: ClassVar[str] = "first__number"
    words: ClassVar[tuple[str, ...]] = ("first__number", "second__number")

    def sorting(self, reader: Reader) -> Sorting | None:
        if not reader.is_committee:
            return None
        differs = Q(status="differs")
        return Sorting(
            {"waiting": differs},
            {IN_ITS_PARTS: Q(status="under_way"), ENDED: ~differs & ~Q(status="under_way")},
        )

    def visible(self, reader: Reader) -> QuerySet[SecondOpinion]:
        return SecondOpinion.objects.all()

    def listed(self, things: QuerySet[SecondOpinion]) -> QuerySet[SecondOpinion]:
        return things.select_related("first__applicant", "first__expert_organisation", "second")

    def sides(self, reader: Reader) -> Mapping[str, Q]:
        return {"committee": Q(status="differs")}

    def row(self, opinion: SecondOpinion, reader: Reader) -> Row:
        return Row(
            kind=self.kind,
            pk=str(opinion.pk),
            version=opinion.version,
            kind_label=self.label,
            number=opinion.label,
            url=reverse("expertise:second-opinion-detail", args=[opinion.pk]),
            title=opinion.first.applicant.name,
            party=str(opinion.first.expert_organisation or ""),
            codes=codes_of(opinion.second.number),
            status=opinion.status_info,
            who=_("the Committee, which says whose verdict holds"),
            since=opinion.status_since,
            submitted_at=opinion.opened_at,
        )
