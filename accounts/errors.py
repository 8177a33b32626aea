"""Refusals: every reason why the portal does not do what was asked."""

from django.utils.functional import Promise


class DomainError(Exception):
    """A command was refused; `message` is for the person who gave it.

    `code` is stable and is for programs and tests. `field` names the form field that the
    refusal belongs to, when there is one.
    """

    status_code = 409

    def __init__(self, code: str, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class PermissionRefused(DomainError):
    """The person may see the object but may not do this with it."""

    status_code = 403
