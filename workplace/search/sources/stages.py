"""The two stages: requests, acts, applications, certificates and what happens to these."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from accounts.models import Organisation
from expertise.models import Act, ExpertiseRequest, GoodsLine
from issuance.models import Application, Certificate, CertificateChange
from workplace.search import scopes
from workplace.search.documents import Document, FromRows, Source, Touched, languages
from workplace.search.kinds import Kind

_LINES = GoodsLine.objects.only("request", "name", "hs_code").order_by("number")
_PARTIES = ("applicant", "expert_organisation", "auditor")


def _names(organisation: Organisation | None) -> list[str]:
    return list(languages(organisation, "name").values()) if organisation else []


def _goods(request: ExpertiseRequest) -> dict[str, Any]:
    lines = list(request.lines.all())
    return {
        "goods": [line.name for line in lines],
        "hs_codes": {line.hs_code for line in lines if line.hs_code},
    }


def _parties(request: ExpertiseRequest) -> dict[str, Any]:
    producer = languages(request, "producer_name")
    return {
        "title": producer or languages(request.applicant, "name"),
        "names": [*producer.values(), *_names(request.applicant), request.recipient_name],
        "bins": [request.producer_bin, request.recipient_bin, request.applicant.bin],
    }


def _request_scopes(request: ExpertiseRequest) -> Iterator[str]:
    """As `RequestQuerySet.visible_to`."""
    if not hasattr(request, "blind_of"):
        yield scopes.applicant(request.applicant_id)
    if request.submitted_at is None:
        return
    yield scopes.COMMITTEE
    if request.expert_organisation_id:
        yield scopes.experts(request.expert_organisation_id)
        if request.auditor_id:
            yield scopes.auditor(request.auditor_id, request.expert_organisation_id)
    if request.chamber_id and request.status == "concluded":
        yield scopes.chamber(request.chamber_id)


def _requests() -> QuerySet[ExpertiseRequest]:
    return ExpertiseRequest.objects.select_related(
        *_PARTIES, "blind_of", "act__signed_by"
    ).defer("act__record").prefetch_related(Prefetch("lines", _LINES))  # fmt: skip


def _request(request: ExpertiseRequest) -> Document:
    act = getattr(request, "act", None)
    return Document(
        object_id=str(request.pk),
        number=request.number or "",
        at=request.submitted_at or request.created_at,
        seen_by=list(_request_scopes(request)),
        rest=[
            *_names(request.expert_organisation),
            *([request.auditor.full_name] if request.auditor else []),
        ],
        numbers=[
            *([act.number] if act else []),
            *filter(None, (request.contract_number, request.invoice_number)),
        ],
        people=[request.created_by_id, request.submitted_by_id, request.auditor_id],
        **_parties(request),
        **_goods(request),
    )


def _acts() -> QuerySet[Act]:
    related = [f"request__{party}" for party in (*_PARTIES, "blind_of")]
    return (
        Act.objects.select_related(*related, "signed_by")
        .defer("record")
        .prefetch_related(Prefetch("request__lines", _LINES))
    )


def _act(act: Act) -> Document:
    request = act.request
    return Document(
        object_id=str(act.pk),
        number=act.number,
        at=act.signed_at,
        seen_by=list(_request_scopes(request)),
        rest=[act.signed_by.full_name, *_names(request.expert_organisation)],
        numbers=list(filter(None, [request.number])),
        people=[act.signed_by_id, request.created_by_id, request.submitted_by_id],
        **_parties(request),
        **_goods(request),
    )


def _application_scopes(application: Application) -> Iterator[str]:
    """As `ApplicationQuerySet.visible_to`."""
    yield scopes.applicant(application.applicant_id)
    # Before it is submitted only whoever began it sees it; asking the list leaves the others out.
    yield scopes.chamber(application.chamber_id)
    if application.submitted_at is None:
        return
    yield scopes.COMMITTEE
    if experts := application.act.request.expert_organisation_id:
        yield scopes.experts(experts)
        yield scopes.auditor(application.auditor_id, experts)


_OF_APPLICATION = (
    *("act__signed_by", "applicant", "chamber"),
    *(f"act__request__{party}" for party in _PARTIES),
)


def _of_application(application: Application) -> dict[str, Any]:
    request = application.act.request
    restated = (application.corrections or {}).get("recipient", {}).values()
    parties = _parties(request)
    return {
        **parties,
        "names": [*parties["names"], *(text for text in restated if isinstance(text, str))],
        "rest": [application.act.signed_by.full_name, *_names(application.chamber)],
        "people": [
            application.filed_by_id, application.auditor_id, application.reviewer_id,
            application.decider_id,
        ],
        "seen_by": list(_application_scopes(application)),
        **_goods(request),
    }  # fmt: skip


def _applications() -> QuerySet[Application]:
    return (
        Application.objects.select_related(*_OF_APPLICATION, "certificate", "replaces")
        .defer(
            "decision_record", "act__record", "certificate__record", "replaces__record"
        )
        .prefetch_related(Prefetch("act__request__lines", _LINES))
    )  # fmt: skip


def _application(application: Application) -> Document:
    certificate = getattr(application, "certificate", None)
    related = [application.act.number, application.act.request.number]
    related += [one.number for one in (certificate, application.replaces) if one]
    return Document(
        object_id=str(application.pk),
        number=application.number or "",
        at=application.submitted_at or application.created_at,
        numbers=list(filter(None, related)),
        **_of_application(application),
    )


def _certificates() -> QuerySet[Certificate]:
    return (
        Certificate.objects.select_related(*(f"application__{path}" for path in _OF_APPLICATION))
        .defer("record", "application__decision_record", "application__act__record")
        .prefetch_related(Prefetch("application__act__request__lines", _LINES))
    )


def certificate_thing(number: str, year: int) -> str:
    """One certificate, whether it is met at the desk or in the public register."""
    return f"certificate:{year}:{number}"


def _certificate(certificate: Certificate) -> Document:
    application = certificate.application
    related = [application.number, application.act.number, application.act.request.number]
    return Document(
        object_id=str(certificate.pk),
        number=certificate.number,
        at=certificate.certified_at,
        numbers=list(filter(None, related)),
        thing=certificate_thing(certificate.number, certificate.year),
        **_of_application(application),
    )


def _changes() -> QuerySet[CertificateChange]:
    related = (f"certificate__application__{path}" for path in _OF_APPLICATION)
    return (
        CertificateChange.objects.select_related("certificate", *related)
        .defer(
            "certificate__record",
            "certificate__application__decision_record",
            "certificate__application__act__record",
        )
        .prefetch_related(Prefetch("certificate__application__act__request__lines", _LINES))
    )


def _change(change: CertificateChange) -> Document:
    certificate = change.certificate
    return Document(
        object_id=str(change.pk),
        number=change.order_number,
        at=change.decided_at or change.proposed_at,
        numbers=[certificate.number],
        **_of_application(certificate.application)
        | {"people": [change.proposed_by_id, change.decided_by_id]},
    )


def _source(kind: Kind, model: Any, rows: Any, document: Any, address: str) -> Source:
    def touched(news: Touched) -> Iterable[str]:
        found = model._default_manager.filter(news.of_model(model.SUBJECT_TYPE))
        return (str(pk) for pk in found.values_list("pk", flat=True))

    return Source(
        kind=kind,
        documents=FromRows(rows, document),
        touched=touched,
        visible=lambda actor: model._default_manager.visible_to(actor),
        address=lambda entry, _actor: reverse(address, args=[entry.object_id]),
    )


SOURCES = (
    _source(Kind.CERTIFICATE, Certificate, _certificates, _certificate,
            "issuance:certificate-detail"),
    _source(Kind.CHANGE, CertificateChange, _changes, _change, "issuance:change-detail"),
    _source(Kind.REQUEST, ExpertiseRequest, _requests, _request, "expertise:request-detail"),
    _source(Kind.ACT, Act, _acts, _act, "expertise:act-detail"),
    _source(Kind.APPLICATION, Application, _applications, _application,
            "issuance:application-detail"),
)  # fmt: skip
