"""Who is told of a meeting: the committee by its day, each school of its own case and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from applications.dialogue.queries import followers_of
from applications.models import Application
from skolefleks import outbox
from skolefleks.danish import day, moment
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import LONGEST, say
from visitation.agenda import queries as agenda_queries
from visitation.agenda import rules as agenda_rules
from visitation.meetings import calls
from visitation.models import AgendaItem, Meeting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet


def tell_of_invitation(
    meeting_id: UUID, people: Collection[int], *, tell_schools: bool
) -> None:
    """Those of the committee who are invited now; the schools at the first invitation."""
    meeting = Meeting.objects.get(pk=meeting_id)
    at = moment(meeting.starts_at)
    called = User.objects.filter(pk__in=people, is_active=True)
    _call_committee(
        meeting,
        called,
        say("indkaldt", hvornaar=at),
        topic="meeting.invited",
    )
    if tell_schools:
        _call_schools(meeting)


def tell_of_change(meeting_id: UUID) -> None:
    """Everybody who is invited, and the schools of the cases on the agenda."""
    meeting = Meeting.objects.get(pk=meeting_id)
    at = moment(meeting.starts_at)
    _call_committee(
        meeting,
        invited_to(meeting),
        say("moede-flyttet", hvornaar=at, sted=meeting.place),
        topic="meeting.changed",
    )
    for item, taken_up_at in _taken_up_at(meeting):
        text = say("sag-flyttet", hvornaar=moment(taken_up_at))
        _tell_of_case(item, taken_up_at, text)


def tell_of_new_times(meeting_id: UUID, items: Collection[str]) -> None:
    """The schools whose case is taken up at another time than they were told."""
    meeting = Meeting.objects.get(pk=meeting_id)
    for item, taken_up_at in _taken_up_at(meeting):
        if str(item.pk) in items:
            text = say("sag-ny-tid", hvornaar=moment(taken_up_at))
            _tell_of_case(item, taken_up_at, text)


def tell_of_agenda(meeting_id: UUID) -> None:
    """Everybody who is invited gets the agenda, as they may see it."""
    meeting = Meeting.objects.get(pk=meeting_id)
    people = list(invited_to(meeting))
    tell_committee(
        meeting,
        people,
        say("dagsorden", hvornaar=moment(meeting.starts_at)),
        topic="meeting.agenda",
        path=meeting.get_absolute_url(),
        must_act=False,
        has_own_mail=True,
    )
    calls.post_agenda(meeting, people)


def tell_of_cancelling(meeting_id: UUID) -> None:
    """Everybody who is invited, and the schools of the cases on the agenda."""
    meeting = Meeting.objects.get(pk=meeting_id)
    at = moment(meeting.starts_at)
    _call_committee(
        meeting,
        invited_to(meeting),
        say("moede-aflyst", hvornaar=at),
        topic="meeting.cancelled",
    )

    text = say("sag-aflyst")
    for item, at_time in _taken_up_at(meeting):
        _tell_of_case(item, at_time, text)


def tell_of_putting_off(meeting_id: UUID, new_id: UUID) -> None:
    """Everybody who is called anew, and the schools of the cases that follow."""
    before = Meeting.objects.get(pk=meeting_id)
    new = Meeting.objects.get(pk=new_id)
    at = moment(new.starts_at)
    on = day(timezone.localdate(before.starts_at))
    _call_committee(
        new,
        invited_to(new),
        say("moede-udsat", dag=on, hvornaar=at, sted=new.place),
        topic="meeting.changed",
    )
    _take_out_of_calendars(before, new)
    for item, taken_up_at in agenda_queries.times_of(new):
        text = say("sag-udsat", dag=on, hvornaar=moment(taken_up_at))
        _tell_of_case(item, taken_up_at, text)


def _take_out_of_calendars(before: Meeting, new: Meeting) -> None:
    """The old times of the cases that follow: whoever was called has not to come then."""
    moved = set(new.items.values_list("application", flat=True))
    for item, taken_up_at in agenda_queries.times_of(before):
        if item.application_id in moved:
            called = calls.called_to(item.application)
            calls.post_case(item, taken_up_at, called, removed=True)


def tell_school_of_case(item_id: UUID) -> None:
    """The school of a case that came onto the agenda after the invitations.

    Nothing where the case was taken off the agenda meanwhile.
    """
    added = AgendaItem.objects.filter(pk=item_id).select_related("meeting").first()
    if added is None:
        return

    # The whole agenda: when a case is taken up depends on those before it.
    for item, at in agenda_queries.times_of(added.meeting):
        if item.pk == added.pk:
            _call_school(item, at)


def tell_of_removed_case(facts: dict[str, Any]) -> None:
    """Whoever was called because of a case; what stood in their calendar is taken out of it.

    `facts` are those of `agenda.rules.facts_of`: the item itself is gone.
    """
    meeting = Meeting.objects.get(pk=facts["meeting"])
    application = Application.objects.get(pk=facts["application"])
    called = calls.called_to(application)
    for person in called:
        outbox.post("meeting.case_mail", **facts, person=person.pk, removed=True)
    # On the agenda again, by another row: of that they are told as of a new case.
    if meeting.items.filter(application=application).exists():
        return

    at = day(timezone.localdate(meeting.starts_at))
    text = say("sag-taget-af", dag=at)
    _tell_followers(application, called, text)


def tell_of_apology(meeting_id: UUID, person_id: int) -> None:
    """Who leads meetings hears who does not come, and whether enough still do."""
    meeting = Meeting.objects.get(pk=meeting_id)
    people = list(meeting.attendances.select_related("user"))
    person = User.objects.get(pk=person_id)
    text = say("afbud", navn=person.name, hvornaar=moment(meeting.starts_at))
    for row in people:
        if row.stands_in_for_id == person_id:
            text += ", " + say("afbud-suppleant", navn=row.user.name)

    quorum = agenda_rules.quorum(meeting, people, ())
    is_short = quorum is not None and not quorum.is_enough
    if is_short:
        text += ". " + say("afbud-for-faa")
    leaders = User.objects.holding(Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY)
    tell_committee(
        meeting,
        leaders.exclude(pk=person_id),
        text,
        topic="meeting.apology",
        path=meeting.get_absolute_url(),
        must_act=is_short,
    )


def tell_of_substitute(meeting_id: UUID, person_id: int) -> None:
    """Who is to take a seat; nothing where they were let go again meanwhile."""
    meeting = Meeting.objects.get(pk=meeting_id)
    rows = meeting.attendances.select_related("user", "stands_in_for")
    seat = rows.filter(user=person_id, stands_in_for__isnull=False).first()
    if seat is None or seat.stands_in_for is None:
        return
    tell_committee(
        meeting,
        [seat.user],
        say(
            "suppleant",
            navn=seat.stands_in_for.name,
            hvornaar=moment(meeting.starts_at),
        ),
        topic="meeting.substitute",
        path=meeting.get_absolute_url(),
        has_own_mail=True,
    )
    calls.post_meeting(meeting, [seat.user])


def tell_committee(
    meeting: Meeting,
    people: Iterable[User],
    text: str,
    *,
    topic: str,
    path: str,
    must_act: bool = True,
    has_own_mail: bool = False,
) -> None:
    """Tell `people` of the committee, by the meeting's day: nothing of what is on its agenda."""
    tell(
        people,
        number=f"Møde {day(timezone.localdate(meeting.starts_at))}",
        path=path,
        text=text[:LONGEST],
        topic=topic,
        must_act=must_act,
        has_own_mail=has_own_mail,
    )


