"""Facts of many cases at once: a fixed number of queries for however many there are."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from oversight.risk.facts import ActFacts, ApplicationFacts, CertificateFacts
from oversight.risk.weights import Settings

from .acts import acts_of
from .applications import applications_of
from .certificates import certificates_of
from .nearness import Nearness

__all__ = ["Gathered", "Nearness", "gather"]


@dataclass(frozen=True)
class Gathered:
    """Facts of some cases; what an application or a certificate rests on, by their keys."""

    acts: dict[UUID, ActFacts]
    applications: dict[UUID, ApplicationFacts]
    certificates: dict[UUID, CertificateFacts]
    act_of: dict[UUID, UUID]
    application_of: dict[UUID, UUID]


def gather(
    case_ids: Collection[UUID], settings: Settings, nearness: Nearness | None = None
) -> Gathered:
    """The facts of these cases under the thresholds of a day.

    `nearness` holds the fingerprints of the whole register; a run over many chunks reads them
    once.
    """
    keys = sorted(map(str, case_ids))
    applications = applications_of(keys, settings)
    certificates = certificates_of(keys, settings)
    return Gathered(
        acts=acts_of(keys, settings, nearness or Nearness.read(settings)),
        applications={facts.id: facts for facts, _act in applications},
        certificates={facts.id: facts for facts, _application in certificates},
        act_of={facts.id: act for facts, act in applications},
        application_of={facts.id: application for facts, application in certificates},
    )
