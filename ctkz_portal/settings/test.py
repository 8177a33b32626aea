"""Settings of the test run: real servers, cheap password hashing."""

from .base import *
from .base import VAR_DIR, env

SECRET_KEY = "test-only-" + "x" * 50
# Looked up when asked for, so that a test client starts at once.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

CTKZ_DEMO_SEAL_ALLOWED = True
CTKZ_SEAL_KEY_FILE = env("CTKZ_SEAL_KEY_FILE", default=str(VAR_DIR / "seal" / "seal.key"))
CTKZ_SEAL_CERT_FILE = env("CTKZ_SEAL_CERT_FILE", default=str(VAR_DIR / "seal" / "seal.pem"))
CTKZ_SEAL_TRUST_FILE = env("CTKZ_SEAL_TRUST_FILE", default=str(VAR_DIR / "seal" / "root.pem"))
CTKZ_SEAL_PAST_CERTS_FILE = env(
    "CTKZ_SEAL_PAST_CERTS_FILE", default=str(VAR_DIR / "seal" / "past.pem")
)
CTKZ_LOG_MAKE_KEYS = True
CTKZ_GENERATED_HISTORY = True

# Tests of the second factor name the roles themselves.
CTKZ_SECOND_FACTOR_ROLES = []

# Tests of signing turn it on and bring an authority of their own (tests/signatures.py).
CTKZ_EDS_REQUIRED = False
CTKZ_EDS_DEMO_ALLOWED = True

# Tests kill workers and wait for their work to be sent again.
CTKZ_OUTBOX_RESEND_SECONDS = 5
CTKZ_LETTER_HANDING_SECONDS = env.float("CTKZ_LETTER_HANDING_SECONDS", default=20)
CTKZ_WEBHOOK_PRIVATE_ALLOWED = True
