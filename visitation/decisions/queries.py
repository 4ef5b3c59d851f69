"""What the decision pages show: the cost, who takes part, and the grants a school knows of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import OuterRef, Subquery

from applications.reading import ties
from budget.books.closed import closed_pools, sentence_of
from budget.models import Standing
from budget.payments import queries as payment_queries
from budget.tariff import by_fiscal_year
from skolefleks import alphabet
from skolefleks.danish import kr, today
from skolefleks.models import User
from skolefleks.models.people import COMMITTEE_ROLES
from skolefleks.setup import trade
from visitation.decisions import rules
from visitation.lifecycle import GrantStatus, MeetingStatus
from visitation.models import Attendance, Decision, Grant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from applications.models import Application, PupilCase
    from budget.payments.queries import TooMuch
    from budget.tariff import Part


# -- what a grant costs ----------------------------------------------------------------------------
class Cost(NamedTuple):
    """What a grant takes from one fiscal year.

    `before` and `after` are what the pool has free, in whole DKK; None
    without a pool.
    """

    year: int
    days: int
    amount: int
    before: int | None
    after: int | None


def effect(terms: rules.Terms) -> list[Cost]:
    """What a grant on these terms would take of each fiscal year, and what it would leave."""
    parts = terms.by_fiscal_year()
    # A year without a pool is missing here.
    free = Standing.objects.free(parts)

    costs = []
    for year, part in parts.items():
        before = free.get(year)
        after = None
        if before is not None:
            after = before - part.amount
        costs.append(Cost(year, part.days, part.amount, before, after))
    return costs


@dataclass(frozen=True)
class YearChange:
    """What a fiscal year holds for the pupil before and after, and what is free; whole DKK.

    `owed` is what the school has had beyond that: free only when it is back. `held_more` is how
    much more is held for it than before.
    """

    year: int
    before: int
    after: int
    free: int | None
    owed: int = 0
    held_more: int = 0

    @property
    def free_after(self) -> int | None:
        """What the pool has free afterwards; None without a pool."""
        if self.free is None:
            return None
        return self.free - self.difference - self.held_more

    @property
    def difference(self) -> int:
        return self.after - self.before


def correction(old: Grant | None, terms: rules.Terms) -> list[YearChange]:
    """What it changes by year when `terms` take the place of `old`, from their first day on."""
    before: Mapping[int, Part] = {}
    rest: Mapping[int, Part] = {}
    too_much = []
    if old:
        before = old.by_fiscal_year()
        # The act cuts the old grant short by the same rule.
        last_day = rules.last_day_kept(old, terms)
        if last_day:
            rest = by_fiscal_year(old.tariff, old.starts_on, last_day, old.later)
        too_much = [payment_queries.too_much(old.pk, rest, terms.by_fiscal_year())]
    return changes_between(before, rest, terms.by_fiscal_year(), too_much=too_much)


def ending(old: Grant, last_day: date | None) -> list[YearChange]:
    """What it changes by year to end a grant on a day; None: it is as if it had not been."""
    rest: Mapping[int, Part] = {}
    if last_day:
        rest = by_fiscal_year(old.tariff, old.starts_on, last_day, old.later)
    too_much = [payment_queries.too_much(old.pk, rest)]
    return changes_between(old.by_fiscal_year(), rest, too_much=too_much)


def sentences_of(changes: Sequence[YearChange]) -> list[str]:
    """What the school has had too much, and when it comes back."""
    sentences = []
    for change in changes:
        if change.owed:
            sentences.append(
                f"For {change.year} er der udbetalt {kr(change.owed)} mere, end skolen så skal"
                " have. Beløbet trækkes fra i de næste kørsler, og er frit, når det er tilbage."
            )
    return sentences


def what_stops(changes: Sequence[YearChange]) -> list[str]:
    """Why the books would refuse the changes, with the amount and the way out; none as a rule."""
    years = [change.year for change in changes if change.difference or change.owed]
    sentences = [sentence_of(pool) for pool in closed_pools(years)]
    for change in changes:
        if change.free_after is not None and change.free_after < 0 < change.difference:
            short = kr(-change.free_after)
            sentences.append(
                f"Puljen for {change.year} mangler {short} Vælg en lavere takst eller en kortere"
                " periode, eller bed centercheferne om en tildeling."
            )
        if change.free is None and change.after:
            sentences.append(
                f"Der er endnu ingen pulje for {change.year}. Vælg en tidligere slutdato."
            )
    return sentences


def changes_between(
    before: Mapping[int, Part],
    *after: Mapping[int, Part],
    too_much: Sequence[TooMuch] = (),
) -> list[YearChange]:
    """The years that are touched, ascending; `after` is what several grants hold, together.

    `too_much` is what is paid beyond that, of each of them.
    """
    years = set(before)
    owed = Counter[int]()
    held_more = Counter[int]()
    for parts in after:
        years |= set(parts)
    for more in too_much:
        owed.update(more.owed)
        held_more.update(more.held_more)
    years |= owed.keys()
    free = Standing.objects.free(years)

    changes = []
    for year in sorted(years):
        amount_before = 0
        if year in before:
            amount_before = before[year].amount
        amount_after = sum(parts[year].amount for parts in after if year in parts)
        changes.append(
            YearChange(
                year,
                amount_before,
                amount_after,
                free.get(year),
                owed[year],
                held_more[year],
            )
        )
    return changes


def remarks(
    terms: rules.Terms,
    pupil_case: PupilCase,
    *,
    old: Grant | None = None,
) -> list[tuple[str, str]]:
    """(tone, sentence) of what follows from the terms beside their cost.

    `old` is the grant that they would correct.
    """
    sentences = []

    if rules.outcome_of(terms, pupil_case, old=old) == Decision.Outcome.PARTLY:
        less = (
            "Det er mindre, end skolen søger om: afgørelsen bliver »Delvist bevilget«."
        )
        sentences.append(("info", less))

    if terms.starts_on < today():
        sentences.append(("warning", "Perioden begynder før i dag."))

    # An amount ends in "kr.", so it brings the sentence's full stop along.
    if not rules.is_unit_tariff(terms.tariff):
        unit = kr(trade.now().unit_tariff)
        other = f"Taksten er en anden end {unit} Skriv nedenfor, hvorfor."
        sentences.append(("info", other))

    if rules.is_above_ceiling(terms.tariff):
        ceiling = kr(trade.now().tariff_ceiling)
        above = f"Taksten er over {ceiling} Centercheferne skal godkende den,"
        sentences.append(("warning", f"{above} før I kan frigive."))
    return sentences


def figures(
    terms: rules.Terms | None,
    pupil_case: PupilCase,
    *,
    old: Grant | None = None,
) -> dict[str, Any]:
    """What the page shows under the amount; nothing while what is typed makes no terms.

    `old` is the grant that they would correct: then `live` has what changes
    instead of the cost.
    """
    if terms is None:
        return {"effect": [], "live": [], "remarks": []}

    context: dict[str, Any] = {
        "effect": [],
        "live": [],
        "remarks": remarks(terms, pupil_case, old=old),
    }
    if old:
        context["live"] = correction(old, terms)
    else:
        context["effect"] = effect(terms)
    return context


# -- who takes part --------------------------------------------------------------------------------
@dataclass(frozen=True)
class TakingPart:
    """Who would take part if it were decided now, in a meeting or outside of one.

    `out` has name and reason of those who are disqualified.
    """

    in_meeting: bool
    present: list[str]
    out: list[tuple[str, str]]


def taking_part(application: Application, by: User) -> TakingPart:
    """Who is at the meeting under way with the case on its agenda, and `by`; and who is out."""
    attendances = Attendance.objects.filter(
        user=OuterRef("pk"),
        meeting__status=MeetingStatus.UNDER_WAY,
        meeting__items__application=application,
    )
    # One query: whoever is not at the meeting has no attendance.
    committee = list(
        User.objects.holding(*COMMITTEE_ROLES)
        .annotate(attendance=Subquery(attendances.values("state")[:1]))
        .order_by(alphabet.by("name"))
    )
    reasons = ties.disqualifications(application, committee)

    present = []
    out = []
    for person in committee:
        if person.pk in reasons:
            out.append((person.name, reasons[person.pk]))
        elif person == by or person.attendance == Attendance.State.PRESENT:
            present.append(person.name)

    # Whoever is on the meeting's list has an attendance, there or not.
    in_meeting = any(person.attendance for person in committee)
    return TakingPart(in_meeting, present, out)


# -- the decisions and grants there are ------------------------------------------------------------
def is_decided(pupil_case: PupilCase) -> bool:
    """Whether the pupil has a decision that stands; a released postponement is none."""
    return Decision.objects.settled().filter(pupil_case=pupil_case).exists()


def known_decision(pupil_case: PupilCase) -> Decision | None:
    """What the school knows of the pupil; of one who is to be decided it is a postponement."""
    return Decision.objects.released().filter(pupil_case=pupil_case).first()


def known_grant(pupil_case: PupilCase) -> Grant | None:
    """The grant of what the school knows, which a correction would change; the last one of several.

    A decision that stopped an effort, or left it as it was, has no grant of its own.
    """
    grants = Grant.objects.standing().known_to_school()
    return grants.filter(decision__pupil_case=pupil_case).order_by("starts_on").last()


def grant_to_end(pupil_case: PupilCase) -> Grant | None:
    """The pupil's running grant that the school knows of; of two the one that ends first."""
    grants = Grant.objects.known_to_school().filter(
        status=GrantStatus.RUNNING, ends_on__gt=today()
    )
    running = grants.filter(decision__pupil_case=pupil_case)
    return running.select_related("decision").order_by("ends_on").first()


