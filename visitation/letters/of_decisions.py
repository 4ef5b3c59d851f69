"""The texts of the letters on what was applied for, as they come."""

from __future__ import annotations

from datetime import date
from functools import partial

from skolefleks.texts.declarations import Group, Shape
from visitation.letters.declaring import (
    BODY,
    CONTACT,
    DAY,
    FIRST_DAY,
    GRADE,
    HOW,
    LAST_DAY,
    OWED,
    PAID,
    PUPIL,
    REST,
    TARIFF,
    to_parents,
    to_school,
)
from visitation.letters.made_up import Sample
from visitation.letters.queries import Settlement
from visitation.models import Decision
from visitation.waiting import rules as waiting

Outcome = Decision.Outcome
Basis = Decision.Basis

GRANTED = Sample(Outcome.GRANTED)
PARTLY = Sample(Outcome.PARTLY)
REJECTED = Sample(Outcome.REJECTED)
POSTPONED = Sample(Outcome.POSTPONED)
WAITING = Sample(Outcome.POSTPONED, waits_for_money=True)
AGAIN = Sample(Outcome.GRANTED, is_second_answer=True)
LATE = Sample(Outcome.GRANTED, is_second_answer=True, begins_late=True)
ALONE = Sample(Outcome.GRANTED, basis=Basis.ALONE)
BEFORE = Sample(Outcome.GRANTED, basis=Basis.BEFORE)
OWING = Sample(Outcome.REJECTED, money=Settlement(104_548, 12_000, 0, None))
ALL_PAID = Sample(Outcome.REJECTED, money=Settlement(104_548, 0, 0, None))
MORE_TO_COME = Sample(
    Outcome.GRANTED,
    money=Settlement(104_548, 0, 75_452, date(2027, 2, 3)),
)

_PERIOD = (FIRST_DAY, LAST_DAY)

_school_answer = partial(to_school, meaning="Boksen øverst i brevet til skolen.")
_parents_answer = partial(
    to_parents, meaning="Boksen øverst i teksten til forældrene."
)
_next_at_school = partial(to_school, meaning="»Det sker nu« i brevet til skolen.")
_next_at_home = partial(to_parents, meaning="»Det sker nu« i teksten til forældrene.")
_means = partial(to_parents, meaning="»Det betyder svaret« i teksten til forældrene.")
_paid = partial(
    to_school, meaning="»Det, der allerede er udbetalt« i brevet til skolen."
)
_who = partial(to_school, meaning="»Hvem har truffet afgørelsen« i brevet til skolen.")
_who_plainly = partial(
    to_parents, meaning="»Hvem bestemte det« i teksten til forældrene."
)

