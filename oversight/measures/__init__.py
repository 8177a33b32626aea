"""Measures of the Committee: proposal, hearing, decision, effects, appeal."""
