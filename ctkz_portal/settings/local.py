"""The demo and a developer's machine: own keys in `var/`, plain HTTP on the loopback address."""

from .base import *
from .base import VAR_DIR, env

DEBUG = env.bool("CTKZ_DEBUG", default=False)
SECRET_KEY = env("CTKZ_SECRET_KEY", default="local-only-" + "x" * 50)

CTKZ_DEMO_SEAL_ALLOWED = True
CTKZ_SEAL_KEY_FILE = env("CTKZ_SEAL_KEY_FILE", default=str(VAR_DIR / "seal" / "seal.key"))
CTKZ_SEAL_CERT_FILE = env("CTKZ_SEAL_CERT_FILE", default=str(VAR_DIR / "seal" / "seal.pem"))
CTKZ_SEAL_TRUST_FILE = env("CTKZ_SEAL_TRUST_FILE", default=str(VAR_DIR / "seal" / "root.pem"))
CTKZ_LOG_MAKE_KEYS = True

CTKZ_DEMO = env.bool("CTKZ_DEMO", default=True)
CTKZ_DEMO_PASSWORD = "demo-ctkz-2026" if CTKZ_DEMO else ""
