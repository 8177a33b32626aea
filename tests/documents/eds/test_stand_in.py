"""The stand-in for NCALayer speaks as the program does, in the shapes recorded from it."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from documents.eds import oids
from documents.eds.algorithms import digest
from documents.eds.authority import SoftwareAuthority
from documents.eds.making import SoftwareKey
from documents.eds.stand_in import Orders, StandIn, listening
from documents.eds.verdicts import Expected, Reason

from .conftest import Examine
from .people import BIN, IIN, NAME, OTHER_IIN, RECORD, head

Ask = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def orders_file(tmp_path: Path) -> Path:
    return tmp_path / "orders.json"


@pytest.fixture
def address(eds: SoftwareAuthority, orders_file: Path) -> Iterator[str]:
    def keys(iin: str, bin: str) -> list[SoftwareKey]:
        if iin not in (IIN, OTHER_IIN):
            return []
        return [head(eds, iin=iin, bin=bin) if bin else eds.person(iin, NAME, family="gost512")]

    stand_in = StandIn(keys=keys, orders=lambda: Orders.read(orders_file))
    with listening(stand_in, port=0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"


@pytest.fixture
def page(address: str) -> Iterator[ClientConnection]:
    with connect(address) as connection:
        assert json.loads(connection.recv()) == {"result": {"version": "1.4"}}
        yield connection


@pytest.fixture
def ask(page: ClientConnection) -> Ask:
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        page.send(json.dumps(request))
        return json.loads(page.recv())

    return answer


def request(data: Any, *, signing: Any = None, **signer: Any) -> dict[str, Any]:
    return {
        "module": "kz.gov.pki.knca.basics",
        "method": "sign",
        "args": {
            "allowedStorages": None,
            "format": "cms",
            "data": data,
            "signingParams": {"decode": True, "encapsulate": False, "digested": False}
            if signing is None
            else signing,
            "signerParams": {"extKeyUsageOids": [oids.USE_SIGNING], **signer},
            "locale": "ru",
        },
    }


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_one_record_comes_back_signed_by_the_key_that_was_asked_for(
    ask: Ask, examine: Examine
) -> None:
    answer = ask(request(b64(RECORD), iin=IIN, bin=BIN))
    assert answer["status"] is True
    assert answer["body"]["result"].startswith("-----BEGIN CMS-----\n")
    assert examine(answer["body"]["result"].encode()).ok


def test_without_a_bin_the_person_signs_with_the_own_key(ask: Ask, examine: Examine) -> None:
    answer = ask(request(b64(RECORD), iin=IIN))
    verdict = examine(answer["body"]["result"].encode(), expected=Expected(IIN))
    assert verdict.ok
    assert verdict.holder
    assert verdict.holder.bin == ""
    assert verdict.algorithm.startswith("GOST")


def test_several_records_come_back_in_their_order(ask: Ask, examine: Examine) -> None:
    records = [RECORD, b"second", b"third"]
    answer = ask(request([b64(one) for one in records], iin=IIN, bin=BIN))
    files = answer["body"]["result"]
    assert len(files) == 3
    for file, record in zip(files, records, strict=True):
        assert examine(file.encode(), record=record).ok


def test_the_record_is_put_inside_when_the_page_asks_for_it(ask: Ask, examine: Examine) -> None:
    signing = {"decode": True, "encapsulate": True}
    answer = ask(request(b64(RECORD), signing=signing, iin=IIN, bin=BIN))
    verdict = examine(answer["body"]["result"].encode())
    assert verdict.ok
    assert "the record itself inside" in [check.detail for check in verdict.checks]


def test_a_digest_can_be_signed_instead_of_the_record(ask: Ask, examine: Examine) -> None:
    signing = {"decode": True, "encapsulate": False, "digested": True}
    answer = ask(request(b64(digest("sha256", RECORD)), signing=signing, iin=IIN, bin=BIN))
    assert examine(answer["body"]["result"].encode()).ok


@pytest.mark.parametrize(
    ("orders", "asked"),
    [
        ({"cancel": True}, {"iin": IIN, "bin": BIN}),
        ({}, {"iin": "000000000000"}),
        ({}, {}),
        ({}, {"iin": IIN, "extKeyUsageOids": [oids.USE_AUTHENTICATION]}),
        ({}, {"iin": IIN, "extKeyUsageOids": [oids.ROLE_OIDS["entity"]]}),
    ],
)
def test_to_cancel_and_to_have_no_such_key_is_the_same(
    orders: dict[str, Any], asked: dict[str, Any], ask: Ask, orders_file: Path
) -> None:
    orders_file.write_text(json.dumps(orders))
    assert ask(request(b64(RECORD), **asked)) == {"status": True, "body": {}}


def test_orders_make_somebody_else_sign(ask: Ask, examine: Examine, orders_file: Path) -> None:
    orders_file.write_text(json.dumps({"iin": OTHER_IIN}))
    answer = ask(request(b64(RECORD), iin=IIN, bin=BIN))
    assert examine(answer["body"]["result"].encode()).reason == Reason.OTHER_PERSON
    orders_file.write_text(json.dumps({"bin": ""}))
    answer = ask(request(b64(RECORD), iin=IIN, bin=BIN))
    assert examine(answer["body"]["result"].encode()).reason == Reason.OTHER_ORGANISATION
    orders_file.unlink()
    answer = ask(request(b64(RECORD), iin=IIN, bin=BIN))
    assert examine(answer["body"]["result"].encode()).ok


def test_bad_parameters_are_answered_as_ncalayer_answers_them(ask: Ask) -> None:
    """Recorded from NCALayer by its JavaScript client."""
    assert ask(request("MTEK", signing=555)) == {
        "code": "INVOCATION_ERROR",
        "details": 'org.json.JSONException: JSONObject["signingParams"] is not a JSONObject.',
        "message": "An invoked method threw an exception.",
        "status": False,
    }


@pytest.mark.parametrize("data", [None, 7, [], [7], {}, "not base64!"])
def test_data_of_a_wrong_kind_is_refused(data: Any, ask: Ask) -> None:
    answer = ask(request(data, iin=IIN, bin=BIN))
    assert (answer["status"], answer["code"]) == (False, "INVOCATION_ERROR")


@pytest.mark.parametrize("message", ["", "[]", "{}", "7", '{"module": "x", "method": "y"}'])
def test_what_is_no_request_is_answered_and_the_connection_goes_on(
    message: str, page: ClientConnection, ask: Ask
) -> None:
    page.send(message)
    assert json.loads(page.recv())["status"] is False
    assert ask(request(b64(RECORD), iin=IIN, bin=BIN))["body"]


def old(method: str, *args: Any) -> dict[str, Any]:
    return {"module": "kz.gov.pki.knca.commonUtils", "method": method, "args": list(args)}


def test_the_older_module_signs_too(ask: Ask, examine: Examine, orders_file: Path) -> None:
    assert ask(old("getActiveTokens")) == {"responseObject": [], "code": "200"}
    assert ask(old("changeLocale", "kz")) == {"code": "200"}
    call = old("createCAdESFromBase64", "PKCS12", "SIGNATURE", b64(RECORD), False)
    assert ask(call) == {"code": "500", "message": "action.canceled"}
    orders_file.write_text(json.dumps({"iin": IIN, "bin": BIN}))
    answer = ask(call)
    assert answer["code"] == "200"
    assert examine(answer["responseObject"].encode()).ok


def test_the_older_module_refuses_arguments_of_a_wrong_kind(ask: Ask) -> None:
    """Recorded from NCALayer by its JavaScript client."""
    assert ask(old("createCAdESFromBase64", "AKKaztokenStore", 123, "MTEK", False)) == {
        "code": "500",
        "message": "java.lang.IllegalArgumentException: argument type mismatch. "
        "Method: createCAdESFromBase64",
    }


def test_only_pages_of_this_machine_are_answered(address: str) -> None:
    with connect(address, origin="http://127.0.0.1:8000") as connection:
        assert json.loads(connection.recv())["result"]
    with pytest.raises(InvalidStatus), connect(address, origin="https://elsewhere.example"):
        pass


def test_it_listens_to_this_machine_alone(address: str) -> None:
    assert address.startswith("ws://127.0.0.1:")


def test_it_does_not_start_where_demonstration_keys_may_not_sign(settings: Any) -> None:
    settings.CTKZ_EDS_DEMO_ALLOWED = False
    with pytest.raises(PermissionError):
        listening(StandIn(keys=lambda iin, bin: []), port=0)
