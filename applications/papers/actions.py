"""Papers laid on a draft, and taken off it again while nobody else has seen them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from applications.models import Paper
from applications.writing import actions as writing
from skolefleks import audit, outbox, storage
from skolefleks.refusals import NotPossible, Refusal

if TYPE_CHECKING:
    from applications.models import Application
    from applications.papers.checking import Checked
    from skolefleks.models import User


@transaction.atomic
def add_paper(application: Application, checked: Checked, *, by: User) -> Paper:
    """Store a paper that was checked. Raises Refusal where the case holds as many as it may.

    The bytes are written before the row: a crash between them leaves a file that no row names, and `tidy_papers` takes it.
    """
    writing.require_editable(application, by=by)
    if application.papers.count() >= settings.PAPER_COUNT:
        raise Refusal(
            f"En sag kan højst have {settings.PAPER_COUNT} bilag. Fjern et, eller saml flere i én fil.",
            field="file",
        )
    paper = Paper(
        application=application, name=checked.name, kind=checked.kind, is_cleaned=checked.is_cleaned
    )
    paper.size, paper.sha256 = len(checked.content), hashlib.sha256(checked.content).hexdigest()
    paper.uploaded_by, paper.uploaded_at = by, timezone.now()
    paper.is_waiting = bool(settings.CLAMAV)
    paper.stored_as = storage.keep(checked.content, context=paper.context)
    paper.save(force_insert=True)
    audit.record("add_paper", application, by=by, paper=str(paper.pk), sha256=paper.sha256)
    if paper.is_waiting:
        outbox.post("paper.scan", paper=str(paper.pk))
    return paper


@transaction.atomic
def clear_paper(paper: Paper) -> None:
    """Let a paper out of its quarantine: the scanner found nothing."""
    audit.record(
        "clear_paper", paper.application, by=None, paper=str(paper.pk), sha256=paper.sha256
    )
    Paper.objects.filter(pk=paper.pk).update(is_waiting=False)


@transaction.atomic
def refuse_paper(paper: Paper) -> None:
    """Take a paper off for what the scanner found in it; nobody but who laid it on has seen that it was there."""
    audit.record(
        "refuse_paper", paper.application, by=None, paper=str(paper.pk), sha256=paper.sha256
    )
    outbox.post("paper.removed", stored_as=paper.stored_as)
    paper.delete()


@transaction.atomic
def remove_paper(paper: Paper, *, by: User) -> None:
    """Take a paper off a draft; its bytes go after commit. Raises NotPossible for one the committee has had."""
    writing.require_editable(paper.application, by=by)
    if paper.is_submitted:
        raise NotPossible(
            "Bilaget fulgte med ansøgningen, da den blev indsendt, og kan derfor ikke fjernes."
        )
    audit.record("remove_paper", paper.application, by=by, paper=str(paper.pk), sha256=paper.sha256)
    outbox.post("paper.removed", stored_as=paper.stored_as)
    paper.delete()
