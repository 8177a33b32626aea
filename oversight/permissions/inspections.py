"""Permissions of inspections and postings."""
