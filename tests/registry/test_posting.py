"""Which addresses lead into somebody's own network, however they are written."""

import pytest

from registry.posting import is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "::1",
        "::",
        "::ffff:10.1.2.3",
        "::127.0.0.1",
        "::10.1.2.3",
        "fc00::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2002:a00:1::1",
        "64:ff9b::a00:1",
        "2001:0:a00:1::1",
    ],
)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_outside_is_public(address: str) -> None:
    assert is_public(address)
