"""Goals: for each pupil what should be different, from where to where, by when, and how one will know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms import modelformset_factory

from applications.models import Goal
from applications.writing.forms.rows import ROWS_MAX, RowForm, Rows
from applications.writing.forms.words import Section
from skolefleks.textfields import Day, Line, LongText, OneDecimal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from applications.models import PupilCase


_BOUNDS = {Goal.Kind.SCALE: (1, 10), Goal.Kind.ATTENDANCE: (0, 100)}


class _Figure(OneDecimal):
    def __init__(self, label: str, help_text: str = "") -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "class": "sf-tiny", "autocomplete": "off"}
        )
        super().__init__(
            label,
            help_text,
            max_value=99_999,
            widget=widget,
            error_messages={
                "invalid": "Skriv et tal, for eksempel 3 eller 3,5.",
                "min_value": "Tallet kan ikke være under 0.",
                "max_value": "Tallet er for stort.",
                "max_decimal_places": "Skriv højst én decimal.",
            },
        )


class GoalForm(RowForm):
    block = "goal"
    pupil = forms.TypedChoiceField(required=False, widget=forms.HiddenInput())
    what = LongText(
        "Hvad skal være anderledes?",
        "Ét mål ad gangen. For eksempel: Eleven bliver i klassen hele formiddagen.",
        rows=2,
    )
    kind = forms.ChoiceField(
        required=False,
        label="Hvordan måles det?",
        choices=[("", "Vælg"), *Goal.Kind.choices],
        widget=forms.Select(attrs={"class": "sf-wide"}),
    )
    low_anchor = Line("1 betyder", "Kun ved skala. For eksempel: går fra hver time.")
    high_anchor = Line("10 betyder", "Kun ved skala. For eksempel: er med hele dagen.")
    unit = Line("Det, der tælles", "Kun ved noget andet. For eksempel: konflikter om ugen.")
    baseline = _Figure("Nu")
    target = _Figure("Mål")
    due_on = Day("Nået den")
    how_measured = LongText(
        "Hvem ser efter, og hvordan?",
        "For eksempel: Klasselæreren fører skema hver fredag.",
        rows=2,
    )
    optional_fields = frozenset({"low_anchor", "high_anchor", "unit"})
    sections = (
        Section(
            "",
            "",
            (
                "what",
                "kind",
                ("low_anchor", "high_anchor"),
                "unit",
                ("baseline", "target", "due_on"),
                "how_measured",
            ),
        ),
    )

    class Meta:
        model = Goal
        fields = (
            "what", "kind", "low_anchor", "high_anchor", "unit", "baseline", "target", "due_on", "how_measured",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        low, high = _BOUNDS.get(cleaned.get("kind", self.stored["kind"]), (None, None))
        for name in ("baseline", "target"):
            value = cleaned.get(name)
            if (
                low is not None
                and high is not None
                and value is not None
                and not low <= value <= high
            ):
                self.add_error(name, f"Skriv et tal mellem {low} og {high}.")
        return cleaned


class Goals(Rows):
    """The goals of all pupils of an application, each with its pupil's id."""

    row_name = "Mål"
    gone = "Målet findes ikke længere. Genindlæs siden."

    def __init__(
        self, *args: Any, pupils: Sequence[PupilCase], wanted: str = "", **kwargs: Any
    ) -> None:
        self.pupils = list(pupils)
        goals = Goal.objects.filter(pupil_case__in=self.pupils)
        super().__init__(*args, queryset=goals, **kwargs)  # type: ignore[misc]
        if not self.is_bound:
            aimed = {goal.pupil_case_id for goal in self.get_queryset()}
            lacking = [
                pupil for pupil in self.pupils if pupil.pk not in aimed or str(pupil.pk) == wanted
            ]
            self.initial_extra = [{"pupil": str(pupil.pk)} for pupil in lacking]
            self.extra = len(lacking)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["pupil"].choices = [(str(pupil.pk), pupil.initials) for pupil in self.pupils]
        if form.instance.pupil_case_id:
            form.initial["pupil"] = str(form.instance.pupil_case_id)
        elif form.is_bound and (chosen := form["pupil"].value()) in dict(
            form.fields["pupil"].choices
        ):
            form.instance.pupil_case_id = next(
                pupil.pk for pupil in self.pupils if str(pupil.pk) == chosen
            )

    @property
    def by_pupil(self) -> Iterator[tuple[PupilCase, list[tuple[int, Any]]]]:
        """Each pupil with their goals, and the place of each in the table."""
        for pupil in self.pupils:
            yield (
                pupil,
                [
                    (at, form)
                    for at, form in enumerate(self.forms)
                    if form["pupil"].value() == str(pupil.pk)
                ],
            )


def _goals() -> type[Goals]:
    made = modelformset_factory(
        Goal,
        form=GoalForm,
        formset=Goals,
        extra=0,
        max_num=ROWS_MAX,
        absolute_max=ROWS_MAX * 2,
        validate_max=True,
    )
    return cast("type[Goals]", made)


GoalRows = _goals()
