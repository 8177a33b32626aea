"""Events of risk."""
