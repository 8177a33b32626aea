"""Time stamps of an outside authority (RFC 3161): when a seal was there, in another's words.

Where an authority is set up, no seal is made without its stamp: an authority that does not
answer holds documents back until it does.
"""

import urllib.error
import urllib.request
from functools import cache
from http.client import HTTPException

from asn1crypto import cms, tsp
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from .envelopes import ForeignEnvelope, plain_token
from .seal_keys import SealingUnavailable

ANSWER_SECONDS = 10
# A token is a few kilobytes; whatever is longer is not one.
ANSWER_MAX = 256 * 1024


class TimeStampUnavailable(SealingUnavailable, OSError):
    """The authority did not answer, or not with a time stamp.

    A fault of the surroundings, hence an `OSError` too: the work waits and is done again.
    """


class HttpTimeStamper(TimeStamper):
    """Asks the authority over HTTP, in the thread that seals."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        request = urllib.request.Request(  # noqa: S310  the scheme is checked where it is made
            self._url,
            data=req.dump(),
            headers={
                "Content-Type": "application/timestamp-query",
                "Accept": "application/timestamp-reply",
            },
        )
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return tsp.TimeStampResp.load(answer.read(ANSWER_MAX), strict=True)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            stamped = token["content"]["encap_content_info"]["content"].parsed
            if stamped["message_imprint"]["hashed_message"].native != message_digest:
                raise ForeignEnvelope("the stamp is on something else")
            return plain_token(token)
        except (
            OSError,
            HTTPException,
            TimestampRequestError,
            ValueError,
            TypeError,
            KeyError,
        ) as fault:
            raise TimeStampUnavailable(
                "seal_time_stamp_unavailable",
                _("The time-stamp authority does not answer; sealing waits for it."),
            ) from fault


def time_stamper() -> HttpTimeStamper | None:
    """The authority that is set up, or none."""
    url = settings.CTKZ_TSA_URL
    if not url:
        return None
    if not url.startswith(("http://", "https://")):
        raise SealingUnavailable(
            "seal_time_stamp_address", _("The address of the time-stamp authority is wrong.")
        )
    return _kept(url)


@cache
def _kept(url: str) -> HttpTimeStamper:
    """One for the process: it remembers how long the authority's answers are."""
    return HttpTimeStamper(url)