def years_counted(grant: Grant) -> set[int]:
    """The fiscal years in which another grant of the pupil holds the place.

    In whatever district: who moves within a year is counted where the year began.
    """
    grants = Grant.objects.standing().filter(pupil=grant.pupil)
    # By what each takes now: a grant that was cut short holds fewer years, and
    # one whose days of a year round to nothing has no place there.
    years: set[int] = set()
    for other in grants.exclude(pk=grant.pk):
        parts = other.by_fiscal_year()
        years |= {year for year, part in parts.items() if part.amount}
    return years


# -- what lists say --
def answers_of(decisions: QuerySet[Decision]) -> list[Decision]:
    """What each pupil of a case was answered.

    A stop is an answer too, and so is that an effort came along from another
    school: its case there has no other. A step down is none.
    """
    of_running = (Decision.Outcome.STOPPED, Decision.Outcome.MOVED)
    answers: dict[UUID, Decision] = {}
    for decision in decisions.order_by("decided_at"):
        if decision.outcome in of_running or not decision.is_amending:
            answers[decision.pupil_case_id] = decision
    return list(answers.values())


def tariffs_of(decisions: QuerySet[Decision]) -> list[int]:
    """What each pupil was granted, whole DKK a year, as it was decided; a stop leaves it."""
    tariffs: dict[UUID, int] = {}
    for decision in decisions.order_by("decided_at"):
        if decision.is_amending and decision.outcome != Decision.Outcome.MOVED:
            continue
        # Django raises where the other side of a one-to-one is missing.
        grant: Grant | None = getattr(decision, "grant", None)
        tariffs[decision.pupil_case_id] = 0
        if grant and grant.status != GrantStatus.ANNULLED:
            tariffs[decision.pupil_case_id] = grant.tariff
    return list(tariffs.values())
