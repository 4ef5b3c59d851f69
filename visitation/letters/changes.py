"""What the letters say where an effort that runs is stepped down, extended, changed or stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.calendar import ONE_DAY
from skolefleks.danish import day, kr, today
from visitation.letters.texts import Letter
from visitation.models import Decision, Grant

if TYPE_CHECKING:
    from applications.models import Application

Outcome = Decision.Outcome

# What stands in the box under the heading, to the school and to the parents.
VERDICTS = {
    Outcome.STEPPED_DOWN: "Bevillingen trappes ned.",
    Outcome.EXTENDED: "Bevillingen er forlænget.",
    Outcome.CHANGED: "Bevillingen er ændret.",
    Outcome.STOPPED: "Bevillingen stopper.",
    Outcome.UNCHANGED: "Bevillingen er ikke ændret.",
}
ANSWERS = {
    Outcome.STEPPED_DOWN: "Hjælpen fortsætter og trappes ned.",
    Outcome.EXTENDED: "Svaret er ja: hjælpen fortsætter i længere tid.",
    Outcome.CHANGED: "Hjælpen fortsætter, og pengene til den er ændret.",
    Outcome.STOPPED: "Hjælpen fra SkoleFleks stopper.",
    Outcome.UNCHANGED: "Pengene til hjælpen er, som de var.",
}


class ChangeLetter(Letter):
    """A decision on an effort that runs, and what its two letters say of it."""

    verdicts = VERDICTS
    answers = ANSWERS

    def __init__(self, decision: Decision, application: Application) -> None:
        super().__init__(decision, application)
        # What ran before, as it stands now: the decision has cut it short already.
        grants = Grant.objects.standing().known_to_school()
        of_pupil = grants.filter(pupil=self.pupil_case.pupil_id)
        others = of_pupil.exclude(decision=decision)
        self.before = others.order_by("starts_on").last()

    def _lead_to_school(self) -> str:
        return (
            f"{self._body()} har behandlet en opfølgning på den indsats, der løber for"
            f" {self.pupil}{self._grade()} med midler fra SkoleFleks."
        )

    def _lead_to_parents(self) -> str:
        return (
            f"{self.school} får penge fra SkoleFleks til at give {self.pupil} mere hjælp i skolen."
            " Nu er der set på, hvordan det går, og om hjælpen skal være anderledes."
        )

    def _earlier_answer(self) -> list[str]:
        if self.before is None:
            return []
        tariff, last = kr(self.before.tariff), day(self.before.last_day)
        if self.outcome == Outcome.UNCHANGED:
            return [f"Bevillingen på {tariff} pr. år gælder til og med {last}."]
        return [
            f"Den hidtidige bevilling på {tariff} pr. år gælder til og med {last}."
        ]

    def _terms(self, tariff_label: str) -> list[list[str]]:
        """Each tariff of the row with its days, where it is stepped down more than once."""
        if self.grant is None or not self.grant.later:
            return super()._terms(tariff_label)

        grant = self.grant
        first_days = [grant.starts_on, *(step.from_on for step in grant.later)]
        last_days = [first - ONE_DAY for first in first_days[1:]] + [grant.ends_on]
        rows = []
        for first, last in zip(first_days, last_days, strict=True):
            tariff = kr(grant.tariff_on(first))
            rows.append([f"{day(first)} – {day(last)}", f"{tariff} pr. år"])
        return rows

    # -- what it means, and what comes next --------------------------------------------------------
    def _meaning(self) -> str:
        if self.outcome == Outcome.STOPPED:
            return (
                f"Skolen får ikke penge fra SkoleFleks til {self.pupil} efter {self._last_day()}."
                " Skolen taler med jer om, hvad I gør i stedet."
            )
        if self.outcome == Outcome.UNCHANGED or self.grant is None:
            return f"Skolen får de samme penge som før til og med {self._last_day()}."

        first, last = day(self.grant.starts_on), day(self.grant.ends_on)
        if self.outcome == Outcome.EXTENDED:
            return f"Skolen får også penge til at hjælpe {self.pupil} fra {first} til {last}."
        if self.outcome == Outcome.STEPPED_DOWN:
            return (
                f"Skolen får fortsat penge til at hjælpe {self.pupil}. Fra {first} er det et"
                f" mindre beløb. Pengene løber til {last}."
            )
        return (
            f"Skolen får fortsat penge til at hjælpe {self.pupil}. Fra {first} er beløbet eller"
            f" det, vi beder skolen om, et andet. Pengene løber til {last}."
        )

    def _next_at_school(self) -> list[str]:
        parents = (
            "Giv forældrene den tekst, der følger med brevet,"
            " og tal den igennem med dem og eleven."
        )
        if self.outcome == Outcome.STOPPED:
            stop = f"Indsatsen har sin sidste dag {self._last_day()}."
            return [stop, "Pengene udbetales for dagene til og med den.", parents]
        if self.outcome == Outcome.UNCHANGED:
            return ["Indsatsen løber videre, som den er bevilget.", parents]
        return ["Ret planen for indsatsen, så den passer til afgørelsen.", parents]

    def _next_at_home(self) -> list[str]:
        talk = f"Skolen taler med jer og {self.pupil} om, hvad der nu skal ske."
        return [talk, f"Har I spørgsmål, så tal med {self.school}."]

    def _last_day(self) -> str:
        if self.before is None:
            return day(today())
        return day(self.before.last_day)


class EndLetter(ChangeLetter):
    """A grant that ends before its time without a follow-up, and what its two letters say of it."""

    def __init__(
        self, decision: Decision, application: Application, ended: Grant
    ) -> None:
        super().__init__(decision, application)
        self.before = ended

    def _lead_to_school(self) -> str:
        return f"Bevillingen fra SkoleFleks til {self.pupil}{self._grade()} slutter før tid."
