"""How large the invented past is."""

from dataclasses import dataclass
from datetime import date

from accounts.errors import DomainError

# Of a hundred certificates issued, this many applications and requests ended otherwise.
REFUSED_PERCENT = 3
NEGATIVE_PERCENT = 2
REJECTED_PERCENT = 2


@dataclass(frozen=True)
class Options:
    """What `manage.py generate_history` was asked for."""

    first: date = date(2017, 1, 1)
    last: date = date(2019, 12, 31)
    certificates: int = 18_000
    complaints: int = 112
    violated: int = 44
    violated_by_auditors: int = 40
    papers: int = 20
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuses what cannot be made."""
        if self.last <= self.first:
            raise DomainError("dates", "The last day is not after the first one.")
        if self.certificates < 1:
            raise DomainError("certificates", "There is nothing to generate.")
        if not 0 <= self.violated_by_auditors <= self.violated <= self.certificates:
            raise DomainError("violated", "There are more violations than things to violate.")
        if self.violated > self.complaints:
            raise DomainError("complaints", "Every violation here is found by a complaint.")

    @property
    def refused(self) -> int:
        return _percent(self.certificates, REFUSED_PERCENT)

    @property
    def negative(self) -> int:
        return _percent(self.certificates, NEGATIVE_PERCENT)

    @property
    def rejected(self) -> int:
        return _percent(self.certificates, REJECTED_PERCENT)

    @property
    def applicants(self) -> int:
        return max(12, _percent(self.certificates, 12))

    @property
    def expert_organisations(self) -> int:
        return min(25, max(3, self.certificates // 700))

    @property
    def auditors(self) -> int:
        return min(120, max(3 * self.expert_organisations, self.certificates // 150))


def _percent(whole: int, percent: int) -> int:
    return max(1, whole * percent // 100)
