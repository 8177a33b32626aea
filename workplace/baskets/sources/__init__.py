"""Every kind of thing that lies in a basket. A new one is one more `Source` here."""

from .asked import Conclusions, Notices, Questions, Recommended
from .base import Source
from .cases import Applications, Requests
from .certificates import Changes, Mandates, Seals
from .checks import Checks, Plans, Recommendations
from .control import (
    Appeals,
    Complaints,
    GreyListings,
    Inspections,
    MassActions,
    Measures,
)
from .desk import Attestations, Packs, Rulings, SecondOpinions

SOURCES: tuple[Source, ...] = (
    Requests(),
    Applications(),
    Changes(),
    Mandates(),
    Seals(),
    Questions(),
    Recommended(),
    Conclusions(),
    Notices(),
    Checks(),
    Recommendations(),
    Plans(),
    Complaints(),
    Measures(),
    Appeals(),
    MassActions(),
    Inspections(),
    GreyListings(),
    Attestations(),
    Packs(),
    Rulings(),
    SecondOpinions(),
)
BY_KIND: dict[str, Source] = {source.kind: source for source in SOURCES}

__all__ = ["BY_KIND", "SOURCES", "Source"]
