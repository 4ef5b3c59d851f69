"""What a letter says of a decision, frozen as plain data for the template. Knows no PDF and writes nothing.

Two are made of each: one to the school, and one in everyday words that the school hands to the parents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from skolefleks.danish import day, kr, today
from visitation.law import queries as law_queries
from visitation.law import rules as law_texts
from visitation.models import Decision, Document, Grant

if TYPE_CHECKING:
    from applications.models import Application


Outcome = Decision.Outcome


VERDICTS = {
    Outcome.GRANTED: "Ansøgningen er bevilget.",
    Outcome.PARTLY: "Ansøgningen er delvist bevilget.",
    Outcome.REJECTED: "Ansøgningen har fået afslag.",
    Outcome.POSTPONED: "Afgørelsen er udsat.",
}


ANSWERS = {
    Outcome.GRANTED: "Svaret er ja.",
    Outcome.PARTLY: "Svaret er ja til en del af det, skolen søgte om.",
    Outcome.REJECTED: "Svaret er nej.",
    Outcome.POSTPONED: "Svaret er ikke klar endnu.",
}


def recipient(kind: Document.Kind, application: Application) -> str:
    if kind == Document.Kind.PARENTS:
        return f"forældrene, gennem {application.school.name}"
    return f"{application.school.name}, distriktsskolelederen"


def told(kind: Document.Kind, decision: Decision, application: Application) -> dict[str, Any]:
    """All that one letter says. Its amounts are written out: a price list that changes later changes no letter."""
    letter = _Letter(decision, application)
    return letter.to_parents() if kind == Document.Kind.PARENTS else letter.to_school()


class _Letter:
    """One decision with what its two letters have in common."""

    def __init__(self, decision: Decision, application: Application) -> None:
        self.decision, self.application, self.case = decision, application, decision.pupil_case
        self.outcome = Outcome(decision.outcome)
        self.grant = Grant.objects.filter(decision=decision).first()
        self.pupil, self.school = self.case.shown_name, application.school.name
        self.texts = law_texts.texts()
        self.law = law_queries.legal_text(application)

    def to_school(self) -> dict[str, Any]:
        grade = self.case.get_grade_display() if self.case.grade is not None else ""
        grade = f", {grade}".replace(". ", ".\N{NO-BREAK SPACE}") if grade else ""
        lead = f"Kvalitetsudvalget har behandlet skolens ansøgning om midler fra SkoleFleks til {self.pupil}{grade}."
        sections = [
            _section("Bevillingen", rows=self._terms()),
            _section("Bevillingen i hvert regnskabsår", rows=self._years()),
            _section("Vilkår", text=self.grant.conditions if self.grant else ""),
            _section("Opfølgning", items=self._follow_ups()),
            _section("Begrundelse", text=self.decision.grounds),
            _section(
                "Hvem har truffet afgørelsen",
                text=f"Kvalitetsudvalget for SkoleFleks traf afgørelsen {self._when()}.",
            ),
            _section("Det sker nu", items=self._next_at_school()),
            _section("Regler", text=self.law.rule),
            _section("Klage", text=self.law.complaint),
        ]
        title = f"Afgørelse om SkoleFleks: {self.pupil}"
        return self._whole(
            Document.Kind.LETTER,
            title,
            f"{lead}{self._replaced()}",
            VERDICTS[self.outcome],
            sections,
        )

    def to_parents(self) -> dict[str, Any]:
        lead = (
            f"{self.school} har søgt om penge til at give {self.pupil} mere hjælp i skolen. Pengene kommer fra SkoleFleks."
            " Det er Ballerup Kommunes ordning for børn og unge, der skal kunne blive på deres skole eller vende tilbage"
            f" til den.{self._replaced()}"
        )
        sections = [
            _section("Det betyder svaret", text=self._meaning()),
            _section("Pengene til skolen", rows=[*self._terms("Beløb"), *self._years()]),
            _section("Det har vi bedt skolen om", text=self.grant.conditions if self.grant else ""),
            _section("Vi ser på, hvordan det går", items=self._follow_ups()),
            _section("Derfor er svaret sådan", text=self.decision.grounds),
            _section(
                "Hvem bestemte det",
                text=f"Det gjorde kommunens kvalitetsudvalg for SkoleFleks {self._when()}. Udvalget er folk, der arbejder"
                " med skole og med hjælp til børn og unge.",
            ),
            _section("Det sker nu", items=self._next_at_home()),
            _section("Regler", text=self.law.rule),
            _section("Klage", text=self.law.complaint),
        ]
        title = f"Svar om hjælp i skolen til {self.pupil}"
        return self._whole(Document.Kind.PARENTS, title, lead, ANSWERS[self.outcome], sections)

    def _whole(
        self,
        kind: Document.Kind,
        title: str,
        lead: str,
        verdict: str,
        sections: list[dict[str, Any]],
    ) -> dict[str, Any]:
        return {
            "to": recipient(kind, self.application),
            "number": self.application.number,
            "date": day(today()),
            "title": title,
            "lead": lead,
            "verdict": verdict,
            "sections": [
                section
                for section in sections
                if section["text"] or section["rows"] or section["items"]
            ],
            "draft": not self.texts.is_signed,
            "law": f"Teksten om regler og klage: version {self.texts.version} af {day(self.texts.dated)}.",
        }

    def _terms(self, tariff: str = "Takst") -> list[list[str]]:
        if self.grant is None:
            return []
        period = f"{day(self.grant.starts_on)} – {day(self.grant.ends_on)}"
        asked = self._asked() if self.outcome == Outcome.PARTLY else []
        return [[tariff, f"{kr(self.grant.tariff)} om året"], ["Periode", period], *asked]

    def _asked(self) -> list[list[str]]:
        case = self.case
        if not (case.requested_tariff and case.starts_on and case.ends_on):
            return []
        return [
            [
                "Skolen søgte om",
                f"{kr(case.requested_tariff)} om året, {day(case.starts_on)} – {day(case.ends_on)}",
            ]
        ]

    def _years(self) -> list[list[str]]:
        if self.grant is None:
            return []
        parts = self.grant.by_fiscal_year()
        whole = [["I alt", kr(self.grant.cost)]] if len(parts) > 1 else []
        return [*([f"I {year}", kr(part.amount)] for year, part in parts.items()), *whole]

    def _follow_ups(self) -> list[str]:
        return (
            [day(follow_up.due_on) for follow_up in self.grant.follow_ups.all()]
            if self.grant
            else []
        )

    def _when(self) -> str:
        decided = timezone.localdate(self.decision.decided_at)
        if self.decision.meeting is None:
            return f"den {day(decided)}"
        return f"på mødet den {day(timezone.localdate(self.decision.meeting.starts_at))}"

    def _replaced(self) -> str:
        old = self.decision.replaces
        if old is None or old.released_at is None:
            return ""
        said = f" Svaret afløser det, I fik den {day(timezone.localdate(old.released_at))}."
        before = Grant.objects.standing().filter(decision=old).first()
        if before is None:
            return said
        return f"{said} Den tidligere bevilling på {kr(before.tariff)} om året gælder til og med {day(before.last_day)}."

    def _meaning(self) -> str:
        if self.grant:
            period = f"fra {day(self.grant.starts_on)} til {day(self.grant.ends_on)}"
            got = f"Skolen får penge til at give {self.pupil} mere hjælp {period}."
            return f"{got} Pengene går til skolen og skal bruges på hjælpen."
        if self.outcome == Outcome.POSTPONED:
            return (
                "Udvalget skal vide mere, før det kan svare. I hører fra skolen, når svaret er der."
            )
        return f"Skolen får ikke penge fra SkoleFleks til {self.pupil}. Skolen taler med jer om, hvad I gør i stedet."

    def _next_at_school(self) -> list[str]:
        parents = (
            "Giv forældrene den tekst, der følger med brevet, og tal den igennem med dem og eleven."
        )
        if self.grant:
            begin = f"Indsatsen kan begynde {day(self.grant.starts_on)}."
            paid = "Pengene udbetales bagud i rater, så længe indsatsen løber."
            return [
                begin,
                paid,
                *(["Forbered den første opfølgning."] if self._follow_ups() else []),
                parents,
            ]
        if self.outcome == Outcome.POSTPONED:
            again = "Udvalget tager sagen op igen. Svar på det, udvalget spørger om i sagen, så snart I kan."
            return [again, parents]
        return ["Skolen kan søge igen, hvis elevens behov ændrer sig.", parents]

    def _next_at_home(self) -> list[str]:
        ask = f"Har I spørgsmål, så tal med {self.school}."
        if self.grant:
            return [f"Skolen taler med jer og {self.pupil} om, hvordan hjælpen skal være.", ask]
        if self.outcome == Outcome.POSTPONED:
            return ["Udvalget tager sagen op igen.", ask]
        return ["Skolen kan søge igen, hvis behovet ændrer sig.", ask]


def _section(title: str, *, text: str = "", rows: Any = (), items: Any = ()) -> dict[str, Any]:
    return {"title": title, "text": text, "rows": list(rows), "items": list(items)}
