"""The fields that are written once for all pupils: environment, cooperation and leadership."""

from __future__ import annotations

from applications.fields.field import (
    OLDER,
    YOUNGER,
    Card,
    CaseLine,
    Field,
    SummaryPlace,
    When,
)

# The cards of the step "environment"; the measures that were tried follow beneath
# them.
SURROUNDINGS_CARD = Card("Det miljø, eleverne er en del af")
HOURS_USE_CARD = Card(
    "Støttetimer",
    "Timerne betaler skolen selv. Udvalget skal kunne se, hvad de bruges til, og hvad de giver.",
)

ENVIRONMENT_FIELDS = (
    Field(
        "learning_environment",
        "Læringsmiljøet",
        "Beskriv klassen og dagen: hvor mange elever og voksne, hvad der fungerer, "
        "og hvornår det bliver svært.",
        card=SURROUNDINGS_CARD,
        rows=7,
        check="Læringsmiljøet",
        summary=SummaryPlace("Læringsmiljø og støttetimer", "Læringsmiljø"),
    ),
    Field(
        "joint_reason",
        "Hvorfor en fælles indsats?",
        "Hvad binder eleverne sammen, og hvad vinder de ved én indsats i stedet for hver sin?",
        card=SURROUNDINGS_CARD,
        check="Hvorfor en fælles indsats",
        on_case=CaseLine("Hvorfor en fælles indsats"),
        when=When.SEVERAL_PUPILS,
    ),
    Field(
        "support_hours_use",
        "Støttetimernes anvendelse",
        "Hvor mange støttetimer bruger I nu, til hvad, og hvem giver dem?",
        card=HOURS_USE_CARD,
        check="Støttetimernes anvendelse",
        on_case=CaseLine("Støttetimernes anvendelse"),
        summary=SummaryPlace(
            "Læringsmiljø og støttetimer", "Støttetimernes anvendelse"
        ),
    ),
    Field(
        "support_hours_yield",
        "Støttetimernes udbytte",
        "Hvad er der kommet ud af timerne? Skriv det, som andre også kan se: "
        "fremmøde, konflikter, faglige skridt.",
        card=HOURS_USE_CARD,
        check="Støttetimernes udbytte",
        on_case=CaseLine("Støttetimernes udbytte"),
        summary=SummaryPlace("Læringsmiljø og støttetimer", "Støttetimernes udbytte"),
    ),
)

# The cards of the step "cooperation".
PPR_CARD = Card(
    "PPR",
    "PPR er med både i opbygningen og i hverdagen. Det er en betingelse for kvaliteten.",
)
YOUNGER_CARD = Card("6-13 år", "Ikke et krav, men udvalget ser efter det.")
OLDER_CARD = Card(
    "14-17 år",
    "Samarbejdet med KUI er et krav, når en elev er mellem 14 og 17 år. Resten ser udvalget efter.",
)

# PPR for all, the rest by age group, as the day-treatment report asks. KUI alone
# is required: what else fits a pupil only the school knows.
COOPERATION_FIELDS = (
    Field(
        "ppr_contact",
        "Kontakt i PPR",
        "Navn og funktion på den, I samarbejder med.",
        card=PPR_CARD,
        check="Kontakt i PPR",
        on_case=CaseLine("PPR", when_empty="–"),
    ),
    Field(
        "ppr_setup",
        "PPR i opbygningen af indsatsen",
        "Hvad har PPR bidraget med, da indsatsen blev tilrettelagt?",
        card=PPR_CARD,
        check="PPR i opbygningen af indsatsen",
        on_case=CaseLine("PPR i opbygningen"),
        summary=SummaryPlace("Samarbejde og ledelse", "PPR i opbygningen"),
    ),
    Field(
        "ppr_daily",
        "PPR i den daglige drift",
        "Hvor ofte er PPR med, i hvad, og hvem kalder dem ind, når planen skal ændres?",
        card=PPR_CARD,
        check="PPR i den daglige drift",
        on_case=CaseLine("PPR i den daglige drift"),
        summary=SummaryPlace("Samarbejde og ledelse", "PPR i den daglige drift"),
    ),
    Field(
        "coordinator",
        "Tværfaglig koordinator",
        "Hvem samler trådene mellem skole, hjem, fritid og forvaltning?",
        card=YOUNGER_CARD,
        rows=3,
        ages=YOUNGER,
        check="Tværfaglig koordinator",
        on_case=CaseLine("Tværfaglig koordinator"),
        is_advised=True,
    ),
    Field(
        "family_cooperation",
        "Samarbejdet med familien",
        "Hvad er aftalt med hjemmet, og hvor ofte taler I sammen?",
        card=YOUNGER_CARD,
        rows=3,
        ages=YOUNGER,
        check="Samarbejdet med familien",
        on_case=CaseLine("Familien"),
        is_advised=True,
    ),
    Field(
        "leisure_cooperation",
        "Samarbejdet med BFO eller klub",
        "Hvordan følger indsatsen med over i fritiden?",
        card=YOUNGER_CARD,
        rows=3,
        ages=YOUNGER,
        check="Samarbejdet med BFO eller klub",
        on_case=CaseLine("BFO eller klub"),
        is_advised=True,
    ),
    Field(
        "kui_cooperation",
        "Samarbejdet med KUI",
        "Hvem i den koordinerede ungeindsats er med, og hvad er aftalt om uddannelse eller job?",
        card=OLDER_CARD,
        rows=3,
        ages=OLDER,
        check="Samarbejdet med KUI",
        on_case=CaseLine("KUI"),
    ),
    Field(
        "workplace_training",
        "Praktik",
        "Hvor, hvor meget og hvorfor netop der?",
        card=OLDER_CARD,
        rows=3,
        ages=OLDER,
        check="Praktik",
        on_case=CaseLine("Praktik"),
        is_advised=True,
    ),
    Field(
        "mentor",
        "Mentor",
        "Hvem er den unges faste voksne, og hvor ofte ses de?",
        card=OLDER_CARD,
        rows=3,
        ages=OLDER,
        check="Mentor",
        on_case=CaseLine("Mentor"),
        is_advised=True,
    ),
    Field(
        "exam_path",
        "Vejen til afgangsprøven",
        "Hvilke prøver går den unge efter, og hvad skal der til?",
        card=OLDER_CARD,
        rows=3,
        ages=OLDER,
        check="Vejen til afgangsprøven",
        on_case=CaseLine("Vejen til afgangsprøven"),
        is_advised=True,
    ),
)

# The cards of the step "leadership".
LEADERS_CARD = Card("Hvem leder")
LAW_CARD = Card("Efter hvilken regel")

LEADERSHIP_FIELDS = (
    Field(
        "daily_leader_name",
        "Daglig leder af indsatsen",
        "Den pædagogiske leder, som medarbejderne i indsatsen refererer til.",
        card=LEADERS_CARD,
        check="Daglig leder af indsatsen",
        summary=SummaryPlace("Samarbejde og ledelse", "Daglig leder"),
    ),
    Field(
        "representative_name",
        "Hvem forelægger sagen for udvalget?",
        "En fra skolen, som kan træffe beslutninger på mødet. Det giver det bedste resultat.",
        card=LEADERS_CARD,
        check="Hvem der forelægger sagen for udvalget",
        summary=SummaryPlace("Samarbejde og ledelse", "Forelægges af"),
    ),
    Field(
        "legal_basis",
        "Lovgrundlag",
        card=LAW_CARD,
        check="Lovgrundlag",
        on_case=CaseLine("Lovgrundlag", when_empty="–"),
    ),
)
