"""The invitations by mail: who is called to a meeting, or to one case of it, gets it as a file.

Each mail goes to one person and holds no personal data: a case number at most.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.mail import EmailMultiAlternatives

from applications.models import Application, Capacity
from skolefleks import outbox
from skolefleks.danish import moment
from skolefleks.models import Role, User
from visitation.agenda import queries as agenda_queries
from visitation.agenda import rules
from visitation.agenda.free_lines import FreeLine
from visitation.meetings import calendar
from visitation.models import AgendaItem, FreePoint, Meeting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from visitation.agenda.queries import Point

CALLED = (Capacity.PPR, Capacity.CASEWORKER)
FILE_NAME = "moede-i-kvalitetsudvalget.ics"

BODY = """{what}

{when}
{place}
{more}{url}

Kalenderaftalen er vedhæftet. Bliver mødet flyttet eller aflyst, får du en ny,
og den retter aftalen i din kalender.

Mailen indeholder ingen personoplysninger.
"""


def called_to(application: Application) -> QuerySet[User]:
    """Who comes for a case: the school's leaders, who presents it, PPR and the caseworker.

    Who presents it is written as a name: somebody of the school by that name.
    """
    school = application.school_id
    leaders = User.objects.holding(Role.SCHOOL_LEADER, school=school)
    name = (application.representative_name or "").strip()
    presents = User.objects.at_work(school).filter(name__iexact=name)
    invited = application.invitations.filter(capacity__in=CALLED)
    advisers = User.objects.holding(Role.ADVISER).filter(pk__in=invited.values("user"))

    people: set[int] = set()
    for rows in (leaders, presents, advisers):
        people.update(rows.values_list("pk", flat=True))
    return User.objects.filter(pk__in=people).order_by("pk")


def post_meeting(meeting: Meeting, people: Iterable[User]) -> None:
    """A mail to each with the meeting as a file."""
    for person in people:
        outbox.post("meeting.mail", meeting=str(meeting.pk), person=person.pk)


def post_agenda(meeting: Meeting, people: Iterable[User]) -> None:
    """The same with the agenda, as each may see it."""
    for person in people:
        outbox.post(
            "meeting.mail", meeting=str(meeting.pk), person=person.pk, agenda=True
        )


def post_case(
    item: AgendaItem, at: datetime, people: Iterable[User], *, removed: bool = False
) -> None:
    """A mail to each with the case's time as a file; `removed` takes it out of the calendar."""
    facts = rules.facts_of(item, at)
    for person in people:
        outbox.post("meeting.case_mail", person=person.pk, removed=removed, **facts)


def mail_meeting(payload: dict[str, Any]) -> None:
    """The meeting as it is now, for one of the committee."""
    meeting = Meeting.objects.get(pk=payload["meeting"])
    person = User.objects.get(pk=payload["person"])
    entry = calendar.entry_of(meeting)
    lines: list[str] = []
    if payload.get("agenda"):
        rows = agenda_queries.lines_of(meeting, person)
        lines = ["", "Dagsorden:", *[_line_of(row) for row in rows], ""]

    what = "Møde i kvalitetsudvalget"
    if entry.is_cancelled:
        what = "Mødet i kvalitetsudvalget er aflyst"
    _send(person, what, entry, lines)


def mail_case(payload: dict[str, Any]) -> None:
    """The time of one case, for one of those who come for it; called off where it is no more."""
    meeting = Meeting.objects.get(pk=payload["meeting"])
    person = User.objects.get(pk=payload["person"])
    application = Application.objects.get(pk=payload["application"])
    item = AgendaItem(
        pk=UUID(payload["item"]),
        meeting=meeting,
        application=application,
        minutes=payload["minutes"],
    )
    starts_at = datetime.fromisoformat(payload["starts_at"])
    entry = calendar.entry_of_case(item, starts_at)
    if payload.get("removed"):
        entry = entry._replace(is_cancelled=True)

    what = f"Sag {application.number} behandles på et møde i kvalitetsudvalget"
    if entry.is_cancelled:
        what = f"Sag {application.number} behandles ikke på mødet"
    _send(person, what, entry, [])


def _line_of(point: Point | FreeLine) -> str:
    """`09.20 AB-2026-0042, Baltorpskolen`; who is disqualified reads that it is a point."""
    clock = f"{moment(point.starts_at)[-5:]}"
    if isinstance(point, FreeLine):
        # A title is the committee's own words: a mail holds none of them.
        kind = FreePoint.Kind(point.item.kind)
        return f"{clock} {kind.label}"
    if not point.is_open:
        return f"{clock} {point.label}: du er inhabil"
    return f"{clock} {point.label}, {point.application.school.name}"


def _send(person: User, what: str, entry: calendar.Entry, lines: list[str]) -> None:
    body = BODY.format(
        what=what,
        when=moment(entry.starts_at),
        place=entry.place,
        more="".join(f"{line}\n" for line in lines),
        url=entry.url,
    )
    content = calendar.calendar_file(entry, attendee=person.email).decode()
    message = EmailMultiAlternatives(what, body, None, [person.email])
    # As an alternative calendars read it by themselves; the file is for the others.
    message.attach_alternative(content, f"text/calendar; method={entry.method}")
    message.attach(FILE_NAME, content, "text/calendar")
    message.send()
