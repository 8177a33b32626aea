"""Permissions of complaints."""
