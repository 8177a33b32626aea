"""Pages of complaints: for complainants, and at the Committee's desk."""
