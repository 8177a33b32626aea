"""A log over HTTP that can be made to lie: its own tree and key, and what it is told to say."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from audit import merkle
from audit.notes import Checkpoint, NoteSigner
from audit.proofs import in_base64
from ctkz_verify.notes import Key
from ctkz_verify.source import WIDTH, tile_path

ORIGIN = "portal.example/log"
AT = 1_795_000_000


class LyingLog:
    """`entries` may be changed at will; what it says is signed with its one key all the same."""

    def __init__(self, count: int = 0, *, origin: str = ORIGIN) -> None:
        self.signer = NoteSigner.generate(origin)
        self.entries = [b"entry %d" % number for number in range(count)]
        self.cosignatures = ""
        self.is_witnessed = False
        self.posted: list[str] = []
        self.on_post: Callable[[], None] = lambda: None
        self.post_answer = (201, "accepted")
        # What to say instead of the truth, by path.
        self.lies: dict[str, tuple[int, bytes]] = {}

    @property
    def key(self) -> Key:
        return Key.parse(self.signer.verifier().encoded())

    def grow(self, count: int = 1) -> None:
        self.entries += [b"later %d" % len(self.entries) for _ in range(count)]

    def rewrite(self, index: int) -> None:
        self.entries[index] = b"rewritten"

    def note(self) -> str:
        root = merkle.root(self.leaves())
        text = Checkpoint(self.signer.name, len(self.entries), root).text()
        return self.signer.sign(text, at=AT).encoded() + self.cosignatures

    def leaves(self) -> list[bytes]:
        return [merkle.leaf_hash(entry) for entry in self.entries]

    def answer(self, target: str) -> tuple[int, bytes]:
        parts = urlsplit(target)
        path = parts.path.removeprefix("/log/")
        if path in self.lies:
            return self.lies[path]
        if path == "checkpoint" or (path == "witnessed" and self.is_witnessed):
            return 200, self.note().encode()
        if path == "consistency":
            asked = parse_qs(parts.query)
            old, new = int(asked["from"][0]), int(asked["to"][0])
            hashes = merkle.consistency_proof(old, new, merkle.nodes_of(self.leaves()))
            return 200, json.dumps({"hashes": in_base64(hashes)}).encode()
        if path.startswith("tile/0/"):
            return self._tile(path.removeprefix("tile/"))
        return 404, b"nothing here"

    def _tile(self, path: str) -> tuple[int, bytes]:
        leaves = self.leaves()
        for n in range(-(-len(leaves) // WIDTH)):
            part = leaves[n * WIDTH : (n + 1) * WIDTH]
            if path == tile_path(0, n, len(part)):
                return 200, b"".join(part)
        return 404, b"no such tile"

    @contextmanager
    def served(self) -> Iterator[str]:
        log = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.tell(*log.answer(self.path))

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                log.posted.append(self.rfile.read(length).decode())
                log.on_post()
                status, text = log.post_answer
                self.tell(status, text.encode())

            def tell(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/log"
        finally:
            server.shutdown()
            server.server_close()


def written_key(log: LyingLog, folder: Path) -> Path:
    path = folder / "log.key"
    path.write_text(log.key.encoded() + "\n")
    return path
