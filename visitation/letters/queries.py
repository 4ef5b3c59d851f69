"""The letters and the journal of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visitation.models import Document, JournalEntry

if TYPE_CHECKING:
    from applications.models import Application


def letters_of(application: Application) -> list[Document]:
    """Newest first, without their bytes. A letter exists from release only, so whoever reads the case may read it."""
    rows = Document.objects.filter(application=application).select_related("decision__pupil_case")
    return list(rows.defer("sealed_pdf", "source").order_by("-made_at", "kind"))


def journal_of(application: Application) -> list[JournalEntry]:
    rows = JournalEntry.objects.filter(application=application).select_related("by", "document")
    return list(rows.defer("document__sealed_pdf", "document__source").order_by("-id"))
