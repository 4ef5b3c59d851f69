"""What a letter says of a decision, as plain data for the template. Knows no PDF, writes nothing.

A decision has two letters: one to the school, and one in everyday words that
the school hands to the parents. Amounts and days are put in as text, so that
a letter stays as it was sent when a grant changes later.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from skolefleks.danish import day, kr, today
from skolefleks.setup import trade
from visitation.law import queries as law_queries
from visitation.law import rules as law_rules
from visitation.letters import queries
from visitation.models import Decision, Document, Grant, WaitingPlace
from visitation.waiting import rules as waiting

if TYPE_CHECKING:
    from datetime import datetime

    from applications.models import Application

Kind = Document.Kind
Basis = Decision.Basis
Outcome = Decision.Outcome
Section = dict[str, Any]

# What stands in the box under the heading of the letter to the school.
VERDICTS = {
    Outcome.GRANTED: "Ansøgningen er bevilget.",
    Outcome.PARTLY: "Ansøgningen er delvist bevilget.",
    Outcome.REJECTED: "Ansøgningen har fået afslag.",
    Outcome.POSTPONED: "Afgørelsen er udsat.",
}
# The same to the parents.
ANSWERS = {
    Outcome.GRANTED: "Svaret er ja.",
    Outcome.PARTLY: "Svaret er ja til en del af det, skolen søgte om.",
    Outcome.REJECTED: "Svaret er nej.",
    Outcome.POSTPONED: "Svaret er ikke klar endnu.",
}


def recipient(kind: Kind, application: Application) -> str:
    """Who the letter is to."""
    school = application.school.name
    if kind == Kind.PARENTS:
        return f"forældrene, gennem {school}"
    return f"{school}, distriktsskolelederen"


class Letter:
    """One decision, and what its two letters say of it."""

    verdicts = VERDICTS
    answers = ANSWERS

    def __init__(self, decision: Decision, application: Application) -> None:
        self.decision = decision
        self.application = application
        self.pupil_case = decision.pupil_case
        self.outcome = Outcome(decision.outcome)
        self.grant = Grant.objects.filter(decision=decision).first()
        self.pupil = self.pupil_case.shown_name
        self.school = application.school.name
        self.municipality = trade.now().municipality
        self.texts = law_rules.texts()
        self.law = law_queries.legal_text(application)

    @cached_property
    def waits_for_money(self) -> bool:
        """Whether it is put off for lack of money, on the waiting list."""
        if self.outcome != Outcome.POSTPONED:
            return False
        return WaitingPlace.objects.filter(decision=self.decision).exists()

    def source_to(self, kind: Kind) -> dict[str, Any]:
        """All that one of the two letters says."""
        if kind == Kind.PARENTS:
            return self.to_parents()
        return self.to_school()

    # -- the two letters ---------------------------------------------------------------------------
    def to_school(self) -> dict[str, Any]:
        sections = [
            rows_section("Bevillingen", self._terms("Takst")),
            rows_section("Bevillingen i hvert regnskabsår", self._years()),
            text_section("Det, der allerede er udbetalt", self._settlement()),
            text_section("Vilkår", self._conditions()),
            items_section("Opfølgning", self._follow_ups()),
            text_section("Begrundelse", self._grounds()),
            text_section("Hvem har truffet afgørelsen", self._who_decided()),
            items_section("Det sker nu", self._next_at_school()),
            text_section("Regler", self.law.rule),
            text_section("Klage", self.law.complaint),
        ]
        return self._source(
            Kind.LETTER,
            title=f"Afgørelse om SkoleFleks: {self.pupil}",
            lead=" ".join([self._lead_to_school(), *self._earlier_answer()]),
            verdict=self._in_box(self.verdicts, waiting.VERDICT),
            sections=sections,
        )

    def to_parents(self) -> dict[str, Any]:
        sections = [
            text_section("Det betyder svaret", self._meaning()),
            rows_section(
                "Pengene til skolen",
                [*self._terms("Beløb"), *self._years()],
            ),
            text_section("Det har vi bedt skolen om", self._conditions()),
            items_section("Vi ser på, hvordan det går", self._follow_ups()),
            text_section("Derfor er svaret sådan", self._grounds()),
            text_section("Hvem bestemte det", self._who_decided_in_plain_words()),
            items_section("Det sker nu", self._next_at_home()),
            text_section("Regler", self.law.rule),
            text_section("Klage", self.law.complaint),
        ]
        return self._source(
            Kind.PARENTS,
            title=f"Svar om hjælp i skolen til {self.pupil}",
            lead=" ".join([self._lead_to_parents(), *self._earlier_answer()]),
            verdict=self._in_box(self.answers, waiting.ANSWER),
            sections=sections,
        )

    def _source(
        self,
        kind: Kind,
        *,
        title: str,
        lead: str,
        verdict: str,
        sections: list[Section],
    ) -> dict[str, Any]:
        """The letter as the template reads it; a section without content is left out."""
        texts = self.texts
        return {
            "to": recipient(kind, self.application),
            "number": self.application.number,
            "date": day(today()),
            "title": title,
            "lead": lead,
            "verdict": verdict,
            "sections": [section for section in sections if has_content(section)],
            "draft": not texts.is_signed,
            "law": (
                f"Teksten om regler og klage: version {texts.version} af {day(texts.dated)}."
            ),
        }

    def _in_box(self, answers: dict[Outcome, str], waiting_answer: str) -> str:
        if self.waits_for_money:
            return waiting_answer
        return answers[self.outcome]

    def _lead_to_school(self) -> str:
        return (
            f"{self._body()} har behandlet skolens ansøgning om midler fra SkoleFleks"
            f" til {self.pupil}{self._grade()}."
        )

    def _lead_to_parents(self) -> str:
        return (
            f"{self.school} har søgt om penge til at give {self.pupil} mere hjælp i skolen."
            f" Pengene kommer fra SkoleFleks. Det er {self.municipality}s ordning for børn og unge,"
            " der skal kunne blive på deres skole eller vende tilbage til den."
        )

    # -- what both say -----------------------------------------------------------------------------
    def _grounds(self) -> str:
        return str(self.decision.grounds)

    def _grade(self) -> str:
        """`, 4. klasse`, with a blank that never ends a line; '' without a grade."""
        if self.pupil_case.grade is None:
            return ""
        grade = str(self.pupil_case.get_grade_display())
        return f", {grade}".replace(". ", ".\N{NO-BREAK SPACE}")

    def _conditions(self) -> str:
        if self.grant is None:
            return ""
        return str(self.grant.conditions)

    def _terms(self, tariff_label: str) -> list[list[str]]:
        """Label and value of each term; of a partial grant also what the school applied for."""
        grant = self.grant
        if grant is None:
            return []

        rows = [
            [tariff_label, f"{kr(grant.tariff)} pr. år"],
            ["Periode", f"{day(grant.starts_on)} – {day(grant.ends_on)}"],
        ]
        if self.outcome == Outcome.PARTLY:
            rows += self._requested_terms()
        return rows

    def _requested_terms(self) -> list[list[str]]:
        """One row with what the school applied for; none where it left a part of that open."""
        tariff = self.pupil_case.requested_tariff
        starts_on = self.pupil_case.starts_on
        ends_on = self.pupil_case.ends_on
        if not tariff or not starts_on or not ends_on:
            return []

        text = f"{kr(tariff)} pr. år, {day(starts_on)} – {day(ends_on)}"
        return [["Skolen søgte om", text]]

    def _years(self) -> list[list[str]]:
        """What each fiscal year pays, and the sum where there are several."""
        if self.grant is None:
            return []

        parts = self.grant.by_fiscal_year()
        rows = [[f"I {year}", kr(part.amount)] for year, part in parts.items()]
        # The rows above always add up to the cost, to the krone.
        if len(parts) > 1:
            rows.append(["I alt", kr(self.grant.cost)])
        return rows

    def _settlement(self) -> str:
        """What the school owes or is still to have, and how; '' where nothing was paid yet."""
        money = queries.settlement_of(self.pupil_case, self.application)
        if not money.paid:
            return ""
        if money.owed:
            return (
                f"Skolen har fået {kr(money.paid)} for {self.pupil}. Det er {kr(money.owed)} for"
                " meget. Beløbet trækkes fra i de næste udbetalinger fra SkoleFleks til skolen,"
                " aldrig mere end det, skolen har til gode. Er der ikke noget at trække det fra"
                " i, opkræver kommunen det."
            )
        if money.next_on is None:
            return (
                f"Skolen har fået {kr(money.paid)} for {self.pupil}."
                " Der er ikke mere at udbetale og intet at betale tilbage."
            )
        return (
            f"Skolen har fået {kr(money.paid)} for {self.pupil} og får {kr(money.to_come)} endnu."
            f" Den næste rate forfalder {day(money.next_on)}; er taksten sat op for dage, der er"
            " udbetalt, er forskellen med i den."
        )

    def _follow_ups(self) -> list[str]:
        if self.grant is None:
            return []
        return [day(follow_up.due_on) for follow_up in self.grant.follow_ups.all()]

    # -- who decided -------------------------------------------------------------------------------
    def _body(self) -> str:
        """Who has dealt with it, as the first word of a sentence."""
        if self.decision.basis == Basis.ALONE:
            return "Formanden for kvalitetsudvalget"
        return "Kvalitetsudvalget"

    def _who_decided(self) -> str:
        """By whom, how and when: as it was."""
        how = self.decision.how_decided
        if self.decision.basis == Basis.ALONE:
            return (
                f"Kvalitetsudvalget for SkoleFleks har ikke behandlet sagen. Den er afgjort {how}."
                " Udvalget får besked om afgørelsen på sit næste møde."
            )
        if self.decision.basis == Basis.BEFORE:
            return f"Udvalgets formand eller sekretær traf afgørelsen {how}."
        return f"Kvalitetsudvalget for SkoleFleks traf afgørelsen {how}."

    def _who_decided_in_plain_words(self) -> str:
        how = self.decision.how_decided
        members = " Medlemmerne af udvalget arbejder med skole og med hjælp til børn og unge."
        if self.decision.basis == Basis.ALONE:
            return (
                f"Kommunens kvalitetsudvalg for SkoleFleks har en formand. Svaret er givet {how}."
                f" Udvalget får det at vide på sit næste møde.{members}"
            )
        if self.decision.basis == Basis.BEFORE:
            return (
                "Det gjorde formanden eller sekretæren for kommunens kvalitetsudvalg for"
                f" SkoleFleks {how}."
            )
        return f"Det gjorde kommunens kvalitetsudvalg for SkoleFleks {how}.{members}"

    def _earlier_answer(self) -> list[str]:
        """Sentences on the decision that this one replaces; none where the school never got it."""
        earlier = self.decision.replaces
        if earlier is None or earlier.released_at is None:
            return []

        answered_on = local_day(earlier.released_at)
        sentences = [f"Svaret afløser det, I fik den {answered_on}."]

        # Only a decision that granted something has a grant; a postponement has none.
        earlier_grant = Grant.objects.standing().filter(decision=earlier).first()
        if earlier_grant:
            sentences.append(
                f"Den tidligere bevilling på {kr(earlier_grant.tariff)} pr. år"
                f" gælder til og med {day(earlier_grant.last_day)}."
            )
        return sentences

    # -- what comes next ---------------------------------------------------------------------------
    def _meaning(self) -> str:
        if self.grant:
            first = day(self.grant.starts_on)
            last = day(self.grant.ends_on)
            return (
                f"Skolen får penge til at give {self.pupil} mere hjælp fra {first} til {last}."
                " Pengene går til skolen og skal bruges på hjælpen."
            )
        if self.waits_for_money:
            return waiting.MEANING
        if self.outcome == Outcome.POSTPONED:
            return (
                "Udvalget skal vide mere, før det kan svare."
                " I hører fra skolen, når svaret er der."
            )
        return (
            f"Skolen får ikke penge fra SkoleFleks til {self.pupil}."
            " Skolen taler med jer om, hvad I gør i stedet."
        )

    def _next_at_school(self) -> list[str]:
        parents = (
            "Giv forældrene den tekst, der følger med brevet,"
            " og tal den igennem med dem og eleven."
        )
        if self.grant:
            steps = [
                f"Indsatsen kan begynde {day(self.grant.starts_on)}.",
                "Pengene udbetales bagud i rater, så længe indsatsen løber.",
            ]
            if self._follow_ups():
                steps.append("Forbered den første opfølgning.")
            return [*steps, parents]

        if self.waits_for_money:
            return [waiting.AGAIN, parents]
        if self.outcome == Outcome.POSTPONED:
            again = (
                "Udvalget tager sagen op igen."
                " Svar på det, udvalget spørger om i sagen, så snart I kan."
            )
            return [again, parents]
        return [
            "Skolen kan søge igen, hvis elevens behov ændrer sig.",
            parents,
        ]

    def _next_at_home(self) -> list[str]:
        # The parents ask the school and not the committee: it knows the case and the family.
        whom_to_ask = f"Har I spørgsmål, så tal med {self.school}."
        if self.grant:
            talk = (
                f"Skolen taler med jer og {self.pupil} om, hvordan hjælpen skal være."
            )
            return [talk, whom_to_ask]
        if self.waits_for_money:
            return [whom_to_ask]
        if self.outcome == Outcome.POSTPONED:
            return ["Udvalget tager sagen op igen.", whom_to_ask]
        return [
            "Skolen kan søge igen, hvis behovet ændrer sig.",
            whom_to_ask,
        ]


# A section has a text, rows or items. The other two are there and empty, since the template reads
# all three.
def text_section(title: str, text: str) -> Section:
    return {"title": title, "text": text, "rows": [], "items": []}


def rows_section(title: str, rows: list[list[str]]) -> Section:
    return {"title": title, "text": "", "rows": rows, "items": []}


def items_section(title: str, items: list[str]) -> Section:
    return {"title": title, "text": "", "rows": [], "items": items}


def has_content(section: Section) -> bool:
    return bool(section["text"] or section["rows"] or section["items"])


def local_day(moment: datetime) -> str:
    """The Danish day of a moment, `1. august 2026`."""
    return day(timezone.localdate(moment))
