"""Forms of the rule desk and of the public calculator."""
