"""Object identifiers of the national certification authority, and how asn1crypto learns them.

Sources: certificates of the authority's test environment; the numbers of GOST R 34.10-2012
parameter sets are those of TC 26 (RFC 9215, R 1323565.1.024-2019).
"""

from asn1crypto.algos import DigestAlgorithmId, SignedDigestAlgorithmId
from asn1crypto.core import OctetBitString
from asn1crypto.keys import PublicKeyAlgorithmId, PublicKeyInfo

# Digests. GOST 34.311-95 (…3.1), of keys issued before 2022, is not among them.
STREEBOG_256 = "1.2.398.3.10.1.3.2"
STREEBOG_512 = "1.2.398.3.10.1.3.3"

# Keys and signatures of GOST R 34.10-2015 (the curves and formulas of GOST R 34.10-2012).
GOST_256_KEY = "1.2.398.3.10.1.1.2.1"
GOST_512_KEY = "1.2.398.3.10.1.1.2.2"
GOST_256_SIGNATURE = "1.2.398.3.10.1.1.2.3.1"
GOST_512_SIGNATURE = "1.2.398.3.10.1.1.2.3.2"
# The authority's own numbers of parameter sets. The first is read by analogy with the second:
# no certificate with a 256 bit key has been seen. A wrong guess refuses, it never accepts.
GOST_256_SET = "1.2.398.3.10.1.1.2.1.1"
GOST_512_SET = "1.2.398.3.10.1.1.2.2.1"
TC26_256_A = "1.2.643.7.1.2.1.1.1"
TC26_256_B = "1.2.643.7.1.2.1.1.2"
TC26_256_C = "1.2.643.7.1.2.1.1.3"
TC26_256_D = "1.2.643.7.1.2.1.1.4"
TC26_512_A = "1.2.643.7.1.2.1.2.1"

# What a key may be used for.
USE_SIGNING = "1.3.6.1.5.5.7.3.4"
USE_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"
USE_OCSP = "1.3.6.1.5.5.7.3.9"

# Who the holder is, told by the extended usages of the certificate.
ROLES = {
    "1.2.398.3.3.4.1.1": "individual",
    "1.2.398.3.3.4.1.2": "entity",
    "1.2.398.3.3.4.1.2.1": "head",
    "1.2.398.3.3.4.1.2.2": "signatory",
    "1.2.398.3.3.4.1.2.3": "financial",
    "1.2.398.3.3.4.1.2.4": "hr",
    "1.2.398.3.3.4.1.2.5": "employee",
}
ROLE_OIDS = {role: oid for oid, role in ROLES.items()}

POLICY_ENTITY = "1.2.398.3.3.2.1"
POLICY_INDIVIDUAL = "1.2.398.3.3.2.3"

KEYS = {GOST_256_KEY: "kz_gost_256", GOST_512_KEY: "kz_gost_512"}
SIGNATURES = {GOST_256_SIGNATURE: "kz_gost_256", GOST_512_SIGNATURE: "kz_gost_512"}
DIGESTS = {STREEBOG_256: "streebog256", STREEBOG_512: "streebog512"}

_known_key = PublicKeyInfo._public_key_spec


def _key_of(info: PublicKeyInfo) -> object:
    """The content of a public key: a plain bit string for the keys added here and the unknown."""
    if info["algorithm"]["algorithm"].dotted in KEYS:
        return OctetBitString, None
    try:
        return _known_key(info)
    except KeyError:
        return OctetBitString, None


def _teach(cls: type, names: dict[str, str]) -> None:
    cls._map.update(names)  # type: ignore[attr-defined]
    # Made from `_map` at first use or written out; either way it must know the new names too.
    if cls._reverse_map is not None:  # type: ignore[attr-defined]
        cls._reverse_map.update({name: oid for oid, name in names.items()})  # type: ignore[attr-defined]


_teach(PublicKeyAlgorithmId, KEYS)
_teach(SignedDigestAlgorithmId, SIGNATURES)
_teach(DigestAlgorithmId, DIGESTS)
PublicKeyInfo._spec_callbacks = {"public_key": _key_of}
