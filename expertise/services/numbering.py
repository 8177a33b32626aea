"""Numbers of requests."""

from datetime import date

from accounts.models import Organisation
from reference.numbering import next_number
from reference.parameters import parameter


def request_number(experts: Organisation, *, on: date) -> str:
    """The next number of the organisation; one counter for all years, it has no year in it."""
    text: str = parameter("number_format.request", on=on).format(
        org=experts.code,
        year=on.year,
        seq=next_number(kind="request", series=experts.code, year=0),
    )
    return text
