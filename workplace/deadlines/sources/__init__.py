"""The clocks of every thing in the portal, room by room."""

from . import auditors, certificates, control, decisions, expertise, issuance

__all__ = ["auditors", "certificates", "control", "decisions", "expertise", "issuance"]
