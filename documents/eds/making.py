"""Certificates, lists and signatures as the national authority writes them, from software keys."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from asn1crypto import algos, cms, core, crl, x509

from . import oids
from .algorithms import digest
from .key_pairs import KeyPair

# Longest value of the attributes of a name (X.520).
LONGEST_NAME = 64
CA_USAGE = frozenset({"key_cert_sign", "crl_sign"})
SIGNING_USAGE = frozenset({"digital_signature", "non_repudiation"})


@dataclass(frozen=True)
class Profile:
    """What stands in a certificate; the defaults are a good certificate for signing."""

    not_before: datetime
    not_after: datetime
    usage: frozenset[str] = SIGNING_USAGE
    uses: tuple[str, ...] = (oids.USE_SIGNING,)
    policy: str = oids.POLICY_INDIVIDUAL
    is_authority: bool = False
    path_length: int | None = None
    # The digest under the issuer's signature; empty: the issuer's usual one.
    digest_name: str = ""
    critical_strangers: tuple[str, ...] = ()
    serial: int = field(default_factory=lambda: secrets.randbits(151) | 1 << 151)


@dataclass(frozen=True)
class SoftwareKey:
    """A key with its certificate: it signs as NCALayer would with the same key."""

    pair: KeyPair
    certificate: x509.Certificate

    def sign(
        self,
        record: bytes,
        *,
        at: datetime | None = None,
        encapsulate: bool = False,
        digest_name: str = "",
        is_digest: bool = False,
    ) -> bytes:
        """A CMS file in DER with the attributes that NCALayer writes: type, time, digest."""
        file = make_cms(
            [self],
            record,
            at=at,
            encapsulate=encapsulate,
            digest_name=digest_name,
            is_digest=is_digest,
        )
        der: bytes = file.dump()
        return der


def person_name(*, name: str, iin: str, organisation: str = "", bin: str = "") -> x509.Name:
    """CN, surname, serialNumber=IIN…, C=KZ, givenName, and O with OU=BIN… for organisations."""
    words = name.split()
    parts = [
        ("common_name", " ".join(words[:2])),
        ("surname", words[0]),
        ("serial_number", f"IIN{iin}" if iin else f"BIN{bin}"),
        ("country_name", "KZ"),
    ]
    if words[2:]:
        parts.append(("given_name", " ".join(words[2:])))
    if bin:
        parts += [("organization_name", organisation), ("organizational_unit_name", f"BIN{bin}")]
    return _name(parts)


def authority_name(common_name: str) -> x509.Name:
    return _name([("common_name", common_name), ("country_name", "KZ")])


def _name(parts: Iterable[tuple[str, str]]) -> x509.Name:
    """One attribute for each part, in the order given."""
    chosen = x509.RDNSequence(
        [
            x509.RelativeDistinguishedName(
                [x509.NameTypeAndValue({"type": kind, "value": _text(kind, value)})]
            )
            for kind, value in parts
        ]
    )
    return x509.Name("", chosen)


def _text(kind: str, value: str) -> x509.DirectoryString | core.PrintableString:
    if kind in ("serial_number", "country_name"):
        text = core.PrintableString(value)
        return text if kind == "country_name" else x509.DirectoryString("printable_string", text)
    return x509.DirectoryString("utf8_string", core.UTF8String(value[:LONGEST_NAME]))


def make_certificate(
    pair: KeyPair, subject: x509.Name, profile: Profile, issuer: SoftwareKey | None = None
) -> SoftwareKey:
    """Issued by `issuer`, or by the key itself for a root."""
    signer = issuer.pair if issuer else pair
    digest_name = profile.digest_name or signer.digest_name
    info = pair.public_info()
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": profile.serial,
            "signature": signer.algorithm(digest_name),
            "issuer": issuer.certificate.subject if issuer else subject,
            "validity": {
                "not_before": _time(profile.not_before),
                "not_after": _time(profile.not_after),
            },
            "subject": subject,
            "subject_public_key_info": info,
            "extensions": _extensions(profile, info.sha1, signer.public_info().sha1),
        }
    )
    certificate = x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": signer.algorithm(digest_name),
            "signature_value": signer.sign(body.dump(), digest_name),
        }
    )
    return SoftwareKey(pair, x509.Certificate.load(certificate.dump()))


def _extensions(profile: Profile, own: bytes, above: bytes) -> list[dict[str, object]]:
    found: list[dict[str, object]] = [
        {"extn_id": "key_identifier", "extn_value": core.OctetString(own)},
        {
            "extn_id": "authority_key_identifier",
            "extn_value": x509.AuthorityKeyIdentifier({"key_identifier": above}),
        },
        {"extn_id": "key_usage", "critical": True, "extn_value": x509.KeyUsage(set(profile.usage))},
    ]
    if profile.is_authority:
        limits: dict[str, bool | int] = {"ca": True}
        if profile.path_length is not None:
            limits["path_len_constraint"] = profile.path_length
        found.append(
            {
                "extn_id": "basic_constraints",
                "critical": True,
                "extn_value": x509.BasicConstraints(limits),
            }
        )
    else:
        policies = [{"policy_identifier": profile.policy}]
        found.append({"extn_id": "certificate_policies", "extn_value": policies})
    if profile.uses:
        found.append({"extn_id": "extended_key_usage", "extn_value": list(profile.uses)})
    found += [
        {"extn_id": oid, "critical": True, "extn_value": core.Null().dump()}
        for oid in profile.critical_strangers
    ]
    return found


def make_list(
    issuer: SoftwareKey,
    revoked: Iterable[tuple[int, datetime]],
    *,
    this_update: datetime,
    next_update: datetime,
) -> bytes:
    """A complete list of revoked certificates in DER."""
    algorithm = issuer.pair.algorithm(issuer.pair.digest_name)
    body = crl.TbsCertList(
        {
            "version": "v2",
            "signature": algorithm,
            "issuer": issuer.certificate.subject,
            "this_update": _time(this_update),
            "next_update": _time(next_update),
        }
    )
    entries = [
        {"user_certificate": serial, "revocation_date": _time(since)} for serial, since in revoked
    ]
    # An empty list of entries may not be written (RFC 5280, section 5.1.2.6).
    if entries:
        body["revoked_certificates"] = entries
    signed = crl.CertificateList(
        {
            "tbs_cert_list": body,
            "signature_algorithm": algorithm,
            "signature": issuer.pair.sign(body.dump(), issuer.pair.digest_name),
        }
    )
    der: bytes = signed.dump()
    return der


def make_cms(
    signers: Sequence[SoftwareKey],
    record: bytes,
    *,
    at: datetime | None = None,
    encapsulate: bool = False,
    digest_name: str = "",
    is_digest: bool = False,
) -> cms.ContentInfo:
    """A signature of each signer over the record, or over a record of which `record` is the
    digest."""
    moment = (at or datetime.now(UTC)).replace(microsecond=0)
    infos = [
        _signer_info(
            one,
            record if is_digest else digest(digest_name or one.pair.digest_name, record),
            moment,
            digest_name or one.pair.digest_name,
        )
        for one in signers
    ]
    content: dict[str, object] = {"content_type": "data"}
    if encapsulate:
        content["content"] = record
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [info["digest_algorithm"] for info in infos],
            "encap_content_info": content,
            "certificates": [one.certificate for one in signers],
            "signer_infos": infos,
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed})


def _signer_info(
    signer: SoftwareKey, message_digest: bytes, moment: datetime, name: str
) -> cms.SignerInfo:
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "signing_time", "values": [cms.Time(_time(moment).name, moment)]},
            {"type": "message_digest", "values": [message_digest]},
        ]
    )
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {
                    "issuer": signer.certificate.issuer,
                    "serial_number": signer.certificate.serial_number,
                },
            ),
            "digest_algorithm": algos.DigestAlgorithm(
                {"algorithm": name, "parameters": core.Null()}
            ),
            "signed_attrs": attributes,
            "signature_algorithm": signer.pair.algorithm(name),
            "signature": signer.pair.sign(attributes.dump(), name),
        }
    )


def _time(moment: datetime) -> x509.Time:
    """UTCTime through 2049 (RFC 5280, section 4.1.2.5)."""
    value = moment.astimezone(UTC).replace(microsecond=0)
    if value.year < 2050:
        return x509.Time("utc_time", core.UTCTime(value))
    return x509.Time("general_time", core.GeneralizedTime(value))


def years(moment: datetime, count: int) -> datetime:
    return moment + timedelta(days=365 * count)


def with_changes(profile: Profile, **changes: object) -> Profile:
    return replace(profile, **changes)  # type: ignore[arg-type]
