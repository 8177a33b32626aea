"""Events of mass actions."""
