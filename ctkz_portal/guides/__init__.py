"""Help for people: guides per role, the glossary, and the tour of the demo."""
