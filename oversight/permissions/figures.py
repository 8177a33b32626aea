"""Permissions of figures and reports."""
