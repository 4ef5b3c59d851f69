"""What the proposals' pages read: what waits for whom, and what a proposal changes."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from budget.books import queries as book_queries
from budget.books import rules as book_rules
from budget.models import (
    FundingSource,
    Pool,
    Proposal,
    ProposalConsent,
    centres_led_by,
)
from budget.proposals import rules
from skolefleks.administration import work_left
from skolefleks.danish import kr, today

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from budget.books.queries import Frame, PoolYear
    from skolefleks.models import User


# Whole DKK by (fiscal year, id of the frame).
Lines = Mapping[tuple[int, int], int]


def proposals_waiting_for(user: User) -> int:
    """How many proposals the person can answer for their centre."""
    return Proposal.objects.waiting_for(centres_led_by(user), user).count()


def with_lines(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """The proposals with all that a line of their list shows."""
    joined = proposals.select_related(
        "proposed_by", "answered_by", "corrects__source", "corrects__district"
    )
    return joined.prefetch_related("lines__source")


def describe(proposal: Proposal) -> str:
    """What the proposal asks, in one line.

    `100.000 kr. til 2027, Dagbehandling` for each line; which posting a
    correction corrects; what an index does.
    """
    if proposal.text:
        return proposal.text

    if proposal.corrects:
        posting = proposal.corrects
        return f"Postering nr. {posting.pk}: {posting.get_kind_display()} i {posting.pool_id}"

    # Prefetched: a list of proposals asks once for all their lines.
    parts = []
    for line in proposal.lines.all():
        direction = "fra"
        if line.amount > 0:
            direction = "til"
        parts.append(
            f"{kr(abs(line.amount))} {direction} {line.year}, {line.source.name}"
        )
    return "; ".join(parts)


class Signers(NamedTuple):
    """Who agreed before the last, who has yet to, and who has still to after the one who looks."""

    consents: list[ProposalConsent]
    lacking: list[str]
    others: list[str]


def signers(proposal: Proposal, user: User) -> Signers:
    consents = list(proposal.consents.select_related("by"))
    if not rules.waits(proposal):
        return Signers(consents, [], [])
    lacking = rules.still_to_sign(proposal)
    centre = rules.answering_centre(proposal, user)
    return Signers(consents, lacking, [one for one in lacking if one != centre])


def year_to_open() -> int:
    """The fiscal year after the last that has a pool; this year where there is none yet."""
    last_pool = Pool.objects.order_by("-fiscal_year").first()
    if last_pool is None:
        return today().year
    return last_pool.fiscal_year + 1


def start_figures() -> dict[str, int]:
    """What each frame, by its name, gives to begin with (`budget/data/funding.csv`), whole DKK."""
    path = settings.BASE_DIR / "budget" / "data" / "funding.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["name"]: int(row["amount_dkk"]) for row in csv.DictReader(file)}


WHOLE_POOL = "Hele puljen"


class Change(NamedTuple):
    """A frame's part of a year (or the whole pool of it) as it is and as it would be; whole DKK."""

    year: int
    name: str
    allocated: int
    allocated_after: int
    free: int
    free_after: int


def effect(lines: Lines) -> list[Change]:
    """The years that `lines` touch, pool and frames, before and after.

    What is used of a year is shared anew between its frames.
    """
    years = sorted({year for year, _ in lines})
    # Frames that have put nothing into a year stand there too, with nothing.
    pools = {pool.year: pool for pool in book_queries.pools(years)}
    names = dict(FundingSource.objects.values_list("pk", "name"))

    changes = []
    for year in years:
        moved = {
            source: amount for (of, source), amount in lines.items() if of == year
        }
        changes += _changes_of_year(year, pools.get(year), moved, names)
    return changes


def who_pays(changes: Sequence[Change]) -> list[str]:
    """Who bears more and who less of what is used of a year, as sentences with the amounts."""
    # Where there is not enough, nobody bears it: the table says what is short.
    overdrawn = {change.year for change in changes if change.free_after < 0}
    sentences = []
    for change in changes:
        borne = change.allocated - change.free
        borne_after = change.allocated_after - change.free_after
        # The whole pool bears what is used, before and after.
        if change.name == WHOLE_POOL or change.year in overdrawn:
            continue
        # A krone is how the parts are rounded.
        if abs(borne_after - borne) <= 1:
            continue
        more = "mere"
        if borne_after < borne:
            more = "mindre"
        sentences.append(
            f"Af det, der er brugt i {change.year}, betaler {change.name}"
            f" {kr(abs(borne_after - borne))} {more}: {kr(borne_after)} i stedet for {kr(borne)}"
        )
    return sentences


def _changes_of_year(
    year: int,
    pool: PoolYear | None,
    moved: Mapping[int, int],
    names: Mapping[int, str],
) -> list[Change]:
    """The whole pool, then each frame. `moved` is whole DKK by the id of the frame."""
    frames: dict[int, Frame] = {}
    free = 0
    used = 0
    if pool:
        frames = {frame.source_id: frame for frame in pool.frames}
        free = pool.free
        used = pool.allocated - pool.free

    allocated = {}
    allocated_after = {}
    for source in names:
        allocated[source] = 0
        if source in frames:
            allocated[source] = frames[source].amount
        allocated_after[source] = allocated[source] + moved.get(source, 0)

    whole = sum(allocated_after.values())
    parts = _parts_of_use(used, list(allocated_after.values()))

    # The pool of a year that is to be opened does not stand yet: all of it is
    # new.
    moved_in_all = sum(moved.values())
    before = whole - moved_in_all
    free_after = free + moved_in_all
    changes = [Change(year, WHOLE_POOL, before, whole, free, free_after)]
    for source, part in zip(names, parts, strict=True):
        # A frame that has put nothing into the year has nothing free.
        free_of_frame = 0
        if source in frames:
            free_of_frame = frames[source].free
        changes.append(
            Change(
                year,
                names[source],
                allocated[source],
                allocated_after[source],
                free_of_frame,
                allocated_after[source] - part,
            )
        )
    return changes


def _parts_of_use(used: int, allocated: list[int]) -> list[int]:
    """What each frame bears of what is used, in whole DKK.

    Where a proposal asks for more than there is, nobody bears it: the page
    shows the overdraft.
    """
    if min(allocated) < 0 or sum(allocated) < used:
        return [0] * len(allocated)
    return book_rules.shared(used, allocated)


@work_left.counts_as("Forslag om penge, personen venter svar på")
def _proposals_unanswered(person: User) -> int:
    return Proposal.objects.waiting().filter(proposed_by=person).count()
