"""How a case may be decided as things stand, and what is sent round in writing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Exists

from applications.models import Application
from applications.reading import ties
from skolefleks.danish import today
from skolefleks.models import User
from skolefleks.models.people import QUORUM_ROLES
from skolefleks.permissions import EVERYWHERE, Permission, may
from skolefleks.written_once import count_written_once, rows_written_once
from visitation.lifecycle import UPCOMING, MeetingStatus, RoundStatus
from visitation.models import (
    Decision,
    Meeting,
    RoundAnswer,
    WrittenRound,
    items_under_way,
)
from visitation.ways import rules

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.db.models import QuerySet

    from applications.models import PupilCase


def meeting_under_way(application: Application) -> Meeting | None:
    """The meeting under way that has the case on its agenda."""
    # Its agenda first: that is quicker to ask, and most cases are not on it.
    if (application.pk,) not in _cases_under_way():
        return None
    meetings = Meeting.objects.filter(status=MeetingStatus.UNDER_WAY)
    return meetings.filter(items__application=application).first()


@rows_written_once
def _cases_under_way() -> QuerySet[Any, Any]:
    return items_under_way().values_list("application")


def members_of(application: Application) -> list[User]:
    """Those who count for the quorum and are not disqualified in the case, by name."""
    members = list(User.objects.holding(*QUORUM_ROLES).order_by("name"))
    out = ties.disqualifications(application, members)
    return [member for member in members if member.pk not in out]


def open_round(pupil_case: PupilCase) -> WrittenRound | None:
    """What is sent round of the pupil and not over."""
    # Seldom is anything sent round, and that is quicker to ask.
    if not _how_many_open_rounds():
        return None
    rounds = WrittenRound.objects.open().filter(pupil_case=pupil_case)
    return rounds.prefetch_related("answers__user").first()


@count_written_once
def _how_many_open_rounds() -> QuerySet[WrittenRound]:
    return WrittenRound.objects.open()


def state_of(
    circular: WrittenRound,
    answers: Collection[RoundAnswer],
    members: Collection[User],
) -> rules.RoundState:
    """How far it has come, by its answers and those who may answer today."""
    return rules.state_of(
        agreed=[answer.user_id for answer in answers if answer.agrees],
        asked_for_meeting=any(not answer.agrees for answer in answers),
        members=[member.pk for member in members],
        is_past=today() > circular.deadline,
    )


def state_now(circular: WrittenRound | None) -> rules.RoundState | None:
    """How far it has come; None where nothing is sent round."""
    if circular is None:
        return None
    members = members_of(circular.application)
    return state_of(circular, circular.answers.all(), members)


@dataclass(frozen=True)
class Standing:
    """How the reader can decide one pupil now, for the page with the form."""

    what: rules.What
    meeting: Meeting | None = None
    circular: WrittenRound | None = None
    state: rules.RoundState | None = None
    is_chair: bool = False
    answers: Sequence[RoundAnswer] = field(default_factory=list)
    missing: Sequence[User] = field(default_factory=list)

    @property
    def is_agreed(self) -> bool:
        is_of_this_kind = self.circular is None or self.circular.what == self.what
        return self.state == rules.RoundState.AGREED and is_of_this_kind

    @property
    def is_waiting(self) -> bool:
        return self.state == rules.RoundState.WAITING

    @property
    def may_choose(self) -> bool:
        """Whether the reader says how: the chair, with nothing sent round."""
        is_free = self.circular is None or self.state == rules.RoundState.LAPSED
        return self.is_chair and self.meeting is None and is_free

    @property
    def is_closed(self) -> bool:
        """Whether the reader can decide nothing here."""
        return self.meeting is None and not self.may_choose and not self.is_agreed


def standing_of(pupil_case: PupilCase, what: rules.What, user: User) -> Standing:
    """How `user` can decide the pupil now.

    Takes two queries at a meeting or with nothing sent round, and more for what is.
    """
    application = pupil_case.application
    is_chair = may(user, Permission.DECIDE_ALONE, at=EVERYWHERE)
    meeting = meeting_under_way(application)
    if meeting:
        return Standing(what, meeting, is_chair=is_chair)
    circular = open_round(pupil_case)
    if circular is None:
        return Standing(what, is_chair=is_chair)

    answers = list(circular.answers.all())
    members = members_of(application)
    answered = {answer.user_id for answer in answers}
    return Standing(
        what,
        circular=circular,
        state=state_of(circular, answers, members),
        is_chair=is_chair,
        answers=answers,
        missing=[member for member in members if member.pk not in answered],
    )


# -- the members' list -----------------------------------------------------------------------------
def rounds_of(user: User) -> QuerySet[WrittenRound]:
    """The rounds that the person may read, with their answers."""
    rounds = WrittenRound.objects.visible_to(user).select_related(
        "pupil_case__application__school"
    )
    return rounds.prefetch_related("answers__user")


def waiting_for(user: User) -> int:
    """How many rounds wait for the person's own answer."""
    if not may(user, Permission.ROUND_ANSWER, at=EVERYWHERE):
        return 0
    return _rounds_unanswered(user)


@count_written_once
def _rounds_unanswered(user: User) -> QuerySet[WrittenRound]:
    rounds = WrittenRound.objects.visible_to(user).filter(
        status=RoundStatus.OPEN, deadline__gte=today()
    )
    answered = RoundAnswer.objects.filter(user=user).values("round")
    return rounds.exclude(pk__in=answered)


# -- what the next meeting is told -----------------------------------------------------------------
def to_tell(meeting: Meeting, user: User) -> list[Decision]:
    """What was decided outside a meeting, and this meeting is told of.

    A meeting that was opened has its own list. Before that, only the next
    meeting has one: all that no meeting was told of. Nothing is told of cases
    in which the reader is disqualified.
    """
    if meeting.status == MeetingStatus.CANCELLED:
        return []

    rows = Decision.objects.filter(told_at=meeting)
    if meeting.opened_at is None:
        earlier = Meeting.objects.filter(
            status__in=UPCOMING, starts_at__lt=meeting.starts_at
        )
        rows = Decision.objects.to_be_told().exclude(Exists(earlier))
    reviewable = Application.objects.reviewable_by(user).values("pk")
    return list(with_what_is_told(rows).filter(pupil_case__application__in=reviewable))


def with_what_is_told(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """With all that `told_in_words` reads."""
    return rows.select_related("grant", "pupil_case__application__school")
