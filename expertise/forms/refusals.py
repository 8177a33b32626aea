"""Refusals of services in forms; the work is that of `workflow.refusals`."""

from workflow.refusals import add_refusal, carried_out, status_code

__all__ = ["add_refusal", "carried_out", "status_code"]
