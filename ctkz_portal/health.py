"""Whether this process can do its work, for load balancers and for the demo's own start."""

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from audit.witnesses import last_cosigned_at


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Healthy means the database answers; without the broker pages work and the outbox waits."""
    database = database_answers()
    broker = broker_answers()
    # A log that nobody watches is a worry and no fault: it changes nothing about the status.
    witnessed = last_cosigned_at() if database else None
    body = {"database": database, "broker": broker, "last_cosigned_at": witnessed}
    return JsonResponse(body, status=200 if database else 503)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def broker_answers() -> bool:
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, retry=Retry(NoBackoff(), 0), **settings.REDIS_TIMEOUTS
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
