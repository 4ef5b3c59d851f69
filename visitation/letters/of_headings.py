"""The headings over the parts of both letters, as they come."""

from __future__ import annotations

from functools import partial

from skolefleks.texts.declarations import Group
from visitation.law import rules as law
from visitation.letters import declaring
from visitation.letters.made_up import Sample
from visitation.letters.of_decisions import GRANTED, MORE_TO_COME
from visitation.models import Decision

_over = partial(
    declaring.to_school,
    meaning="Over en del af brevet til skolen. Uden indhold står den der ikke.",
)
_over_plainly = partial(
    declaring.to_parents,
    meaning="Over en del af teksten til forældrene. Uden indhold står den der ikke.",
    seen_in=GRANTED,
)
_over_both = partial(
    declaring.to_school,
    meaning="Over en del af begge breve. Uden indhold står den der ikke.",
    group=Group.BOTH_LETTERS,
    # An internal allocation has nothing under one of them.
    seen_in=Sample(Decision.Outcome.GRANTED, kind=law.Kind.DECISION),
)


# The list of texts is long: the headings stand together in it by their first word.
def _label(default: str) -> str:
    return f"Afsnit: {default}"


# By key: where it stands, and its words.
_SCHOOL = {
    "afsnit-bevilling": "Bevillingen",
    "afsnit-regnskabsaar": "Bevillingen i hvert regnskabsår",
    "afsnit-udbetalt": "Det, der allerede er udbetalt",
    "afsnit-vilkaar": "Vilkår",
    "afsnit-opfoelgning": "Opfølgning",
    "afsnit-begrundelse": "Begrundelse",
    "afsnit-hvem": "Hvem har truffet afgørelsen",
    "afsnit-kontakt": "Spørgsmål til afgørelsen",
}
_PARENTS = {
    "afsnit-betyder": "Det betyder svaret",
    "afsnit-penge": "Pengene til skolen",
    "afsnit-bedt-om": "Det har vi bedt skolen om",
    "afsnit-hvordan": "Vi ser på, hvordan det går",
    "afsnit-derfor": "Derfor er svaret sådan",
    "afsnit-hvem-bestemte": "Hvem bestemte det",
}
_BOTH = {
    "afsnit-nu": "Det sker nu",
    "afsnit-regler": "Regler",
    "afsnit-klage": "Klage",
}

TEXTS = (
    *(
        _over(key, _label(words), default=words, seen_in=MORE_TO_COME)
        for key, words in _SCHOOL.items()
    ),
    *(
        _over_plainly(key, _label(words), default=words)
        for key, words in _PARENTS.items()
    ),
    *(_over_both(key, _label(words), default=words) for key, words in _BOTH.items()),
)
