"""Properties are judged by what holds, not by how fast a busy machine finds it out."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "without-deadline", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("without-deadline")
