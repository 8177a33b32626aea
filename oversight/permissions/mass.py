"""Permissions of mass actions."""
