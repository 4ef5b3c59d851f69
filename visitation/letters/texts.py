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
from skolefleks.texts.wording import now
from visitation.law import rules as law_rules
from visitation.letters import queries
from visitation.models import Decision, Document

if TYPE_CHECKING:
    from datetime import date, datetime

    from applications.models import Application
    from skolefleks.texts.wording import Wording
    from visitation.models import Grant

Kind = Document.Kind
Basis = Decision.Basis
Outcome = Decision.Outcome
Section = dict[str, Any]

# How the outcomes are called in the keys of the texts (visitation.letters.wordings).
NAMES = {
    Outcome.GRANTED: "bevilget",
    Outcome.PARTLY: "delvist",
    Outcome.REJECTED: "afslag",
    Outcome.POSTPONED: "udsat",
    Outcome.STEPPED_DOWN: "trappet-ned",
    Outcome.EXTENDED: "forlaenget",
    Outcome.CHANGED: "aendret",
    Outcome.STOPPED: "stoppet",
    Outcome.UNCHANGED: "uaendret",
    Outcome.MOVED: "flyttet",
}


def recipient(kind: Kind, application: Application) -> str:
    """Who the letter is to."""
    school = application.school.name
    if kind == Kind.PARENTS:
        return f"forældrene, gennem {school}"
    return f"{school}, distriktsskolelederen"


