"""Refusals of the rules engine: facts that no goods can have, and rules that cannot be read."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.errors import DomainError


class OriginError(DomainError):
    """The facts of a line cannot be evaluated; `material` is the number of the wrong row."""

    def __init__(
        self,
        code: str,
        message: str | Promise,
        *,
        field: str | None = None,
        material: int | None = None,
    ) -> None:
        super().__init__(f"origin.{code}", message, field=field)
        self.material = material


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a rule file: where it stands and what is wrong, in one sentence."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        if self.file:
            place = f"{self.file}:{self.line}" if self.line else self.file
            return f"{place}: {self.message}"
        if self.line:
            return _("Line %(line)s: %(message)s") % {"line": self.line, "message": self.message}
        return f"{self.path}: {self.message}" if self.path else self.message


class PackError(OriginError):
    """Rules that cannot be used; every problem found is named, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("pack", "\n".join(str(problem) for problem in problems))
        self.problems = problems
