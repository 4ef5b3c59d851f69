"""The queue's filters, as they stand in the address."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.models import PupilCase
from skolefleks.models import School


class QueueFilter(forms.Form):
    """The queue's filters, as they stand in the address. What makes no sense there is left out."""

    skole = forms.ChoiceField(label="Skole", required=False)
    formaal = forms.ChoiceField(label="Formål", required=False, choices=[("", "Alle"), *PupilCase.Kind.choices])
    fyldt = forms.ChoiceField(
        label="Udfyldt",
        required=False,
        choices=[("", "Alle"), ("alt", "Alt udfyldt"), ("mangler", "Noget anbefalet mangler")],
    )
    orden = forms.ChoiceField(
        label="Rækkefølge", required=False, choices=[("", "Længst ventetid"), ("beloeb", "Største beløb")]
    )
    q = forms.CharField(label="Søg", required=False, max_length=40, widget=forms.TextInput(attrs={"type": "search"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = [(str(pk), name) for pk, name in School.objects.values_list("pk", "name")]
        self.fields["skole"].choices = [("", "Alle skoler"), *schools]  # type: ignore[attr-defined]
        self.fields["q"].widget.attrs["placeholder"] = "Sagsnummer eller initialer"
