"""What Celery beat calls, and when: by the clock of Kazakhstan (CELERY_TIMEZONE)."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "outbox.purge": {"task": "outbox.purge", "schedule": 24 * 60 * 60},
    "outbox.forget_letters": {
        "task": "outbox.forget_letters",
        "schedule": crontab(hour=1, minute=40),
        "options": {"expires": 23 * 60 * 60},
    },
    # Dates alone decide who is attested; this brings the statuses after them, soon after midnight.
    "auditors.keep_dates": {
        "task": "auditors.keep_dates",
        "schedule": 60 * 60,
        "options": {"expires": 60 * 60},
    },
    # A run that waited longer than its interval is pointless: the next one does the same.
    "audit.sequence_and_publish": {
        "task": "audit.sequence_and_publish",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    # One a day, soon after midnight; ordered again each hour for nights when nothing ran.
    "registry.order_snapshot": {
        "task": "registry.order_snapshot",
        "schedule": crontab(minute=20),
        "options": {"expires": 50 * 60},
    },
    # Terms end with the day in Kazakhstan (CELERY_TIMEZONE); a missed night is made up for later.
    "expertise.keep_terms": {
        "task": "expertise.keep_terms",
        "schedule": crontab(hour=0, minute=15),
        "options": {"expires": 23 * 60 * 60},
    },
    # Figures follow the log; a run that waited longer than its interval is done by the next one.
    "oversight.follow_log": {
        "task": "oversight.follow_log",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "oversight.follow_risk": {
        "task": "oversight.follow_risk",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "oversight.follow_risk_lookups": {
        "task": "oversight.follow_risk_lookups",
        "schedule": 60 * 60,
        "options": {"expires": 60 * 60},
    },
    # Weights and thresholds begin with a day in Kazakhstan.
    "oversight.keep_risk_versions": {
        "task": "oversight.keep_risk_versions",
        "schedule": crontab(hour=0, minute=40),
        "options": {"expires": 23 * 60 * 60},
    },
    # Terms of recommendations end with the day in Kazakhstan; a missed night is made up for later.
    "oversight.keep_recommendations": {
        "task": "oversight.keep_recommendations",
        "schedule": crontab(hour=0, minute=25),
        "options": {"expires": 23 * 60 * 60},
    },
    # Terms of complaints end with the day in Kazakhstan; a missed night is made up for later.
    "oversight.keep_complaints": {
        "task": "oversight.keep_complaints",
        "schedule": crontab(hour=0, minute=30),
        "options": {"expires": 23 * 60 * 60},
    },
    # Every hour, after midnight when the nightly keepers above are done: a day begins
    # and ends in Kazakhstan, and a case that moved on by day has a new clock.
    "workplace.keep_deadlines": {
        "task": "workplace.keep_deadlines",
        "schedule": crontab(minute=45),
        "options": {"expires": 55 * 60},
    },
    "oversight.watch_unknown_numbers": {
        "task": "oversight.watch_unknown_numbers",
        "schedule": 60 * 60,
        "options": {"expires": 60 * 60},
    },
    # What a measure does ends by its own dates; this brings the statuses after them.
    "oversight.expire_measures": {
        "task": "oversight.expire_measures",
        "schedule": crontab(hour=0, minute=25),
        "options": {"expires": 23 * 60 * 60},
    },
    "accounts.forget_sign_ins": {
        "task": "accounts.forget_sign_ins",
        "schedule": crontab(hour=1, minute=40),
        "options": {"expires": 23 * 60 * 60},
    },
    "notices.follow_log": {
        "task": "notices.follow_log",
        "schedule": 5.0,
        "options": {"expires": 30},
    },
    # Each person has an hour of their own; an hour that was missed is made up for in the next.
    "notices.write_digests": {
        "task": "notices.write_digests",
        "schedule": crontab(minute=5),
        "options": {"expires": 50 * 60},
    },
    "registry.forget_watches": {
        "task": "registry.forget_watches",
        "schedule": crontab(hour=1, minute=30),
        "options": {"expires": 23 * 60 * 60},
    },
    "expertise.settle_second_opinions": {
        "task": "expertise.settle_second_opinions",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # Search follows the log; a run that waited longer than its interval is done by the next one.
    "workplace.follow_search": {
        "task": "workplace.follow_search",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    # Rules and attestations begin with a day in Kazakhstan.
    "workplace.keep_search": {
        "task": "workplace.keep_search",
        "schedule": crontab(hour=0, minute=50),
        "options": {"expires": 23 * 60 * 60},
    },
}
