"""Files of cases, and in how many other producers' acts the very same ones lie."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from documents.canonical import canonical_bytes, sha256_hex
from oversight.risk.facts import SharedFile
from oversight.risk.weights import Settings

from .nearness import Nearness
from .rows import rows

_OWN = """
    SELECT DISTINCT d.request_id, f.sha256
      FROM expertise_requestdocument d JOIN documents_storedfile f ON f.id = d.file_id
     WHERE d.request_id = ANY(%(requests)s::uuid[])
"""
# Of each digest the producers that have it, one act each; a paper that more producers share than
# are counted is a common one and left out.
_HOLDERS = """
    SELECT sha256, producer_bin, number FROM (
        SELECT f.sha256, r.producer_bin, MIN(a.number) AS number,
               COUNT(*) OVER (PARTITION BY f.sha256) AS producers
          FROM documents_storedfile f
          JOIN expertise_requestdocument d ON d.file_id = f.id
          JOIN expertise_expertiserequest r ON r.id = d.request_id
          JOIN expertise_act a ON a.request_id = r.id AND a.status <> 'draft'
         WHERE f.sha256 = ANY(%(digests)s)
         GROUP BY f.sha256, r.producer_bin) held
     WHERE producers BETWEEN 2 AND %(most)s
"""


@dataclass(frozen=True)
class Files:
    """Digests of each request, and who else holds them."""

    own: dict[UUID, set[str]]
    holders: dict[str, dict[str, str]]

    def shared(self, request_id: UUID, producer_bin: str) -> tuple[SharedFile, ...]:
        found = []
        for digest in self.own.get(request_id, ()):
            others = {
                producer: number
                for producer, number in self.holders.get(digest, {}).items()
                if producer != producer_bin
            }
            if others:
                found.append(SharedFile(digest, len(others) + 1, min(others.values())))
        return tuple(found)

    def digest(self, request_id: UUID, nearness: Nearness) -> str:
        """Names all that other cases are compared with."""
        own = sorted(self.own.get(request_id, ()))
        return sha256_hex(canonical_bytes({"files": own, "prints": nearness.prints_of(request_id)}))


def files_of(requests: Sequence[str], settings: Settings) -> Files:
    own: dict[UUID, set[str]] = defaultdict(set)
    for row in rows(_OWN, {"requests": requests}):
        own[row.request_id].add(row.sha256)
    digests = sorted(set().union(*own.values()))
    most = int(settings.threshold("shared_files", "widely"))
    holders: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows(_HOLDERS, {"digests": digests, "most": most}):
        holders[row.sha256][row.producer_bin] = row.number
    return Files(own, holders)
