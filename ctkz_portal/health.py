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


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Healthy means the database answers; without the broker pages work and the outbox waits."""
    database = database_answers()
    broker = broker_answers()
    body = {"database": database, "broker": broker}
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
