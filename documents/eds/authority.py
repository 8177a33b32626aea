"""A certification authority in software, for the demo and for tests.

It issues what the national authority issues, in the same layout: a root and an issuing authority
for each family of keys (RSA, GOST), certificates of people and of employees, lists of revoked
certificates. Every authority of it says in its name that it is a demonstration; without
`CTKZ_EDS_DEMO_ALLOWED` nothing that it signed is believed.
"""

import fcntl
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any

from asn1crypto import pem, x509
from django.conf import settings

from documents.canonical import sha256_hex

from . import oids
from .key_pairs import KeyPair, new_pair, read_pair, write_private
from .making import (
    CA_USAGE,
    Profile,
    SoftwareKey,
    authority_name,
    make_certificate,
    make_list,
    person_name,
    with_changes,
    years,
)
from .trust import DEMO_MARK

LIST_IS_VALID_FOR = timedelta(days=365)
LIST_IS_RENEWED_AFTER = timedelta(days=30)
_BRANCHES = ("rsa", "gost")


@dataclass(frozen=True)
class Branch:
    """The root and the issuing authority of one family of keys."""

    root: SoftwareKey
    issuing: SoftwareKey


@dataclass
class SoftwareAuthority:
    """Authorities are made when first needed; with a `folder` everything is kept there."""

    folder: Path | None = None
    # Tests sign for many people: one key pair of each kind serves them all.
    shares_pairs: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    _branches: dict[str, Branch] = field(default_factory=dict)
    _pairs: dict[tuple[str, int], KeyPair] = field(default_factory=dict)
    _revoked: dict[int, datetime] = field(default_factory=dict)
    _turn: Any = field(default_factory=RLock, repr=False)
    _inside: bool = field(default=False, repr=False)

    @classmethod
    def kept(cls, folder: Path) -> "SoftwareAuthority":
        """The authority of the demo, the same one after every start."""
        require_demo_allowed()
        authority = cls(folder=folder)
        revoked = folder / "revoked.json"
        if revoked.is_file():
            authority._revoked = {
                int(serial, 16): datetime.fromisoformat(since)
                for serial, since in json.loads(revoked.read_text()).items()
            }
        return authority

    def branch(self, family: str) -> Branch:
        """`family` is that of a person's key: both GOST sizes hang on one GOST authority."""
        name = "rsa" if family == "rsa" else "gost"
        if name not in self._branches:
            label = "RSA" if name == "rsa" else "GOST"
            with self._locked():
                root = self._keep(f"root-{name}", lambda: self._make_root(name, label))
                issuing = self._keep(
                    f"issuing-{name}", lambda: self._make_issuing(name, label, root)
                )
            self._branches[name] = Branch(root, issuing)
        return self._branches[name]

    def person(self, iin: str, name: str, *, family: str = "rsa", **kind: Any) -> SoftwareKey:
        """A person's own certificate. `kind` changes the profile: see `making.Profile`, and
        `bits` for the size of an RSA key."""
        profile = Profile(
            not_before=self.now - timedelta(days=1),
            not_after=years(self.now, 1),
            uses=(oids.USE_SIGNING, oids.ROLE_OIDS["individual"]),
        )
        return self._issue(person_name(name=name, iin=iin), profile, family, kind)

    def employee(
        self,
        iin: str,
        name: str,
        bin: str,
        organisation: str,
        roles: tuple[str, ...] = ("employee",),
        *,
        family: str = "rsa",
        **kind: Any,
    ) -> SoftwareKey:
        """A certificate of an organisation in the hands of a person, with these roles in it."""
        profile = Profile(
            not_before=self.now - timedelta(days=1),
            not_after=years(self.now, 1),
            uses=(oids.USE_SIGNING, *(oids.ROLE_OIDS[role] for role in ("entity", *roles))),
            policy=oids.POLICY_ENTITY,
        )
        subject = person_name(name=name, iin=iin, organisation=organisation, bin=bin)
        return self._issue(subject, profile, family, kind)

    def _issue(
        self, subject: x509.Name, profile: Profile, family: str, kind: dict[str, Any]
    ) -> SoftwareKey:
        bits = kind.pop("bits", 2048)
        issuer = kind.pop("issuer", None) or self.branch(family).issuing
        pair = self._pair(family, bits)
        return make_certificate(pair, subject, with_changes(profile, **kind), issuer)

    def kept_key(self, label: str, make: Any) -> SoftwareKey:
        """The key of this label, made when it is not there yet or has expired."""
        with self._locked():
            return self._keep(re.sub(r"[^a-z0-9-]", "", label), make)

    def revoke(self, key: SoftwareKey, *, at: datetime | None = None) -> None:
        self._revoked[key.certificate.serial_number] = at or datetime.now(UTC)
        if self.folder:
            written = {f"{one:x}": since.isoformat() for one, since in self._revoked.items()}
            write_private(self.folder / "revoked.json", json.dumps(written).encode())

    def revocation_list(
        self,
        family: str = "rsa",
        *,
        of_root: bool = False,
        this_update: datetime | None = None,
        valid_for: timedelta = LIST_IS_VALID_FOR,
    ) -> bytes:
        branch = self.branch(family)
        begins = this_update or datetime.now(UTC) - timedelta(minutes=1)
        return make_list(
            branch.root if of_root else branch.issuing,
            () if of_root else self._revoked.items(),
            this_update=begins,
            next_update=begins + valid_for,
        )

    def forged_twin(self) -> "SoftwareAuthority":
        """Another authority under the very same names: what a forger can make at home."""
        return SoftwareAuthority(shares_pairs=self.shares_pairs, now=self.now)

    def publish(self, folder: Path, *, families: tuple[str, ...] = _BRANCHES) -> None:
        """Roots, their pins, the chain and the lists where the settings look for them."""
        branches = {family: self.branch(family) for family in families}
        roots = [branch.root.certificate for branch in branches.values()]
        _write_changed(folder / "roots.pem", b"".join(map(_pem, roots)))
        pins = "".join(f"{sha256_hex(root.dump())}\n" for root in roots)
        _write_changed(folder / "roots.sha256", pins.encode())
        issuing = [branch.issuing.certificate for branch in branches.values()]
        _write_changed(folder / "chain.pem", b"".join(map(_pem, issuing)))
        for family in branches:
            for of_root in (True, False):
                der = self.revocation_list(family, of_root=of_root)
                name = f"{'root' if of_root else 'issuing'}-{family}.crl"
                write_private(folder / "crl" / name, der)

    def publish_when_old(self, folder: Path) -> None:
        """Renews what `publish` writes once it is a month old."""
        newest = folder / "crl" / "issuing-gost.crl"
        age = datetime.now(UTC).timestamp() - newest.stat().st_mtime if newest.is_file() else None
        if age is None or age > LIST_IS_RENEWED_AFTER.total_seconds():
            self.publish(folder)

    def _make_root(self, name: str, label: str) -> SoftwareKey:
        profile = Profile(
            not_before=self.now - timedelta(days=400),
            not_after=years(self.now, 20),
            usage=CA_USAGE,
            uses=(),
            is_authority=True,
        )
        pair = self._new_pair(name)
        return make_certificate(pair, authority_name(f"{DEMO_MARK} root ({label})"), profile)

    def _make_issuing(self, name: str, label: str, root: SoftwareKey) -> SoftwareKey:
        profile = Profile(
            not_before=self.now - timedelta(days=400),
            not_after=years(self.now, 10),
            usage=CA_USAGE,
            uses=(),
            is_authority=True,
            path_length=0,
        )
        subject = authority_name(f"{DEMO_MARK} issuing authority ({label})")
        return make_certificate(self._new_pair(name), subject, profile, root)

    @staticmethod
    def _new_pair(name: str) -> KeyPair:
        return new_pair("rsa" if name == "rsa" else "gost512")

    def _pair(self, family: str, bits: int) -> KeyPair:
        if not self.shares_pairs:
            return new_pair(family, bits=bits)
        if (family, bits) not in self._pairs:
            self._pairs[family, bits] = new_pair(family, bits=bits)
        return self._pairs[family, bits]

    def _keep(self, label: str, make: Any) -> SoftwareKey:
        if self.folder is None:
            made: SoftwareKey = make()
            return made
        key_path = self.folder / "keys" / f"{label}.key"
        certificate_path = self.folder / "keys" / f"{label}.pem"
        if key_path.is_file() and certificate_path.is_file():
            _kind, _headers, der = pem.unarmor(certificate_path.read_bytes())
            certificate = x509.Certificate.load(der)
            if certificate.not_valid_after > datetime.now(UTC):
                return SoftwareKey(read_pair(key_path.read_bytes()), certificate)
        made = make()
        # The key first: a certificate that stands alone is made anew with its key.
        write_private(key_path, made.pair.pem())
        write_private(certificate_path, _pem(made.certificate))
        return made

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One maker at a time, of threads and of processes; whoever is inside may enter again."""
        with self._turn:
            if self.folder is None or self._inside:
                yield
                return
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with (self.folder / ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._inside = True
                try:
                    yield
                finally:
                    self._inside = False


def require_demo_allowed() -> None:
    if not settings.CTKZ_EDS_DEMO_ALLOWED:
        raise PermissionError("a demonstration authority may not be used under these settings")


def _pem(certificate: x509.Certificate) -> bytes:
    armoured: bytes = pem.armor("CERTIFICATE", certificate.dump())
    return armoured


def _write_changed(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        write_private(path, content)
