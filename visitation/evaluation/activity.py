"""The tables of what was done: pupils and where, measures, waiting, and the follow-ups."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from applications.models import PupilCase
from applications.reading import rules as reading_rules
from skolefleks.danish import today
from skolefleks.models import District, School
from skolefleks.setup import trade
from visitation.evaluation import rules
from visitation.evaluation.population import Sum
from visitation.evaluation.tables import Row, Table
from visitation.lifecycle import FollowUpStatus
from visitation.models import Decision, FollowUpWindow, PlanMeasure

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from visitation.evaluation.population import Population
    from visitation.evaluation.rules import Period
    from visitation.models import Effort

PUPIL_COLUMNS = (
    ("Elever", "whole"),
    ("Helårselever", "number"),
    ("Bevilget", "kr"),
    ("Pris pr. helårselev", "kr"),
)


# -- the pupils ------------------------------------------------------------------------------------
def pupils(population: Population) -> list[Table]:
    """By district, by age group, and by whether they are kept or return. Takes one query."""
    # All groups there are: a district without a pupil is a row too.
    districts = [(row.pk, row.name) for row in District.objects.all()]
    ages = [(group, group.value) for group in rules.AgeGroup]
    kinds = [(kind.value, kind.label) for kind in PupilCase.Kind]

    return [
        _pupil_table(
            population,
            ("districts", "Elever efter distrikt", "Distrikt"),
            districts,
            population.by(lambda grant: grant.district_id),
            note=_expected(population.period),
        ),
        _pupil_table(
            population,
            ("ages", "Elever efter alder", "Alder"),
            ages,
            population.by(lambda grant: rules.age_group(grant.age)),  # type: ignore[attr-defined]
            note="Alderen på dagen for afgørelsen.",
        ),
        _pupil_table(
            population,
            ("kinds", "Fastholdelse og tilbageslusning", "Formål"),
            [*kinds, ("", "Ikke oplyst")],
            population.by(lambda grant: grant.kind),  # type: ignore[attr-defined]
        ),
    ]


def _expected(period: Period) -> str:
    then = trade.on(period.counted_on)
    low, high = then.places_per_district
    low_in_all, high_in_all = then.places_in_all
    return (
        f"Forventet: {low}-{high} elever i hvert distrikt, {low_in_all}-{high_in_all} i"
        " alt. En elev, der er flyttet, tæller i det distrikt, eleven var i til sidst."
    )


def _pupil_table(
    population: Population,
    names: tuple[str, str, str],
    groups: Iterable[tuple[Hashable, str]],
    sums: dict[Hashable, Sum],
    *,
    note: str = "",
) -> Table:
    key, title, first = names
    length = population.period.length
    rows = []
    for group, name in groups:
        one = sums.get(group, Sum())
        # "Not known" is a row only where there is somebody in it.
        if group in {"", rules.AgeGroup.UNKNOWN} and not one.pupils:
            continue
        rows.append(_pupil_row(name, one, length))
    return Table(
        key=key,
        section="activity",
        title=title,
        first=first,
        columns=PUPIL_COLUMNS,
        rows=rows,
        total=_pupil_row("I alt", population.total, length),
        note=note,
        adds_up=True,
    )


def _pupil_row(name: str, one: Sum, length: int) -> Row:
    cells = (
        one.pupils,
        one.days / length,
        one.amount,
        rules.price(one.amount, one.days, length),
    )
    return Row(name, cells, (one.pupils,))


# -- the measures ----------------------------------------------------------------------------------
def measures(efforts: Sequence[Effort]) -> Table:
    """The kinds of measures of the efforts, their hours and what they cost. Takes one query."""
    # Sets: an effort with two measures of a kind is one effort.
    efforts_of: dict[str, set[UUID]] = defaultdict(set)
    hours: dict[str, Decimal] = defaultdict(Decimal)
    costs: dict[str, int] = defaultdict(int)
    rows = PlanMeasure.objects.filter(effort__in=efforts)
    for kind, effort, per_week, cost in rows.values_list(
        "kind", "effort", "hours_per_week", "cost"
    ):
        efforts_of[kind].add(effort)
        hours[kind] += per_week or 0
        costs[kind] += cost or 0

    lines = []
    for kind in PlanMeasure.Kind:
        number = len(efforts_of[kind])
        share = rules.percent(number, len(efforts))
        cells = (number, share, float(hours[kind]), costs[kind])
        lines.append(Row(kind.label, cells, (number, len(efforts) - number)))
    return Table(
        key="measures",
        section="activity",
        title="Slags tiltag",
        first="Tiltag",
        columns=(
            ("Indsatser", "whole"),
            ("Af alle", "percent"),
            ("Timer om ugen", "number"),
            ("Hvad det koster", "kr"),
        ),
        rows=lines,
        note=(
            "En indsats har ofte flere tiltag, så rækkerne lægges ikke sammen. Timer og"
            " beløb er planernes."
        ),
    )


# -- waiting ---------------------------------------------------------------------------------------
def waiting(period: Period, efforts: Iterable[Effort]) -> Table:
    """Days from submission to the first decision, and to the beginning. Takes one query."""
    waits = _waits_for_decision(period)
    to_decision = [wait.days for wait in waits]
    to_begin = _days_to_begin(period, efforts)
    goal = trade.on(period.counted_on).waiting_goal_days
    # The school's own part is not the committee's.
    in_time = sum(wait.at_committee <= goal for wait in waits)
    at_school = [wait.at_school for wait in waits]
    decision_cells = (
        len(to_decision),
        rules.median(to_decision),
        in_time,
        rules.percent(in_time, len(to_decision)),
    )
    # What is not in time follows from the two: it is judged with them.
    decision_counts = (len(to_decision), in_time, len(to_decision) - in_time)
    school_cells = (len(waits), rules.median(at_school), None, None)
    begin_cells = (len(to_begin), rules.median(to_begin), None, None)
    return Table(
        key="waiting",
        section="activity",
        title="Ventetid",
        first="Fra ansøgningen er indsendt",
        columns=(
            ("Antal", "whole"),
            ("Dage (median)", "number"),
            ("Inden for målet", "whole"),
            ("Andel", "percent"),
        ),
        rows=[
            Row("Til afgørelsen er truffet", decision_cells, decision_counts),
            Row("Heraf hos skolen før afgørelsen", school_cells, (len(waits),)),
            Row("Til indsatsen er begyndt", begin_cells, (len(to_begin),)),
        ],
        note=f"Målet er højst {goal} dage til afgørelsen, uden skolens egne dage.",
        is_flow=True,
    )


def _waits_for_decision(period: Period) -> list[reading_rules.Wait]:
    """Of the pupils whose first decision was made in the period."""
    # A correction is no second wait.
    decisions = Decision.objects.known_to_school().filter(
        replaces=None,
        decided_at__date__gte=period.first_day,
        decided_at__date__lte=period.last_day,
    )
    # A postponement is no answer yet, and who moves had theirs before.
    outcome = Decision.Outcome
    answers = decisions.exclude(outcome__in=(outcome.POSTPONED, outcome.MOVED))
    waits = []
    case = "pupil_case__application__"
    for decided_at, submitted_at, at_school in answers.values_list(
        "decided_at", f"{case}submitted_at", f"{case}days_at_school"
    ):
        if submitted_at:
            days = _days_between(submitted_at, decided_at)
            waits.append(reading_rules.Wait(days, min(at_school, days)))
    return waits


def _days_to_begin(period: Period, efforts: Iterable[Effort]) -> list[int]:
    """Of the efforts that began in the period, as the school confirmed it."""
    waits = []
    for effort in efforts:
        submitted_at = effort.submitted_at  # type: ignore[attr-defined]
        begun_on = effort.begun_on
        # Who moves has begun already.
        if submitted_at is None or begun_on is None or effort.moved_from_id:
            continue
        if period.first_day <= begun_on <= period.last_day:
            waits.append((begun_on - timezone.localdate(submitted_at)).days)
    return waits


def _days_between(first: datetime, last: datetime) -> int:
    return (timezone.localdate(last) - timezone.localdate(first)).days


# -- the follow-ups --------------------------------------------------------------------------------
PROCESS_COLUMNS = (
    ("Skulle holdes", "whole"),
    ("Holdt til tiden", "whole"),
    ("Andel", "percent"),
    ("Skulle gives", "whole"),
    ("Resultat til tiden", "whole"),
    ("Andel ", "percent"),
)


def process(period: Period) -> Table:
    """The follow-ups whose last day lies in the period, by school. Takes two queries."""
    windows = (
        FollowUpWindow.objects.exclude(status=FollowUpStatus.CANCELLED)
        .filter(hold_by__gte=period.first_day, hold_by__lte=period.last_day)
        .filter(Q(hold_by__lt=today()) | Q(held_on__isnull=False))
    )
    # Counted once for the school and once for all, so that the total is no sum of shares.
    tallies: dict[int, Tally] = defaultdict(Tally)
    in_all = Tally()
    for school, hold_by, held_on, tell_by, told_at in windows.values_list(
        "effort__school", "hold_by", "held_on", "tell_by", "told_at"
    ):
        for tally in (tallies[school], in_all):
            tally.count(hold_by, held_on, tell_by, told_at)

    rows = [tallies[school.pk].row(school.name) for school in School.objects.all()]
    return Table(
        key="process",
        section="process",
        title="Opfølgninger til tiden",
        first="Skole",
        columns=PROCESS_COLUMNS,
        rows=rows,
        total=in_all.row("I alt"),
        note=(
            "Opfølgninger, hvis frist ligger i perioden og er gået. Skolerne står i"
            " distrikternes rækkefølge; det er ingen rangordning."
        ),
        adds_up=True,
        is_flow=True,
    )


class Tally:
    """How many follow-ups were to be held and told, and how many were in time."""

    def __init__(self) -> None:
        self.due = 0
        self.in_time = 0
        self.to_tell = 0
        self.told_in_time = 0

    def count(
        self,
        hold_by: date,
        held_on: date | None,
        tell_by: date,
        told_at: datetime | None,
    ) -> None:
        """One follow-up more."""
        self.due += 1
        # Without a talk there is nothing to tell of.
        if held_on is None:
            return
        self.in_time += held_on <= hold_by
        # Its day has not come.
        if told_at is None and tell_by >= today():
            return
        self.to_tell += 1
        self.told_in_time += (
            told_at is not None and timezone.localdate(told_at) <= tell_by
        )

    def row(self, name: str) -> Row:
        cells = (
            self.due,
            self.in_time,
            rules.percent(self.in_time, self.due),
            self.to_tell,
            self.told_in_time,
            rules.percent(self.told_in_time, self.to_tell),
        )
        # Each count, and what is lacking in it: both could be computed from what is shown.
        counts = (
            self.due,
            self.in_time,
            self.due - self.in_time,
            self.to_tell,
            self.told_in_time,
            self.to_tell - self.told_in_time,
            self.due - self.to_tell,
        )
        return Row(name, cells, counts)
