"""Ways in which the log refuses to record or to sign."""


class LogError(Exception):
    """Something about the log is not as it must be."""


class UnknownEventError(LogError):
    """The event's name is not registered."""


class WrongFactsError(LogError):
    """Facts are missing, not foreseen, or of a type that has no canonical form."""


class NotInTransactionError(LogError):
    """An event belongs to the transaction of the deed; there is none."""


class SigningRefusedError(LogError):
    """Signing now could show two different histories under one key."""


class KeyUnavailableError(LogError):
    """A key of the log is missing, unreadable, or of another log."""


class WitnessRefusedError(LogError):
    """A witness that cannot be added or ended."""


class CosignatureRefusedError(LogError):
    """A cosignature that is not kept; `status_code` is the answer's HTTP status."""

    def __init__(self, status_code: int, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code


class PastRefusedError(LogError):
    """An invented past has no place in this log."""
