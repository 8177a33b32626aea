"""What was looked at and what came of it; the worst of it is the exit code."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

EXIT_PROVED, EXIT_FAILED, EXIT_NOT_CHECKED, EXIT_USAGE = 0, 1, 2, 64


class Outcome(StrEnum):
    PROVED = "proved"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


EXIT_CODES = {
    Outcome.PROVED: EXIT_PROVED,
    Outcome.FAILED: EXIT_FAILED,
    Outcome.NOT_CHECKED: EXIT_NOT_CHECKED,
}


class Refuted(Exception):
    """Something is forged, changed or contradicts itself; `code` names the sentence for people."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class CannotCheck(Refuted):
    """A proof, a key or an answer is missing: neither proved nor refuted."""


@dataclass(frozen=True)
class Finding:
    """One check: its `code` names the sentence, `detail` what exactly was found."""

    check: str
    outcome: Outcome
    code: str
    detail: str = ""


@dataclass
class Report:
    """All findings, in the order in which they were made."""

    findings: list[Finding] = field(default_factory=list)
    number: str = ""
    # Codes of what nothing that was looked at could prove.
    limits: list[str] = field(default_factory=list)

    def proved(self, check: str, detail: str = "") -> None:
        self.findings.append(Finding(check, Outcome.PROVED, check, detail))

    def failed(self, check: str, code: str, detail: str = "") -> None:
        self.findings.append(Finding(check, Outcome.FAILED, code, detail))

    def not_checked(self, check: str, code: str, detail: str = "") -> None:
        self.findings.append(Finding(check, Outcome.NOT_CHECKED, code, detail))

    def refused(self, check: str, error: Refuted) -> None:
        if isinstance(error, CannotCheck):
            self.not_checked(check, error.code, error.detail)
        else:
            self.failed(check, error.code, error.detail)

    @property
    def outcome(self) -> Outcome:
        """Failed when anything is; proved only when something was checked and all of it holds."""
        found = {finding.outcome for finding in self.findings}
        for worst in (Outcome.FAILED, Outcome.NOT_CHECKED):
            if worst in found:
                return worst
        return Outcome.PROVED if found else Outcome.NOT_CHECKED

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.outcome]
