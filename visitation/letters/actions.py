"""Letters and the journal of a case.

What a letter says is written with the act that it tells of; its PDF is made
of that afterwards.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from skolefleks import audit, outbox, pdf
from skolefleks.danish import today
from skolefleks.encryption import key_ring
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.setup import trade
from visitation.letters import kinds, leaving, texts
from visitation.models import Document, GivenText, JournalEntry

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from applications.models import Application
    from skolefleks.models import User
    from visitation.models import Decision, Grant

What = JournalEntry.What
Kind = Document.Kind

# The kinds of letter, and the template of each.
TEMPLATES = {Kind.LETTER: "letter", Kind.PARENTS: "parents"}

# A letter lies at the school's case. Another channel would be another
# handler of the outbox.
CHANNEL = "SkoleFleks"


def note(
    what: JournalEntry.What,
    application: Application,
    *,
    by: User | None,
    document: Document | None = None,
) -> None:
    """Write a line of the case's journal, in the transaction of what it tells of.

    `by` is None where the system did it.
    """
    JournalEntry.objects.create(
        what=what,
        application=application,
        document=document,
        by=by,
    )


def write_letters(
    decision: Decision,
    application: Application,
    *,
    ended: Grant | None = None,
    by: User,
) -> None:
    """Write what school and parents are told of a released decision, word for word and for good.

    `ended` is the grant that it ends before its time, where that is all it
    does.
    """
    _write_both(kinds.letter_of(decision, application, ended), by=by)


def write_leaving_letter(letter: leaving.LeavingLetter, *, by: User) -> None:
    """Write what the school is told that the pupil leaves; the parents hear of the new one."""
    _write(letter, Kind.LETTER, by=by)


def _write_both(letter: texts.Letter, *, by: User) -> None:
    """One to the school and one to the parents, each with its line in the journal."""
    for kind in TEMPLATES:
        _write(letter, kind, by=by)


def _write(letter: texts.Letter, kind: Document.Kind, *, by: User) -> None:
    application = letter.application
    document = draft(
        kind,
        letter.source_to(kind),
        TEMPLATES[kind],
        recipient=texts.recipient(kind, application),
        application=application,
        decision=letter.decision,
    )
    note(What.DOCUMENT, application, by=by, document=document)


def draft(
    kind: Document.Kind,
    source: dict[str, Any],
    template: str,
    *,
    recipient: str,
    **about: Any,
) -> Document:
    """Freeze what a document says, and have its PDF made once this is committed.

    `about` is what the document belongs to: `application` and `decision`,
    or `meeting`.
    """
    # Whom it is from is part of what it says, and stays.
    source = {"municipality": trade.letterhead(), **source}
    # The same content gives the same text, so that its digest can be
    # compared.
    text = json.dumps(source, ensure_ascii=False, sort_keys=True)

    document = Document(
        kind=kind,
        source=text,
        template=template,
        template_sha256=pdf.version(template),
        is_draft=bool(source.get("draft")),
        recipient=recipient,
        channel=CHANNEL,
        made_at=timezone.now(),
        **about,
    )
    document.source_digest = key_ring().digest(text.encode(), document.source_context)
    document.save(force_insert=True)
    outbox.post("document.drafted", document=str(document.pk))
    return document


@transaction.atomic
def finish(document_id: UUID | str) -> None:
    """Make the PDF of a document, seal it and hand it over.

    Does nothing where that is done already; killed midway, nothing of it
    has happened.
    """
    # The row is held, so that the outbox may deliver the same message twice
    # at once. Only the document's own: PostgreSQL cannot lock the outer
    # side of the join.
    rows = Document.objects.select_for_update(of=("self",)).select_related(
        "application"
    )
    document = rows.get(pk=document_id)
    if document.pdf_digest:
        return

    content = pdf.render(document.template, document.template_data)
    document.sealed_pdf = key_ring().seal_bytes(content, document.context)
    document.pdf_digest = key_ring().digest(content, document.context)
    document.handed_over_at = timezone.now()
    document.save(update_fields=["sealed_pdf", "pdf_digest", "handed_over_at"])

    # Minutes belong to a meeting and to no case's journal.
    if document.application:
        note(
            What.HANDED_OVER,
            document.application,
            by=None,
            document=document,
        )


@transaction.atomic
def note_given(document: Document, *, given_on: date, by: User) -> GivenText:
    """Note that the school gave the parents their text on a day.

    Raises PermissionDenied, NotPossible for another letter or a draft, and
    Refusal for a day that cannot be.
    """
    application = document.application
    if application is None or document.kind != Kind.PARENTS:
        raise NotPossible("Kun teksten til forældrene gives til forældrene.")
    require(by, Permission.APPLICATION_WRITE, at=application)
    if document.is_draft:
        raise NotPossible("Teksten er et udkast og må ikke gives videre.")

    if not timezone.localdate(document.made_at) <= given_on <= today():
        raise Refusal(
            "Skriv en dag, efter at teksten blev frigivet, og senest i dag.",
            field="given_on",
        )
    text = GivenText.objects.create(document=document, given_on=given_on, noted_by=by)
    note(What.HANDED_OVER, application, by=by, document=document)
    audit.record("give_to_parents", application, by=by, document=str(document.pk))
    return text
