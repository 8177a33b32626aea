"""Every way in which a signature can be wrong, as functions that make one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from asn1crypto import algos, cms, core, keys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from documents.eds import oids
from documents.eds.authority import SoftwareAuthority
from documents.eds.key_pairs import new_pair
from documents.eds.making import (
    CA_USAGE,
    Profile,
    SoftwareKey,
    authority_name,
    make_certificate,
    make_cms,
    person_name,
    years,
)

from .people import BIN, IIN, NAME, ORGANISATION, OTHER_IIN, OTHER_RECORD, RECORD, head

Forgery = Callable[[SoftwareAuthority], bytes]


def signed_by(**kind: Any) -> Forgery:
    """A sound signature with a key whose certificate differs in this."""
    return lambda authority: head(authority, **kind).sign(RECORD)


def in_time(*, begins: int, ends: int) -> Forgery:
    """Valid between these days from now."""
    return lambda authority: head(
        authority,
        not_before=authority.now + timedelta(days=begins),
        not_after=authority.now + timedelta(days=ends),
    ).sign(RECORD)


def changed(change: Callable[[cms.SignedData], None], **kind: Any) -> Forgery:
    """A sound file that somebody changed afterwards."""

    def forge(authority: SoftwareAuthority) -> bytes:
        file = make_cms([head(authority, **kind)], RECORD)
        change(file["content"])
        return file.dump(force=True)

    return forge


def flip_signature(signed: cms.SignedData) -> None:
    value = signed["signer_infos"][0]["signature"].native
    signed["signer_infos"][0]["signature"] = bytes([value[0] ^ 1]) + value[1:]


def reverse_signature(signed: cms.SignedData) -> None:
    """The order of RFC 4491: s before r, both big-endian."""
    value = signed["signer_infos"][0]["signature"].native
    signed["signer_infos"][0]["signature"] = value[::-1]


def date_back(signed: cms.SignedData) -> None:
    attributes = signed["signer_infos"][0]["signed_attrs"]
    for attribute in attributes:
        if attribute["type"].native == "signing_time":
            moment = attribute["values"][0].native - timedelta(days=7)
            attribute["values"] = [cms.Time("utc_time", moment)]


def put_digest_of_other(signed: cms.SignedData) -> None:
    for attribute in signed["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "message_digest":
            attribute["values"] = [bytes(32)]


def drop_certificates(signed: cms.SignedData) -> None:
    signed["certificates"] = []


def drop_signers(signed: cms.SignedData) -> None:
    signed["signer_infos"] = []


def drop_attributes(signed: cms.SignedData) -> None:
    signed["signer_infos"][0]["signed_attrs"] = []


def announce_other_digest(signed: cms.SignedData) -> None:
    signed["digest_algorithms"] = [{"algorithm": "sha512"}]


def digest_and_signature_disagree(signed: cms.SignedData) -> None:
    signer = signed["signer_infos"][0]
    signer["signature_algorithm"] = {"algorithm": "sha512_rsa"}


def repeat_an_attribute(signed: cms.SignedData) -> None:
    attributes = signed["signer_infos"][0]["signed_attrs"]
    attributes.append(attributes[2])


def content_of_another_type(signed: cms.SignedData) -> None:
    signed["encap_content_info"] = {"content_type": "1.2.398.3.3.99"}


def swap_certificate(authority: SoftwareAuthority) -> bytes:
    """The signer's place is taken by another certificate of the same issuer and number."""
    serial = (1 << 151) + 77
    own = head(authority, serial=serial)
    victim = make_certificate(
        new_pair("rsa"),
        own.certificate.subject,
        Profile(
            not_before=authority.now - timedelta(days=1),
            not_after=years(authority.now, 1),
            uses=(oids.USE_SIGNING, oids.ROLE_OIDS["head"]),
            serial=serial,
        ),
        authority.branch("rsa").issuing,
    )
    file = make_cms([own], RECORD)
    file["content"]["certificates"] = [victim.certificate]
    return file.dump(force=True)


def with_chain(*above: SoftwareKey, key: SoftwareKey) -> bytes:
    file = make_cms([key], RECORD)
    file["content"]["certificates"] = [one.certificate for one in (key, *above)]
    return file.dump(force=True)


def issued_by_a_person(authority: SoftwareAuthority) -> bytes:
    person = head(authority)
    return with_chain(person, key=head(authority, issuer=person))


def issued_below_the_lowest_authority(authority: SoftwareAuthority) -> bytes:
    lower = make_certificate(
        new_pair("rsa"),
        authority_name("CT-KZ demo third authority"),
        authority_profile(authority),
        authority.branch("rsa").issuing,
    )
    return with_chain(lower, key=head(authority, issuer=lower))


