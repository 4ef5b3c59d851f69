"""So many efforts of all kinds, made in bulk: what the figures of oversight and evaluation are of.

The same seed makes the same efforts. Nothing is decided by an act here: what the figures are
recomputed from are the rows, however they came.
"""

from __future__ import annotations

import random
import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from applications.models import Application, PupilCase
from budget.models import Posting
from budget.tariff import by_fiscal_year
from skolefleks.danish import today
from tests.conftest import many
from tests.roles import count_rows
from visitation.models import (
    ClosingReport,
    Decision,
    Effort,
    EffortCondition,
    EffortGoal,
    Exam,
    FollowUpWindow,
    Grant,
    Measurement,
    Now,
    PlanMeasure,
    Scale,
    Whereabouts,
)

KINDS = (
    "differentiated_teaching",
    "resource_person",
    "cross_professional",
    "outdoor_school",
    "other",
)


def at(day: date, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


class Caseload:
    """Makes efforts at the schools, by one person."""

    def __init__(self, schools, *, by, seed: int = 7) -> None:
        self.dice = random.Random(seed)
        self.schools = list(schools.values())
        self.by = by
        self.made = 0
        self.scale = Scale.objects.get(goal_kind="scale")

    def make(self, count: int, *, first: date | None = None, days: int = 0) -> list[Effort]:
        """`count` efforts at schools in turn; `first` and `days` fix their period."""
        efforts = []
        for school in self.schools:
            number = len(range(self.schools.index(school), count, len(self.schools)))
            if not number:
                continue
            cases = many(number, school=school, by=self.by, first=1001 + self.made)
            self.made += number
            efforts += [self.effort(case, school, first, days) for case in cases]
        count_rows(Effort, EffortGoal, FollowUpWindow, Measurement, Grant, Decision)
        return efforts

    def effort(self, pupil_case, school, first: date | None, days: int) -> Effort:
        dice = self.dice
        begins = first or today() - timedelta(days=dice.randint(-30, 800))
        ends = begins + timedelta(days=days or dice.choice((90, 200, 364, 364, 500)))
        grant = self.granted(pupil_case, school, begins, ends)
        is_over = ends < today()
        has_begun = begins <= today() and dice.random() > 0.1
        status = "awaiting"
        if is_over:
            status = "ended"
        elif has_begun:
            status = "running"

        begun_on = None
        if has_begun:
            begun_on = begins + timedelta(days=dice.randint(0, 30))
        effort = Effort.objects.create(
            application=pupil_case.application,
            pupil_case=pupil_case,
            pupil=pupil_case.pupil,
            school=school,
            status=status,
            starts_on=begins,
            ends_on=ends,
            begun_on=begun_on,
            created_at=at(begins - timedelta(days=10)),
        )
        Grant.objects.filter(pk=grant.pk).update(effort=effort)
        self.plan(effort, grant)
        self.follow_ups(effort, grant)
        if is_over:
            self.close(effort)
        return effort

    def granted(self, pupil_case, school, begins: date, ends: date) -> Grant:
        """Decided some weeks after it was submitted, released, and committed in the books."""
        dice = self.dice
        decided = begins - timedelta(days=dice.randint(5, 40))
        submitted = at(decided - timedelta(days=dice.randint(3, 45)), 8)
        Application.objects.filter(pk=pupil_case.application_id).update(
            submitted_at=submitted, status="closed"
        )
        PupilCase.objects.filter(pk=pupil_case.pk).update(
            kind=dice.choice(("retention", "retention", "return"))
        )
        decision = Decision.objects.create(
            basis="alone",
            ground="urgent",
            has_alone_reason=True,
            pupil_case=pupil_case,
            status="released",
            outcome=dice.choice(("granted", "partly")),
            grounds="Behovet er stort.",
            age=dice.choice((None, 8, 11, 13, 14, 16)),
            decided_by=self.by,
            decided_at=at(decided),
            released_at=at(decided + timedelta(days=2)),
        )
        tariff = dice.choice((120_000, 180_000, 200_000, 215_333))
        grant = Grant.objects.create(
            decision=decision,
            pupil=pupil_case.pupil,
            district=school.district,
            tariff=tariff,
            starts_on=begins,
            ends_on=ends,
        )
        self.commit(grant)
        return grant

    def commit(self, grant: Grant) -> None:
        parts = by_fiscal_year(grant.tariff, grant.starts_on, grant.ends_on)
        for year, part in parts.items():
            Posting.objects.create(
                pool_id=year,
                kind="commitment",
                amount=part.amount,
                district=grant.district,
                reference=grant.pk,
                places=1,
                days=part.days,
                made_by=self.by,
            )

    # -- the effort's own --
    def plan(self, effort: Effort, grant: Grant) -> None:
        dice = self.dice
        for position in range(dice.randint(1, 3)):
            PlanMeasure.objects.create(
                effort=effort,
                position=position,
                kind=dice.choice(KINDS),
                what="Voksen i klassen",
                hours_per_week=dice.choice((None, Decimal("4.5"), Decimal(8))),
                cost=dice.choice((None, 40_000, 75_500)),
            )
        for number in range(1, dice.randint(1, 3)):
            baseline = dice.choice((None, Decimal(2), Decimal(3), Decimal(4)))
            goal = EffortGoal.objects.create(
                effort=effort,
                number=number,
                kind="scale",
                what="Kommer til tiden",
                baseline=baseline,
                target=Decimal(8),
                at=at(effort.starts_on),
            )
            self.measure(goal)
        for state in dice.choices(("open", "met", "not_met", "dropped"), k=dice.randint(0, 2)):
            settled = {}
            if state in {"met", "not_met"}:
                settled = {"settled_by": self.by, "settled_at": timezone.now()}
            EffortCondition.objects.create(
                effort=effort,
                grant=grant,
                text="Møde hver uge",
                state=state,
                due_on=today() + timedelta(days=dice.randint(-90, 90)),
                **settled,
            )

    def measure(self, goal: EffortGoal) -> None:
        """Some voices, each some times; a value now and then is corrected or not measured."""
        dice = self.dice
        for voice in ("pupil", "parents", "school", "ppr"):
            day = goal.effort.starts_on
            for _ in range(dice.choice((0, 1, 2, 3, 4))):
                day += timedelta(days=dice.randint(20, 80))
                if day > today():
                    break
                said = {"value": Decimal(dice.randint(2, 18)) / 2}
                if dice.random() < 0.15:
                    said = {"value": None, "not_measured": "declined"}
                first = self.measured(goal, voice, day, **said)
                if dice.random() < 0.15:
                    new = {"value": Decimal(dice.randint(1, 10)), "replaces": first}
                    self.measured(goal, voice, day, reason="Tastefejl", **new)

    def measured(self, goal: EffortGoal, voice: str, day: date, **said) -> Measurement:
        return Measurement.objects.create(
            effort=goal.effort,
            goal=goal,
            scale=self.scale,
            voice=voice,
            measured_on=day,
            filled_in_by="together",
            how="talk",
            by=self.by,
            at=at(day),
            **said,
        )

    def close(self, effort: Effort) -> None:
        """Most hand a closing report in; afterwards some answer where the pupil is."""
        dice = self.dice
        laid_on = effort.ends_on + timedelta(days=1)
        closing = {"laid_on": laid_on, "due_on": laid_on + timedelta(days=21)}
        if dice.random() < 0.8:
            closing |= {
                "status": "handed_in",
                "now": dice.choice(Now.values),
                "exam": dice.choice(("", *Exam.values)),
                "written_by": self.by,
                "written_at": timezone.now(),
            }
        ClosingReport.objects.create(effort=effort, **closing)
        for months in (6, 12):
            answer = {"ask_on": effort.ends_on + timedelta(days=30 * months)}
            if answer["ask_on"] <= today() and dice.random() < 0.8:
                answer |= {
                    "status": "answered",
                    "now": dice.choice(Now.values),
                    "exam": dice.choice(("", *Exam.values)),
                    "answered_by": self.by,
                    "answered_at": timezone.now(),
                }
            Whereabouts.objects.create(effort=effort, months=months, **answer)

    def follow_ups(self, effort: Effort, grant: Grant) -> None:
        """One every twelve weeks; most are held, some late or not at all."""
        dice = self.dice
        day = effort.starts_on + timedelta(weeks=6)
        while day <= effort.ends_on:
            if effort.ends_on < today() or day < today() + timedelta(days=60):
                self.follow_up(effort, grant, day, dice.random())
            day += timedelta(weeks=12)

    def follow_up(self, effort: Effort, grant: Grant, day: date, luck: float) -> None:
        window = FollowUpWindow(
            id=uuid.UUID(int=self.dice.getrandbits(128)),
            effort=effort,
            grant=grant,
            opens_on=day - timedelta(days=13),
            hold_by=day,
            tell_by=day + timedelta(days=14),
        )
        held_on = day + timedelta(days=self.dice.randint(-12, 9))
        if effort.status == "ended" and luck < 0.15:
            window.status = "cancelled"
        elif held_on <= today() and luck < 0.9:
            window.status = "held"
            window.held_on = held_on
            window.tell_by = max(held_on + timedelta(days=14), day)
            told_on = held_on + timedelta(days=self.dice.randint(0, 20))
            if told_on <= today():
                window.status = "told"
                window.told_at = at(told_on)
                window.told_by = self.by
                window.outcome = self.dice.choice(("unchanged", "change", "stop"))
        window.save(force_insert=True)
