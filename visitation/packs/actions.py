"""What one of the committee reads before a meeting: asked for, made, and removed after it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skolefleks import audit, outbox, pdf
from skolefleks.danish import today
from skolefleks.encryption import key_ring
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible
from skolefleks.setup import trade
from visitation.agenda import actions as agenda
from visitation.agenda import queries as agenda_queries
from visitation.agenda.free_lines import FreeLine
from visitation.models import Meeting, MeetingPack
from visitation.packs import contents, queries, rules

if TYPE_CHECKING:
    from uuid import UUID

    from skolefleks.models import User

TEMPLATE = "pack"
OVER = "Mødet er slut eller aflyst, og der laves ikke materiale til det."
EMPTY = "Dagsordenen er tom: der er ingen sager at samle."


@transaction.atomic
def ask(meeting: Meeting, *, with_papers: bool, by: User) -> MeetingPack:
    """Ask for the person's own pack, instead of the one there is; a worker makes it.

    Raises NotPossible once the meeting is over, and for an empty agenda.
    """
    require(by, Permission.QUEUE_READ, at=EVERYWHERE)
    # Who asks twice at once gets one.
    agenda.hold_meeting(meeting)
    if not rules.can_be_made(meeting):
        raise NotPossible(OVER)
    total = meeting.items.count()
    if not total:
        raise NotPossible(EMPTY)

    MeetingPack.objects.filter(meeting=meeting, made_for=by).delete()
    pack = MeetingPack.objects.create(
        meeting=meeting,
        made_for=by,
        with_papers=with_papers,
        asked_at=timezone.now(),
        total=total,
    )
    audit.record("ask_for_pack", meeting, by=by, papers=with_papers)
    outbox.post("pack.asked", pack=str(pack.pk))
    return pack


def make(pack_id: UUID | str) -> None:
    """Make the pack that was asked for.

    No transaction holds it together, so that the page sees how far it is. Killed,
    or asked for anew meanwhile, nothing of it is kept.
    """
    rows = MeetingPack.objects.filter(pk=pack_id, made_at=None)
    pack = rows.select_related("meeting", "made_for").first()
    if pack is None:
        return

    agenda_now = agenda_queries.agenda(pack.meeting, pack.made_for)
    points = agenda_now.points
    # Before the cases are read: what changes meanwhile is seen as changed.
    marks = queries.marks_of(points)
    book = contents.Book(pack.made_for, with_papers=pack.with_papers)
    done = 0
    for line in agenda_now.lines:
        if isinstance(line, FreeLine):
            book.add_free(line)
            continue
        book.add(line)
        done += 1
        rows.update(done=done, total=len(points))

    source = book.source_of(pack.meeting)
    content = pdf.render(TEMPLATE, source, pictures=book.pictures)
    rows.update(
        sealed_pdf=key_ring().seal_bytes(content, pack.context),
        size=len(content),
        marks=marks,
        made_at=timezone.now(),
    )


@transaction.atomic
def remove_old() -> int:
    """Remove the packs of meetings that are over since long enough; how many meetings."""
    last_day = today() - timedelta(days=trade.now().pack_days)
    old = MeetingPack.objects.filter(meeting__ends_at__date__lte=last_day)
    meetings = list(Meeting.objects.filter(packs__in=old).distinct())
    old.delete()
    audit.record_each("remove_packs", meetings, by=None)
    return len(meetings)
