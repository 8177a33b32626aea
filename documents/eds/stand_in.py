"""A stand-in for NCALayer, the desktop program that holds people's keys: for demo and tests.

It speaks NCALayer's protocol by WebSocket on the loopback address: a greeting with a version, the
module `kz.gov.pki.knca.basics` (method `sign`) and the two calls of the older `commonUtils` that
pages still use. The shapes are those recorded from NCALayer by its public JavaScript client.

NCALayer lets the person choose a key. Nobody sits in front of this one: it takes the key that the
page asks for by IIN and BIN. `Orders` make it cancel, or sign with the key of somebody else.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn1crypto import pem
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from .authority import require_demo_allowed
from .holders import uses
from .making import SoftwareKey

HOST = "127.0.0.1"
PORT = 13579
VERSION = "1.4"
LARGEST_MESSAGE = 16 * 1024 * 1024
BASICS = "kz.gov.pki.knca.basics"
COMMON_UTILS = "kz.gov.pki.knca.commonUtils"
# Pages of this machine only: any other page that a person has open could ask for signatures too.
OWN_PAGES = re.compile(r"https?://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")

# Keys of a person: by IIN and BIN; without a BIN the person's own.
KeyRing = Callable[[str, str], list[SoftwareKey]]
Answer = dict[str, Any]


@dataclass(frozen=True)
class Orders:
    """What the person in front of the program would do; empty: what the page asks for."""

    cancels: bool = False
    iin: str = ""
    bin: str | None = None

    @classmethod
    def read(cls, path: Path | None) -> "Orders":
        """From a JSON file `{"cancel": true}` or `{"iin": "…", "bin": "…"}`, read anew for every
        request, so that a test can change them while the program runs."""
        try:
            written = json.loads(path.read_text()) if path else {}
        except (OSError, ValueError):
            written = {}
        return cls(
            cancels=bool(written.get("cancel")),
            iin=str(written.get("iin", "")),
            bin=written.get("bin"),
        )


class Cancelled(Exception):
    """The person pressed "Cancel", or had no key to choose."""


class InvocationError(Exception):
    """The request is not one that the module takes."""


@dataclass(frozen=True)
class StandIn:
    keys: KeyRing
    orders: Callable[[], Orders] = Orders

    def answer(self, message: str | bytes) -> Answer:
        """The answer to one request, in the shape of the module that it is for."""
        try:
            request = json.loads(message)
            module, method = request["module"], request["method"]
        except (ValueError, KeyError, TypeError):
            return _failure("org.json.JSONException: not a request")
        if module == COMMON_UTILS:
            return self._common_utils(method, request.get("args", []))
        if module == BASICS and method == "sign":
            return self._basics_sign(request.get("args"))
        return _failure(f"no method {method} in module {module}")

    def _basics_sign(self, args: Any) -> Answer:
        try:
            return {"status": True, "body": {"result": self._sign(_read_arguments(args))}}
        except Cancelled:
            return {"status": True, "body": {}}
        except InvocationError as error:
            return _failure(str(error))

    def _sign(self, args: Answer) -> str | list[str]:
        signing, signer = args["signingParams"], args["signerParams"]
        key = self._choose(
            iin=str(signer.get("iin", "")),
            bin=str(signer.get("bin", "")),
            wanted=frozenset(signer.get("extKeyUsageOids") or ()),
        )
        several = isinstance(args["data"], list)
        files = []
        for text in args["data"] if several else [args["data"]]:
            content = _decoded(text) if signing.get("decode") else text.encode()
            der = key.sign(
                content,
                encapsulate=bool(signing.get("encapsulate")),
                is_digest=bool(signing.get("digested")),
            )
            files.append(pem.armor("CMS", der).decode())
        return files if several else files[0]

    def _choose(self, *, iin: str, bin: str, wanted: frozenset[str]) -> SoftwareKey:
        orders = self.orders()
        if orders.cancels:
            raise Cancelled
        person = orders.iin or iin
        organisation = bin if orders.bin is None else orders.bin
        for key in self.keys(person, organisation):
            if wanted <= uses(key.certificate):
                return key
        raise Cancelled

    def _common_utils(self, method: str, args: Any) -> Answer:
        if method == "getActiveTokens":
            return {"responseObject": [], "code": "200"}
        if method == "changeLocale":
            return {"code": "200"}
        if method != "createCAdESFromBase64":
            return {"code": "500", "message": f"java.lang.NoSuchMethodException: {method}"}
        match args:
            case [str(), str(), str() as data, bool() as attach]:
                pass
            case _:
                mismatch = "java.lang.IllegalArgumentException: argument type mismatch."
                return {"code": "500", "message": f"{mismatch} Method: {method}"}
        try:
            key = self._choose(iin="", bin="", wanted=frozenset())
            der = key.sign(_decoded(data), encapsulate=attach)
        except Cancelled:
            return {"code": "500", "message": "action.canceled"}
        except InvocationError as error:
            return {"code": "500", "message": str(error)}
        return {"code": "200", "responseObject": base64.b64encode(der).decode()}

    def talk(self, connection: ServerConnection) -> None:
        """Greets and answers until the page leaves."""
        try:
            connection.send(json.dumps({"result": {"version": VERSION}}))
            for message in connection:
                connection.send(json.dumps(self.answer(message), ensure_ascii=False))
        except ConnectionClosed:
            return


def _read_arguments(args: Any) -> Answer:
    if not isinstance(args, dict):
        raise InvocationError('org.json.JSONException: JSONObject["args"] is not a JSONObject.')
    for name in ("signingParams", "signerParams"):
        if not isinstance(args.get(name), dict):
            raise InvocationError(
                f'org.json.JSONException: JSONObject["{name}"] is not a JSONObject.'
            )
    if args.get("format") != "cms":
        raise InvocationError("only the format cms is known here")
    data = args.get("data")
    if not isinstance(data, str) and not (
        isinstance(data, list) and data and all(isinstance(one, str) for one in data)
    ):
        raise InvocationError('org.json.JSONException: JSONObject["data"] not found.')
    return args


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise InvocationError(
            "java.lang.IllegalArgumentException: Illegal base64 character"
        ) from error


def _failure(details: str) -> Answer:
    return {
        "status": False,
        "code": "INVOCATION_ERROR",
        "message": "An invoked method threw an exception.",
        "details": details,
    }


def listening(stand_in: StandIn, *, port: int = PORT) -> AbstractContextManager[Server]:
    """The server on the loopback address; port 0 takes a free one.

    Refuses where demonstration keys may not sign.
    """
    require_demo_allowed()
    return serve(
        stand_in.talk,
        HOST,
        port,
        origins=[None, OWN_PAGES],
        max_size=LARGEST_MESSAGE,
    )
