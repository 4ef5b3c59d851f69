"""What the committee's pages read that spans models, by noun. Writes nothing."""

from visitation.queries.case import CaseFile, PupilOnCase, asked_on_case, case_file, events
from visitation.queries.changes import last_submitted, rounds
from visitation.queries.meetings import undecided_items
from visitation.queries.money import Cost, effect, own_grants, own_years
from visitation.queries.queue import LIST_FIELDS, decided_counts, queue_standing
from visitation.queries.start import free_money, invited_to, recently_decided, waiting_at_school

__all__ = (
    "LIST_FIELDS",
    "CaseFile",
    "Cost",
    "PupilOnCase",
    "asked_on_case",
    "case_file",
    "decided_counts",
    "effect",
    "events",
    "free_money",
    "invited_to",
    "own_grants",
    "own_years",
    "queue_standing",
    "recently_decided",
    "rounds",
    "undecided_items",
    "waiting_at_school",
)
