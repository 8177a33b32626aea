"""Permissions of the grey market."""
