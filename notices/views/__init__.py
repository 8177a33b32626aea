"""Pages of notices, announcements and letters."""
