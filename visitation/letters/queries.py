"""The letters and the journal of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from visitation.models import Document, GivenText, JournalEntry

if TYPE_CHECKING:
    from applications.models import Application


def letters_of(application: Application) -> list[Document]:
    """The letters of a case, newest first, without their bytes.

    A letter exists from release on, so whoever may read the case may read
    it.
    """
    rows = Document.objects.filter(application=application)
    rows = rows.select_related("decision__pupil_case").prefetch_related(
        Prefetch("givings", GivenText.objects.select_related("noted_by"))
    )
    # PDF and source are sealed: opening them for a list would cost more
    # than all the rest.
    rows = rows.defer("sealed_pdf", "source")
    documents = list(rows.order_by("-made_at", "kind"))
    for document in documents:
        # The newest counts.
        for giving in document.givings.all():
            document.giving = giving
    return documents


def journal_of(application: Application) -> list[JournalEntry]:
    """The journal of a case, newest first."""
    rows = JournalEntry.objects.filter(application=application)
    rows = rows.select_related("by", "document")
    rows = rows.defer("document__sealed_pdf", "document__source")
    return list(rows.order_by("-id"))
