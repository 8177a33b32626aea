"""Benchmarks: `make bench` prints a table. Nothing is asserted about time; read the ratios.

No database is needed: everything measured here is a pure function of its arguments.
"""
