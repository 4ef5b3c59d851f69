"""The figures' forms: one figure, a file of them, what was looked through, a target, a quarter's texts."""

from __future__ import annotations

from typing import Any

from django import forms

from budget.models.figures import TEXT_OF_A_QUARTER


class QuarterForm(forms.Form):
    """The chiefs' own words to a quarter."""

    situation = forms.CharField(label="Sådan går det", max_length=TEXT_OF_A_QUARTER, required=False)
    reasons = forms.CharField(label="Hvorfor", max_length=TEXT_OF_A_QUARTER, required=False)
    next_steps = forms.CharField(
        label="Det gør vi nu", max_length=TEXT_OF_A_QUARTER, required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32_000)

    optional_fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("situation", "reasons", "next_steps"):
            attrs = {"rows": 4, "data-count": str(TEXT_OF_A_QUARTER)}
            self.fields[name].widget = forms.Textarea(attrs=attrs)

    def texts(self) -> dict[str, str]:
        """On one line each: a page has room for no more."""
        return {
            name: " ".join(self.cleaned_data[name].split())
            for name in ("situation", "reasons", "next_steps")
        }
