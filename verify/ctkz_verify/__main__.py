"""`python -m ctkz_verify`, where the script is not installed."""

from ctkz_verify.cli import run

run()
