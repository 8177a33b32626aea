"""What a letter, a decision on a certificate and a receipt show: from their records alone."""

from typing import Any

from . import presentation as show
from .canonical import canonical_bytes, sha256_hex
from .fonts import unprintable
from .frame import mark_paths
from .qr import qr_png_data
from .sheets import party

Record = dict[str, Any]
Names = list[tuple[str, str]]

LETTER_TITLE = (
    "Сертификат беруден бас тарту туралы хат",
    "Письмо об отказе в выдаче сертификата",
)
RECEIPT_TITLE = ("Тексеру туралы анықтама", "Справка о проверке", "Verification receipt")
# By the kind of the change: the title, then the sentence that decides.
ORDERS = {
    "suspend": (
        (
            "Сертификаттың қолданылуын тоқтата тұру туралы шешім",
            "Решение о приостановлении действия сертификата",
        ),
        (
            "{number} сертификатының қолданылуы {moment} бастап тоқтатыла тұрады.",
            "Действие сертификата {number} приостанавливается с {moment}.",
        ),
    ),
    "lift": (
        (
            "Сертификаттың қолданылуын қайта бастау туралы шешім",
            "Решение о возобновлении действия сертификата",
        ),
        (
            "{number} сертификатының қолданылуы {moment} бастап қайта басталады.",
            "Действие сертификата {number} возобновляется с {moment}.",
        ),
    ),
    "revoke": (
        (
            "Сертификаттың күшін жою туралы шешім",
            "Решение об аннулировании сертификата",
        ),
        (
            "{number} сертификатының күші {moment} бастап жойылады.",
            "Сертификат {number} аннулируется с {moment}.",
        ),
    ),
    "set_aside": (
        (
            "Сертификаттың күшін жою туралы шешімді алып тастау туралы шешім",
            "Решение об отмене аннулирования сертификата",
        ),
        (
            "{number} сертификатының күшін жою туралы шешім {moment} бастап алып тасталады.",
            "Решение об аннулировании сертификата {number} отменяется с {moment}.",
        ),
    ),
    "replace": (
        (
            "Сертификатты ауыстыру туралы шешім",
            "Решение о замене сертификата",
        ),
        (
            "{number} сертификаты {moment} бастап басқа сертификатпен ауыстырылады.",
            "Сертификат {number} с {moment} заменяется другим сертификатом.",
        ),
    ),
}
WAYS = {
    "code": ("тексеру коды бойынша", "по коду проверки", "by verification code"),
    "number": ("сертификат нөмірі бойынша", "по номеру сертификата", "by certificate number"),
    "file": ("PDF файлы бойынша", "по файлу PDF", "by PDF file"),
    "api": ("бағдарламаның сұрауы бойынша", "по запросу программы", "by a program"),
}


def letter(record: Record) -> dict[str, Any]:
    application, act = record["application"], record.get("act")
    return {
        **_head(record, *LETTER_TITLE),
        **_reasons(record, record.get("note") or ""),
        "application_number": application["number"],
        "application_on": show.day((application.get("submitted_on") or "")[:10]),
        "act": act
        and {
            "number": act["number"],
            "signed_on": show.day(act.get("signed_on")),
            "digest": show.short_digest(act.get("sha256") or ""),
        },
    }


def order(record: Record) -> dict[str, Any]:
    title, sentence = ORDERS[record["kind"]]
    certificate = record["certificate"]
    number = show.certificate_number(certificate["number"])
    moment = show.moment(record["effective_at"])
    return {
        **_head(record, *title),
        **_reasons(record, record.get("grounds") or ""),
        "decides_kk": sentence[0].format(number=number, moment=moment),
        "decides_ru": sentence[1].format(number=number, moment=moment),
        "certificate": _certificate(certificate),
        "return_original_by": _day_or_nothing(record.get("return_original_by")),
    }


def receipt(record: Record) -> dict[str, Any]:
    asked, answer = record["asked"], record["answer"]
    certificate, way = answer.get("certificate"), asked["way"]
    return {
        **_foundation(record),
        **dict(zip(("title_kk", "title_ru", "title_en"), RECEIPT_TITLE, strict=True)),
        "made_on": show.moment(record["made_at"]),
        "way": WAYS.get(way, (way, way, way)),
        "asked_text": _said(asked.get("text") or show.DASH),
        "asked_on": _moment_or_day(asked.get("on")),
        "sentence": answer["sentence"],
        "certificate": certificate
        and {
            **_certificate(certificate),
            "valid_until": show.day(certificate.get("valid_until")),
            "producer": party(_with_names(certificate.get("producer"))),
        },
        "proofs": [
            {"is_good": proof["ok"], "text": proof["text"]} for proof in answer.get("proofs") or []
        ],
        "checkpoint": record.get("checkpoint") or "",
    }


def _foundation(record: Record) -> dict[str, Any]:
    url = record.get("verify_url")
    return {
        "number": record["number"],
        "qr": qr_png_data(url) if url else "",
        "verify_address": show.bare_address(url) if url else "",
        "digest": sha256_hex(canonical_bytes(record)),
        "mark": mark_paths(10, 9.5, 44),
    }


def _head(record: Record, title_kk: str, title_ru: str) -> dict[str, Any]:
    signature, signed_by = record.get("signature"), record["signed_by"]
    return {
        **_foundation(record),
        "title_kk": title_kk,
        "title_ru": title_ru,
        "chamber": party(record["chamber"]),
        "to": party(record["to"]),
        "dated": show.moment(record["dated_at"]),
        "signed_by": signed_by["name"],
        "position": show.both(signed_by.get("position")),
        "signature": signature_of(signature),
    }


def _reasons(record: Record, said: str) -> dict[str, Any]:
    reason, rights = record["reason"], record.get("rights") or {}
    return {
        "reason": show.both(reason["name"]),
        "said": _said(said),
        "rights_kk": rights.get("kk") or "",
        "rights_ru": rights.get("ru") or "",
        "appeal_until": _day_or_nothing(record.get("appeal_until")),
    }


def signature_of(signature: dict[str, Any] | None) -> dict[str, str] | None:
    """How an electronic signature is told on paper: by the digest of its certificate, and when."""
    if not signature:
        return None
    return {
        "certificate": show.short_digest(signature["certificate_sha256"]),
        "at": show.moment(signature["at"]),
    }


def _certificate(certificate: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": show.certificate_number(certificate["number"]),
        "issued_on": show.day(certificate.get("issued_on")),
        "digest": show.short_digest(certificate.get("sha256") or ""),
    }


def _with_names(producer: dict[str, Any] | None) -> dict[str, Any] | None:
    """A producer whose name came as one text is named by it in both languages."""
    if producer and isinstance(producer["name"], str):
        return producer | {"name": {"kk": producer["name"], "ru": producer["name"]}}
    return producer


def _said(text: str) -> str:
    """Text that somebody typed, with a question mark for what no document can show."""
    strange = unprintable(text)
    return text.translate({ord(letter): "?" for letter in strange}) if strange else text


def _day_or_nothing(value: str | None) -> str:
    return show.day(value[:10]) if value else ""


def _moment_or_day(value: str | None) -> str:
    """The moment or day that was asked about: a time is told only where there is one."""
    if not value:
        return show.DASH
    return show.moment(value) if "T" in value else show.day(value)
