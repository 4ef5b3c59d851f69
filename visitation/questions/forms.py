"""What the committee asks the school, and what the school answers."""

from __future__ import annotations

from django import forms

from applications.models import TEXT

SHORT = 600  # characters of a question: more is a matter of sending the case back


class QuestionForm(forms.Form):
    text = forms.CharField(
        label="Spørgsmål til skolen",
        max_length=SHORT,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": str(SHORT)}),
        help_text="Kort og til at svare på. Skolen læser det ord for ord.",
        error_messages={"required": "Skriv, hvad I vil spørge om."},
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="Skolens svar",
        max_length=TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "data-count": str(TEXT)}),
        help_text="Udvalget læser svaret i sagen. Det kan ikke ændres, når det er sendt.",
        error_messages={"required": "Skriv jeres svar."},
    )
