"""What the letters say where an effort moves with its pupil to another school."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.danish import day
from visitation.letters.changes import ChangeLetter
from visitation.models import Decision

if TYPE_CHECKING:
    from datetime import date

    from skolefleks.models import School
    from skolefleks.texts.wording import Wording
    from visitation.letters import queries
    from visitation.models import Grant

Outcome = Decision.Outcome


class MoveLetter(ChangeLetter):
    """To the new school, and to the parents."""

    def _lead_to_school(self) -> str:
        return self._say("brev-indledning-flyttet", klasse=self._grade())

    def _lead_to_parents(self) -> str:
        return self._say("foraeldre-indledning-flyttet")

    def _meaning(self) -> str:
        if self.grant is None:
            return ""
        return self._say("betyder-flyttet", **self._period(self.grant))

    def _next_at_school(self) -> list[str]:
        first = ""
        if self.grant:
            first = day(self.grant.starts_on)
        steps = self._items("naeste-skole-flyttet", foerste_dag=first)
        return [*steps, self._say("naeste-skole-foraeldre")]


class LeavingLetter(ChangeLetter):
    """To the school that the pupil leaves; `grant` is the last that it has."""

    def __init__(
        self,
        grant: Grant,
        *,
        school: School,
        last_day: date,
        grounds: str,
        facts: queries.Facts | None = None,
        wording: Wording | None = None,
    ) -> None:
        decision = grant.decision
        super().__init__(decision, decision.application, facts=facts, wording=wording)
        self.outcome = Outcome.MOVED
        # The letter tells of the end and not of what was
        # granted once.
        self.grant = None
        self.before = grant
        self.new_school = school
        self.last_day = last_day
        self.grounds = grounds

    def _verdict(self) -> str:
        return self._say("brev-svar-fraflyttet", ny_skole=str(self.new_school))

    def _lead_to_school(self) -> str:
        names = {"klasse": self._grade(), "ny_skole": str(self.new_school)}
        return self._say("brev-indledning-fraflyttet", **names)

    def _grounds(self) -> str:
        return self.grounds

    def _next_at_school(self) -> list[str]:
        last_day = day(self.last_day)
        return self._items("naeste-skole-fraflyttet", sidste_dag=last_day)
