"""A program of the demo that asks the open API: its key, which is shown once and kept in a file."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.models import Organisation
from registry.keys import key_of, make_key
from registry.models import Scope


def api_key(organisation: Organisation) -> str:
    """The key of the last start when it still opens something, else a new one."""
    path = Path(settings.VAR_DIR) / "demo" / "api-key"
    if path.exists() and key_of(path.read_text(), on=timezone.localdate()):
        return path.read_text()
    made = make_key(
        name="Учётная программа (демо)", scopes=Scope.values, by=None, organisation=organisation
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(made.text)
    return made.text
