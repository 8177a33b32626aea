"""Permissions of risk."""
