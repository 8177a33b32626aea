"""What complainants fill in, and what the Committee does."""
