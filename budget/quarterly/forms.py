"""The centre chiefs' own words to a quarter."""

from __future__ import annotations

from typing import Any

from django import forms

from budget.models import QuarterlyText
from budget.models.figures import TEXT_OF_A_QUARTER
from budget.proposals.forms import ReasonField
from budget.quarterly.queries import FIELDS
from skolefleks.forms import Form
from skolefleks.refusals import Overtaken, Refusal
from skolefleks.textfields import FreeText


class QuarterForm(Form):
    """What is written on top of `latest`, the text that stands.

    `is_overtaken` says that somebody else wrote first.
    """

    situation = FreeText(
        label="Sådan går det", max_length=TEXT_OF_A_QUARTER, required=False
    )
    reasons = FreeText(label="Hvorfor", max_length=TEXT_OF_A_QUARTER, required=False)
    next_steps = FreeText(
        label="Det gør vi nu", max_length=TEXT_OF_A_QUARTER, required=False
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=32_000
    )

    # The template pack marks none of the fields as optional: to write nothing is fine.
    optional_fields = ()

    is_overtaken = False

    def __init__(self, data: Any, *, latest: QuarterlyText | None) -> None:
        self.latest_version = 0
        initial: dict[str, object] = {}
        if latest:
            self.latest_version = latest.version
            initial = {name: getattr(latest, name) for name, _ in FIELDS}
        super().__init__(data, initial={**initial, "version": self.latest_version})

        for name, _ in FIELDS:
            # Not given to the field: it would add a `maxlength`, and the browser would cut
            # a text that is pasted without a word.
            attrs = {"rows": 4, "data-count": str(TEXT_OF_A_QUARTER)}
            self.fields[name].widget = forms.Textarea(attrs=attrs)

    def arguments(self) -> dict[str, Any]:
        # A page has room for one paragraph each: line breaks become spaces.
        texts = {}
        for name, _ in FIELDS:
            texts[name] = " ".join(self.cleaned_data[name].split())
        return {"version": self.cleaned_data["version"], "texts": texts}

    def show_refusal(self, refusal: Refusal) -> None:
        """Say why not; where somebody wrote first, sending again writes on top of their version."""
        if isinstance(refusal, Overtaken):
            self.is_overtaken = True
            # What was posted cannot be changed in place.
            self.data = dict(self.data.items(), version=str(self.latest_version))
        super().show_refusal(refusal)


class SigningForm(Form):
    """Why there is another version; of the first one nothing is asked."""

    reason = ReasonField()

    def __init__(self, data: Any, *, is_first: bool) -> None:
        super().__init__(data)
        self.fields["reason"].label = "Hvorfor er der en ny version?"
        if is_first:
            del self.fields["reason"]

    def arguments(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data.get("reason", "")}