TO_SCHOOL = (
    to_school(
        "brev-overskrift",
        "Overskrift",
        "Øverst i hvert brev til skolen.",
        "Afgørelse om SkoleFleks: {elev}",
        seen_in=GRANTED,
        needs=(PUPIL,),
    ),
    to_school(
        "brev-indledning",
        "Indledning",
        "De første ord i brevet om en ansøgning.",
        "{udvalg} har behandlet skolens ansøgning om midler fra SkoleFleks til"
        " {elev}{klasse}.",
        seen_in=GRANTED,
        needs=(BODY, PUPIL),
        may=(GRADE,),
    ),
    _school_answer(
        "brev-svar-bevilget",
        "Svar: bevilget",
        default="Ansøgningen er bevilget.",
        seen_in=GRANTED,
    ),
    _school_answer(
        "brev-svar-delvist",
        "Svar: delvist bevilget",
        default="Ansøgningen er delvist bevilget.",
        seen_in=PARTLY,
    ),
    _school_answer(
        "brev-svar-afslag",
        "Svar: afslag",
        default="Der er givet afslag på ansøgningen.",
        seen_in=REJECTED,
    ),
    _school_answer(
        "brev-svar-udsat",
        "Svar: udsat",
        default="Afgørelsen er udsat.",
        seen_in=POSTPONED,
    ),
    _paid(
        "udbetalt-for-meget",
        "Udbetalt: skolen har fået for meget",
        default="Skolen har fået {udbetalt} for {elev}. Det er {skyldigt} for meget."
        " Beløbet trækkes fra i de næste udbetalinger fra SkoleFleks til skolen, aldrig"
        " mere end det, skolen har til gode. Er der ikke noget at trække det fra i,"
        " opkræver kommunen det.",
        seen_in=OWING,
        needs=(PAID, OWED),
    ),
    _paid(
        "udbetalt-alt",
        "Udbetalt: alt er udbetalt",
        default="Skolen har fået {udbetalt} for {elev}. Der er ikke mere at udbetale og"
        " intet at betale tilbage.",
        seen_in=ALL_PAID,
        needs=(PAID,),
    ),
    _paid(
        "udbetalt-mere",
        "Udbetalt: der kommer mere",
        default="Skolen har fået {udbetalt} for {elev} og får {rest} endnu. Den næste"
        " rate forfalder {dag}; er taksten sat op for dage, der er udbetalt, er"
        " forskellen med i den.",
        seen_in=MORE_TO_COME,
        needs=(PAID, REST, DAY),
    ),
    _who(
        "hvem-udvalg",
        "Hvem: udvalget",
        default="Kvalitetsudvalget for SkoleFleks traf afgørelsen {hvordan}.",
        seen_in=GRANTED,
        needs=(HOW,),
    ),
    _who(
        "hvem-formand",
        "Hvem: formanden alene",
        default="Kvalitetsudvalget for SkoleFleks har ikke behandlet sagen. Den er"
        " afgjort {hvordan}. Udvalget får besked om afgørelsen på sit næste møde.",
        seen_in=ALONE,
        needs=(HOW,),
    ),
    _who(
        "hvem-foer",
        "Hvem: før reglen om formanden",
        default="Udvalgets formand eller sekretær traf afgørelsen {hvordan}.",
        seen_in=BEFORE,
        needs=(HOW,),
    ),
    to_school(
        "kontakt",
        "Kontakt i udvalget",
        "Hvem skolen kan spørge. Uden en sekretær eller formand står det der ikke.",
        "Skriv til {kontakt}.",
        seen_in=GRANTED,
        needs=(CONTACT,),
    ),
    _next_at_school(
        "naeste-skole-bevilget",
        "Det sker nu: bevilget",
        default="Indsatsen kan begynde {foerste_dag}.\n"
        "Pengene udbetales bagud i rater, så længe indsatsen løber.",
        seen_in=GRANTED,
        shape=Shape.LIST,
        needs=(FIRST_DAY,),
        may=(LAST_DAY,),
    ),
    _next_at_school(
        "naeste-skole-opfoelgning",
        "Det sker nu: hvis der er opfølgninger",
        default="Forbered den første opfølgning.",
        seen_in=GRANTED,
    ),
    _next_at_school(
        "naeste-skole-udsat",
        "Det sker nu: udsat",
        default="Udvalget tager sagen op igen. Svar på det, udvalget spørger om i"
        " sagen, så snart I kan.",
        seen_in=POSTPONED,
        shape=Shape.LIST,
    ),
    _next_at_school(
        "naeste-skole-afslag",
        "Det sker nu: afslag",
        default="Skolen kan søge igen, hvis elevens behov ændrer sig.",
        seen_in=REJECTED,
        shape=Shape.LIST,
    ),
    _next_at_school(
        "naeste-skole-foraeldre",
        "Det sker nu: om forældrene",
        default="Giv forældrene den tekst, der følger med brevet, og tal den igennem"
        " med dem og eleven.",
        seen_in=GRANTED,
    ),
)

TO_BOTH = (
    to_school(
        "tidligere-svar",
        "Svaret afløser et tidligere",
        "Efter indledningen, hvor skolen har fået et andet svar før.",
        "Svaret afløser det, I fik den {dag}.",
        seen_in=AGAIN,
        group=Group.BOTH_LETTERS,
        needs=(DAY,),
    ),
    to_school(
        "tidligere-bevilling",
        "Den tidligere bevilling",
        "Efter det, hvor det tidligere svar bevilgede noget.",
        "Den tidligere bevilling på {takst} pr. år gælder til og med {sidste_dag}.",
        seen_in=AGAIN,
        group=Group.BOTH_LETTERS,
        needs=(TARIFF, LAST_DAY),
    ),
    to_school(
        "tidligere-begyndelse",
        "Indsatsen begynder senere",
        "Efter det, hvor indsatsen begynder senere, end det tidligere svar sagde.",
        "Bevillingen gælder fra {foerste_dag} og ikke fra {dag}. Pengene til dagene før"
        " går tilbage til puljen.",
        seen_in=LATE,
        group=Group.BOTH_LETTERS,
        needs=(FIRST_DAY, DAY),
    ),
)

