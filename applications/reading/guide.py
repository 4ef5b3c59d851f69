"""The guide for schools: its cards, and how each text reads until the municipality writes another.

The headings are the page's own; what stands under them is texts, those of
examples too, which may be left empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from applications.fields.helps import LIMIT, TARIFF
from skolefleks.danish import kr
from skolefleks.setup import trade
from skolefleks.texts.declarations import Group, Placeholder, Preview, Shape, Text

if TYPE_CHECKING:
    from skolefleks.texts.wording import Wording

DAYS = Placeholder("dage", "Målet for, hvor længe en sag venter, i dage.", "21")

PREFIX = "vejledning-"
LEAD = f"{PREFIX}indledning"


@dataclass(frozen=True)
class Passage:
    """One text of a card; `heading` stands over it where it begins something else."""

    name: str
    label: str
    default: str
    shape: Shape = Shape.PARAGRAPHS
    heading: str = ""
    is_example: bool = False

    @property
    def key(self) -> str:
        return PREFIX + self.name


class Card(NamedTuple):
    """A card of the page: the name of its heading in an address, and its texts."""

    slug: str
    heading: str
    passages: tuple[Passage, ...]


class Reading(NamedTuple):
    """A passage as it reads today: its text, or the points of a list."""

    passage: Passage
    text: str = ""
    points: tuple[Item, ...] = ()


class Item(NamedTuple):
    """A point of a list: the question that it begins with, if it does, and the rest."""

    question: str
    rest: str


def _about(slug: str, name: str, heading: str, text: str, example: str) -> Card:
    """A card of one text and one made-up example."""
    passages = (
        Passage(name, heading, text),
        Passage(f"{name}-eksempel", f"{heading}: eksempel", example, is_example=True),
    )
    return Card(slug, heading, passages)


CARDS = (
    Card(
        "looks",
        "Det ser udvalget efter",
        (
            Passage(
                "ser-efter",
                "Det ser udvalget efter",
                "Hvad kan eleven, og hvornår går det galt? Udvalget skal kunne se et"
                " barn for sig, ikke en diagnose.\n"
                "Hvad har I prøvet, og hvad kom der ud af det? Også det, der ikke"
                " virkede.\n"
                "Hvad skal pengene betale, og hvad skal være anderledes bagefter? Så"
                " tydeligt, at en anden kan se om et år, om det skete.\n"
                "Hvem gør hvad? PPR er med både i opbygningen og i hverdagen, og den"
                " daglige leder har et navn.\n"
                "Hvad siger eleven og forældrene?",
                Shape.LIST,
            ),
            Passage(
                "svar",
                "Hvornår svaret kommer",
                "Udvalget træffer en afgørelse for hver elev for sig. Målet er, at I"
                " har svar senest {dage} dage efter, at I har indsendt.",
            ),
        ),
    ),
    Card(
        "money",
        "Det kan pengene betale",
        (
            Passage(
                "betaler",
                "Det kan pengene betale",
                "særlig intensiv undervisningsdifferentiering\n"
                "særlige tiltag på tværs af skole og fritid\n"
                "ressourcepersoner til elever og personale\n"
                "flere faggrupper, der arbejder sammen om eleven\n"
                "udeskole for udvalgte elever, eller noget andet, I kan begrunde",
                Shape.LIST,
            ),
            Passage(
                "betaler-ikke",
                "Det kan de ikke betale",
                "Støttetimer. Dem betaler skolen selv; I skal skrive, hvordan de er"
                " brugt, og hvad de har givet. Får en elev {graense} timers støtte om"
                " ugen eller mere, er det specialundervisning. Den går en anden vej:"
                " tal med PPR.",
                heading="Det kan de ikke betale",
            ),
            Passage(
                "takst",
                "Taksten",
                "Udgangspunktet er {enhedstakst} pr. år for en elev. Søger I om mere"
                " eller mindre, så skriv, hvorfor. En elev, der kommer tilbage fra"
                " dagbehandling, kan have brug for mere i en periode.",
            ),
        ),
    ),
    _about(
        "pupil",
        "eleven",
        "Eleven",
        "Skriv, hvad eleven er god til og glad for, hvornår det bliver svært, hvor"
        " ofte, og hvad det betyder for eleven og for klassen. Skriv, hvad I har set,"
        " ikke hvad eleven er. Nævn ikke andre børn ved navn.",
        "Eleven er god til matematik og holder af at hjælpe de mindre. Når dagen"
        " skifter mellem lokaler, tre-fire gange om ugen, går eleven fra"
        " undervisningen og kommer ikke tilbage den dag. Fraværet er steget fra 8 til"
        " 31 procent siden august.",
    ),
    _about(
        "voice",
        "egne-ord",
        "Elevens egne ord",
        "Spørg eleven, hvad der skal til, og skriv svaret, som det faldt. Kan eleven"
        " ikke spørges, så skriv, hvorfor.",
        "»Jeg vil gerne blive hos min klasse. Det er bedst, når jeg ved, hvem der"
        " henter mig, og hvad vi skal.«",
    ),
    _about(
        "environment",
        "miljoe",
        "Læringsmiljøet",
        "Skriv om klassen og rammerne: hvor mange elever, hvilke voksne, hvilke skift"
        " i løbet af dagen, og hvad der virker for de fleste. Søger I for flere"
        " elever, så skriv, hvorfor en fælles indsats er bedre end flere hver for sig.",
        "Klassen har 24 elever og to faste voksne i dansk og matematik, én i de øvrige"
        " fag. Faste pladser og et skema på tavlen har givet ro i dansk. Uroen opstår"
        " i fag med vikar og ved skift til idræt.",
    ),
    _about(
        "hours",
        "timer",
        "Støttetimerne",
        "Skriv, hvor mange timer om ugen, hvornår de ligger, hvad den voksne gør, og"
        " hvad de har givet. Sker der ingenting, så skriv det: det er også viden.",
        "Fire timer om ugen, lagt i dansk. Den voksne begynder opgaven sammen med"
        " eleven. Eleven bliver nu i dansktimen 9 af 10 gange, men timerne har ikke"
        " ændret noget i de andre fag.",
    ),
    _about(
        "tried",
        "proevet",
        "Det, I har prøvet",
        "Skriv ét tiltag ad gangen: hvad, fra hvornår til hvornår, hvor mange timer,"
        " og hvad der kom ud af det.",
        "Faste pauser hver dag kl. 10 og 12 sammen med en voksen, fra september til"
        " december. Konflikterne i frikvarteret faldt fra ca. fem til to om ugen;"
        " fraværet ændrede sig ikke.",
    ),
    _about(
        "plan",
        "planen",
        "Det, I vil gøre",
        "Det er den vigtigste del. Skriv, hvad der skal ske, hvem der gør det,"
        " hvornår, og hvad det koster. Hvert tiltag skal pege på noget, der skal blive"
        " anderledes.",
        "En kendt pædagog tager imod hver morgen fra 7.45 til 8.30 og følger med ved"
        " alle lokaleskift, fra januar til juli. PPR giver pædagogen og klasselæreren"
        " sparring hver fjortende dag.",
    ),
    _about(
        "goals",
        "maal",
        "Målene og den forventede effekt",
        "Et godt mål siger, hvordan det står nu, hvor I vil hen, hvornår, og hvordan"
        " man kan se det. Brug fremmøde i procent, en skala fra 1 til 10 med ord på"
        " begge ender, eller noget andet, der kan tælles.",
        "Fremmøde fra 69 til 90 procent senest 30. juni, målt i"
        " fraværsregistreringen. Trivsel fra 3 til 6 på en skala, hvor 1 er »vil ikke"
        " i skole« og 10 er »glæder mig hver dag«; eleven sætter selv tallet hver"
        " fredag.",
    ),
    _about(
        "cooperation",
        "samarbejde",
        "Samarbejdet",
        "Skriv, hvad PPR, sagsbehandleren, familien og fritiden gør hver for sig, og"
        " hvornår I mødes. For de 6-13-årige: hvem samler trådene, og hvad gør BFO"
        " eller klub? For de 14-17-årige: KUI, praktik, en mentor og vejen til"
        " afgangsprøven.",
        "PPR-psykologen var med til at lægge planen og mødes med teamet hver måned."
        " Klasselæreren ringer hjem hver fredag. Klubben bruger den samme"
        " morgenaftale om onsdagen.",
    ),
    _about(
        "papers",
        "bilag",
        "Bilag",
        "Bilag er frivillige. Vedlæg kun det, der er brug for, og skriv det vigtigste"
        " i selve ansøgningen. Skriv ikke CPR-numre eller andre børns navne i bilag"
        " eller filnavne.",
        "»Fremmøde august til november.pdf« og »Plan for morgenmodtagelse.docx«.",
    ),
)


def read(wording: Wording, *, key: str = "") -> dict[str, Any]:
    """The guide as it reads; with `key` only the card in which that text stands."""
    figures = _figures()
    cards = []
    for card in CARDS:
        if key and key not in {one.key for one in card.passages}:
            continue
        passages = [_read_passage(one, wording, figures) for one in card.passages]
        cards.append({"card": card, "passages": passages})
    lead = ""
    if not key or key == LEAD:
        lead = wording.say(LEAD, **figures)
    return {"lead": lead, "cards": cards}


def item_of(line: str) -> Item:
    """A line of a list, cut after the question that it begins with."""
    question, mark, rest = line.partition("?")
    if not mark:
        return Item("", line)
    return Item(f"{question}?", rest.strip())


def _read_passage(
    passage: Passage, wording: Wording, figures: dict[str, str]
) -> Reading:
    if passage.shape is Shape.LIST:
        lines = wording.items(passage.key, **figures)
        return Reading(passage, points=tuple(map(item_of, lines)))
    return Reading(passage, wording.say(passage.key, **figures))


def _figures() -> dict[str, str]:
    """What the guide may name of the settings: so it never tells of other ones."""
    values = trade.now()
    return {
        DAYS.name: str(values.waiting_goal_days),
        LIMIT.name: str(values.support_hours_limit),
        TARIFF.name: kr(values.unit_tariff),
    }


def _made_up(key: str, wording: Wording) -> dict[str, Any]:
    return read(wording, key=key)


def _text(key: str, label: str, default: str, shape: Shape) -> Text:
    return Text(
        key=key,
        group=Group.GUIDE,
        label=label,
        meaning="Siden »Sådan skriver I en god ansøgning«.",
        default=default,
        preview=Preview("applications/reading/_guide.html", partial(_made_up, key)),
        shape=shape,
        may=(DAYS, LIMIT, TARIFF),
        # A municipality may have no example, or nothing to add.
        may_be_empty=True,
    )


def _of_card(card: Card) -> list[Text]:
    return [_text(one.key, one.label, one.default, one.shape) for one in card.passages]


TEXTS = (
    _text(
        LEAD,
        "Indledning",
        "Skriv det, en kollega fra en anden skole skal vide for at forstå eleven og"
        " jeres plan. Korte, konkrete sætninger er bedre end lange.",
        Shape.LINE,
    ),
    *chain.from_iterable(map(_of_card, CARDS)),
)
