"""Permissions of plans of desk control."""
