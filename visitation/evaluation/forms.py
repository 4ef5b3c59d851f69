"""What is written to an evaluation: one text each, saved while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from applications.writing.forms.stepform import StepForm
from skolefleks.forms import Form
from skolefleks.textfields import LongText
from visitation.models import Evaluation

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


class SikForm(StepForm):
    """What the chief of C-SIK writes."""

    sik_text = LongText("Centerchefen for C-SIK", CHIEFS_HELP, rows=8)
    optional_fields = frozenset(("sik_text",))

    class Meta:
        model = Evaluation
        fields = ("sik_text",)


class BurForm(StepForm):
    """What the chief of C-BUR writes."""

    bur_text = LongText("Centerchefen for C-BUR", CHIEFS_HELP, rows=8)
    optional_fields = frozenset(("bur_text",))

    class Meta:
        model = Evaluation
        fields = ("bur_text",)


# A form each, so that nobody is sent another's text along with their own.
FORMS = {
    "committee_text": CommitteeForm,
    "sik_text": SikForm,
    "bur_text": BurForm,
}


class SignForm(Form):
    """What was read, by its mark."""

    mark = forms.RegexField(regex=r"\A[0-9a-f]{64}\Z", widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, mark: str = "") -> None:
        super().__init__(data, initial={"mark": mark})
