"""Documents: what one says is written with the act it tells of, its PDF is made of that afterwards."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from skolefleks import outbox, pdf
from skolefleks.encryption import key_ring
from visitation.models import Document

if TYPE_CHECKING:
    from uuid import UUID

CHANNEL = "SkoleFleks"  # it lies at the school's case; another channel is another handler


def draft(kind: Document.Kind, source: dict[str, Any], template: str, *, recipient: str, **about: Any) -> Document:
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
    document = Document.objects.select_for_update(of=("self",)).select_related("application").get(pk=document_id)
    if document.pdf_sha256:
        return
    content = pdf.render(document.template, document.told)
    document.sealed_pdf = key_ring().seal_bytes(content, document.context)
    document.pdf_sha256 = hashlib.sha256(content).hexdigest()
    document.handed_over_at = timezone.now()
    document.save(update_fields=["sealed_pdf", "pdf_sha256", "handed_over_at"])
