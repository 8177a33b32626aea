"""Statuses and the moves between them; a plain package without tables of its own.

Models import `workflow.tracked`, transition tables `workflow.transitions`, commands
`workflow.moving`.
"""
