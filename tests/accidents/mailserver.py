"""A mail server that notes what it took, and knows no mailbox whose address begins with DEAD."""

from __future__ import annotations

import re
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

DEAD = "dead"


@dataclass(frozen=True)
class Mail:
    """One that the server said it took, by the clock of that moment."""

    receiver: str
    number: str
    taken_at: float


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as Python's own client asks for."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mails: list[Mail] = []

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        with cls() as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield server
            server.shutdown()

    @property
    def port(self) -> str:
        return str(self.server_address[1])

    def doubled(self) -> list[list[Mail]]:
        """What came more than once: the mails of one receiver on one case."""
        counts = Counter((mail.receiver, mail.number) for mail in self.mails)
        return [
            [mail for mail in self.mails if (mail.receiver, mail.number) == key]
            for key, count in counts.items()
            if count > 1
        ]


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 mail")
        receiver = ""
        while line := self.rfile.readline().decode(errors="replace").strip():
            word = line.upper()
            if word.startswith("RCPT TO:"):
                receiver = line[8:].strip(" <>")
                is_dead = receiver.startswith(DEAD)
                self._say("550 no such mailbox" if is_dead else "250 ok")
            elif word == "DATA":
                self._say("354 go on")
                number = _number_in(self._text())
                self._say("250 taken")
                # Only once the answer is on the wire.
                self.server.mails.append(Mail(receiver, number, time.time()))
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _text(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode(errors="replace").rstrip("\r\n")) != ".":
            lines.append(line)
        return "\n".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


def _number_in(text: str) -> str:
    found = re.search(r"SF-\d{4}-\d{4}", text)
    return found[0] if found else ""
