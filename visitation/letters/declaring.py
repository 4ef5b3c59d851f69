"""How a text of the letters is declared: its placeholders, and the letter it is seen in."""

from __future__ import annotations

from functools import partial
from typing import Any

from skolefleks.texts.declarations import Group, Placeholder, Preview, Shape, Text
from visitation.letters import made_up
from visitation.letters.made_up import Sample

PUPIL = Placeholder("elev", "Elevens navn, som skolen ser det.", "Sofie Holm")
GRADE = Placeholder(
    "klasse", "Et komma og klassetrinnet; intet, hvor det mangler.", ", 4. klasse"
)
SCHOOL = Placeholder("skole", "Skolen, som brevet er til.", "Engskolen")
NEW_SCHOOL = Placeholder("ny_skole", "Skolen, som eleven flytter til.", "Bakkeskolen")
MUNICIPALITY = Placeholder("kommune", "Kommunens navn.", "Eksempelkøbing Kommune")
NUMBER = Placeholder("sagsnummer", "Sagens nummer.", "AB-2027-0042")
BODY = Placeholder(
    "udvalg",
    "Den, der har behandlet sagen, som sætningens første ord.",
    "Kvalitetsudvalget",
)
HOW = Placeholder(
    "hvordan", "Hvordan og hvornår det er afgjort.", "på mødet den 3. februar 2027"
)
TARIFF = Placeholder("takst", "Bevillingens takst pr. år.", "180.000 kr.")
DAY = Placeholder("dag", "Den dag, sætningen handler om.", "3. februar 2027")
FIRST_DAY = Placeholder("foerste_dag", "Bevillingens første dag.", "1. marts 2027")
LAST_DAY = Placeholder("sidste_dag", "Bevillingens sidste dag.", "31. juli 2027")
PAID = Placeholder("udbetalt", "Det, skolen har fået for eleven.", "104.548 kr.")
OWED = Placeholder("skyldigt", "Det, skolen har fået for meget.", "12.000 kr.")
REST = Placeholder("rest", "Det, skolen får endnu.", "75.452 kr.")
CONTACT = Placeholder(
    "kontakt",
    "Udvalgets sekretær, ellers formanden: navn og e-mail.",
    "Mette Lund, mette.lund@kommune.example",
)
AT_SCHOOL = Placeholder(
    "paa_skolen",
    "Indsatsens daglige leder og skolen; skolen alene, hvor ingen er skrevet.",
    "Pia Krog på Engskolen",
)

# What every text of a letter may name.
EVERYWHERE = (PUPIL, SCHOOL, AT_SCHOOL, MUNICIPALITY, NUMBER)

_PART = "visitation/letters/_letter.html"


def to_school(
    key: str,
    label: str,
    meaning: str,
    default: str,
    *,
    seen_in: Sample,
    group: Group = Group.SCHOOL_LETTER,
    **more: Any,
) -> Text:
    """A text of the letter to the school."""
    make = partial(made_up.to_school, seen_in)
    preview = Preview(_PART, make, paper="letter")
    return _text(key, label, meaning, default, group=group, preview=preview, **more)


def to_parents(
    key: str,
    label: str,
    meaning: str,
    default: str,
    *,
    seen_in: Sample,
    **more: Any,
) -> Text:
    """A text of what the parents are given."""
    make = partial(made_up.to_parents, seen_in)
    preview = Preview(_PART, make, paper="parents")
    group = Group.PARENTS_LETTER
    return _text(key, label, meaning, default, group=group, preview=preview, **more)


def _text(
    key: str,
    label: str,
    meaning: str,
    default: str,
    *,
    group: Group,
    preview: Preview,
    shape: Shape = Shape.LINE,
    needs: tuple[Placeholder, ...] = (),
    may: tuple[Placeholder, ...] = (),
) -> Text:
    others = tuple(one for one in EVERYWHERE if one not in needs)
    return Text(
        key=key,
        group=group,
        label=label,
        meaning=meaning,
        default=default,
        preview=preview,
        shape=shape,
        needs=needs,
        may=may + others,
    )
