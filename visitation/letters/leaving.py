"""What the letters say where an effort moves with its pupil to another school."""

from __future__ import annotations

from skolefleks.danish import day
from visitation.letters.changes import ChangeLetter
from visitation.models import Decision

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
