"""Asks ClamAV whether a file is clean, by clamd's INSTREAM command (docs.clamav.net, clamd).

Knows nothing of cases.
"""

from __future__ import annotations

import socket

from django.conf import settings

# Bytes sent at once.
CHUNK = 64 * 1024

# So long may clamd take for one file.
SECONDS = 60

# Bytes of an answer: one line.
ANSWER = 4_096


class NotScanned(Exception):
    """The scanner is away, or did not say whether the file is clean."""


def malware_in(content: bytes) -> str:
    """What the scanner at `settings.CLAMAV` finds: its name for it, '' for a clean file.

    Raises NotScanned.
    """
    try:
        with _connect() as wire:
            _send(wire, content)
            answer = _read_line(wire)
    except OSError as error:
        raise NotScanned(type(error).__name__) from error

    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    # An error of the scanner's, or half a line: the file has not been called clean.
    raise NotScanned(answer)


def _connect() -> socket.socket:
    """To `host:port`, or to a socket in the file system."""
    place: str = settings.CLAMAV
    if not place.startswith("/"):
        host, _, port = place.rpartition(":")
        # An IPv6 address is written in brackets.
        return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)

    wire = socket.socket(socket.AF_UNIX)
    wire.settimeout(SECONDS)
    try:
        wire.connect(place)
    except OSError:
        wire.close()
        raise
    return wire


def _send(wire: socket.socket, content: bytes) -> None:
    """Each chunk after its length in four bytes; a length of nothing ends the file."""
    wire.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), CHUNK):
        chunk = content[start : start + CHUNK]
        length = len(chunk).to_bytes(4, "big")
        wire.sendall(length + chunk)
    wire.sendall(bytes(4))


def _read_line(wire: socket.socket) -> str:
    """The answer up to the zero byte that ends it, or as far as it came."""
    line = b""
    while not line.endswith(b"\0") and len(line) < ANSWER:
        part = wire.recv(ANSWER)
        if not part:
            break
        line += part
    return line.rstrip(b"\0").decode("utf-8", "replace")
