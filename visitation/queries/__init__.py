"""What the committee's pages read that spans models, by noun. Writes nothing."""

from visitation.queries.case import CaseFile, PupilOnCase, asked_on_case, case_file, events
from visitation.queries.changes import rounds
from visitation.queries.meetings import (
    Agenda,
    Point,
    Quorum,
    agenda,
    agenda_sums,
    candidates,
    case_time,
    cases_at_meetings,
    days_taken,
    past,
    points_of,
    quorum,
    times_of,
    undecided_items,
    upcoming,
)
from visitation.queries.minutes import as_read_by, minutes_of, reading_of
from visitation.queries.money import Cost, effect, own_grants, own_years
from visitation.queries.queue import LIST_FIELDS, decided_counts, queue_standing
from visitation.queries.start import free_money, invited_to, recently_decided, waiting_at_school

__all__ = (
    "LIST_FIELDS",
    "Agenda",
    "CaseFile",
    "Cost",
    "Point",
    "PupilOnCase",
    "Quorum",
    "agenda",
    "agenda_sums",
    "as_read_by",
    "asked_on_case",
    "candidates",
    "case_file",
    "case_time",
    "cases_at_meetings",
    "days_taken",
    "decided_counts",
    "effect",
    "events",
    "free_money",
    "invited_to",
    "minutes_of",
    "own_grants",
    "own_years",
    "past",
    "points_of",
    "queue_standing",
    "quorum",
    "reading_of",
    "recently_decided",
    "rounds",
    "times_of",
    "undecided_items",
    "upcoming",
    "waiting_at_school",
)
