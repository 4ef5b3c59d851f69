"""The letters and the journal of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visitation.letters import changes, leaving, texts
from visitation.models import Document, JournalEntry

if TYPE_CHECKING:
    from applications.models import Application
    from visitation.models import Decision, Grant


def letters_of(application: Application) -> list[Document]:
    """The letters of a case, newest first, without their bytes.

    A letter exists from release on, so whoever may read the case may read
    it.
    """
    rows = Document.objects.filter(application=application)
    rows = rows.select_related("decision__pupil_case")
    # PDF and source are sealed: opening them for a list would cost more
    # than all the rest.
    rows = rows.defer("sealed_pdf", "source")
    return list(rows.order_by("-made_at", "kind"))


def journal_of(application: Application) -> list[JournalEntry]:
    """The journal of a case, newest first."""
    rows = JournalEntry.objects.filter(application=application)
    rows = rows.select_related("by", "document")
    rows = rows.defer("document__sealed_pdf", "document__source")
    return list(rows.order_by("-id"))


def letter_of(
    decision: Decision, application: Application, ended: Grant | None = None
) -> texts.Letter:
    """What is to be said of the decision, by what kind of decision it is.

    `ended` is the grant that it ends before its time, where that is all it does.
    """
    if ended:
        return changes.EndLetter(decision, application, ended)
    if decision.outcome in changes.VERDICTS:
        return changes.ChangeLetter(decision, application)
    if decision.outcome == decision.Outcome.MOVED:
        return leaving.MoveLetter(decision, application)
    return texts.Letter(decision, application)
