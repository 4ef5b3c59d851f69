"""Letters and the journal: what a letter says is written with the act it tells of, its PDF is made of that afterwards."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from skolefleks import outbox, pdf
from skolefleks.encryption import key_ring
from visitation.letters import texts
from visitation.models import Document, JournalEntry

if TYPE_CHECKING:
    from uuid import UUID

    from applications.models import Application
    from skolefleks.models import User
    from visitation.models import Decision


What, Kind = JournalEntry.What, Document.Kind


TEMPLATES = {Kind.LETTER: "letter", Kind.PARENTS: "parents"}


CHANNEL = "SkoleFleks"  # it lies at the school's case; another channel is another handler


def note(
    what: JournalEntry.What,
    application: Application,
    *,
    by: User | None,
    document: Document | None = None,
) -> None:
    """A line of the case's journal, in the transaction of what it tells of."""
    JournalEntry.objects.create(what=what, application=application, document=document, by=by)


def write_letters(decision: Decision, application: Application, *, by: User) -> None:
    """What the school and the parents are told of a decision that is released, word for word and for good."""
    for kind, template in TEMPLATES.items():
        source = texts.told(kind, decision, application)
        document = draft(
            kind,
            source,
            template,
            recipient=texts.recipient(kind, application),
            application=application,
            decision=decision,
        )
        note(What.DOCUMENT, application, by=by, document=document)


def draft(
    kind: Document.Kind, source: dict[str, Any], template: str, *, recipient: str, **about: Any
) -> Document:
    """Freeze what a document says, and have its PDF made once this is committed. `about`: case and decision, or meeting."""
    text = json.dumps(source, ensure_ascii=False, sort_keys=True)
    document = Document.objects.create(
        kind=kind,
        source=text,
        source_sha256=hashlib.sha256(text.encode()).hexdigest(),
        template=template,
        template_sha256=pdf.version(template),
        is_draft=bool(source.get("draft")),
        recipient=recipient,
        channel=CHANNEL,
        made_at=timezone.now(),
        **about,
    )
    outbox.post("document.drafted", document=str(document.pk))
    return document


@transaction.atomic
def finish(document_id: UUID | str) -> None:
    """Make the PDF, seal it and hand it over; nothing where that is done. Killed midway, nothing of it has happened."""
    document = (
        Document.objects.select_for_update(of=("self",))
        .select_related("application")
        .get(pk=document_id)
    )
    if document.pdf_sha256:
        return
    content = pdf.render(document.template, document.template_data)
    document.sealed_pdf = key_ring().seal_bytes(content, document.context)
    document.pdf_sha256 = hashlib.sha256(content).hexdigest()
    document.handed_over_at = timezone.now()
    document.save(update_fields=["sealed_pdf", "pdf_sha256", "handed_over_at"])
    if document.application:
        note(What.HANDED_OVER, document.application, by=None, document=document)
