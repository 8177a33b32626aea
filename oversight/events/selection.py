"""Events of plans of desk control."""
