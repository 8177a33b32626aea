"""Pages of stage two: lists, the case, its review and decision, certificates."""
