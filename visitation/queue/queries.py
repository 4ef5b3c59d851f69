"""The committee's queue: its tabs, what narrows it, what its rows show beside the case, and how it stands."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, Count, Exists, Min, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from applications.lifecycle import Status
from applications.models import Application, PupilCase
from skolefleks.danish import today
from skolefleks.permissions import EVERYWHERE, may
from skolefleks.permissions import Permission as P
from visitation.lifecycle import UPCOMING
from visitation.models import (
    AgendaItem,
    Assessment,
    Decision,
    Question,
    Reading,
    under_way,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from applications.models import ApplicationQuerySet
    from skolefleks.models import User


WEEK = timedelta(days=7)


_SUBMITTED = Q(status=Status.SUBMITTED)


# -- what is in which tab: each asks only among the submitted cases, which are few however many years have gone -----------
_SOMEBODY = -1  # stands for whoever asks, where a subquery is written down


class _Which(NamedTuple):
    """Some of the cases, as a condition in SQL. A page costs Python, and the queue's pages would spend most of theirs on
    having the same conditions written out again for each tab.
    """

    sql: str
    params: tuple[Any, ...]

    def __and__(self, other: _Which) -> _Which:
        return _Which(f"({self.sql} AND {other.sql})", self.params + other.params)

    def __or__(self, other: _Which) -> _Which:
        return _Which(f"({self.sql} OR {other.sql})", self.params + other.params)

    def __invert__(self) -> _Which:
        return _Which(f"NOT {self.sql}", self.params)

    def of(self, user: User) -> Q:
        """The submitted among them, `user` being the one who asks."""
        own = [user.pk if param == _SOMEBODY else param for param in self.params]
        return _SUBMITTED & Q(RawSQL(self.sql, own, BooleanField()))  # noqa: S611  the ORM wrote the text


def _cases(asked: Callable[[int], QuerySet[Any]]) -> Callable[[], _Which]:
    """The cases that a queryset of their ids finds, by the id of who asks; written once."""

    @cache
    def written() -> _Which:
        sql, params = asked(_SOMEBODY).order_by().query.sql_with_params()
        return _Which(f'"{Application._meta.db_table}"."id" IN ({sql})', params)

    return written


def _decided(decisions: QuerySet[Decision]) -> QuerySet[Any]:
    """The submitted cases with one of `decisions`."""
    of_submitted = decisions.filter(pupil_case__application__status=Status.SUBMITTED)
    return of_submitted.values("pupil_case__application")


def _lacking(member: int) -> QuerySet[Any]:
    """With a pupil who is neither decided nor assessed by the member."""
    this = {"pupil_case": OuterRef("pk")}
    pupils = PupilCase.objects.filter(application__status=Status.SUBMITTED)
    pupils = pupils.exclude(Exists(Assessment.objects.filter(member=member, **this)))
    return pupils.exclude(Exists(Decision.objects.settled().filter(**this))).values("application")


def _answered_since(user: int) -> QuerySet[Any]:
    read = Reading.objects.filter(
        user=user, application=OuterRef("application"), read_at__gte=OuterRef("answered_at")
    )
    answered = Question.objects.filter(
        answered_at__isnull=False, application__status=Status.SUBMITTED
    )
    return answered.exclude(Exists(read)).values("application")


_on_agenda = _cases(
    lambda _: AgendaItem.objects.filter(meeting__status__in=UPCOMING).values("application")
)


_at_meeting = _cases(lambda _: under_way().values("application"))


_lacks_assessment = _cases(_lacking)


_answered = _cases(_answered_since)


_unreleased = _cases(lambda _: _decided(Decision.objects.provisional()))


_touched = _cases(lambda _: _decided(Decision.objects.standing()))


_postponed = _cases(
    lambda _: _decided(Decision.objects.standing().filter(outcome=Decision.Outcome.POSTPONED))
)


def _unassessed() -> _Which:
    """A pupil lacks the person's assessment, and it can be given still."""
    return _lacks_assessment() & ~_at_meeting()


def _on_no_agenda() -> _Which:
    return ~_on_agenda()


