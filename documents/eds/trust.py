"""From the certificate of a signer up to a pinned root: names prove nothing, keys do."""

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from django.conf import settings

from documents.canonical import sha256_hex

from . import algorithms
from .verdicts import Reason, Refused

# Stands in the names of a demonstration authority.
DEMO_MARK = "CT-KZ demo"
LONGEST_CHAIN = 5
# Extensions whose meaning is taken into account here; another critical one is refused (RFC 5280).
UNDERSTOOD = frozenset(
    {"key_usage", "basic_constraints", "extended_key_usage", "certificate_policies"}
)
_DIGEST = re.compile(r"[0-9a-f]{64}")

Chain = tuple[x509.Certificate, ...]


@dataclass(frozen=True)
class Anchors:
    """Roots that are both in the file and pinned, and the authorities known below them."""

    roots: Chain
    between: Chain


_kept: dict[str, tuple[Any, Any]] = {}


def unchanged(name: str, paths: Iterable[str | Path], load: Callable[[], Any]) -> Any:
    """What `load` made of the files, until one of them changes; few names, one entry each."""
    state = tuple((str(path), _state(path)) for path in paths if path)
    kept = _kept.get(name)
    if kept is None or kept[0] != state:
        kept = (state, load())
        _kept[name] = kept
    return kept[1]


def _state(path: str | Path) -> tuple[int, int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def pins() -> frozenset[str]:
    """SHA-256 digests of the roots that are trusted, from the settings and from the file."""
    written = list(settings.CTKZ_EDS_ROOT_SHA256)
    if settings.CTKZ_EDS_ROOT_SHA256_FILE:
        try:
            written += Path(settings.CTKZ_EDS_ROOT_SHA256_FILE).read_text().split()
        except OSError:
            written += []
    digests = (one.replace(":", "").strip().lower() for one in written)
    return frozenset(digest for digest in digests if _DIGEST.fullmatch(digest))


def anchors() -> Anchors:
    paths = [
        settings.CTKZ_EDS_ROOTS_FILE,
        settings.CTKZ_EDS_CHAIN_FILE,
        settings.CTKZ_EDS_ROOT_SHA256_FILE,
    ]
    found: Anchors = unchanged(f"anchors {sorted(settings.CTKZ_EDS_ROOT_SHA256)}", paths, _load)
    return found


def _load() -> Anchors:
    pinned = pins()
    return Anchors(
        roots=tuple(
            one for one in _read(settings.CTKZ_EDS_ROOTS_FILE) if sha256_hex(one.dump()) in pinned
        ),
        between=_read(settings.CTKZ_EDS_CHAIN_FILE),
    )


def _read(path: str | Path) -> Chain:
    """The certificates of a PEM file; one that is missing or damaged holds none."""
    if not path:
        return ()
    try:
        found = pem.unarmor(Path(path).read_bytes(), multiple=True)
        return tuple(x509.Certificate.load(der, strict=True) for _kind, _headers, der in found)
    except (OSError, ValueError):
        return ()


def is_demo(certificate: x509.Certificate) -> bool:
    names = (certificate.subject, certificate.issuer)
    return any(DEMO_MARK in name.human_friendly for name in names)


def chain_of(certificate: x509.Certificate, offered: Chain, *, at: datetime) -> Chain:
    """Leaf to root, every link checked; raises `Refused` when there is no such chain."""
    known = anchors()
    # What a stranger's file offers may fill a gap below a root, never be one.
    between = (*known.between, *offered)
    chain = _path(certificate, known.roots, between, at, ())
    if chain is None:
        raise Refused(Reason.UNKNOWN_AUTHORITY, certificate.issuer.human_friendly)
    for depth, authority in enumerate(chain[1:]):
        _require_authority(authority, below=depth)
    for one, issuer in itertools.pairwise(chain):
        _require_understood(one)
        scheme = algorithms.scheme_of(one["signature_algorithm"])
        weak = algorithms.weakness(scheme, issuer.public_key)
        if weak:
            raise Refused(Reason.WEAK_ALGORITHM, f"{weak}: {one.subject.human_friendly}")
    if not settings.CTKZ_EDS_DEMO_ALLOWED and any(is_demo(one) for one in chain):
        raise Refused(Reason.DEMO_AUTHORITY, chain[-1].subject.human_friendly)
    return chain


def _path(
    certificate: x509.Certificate, roots: Chain, between: Chain, at: datetime, seen: Chain
) -> Chain | None:
    above = (*seen, certificate)
    for root in roots:
        if _is_issued_by(certificate, root):
            return (*above, root)
    if len(above) >= LONGEST_CHAIN - 1:
        return None
    # An authority renewed under the same name and key: the certificate in force goes first.
    issuers = sorted(
        (one for one in between if _is_issued_by(certificate, one)),
        key=lambda one: not one.not_valid_before <= at <= one.not_valid_after,
    )
    for issuer in issuers:
        found = _path(issuer, roots, between, at, above)
        if found is not None:
            return found
    return None


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if certificate.issuer.dump() != issuer.subject.dump():
        return False
    if certificate.dump() == issuer.dump():
        return False
    try:
        return algorithms.is_issued_with(certificate, issuer)
    except Refused:
        return False


def _require_authority(certificate: x509.Certificate, *, below: int) -> None:
    """RFC 5280, section 6.1.4: an authority says so itself, and how many may stand below it."""
    name = certificate.subject.human_friendly
    limits = certificate.basic_constraints_value
    if limits is None or not limits["ca"].native:
        raise Refused(Reason.BAD_AUTHORITY, f"not an authority: {name}")
    longest = limits["path_len_constraint"].native
    if longest is not None and below > longest:
        raise Refused(Reason.BAD_AUTHORITY, f"more authorities than allowed below: {name}")
    usage = certificate.key_usage_value
    if usage is None or "key_cert_sign" not in usage.native:
        raise Refused(Reason.BAD_AUTHORITY, f"may not sign certificates: {name}")
    _require_understood(certificate)


def _require_understood(certificate: x509.Certificate) -> None:
    strange = set(certificate.critical_extensions) - UNDERSTOOD
    if strange:
        raise Refused(Reason.BAD_AUTHORITY, f"critical extensions {sorted(strange)}")


def require_in_force(chain: Chain, *, at: datetime) -> None:
    for certificate in chain:
        name = certificate.subject.human_friendly
        if at < certificate.not_valid_before:
            raise Refused(Reason.NOT_YET_VALID, name)
        if at > certificate.not_valid_after:
            raise Refused(Reason.EXPIRED, name)
