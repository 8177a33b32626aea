"""A generated history: an invented past of the portal, the same for the same seed.

Nothing in it is real: organisations and people are plainly named as examples, certificates are
marked as specimens. What is real is how it is built: goods are judged by the rules engine, records
are canonical and hashed, every step stands in the log, the paper is sealed.
"""
