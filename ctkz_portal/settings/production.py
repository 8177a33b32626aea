"""A real deployment: everything that matters comes from the environment, nothing is guessed.

A missing value stops the start; an unsafe one is refused by `manage.py check --deploy`
(`ctkz_portal.checks`).
"""

from ctkz_portal.server_logs import logging_config

from .base import *
from .base import env

SECRET_KEY = env("CTKZ_SECRET_KEY")
ALLOWED_HOSTS = env.list("CTKZ_ALLOWED_HOSTS")
CTKZ_PUBLIC_URL = env("CTKZ_PUBLIC_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [CTKZ_PUBLIC_URL]

# The demo's conveniences stay off, whatever the environment says.
CTKZ_DEMO = False
CTKZ_GENERATED_HISTORY = False
CTKZ_DEMO_SEAL_ALLOWED = False
CTKZ_LOG_MAKE_KEYS = False
CTKZ_WEBHOOK_PRIVATE_ALLOWED = False
CTKZ_EDS_DEMO_ALLOWED = False

if not CTKZ_SEAL_PKCS11_MODULE:
    CTKZ_SEAL_KEY_FILE = env("CTKZ_SEAL_KEY_FILE")
CTKZ_SEAL_CERT_FILE = env("CTKZ_SEAL_CERT_FILE")
CTKZ_SEAL_TRUST_FILE = env("CTKZ_SEAL_TRUST_FILE")
CTKZ_LOG_ORIGIN = env("CTKZ_LOG_ORIGIN")
vars().update(env.email_url("CTKZ_EMAIL_URL"))
DEFAULT_FROM_EMAIL = env("CTKZ_EMAIL_FROM")
CTKZ_EDS_ROOTS_FILE = env("CTKZ_EDS_ROOTS_FILE")
CTKZ_EDS_CHAIN_FILE = env("CTKZ_EDS_CHAIN_FILE")

SECURE_SSL_REDIRECT = env.bool("CTKZ_SSL_REDIRECT", default=True)
# Health is asked inside the network, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
if env.int("CTKZ_PROXY_COUNT", default=0):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("CTKZ_HSTS_SECONDS", default=2 * 365 * 24 * 60 * 60)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# The prefix makes browsers refuse such a cookie from a subdomain or over plain HTTP.
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CTKZ_DEVICE_COOKIE_NAME = "__Host-device"
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING = logging_config(as_json=True, level=env("CTKZ_SERVER_LOG_LEVEL", default="INFO"))
