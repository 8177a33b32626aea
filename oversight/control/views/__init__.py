"""Pages of desk control: the Committee's desk, and what organisations see of it."""
