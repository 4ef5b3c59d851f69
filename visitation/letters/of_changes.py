"""The texts of the letters on an effort that runs, as they come."""

from __future__ import annotations

from functools import partial

from skolefleks.texts.declarations import Group, Shape
from visitation.letters import changes, leaving
from visitation.letters.declaring import (
    BODY,
    FIRST_DAY,
    GRADE,
    LAST_DAY,
    NEW_SCHOOL,
    PUPIL,
    SCHOOL,
    TARIFF,
    to_parents,
    to_school,
)
from visitation.letters.made_up import Sample
from visitation.models import Decision

Outcome = Decision.Outcome

_change = partial(Sample, write=changes.ChangeLetter)
STEPPED_DOWN = _change(Outcome.STEPPED_DOWN)
EXTENDED = _change(Outcome.EXTENDED)
CHANGED = _change(Outcome.CHANGED)
STOPPED = _change(Outcome.STOPPED)
UNCHANGED = _change(Outcome.UNCHANGED)
ENDED = Sample(Outcome.STOPPED, write=changes.EndLetter)
MOVED = Sample(Outcome.MOVED, write=leaving.MoveLetter)
LEAVING = Sample(Outcome.MOVED, write=leaving.LeavingLetter)

_PERIOD = (FIRST_DAY, LAST_DAY)

_lead = partial(to_school, meaning="De første ord i brevet til skolen.")
_parents_lead = partial(to_parents, meaning="De første ord i teksten til forældrene.")
_answer = partial(to_school, meaning="Boksen øverst i brevet til skolen.")
_parents_answer = partial(
    to_parents, meaning="Boksen øverst i teksten til forældrene."
)
_next = partial(
    to_school, meaning="»Det sker nu« i brevet til skolen.", shape=Shape.LIST
)
_means = partial(
    to_parents,
    meaning="»Det betyder svaret« i teksten til forældrene.",
    shape=Shape.PARAGRAPHS,
)
_before = partial(
    to_school,
    meaning="Efter indledningen, om det, der løb indtil nu.",
    group=Group.BOTH_LETTERS,
    needs=(TARIFF, LAST_DAY),
)

TO_SCHOOL = (
    _lead(
        "brev-indledning-opfoelgning",
        "Indledning: efter en opfølgning",
        default="{udvalg} har behandlet en opfølgning på den indsats, der løber for"
        " {elev}{klasse} med midler fra SkoleFleks.",
        seen_in=CHANGED,
        needs=(BODY, PUPIL),
        may=(GRADE,),
    ),
    _lead(
        "brev-indledning-slut",
        "Indledning: bevillingen slutter før tid",
        default="Bevillingen fra SkoleFleks til {elev}{klasse} slutter før tid.",
        seen_in=ENDED,
        needs=(PUPIL,),
        may=(GRADE,),
    ),
    _lead(
        "brev-indledning-flyttet",
        "Indledning: til den nye skole",
        default="{elev}{klasse} skifter skole. Indsatsen med midler fra SkoleFleks"
        " følger med til {skole}.",
        seen_in=MOVED,
        needs=(PUPIL, SCHOOL),
        may=(GRADE,),
    ),
    _lead(
        "brev-indledning-fraflyttet",
        "Indledning: til den skole, eleven forlader",
        default="{elev}{klasse} skifter skole. Indsatsen med midler fra SkoleFleks"
        " følger med til {ny_skole}.",
        seen_in=LEAVING,
        needs=(PUPIL, NEW_SCHOOL),
        may=(GRADE,),
    ),
    _answer(
        "brev-svar-trappet-ned",
        "Svar: trappet ned",
        default="Bevillingen trappes ned.",
        seen_in=STEPPED_DOWN,
    ),
    _answer(
        "brev-svar-forlaenget",
        "Svar: forlænget",
        default="Bevillingen er forlænget.",
        seen_in=EXTENDED,
    ),
    _answer(
        "brev-svar-aendret",
        "Svar: ændret",
        default="Bevillingen er ændret.",
        seen_in=CHANGED,
    ),
    _answer(
        "brev-svar-stoppet",
        "Svar: stoppet",
        default="Bevillingen stopper.",
        seen_in=STOPPED,
    ),
    _answer(
        "brev-svar-uaendret",
        "Svar: ikke ændret",
        default="Bevillingen er ikke ændret.",
        seen_in=UNCHANGED,
    ),
    _answer(
        "brev-svar-flyttet",
        "Svar: til den nye skole",
        default="Bevillingen følger eleven.",
        seen_in=MOVED,
    ),
    _answer(
        "brev-svar-fraflyttet",
        "Svar: til den skole, eleven forlader",
        default="Bevillingen følger eleven til {ny_skole}.",
        seen_in=LEAVING,
        needs=(NEW_SCHOOL,),
    ),
    _next(
        "naeste-skole-stoppet",
        "Det sker nu: stoppet",
        default="Indsatsen har sin sidste dag {sidste_dag}.\n"
        "Pengene udbetales for dagene til og med den.",
        seen_in=STOPPED,
        needs=(LAST_DAY,),
    ),
    _next(
        "naeste-skole-uaendret",
        "Det sker nu: ikke ændret",
        default="Indsatsen løber videre, som den er bevilget.",
        seen_in=UNCHANGED,
    ),
    _next(
        "naeste-skole-aendret",
        "Det sker nu: trappet ned, forlænget eller ændret",
        default="Ret planen for indsatsen, så den passer til afgørelsen.",
        seen_in=CHANGED,
    ),
    _next(
        "naeste-skole-flyttet",
        "Det sker nu: på den nye skole",
        default="Indsatsen begynder hos jer {foerste_dag}. Bekræft, når den er"
        " begyndt.\n"
        "Se planen, målene og målingerne igennem: de er kommet med.",
        seen_in=MOVED,
        needs=(FIRST_DAY,),
    ),
    _next(
        "naeste-skole-fraflyttet",
        "Det sker nu: på den skole, eleven forlader",
        default="Indsatsen har sin sidste dag hos jer {sidste_dag}.\n"
        "Pengene udbetales for dagene til og med den. Har I fået mere, trækkes det fra"
        " i næste udbetaling.\n"
        "Skriv slutrapporten, når indsatsen er slut hos jer.",
        seen_in=LEAVING,
        needs=(LAST_DAY,),
    ),
)

