"""What the public asked of the invented register: verifications, and numbers nobody ever gave."""

from datetime import timedelta

from django.utils import timezone

from issuance.models import Certificate
from registry.models import UnknownLookup, VerificationCount, Way

from .chance import Chance
from .options import Options
from .writing import Past

# Of a hundred certificates, so many were ever verified.
VERIFIED = 8
# Certificates issued for one number that was asked for in vain.
ISSUED_FOR_ONE_UNKNOWN = 120
WAYS = (Way.NUMBER, Way.CODE, Way.FILE)


def ask_about(certificate: Certificate, past: Past, chance: Chance) -> None:
    """A buyer verifies a certificate some weeks after its issue."""
    if not chance.happens(VERIFIED):
        return
    day = timezone.localdate(certificate.certified_at) + timedelta(days=chance.randint(1, 90))
    way = chance.choices(WAYS, (6, 3, 1))[0]
    past.add(
        VerificationCount(certificate=certificate, day=day, way=way, count=chance.randint(1, 6))
    )


def ask_in_vain(options: Options, past: Past, chance: Chance) -> None:
    """Numbers on forged papers: a few come again and again."""
    span = (options.last - options.first).days
    chambers = ("101", "102", "110", "120")
    numbers = [
        f"KZ {chance.randint(0, 9)} {chance.choice(chambers)} 99{chance.digits(3)}"
        for _number in range(1 + options.certificates // ISSUED_FOR_ONE_UNKNOWN)
    ]
    asked: dict[tuple[object, str, str], UnknownLookup] = {}
    for number in numbers * 2:
        day = options.first + timedelta(days=chance.randint(0, span))
        way = chance.choice((Way.NUMBER, Way.API))
        asked[day, way, number] = UnknownLookup(
            day=day, way=way, number=number, count=chance.randint(1, 9)
        )
    past.add(*asked.values())
