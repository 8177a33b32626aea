"""Which certificate a complainant means: any spelling of its number, or the address of its QR."""

from dataclasses import dataclass

from issuance.models import Application, Certificate
from reference.models import Department
from reference.numbers import parse_certificate_number
from registry.questions import (
    certificate_coded,
    certificates_numbered,
    earlier_numbered,
    read_question,
)


@dataclass(frozen=True)
class Named:
    """`number` in its normal form; not known: no register has it."""

    number: str
    certificate: Certificate | None = None
    is_known: bool = True


def named_by(text: str) -> Named:
    """Raises `ValidationError` with a sentence that says how a number looks."""
    question = read_question(text)
    if question.code:
        coded = certificate_coded(question.code)
        return Named(coded.number, coded) if coded else Named("", is_known=False)
    number = question.number
    assert number is not None  # noqa: S101 - a question is a code or a number
    found = certificates_numbered(number)
    if found:
        return Named(str(number), found[0])
    return Named(str(number), is_known=bool(earlier_numbered(number, besides=[])))


def department_for(
    *, certificate: Certificate | None, application: Application | None, number: str
) -> Department | None:
    """The department of the region whose chamber the thing names; nobody's goes to the centre."""
    if certificate is not None:
        code = certificate.chamber_code
    elif application is not None:
        code = application.chamber.code
    else:
        code = chamber_in(number)
    return Department.objects.filter(pk=code).first() if code else None


def chamber_in(number: str) -> str:
    """The chamber's code inside a number in its normal form."""
    return parse_certificate_number(number).chamber if number else ""