TO_PARENTS = (
    to_parents(
        "foraeldre-overskrift",
        "Overskrift",
        "Øverst i hver tekst til forældrene.",
        "Svar om hjælp i skolen til {elev}",
        seen_in=GRANTED,
        needs=(PUPIL,),
    ),
    to_parents(
        "foraeldre-indledning",
        "Indledning",
        "De første ord i teksten om en ansøgning.",
        "{skole} har søgt om penge til at give {elev} mere hjælp i skolen. Pengene"
        " kommer fra SkoleFleks. Det er {kommune}s ordning for børn og unge, der skal"
        " kunne blive på deres skole eller vende tilbage til den.",
        seen_in=GRANTED,
        needs=(PUPIL,),
    ),
    _parents_answer(
        "foraeldre-svar-bevilget",
        "Svar: bevilget",
        default="Svaret er ja.",
        seen_in=GRANTED,
    ),
    _parents_answer(
        "foraeldre-svar-delvist",
        "Svar: delvist bevilget",
        default="Svaret er ja til en del af det, skolen søgte om.",
        seen_in=PARTLY,
    ),
    _parents_answer(
        "foraeldre-svar-afslag",
        "Svar: afslag",
        default="Svaret er nej.",
        seen_in=REJECTED,
    ),
    _parents_answer(
        "foraeldre-svar-udsat",
        "Svar: udsat",
        default="Svaret er ikke klar endnu.",
        seen_in=POSTPONED,
    ),
    _means(
        "betyder-bevilget",
        "Det betyder svaret: bevilget",
        default="Skolen får penge til at give {elev} mere hjælp fra {foerste_dag} til"
        " {sidste_dag}. Pengene går til skolen og skal bruges på hjælpen.",
        seen_in=GRANTED,
        shape=Shape.PARAGRAPHS,
        needs=_PERIOD,
    ),
    _means(
        "betyder-udsat",
        "Det betyder svaret: udsat",
        default="Udvalget skal vide mere, før det kan svare. I hører fra skolen, når"
        " svaret er der.",
        seen_in=POSTPONED,
        shape=Shape.PARAGRAPHS,
    ),
    _means(
        "betyder-afslag",
        "Det betyder svaret: afslag",
        default="Skolen får ikke penge fra SkoleFleks til {elev}. Skolen taler med jer"
        " om, hvad I gør i stedet.",
        seen_in=REJECTED,
        shape=Shape.PARAGRAPHS,
    ),
    _who_plainly(
        "foraeldre-hvem-udvalg",
        "Hvem: udvalget",
        default="Det gjorde kommunens kvalitetsudvalg for SkoleFleks {hvordan}."
        " Medlemmerne af udvalget arbejder med skole og med hjælp til børn og unge.",
        seen_in=GRANTED,
        needs=(HOW,),
    ),
    _who_plainly(
        "foraeldre-hvem-formand",
        "Hvem: formanden alene",
        default="Kommunens kvalitetsudvalg for SkoleFleks har en formand. Svaret er"
        " givet {hvordan}. Udvalget får det at vide på sit næste møde. Medlemmerne af"
        " udvalget arbejder med skole og med hjælp til børn og unge.",
        seen_in=ALONE,
        needs=(HOW,),
    ),
    _who_plainly(
        "foraeldre-hvem-foer",
        "Hvem: før reglen om formanden",
        default="Det gjorde formanden eller sekretæren for kommunens kvalitetsudvalg"
        " for SkoleFleks {hvordan}.",
        seen_in=BEFORE,
        needs=(HOW,),
    ),
    _next_at_home(
        "naeste-hjem-bevilget",
        "Det sker nu: bevilget",
        default="Skolen taler med jer og {elev} om, hvordan hjælpen skal være.\n"
        "Har I spørgsmål, så tal med {paa_skolen}.",
        seen_in=GRANTED,
        shape=Shape.LIST,
    ),
    _next_at_home(
        "naeste-hjem-udsat",
        "Det sker nu: udsat",
        default="Udvalget tager sagen op igen.\nHar I spørgsmål, så tal med {paa_skolen}.",
        seen_in=POSTPONED,
        shape=Shape.LIST,
    ),
    _next_at_home(
        "naeste-hjem-afslag",
        "Det sker nu: afslag",
        default="Skolen kan søge igen, hvis behovet ændrer sig.\n"
        "Har I spørgsmål, så tal med {paa_skolen}.",
        seen_in=REJECTED,
        shape=Shape.LIST,
    ),
)

# Put off for lack of money.
ON_THE_WAITING_LIST = (
    _school_answer(
        "brev-svar-venter",
        "Svar: venter på penge",
        default=waiting.VERDICT,
        seen_in=WAITING,
    ),
    _next_at_school(
        "naeste-skole-venter",
        "Det sker nu: venter på penge",
        default=waiting.AGAIN,
        seen_in=WAITING,
        shape=Shape.LIST,
    ),
    _parents_answer(
        "foraeldre-svar-venter",
        "Svar: venter på penge",
        default=waiting.ANSWER,
        seen_in=WAITING,
    ),
    _means(
        "betyder-venter",
        "Det betyder svaret: venter på penge",
        default=waiting.MEANING,
        seen_in=WAITING,
        shape=Shape.PARAGRAPHS,
    ),
    _next_at_home(
        "naeste-hjem-venter",
        "Det sker nu: venter på penge",
        default="Har I spørgsmål, så tal med {paa_skolen}.",
        seen_in=WAITING,
        shape=Shape.LIST,
    ),
)

TEXTS = TO_SCHOOL + TO_BOTH + TO_PARENTS + ON_THE_WAITING_LIST