# What waits for a person: whose right it is, which of the submitted cases, and that in words.
WAITING = (
    (P.ASSESSMENT_WRITE, _unassessed, "hvor du mangler at vurdere en elev"),
    (P.QUESTION_ASK, _answered, "hvor skolen har svaret, siden du sidst læste sagen"),
    (P.MEETING_LEAD, _on_no_agenda, "som ikke er på en dagsorden"),
    (P.MEETING_LEAD, _unreleased, "hvor en afgørelse ikke er frigivet"),
)


def waiting_in_words(user: User) -> str:
    """What *Venter på mig* holds for `user`, as a sentence."""
    *others, last = [words for right, _, words in WAITING if may(user, right, at=EVERYWHERE)]
    return f"Indsendte sager, {', '.join(others)}{' eller ' if others else ''}{last}."


def _mine(user: User) -> Q:
    return reduce(
        or_, (which() for right, which, _ in WAITING if may(user, right, at=EVERYWHERE))
    ).of(user)


def _new(user: User) -> Q:
    """Untouched: neither put on an agenda, nor put off, nor decided and waiting for release."""
    return (~_on_agenda() & ~_touched()).of(user)


def _ready(user: User) -> Q:
    return _on_agenda().of(user)


def _put_off(user: User) -> Q:
    return (~_on_agenda() & _postponed()).of(user)


class Tab(NamedTuple):
    """One choice of the queue: its label, what is in it for a person, and what is said when it is empty."""

    label: str
    holds: Callable[[User], Q]
    empty: str
    counted: bool = True  # what is over and done with is not: nobody waits for it


TABS = {
    "": Tab(
        "Venter på mig", _mine, "Ingen sag venter på dig. De øvrige står under de andre faner."
    ),
    "nye": Tab("Nye", _new, "Når en skole indsender en ansøgning, står den her med det samme."),
    "moede": Tab("Klar til møde", _ready, "Sager på dagsordenen for et kommende møde står her."),
    "udsat": Tab("Udsat", _put_off, "Sager, hvor en elev er udsat til et senere møde, står her."),
    "venter": Tab(
        "Venter på skolen",
        lambda _: Q(status=Status.SENT_BACK),
        "Når I beder en skole om oplysninger, står sagen her.",
    ),
    "afgjort": Tab(
        "Behandlet",
        lambda _: Q(status=Status.CLOSED),
        "Sager, der er behandlet og frigivet til skolen, står her.",
        False,
    ),
    "alle": Tab(
        "Alle",
        lambda _: Q(
            status__in=(Status.SUBMITTED, Status.SENT_BACK, Status.CLOSED, Status.WITHDRAWN)
        ),
        "Når en skole indsender en ansøgning, står den her med det samme.",
        False,
    ),
}


def tab_counts(rows: QuerySet[Application], user: User) -> dict[str, int]:
    """How many of `rows` each tab of work in hand holds. One query."""
    at_hand = rows.filter(status__in=(Status.SUBMITTED, Status.SENT_BACK))
    counted = {key or "mine": tab for key, tab in TABS.items() if tab.counted}
    counts = at_hand.aggregate(
        **{key: Count("pk", filter=tab.holds(user)) for key, tab in counted.items()}
    )
    return {"" if key == "mine" else key: n for key, n in counts.items()}


# -- what narrows it ------------------------------------------------------------------------------------------------------
def _of_age(rows: ApplicationQuerySet, age: str) -> ApplicationQuerySet:
    late, now = overdue_before(), timezone.now()
    since, until = {"uge": (now - WEEK, now), "snart": (late, late + WEEK), "over": (None, late)}[
        age
    ]
    rows = rows.filter(submitted_at__lt=until)
    return rows.filter(submitted_at__gte=since) if since else rows


def _sought(rows: ApplicationQuerySet, text: str) -> ApplicationQuerySet:
    """The beginning of a case number, one pupil's initials (`A.B.`, `ab`), or a part of the school's name."""
    sought = text.strip().upper()
    if is_number(sought):
        return rows.numbered(sought)
    if "." not in sought and len(sought) > MOST_INITIALS:
        return rows.filter(school__name__icontains=sought)
    letters = "".join(f"{letter}." for letter in sought if letter.isalpha())
    return rows.filter(initials__contains=[letters[:12]])


MOST_INITIALS = 3  # letters in a row without full stops; more are a word


