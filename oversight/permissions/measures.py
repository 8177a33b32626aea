"""Permissions of measures and appeals."""