TO_BOTH = (
    _before(
        "hidtil",
        "Den hidtidige bevilling",
        default="Den hidtidige bevilling på {takst} pr. år gælder til og med"
        " {sidste_dag}.",
        seen_in=CHANGED,
    ),
    _before(
        "hidtil-uaendret",
        "Bevillingen, der ikke ændres",
        default="Bevillingen på {takst} pr. år gælder til og med {sidste_dag}.",
        seen_in=UNCHANGED,
    ),
)

TO_PARENTS = (
    _parents_lead(
        "foraeldre-indledning-opfoelgning",
        "Indledning: efter en opfølgning",
        default="{skole} får penge fra SkoleFleks til at give {elev} mere hjælp i"
        " skolen. Nu er der set på, hvordan det går, og om hjælpen skal være"
        " anderledes.",
        seen_in=CHANGED,
        needs=(PUPIL,),
    ),
    _parents_lead(
        "foraeldre-indledning-flyttet",
        "Indledning: eleven skifter skole",
        default="{elev} skifter skole. Hjælpen fra SkoleFleks følger med til {skole}.",
        seen_in=MOVED,
        needs=(PUPIL, SCHOOL),
    ),
    _parents_answer(
        "foraeldre-svar-trappet-ned",
        "Svar: trappet ned",
        default="Hjælpen fortsætter og trappes ned.",
        seen_in=STEPPED_DOWN,
    ),
    _parents_answer(
        "foraeldre-svar-forlaenget",
        "Svar: forlænget",
        default="Svaret er ja: hjælpen fortsætter i længere tid.",
        seen_in=EXTENDED,
    ),
    _parents_answer(
        "foraeldre-svar-aendret",
        "Svar: ændret",
        default="Hjælpen fortsætter, og pengene til den er ændret.",
        seen_in=CHANGED,
    ),
    _parents_answer(
        "foraeldre-svar-stoppet",
        "Svar: stoppet",
        default="Hjælpen fra SkoleFleks stopper.",
        seen_in=STOPPED,
    ),
    _parents_answer(
        "foraeldre-svar-uaendret",
        "Svar: ikke ændret",
        default="Pengene til hjælpen er, som de var.",
        seen_in=UNCHANGED,
    ),
    _parents_answer(
        "foraeldre-svar-flyttet",
        "Svar: eleven skifter skole",
        default="Hjælpen følger med til den nye skole.",
        seen_in=MOVED,
    ),
    _means(
        "betyder-stoppet",
        "Det betyder svaret: stoppet",
        default="Skolen får ikke penge fra SkoleFleks til {elev} efter {sidste_dag}."
        " Skolen taler med jer om, hvad I gør i stedet.",
        seen_in=STOPPED,
        needs=(LAST_DAY,),
    ),
    _means(
        "betyder-uaendret",
        "Det betyder svaret: ikke ændret",
        default="Skolen får de samme penge som før til og med {sidste_dag}.",
        seen_in=UNCHANGED,
        needs=(LAST_DAY,),
    ),
    _means(
        "betyder-forlaenget",
        "Det betyder svaret: forlænget",
        default="Skolen får også penge til at hjælpe {elev} fra {foerste_dag} til"
        " {sidste_dag}.",
        seen_in=EXTENDED,
        needs=_PERIOD,
    ),
    _means(
        "betyder-trappet-ned",
        "Det betyder svaret: trappet ned",
        default="Skolen får fortsat penge til at hjælpe {elev}. Fra {foerste_dag} er"
        " det et mindre beløb. Pengene løber til {sidste_dag}.",
        seen_in=STEPPED_DOWN,
        needs=_PERIOD,
    ),
    _means(
        "betyder-aendret",
        "Det betyder svaret: ændret",
        default="Skolen får fortsat penge til at hjælpe {elev}. Fra {foerste_dag} er"
        " beløbet eller det, vi beder skolen om, et andet. Pengene løber til"
        " {sidste_dag}.",
        seen_in=CHANGED,
        needs=_PERIOD,
    ),
    _means(
        "betyder-flyttet",
        "Det betyder svaret: eleven skifter skole",
        default="{skole} får penge til at hjælpe {elev} fra {foerste_dag} til"
        " {sidste_dag}. Beløbet pr. år er det samme som på den gamle skole.",
        seen_in=MOVED,
        needs=_PERIOD,
    ),
    to_parents(
        "naeste-hjem-opfoelgning",
        "Det sker nu: efter en opfølgning",
        "»Det sker nu« i teksten til forældrene, også hvor eleven skifter skole.",
        "Skolen taler med jer og {elev} om, hvad der nu skal ske.\n"
        "Har I spørgsmål, så tal med {skole}.",
        seen_in=CHANGED,
        shape=Shape.LIST,
    ),
)

TEXTS = TO_SCHOOL + TO_BOTH + TO_PARENTS