# A filter's name in the address -> how it narrows the rows: one condition on the row each.
NARROWED: dict[str, Callable[[ApplicationQuerySet, Any], ApplicationQuerySet]] = {
    "distrikt": lambda rows, district: rows.filter(school__district=district),
    "skole": lambda rows, school: rows.filter(school=school),
    "trin": lambda rows, grade: rows.filter(grades__contains=[grade]),
    "formaal": lambda rows, kind: rows.filter(kinds__contains=[kind]),
    "alder": _of_age,
    "fra": lambda rows, amount: rows.filter(requested__gte=amount),
    "til": lambda rows, amount: rows.filter(requested__lte=amount),
    "fyldt": lambda rows, filled: rows.complete() if filled == "alt" else rows.incomplete(),
    "q": _sought,
}


def narrowed(rows: ApplicationQuerySet, by: dict[str, Any]) -> ApplicationQuerySet:
    """`rows` by the filters that are set."""
    for name, narrow in NARROWED.items():
        if by.get(name) not in {None, ""}:
            rows = narrow(rows, by[name])
    return rows


def order_of(by: dict[str, Any]) -> str:
    """As asked for; cases found by their number stand by number, as their index has them."""
    if by.get("orden"):
        return "-requested"
    return "number" if is_number(str(by.get("q") or "").strip().upper()) else "submitted_at"


def is_number(sought: str) -> bool:
    return sought.startswith("SF-") or sought[:1].isdigit()


# -- what is shown --------------------------------------------------------------------------------------------------------
class Beside(NamedTuple):
    """What a row of the queue says beside what stands on the case."""

    decided: int = 0  # pupils with a decision that is not released
    postponed: bool = False
    meets_at: datetime | None = None
    asked: bool = False  # a question that is not answered
    answered: bool = False
    read_at: datetime | None = None  # by the one who looks


_BESIDE = """
    WITH decided AS (
        SELECT c.application_id, d.status, d.outcome
        FROM visitation_decision d JOIN applications_pupilcase c ON c.id = d.pupil_case_id
        WHERE c.application_id = ANY(%(rows)s) AND d.status IN ('provisional', 'released')
    )
    SELECT id,
        (SELECT count(*) FROM decided d WHERE d.application_id = a.id AND status = 'provisional'),
        EXISTS (SELECT FROM decided d WHERE d.application_id = a.id AND outcome = 'postponed'),
        (SELECT min(starts_at) FROM visitation_agendaitem i JOIN visitation_meeting m ON m.id = i.meeting_id
            WHERE i.application_id = a.id AND m.status = ANY(%(upcoming)s)),
        EXISTS (SELECT FROM visitation_question q WHERE q.application_id = a.id AND answered_at IS NULL),
        EXISTS (SELECT FROM visitation_question q WHERE q.application_id = a.id AND answered_at IS NOT NULL),
        (SELECT read_at FROM visitation_reading r WHERE r.application_id = a.id AND user_id = %(user)s)
    FROM unnest(%(rows)s) AS a (id)
"""


def beside(rows: Iterable[Application], user: User) -> dict[UUID, Beside]:
    """Of the submitted among `rows`; asked once they are chosen, in one query."""
    wanted = [row.pk for row in rows if row.status == Status.SUBMITTED]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, {"rows": wanted, "user": user.pk, "upcoming": list(UPCOMING)})
        return {pk: Beside(*facts) for pk, *facts in cursor.fetchall()}


class QueueStanding(NamedTuple):
    """How the committee's queue stands: how many wait, since when, and how many are past the goal."""

    waiting: int
    oldest: object
    late: int


def queue_standing(user: User) -> QueueStanding:
    waiting = Application.objects.reviewable_by(user).filter(status=Status.SUBMITTED)
    sums = waiting.aggregate(
        n=Count("pk"),
        oldest=Min("submitted_at"),
        late=Count("pk", filter=Q(submitted_at__lt=overdue_before())),
    )
    return QueueStanding(sums["n"], sums["oldest"], sums["late"])


def overdue_before() -> datetime:
    """What was submitted before this moment has waited for more days than the goal says."""
    first = today() - timedelta(days=settings.WAITING_GOAL_DAYS)
    return timezone.make_aware(datetime.combine(first, time.min))
