"""What is written of one pupil."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from applications.models import PupilCase
from applications.writing.forms.words import Section, StepForm
from skolefleks.danish import CprField, KrField, age_on, born_on, kr, masked, today
from skolefleks.textfields import Day, Hours, Line, LongText

YOUNGEST, OLDEST = 4, 25  # years: outside is a typing error, no rule


class PupilForm(StepForm):
    """All that is written of one pupil. An empty CPR field leaves a stored number as it is."""

    block = "pupil"
    name = Line(
        "Elevens navn",
        "For- og efternavn. Navnet ses kun inde i sagen; lister og dagsordener viser initialer.",
    )
    cpr = CprField(
        required=False,
        label="CPR-nummer",
        help_text="Seks cifre, bindestreg og fire cifre. Det gemmes krypteret og vises som 010115-xxxx.",
    )
    grade = forms.TypedChoiceField(
        required=False,
        label="Klassetrin",
        coerce=int,
        empty_value=None,
        choices=[("", "Vælg klassetrin"), *((n, f"{n}. klasse") for n in range(11))],
        widget=forms.Select(attrs={"class": "sf-short"}),
    )
    is_protected = forms.BooleanField(
        required=False,
        label="Eleven har navne- og adressebeskyttelse",
        help_text="Så står eleven som »Beskyttet« på lister og kun med initialer i sagen.",
    )
    description = LongText(
        "Beskrivelse af eleven",
        "En god beskrivelse fortæller, hvad eleven kan og er glad for, hvad der er svært og hvornår, "
        "og hvad I frygter, der sker uden en indsats.",
        rows=7,
    )
    kind = forms.ChoiceField(
        required=False,
        label="Hvad skal indsatsen?",
        choices=[
            ("retention", "Fastholdelse: eleven bliver på skolen i stedet for at blive henvist"),
            ("return", "Tilbageslusning: eleven kommer tilbage fra dagbehandling"),
        ],
        widget=forms.RadioSelect,
    )
    support_hours = Hours(
        "Støttetimer om ugen",
        f"Timer á 60 minutter, som eleven får nu. Skriv 0, hvis eleven ingen har. Fra {settings.SUPPORT_HOURS_LIMIT} "
        "timer om ugen er støtten specialundervisning, og så går vejen gennem PPR.",
    )
    parents_informed = forms.ChoiceField(
        required=False,
        label="Er forældrene orienteret om ansøgningen?",
        choices=PupilCase.Informed.choices,
        widget=forms.RadioSelect,
    )
    parents_informed_on = Day("Hvornår?", past=True)
    parents_informed_by = Line("Af hvem?", "Navn og rolle, for eksempel klasselæreren.")
    parents_informed_how = Line("Hvordan?", "For eksempel på et møde eller i telefonen.")
    parents_exception = LongText(
        "Hvorfor er forældrene ikke orienteret?",
        "Udfyldes kun ved nej. Skriv den særlige grund, og hvem der har vurderet den.",
        rows=3,
    )
    pupil_voice = LongText(
        "Elevens egne ord",
        "Hvad siger eleven selv om sin skoledag og om det, I vil gøre? Skriv gerne ordret. "
        "Er eleven ikke spurgt, så skriv, hvorfor.",
    )
    caseworker_name = Line(
        "Sagsbehandler", "Navn og team. Lad feltet stå tomt, hvis eleven ikke har en sagsbehandler."
    )
    caseworker_cooperation = LongText(
        "Samarbejdet med sagsbehandleren",
        "Hvad er aftalt, hvem følger op, og hvor ofte taler I sammen?",
        rows=3,
    )
    requested_tariff = KrField(
        required=False,
        maximum=settings.TARIFF_MAX,
        label="Ansøgt takst om året",
        help_text=f"Hele kroner. Enhedstaksten er {kr(settings.UNIT_TARIFF)} Udvalget sætter taksten efter behovet.",
    )
    starts_on = Day("Indsatsens første dag")
    ends_on = Day("Indsatsens sidste dag")
    tariff_reason = LongText(
        "Hvorfor en anden takst?",
        f"Udfyldes kun, når taksten ikke er {kr(settings.UNIT_TARIFF)} Hvad gør behovet større eller mindre?",
        rows=3,
    )

    optional_fields = frozenset({"caseworker_name", "caseworker_cooperation"})
    period: ClassVar[tuple[str, str] | None] = ("starts_on", "ends_on")
    same_day = False
    sections: ClassVar[tuple[Section, ...]] = (
        Section("Eleven", "", ("name", "cpr", "grade", "is_protected", "description")),
        Section("Formål", "", ("kind",)),
        Section(
            "Støttetimer",
            "Støttetimer betaler skolen selv. De kan ikke købes for puljens penge.",
            ("support_hours",),
        ),
        Section(
            "Forældre og elevens egne ord",
            "Ansøgningen kan først indsendes, når forældrene er orienteret, eller der står, hvorfor de ikke er det.",
            (
                "parents_informed",
                ("parents_informed_on", "parents_informed_by", "parents_informed_how"),
                "parents_exception",
                "pupil_voice",
            ),
        ),
        Section("Sagsbehandler", "", ("caseworker_name", "caseworker_cooperation")),
        Section(
            "Ansøgt takst og periode",
            "Taksten er et beløb om året. En indsats løber ofte et skoleår, 1. august til 31. juli, "
            "og falder så i to regnskabsår.",
            ("requested_tariff", ("starts_on", "ends_on"), "tariff_reason"),
        ),
    )

    class Meta:
        model = PupilCase
        fields = (
            "name",
            "grade",
            "is_protected",
            "description",
            "kind",
            "support_hours",
            "parents_informed",
            "parents_informed_on",
            "parents_informed_by",
            "parents_informed_how",
            "parents_exception",
            "pupil_voice",
            "caseworker_name",
            "caseworker_cooperation",
            "requested_tariff",
            "starts_on",
            "ends_on",
            "tariff_reason",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_cpr = self.instance.pupil.cpr if self.instance.pupil else ""
        if self.stored_cpr:
            self.fields["cpr"].help_text = format_html(
                "Gemt: <strong>{}</strong>. Lad feltet stå tomt, så bliver det stående; skriv kun for at rette det.",
                masked(self.stored_cpr),
            )

    @property
    def place(self) -> str:
        return f"{self.block}:{self.instance.pk}"

    def clean_cpr(self) -> str:
        cpr: str = self.cleaned_data["cpr"]
        if cpr and not YOUNGEST <= age_on(born_on(cpr), today()) <= OLDEST:
            raise ValidationError(
                "CPR-nummeret er ikke et barns eller en ungs. Se cifrene efter.", code="invalid"
            )
        return cpr

    @property
    def cpr_number(self) -> str:
        """Ten digits: what was typed, else what was stored, else ''."""
        return self.cleaned_data.get("cpr") or self.stored_cpr
