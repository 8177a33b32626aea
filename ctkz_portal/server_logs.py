"""Server logs: one JSON object per line in production, plain lines on a developer's machine."""

from collections.abc import MutableMapping
from typing import Any

import structlog

from audit.context import current_request


def add_request_id(
    logger: Any, method_name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The id that joins this line with the events of the log and with the response's header."""
    if request_id := current_request().request_id:
        event["request_id"] = request_id
    return event


SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    # Named ones only: Celery hands over the arguments of tasks, others whole requests.
    structlog.stdlib.ExtraAdder(allow=["status_code", "case"]),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    add_request_id,
]


def logging_config(*, as_json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING setting; also sets up structlog, so that both ways of logging look alike."""
    structlog.configure(
        processors=[*SHARED_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    # Tracebacks without the values of variables: those are people's data and our secrets.
    if as_json:
        renderers: list[Any] = [
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        renderers = [
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED_PROCESSORS,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *renderers,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would write every line a second time.
            "django": {"handlers": [], "propagate": True, "level": level},
            "django.server": {"handlers": [], "propagate": True, "level": level},
            # These describe every glyph and every byte range of a document.
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
            "pyhanko": {"level": "WARNING"},
            "pikepdf": {"level": "WARNING"},
        },
    }
