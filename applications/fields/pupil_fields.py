"""The fields of one pupil, in the order in which a reader meets them."""

from __future__ import annotations

from applications.fields.field import Card, Field, SummaryPlace, When

# The cards of the form, from top to bottom.
PUPIL_CARD = Card("Eleven")
PURPOSE_CARD = Card("Formål")
HOURS_CARD = Card(
    "Støttetimer",
    "Støttetimer betaler skolen selv. De kan ikke købes for puljens penge.",
)
PARENTS_CARD = Card(
    "Forældre og elevens egne ord",
    "Ansøgningen kan først indsendes, når forældrene er orienteret, eller der står,"
    " hvorfor de ikke er det.",
)
CASEWORKER_CARD = Card("Sagsbehandler")
TARIFF_CARD = Card(
    "Ansøgt takst og periode",
    "Taksten er et beløb pr. år. En indsats løber ofte et skoleår, 1. august til 31. juli, "
    "og falder så i to regnskabsår.",
)

PUPIL_FIELDS = (
    Field(
        "name",
        "Elevens navn",
        "For- og efternavn. Navnet ses kun inde i sagen; lister og dagsordener viser initialer.",
        card=PUPIL_CARD,
        check="Navn",
    ),
    Field(
        "cpr",
        "CPR-nummer",
        "Seks cifre, bindestreg og fire cifre. Det kan være et erstatningsnummer. Det gemmes"
        " krypteret og vises som 010115-xxxx.",
        card=PUPIL_CARD,
        check="CPR-nummer",
        # A question would show in a text what the form itself shows masked only.
        may_be_asked_about=False,
    ),
    Field(
        "grade",
        "Klassetrin",
        card=PUPIL_CARD,
        prompt="Vælg klassetrin",
        check="Klassetrin",
        # 0. klasse is a grade.
        zero_is_an_answer=True,
    ),
    Field(
        "is_protected",
        "Eleven har navne- og adressebeskyttelse",
        "Så står eleven som »Beskyttet« på lister og kun med initialer i sagen.",
        card=PUPIL_CARD,
        # Where it is set, initials stand in the name's line.
        told_by="name",
    ),
    Field(
        "kind",
        "Hvad er formålet med indsatsen?",
        card=PURPOSE_CARD,
        choices=(
            # Explained at length here: a reader knows the two words.
            (
                "retention",
                "Fastholdelse: eleven bliver på skolen i stedet for at blive henvist",
            ),
            ("return", "Tilbageslusning: eleven kommer tilbage fra dagbehandling"),
        ),
        check="Fastholdelse eller tilbageslusning",
    ),
    Field(
        "description",
        "Beskrivelse af eleven",
        "En god beskrivelse fortæller, hvad eleven kan og er glad for, hvad der er svært og "
        "hvornår, og hvad I frygter, der sker uden en indsats.",
        card=PUPIL_CARD,
        rows=7,
        check="Beskrivelse af eleven",
        summary=SummaryPlace("Eleverne"),
    ),
    Field(
        "support_hours",
        "Støttetimer om ugen",
        "Timer á 60 minutter, som eleven får nu. Skriv 0, hvis eleven ingen har."
        " Fra {graense} timer om ugen er støtten specialundervisning, "
        "og så går vejen gennem PPR.",
        card=HOURS_CARD,
        check="Støttetimer om ugen (0, hvis ingen)",
        zero_is_an_answer=True,
    ),
    Field(
        "parents_informed",
        "Er forældrene orienteret om ansøgningen?",
        card=PARENTS_CARD,
        check="Er forældrene orienteret?",
    ),
    Field(
        "parents_informed_on",
        "Hvornår?",
        card=PARENTS_CARD,
        # They have been informed, or it is not a date yet.
        is_past=True,
        check="Hvornår forældrene er orienteret",
        when=When.PARENTS_INFORMED,
    ),
    Field(
        "parents_informed_by",
        "Af hvem?",
        "Navn og rolle, for eksempel klasselæreren.",
        card=PARENTS_CARD,
        beside="parents_informed_on",
        check="Hvem der har orienteret dem",
        when=When.PARENTS_INFORMED,
    ),
    Field(
        "parents_informed_how",
        "Hvordan?",
        "For eksempel på et møde eller i telefonen.",
        card=PARENTS_CARD,
        beside="parents_informed_on",
        check="Hvordan de er orienteret",
        when=When.PARENTS_INFORMED,
    ),
    Field(
        "parents_exception",
        "Hvorfor er forældrene ikke orienteret?",
        "Udfyldes kun ved nej. Skriv den særlige grund, og hvem der har vurderet den.",
        card=PARENTS_CARD,
        rows=3,
        check="Hvorfor forældrene ikke er orienteret",
        when=When.PARENTS_NOT_INFORMED,
    ),
    Field(
        "pupil_voice",
        "Elevens egne ord",
        "Hvad siger eleven selv om sin skoledag og om det, I vil gøre? Skriv gerne ordret. "
        "Er eleven ikke spurgt, så skriv, hvorfor.",
        card=PARENTS_CARD,
        check="Elevens egne ord, eller hvorfor de mangler",
        # The checklist has what is told of the pupil together.
        checked_after="description",
        summary=SummaryPlace("Elevernes egne ord"),
    ),
    Field(
        "caseworker_name",
        "Sagsbehandler",
        "Navn og team. Lad feltet stå tomt, hvis eleven ikke har en sagsbehandler.",
        card=CASEWORKER_CARD,
        # Not every pupil has one; who has is asked for a statement too.
        is_optional=True,
        check="Sagsbehandler, hvis eleven har en",
        is_advised=True,
    ),
    Field(
        "caseworker_cooperation",
        "Samarbejdet med sagsbehandleren",
        "Hvad er aftalt, hvem følger op, og hvor ofte taler I sammen?",
        card=CASEWORKER_CARD,
        rows=3,
        is_optional=True,
    ),
    Field(
        "requested_tariff",
        "Ansøgt takst pr. år",
        "Hele kroner. Enhedstaksten er {enhedstakst} Udvalget sætter taksten efter behovet.",
        card=TARIFF_CARD,
        check="Ansøgt takst",
    ),
    Field(
        "starts_on",
        "Indsatsens første dag",
        card=TARIFF_CARD,
        check="Periodens første dag",
    ),
    Field(
        "ends_on",
        "Indsatsens sidste dag",
        card=TARIFF_CARD,
        beside="starts_on",
        check="Periodens sidste dag",
    ),
    Field(
        "tariff_reason",
        "Hvorfor en anden takst?",
        "Udfyldes kun, når taksten ikke er {enhedstakst} Hvad gør behovet større eller mindre?",
        card=TARIFF_CARD,
        rows=3,
        check="Hvorfor taksten afviger fra enhedstaksten",
        when=When.OTHER_TARIFF,
    ),
)
