"""Events of inspections and postings."""
