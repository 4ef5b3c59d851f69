"""The head of the trail's chain, signed and kept where the database cannot reach.

Whoever owns the database can cut the end off the trail, or change a line and seal all after it
anew: the chain alone shows neither. So its head leaves the database: into a file, by mail and to
syslog, as the settings say. Only the file is read again; mail and syslog are for those who compare
by hand.
"""

from __future__ import annotations

import hmac
import json
import logging
import logging.handlers
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from skolefleks import outbox
from skolefleks.danish import moment
from skolefleks.encryption import key_ring
from skolefleks.models import AuditEntry, AuditSeal

# What the signature's key is used for: no other digest of the site is ever the same.
SIGNATURE = "skolefleks.auditseal.head"


_MAIL = """Revisionssporets sidste led i SkoleFleks, underskrevet af systemet.

{line}

Gem mailen. Linjen viser senere, om noget i sporet til og med led {position} er ændret eller
fjernet.
Mailen indeholder ingen personoplysninger.
"""


@dataclass(frozen=True)
class Head:
    """The last seal of the chain at a moment: its position and its hash in hex."""

    at: str
    position: int
    hash: str
    signature: str

    def is_genuine(self) -> bool:
        """Whether this site has signed it."""
        expected = _signature_of(self.at, self.position, self.hash)
        return hmac.compare_digest(self.signature, expected)

    def as_line(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


def keep() -> Head | None:
    """Sign the head as it is now, and keep it outside; None while the trail is empty.

    What is kept already is not kept again. Raises OSError where the file cannot be written.
    """
    seal = AuditSeal.objects.order_by("-position").first()
    if seal is None:
        return None
    heads = kept_heads()
    if heads and heads[-1].position == seal.position:
        return heads[-1]

    at = timezone.now().astimezone(UTC).isoformat()
    chain_hash = bytes(seal.hash).hex()
    signature = _signature_of(at, seal.position, chain_hash)
    head = Head(at, seal.position, chain_hash, signature)

    # The file first: it is what the proof reads.
    _append(head)
    if settings.TRAIL_HEAD_SYSLOG:
        outbox.post("head.syslog", head=asdict(head))
    if settings.TRAIL_HEAD_MAIL:
        outbox.post("head.mail", head=asdict(head))
    return head


def kept_heads() -> list[Head]:
    """What the file holds, in the order it was written; a line that is none has no signature."""
    if not settings.TRAIL_HEAD_FILE:
        return []
    path = Path(settings.TRAIL_HEAD_FILE)
    if not path.exists():
        return []

    heads = []
    for line in path.read_text().splitlines():
        heads.append(_head_of(line))
    return heads


def first_position() -> int | None:
    """The position of the first head that was kept; None where there is none."""
    heads = kept_heads()
    if not heads:
        return None
    return heads[0].position


def difference() -> str:
    """What is wrong between the chain and its kept heads, in words; '' for nothing.

    Two queries, however many were kept.
    """
    if not settings.TRAIL_HEAD_FILE:
        return ""
    heads = kept_heads()
    if not heads:
        return _never_kept()

    for number, head in enumerate(heads, start=1):
        if not head.is_genuine():
            return f"Linje {number} i filen med kædens led er ikke underskrevet af systemet."

    positions = [head.position for head in heads]
    seals = AuditSeal.objects.in_bulk(positions)
    for head in heads:
        seal = seals.get(head.position)
        signed = moment(datetime.fromisoformat(head.at))
        if seal is None:
            return f"Led {head.position}, som blev underskrevet {signed}, findes ikke mere."
        if bytes(seal.hash).hex() != head.hash:
            return f"Led {head.position} er et andet end det, der blev underskrevet {signed}."
    return _kept_too_long_ago(heads[-1])


def _never_kept() -> str:
    first = AuditEntry.objects.order_by("pk").first()
    if first is None or first.at > _too_long_ago():
        return ""
    return "Kædens sidste led er ikke gemt uden for databasen."


def _kept_too_long_ago(last: Head) -> str:
    at = datetime.fromisoformat(last.at)
    if at > _too_long_ago():
        return ""
    return f"Kædens sidste led er ikke gemt uden for databasen siden {moment(at)}."


def _too_long_ago() -> datetime:
    return timezone.now() - timedelta(days=settings.TRAIL_HEAD_DAYS)


def _head_of(line: str) -> Head:
    try:
        words = json.loads(line)
        return Head(
            at=str(words["at"]),
            position=int(words["position"]),
            hash=str(words["hash"]),
            signature=str(words["signature"]),
        )
    except (ValueError, KeyError, TypeError):
        return Head("", 0, "", "")


def _signature_of(at: str, position: int, chain_hash: str) -> str:
    text = f"{at} {position} {chain_hash}"
    return key_ring().digest(text.encode(), SIGNATURE)


def _append(head: Head) -> None:
    if not settings.TRAIL_HEAD_FILE:
        return
    path = Path(settings.TRAIL_HEAD_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(f"{head.as_line()}\n")
        file.flush()
        os.fsync(file.fileno())


@outbox.handles("head.syslog", is_outward=True)
def tell_syslog(payload: dict[str, Any]) -> None:
    """One line to the server `host:port`, or to a socket on this machine."""
    head = Head(**payload["head"])
    address = settings.TRAIL_HEAD_SYSLOG
    if not address:
        return

    host, _, port = address.rpartition(":")
    target: str | tuple[str, int] = address
    if host:
        target = (host, int(port))
    handler = logging.handlers.SysLogHandler(address=target)
    try:
        record = logging.makeLogRecord({"msg": f"skolefleks {head.as_line()}"})
        handler.emit(record)
    finally:
        handler.close()


@outbox.handles("head.mail", is_outward=True)
def mail_head(payload: dict[str, Any]) -> None:
    head = Head(**payload["head"])
    body = _MAIL.format(line=head.as_line(), position=head.position)
    send_mail("Revisionssporets sidste led", body, None, settings.TRAIL_HEAD_MAIL)
