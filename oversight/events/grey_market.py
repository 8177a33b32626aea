"""Events of the grey market."""
