"""Letters on a made-up case: how a text is seen before it is used. Nothing of it is kept.

The letters are the real ones; only what they are written from is made up, and
neither the pupil nor the schools exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from applications.models import Application, PupilCase
from skolefleks.danish import today
from skolefleks.models import School
from skolefleks.setup import trade
from visitation.law.rules import Kind as CaseKind
from visitation.letters import changes, leaving, queries, texts
from visitation.models import Decision, Document, Grant, Meeting

if TYPE_CHECKING:
    from skolefleks.texts.wording import Wording

Kind = Document.Kind
Outcome = Decision.Outcome
Basis = Decision.Basis

NOTHING_PAID = queries.Settlement(0, 0, 0, None)

TARIFF = 180_000
EARLIER_TARIFF = 200_000

CONTACT = "Mette Lund, mette.lund@kommune.example"
CONDITIONS = "Skolen følger fraværet og skriver det ned hver uge."
GROUNDS = (
    "Eleven har brug for en fast voksen i de første lektioner."
    " Det, skolen har prøvet, har ikke været nok."
)


@dataclass(frozen=True)
class Sample:
    """What is made up of a case: what was decided, by whom, and what has been paid."""

    outcome: Outcome
    basis: Basis = Basis.MEETING
    kind: CaseKind = CaseKind.INTERNAL
    is_second_answer: bool = False
    begins_late: bool = False
    waits_for_money: bool = False
    money: queries.Settlement = NOTHING_PAID
    write: Callable[..., texts.Letter] = texts.Letter

    @property
    def grants(self) -> bool:
        """Whether it grants something for days to come."""
        without = (
            Outcome.REJECTED,
            Outcome.POSTPONED,
            Outcome.STOPPED,
            Outcome.UNCHANGED,
        )
        return self.outcome not in without


class MadeUpFacts(queries.Facts):
    """What a letter is written from, without a database."""

    def __init__(self, sample: Sample, decision: Decision) -> None:
        super().__init__(decision, decision.application)
        self.sample = sample

    def grant(self) -> Grant | None:
        if not self.sample.grants:
            return None
        starts_on = _first_of_next_month()
        return Grant(
            decision=self.decision,
            tariff=TARIFF,
            starts_on=starts_on,
            ends_on=date(starts_on.year + 1, 7, 31),
            conditions=CONDITIONS,
        )

    def grant_before(self) -> Grant:
        last_day = _first_of_next_month() - timedelta(days=1)
        starts_on = date(last_day.year - 1, 8, 1)
        return Grant(
            decision=self.decision,
            tariff=EARLIER_TARIFF,
            starts_on=starts_on,
            ends_on=last_day,
        )

    def grant_replaced(self) -> Grant | None:
        if self.sample.begins_late:
            return None
        return self.grant_before()

    def late_from(self) -> date | None:
        if not self.sample.begins_late:
            return None
        return _first_of_next_month() - timedelta(weeks=3)

    def follow_up_days(self, grant: Grant) -> list[date]:
        return [grant.starts_on + timedelta(weeks=6)]

    def settlement(self) -> queries.Settlement:
        return self.sample.money

    def waits_for_money(self) -> bool:
        return self.sample.waits_for_money

    def kind(self) -> CaseKind:
        return self.sample.kind

    def contact(self) -> str:
        return CONTACT


def letter(sample: Sample, wording: Wording) -> texts.Letter:
    """The letter of the made-up decision, in these words."""
    decision = _decision(sample)
    facts = MadeUpFacts(sample, decision)
    if sample.write is leaving.LeavingLetter:
        grant = facts.grant_before()
        return leaving.LeavingLetter(
            grant,
            school=School(name="Bakkeskolen"),
            last_day=grant.last_day,
            grounds=GROUNDS,
            facts=facts,
            wording=wording,
        )
    if sample.write is changes.EndLetter:
        ended = facts.grant_before()
        return changes.EndLetter(
            decision, decision.application, ended, facts=facts, wording=wording
        )
    return sample.write(decision, decision.application, facts=facts, wording=wording)


def to_school(sample: Sample, wording: Wording) -> dict[str, Any]:
    """What the school's letter says."""
    return _whole(letter(sample, wording).source_to(Kind.LETTER))


def to_parents(sample: Sample, wording: Wording) -> dict[str, Any]:
    """What the text to the parents says."""
    return _whole(letter(sample, wording).source_to(Kind.PARENTS))


def _whole(source: dict[str, Any]) -> dict[str, Any]:
    return {"municipality": trade.letterhead(), **source}


def _decision(sample: Sample) -> Decision:
    now = timezone.now()
    decision = Decision(
        pupil_case=_pupil_case(),
        outcome=sample.outcome,
        grounds=GROUNDS,
        basis=sample.basis,
        ground=Decision.Ground.URGENT,
        decided_at=now,
    )
    if sample.basis == Basis.MEETING:
        decision.meeting = Meeting(starts_at=now)
    if sample.is_second_answer:
        weeks_ago = now - timedelta(weeks=4)
        decision.replaces = Decision(
            pupil_case=decision.pupil_case, released_at=weeks_ago
        )
    return decision


def _pupil_case() -> PupilCase:
    number = f"{trade.now().number_prefix}-{today().year}-0000"
    application = Application(
        number=number,
        school=School(name="Engskolen"),
        daily_leader_name="Pia Krog",
    )
    starts_on = _first_of_next_month()
    return PupilCase(
        application=application,
        name="Sofie Holm",
        initials="SH",
        grade=4,
        requested_tariff=EARLIER_TARIFF,
        starts_on=starts_on,
        ends_on=date(starts_on.year + 1, 7, 31),
    )


def _first_of_next_month() -> date:
    in_next_month = today().replace(day=1) + timedelta(days=32)
    return in_next_month.replace(day=1)
