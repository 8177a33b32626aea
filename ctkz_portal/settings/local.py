"""The demo and a developer's machine: own keys in `var/`, plain HTTP on the loopback address."""

from ctkz_portal.server_logs import logging_config

from .base import *
from .base import VAR_DIR, env
from .keys import own_secret

DEBUG = env.bool("CTKZ_DEBUG", default=False)
SECRET_KEY = env("CTKZ_SECRET_KEY", default="") or own_secret(VAR_DIR / "secret-key")
LOGGING = logging_config(as_json=False, level=env("CTKZ_SERVER_LOG_LEVEL", default="INFO"))

# Served as they stand in the source folders: nothing to collect after a change.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

CTKZ_DEMO_SEAL_ALLOWED = True
CTKZ_SEAL_KEY_FILE = env("CTKZ_SEAL_KEY_FILE", default=str(VAR_DIR / "seal" / "seal.key"))
CTKZ_SEAL_CERT_FILE = env("CTKZ_SEAL_CERT_FILE", default=str(VAR_DIR / "seal" / "seal.pem"))
CTKZ_SEAL_TRUST_FILE = env("CTKZ_SEAL_TRUST_FILE", default=str(VAR_DIR / "seal" / "root.pem"))
CTKZ_SEAL_PAST_CERTS_FILE = env(
    "CTKZ_SEAL_PAST_CERTS_FILE", default=str(VAR_DIR / "seal" / "past.pem")
)
CTKZ_LOG_MAKE_KEYS = True

CTKZ_EDS_DEMO_ALLOWED = True
CTKZ_EDS_ROOTS_FILE = env("CTKZ_EDS_ROOTS_FILE", default=str(VAR_DIR / "eds" / "roots.pem"))
CTKZ_EDS_ROOT_SHA256_FILE = env(
    "CTKZ_EDS_ROOT_SHA256_FILE", default=str(VAR_DIR / "eds" / "roots.sha256")
)
CTKZ_EDS_CHAIN_FILE = env("CTKZ_EDS_CHAIN_FILE", default=str(VAR_DIR / "eds" / "chain.pem"))
CTKZ_EDS_CRL_DIR = env("CTKZ_EDS_CRL_DIR", default=str(VAR_DIR / "eds" / "crl"))

CTKZ_DEMO = env.bool("CTKZ_DEMO", default=True)
# The demo's invented people come in with the password alone.
CTKZ_SECOND_FACTOR_ROLES = env.list("CTKZ_SECOND_FACTOR_ROLES", default=[])
CTKZ_GENERATED_HISTORY = env.bool("CTKZ_GENERATED_HISTORY", default=True)

# Letters are kept and shown on a page here (/notices/mailbox/): nothing is sent to anybody.
if env("CTKZ_EMAIL_URL", default=""):
    vars().update(env.email_url("CTKZ_EMAIL_URL"))
else:
    EMAIL_BACKEND = "notices.mailbox.MailboxBackend"
CTKZ_WEBHOOK_PRIVATE_ALLOWED = True
