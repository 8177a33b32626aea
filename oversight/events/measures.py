"""Events of measures and appeals."""
