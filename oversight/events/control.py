"""Events of desk checks, violations and recommendations."""
