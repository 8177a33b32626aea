"""Settings of the test run: real servers, cheap password hashing."""

from .base import *
from .base import VAR_DIR, env

SECRET_KEY = "test-only-" + "x" * 50
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

CTKZ_DEMO_SEAL_ALLOWED = True
CTKZ_SEAL_KEY_FILE = env("CTKZ_SEAL_KEY_FILE", default=str(VAR_DIR / "seal" / "seal.key"))
CTKZ_SEAL_CERT_FILE = env("CTKZ_SEAL_CERT_FILE", default=str(VAR_DIR / "seal" / "seal.pem"))
CTKZ_SEAL_TRUST_FILE = env("CTKZ_SEAL_TRUST_FILE", default=str(VAR_DIR / "seal" / "root.pem"))
CTKZ_LOG_MAKE_KEYS = True
