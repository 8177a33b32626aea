"""Events of papers."""
