"""What the letters say where an effort moves with its pupil to another school."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.danish import day, today
from visitation.letters.changes import ChangeLetter
from visitation.models import Decision

if TYPE_CHECKING:
    from datetime import date

    from skolefleks.models import School
    from visitation.models import Grant

Outcome = Decision.Outcome


class MoveLetter(ChangeLetter):
    """To the new school, and to the parents."""

    verdicts = {Outcome.MOVED: "Bevillingen følger eleven."}
    answers = {Outcome.MOVED: "Hjælpen følger med til den nye skole."}

    def _lead_to_school(self) -> str:
        return (
            f"{self.pupil}{self._grade()} skifter skole. Indsatsen med midler fra"
            f" SkoleFleks følger med til {self.school}."
        )

    def _lead_to_parents(self) -> str:
        return (
            f"{self.pupil} skifter skole. Hjælpen fra SkoleFleks følger med til"
            f" {self.school}."
        )

    def _meaning(self) -> str:
        if self.grant is None:
            return ""
        first, last = day(self.grant.starts_on), day(self.grant.ends_on)
        return (
            f"{self.school} får penge til at hjælpe {self.pupil} fra {first} til {last}."
            " Beløbet pr. år er det samme som på den gamle skole."
        )

    def _next_at_school(self) -> list[str]:
        first = ""
        if self.grant:
            first = day(self.grant.starts_on)
        parents = (
            "Giv forældrene den tekst, der følger med brevet, og tal den igennem med dem"
            " og eleven."
        )
        return [
            f"Indsatsen begynder hos jer {first}. Bekræft, når den er begyndt.",
            "Se planen, målene og målingerne igennem: de er kommet med.",
            parents,
        ]


class LeavingLetter(ChangeLetter):
    """To the school that the pupil leaves; `grant` is the last that it has."""

    def __init__(
        self, grant: Grant, *, school: School, last_day: date, grounds: str
    ) -> None:
        super().__init__(grant.decision, grant.decision.application)
        self.outcome = Outcome.MOVED
        self.verdicts = {Outcome.MOVED: f"Bevillingen følger eleven til {school}."}
        # The letter tells of the end and not of what was
        # granted once.
        self.grant = None
        self.before = grant
        self.new_school = school
        self.last_day = last_day
        self.grounds = grounds

    def _lead_to_school(self) -> str:
        return (
            f"{self.pupil}{self._grade()} skifter skole. Indsatsen med midler fra"
            f" SkoleFleks følger med til {self.new_school}."
        )

    def _grounds(self) -> str:
        return self.grounds

    def _when(self) -> str:
        return f"den {day(today())}"

    def _next_at_school(self) -> list[str]:
        paid = (
            "Pengene udbetales for dagene til og med den. Har I fået mere, trækkes det"
            " fra i næste udbetaling."
        )
        return [
            f"Indsatsen har sin sidste dag hos jer {day(self.last_day)}.",
            paid,
            "Skriv slutrapporten, når indsatsen er slut hos jer.",
        ]
