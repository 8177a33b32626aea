"""A log behind its address (C2SP tlog-tiles and a few answers more), read and never believed."""

from __future__ import annotations

import http.client
import json
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, build_opener

from ctkz_verify.notes import LONGEST_NOTE, decoded
from ctkz_verify.report import CannotCheck

TIMEOUT = 20
WIDTH = 256
HASH_BYTES = 32
LONGEST_ANSWER = 64 * 1024


class Source:
    """One log. Whatever does not answer, or not understandably, is CannotCheck."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise CannotCheck("log_silent", f"{url}: http or https")
        self.url = url.rstrip("/")
        self._opener = build_opener()

    def checkpoint(self) -> str:
        return self._text("checkpoint")

    def witnessed_checkpoint(self) -> str | None:
        """The last checkpoint that a witness has cosigned; nothing when there is none yet."""
        try:
            return self._text("witnessed")
        except CannotCheck as error:
            if error.detail.endswith(": 404"):
                return None
            raise

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Hashes said to lead from one size to the other."""
        path = f"consistency?from={old}&to={new}"
        try:
            hashes = json.loads(self._get(path, LONGEST_ANSWER))["hashes"]
            return [decoded(value) for value in hashes]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CannotCheck("bad_answer", f"{self.url}/{path}: {error}") from error

    def leaves(self, tile: int, width: int) -> list[bytes]:
        """Hashes of the entries in one tile of level 0, `width` of them."""
        path = f"tile/{tile_path(0, tile, width)}"
        data = self._get(path, WIDTH * HASH_BYTES)
        if len(data) != width * HASH_BYTES:
            raise CannotCheck("bad_answer", f"{self.url}/{path}: {len(data)}")
        return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]

    def post_cosignature(self, note: str) -> tuple[int, str]:
        """Status and words of the log's answer."""
        request = Request(  # noqa: S310
            f"{self.url}/cosignature",
            data=note.encode(),
            headers={"Content-Type": "text/plain; charset=utf-8"},
        )
        try:
            return self._answer(request, LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise CannotCheck("log_silent", f"{self.url}: {_reason(error)}") from error

    def _text(self, path: str) -> str:
        try:
            return self._get(path, LONGEST_NOTE).decode()
        except UnicodeDecodeError as error:
            raise CannotCheck("bad_answer", f"{self.url}/{path}: {error}") from error

    def _get(self, path: str, longest: int) -> bytes:
        address = f"{self.url}/{path}"
        try:
            with self._opener.open(Request(address), timeout=TIMEOUT) as answer:  # noqa: S310
                data: bytes = answer.read(longest + 1)
        except HTTPError as error:
            raise CannotCheck("log_silent", f"{address}: {error.code}") from error
        except (OSError, http.client.HTTPException) as error:
            raise CannotCheck("log_silent", f"{address}: {_reason(error)}") from error
        if len(data) > longest:
            raise CannotCheck("bad_answer", f"{address}: > {longest}")
        return data

    def _answer(self, request: Request, longest: int) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return answer.status, answer.read(longest).decode(errors="replace").strip()
        except HTTPError as error:
            with error:
                return error.code, error.read(longest).decode(errors="replace").strip()


def tile_path(level: int, tile: int, width: int = WIDTH) -> str:
    """Tile 1234067 of a level is at x001/x234/067; one not full yet ends in .p/WIDTH."""
    digits = str(tile)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"{level}/{path}" + (f".p/{width}" if width < WIDTH else "")


def _reason(error: Exception) -> str:
    return str(error.reason if isinstance(error, URLError) else error)
