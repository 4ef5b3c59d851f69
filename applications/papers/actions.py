"""Papers laid on a draft, examined, and taken off while nobody else has seen them."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from applications.lifecycle import PaperStatus
from applications.models import Paper, PaperPage
from applications.papers import checking, notices, printing, rules, scanning
from applications.writing import actions as writing
from skolefleks import audit, confined, installation, outbox, storage
from skolefleks.encryption import key_ring
from skolefleks.refusals import Refusal
from skolefleks.statemachine import follow

if TYPE_CHECKING:
    from uuid import UUID

    from applications.models import Application
    from applications.papers.checking import Upload
    from applications.papers.verdicts import Cleaned
    from skolefleks.models import User


# Files that no paper names. A file is written before its row, so a young one may
# still get one.
ORPHANS_KEPT = timedelta(days=7)

# Papers from before pages were drawn once and for all, that one tidying draws.
DRAWN_AT_ONCE = 20

log = logging.getLogger(__name__)


class NotStored(Refusal):
    """The disk is full, or the folder of papers is another database's."""

    message = (
        "Bilaget kan ikke gemmes lige nu, og det er ikke din fejl. Prøv igen senere,"
        " og sig det til systemadministratoren. Resten af sagen kan du skrive imens."
    )


@transaction.atomic
def lay_on(application: Application, upload: Upload, *, by: User) -> Paper:
    """Store a file unopened, in quarantine, and have it examined after commit.

    Raises Refusal where the case holds as many as it may, and NotStored.
    """
    writing.require_editable(application, by=by)
    rules.require_room(application)

    paper = Paper(
        application=application,
        name=upload.name,
        kind=upload.kind,
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )
    _keep(paper, upload.content)
    paper.save(force_insert=True)

    audit.record(
        "add_paper", application, by=by, paper=str(paper.pk), digest=paper.digest
    )
    outbox.post("paper.examine", paper=str(paper.pk))
    return paper


@transaction.atomic
def remove_paper(paper: Paper, *, by: User) -> None:
    """Take a paper off a draft; its bytes go after commit.

    Raises NotPossible for one the committee has had.
    """
    writing.require_editable(paper.application, by=by)
    rules.require_removable(paper)

    audit.record(
        "remove_paper",
        paper.application,
        by=by,
        paper=str(paper.pk),
        digest=paper.digest,
    )
    pages = paper.page_pictures.values_list("stored_as", flat=True)
    outbox.post("paper.removed", files=[paper.stored_as, *pages])
    paper.delete()


def examine_paper(paper_id: UUID) -> None:
    """Have a paper in quarantine opened, cleaned and scanned; then it is ready, or refused.

    Nothing where it was removed meanwhile, or is examined already. Raises
    NotScanned while the scanner is away: the paper waits.
    """
    papers = Paper.objects.select_related("application", "uploaded_by")
    paper = papers.filter(pk=paper_id, status=PaperStatus.WAITING).first()
    if paper is None:
        return

    # Before the row is locked: it may take its time, and somebody may take the
    # paper off meanwhile.
    content = paper.content
    if settings.CLAMAV and scanning.malware_in(content):
        refuse_paper(paper, checking.malware_in_it(paper.name))
        return
    upload = checking.Upload(paper.name, Paper.Kind(paper.kind), content)
    verdict = checking.examine(upload)
    if verdict.cleaned is None:
        refuse_paper(paper, verdict.refusal)
    else:
        clear_paper(paper, verdict.cleaned)


@transaction.atomic
def clear_paper(paper: Paper, cleaned: Cleaned) -> None:
    """Let a paper out of its quarantine, as it was written anew."""
    if not _lock(paper):
        return

    unopened = paper.stored_as
    paper.is_cleaned = cleaned.is_cleaned
    paper.remarks = "\n".join(cleaned.remarks) or None
    _keep(paper, cleaned.content)
    # Before its status says that it is examined: from then on the database
    # refuses every change.
    paper.save()
    _draw(paper, cleaned.content)
    follow(paper, "clear_paper", by=None, digest=paper.digest)
    outbox.post("paper.removed", files=[unopened])


@transaction.atomic
def refuse_paper(paper: Paper, why: str) -> None:
    """Keep a paper's name and why it was refused, tell who laid it on, and let its bytes go.

    Nobody else sees that it was there.
    """
    if not _lock(paper):
        return

    paper.remarks = why
    paper.save(update_fields=["remarks"])
    follow(paper, "refuse_paper", by=None, digest=paper.digest)
    notices.tell_of_refusal(paper)
    outbox.post("paper.removed", files=[paper.stored_as])


def tidy_papers() -> None:
    """Remove the files that a crash left without a row, and draw the pages of older papers.

    Raises ForeignPapers for a folder of another database: no row of ours names
    its files.
    """
    installation.require_own_papers()
    names = list(storage.names_before(timezone.now() - ORPHANS_KEPT))
    names_in_use: set[str] = set()
    for model in (Paper, PaperPage):
        rows = model.objects.filter(stored_as__in=names)
        names_in_use |= set(rows.values_list("stored_as", flat=True))

    for name in names:
        if name not in names_in_use:
            storage.discard(name)

    undrawn = Paper.objects.filter(status=PaperStatus.READY, drawn=None).exclude(
        kind=Paper.Kind.DOCX
    )
    for paper in undrawn.order_by("-uploaded_at")[:DRAWN_AT_ONCE]:
        with transaction.atomic():
            _draw(paper, paper.content)


def _lock(paper: Paper) -> bool:
    """Hold the paper's row until the transaction ends, and say whether it still waits."""
    rows = Paper.objects.select_for_update(no_key=True)
    return rows.filter(pk=paper.pk, status=PaperStatus.WAITING).exists()


def _keep(paper: Paper, content: bytes) -> None:
    """Store the bytes, and note on the paper what they are."""
    paper.size = len(content)
    paper.digest = key_ring().digest(content, paper.context)
    # The bytes before the row: a crash between them leaves a file that no row
    # names, and `tidy_papers` removes it. The other way round a row would name a
    # file that is not there.
    try:
        paper.stored_as = storage.keep(content, context=paper.context)
    except (OSError, installation.ForeignPapers) as error:
        log.critical("papers.not_stored", extra={"why": str(error)})
        raise NotStored(field="file") from error


def _draw(paper: Paper, content: bytes) -> None:
    """Make the pictures of its pages, as many as can be made within the limits.

    A photograph's is a smaller one for paper: twelve cases of them are printed
    within seconds, for each who asks.
    """
    if paper.kind == Paper.Kind.DOCX:
        return

    if paper.is_image:
        pages, pictures = 1, printing.shrunk(content)
    else:
        most = (settings.PAPER_PAGES, settings.PAPER_SIDE)
        outcome = confined.run("applications.papers.jobs.draw", content, *most)
        # The first part says how many pages there are; none came where it cannot
        # be drawn at all.
        count, *pictures = outcome.parts or [b"0"]
        pages = int(count)
    for number, picture in enumerate(pictures, start=1):
        page = PaperPage(paper=paper, number=number)
        page.stored_as = storage.keep(picture, context=page.context)
        page.save(force_insert=True)
    Paper.objects.filter(pk=paper.pk).update(pages=pages, drawn=len(pictures))
