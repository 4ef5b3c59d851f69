"""Asks ClamAV whether a file is clean, by clamd's INSTREAM command (docs.clamav.net, clamd). Knows nothing of cases."""

from __future__ import annotations

import socket

from django.conf import settings

CHUNK = 64 * 1024


SECONDS = 60  # clamd may take for one file


ANSWER = 4_096  # bytes of an answer: one line


class NotScanned(Exception):
    """The scanner is away, or did not say whether the file is clean."""


def found_in(content: bytes) -> str:
    """What `settings.CLAMAV` finds in `content`: its name for it, '' for a clean file. Raises NotScanned."""
    try:
        with _connected() as wire:
            wire.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                wire.sendall(len(part).to_bytes(4, "big") + part)
            wire.sendall(bytes(4))
            answer = _line(wire)
    except OSError as error:
        raise NotScanned(type(error).__name__) from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise NotScanned(answer)


def _connected() -> socket.socket:
    """To `host:port`, or to a socket in the file system."""
    place: str = settings.CLAMAV
    if not place.startswith("/"):
        host, _, port = place.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
    wire = socket.socket(socket.AF_UNIX)
    wire.settimeout(SECONDS)
    try:
        wire.connect(place)
    except OSError:
        wire.close()
        raise
    return wire


def _line(wire: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < ANSWER and (part := wire.recv(ANSWER)):
        said += part
    return said.rstrip(b"\0").decode("utf-8", "replace")
