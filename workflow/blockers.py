"""What stands between a case and the next decision, each with a link to where it is cleared."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.errors import DomainError


@dataclass(frozen=True)
class Blocker:
    """One condition of a decision; `is_clear` ones are shown too, as done."""

    code: str
    text: str | Promise
    is_clear: bool
    url: str = ""
    hint: str | Promise = ""

    # The names by which the checks of a page know these.
    @property
    def label(self) -> str | Promise:
        return self.text

    @property
    def detail(self) -> str | Promise:
        return self.hint

    @property
    def ok(self) -> bool:
        return self.is_clear


def refuse_blocked(blockers: Iterable[Blocker], *, code: str) -> None:
    """Raises with every open blocker in words; clear ones say nothing."""
    still_open = [str(blocker.text) for blocker in blockers if not blocker.is_clear]
    if still_open:
        raise DomainError(code, "; ".join(still_open))
