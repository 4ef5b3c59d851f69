"""Papers laid on a draft, scanned, and taken off while nobody else has seen them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from applications.models import Paper
from applications.papers import notices, rules, scanning
from applications.writing import actions as writing
from skolefleks import audit, installation, outbox, storage
from skolefleks.encryption import key_ring

if TYPE_CHECKING:
    from uuid import UUID

    from applications.models import Application
    from applications.papers.checking import Checked
    from skolefleks.models import User


# Files that no paper names. A file is written before its row, so a young one may still get one.
ORPHANS_KEPT = timedelta(days=7)


@transaction.atomic
def add_paper(application: Application, checked: Checked, *, by: User) -> Paper:
    """Store a paper that was checked. Raises Refusal where the case holds as many as it may."""
    writing.require_editable(application, by=by)
    rules.require_room(application)

    content = checked.content
    paper = Paper(
        application=application,
        name=checked.name,
        kind=checked.kind,
        is_cleaned=checked.is_cleaned,
        size=len(content),
        uploaded_by=by,
        uploaded_at=timezone.now(),
        is_waiting=bool(settings.CLAMAV),
    )
    paper.digest = key_ring().digest(content, paper.context)
    # The bytes before the row: a crash between them leaves a file that no row names, and
    # `tidy_papers` removes it. The other way round a row would name a file that is not there.
    paper.stored_as = storage.keep(content, context=paper.context)
    paper.save(force_insert=True)

    audit.record(
        "add_paper", application, by=by, paper=str(paper.pk), digest=paper.digest
    )
    if paper.is_waiting:
        outbox.post("paper.scan", paper=str(paper.pk))
    return paper


@transaction.atomic
def remove_paper(paper: Paper, *, by: User) -> None:
    """Take a paper off a draft; its bytes go after commit.

    Raises NotPossible for one the committee has had.
    """
    writing.require_editable(paper.application, by=by)
    rules.require_removable(paper)
    _take_off(paper, verb="remove_paper", by=by)


@transaction.atomic
def scan_paper(paper_id: UUID) -> None:
    """Have a paper in quarantine scanned: a clean one is let out, a harmful one is removed.

    Nothing where it was removed meanwhile, or is out already. Where no scanner is set any more the
    paper is let out. Raises NotScanned while the scanner is away: the paper waits.
    """
    papers = Paper.objects.select_related("application", "uploaded_by")
    paper = papers.filter(pk=paper_id).first()
    if paper is None or not paper.is_waiting:
        return

    malware = ""
    if settings.CLAMAV:
        malware = scanning.malware_in(paper.content)

    if malware:
        refuse_paper(paper)
    else:
        clear_paper(paper)


@transaction.atomic
def clear_paper(paper: Paper) -> None:
    """Let a paper out of its quarantine: the scanner found nothing."""
    audit.record(
        "clear_paper",
        paper.application,
        by=None,
        paper=str(paper.pk),
        digest=paper.digest,
    )
    Paper.objects.filter(pk=paper.pk).update(is_waiting=False)


@transaction.atomic
def refuse_paper(paper: Paper) -> None:
    """Remove a paper for what the scanner found in it, and tell who laid it on.

    Nobody else has seen that it was there.
    """
    notices.tell_of_harm(paper)
    _take_off(paper, verb="refuse_paper", by=None)


def tidy_papers() -> None:
    """Remove the files that a crash left without a row.

    Raises ForeignPapers for a folder of another database: no row of ours names its files.
    """
    installation.require_own_papers()
    names = list(storage.names_before(timezone.now() - ORPHANS_KEPT))
    papers = Paper.objects.filter(stored_as__in=names)
    names_in_use = set(papers.values_list("stored_as", flat=True))

    for name in names:
        if name not in names_in_use:
            storage.discard(name)


def _take_off(paper: Paper, *, verb: str, by: User | None) -> None:
    audit.record(
        verb, paper.application, by=by, paper=str(paper.pk), digest=paper.digest
    )
    outbox.post("paper.removed", stored_as=paper.stored_as)
    paper.delete()
