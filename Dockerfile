# One image for every process of the portal: web, worker, beat and the migration step.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 \
    DJANGO_SETTINGS_MODULE=ctkz_portal.settings.production \
    CTKZ_VAR_DIR=/var/lib/ctkz CTKZ_STATIC_ROOT=/srv/static

WORKDIR /srv/portal
COPY requirements.txt .
RUN pip install --disable-pip-version-check --require-hashes -r requirements.txt

COPY . .
# The settings demand their values; for making static files any will do, and none is kept.
RUN set -eu; \
    export DATABASE_URL=postgres://build@127.0.0.1/build REDIS_URL=redis://127.0.0.1 \
        CTKZ_SECRET_KEY=build CTKZ_ALLOWED_HOSTS=build CTKZ_PUBLIC_URL=https://build \
        CTKZ_SEAL_KEY_FILE=/build CTKZ_SEAL_CERT_FILE=/build CTKZ_SEAL_TRUST_FILE=/build \
        CTKZ_EDS_ROOTS_FILE=/build CTKZ_EDS_CHAIN_FILE=/build CTKZ_LOG_ORIGIN=build \
        CTKZ_EMAIL_URL=consolemail:// CTKZ_EMAIL_FROM=build@build; \
    python manage.py compile_catalogues; \
    python manage.py build_fonts --skip-checks; \
    python manage.py collectstatic --noinput --skip-checks; \
    useradd --system --uid 10001 --home-dir /var/lib/ctkz ctkz; \
    chown -R ctkz /var/lib/ctkz

USER ctkz
VOLUME /var/lib/ctkz
EXPOSE 8000
CMD ["gunicorn", "ctkz_portal.wsgi", "--bind=0.0.0.0:8000", "--workers=4", "--threads=4", \
     "--access-logfile=-", "--timeout=60", "--graceful-timeout=30"]
