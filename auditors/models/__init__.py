"""The register of expert-auditors: cases, attestations, declared interests."""

from .attestations import Attestation, attestation_in_force, attested_auditors, in_scope
from .bans import ActBan
from .cases import AttestationCase, Proposal, QualificationProof, Suspension, TestAttempt
from .declarations import Declaration

__all__ = [
    "ActBan",
    "Attestation",
    "AttestationCase",
    "Declaration",
    "Proposal",
    "QualificationProof",
    "Suspension",
    "TestAttempt",
    "attestation_in_force",
    "attested_auditors",
    "in_scope",
]
