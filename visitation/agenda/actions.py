"""What is taken up at a meeting, in what order and for how long, and which case is at hand.

Locks are taken in this order: the application, then the meeting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import F

from applications.lifecycle import Status
from applications.writing import actions as writing
from skolefleks import audit, outbox
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.setup import trade
from visitation.agenda import happenings, queries, rules
from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.models import AgendaItem, FreePoint, Meeting
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from applications.models import Application
    from skolefleks.models import User
    from visitation.models import Amendment

STALE = (
    "Mødet er ændret af en anden i mellemtiden. Se, hvordan det står nu, og gem igen. "
    "Det, du skrev, er her endnu."
)


class CameLate(Refusal):
    """The case came in after the meeting's deadline: it is asked for first."""


class Line(NamedTuple):
    """What came of one case; `refused` says why not, in words."""

    number: str
    refused: str = ""


@transaction.atomic
def add_to_agenda(
    meeting: Meeting,
    application: Application,
    *,
    by: User,
    minutes: int | None = None,
    although_late: bool = False,
) -> AgendaItem:
    """Put a case last on the agenda.

    Raises Recused, NotPossible, Refusal where it is on an upcoming agenda
    already or every pupil of it is decided, and CameLate unless `although_late`.
    """
    # Application before meeting, as everywhere: the other way round two could wait for each other.
    writing.lock(application)
    recusals.require_not_recused(by, application)
    lock_meeting(meeting, by=by)
    if application.status != Status.SUBMITTED:
        raise NotPossible
    require_open(meeting)

    upcoming = AgendaItem.objects.filter(meeting__status__in=UPCOMING)
    own = upcoming.filter(application=application, amendment__isnull=True)
    if own.exists():
        raise Refusal("Sagen er allerede på dagsordenen for et kommende møde.")
    if not queries.has_undecided_pupil(application):
        raise Refusal(
            "Alle afgørelser i sagen er truffet, og der er intet at tage op."
        )
    late = rules.late_in_words(application, meeting)
    if late and not although_late:
        raise CameLate(late)
    return _put_last(meeting, application, None, minutes=minutes, by=by)


@transaction.atomic
def add_amendment(meeting: Meeting, amendment: Amendment, *, by: User) -> AgendaItem:
    """Put what is asked for a running effort last on the agenda.

    Raises Recused, NotPossible once it is answered, and Refusal where it is
    on an upcoming agenda.
    """
    application = amendment.application
    writing.lock(application)
    recusals.require_not_recused(by, application)
    lock_meeting(meeting, by=by)
    amendment.refresh_from_db(fields=["status"])
    if not amendment.is_waiting:
        raise NotPossible
    require_open(meeting)

    if amendment.items.filter(meeting__status__in=UPCOMING).exists():
        raise Refusal("Den er allerede på dagsordenen for et kommende møde.")
    return _put_last(meeting, application, amendment, minutes=None, by=by)


def _put_last(
    meeting: Meeting,
    application: Application,
    amendment: Amendment | None,
    *,
    minutes: int | None,
    by: User,
) -> AgendaItem:
    position = place_for_next(meeting)
    item = AgendaItem.objects.create(
        meeting=meeting,
        application=application,
        amendment=amendment,
        position=position,
        minutes=minutes or trade.now().agenda_minutes,
        added_by=by,
    )
    outdate_forms(meeting)

    audit.record(
        "add_to_agenda",
        application,
        by=by,
        meeting=str(meeting.pk),
    )
    # Before the invitations go out the school is told with them.
    if meeting.invited_at:
        outbox.post("meeting.case_added", item=str(item.pk))
    return item


def place_for_next(meeting: Meeting) -> int:
    """The position of a new point: last, but before »Eventuelt« where that ends the agenda."""
    # From the largest position, not from the count: a point may have been taken off.
    items = list(meeting.items.values_list("position", flat=True))
    free = list(meeting.free_points.values_list("position", "kind", "pk"))
    positions = [*items, *[position for position, _, _ in free]]
    if not positions:
        return 0

    last = max(positions)
    for position, kind, pk in free:
        if kind == FreePoint.Kind.OTHER and position == last and last not in items:
            FreePoint.objects.filter(pk=pk).update(position=last + 1)
            return last
    return last + 1


def add_each_to_agenda(
    meeting: Meeting,
    applications: Iterable[Application],
    *,
    by: User,
    although_late: bool = False,
) -> list[Line]:
    """Put each case last on the agenda, each in a savepoint of its own."""
    lines = []
    for application in applications:
        refused = ""
        # A refusal rolls back to this case's savepoint; the others stand.
        try:
            add_to_agenda(
                meeting,
                application,
                by=by,
                although_late=although_late,
            )
        except Refusal as refusal:
            refused = str(refusal)
        lines.append(Line(application.number, refused))
    return lines


