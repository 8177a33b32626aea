"""A mail server of the tests: takes letters over SMTP and says what it is told to say."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

Reply = Callable[[str], str]


class MailServer(socketserver.ThreadingTCPServer):
    """`taken` holds every letter it said 250 to; `on` answers a command otherwise than usual.

    `on["taken"]` is called with the letter in hand, before the client hears that it was taken.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.taken: list[Message] = []
        self.connections = 0
        self.on: dict[str, Reply] = {}

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        if not self.say(self.answer("CONNECT", "220 test mail")):
            return
        while line := self.rfile.readline():
            verb = line.split()[0].decode().upper() if line.split() else ""
            if verb == "DATA":
                if not self.data():
                    return
            elif verb == "QUIT":
                self.say("221 bye")
                return
            elif not self.say(self.answer(verb, "250 ok")):
                return

    def answer(self, verb: str, usual: str) -> str:
        reply = self.server.on.get(verb)
        return reply(verb) if reply else usual

    def data(self) -> bool:
        reply = self.answer("DATA", "354 go on")
        if not self.say(reply) or not reply.startswith("354"):
            return bool(reply)
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        reply = self.answer("END", "250 taken")
        if reply.startswith("250"):
            self.server.taken.append(message_from_bytes(b"".join(lines)))
            self.answer("taken", "")
        return self.say(reply)

    def say(self, text: str) -> bool:
        """An empty answer hangs up."""
        if not text:
            return False
        try:
            self.wfile.write(text.encode() + b"\r\n")
        except OSError:
            return False
        return True


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
