"""Properties of the rules are about figures, not about time: a busy machine must not fail them."""

from hypothesis import settings

settings.register_profile("without-deadline", deadline=None)
settings.load_profile("without-deadline")
