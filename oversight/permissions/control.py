"""Permissions of desk checks, violations and recommendations."""
