"""The shapes that the open API answers in."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from issuance.models import Certificate
from registry.answers import VERDICTS, Answer
from registry.facts import named
from registry.models import Source
from registry.news import STATUS_AFTER, page_url
from registry.statuses import reason_labels

LINE_FACTS = ("number", "name", "hs_code", "kp_ved", "criterion")


class LineOutput(serializers.Serializer):
    """A line of goods. Its number is what invoices refer to; it never changes."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    hs_code = serializers.CharField()
    kp_ved = serializers.CharField(allow_null=True)
    quantity = serializers.CharField(allow_null=True, help_text="Exact decimal as text.")
    unit = serializers.CharField()
    unit_code = serializers.CharField(allow_null=True)
    criterion = serializers.CharField()
    local_content_percent = serializers.CharField(
        allow_null=True, help_text="Мi of the line, percent, exact decimal as text."
    )


class CodeOutput(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class PartyOutput(serializers.Serializer):
    bin = serializers.CharField()
    name = serializers.CharField()


class DigestsOutput(serializers.Serializer):
    record_sha256 = serializers.CharField()
    pdf_sha256 = serializers.CharField()
    act_sha256 = serializers.CharField()


class ProofOutput(serializers.Serializer):
    code = serializers.CharField()
    ok = serializers.BooleanField(allow_null=True, help_text="null: cannot be told yet.")
    label = serializers.CharField()
    detail = serializers.CharField()


class AnswerOutput(serializers.Serializer):
    """What a certificate is worth on the day asked, and what to compare with the paper."""

    asked = serializers.CharField()
    number = serializers.CharField(allow_null=True)
    year = serializers.IntegerField(allow_null=True)
    verdict = serializers.ChoiceField(choices=VERDICTS)
    sentence = serializers.CharField()
    source = serializers.ChoiceField(choices=Source.values, allow_null=True)
    issued_on = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True, help_text="When this standing began.")
    reason = CodeOutput(allow_null=True)
    successor = serializers.CharField(allow_null=True, help_text="Number of the replacement.")
    chamber = CodeOutput(allow_null=True)
    producer = PartyOutput(allow_null=True)
    digests = DigestsOutput(allow_null=True)
    lines = LineOutput(many=True, allow_null=True)
    other_years = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="The number was given in these years too; name the year to ask for one.",
    )
    url = serializers.CharField(allow_null=True)


class ProvedAnswerOutput(AnswerOutput):
    proofs = ProofOutput(many=True, required=False, help_text="With ?proofs=1.")


class AnswersOutput(serializers.Serializer):
    as_of = serializers.DateField()
    checked_at = serializers.DateTimeField()
    answers = AnswerOutput(many=True)


class LoggedChangeOutput(serializers.Serializer):
    index = serializers.IntegerField(help_text="Place in the log; the cursor.")
    event = serializers.ChoiceField(choices=sorted(STATUS_AFTER))
    event_id = serializers.CharField()
    at = serializers.DateTimeField()
    certificate = serializers.CharField()
    year = serializers.IntegerField()
    status = serializers.CharField()
    reason = serializers.CharField(allow_null=True)
    successor = serializers.CharField(allow_null=True)
    url = serializers.CharField()


class ChangesOutput(serializers.Serializer):
    changes = LoggedChangeOutput(many=True)
    next = serializers.IntegerField(help_text="Give it as `after` the next time.")
    has_more = serializers.BooleanField()


Labels = Mapping[tuple[str, str], str]


def told_answers(answers: Sequence[Answer], *, with_lines: bool) -> list[dict[str, Any]]:
    """Answers as data; texts in the language of the request."""
    reasons = {(one.verdict, one.standing.reason) for one in answers if one.standing}
    labels = reason_labels(reasons)
    return [_told(answer, labels, with_lines) for answer in answers]


def _told(answer: Answer, labels: Labels, with_lines: bool) -> dict[str, Any]:
    shown: dict[str, Any] = dict.fromkeys(AnswerOutput().fields)
    shown |= {
        "asked": answer.question.text,
        "number": answer.number or None,
        "verdict": answer.verdict,
        "sentence": answer.sentence,
        "other_years": list(answer.other_years),
    }
    if answer.certificate is not None:
        shown |= _certificate(answer, answer.certificate, labels, with_lines)
    elif answer.entry is not None:
        shown |= _entry(answer, with_lines)
    return shown


def _certificate(
    answer: Answer, certificate: Certificate, labels: Labels, with_lines: bool
) -> dict[str, Any]:
    record, standing = answer.record or {}, answer.standing
    reason = standing.reason if standing else ""
    return {
        "year": certificate.year,
        "source": Source.PORTAL.value,
        "issued_on": certificate.valid_from,
        "valid_until": certificate.valid_until,
        "since": standing.since if standing else None,
        "reason": {"code": reason, "name": labels.get((answer.verdict, reason), reason)}
        if reason
        else None,
        "successor": (standing.successor_number if standing else "") or None,
        "chamber": {"code": record["chamber"]["code"], "name": named(record["chamber"]["name"])},
        "producer": {"bin": record["producer"]["bin"], "name": named(record["producer"]["name"])},
        "digests": {
            "record_sha256": certificate.record_sha256,
            "pdf_sha256": certificate.document.sealed_sha256,
            "act_sha256": certificate.application.act.record_sha256,
        },
        "lines": [_line(line) for line in record["lines"]] if with_lines else None,
        "url": page_url(certificate),
    }


def _line(line: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: line.get(name) or None for name in LINE_FACTS},
        "quantity": line["quantity"],
        "unit": named(line["unit"]["symbol"]),
        "unit_code": line["unit"]["code"],
        "local_content_percent": line["local_content_percent"] or None,
    }


def _entry(answer: Answer, with_lines: bool) -> dict[str, Any]:
    entry = answer.entry
    return {
        "year": entry.year,
        "source": Source.EARLIER.value,
        "issued_on": entry.issued_on,
        "valid_until": entry.valid_until,
        "successor": entry.replaced_by or None,
        "chamber": {"code": entry.chamber_code, "name": entry.chamber_name},
        "producer": {"bin": entry.producer_bin, "name": entry.producer_name},
        "lines": [
            {
                "number": line.number,
                "name": line.name,
                "hs_code": line.hs_code,
                "kp_ved": line.kp_ved or None,
                "quantity": plain(line.quantity),
                "unit": line.unit,
                "unit_code": line.unit_code or None,
                "criterion": line.criterion,
                "local_content_percent": plain(line.share_percent),
            }
            for line in entry.lines.all()
        ]
        if with_lines
        else None,
        "url": page_url(entry),
    }


def plain(value: Any) -> str | None:
    """A decimal as it is written: no idle zeros, no exponent."""
    return None if value is None else f"{value.normalize():f}"
