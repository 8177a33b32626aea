import pytest

from documents.eds.streebog import streebog256, streebog512

# Vectors are written the other way round in RFC 6986.
FIRST = b"012345678901234567890123456789012345678901234567890123456789012"
SECOND = bytes.fromhex(
    "fbe2e5f0eee3c820fbeafaebef20fffbf0e1e0f0f520e0ed20e8ece0ebe5f0f2f120fff0eeec20f120faf2fee5e2"
    "202ce8f6f3ede220e8e6eee1e8f0f2d1202ce8f0f2e5e220e5d1"
)[::-1]


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (
            FIRST,
            "486f64c1917879417fef082b3381a4e211c324f074654c38823a7b76f830ad00"
            "fa1fbae42b1285c0352f227524bc9ab16254288dd6863dccd5b9f54a1ad0541b",
        ),
        (
            SECOND,
            "28fbc9bada033b1460642bdcddb90c3fb3e56c497ccd0f62b8a2ad4935e85f03"
            "7613966de4ee00531ae60f3b5a47f8dae06915d5f2f194996fcabf2622e6881e",
        ),
    ],
)
def test_digests_of_512_bits_are_those_of_the_standard(message: bytes, digest: str) -> None:
    assert streebog512(message)[::-1].hex() == digest


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (FIRST, "00557be5e584fd52a449b16b0251d05d27f94ab76cbaa6da890b59d8ef1e159d"),
        (SECOND, "508f7e553c06501d749a66fc28c6cac0b005746d97537fa85d9e40904efed29d"),
    ],
)
def test_digests_of_256_bits_are_those_of_the_standard(message: bytes, digest: str) -> None:
    assert streebog256(message)[::-1].hex() == digest


@pytest.mark.parametrize(
    ("length", "long", "short"),
    [
        (
            0,
            "8e945da209aa869f0455928529bcae4679e9873ab707b55315f56ceb98bef0a7"
            "362f715528356ee83cda5f2aac4c6ad2ba3a715c1bcd81cb8e9f90bf4c1c1a8a",
            "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb",
        ),
        (
            64,
            "2ae581f18ae85e3596c936acbef910f2ed70dcf91ed5d24b39a5af657bf8232a"
            "303d686056c8c00bf30d42e16ce255426fa8a155dcb3eb822d925808f7c7e345",
            "1bce2366e4aecd63c75f972bfc6a514e03e2125920bea5b59cbd8ce0be56b8f3",
        ),
        (
            128,
            "a8d65e689c89d8cd4616215d14ebfc02993bde3f5c7d7219904d87848ce9249e"
            "7ce3525ae605d85a3596457c880f938eead974b91f61203d31665ca6f3a1decc",
            "927285165104e5587233772ce496d96bf108c942f4399986a6bc8e908e9622a4",
        ),
    ],
)
def test_whole_blocks_are_padded_too(length: int, long: str, short: str) -> None:
    """A known implementation gets these lengths wrong; two independent ones agree on these."""
    message = bytes(range(length))
    assert streebog512(message).hex() == long
    assert streebog256(message).hex() == short
