"""Fixtures of the register of auditors."""

from tests.issuance.conftest import sign_in

__all__ = ["sign_in"]
