"""What calls a person besides things: warnings, and counts of many small things."""

from collections.abc import Iterator

from auditors.baskets import calls_for as attestation_calls
from issuance.calls import Call
from issuance.calls import calls_for as certificate_calls
from oversight.calls import calls_for as control_calls
from oversight.inspections.baskets import calls_for as inspection_calls

from .reading import Reader


def lines_for(reader: Reader) -> Iterator[Call]:
    actor, today = reader.actor, reader.today
    for call in attestation_calls(actor, on=today):
        yield Call(call.text, call.url, call.count)
    yield from certificate_calls(actor, on=today)
    yield from control_calls(actor)
    yield from inspection_calls(actor, on=today)