@transaction.atomic
def arrange(
    meeting: Meeting,
    order: Sequence[UUID],
    *,
    minutes: Mapping[UUID, int] | None = None,
    revision: int,
    by: User,
) -> None:
    """Put the agenda's points in `order`, each with its `minutes` where they are given.

    Raises Overtaken where the meeting is no longer as it was at `revision`,
    and NotPossible where the agenda is locked.
    """
    lock_meeting(meeting, by=by)
    require_revision(meeting, revision)
    require_open(meeting)

    cases, free_points = list(meeting.items.all()), list(meeting.free_points.all())
    items = {row.pk: row for row in rules.in_order(cases, free_points)}
    before = times(meeting)
    # A case that somebody put on or took off meanwhile is not left out silently.
    is_complete = len(order) == len(items) and set(order) == items.keys()
    if not is_complete:
        raise Overtaken(STALE)

    new_minutes = minutes or {}
    for position, pk in enumerate(order):
        item = items[pk]
        item.position = position
        item.minutes = new_minutes.get(pk, item.minutes)
    # Positions have no unique constraint: between two updates they may coincide.
    AgendaItem.objects.bulk_update(cases, ["position", "minutes"])
    FreePoint.objects.bulk_update(free_points, ["position", "minutes"])
    outdate_forms(meeting)
    audit.record(
        "arrange_agenda",
        meeting,
        by=by,
        items=[str(pk) for pk in order],
    )
    tell_of_new_times(meeting, before)


@transaction.atomic
def remove_from_agenda(item: AgendaItem, *, revision: int, by: User) -> None:
    """Take a case off the agenda; it is in the queue as before.

    Raises Recused, Overtaken, NotPossible.
    """
    meeting = item.meeting
    writing.lock(item.application)
    recusals.require_not_recused(by, item.application)
    lock_meeting(meeting, by=by)
    require_revision(meeting, revision)
    require_open(meeting)

    # The row goes: that the case was on the agenda is kept by the trail.
    before = times(meeting)
    removed = rules.facts_of(item, before[str(item.pk)])
    item.delete()
    outdate_forms(meeting)
    application = item.application
    audit.record(
        "remove_from_agenda",
        application,
        by=by,
        meeting=str(meeting.pk),
    )
    # Whoever was called to the meeting is told; before that nobody knew.
    if meeting.invited_at:
        outbox.post("meeting.case_removed", **removed)
    tell_of_new_times(meeting, before)


def call_off(application: Application) -> None:
    """Nobody has to come for a case that is answered before its meeting: who was called is told.

    Called by the act that closes it, with the case's row held.
    """
    called_to = AgendaItem.objects.filter(
        application=application,
        amendment__isnull=True,
        meeting__status__in=rules.NOT_OPENED,
        meeting__invited_at__isnull=False,
    )
    for item in called_to.select_related("meeting"):
        at = times(item.meeting)[str(item.pk)]
        # A calendar takes it out by a later number only.
        outdate_forms(item.meeting)
        outbox.post("meeting.case_removed", **rules.facts_of(item, at))


def times(meeting: Meeting) -> dict[str, datetime]:
    """When each item is taken up, by its id."""
    return {str(item.pk): at for item, at in queries.times_of(meeting)}


def tell_of_new_times(meeting: Meeting, before: dict[str, datetime]) -> None:
    """The schools of the cases that are taken up at another time than `before`."""
    if meeting.invited_at is None:
        return
    items = [pk for pk, at in times(meeting).items() if before.get(pk) != at]
    if items:
        outbox.post(
            "meeting.times_changed",
            meeting=str(meeting.pk),
            items=items,
        )


@transaction.atomic
def take_up(item: AgendaItem, *, by: User) -> None:
    """Make `item` the case at hand, for everybody who follows the meeting.

    Raises NotPossible unless the meeting is under way.
    """
    meeting = item.meeting
    lock_meeting(meeting, by=by)
    if meeting.status != MeetingStatus.UNDER_WAY:
        raise NotPossible("Mødet er ikke i gang.")

    # By an update: the instance may hold fields that were read before the lock.
    Meeting.objects.filter(pk=meeting.pk).update(at_item=item, at_point=None)
    outdate_forms(meeting)
    counting = happenings.counting_at(meeting, item.application)
    happenings.note(
        meeting,
        happenings.Kind.TAKEN_UP,
        by=by,
        item=item,
        counting=counting,
    )
    audit.record(
        "take_up",
        item.application,
        by=by,
        meeting=str(meeting.pk),
    )


def lock_meeting(meeting: Meeting, *, by: User) -> None:
    """Hold the meeting's row until the transaction ends, and read where it stands now.

    Raises PermissionDenied for who does not lead meetings.
    """
    require(by, Permission.MEETING_LEAD, at=EVERYWHERE)
    hold_meeting(meeting)


def hold_meeting(meeting: Meeting) -> None:
    """The same for an act that is no leader's: each member answers for themself."""
    # Without the key, so that rows that refer to the meeting can still be written beside this.
    meeting.refresh_from_db(
        from_queryset=Meeting.objects.select_for_update(no_key=True)
    )


def require_revision(meeting: Meeting, revision: int) -> None:
    """Raise Overtaken where somebody has changed the plan or the agenda since it was read."""
    if meeting.revision != revision:
        raise Overtaken(STALE)


def outdate_forms(meeting: Meeting) -> None:
    """Let every form of the meeting that was opened before be refused as stale."""
    # Added up in the database: two acts at once must come to two numbers.
    Meeting.objects.filter(pk=meeting.pk).update(revision=F("revision") + 1)


def require_open(meeting: Meeting) -> None:
    """Raise NotPossible where the agenda is locked."""
    if not rules.can_be_arranged(meeting):
        raise NotPossible("Dagsordenen er låst. Lås den op, før I ændrer den.")
