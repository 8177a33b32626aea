"""The first stage of an invented case as rows and events: from the request to the act."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db import models
from django.utils import timezone

import audit
from accounts.models import Membership
from audit.past import PastEntry
from documents.models import StoredFile
from expertise.examination_records import iso
from expertise.fingerprints import text_bits
from expertise.models import (
    Act,
    Examination,
    ExpertiseRequest,
    Finding,
    FindingEvidence,
    Fingerprint,
    GoodsLine,
    Material,
    RequestDocument,
    RequestQuestion,
    VisitAnswer,
)
from expertise.records import document_record, goods_record, parties, party
from reference.models import Scheme
from reference.parameters import parameter
from workflow.tracked import Tracked

from .chance import Chance, WorkingDays
from .papers import TITLES, Files, record_bytes
from .planning import CasePlan, LinePlan
from .variations import ORIGIN, PAPERS, PROCESS, VISIT, Mould, dated, steps_of
from .words import ANSWERS, QUESTIONS

ANSWER_DAYS = 5


@dataclass(frozen=True)
class World:
    """What every case of the history needs and none changes."""

    scheme: Scheme
    moulds: dict[str, Mould]
    files: Files
    days: WorkingDays
    ids: Chance
    # Months that acts and certificates hold, by category.
    act_months: dict[str, int]
    certificate_months: dict[str, int]


def terms_of(on: date, kind: str) -> dict[str, int]:
    return {
        category: parameter(f"{kind}.validity_months.{category}", on=on)
        for category in ("serial", "batch")
    }


class Story:
    """The events of one case."""

    def __init__(self, case: UUID) -> None:
        self.case = str(case)
        self.entries: list[PastEntry] = []

    def tell(
        self, at: datetime, event: str, actor: Membership | None, thing: Tracked, **facts: Any
    ) -> None:
        by = audit.SYSTEM if actor is None else actor.ref()
        self.entries.append(PastEntry(at, event, by, thing.subject_ref(), self.case, facts))


class FirstStage:
    """Rows and events of the first stage of one case."""

    def __init__(self, plan: CasePlan, world: World) -> None:
        self.plan, self.world = plan, world
        self.mould = world.moulds[plan.applicant.ware.key]
        self.rows: list[models.Model] = []
        self.act: Act | None = None
        self.request = self._request()
        self.story = Story(self.request.case_id)
        self.rows.append(self.request)
        self.documents = list(self._documents())
        self.lines = [self._line(number, line) for number, line in enumerate(plan.lines, start=1)]
        self.rows += [*self.documents, *self.lines]
        self._tell_of_the_request()
        if plan.kind != "rejected":
            self._examined()

    def _request(self) -> ExpertiseRequest:
        plan, applicant, world = self.plan, self.plan.applicant, self.world
        person, organisation = applicant.member, applicant.organisation
        maker_bin, maker = organisation.bin, ""
        if applicant.producers:
            maker_bin, maker = applicant.producers[plan.number % len(applicant.producers)]
        is_rejected = plan.kind == "rejected"
        since = plan.at["rejected" if is_rejected else "signed"]
        batch: dict[str, Any] = {}
        if plan.is_batch:
            batch = {
                "recipient_bin": "990240000019",
                "recipient_name": "ТОО «Пример-Получатель»",
                "recipient_address": "г. Астана, ул. Примерная, 1",
                "contract_number": f"{plan.number}-К",
                "contract_on": timezone.localdate(plan.began) - timedelta(days=20),
            }
        return ExpertiseRequest(
            id=world.ids.uuid(), case_id=world.ids.uuid(), form_token=world.ids.uuid(),
            status="rejected" if is_rejected else "concluded", status_since=since,
            version=3 if is_rejected else 5, number=plan.request_number, created_by=person.user,
            created_at=plan.began - timedelta(hours=20), scheme=world.scheme,
            applicant=organisation, expert_organisation=plan.house.organisation,
            category="batch" if plan.is_batch else "serial", purpose="origin_and_share",
            producer_bin=maker_bin,
            producer_name_ru=f"ТОО «{maker}»" if maker else organisation.name_ru,
            producer_name_kk=f"«{maker}» ЖШС" if maker else organisation.name_kk,
            producer_address_ru=organisation.address_ru,
            producer_address_kk=organisation.address_kk,
            operations=applicant.ware.making, submitted_by=person.user, submitted_at=plan.began,
            act_number=plan.act_number or None,
            chamber=applicant.desk.organisation if plan.application_number else None,
            auditor=None if is_rejected else plan.auditor.member.user,
            rejection_reason="incomplete_documents" if is_rejected else "",
            rejection_note="Нет калькуляции (пример)." if is_rejected else "",
            **batch,
        )  # fmt: skip

    def _documents(self) -> Iterator[RequestDocument]:
        plan, ids = self.plan, self.world.ids
        files: tuple[StoredFile, ...] = self.world.files[plan.applicant.organisation.pk]
        ware = plan.applicant.ware
        for place, (type_, file) in enumerate(zip(PAPERS, files, strict=True)):
            if place == ORIGIN and plan.kind == "rejected":
                return
            own = place == ORIGIN
            at = plan.at["assigned"] if own else plan.began - timedelta(hours=1)
            title = TITLES[type_]
            if type_ == "output_capacity":
                title = f"{title}: {ware.capacity} {self.mould.unit.symbol_ru} в год"
            yield RequestDocument(
                id=ids.uuid(), request=self.request, type=type_, title=title,
                number=f"П-{place + 1}", dated_on=timezone.localdate(at) - timedelta(days=15),
                file=file, added_at=at + timedelta(seconds=place),
                added_by=(plan.auditor if own else plan.applicant).member.user,
            )  # fmt: skip

    def _line(self, number: int, line: LinePlan) -> GoodsLine:
        ware, variation = self.plan.applicant.ware, line.variation
        return GoodsLine(
            id=self.world.ids.uuid(), request=self.request, number=number,
            name=ware.name.format(n=line.model, size=line.model * 10 + 40), hs_code=ware.hs_code,
            kp_ved=ware.kp_ved, quantity=line.quantity, unit=self.mould.unit,
            price_kzt=variation.price_kzt, claimed_percent=variation.share_percent,
            claimed_criterion=variation.line_of_request["criterion"],
        )  # fmt: skip

    def _tell_of_the_request(self) -> None:
        plan, story = self.plan, self.story
        story.tell(
            plan.began, "request.submitted", plan.applicant.member, self.request,
            lines=len(self.lines), content_sha256=self._declared(),
        )  # fmt: skip
        if plan.kind == "rejected":
            story.tell(
                plan.at["rejected"], "request.rejected", plan.house.head, self.request,
                reason=self.request.rejection_reason,
            )  # fmt: skip
            return
        head, auditor = plan.house.head, plan.auditor.member
        story.tell(plan.at["accepted"], "request.accepted", head, self.request)
        story.tell(
            plan.at["assigned"], "request.assigned", head, self.request,
            auditor=str(auditor.user_id), draw=None,
        )  # fmt: skip
        if "asked" in plan.at:
            self._asked()

    def _asked(self) -> None:
        plan, ids = self.plan, self.world.ids
        asked, answered = plan.at["asked"], plan.at["answered"]
        person, auditor = plan.applicant.member, plan.auditor.member
        question = RequestQuestion(
            id=ids.uuid(), request=self.request, text=QUESTIONS[plan.number % len(QUESTIONS)],
            asked_by=auditor.user, asked_at=asked, answer=ANSWERS[plan.number % len(ANSWERS)],
            due_on=self.world.days.later(timezone.localdate(asked), ANSWER_DAYS),
            answered_by=person.user, answered_at=answered,
        )  # fmt: skip
        self.rows.append(question)
        self.story.tell(
            asked, "request.question_asked", auditor, self.request,
            question=str(question.pk), due_on=question.due_on.isoformat(),
        )  # fmt: skip
        self.story.tell(
            answered, "request.question_answered", person, self.request, question=str(question.pk)
        )

    def _declared(self) -> str:
        """The digest of what the applicant declared, from the mould of the ware."""
        request, experts, desk = self.request, self.request.experts, self.plan.applicant.desk
        chamber = desk.organisation
        record = {
            **self.mould.request,
            "request": str(request.pk),
            "applicant": party(request.applicant),
            "expert_organisation": {"code": experts.code, **party(experts)},
            "chamber": {"code": chamber.code, "name": chamber.names(), "bin": chamber.bin},
            **parties(request),
            "documents": [document_record(item) for item in self.documents[:ORIGIN]],
            "lines": [
                {**line.variation.line_of_request, **goods_record(row)}
                for row, line in zip(self.lines, self.plan.lines, strict=True)
            ],
        }
        return record_bytes(record)[1]

    # --- the expertise

    def _examined(self) -> None:
        plan, day = self.plan, timezone.localdate(self.plan.at["signed"])
        examination = self._examination()
        steps = steps_of(plan.applicant.ware, self.request, self.documents)
        self.rows += [examination, *steps]
        if plan.is_visited:
            capacity = "no" if "over_capacity" in plan.signs else "yes"
            self.rows += [
                VisitAnswer(
                    examination_id=self.request.pk, item=item,
                    answer=capacity if item == "capacity" else "yes",
                )
                for item in VISIT
            ]  # fmt: skip
        for row, line in zip(self.lines, plan.lines, strict=True):
            self.rows += self._judged(row, line, day)
        words = (examination.identification, examination.process, *(s.description for s in steps))
        bits = text_bits("\n".join(words))
        if bits is not None:
            self.rows.append(Fingerprint(request=self.request, kind="text", bits=bits))
        self.act = self._act(examination, day)
        self.rows.append(self.act)

    def _examination(self) -> Examination:
        plan = self.plan
        visited = timezone.localdate(plan.at["signed"]) if plan.is_visited else None
        return Examination(
            request=self.request,
            began_on=timezone.localdate(plan.at["assigned"]),
            place=self.request.producer_address_ru,
            site_visit=plan.is_visited,
            visited_on=visited,
            attended="Мастер цеха (пример)" if plan.is_visited else "",
            identification=plan.words,
            process=plan.applicant.ware.making,
        )

    def _judged(self, row: GoodsLine, line: LinePlan, day: date) -> Iterator[models.Model]:
        variation, proofs = line.variation, self.documents
        for values in variation.materials:
            yield Material(line_id=row.pk, evidence_id=proofs[ORIGIN].pk, **values)
        finding = {**variation.finding, "evaluation": dated(variation.finding["evaluation"], day)}
        yield Finding(line_id=row.pk, **finding)
        yield FindingEvidence(finding_id=row.pk, document_id=proofs[PROCESS].pk, page="2–4")

    def _act(self, examination: Examination, day: date) -> Act:
        plan, world, signed_at = self.plan, self.world, self.plan.at["signed"]
        attestation = plan.auditor.attestation_on(day)
        valid_until = day + relativedelta(months=world.act_months[self.request.category])
        record = self._record_of_act(examination, signed_at, valid_until)
        content, digest = record_bytes(record)
        act = Act(
            id=world.ids.uuid(), case_id=self.request.case_id, status="signed",
            status_since=signed_at, version=2, request=self.request, number=plan.act_number,
            is_positive=record["positive"], attestation=attestation,
            signed_by=plan.auditor.member.user, signed_at=signed_at, valid_until=valid_until,
            record=content, record_sha256=digest,
        )  # fmt: skip
        refused = sum(not line["originating"] for line in record["lines"])
        self.story.tell(
            signed_at, "act.signed", plan.auditor.member, act, number=act.number,
            record_sha256=digest, is_positive=act.is_positive, lines=len(record["lines"]),
            refused_lines=refused, attestation=attestation.number,
        )  # fmt: skip
        self.story.tell(
            signed_at, "request.concluded", plan.auditor.member, self.request, act=act.number
        )
        return act

    def _record_of_act(
        self, examination: Examination, signed_at: datetime, valid_until: date
    ) -> dict[str, Any]:
        """The mould with everything put in that is this case's own."""
        plan, mould, local = self.plan, self.mould.act, timezone.localtime(signed_at)
        day, experts = local.date(), self.request.experts
        attestation = plan.auditor.attestation_on(day)
        lines = [
            {
                **line.variation.line_of_act,
                **goods_record(row),
                "evaluation": dated(line.variation.line_of_act["evaluation"], day),
            }
            for row, line in zip(self.lines, plan.lines, strict=True)
        ]
        return {
            **mould,
            "number": plan.act_number,
            "signed_at": local.isoformat(timespec="seconds"),
            "signed_on": day.isoformat(),
            "valid_until": valid_until.isoformat(),
            "request": {
                "number": plan.request_number,
                "submitted_on": timezone.localdate(plan.began).isoformat(),
            },
            "expert_organisation": {"code": experts.code, **party(experts)},
            "auditor": {
                "name": plan.auditor.member.user.full_name,
                "attestation": {
                    **mould["auditor"]["attestation"],
                    "number": attestation.number,
                    "valid_from": attestation.valid_from.isoformat(),
                    "valid_until": attestation.valid_until.isoformat(),
                },
            },
            "applicant": party(self.request.applicant),
            **parties(self.request),
            "examination": self._examination_record(examination),
            "documents": [
                {"ref": ref, **document_record(item)}
                for ref, item in enumerate(self.documents, start=1)
            ],
            "lines": lines,
            "positive": any(line["originating"] for line in lines),
        }

    def _examination_record(self, examination: Examination) -> dict[str, Any]:
        mould = self.mould.act["examination"]
        no_capacity = "over_capacity" in self.plan.signs
        visit = [
            {**row, "answer": "no"} if no_capacity and row["item"]["code"] == "capacity" else row
            for row in mould["visit"]
        ]
        return {
            **mould,
            "began_on": examination.began_on.isoformat(),
            "place": examination.place,
            "site_visit": examination.site_visit,
            "visited_on": iso(examination.visited_on),
            "attended": examination.attended,
            "identification": examination.identification,
            "process": examination.process,
            "visit": visit if examination.site_visit else [],
        }
