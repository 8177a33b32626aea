"""Commands of the Committee's rule desk: versions of the rules, readings, and their effect."""
