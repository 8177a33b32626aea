"""Events of figures and reports."""
