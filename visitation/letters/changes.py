"""What the letters say where an effort that runs is stepped down, extended, changed or stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.calendar import ONE_DAY
from skolefleks.danish import day, kr, today
from visitation.letters.texts import Letter
from visitation.models import Decision

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.texts.wording import Wording
    from visitation.letters import queries
    from visitation.models import Grant

Outcome = Decision.Outcome

# What is decided of an effort that runs.
OUTCOMES = (
    Outcome.STEPPED_DOWN,
    Outcome.EXTENDED,
    Outcome.CHANGED,
    Outcome.STOPPED,
    Outcome.UNCHANGED,
)


class ChangeLetter(Letter):
    """A decision on an effort that runs, and what its two letters say of it."""

    def __init__(
        self,
        decision: Decision,
        application: Application,
        *,
        facts: queries.Facts | None = None,
        wording: Wording | None = None,
    ) -> None:
        super().__init__(decision, application, facts=facts, wording=wording)
        self.before = self.facts.grant_before()

    def _lead_to_school(self) -> str:
        names = {"udvalg": self._body(), "klasse": self._grade()}
        return self._say("brev-indledning-opfoelgning", **names)

    def _lead_to_parents(self) -> str:
        return self._say("foraeldre-indledning-opfoelgning")

    def _earlier_answer(self) -> list[str]:
        if self.before is None:
            return []
        if self.outcome == Outcome.UNCHANGED:
            return [self._of_grant("hidtil-uaendret", self.before)]
        return [self._of_grant("hidtil", self.before)]

    def _terms(self, tariff_label: str) -> list[list[str]]:
        """Each tariff of the row with its days, where it is stepped down more than once."""
        if self.grant is None or not self.grant.later:
            return super()._terms(tariff_label)

        grant = self.grant
        first_days = [
            grant.starts_on,
            *(step.from_on for step in grant.later),
        ]
        last_days = [first - ONE_DAY for first in first_days[1:]] + [grant.ends_on]
        rows = []
        for first, last in zip(first_days, last_days, strict=True):
            tariff = kr(grant.tariff_on(first))
            rows.append([f"{day(first)} – {day(last)}", f"{tariff} pr. år"])
        return rows

    # -- what it means, and what comes next --------------------------------------------------------
    def _meaning(self) -> str:
        if self.outcome == Outcome.STOPPED:
            return self._say("betyder-stoppet", sidste_dag=self._last_day())
        if self.outcome == Outcome.UNCHANGED or self.grant is None:
            return self._say("betyder-uaendret", sidste_dag=self._last_day())

        key = "betyder-aendret"
        if self.outcome == Outcome.EXTENDED:
            key = "betyder-forlaenget"
        if self.outcome == Outcome.STEPPED_DOWN:
            key = "betyder-trappet-ned"
        return self._say(key, **self._period(self.grant))

    def _next_at_school(self) -> list[str]:
        parents = self._say("naeste-skole-foraeldre")
        if self.outcome == Outcome.STOPPED:
            last_day = self._last_day()
            stop = self._items("naeste-skole-stoppet", sidste_dag=last_day)
            return [*stop, parents]
        if self.outcome == Outcome.UNCHANGED:
            return [*self._items("naeste-skole-uaendret"), parents]
        return [*self._items("naeste-skole-aendret"), parents]

    def _next_at_home(self) -> list[str]:
        return self._items("naeste-hjem-opfoelgning")

    def _last_day(self) -> str:
        if self.before is None:
            return day(today())
        return day(self.before.last_day)


class EndLetter(ChangeLetter):
    """A grant that ends before its time without a follow-up, and what its two letters say of it."""

    def __init__(
        self,
        decision: Decision,
        application: Application,
        ended: Grant,
        *,
        facts: queries.Facts | None = None,
        wording: Wording | None = None,
    ) -> None:
        super().__init__(decision, application, facts=facts, wording=wording)
        self.before = ended

    def _lead_to_school(self) -> str:
        return self._say("brev-indledning-slut", klasse=self._grade())
