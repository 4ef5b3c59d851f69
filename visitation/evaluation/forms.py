"""What is written to an evaluation: one text each, saved while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from applications.writing.forms.stepform import StepForm
from skolefleks.forms import Form
from skolefleks.textfields import LongText
from visitation.models import ChiefText, Evaluation

if TYPE_CHECKING:
    from django.http import QueryDict

HELP = (
    "Følgegruppen læser teksten. Skriv derfor ikke om enkelte elever, og nævn ingen antal"
    " under 5."
)
CHIEFS_HELP = f"Hvad viser året, og hvad gør vi nu? {HELP}"


class CommitteeForm(StepForm):
    """The committee's assessment."""

    committee_text = LongText(
        "Kvalitetsudvalgets vurdering",
        f"Hvad er nået, hvad er ikke, hvorfor, og hvad anbefaler udvalget? {HELP}",
        rows=14,
    )

    class Meta:
        model = Evaluation
        fields = ("committee_text",)


class ChiefForm(StepForm):
    """What the chief of one centre writes."""

    text = LongText("Centerchefen", CHIEFS_HELP, rows=8)
    optional_fields = frozenset(("text",))

    class Meta:
        model = ChiefText
        fields = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = f"Centerchefen for {self.instance.centre}"


class SignForm(Form):
    """What was read, by its mark."""

    mark = forms.RegexField(regex=r"\A[0-9a-f]{64}\Z", widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, mark: str = "") -> None:
        super().__init__(data, initial={"mark": mark})
