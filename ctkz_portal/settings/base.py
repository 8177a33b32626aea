"""Settings common to every way of running the portal; safe by default.

`DATABASE_URL` and `REDIS_URL` are always set when this module is read: by the operator,
or by `ctkz_portal.embedded`, which starts real servers of its own in `var/`.
"""

from pathlib import Path

import environ
from csp.constants import NONCE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from .beat import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

VAR_DIR = Path(env("CTKZ_VAR_DIR", default=str(BASE_DIR / "var")))

SECRET_KEY = env("CTKZ_SECRET_KEY", default="")
# Earlier ones: what they sealed stays readable while the key is being changed.
SECRET_KEY_FALLBACKS = env.list("CTKZ_SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
ALLOWED_HOSTS = env.list("CTKZ_ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])

INSTALLED_APPS = [
    "audit",
    "outbox",
    "accounts",
    "reference",
    "documents",
    "origin",
    "auditors",
    "expertise",
    "issuance",
    "registry",
    "oversight",
    "notices",
    "workplace",
    "ctkz_portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    # Only their models and checks: every page and text about the second factor is our own.
    "allauth.account",
    "allauth.mfa",
    "rules",
    "pgtrigger",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ctkz_portal.middleware.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "audit.middleware.RequestIdMiddleware",
    "ctkz_portal.refusal_pages.MaintenanceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ctkz_portal.refusal_pages.SignInMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.RollingSessionMiddleware",
    "accounts.middleware.ActorMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ctkz_portal.refusal_pages.EmptyRefusalMiddleware",
    "ctkz_portal.middleware.NoNullMiddleware",
    "ctkz_portal.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "ctkz_portal.urls"
WSGI_APPLICATION = "ctkz_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "ctkz_portal.context.portal",
            ],
            "builtins": ["ctkz_portal.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

if not (env("DATABASE_URL", default="") and env("REDIS_URL", default="")):
    raise ImproperlyConfigured(
        "DATABASE_URL and REDIS_URL are not set. Set them, or use manage.py, which starts "
        "servers of its own when they are absent."
    )
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CTKZ_CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# A server, without a database number: 0 carries queued work, 1 the cache.
REDIS_URL = env("REDIS_URL").rstrip("/")
# Lets several portals, or test runs, share one server.
CTKZ_REDIS_PREFIX = env("CTKZ_REDIS_PREFIX", default="")
# A page must not hang on a server that is gone: give up soon, the outbox keeps the work.
REDIS_TIMEOUTS = {"socket_connect_timeout": 2, "socket_timeout": 5}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        # Its own database: emptying the cache never touches queued work.
        "LOCATION": f"{REDIS_URL}/1",
        "KEY_PREFIX": CTKZ_REDIS_PREFIX,
        "OPTIONS": {**REDIS_TIMEOUTS, "retry": Retry(NoBackoff(), 1)},
    }
}

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "registry:verify"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Which roles need a second factor: those whose word decides. Empty, nobody is asked for one.
CTKZ_SECOND_FACTOR_ROLES = env.list(
    "CTKZ_SECOND_FACTOR_ROLES",
    default=["auditor", "chamber_signatory", "committee_head", "inspector", "expert_head"],
)
# People are found by e-mail; there are no usernames, and nobody signs up by themselves.
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "accounts.authenticators.PortalAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Codes of the half minute before and after count too: clocks of telephones differ.
MFA_TOTP_TOLERANCE = 1

LANGUAGE_CODE = "ru"
LANGUAGES = [("kk", _("Kazakh")), ("ru", _("Russian")), ("en", _("English"))]
# Django itself speaks Kazakh only in part; the second folder fills in what forms say.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "ctkz_portal" / "framework_texts"]
USE_I18N = True
USE_TZ = True
# One time zone, UTC+5, since 1 March 2024.
TIME_ZONE = "Asia/Almaty"

STATIC_URL = "static/"
STATIC_ROOT = Path(env("CTKZ_STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
# `manage.py build_fonts` fills this folder; nothing of it is committed.
CTKZ_WEB_FONTS_DIR = VAR_DIR / "static-fonts"
CTKZ_WEB_FONTS_DIR.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static", CTKZ_WEB_FONTS_DIR]
MEDIA_ROOT = Path(env("CTKZ_MEDIA_DIR", default=str(VAR_DIR / "media")))

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# A session ends after so long without work, and in any case after so many days.
SESSION_COOKIE_AGE = 12 * 60 * 60
CTKZ_SESSION_LONGEST_DAYS = env.int("CTKZ_SESSION_LONGEST_DAYS", default=7)
# By this cookie a browser is known again when the same person comes back.
CTKZ_DEVICE_COOKIE_NAME = "device"
# Past sign-ins, with address and browser, are forgotten after this many days.
CTKZ_SIGN_INS_KEEP_DAYS = env.int("CTKZ_SIGN_INS_KEEP_DAYS", default=365)
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ctkz_portal.refusal_pages.page_too_old"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# NCALayer runs on the computer of whoever signs; the browser asks it, the portal never does.
CTKZ_NCALAYER_URL = env("CTKZ_NCALAYER_URL", default="wss://127.0.0.1:13579")
NCALAYER = sorted({"wss://127.0.0.1:13579", CTKZ_NCALAYER_URL.rstrip("/")})
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, *NCALAYER],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}

CELERY_BROKER_URL = f"{REDIS_URL}/0"
# A task is taken off the queue when it is finished, so a killed worker loses none.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Must stay below the visibility timeout: longer tasks would be handed out a second time.
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "global_keyprefix": CTKZ_REDIS_PREFIX,
    "health_check_interval": 10,
    **REDIS_TIMEOUTS,
    # Little patience when sending: a page or the relay waits, and the outbox sends again anyway.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
# A worker whose broker went away waits for it as long as it takes.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# Work that was sent and is not done after this many seconds is sent again; longer than the
# longest document takes, or it would be made twice.
CTKZ_OUTBOX_RESEND_SECONDS = env.float("CTKZ_OUTBOX_RESEND_SECONDS", default=60)
# How often the sweeper looks for unsent or unfinished work.
CTKZ_OUTBOX_SWEEP_SECONDS = env.float("CTKZ_OUTBOX_SWEEP_SECONDS", default=5)
# Finished work is forgotten after this many days.
CTKZ_OUTBOX_KEEP_DAYS = env.int("CTKZ_OUTBOX_KEEP_DAYS", default=30)
# What happened longer ago is told to nobody; what happened longer ago than the second, without a
# letter. After a long stop of the portal people find the notices, and no flood of old letters.
CTKZ_NOTICE_DAYS = env.int("CTKZ_NOTICE_DAYS", default=30)
CTKZ_NOTICE_LETTER_DAYS = env.int("CTKZ_NOTICE_LETTER_DAYS", default=3)
# A letter handed to the mail server so long ago by a worker that never said how it ended is
# `unclear`; longer than any attempt may take (its task ends after two minutes).
CTKZ_LETTER_HANDING_SECONDS = env.float("CTKZ_LETTER_HANDING_SECONDS", default=300)
# Addresses and texts of letters are erased after this.
CTKZ_LETTER_KEEP_DAYS = env.int("CTKZ_LETTER_KEEP_DAYS", default=90)
CELERY_BEAT_SCHEDULE = {
    "outbox.relay": {
        "task": "outbox.relay",
        "schedule": CTKZ_OUTBOX_SWEEP_SECONDS,
        # Sweeps missed while no worker ran are worth nothing afterwards.
        "options": {"expires": 60},
    },
    **SCHEDULE,
}

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
}