def _call_committee(
    meeting: Meeting, people: Iterable[User], text: str, *, topic: str
) -> None:
    """Tell them, by a mail of their own with the file for the calendar."""
    people = list(people)
    path = meeting.get_absolute_url()
    tell_committee(meeting, people, text, topic=topic, path=path, has_own_mail=True)
    calls.post_meeting(meeting, people)


def invited_to(meeting: Meeting) -> Iterable[User]:
    """Everybody invited to the meeting who is not closed out of the system since."""
    invited = meeting.attendances.values("user")
    return User.objects.filter(pk__in=invited, is_active=True)


def _taken_up_at(meeting: Meeting) -> list[tuple[AgendaItem, datetime]]:
    """Each case that somebody has to come for, and when it is taken up."""
    rows = agenda_queries.times_of(meeting)
    return [(item, at) for item, at in rows if agenda_rules.is_taken_up(item)]


def _call_schools(meeting: Meeting) -> None:
    for item, at in _taken_up_at(meeting):
        _call_school(item, at)


def _call_school(item: AgendaItem, at: datetime) -> None:
    _tell_of_case(item, at, say("sag-behandles", hvornaar=moment(at)))


def _tell_of_case(item: AgendaItem, at: datetime, text: str) -> None:
    """Who comes for the case hears it with a file for the calendar."""
    called = calls.called_to(item.application)
    _tell_followers(item.application, called, text)
    calls.post_case(item, at, called)


def _tell_followers(
    application: Application, called: QuerySet[User], text: str
) -> None:
    """School, writer and advisers hear of their own case, and nothing else of the meeting."""
    followers = followers_of(application).exclude(pk__in=called.values("pk"))
    for people, has_own_mail in ((called, True), (followers, False)):
        tell(
            people,
            number=application.number,
            path=application.get_absolute_url(),
            text=text,
            topic="meeting.case",
            # It is those who come that have something to do.
            must_act=has_own_mail,
            has_own_mail=has_own_mail,
        )
