"""What is written once for the whole application: environment, cooperation, leadership."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.fields import rules as fields_rules
from applications.models import Application
from applications.writing.forms.words import Section, StepForm
from skolefleks.textfields import Line, LongText


class EnvironmentForm(StepForm):
    block = "environment"
    learning_environment = LongText(
        "Læringsmiljøet",
        "Beskriv klassen og dagen: hvor mange elever og voksne, hvad der fungerer, og hvornår det bliver svært.",
        rows=7,
    )
    joint_reason = LongText(
        "Hvorfor en fælles indsats?",
        "Hvad binder eleverne sammen, og hvad vinder de ved én indsats i stedet for hver sin?",
    )
    support_hours_use = LongText(
        "Støttetimernes anvendelse",
        "Hvor mange støttetimer bruger I nu, til hvad, og hvem giver dem?",
    )
    support_hours_yield = LongText(
        "Støttetimernes udbytte",
        "Hvad er der kommet ud af timerne? Skriv det, som andre også kan se: fremmøde, konflikter, faglige skridt.",
    )
    sections = (
        Section("Det miljø, eleverne er en del af", "", ("learning_environment", "joint_reason")),
        Section(
            "Støttetimer",
            "Timerne betaler skolen selv. Udvalget skal kunne se, hvad de bruges til, og hvad de giver.",
            ("support_hours_use", "support_hours_yield"),
        ),
    )

    class Meta:
        model = Application
        fields = (
            "learning_environment",
            "joint_reason",
            "support_hours_use",
            "support_hours_yield",
        )

    def __init__(self, *args: Any, pupils: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = "environment.joint_reason" in self.instance.asks
        if pupils < 2 and not self.instance.joint_reason and not asked:
            del self.fields["joint_reason"]


class PlanForm(StepForm):
    """The step holds measures only."""

    block = "plan"

    class Meta:
        model = Application
        fields = ()


class CooperationForm(StepForm):
    """PPR for all; the rest by the pupils' ages, and all of it where no age is known."""

    block = "cooperation"
    ppr_contact = Line("Kontakt i PPR", "Navn og funktion på den, I samarbejder med.")
    ppr_setup = LongText(
        "PPR i opbygningen af indsatsen",
        "Hvad har PPR bidraget med, da indsatsen blev tilrettelagt?",
    )
    ppr_daily = LongText(
        "PPR i den daglige drift",
        "Hvor ofte er PPR med, i hvad, og hvem kalder dem ind, når planen skal ændres?",
    )
    coordinator = LongText(
        "Tværfaglig koordinator",
        "Hvem samler trådene mellem skole, hjem, fritid og forvaltning?",
        rows=3,
    )
    family_cooperation = LongText(
        "Samarbejdet med familien",
        "Hvad er aftalt med hjemmet, og hvor ofte taler I sammen?",
        rows=3,
    )
    leisure_cooperation = LongText(
        "Samarbejdet med BFO eller klub", "Hvordan følger indsatsen med over i fritiden?", rows=3
    )
    kui_cooperation = LongText(
        "Samarbejdet med KUI",
        "Hvem i den koordinerede ungeindsats er med, og hvad er aftalt om uddannelse eller job?",
        rows=3,
    )
    workplace_training = LongText("Praktik", "Hvor, hvor meget og hvorfor netop der?", rows=3)
    mentor = LongText("Mentor", "Hvem er den unges faste voksne, og hvor ofte ses de?", rows=3)
    exam_path = LongText(
        "Vejen til afgangsprøven", "Hvilke prøver går den unge efter, og hvad skal der til?", rows=3
    )
    sections = (
        Section(
            "PPR",
            "PPR er med både i opbygningen og i hverdagen. Det er en betingelse for kvaliteten.",
            ("ppr_contact", "ppr_setup", "ppr_daily"),
        ),
        Section(
            "6-13 år",
            "Ikke et krav, men udvalget ser efter det.",
            ("coordinator", "family_cooperation", "leisure_cooperation"),
        ),
        Section(
            "14-17 år",
            "Samarbejdet med KUI er et krav, når en elev er mellem 14 og 17 år. Resten ser udvalget efter.",
            ("kui_cooperation", "workplace_training", "mentor", "exam_path"),
        ),
    )
    YOUNG = ("coordinator", "family_cooperation", "leisure_cooperation")
    OLD = ("kui_cooperation", "workplace_training", "mentor", "exam_path")

    class Meta:
        model = Application
        fields = (
            "ppr_contact",
            "ppr_setup",
            "ppr_daily",
            "coordinator",
            "family_cooperation",
            "leisure_cooperation",
            "kui_cooperation",
            "workplace_training",
            "mentor",
            "exam_path",
        )

    def __init__(self, *args: Any, ages: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ages = ages
        hidden = [name for name in self.YOUNG if min(ages, default=0) >= fields_rules.OLDER]
        hidden += [name for name in self.OLD if ages and max(ages) < fields_rules.OLDER]
        for name in hidden:
            # What is written or asked for is never out of sight.
            if not getattr(self.instance, name) and f"cooperation.{name}" not in self.instance.asks:
                del self.fields[name]


class LeadershipForm(StepForm):
    block = "leadership"
    daily_leader_name = Line(
        "Daglig leder af indsatsen",
        "Den pædagogiske leder, som medarbejderne i indsatsen refererer til.",
    )
    representative_name = Line(
        "Hvem forelægger sagen for udvalget?",
        "En fra skolen, som kan træffe beslutninger på mødet. Det giver det bedste udfald.",
    )
    legal_basis = forms.ChoiceField(
        required=False,
        label="Lovgrundlag",
        choices=Application.LegalBasis.choices,
        widget=forms.RadioSelect,
    )
    sections = (
        Section("Hvem leder", "", ("daily_leader_name", "representative_name")),
        Section("Efter hvilken regel", "", ("legal_basis",)),
    )

    class Meta:
        model = Application
        fields = ("daily_leader_name", "representative_name", "legal_basis")