def issued_by_an_authority_that_may_not(authority: SoftwareAuthority) -> bytes:
    """Below the root, an authority without the usage "signs certificates"."""
    lame = make_certificate(
        new_pair("rsa"),
        authority_name("CT-KZ demo lame authority"),
        authority_profile(authority, usage=frozenset({"crl_sign"})),
        authority.branch("rsa").root,
    )
    return with_chain(lame, key=head(authority, issuer=lame))


def authority_profile(authority: SoftwareAuthority, **changes: Any) -> Profile:
    given = {
        "not_before": authority.now - timedelta(days=30),
        "not_after": years(authority.now, 1),
        "usage": CA_USAGE,
        "uses": (),
        "is_authority": True,
        **changes,
    }
    return Profile(**given)


def issued_by_a_stranger(authority: SoftwareAuthority) -> bytes:
    pair = new_pair("rsa")
    stranger = make_certificate(pair, authority_name("Somebody"), authority_profile(authority))
    return with_chain(stranger, key=head(authority, issuer=stranger))


def issued_by_a_forger_of_names(family: str) -> Forgery:
    def forge(authority: SoftwareAuthority) -> bytes:
        twin = authority.forged_twin()
        branch = twin.branch(family)
        assert branch.root.certificate.subject == authority.branch(family).root.certificate.subject
        return with_chain(branch.issuing, branch.root, key=head(twin, family=family))

    return forge


def self_signed(authority: SoftwareAuthority) -> bytes:
    profile = Profile(
        not_before=authority.now - timedelta(days=1),
        not_after=years(authority.now, 1),
        uses=(oids.USE_SIGNING, oids.ROLE_OIDS["head"]),
    )
    subject = person_name(name=NAME, iin=IIN, organisation=ORGANISATION, bin=BIN)
    return make_certificate(new_pair("rsa"), subject, profile).sign(RECORD)


@dataclass(frozen=True)
class EllipticPair:
    """An honest key of a kind that the national authority does not issue."""

    private: ec.EllipticCurvePrivateKey
    digest_name: str = "sha256"

    def public_info(self) -> keys.PublicKeyInfo:
        return keys.PublicKeyInfo.load(
            self.private.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )

    def algorithm(self, digest_name: str) -> algos.SignedDigestAlgorithm:
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest_name}_ecdsa"})

    def sign(self, message: bytes, digest_name: str) -> bytes:
        return self.private.sign(message, ec.ECDSA(hashes.SHA256()))

    def pem(self) -> bytes:
        raise NotImplementedError


def signed_with_ecdsa(authority: SoftwareAuthority) -> bytes:
    profile = authority_profile(authority, is_authority=False, uses=(oids.USE_SIGNING,))
    key = make_certificate(
        EllipticPair(ec.generate_private_key(ec.SECP256R1())),
        person_name(name=NAME, iin=IIN),
        profile,
        authority.branch("rsa").issuing,
    )
    return key.sign(RECORD)


def by_two_signers(authority: SoftwareAuthority) -> bytes:
    return make_cms([head(authority), head(authority, iin=OTHER_IIN)], RECORD).dump()


def around_another_document(authority: SoftwareAuthority) -> bytes:
    return head(authority).sign(OTHER_RECORD, encapsulate=True)


def of_another_type(authority: SoftwareAuthority) -> bytes:
    return cms.ContentInfo({"content_type": "data", "content": RECORD}).dump()


def in_indefinite_length(authority: SoftwareAuthority) -> bytes:
    """The same values in BER, as a streaming writer would put them."""
    der = head(authority).sign(RECORD)
    outer = core.Sequence.load(der)
    return b"\x30\x80" + outer.contents + b"\x00\x00"


def with_a_long_length(authority: SoftwareAuthority) -> bytes:
    der = head(authority).sign(RECORD)
    return b"\x30\x83\x00" + der[2:4] + der[4:]


def gost_with_other_curve(authority: SoftwareAuthority) -> bytes:
    """The key names a parameter set that nobody knows."""
    key = head(authority, family="gost512")
    der = key.sign(RECORD)
    known = core.ObjectIdentifier(oids.GOST_512_SET).dump()
    return der.replace(known, known[:-1] + b"\x7f")


def two_numbers(authority: SoftwareAuthority) -> bytes:
    """A subject with two IINs: whose signature it is stays open."""
    subject = person_name(name=NAME, iin=IIN, organisation=ORGANISATION, bin=BIN)
    extra = person_name(name=NAME, iin=OTHER_IIN).chosen[2]
    subject.chosen.append(extra)
    profile = authority_profile(
        authority,
        is_authority=False,
        usage=frozenset({"digital_signature", "non_repudiation"}),
        uses=(oids.USE_SIGNING, oids.ROLE_OIDS["head"]),
    )
    issuing = authority.branch("rsa").issuing
    return make_certificate(new_pair("rsa"), subject, profile, issuing).sign(RECORD)
