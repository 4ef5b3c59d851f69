"""The fields of what there can be several of: measures tried, measures planned, a pupil's goals."""

from __future__ import annotations

from applications.fields.field import Card, CaseLine, Field

# A row is a card of its own and needs no heading.
ROW = Card("")

# Asked only where there are several; nothing chosen means all of them.
OF_PUPIL = Field(
    "pupil",
    "Hvem gælder det?",
    card=ROW,
    is_optional=True,
    on_case=CaseLine("Gælder"),
)

TRIED_FIELDS = (
    Field(
        "what",
        "Hvad har I prøvet?",
        "Én ting ad gangen, så konkret, at andre kan se det for sig.",
        card=ROW,
        rows=3,
    ),
    # After what one begins with: a row just added is typed into at once.
    OF_PUPIL,
    Field("started_on", "Fra", card=ROW, is_optional=True),
    Field("ended_on", "Til", card=ROW, beside="started_on", is_optional=True),
    Field(
        "hours_per_week",
        "Timer om ugen",
        card=ROW,
        beside="started_on",
        is_optional=True,
    ),
    Field(
        "is_support",
        "Timerne er støttetimer, som ikke er talt med ved eleven",
        "Sæt kryds, hvis timerne kommer oven i dem, der står ved eleven. "
        "Løber tiltaget stadig, lægges de sammen.",
        card=ROW,
    ),
    Field(
        "outcome",
        "Hvad kom der ud af det?",
        "Også det, der ikke virkede, er værd at vide. Hvad ændrede sig, og hvordan så I det?",
        card=ROW,
        rows=3,
    ),
)

PLANNED_FIELDS = (
    Field("kind", "Slags tiltag", card=ROW, prompt="Vælg slags"),
    Field(
        "what",
        "Hvad skal der ske?",
        "Hvad gør I, hvor, hvornår og hvor meget? Én ting ad gangen.",
        card=ROW,
        rows=4,
    ),
    OF_PUPIL,
    Field(
        "who",
        "Hvem gør det?",
        "Funktion eller navn på den voksne, der står for det.",
        card=ROW,
        is_optional=True,
    ),
    Field("starts_on", "Fra", card=ROW, is_optional=True),
    Field("ends_on", "Til", card=ROW, beside="starts_on", is_optional=True),
    Field(
        "cost",
        "Hvad koster det?",
        "Hele kroner for hele perioden.",
        card=ROW,
        beside="starts_on",
        is_optional=True,
    ),
    Field(
        "expected_effect",
        "Forventet effekt",
        "Hvad er anderledes for eleven om et år? Skriv, hvor I er nu, og hvor I vil hen.",
        card=ROW,
        rows=4,
        on_case=CaseLine("Forventet effekt"),
    ),
    Field(
        "how_known",
        "Hvordan kan man se, at det virker?",
        "Noget, der kan tælles eller iagttages, og hvornår I ser efter.",
        card=ROW,
        rows=3,
        on_case=CaseLine("Sådan kan man se det"),
    ),
)

GOAL_FIELDS = (
    Field("kind", "Hvordan måles det?", card=ROW, prompt="Vælg"),
    Field(
        "what",
        "Hvad skal være anderledes?",
        "Ét mål ad gangen. For eksempel: Eleven bliver i klassen hele formiddagen.",
        card=ROW,
        # One writes what it is about first; a reader is told first how it is
        # measured.
        above="kind",
        rows=2,
    ),
    Field(
        "low_anchor",
        "1 betyder",
        "Kun ved skala. For eksempel: går fra hver time.",
        card=ROW,
        is_optional=True,
    ),
    Field(
        "high_anchor",
        "10 betyder",
        "Kun ved skala. For eksempel: er med hele dagen.",
        card=ROW,
        beside="low_anchor",
        is_optional=True,
    ),
    Field(
        "unit",
        "Det, der tælles",
        "Kun ved noget andet. For eksempel: konflikter om ugen.",
        card=ROW,
        is_optional=True,
    ),
    Field("baseline", "Nu", card=ROW),
    Field("target", "Mål", card=ROW, beside="baseline"),
    Field("due_on", "Skal være nået den", card=ROW, beside="baseline"),
    Field(
        "how_measured",
        "Hvem ser efter, og hvordan?",
        "For eksempel: Klasselæreren fører skema hver fredag.",
        card=ROW,
        rows=2,
    ),
)
