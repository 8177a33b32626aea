"""Forms that anybody may send without an account: a person is let through, a flood is not.

Every form carries a signed seal with the moment at which the page was made and a token, so that
a double click is one thing and a program that answers within a second is noticed. Requests are
counted before their bodies are read.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.callers import DAY_SECONDS, count_request
from accounts.errors import DomainError
from accounts.models import User
from documents.models import StoredFile
from documents.storing import store
from documents.uploads import check_upload
from reference.forms import SeveralFilesField

SALT = "oversight.strangers"
SECONDS_TO_WRITE = 3
SECONDS_OPEN = 24 * 60 * 60
MOST_FILES = 5
# Photographs of a paper and screenshots are what people have at hand.
FILE_KINDS = ("pdf", "jpg", "png", "docx", "xlsx")

View = Callable[..., HttpResponse]


class BodyTooLarge(DomainError):
    status_code = 413


@dataclass(frozen=True)
class CheckedFile:
    """An upload that is what its name says, not yet stored."""

    name: str
    content: bytes
    content_type: str


def open_to_strangers(view: View) -> View:
    """A page without an account; what it sends is counted before anything of it is read.

    Protection against foreign pages would read the body first, so it stands inside.
    """
    protected = csrf_protect(view)

    @login_not_required
    @never_cache
    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            count_request(
                request,
                counter="open_form",
                limit=settings.CTKZ_WRITE_PER_MINUTE,
                refusal=_(
                    "So much was sent from your address within a minute that nothing more is "
                    "taken now. Please wait a minute and send it again."
                ),
            )
            _refuse_oversized(request)
        return protected(request, *args, **kwargs)

    return wrapped


def _refuse_oversized(request: HttpRequest) -> None:
    most = largest_body()
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise BodyTooLarge(
            "body_too_large",
            _("All files together may have at most %(megabytes)s MB. Nothing was sent.")
            % {"megabytes": most // (1024 * 1024) or 1},
        )


def largest_body() -> int:
    return 2 * int(settings.CTKZ_UPLOAD_MAX_BYTES)


def count_kept(request: HttpRequest, *, counter: str) -> None:
    """Raises `TooManyRequests` past the limit of the day; asked just before something is kept."""
    count_request(
        request,
        counter=counter,
        limit=settings.CTKZ_WRITE_PER_DAY,
        seconds=DAY_SECONDS,
        refusal=_(
            "So much was sent from your address today that nothing more is taken. Please come "
            "back tomorrow, or write to the Committee by post."
        ),
    )


def new_seal(*, written_since: float | None = None) -> str:
    """What a page carries to show when it was made; a token of its own in each."""
    since = timezone.now().timestamp() if written_since is None else written_since
    return signing.dumps([str(uuid.uuid4()), int(since)], salt=SALT)


class OpenForm(forms.Form):
    """The fields that people do not see; `form_token` tells a double click from two forms."""

    seal = forms.CharField(widget=forms.HiddenInput, initial=new_seal)
    # Only programs fill in what nobody sees.
    second_topic = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    form_token: uuid.UUID

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in ("seal", "second_topic")]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._read_seal(self.data.get(self.add_prefix("seal"), ""))
        if values.get("second_topic"):
            self._send_again(
                "trap",
                _(
                    "A field that nobody sees was filled in, as programs do. If it was your "
                    "browser, just send the form once more."
                ),
                second_topic="",
            )
        return values

    def _read_seal(self, seal: str) -> None:
        try:
            token, since = signing.loads(seal, salt=SALT)
            age = timezone.now().timestamp() - since
            self.form_token = uuid.UUID(token)
        except (signing.BadSignature, ValueError, TypeError):
            age = SECONDS_OPEN
        if age >= SECONDS_OPEN:
            self._send_again(
                "too_old",
                _("The page was open for too long. What you wrote is kept: send it once more."),
                seal=new_seal(written_since=timezone.now().timestamp() - SECONDS_TO_WRITE),
            )
        elif age < SECONDS_TO_WRITE:
            self._send_again(
                "too_quick",
                _(
                    "The form came back faster than a person writes. "
                    "Wait a moment and send it again."
                ),
            )

    def _send_again(self, code: str, sentence: Any, **replaced: str) -> None:
        """An error of the whole form; what is sent next carries what is right."""
        data: Any = self.data
        self.data = data = data.copy()
        for name, value in replaced.items():
            data[self.add_prefix(name)] = value
        self.add_error(None, ValidationError(sentence, code=code))


class EvidenceField(SeveralFilesField):
    """Up to five files, each of which is what its name says; the error names the file."""

    def __init__(self, **kwargs: Any) -> None:
        self.kinds: Sequence[str] = kwargs.pop("kinds", FILE_KINDS)
        super().__init__(
            **{
                "label": _("Files"),
                "required": False,
                "help_text": _(
                    "Up to 5: photographs, screenshots, PDF, Word or Excel files. Each is checked."
                ),
            }
            | kwargs
        )

    def clean(self, data: Any, initial: Any = None) -> list[CheckedFile]:
        uploads = [upload for upload in super().clean(data, initial) if upload]
        if len(uploads) > MOST_FILES:
            raise ValidationError(
                _("At most %(most)s files."), code="too_many", params={"most": MOST_FILES}
            )
        checked, faults = [], []
        for upload in uploads:
            try:
                content, kind = check_upload(upload, kinds=self.kinds)
                checked.append(CheckedFile(upload.name, content, kind.content_type))
            except DomainError as refusal:
                faults.append(
                    ValidationError(
                        format_lazy("{name}: {why}", name=upload.name, why=refusal.message),
                        code=refusal.code,
                    )
                )
        if faults:
            raise ValidationError(faults)
        return checked


def keep_files(files: Sequence[CheckedFile], *, by: User | None = None) -> list[StoredFile]:
    """Stored in the caller's transaction."""
    return [store(file.content, name=file.name, content_type=file.content_type, by=by)
            for file in files]  # fmt: skip