SPECTACULAR_SETTINGS = {
    # One set of events, named once, whichever field carries it.
    "ENUM_NAME_OVERRIDES": {"CertificateEventEnum": "registry.news.EVENTS"},
}

# A page with three hundred materials has this many fields at most.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000
# One sitting signs two hundred records, each with a file of its own.
DATA_UPLOAD_MAX_NUMBER_FILES = 200

# The address printed into QR codes; changing it does not change certificates already issued.
CTKZ_PUBLIC_URL = env("CTKZ_PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
# While this file exists people are asked to come back in a few minutes, and nothing is taken.
CTKZ_MAINTENANCE_FILE = Path(env("CTKZ_MAINTENANCE_FILE", default=str(VAR_DIR / "maintenance")))
# Largest file a person may upload, in bytes.
CTKZ_UPLOAD_MAX_BYTES = env.int("CTKZ_UPLOAD_MAX_BYTES", default=20 * 1024 * 1024)
# Public verifications from one address in a minute; without the cache nobody is held back.
CTKZ_VERIFY_PER_MINUTE = env.int("CTKZ_VERIFY_PER_MINUTE", default=30)
# Calls of the open API without a key from one address in a minute; keys have limits of their own.
CTKZ_API_PER_MINUTE = env.int("CTKZ_API_PER_MINUTE", default=60)
# Receipts, and letters asked for, from one address in a minute.
CTKZ_WRITE_PER_MINUTE = env.int("CTKZ_WRITE_PER_MINUTE", default=10)
# Complaints and reports kept from one address in a day; so many attempts to open one, too.
CTKZ_WRITE_PER_DAY = env.int("CTKZ_WRITE_PER_DAY", default=50)
# How long the letter of an invitation opens its page.
CTKZ_INVITATION_DAYS = env.int("CTKZ_INVITATION_DAYS", default=14)
# True only in tests and the demo: news may be posted to private addresses and over plain HTTP.
CTKZ_WEBHOOK_PRIVATE_ALLOWED = False

# Letters: smtp+tls://USER:PASSWORD@HOST:587 or the like; without it they are printed.
vars().update(env.email_url("CTKZ_EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("CTKZ_EMAIL_FROM", default="CT-KZ <noreply@ctkz.example>")

# Calculations from one address in a minute; the page asks anew while a person types.
CTKZ_CALCULATIONS_PER_MINUTE = env.int("CTKZ_CALCULATIONS_PER_MINUTE", default=120)

# The seal on documents, PEM files: without them nothing is sealed and nothing is issued.
CTKZ_SEAL_KEY_FILE = env("CTKZ_SEAL_KEY_FILE", default="")
CTKZ_SEAL_KEY_PASSPHRASE = env("CTKZ_SEAL_KEY_PASSPHRASE", default="")
CTKZ_SEAL_CERT_FILE = env("CTKZ_SEAL_CERT_FILE", default="")
# A PKCS#11 token that holds the key instead of a file: its library, its label, the key's label.
# Set, no key file is read.
CTKZ_SEAL_PKCS11_MODULE = env("CTKZ_SEAL_PKCS11_MODULE", default="")
CTKZ_SEAL_PKCS11_TOKEN = env("CTKZ_SEAL_PKCS11_TOKEN", default="")
CTKZ_SEAL_PKCS11_LABEL = env("CTKZ_SEAL_PKCS11_LABEL", default="")
CTKZ_SEAL_PKCS11_PIN = env("CTKZ_SEAL_PKCS11_PIN", default="")
CTKZ_SEAL_PKCS11_PIN_FILE = env("CTKZ_SEAL_PKCS11_PIN_FILE", default="")
# Certificates between the sealing certificate and the root; empty when there are none.
CTKZ_SEAL_CHAIN_FILE = env("CTKZ_SEAL_CHAIN_FILE", default="")
# Roots trusted for seals, compared by their bytes and never by their names.
CTKZ_SEAL_TRUST_FILE = env("CTKZ_SEAL_TRUST_FILE", default="")
# Earlier sealing certificates of the portal: documents sealed under them stay verifiable.
CTKZ_SEAL_PAST_CERTS_FILE = env("CTKZ_SEAL_PAST_CERTS_FILE", default="")
# A time-stamp authority (RFC 3161). Set, every seal carries its stamp and the revocation lists
# below (PAdES B-LT), and without them nothing is sealed.
CTKZ_TSA_URL = env("CTKZ_TSA_URL", default="")
# Roots trusted for time stamps; those of the seals when empty.
CTKZ_TSA_TRUST_FILE = env("CTKZ_TSA_TRUST_FILE", default="")
# Revocation lists of the authorities above the seal and the time stamps, kept fresh from outside.
CTKZ_SEAL_CRL_FILES = env.list("CTKZ_SEAL_CRL_FILES", default=[])
# True only where `manage.py make_demo_seal` may stand in for a real key.
CTKZ_DEMO_SEAL_ALLOWED = False

# Signatures of people with keys of the National Certification Authority. A root counts when it is
# in the file and its SHA-256 is pinned, in the list or, one a line, in the file of pins.
CTKZ_EDS_ROOTS_FILE = env("CTKZ_EDS_ROOTS_FILE", default="")
CTKZ_EDS_ROOT_SHA256 = env.list("CTKZ_EDS_ROOT_SHA256", default=[])
CTKZ_EDS_ROOT_SHA256_FILE = env("CTKZ_EDS_ROOT_SHA256_FILE", default="")
# Authorities between the roots and the people.
CTKZ_EDS_CHAIN_FILE = env("CTKZ_EDS_CHAIN_FILE", default="")
# Lists of revoked certificates (*.crl, DER), kept up to date by the operator.
CTKZ_EDS_CRL_DIR = env("CTKZ_EDS_CRL_DIR", default="")
# The responder that is asked about each certificate; empty: lists only.
CTKZ_EDS_OCSP_URL = env("CTKZ_EDS_OCSP_URL", default="")
# "require": no answer, no signature. "when_configured": nothing set up to ask is let pass.
CTKZ_EDS_REVOCATION = env("CTKZ_EDS_REVOCATION", default="require")
# A larger file is refused unread; a signature with its chain takes about ten kilobytes.
CTKZ_EDS_MAX_BYTES = env.int("CTKZ_EDS_MAX_BYTES", default=256 * 1024)
# False lets people act without a signature.
CTKZ_EDS_REQUIRED = env.bool("CTKZ_EDS_REQUIRED", default=True)
# True only where `manage.py eds_demo_authority` may stand in for the real one.
CTKZ_EDS_DEMO_ALLOWED = False

# The log. Its name, written in every checkpoint; never changed once the log has begun.
CTKZ_LOG_ORIGIN = env("CTKZ_LOG_ORIGIN", default="ctkz.example/log")
# Its keys and its last head live outside the database, so that whoever holds only the database
# can neither add to the log nor cut it short unseen.
CTKZ_LOG_KEY_FILE = Path(env("CTKZ_LOG_KEY_FILE", default=str(VAR_DIR / "log" / "key")))
CTKZ_LOG_EVENT_KEY_FILE = Path(
    env("CTKZ_LOG_EVENT_KEY_FILE", default=str(VAR_DIR / "log" / "event.key"))
)
CTKZ_LOG_HEAD_FILE = Path(env("CTKZ_LOG_HEAD_FILE", default=str(VAR_DIR / "log" / "head")))
# Whether missing keys are made on first use; elsewhere the operator brings them.
CTKZ_LOG_MAKE_KEYS = False
# Proxies of our own in front of the portal; each adds one address to X-Forwarded-For.
CTKZ_PROXY_COUNT = env.int("CTKZ_PROXY_COUNT", default=0)

# The demo: invented people, shown on the sign-in page together with their common password.
# Only `settings.local` turns it on.
CTKZ_DEMO = False
# Whether `manage.py generate_history` may fill this database with an invented past.
CTKZ_GENERATED_HISTORY = False
CTKZ_DEMO_PASSWORD = "demo-ctkz-portal"