class Letter:
    """One decision, and what its two letters say of it."""

    def __init__(
        self,
        decision: Decision,
        application: Application,
        *,
        facts: queries.Facts | None = None,
        wording: Wording | None = None,
    ) -> None:
        self.decision = decision
        self.application = application
        self.facts = facts or queries.Facts(decision, application)
        self.wording = wording or now()
        self.pupil_case = decision.pupil_case
        self.outcome = Outcome(decision.outcome)
        self.grant = self.facts.grant()
        self.pupil = self.pupil_case.shown_name
        self.school = application.school.name
        self.municipality = trade.now().municipality
        self.kind = self.facts.kind()

    @cached_property
    def waits_for_money(self) -> bool:
        """Whether it is put off for lack of money, on the waiting list."""
        return self.outcome == Outcome.POSTPONED and self.facts.waits_for_money()

    def source_to(self, kind: Kind) -> dict[str, Any]:
        """All that one of the two letters says."""
        self.wording.used.clear()
        self.law = law_rules.legal_text(self.kind, self.wording)
        if kind == Kind.PARENTS:
            return self.to_parents()
        return self.to_school()

    # -- the two letters ---------------------------------------------------------------------------
    def to_school(self) -> dict[str, Any]:
        head = self._heading
        sections = [
            rows_section(head("bevilling"), self._terms("Takst")),
            rows_section(head("regnskabsaar"), self._years()),
            text_section(head("udbetalt"), self._settlement()),
            text_section(head("vilkaar"), self._conditions()),
            items_section(head("opfoelgning"), self._follow_ups()),
            text_section(head("begrundelse"), self._grounds()),
            text_section(head("hvem"), self._who_decided()),
            text_section(head("kontakt"), self._contact()),
            items_section(head("nu"), self._next_at_school()),
            text_section(head("regler"), self.law.rule),
            text_section(head("klage"), self.law.complaint),
        ]
        return self._source(
            Kind.LETTER,
            title=self._say("brev-overskrift"),
            lead=" ".join([self._lead_to_school(), *self._earlier_answer()]),
            verdict=self._verdict(),
            sections=sections,
        )

    def to_parents(self) -> dict[str, Any]:
        head = self._heading
        sections = [
            text_section(head("betyder"), self._meaning()),
            rows_section(
                head("penge"),
                [*self._terms("Beløb"), *self._years()],
            ),
            text_section(head("bedt-om"), self._conditions()),
            items_section(head("hvordan"), self._follow_ups()),
            text_section(head("derfor"), self._grounds()),
            text_section(head("hvem-bestemte"), self._who_decided_in_plain_words()),
            items_section(head("nu"), self._next_at_home()),
            text_section(head("regler"), self.law.rule),
            text_section(head("klage"), self.law.complaint),
        ]
        return self._source(
            Kind.PARENTS,
            title=self._say("foraeldre-overskrift"),
            lead=" ".join([self._lead_to_parents(), *self._earlier_answer()]),
            verdict=self._say(f"foraeldre-svar-{self._name()}"),
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
        keys = law_rules.keys_of(self.kind)
        law = law_rules.standing(*keys, wording=self.wording)
        return {
            "to": recipient(kind, self.application),
            "number": self.application.number,
            "date": day(today()),
            "title": title,
            "lead": lead,
            "verdict": verdict,
            "sections": [section for section in sections if has_content(section)],
            "draft": not law.is_signed,
            "law": f"Teksten om regler og klage: {law.versions}.",
            # Which version of each text it was made with: 0 is the standard.
            "wording": dict(self.wording.used),
        }

    # -- the words ---------------------------------------------------------------------------------
    def _say(self, key: str, **values: str) -> str:
        """A text as the municipality has it today, with what every text may name."""
        return self.wording.say(key, **self._names(), **values)

    def _items(self, key: str, **values: str) -> list[str]:
        return self.wording.items(key, **self._names(), **values)

    def _names(self) -> dict[str, str]:
        return {
            "elev": self.pupil,
            "skole": self.school,
            "paa_skolen": self.facts.at_school(),
            "kommune": self.municipality,
            "sagsnummer": self.application.number,
        }

    def _heading(self, name: str) -> str:
        return self._say(f"afsnit-{name}")

    def _verdict(self) -> str:
        return self._say(f"brev-svar-{self._name()}")

    def _name(self) -> str:
        """What the outcome is called in the keys of the texts."""
        if self.waits_for_money:
            return "venter"
        return NAMES[self.outcome]

    def _lead_to_school(self) -> str:
        names = {"udvalg": self._body(), "klasse": self._grade()}
        return self._say("brev-indledning", **names)

    def _lead_to_parents(self) -> str:
        return self._say("foraeldre-indledning")

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
        money = self.facts.settlement()
        if not money.paid:
            return ""
        paid = kr(money.paid)
        if money.owed:
            return self._say(
                "udbetalt-for-meget", udbetalt=paid, skyldigt=kr(money.owed)
            )
        if money.next_on is None:
            return self._say("udbetalt-alt", udbetalt=paid)
        return self._say(
            "udbetalt-mere",
            udbetalt=paid,
            rest=kr(money.to_come),
            dag=day(money.next_on),
        )

    def _follow_ups(self) -> list[str]:
        if self.grant is None:
            return []
        return [day(due_on) for due_on in self.facts.follow_up_days(self.grant)]

    # -- who decided -------------------------------------------------------------------------------
    def _body(self) -> str:
        """Who has dealt with it, as the first word of a sentence."""
        if self.decision.basis == Basis.ALONE:
            return "Formanden for kvalitetsudvalget"
        return "Kvalitetsudvalget"

    def _who_decided(self) -> str:
        """By whom, how and when: as it was."""
        return self._say(f"hvem-{self._who()}", hvordan=self.decision.how_decided)

    def _who_decided_in_plain_words(self) -> str:
        key = f"foraeldre-hvem-{self._who()}"
        return self._say(key, hvordan=self.decision.how_decided)

    def _who(self) -> str:
        if self.decision.basis == Basis.ALONE:
            return "formand"
        if self.decision.basis == Basis.BEFORE:
            return "foer"
        return "udvalg"

    def _contact(self) -> str:
        """Whom in the committee the school asks, by name; '' where there is nobody."""
        contact = self.facts.contact()
        if not contact:
            return ""
        return self._say("kontakt", kontakt=contact)

    def _earlier_answer(self) -> list[str]:
        """Sentences on the decision that this one replaces; none where the school never got it."""
        earlier = self.decision.replaces
        if earlier is None or earlier.released_at is None:
            return []

        answered_on = local_day(earlier.released_at)
        sentences = [self._say("tidligere-svar", dag=answered_on)]

        earlier_grant = self.facts.grant_replaced()
        if earlier_grant:
            sentences.append(self._of_grant("tidligere-bevilling", earlier_grant))
        elif late_from := self.facts.late_from():
            sentences.append(self._of_late_begin(late_from))
        return sentences

    def _of_late_begin(self, late_from: date) -> str:
        """What became of the days before, that nobody used."""
        # Nothing begins late that was not granted.
        begins_on = day(self.grant.starts_on) if self.grant else ""
        return self._say(
            "tidligere-begyndelse", foerste_dag=begins_on, dag=day(late_from)
        )

    def _of_grant(self, key: str, grant: Grant) -> str:
        """A sentence on what a grant is, and how long it holds."""
        return self._say(key, takst=kr(grant.tariff), sidste_dag=day(grant.last_day))

    # -- what comes next ---------------------------------------------------------------------------
    def _meaning(self) -> str:
        if self.grant:
            return self._say("betyder-bevilget", **self._period(self.grant))
        if self.waits_for_money:
            return self._say("betyder-venter")
        if self.outcome == Outcome.POSTPONED:
            return self._say("betyder-udsat")
        return self._say("betyder-afslag")

    def _period(self, grant: Grant) -> dict[str, str]:
        return {
            "foerste_dag": day(grant.starts_on),
            "sidste_dag": day(grant.ends_on),
        }

    def _next_at_school(self) -> list[str]:
        parents = self._say("naeste-skole-foraeldre")
        if self.grant:
            steps = self._items("naeste-skole-bevilget", **self._period(self.grant))
            if self._follow_ups():
                steps.append(self._say("naeste-skole-opfoelgning"))
            return [*steps, parents]

        if self.waits_for_money:
            return [*self._items("naeste-skole-venter"), parents]
        if self.outcome == Outcome.POSTPONED:
            return [*self._items("naeste-skole-udsat"), parents]
        return [*self._items("naeste-skole-afslag"), parents]

    def _next_at_home(self) -> list[str]:
        # The parents ask the school and not the committee: it knows the case and the family.
        if self.grant:
            return self._items("naeste-hjem-bevilget")
        if self.waits_for_money:
            return self._items("naeste-hjem-venter")
        if self.outcome == Outcome.POSTPONED:
            return self._items("naeste-hjem-udsat")
        return self._items("naeste-hjem-afslag")


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
