"""What the committee asks the school, and what the school answers."""

from __future__ import annotations

from django import forms

from skolefleks.forms import Form
from skolefleks.textfields import TEXT, FreeText

# Characters of a question. To ask for more, the committee sends the case back.
LONGEST_QUESTION = 600


class QuestionForm(Form):
    text = FreeText(
        label="Spørgsmål til skolen",
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": str(LONGEST_QUESTION)}),
        help_text="Kort og til at svare på. Skolen læser det ord for ord.",
        error_messages={"required": "Skriv, hvad I vil spørge om."},
    )


class AnswerForm(Form):
    text = FreeText(
        label="Skolens svar",
        max_length=TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "data-count": str(TEXT)}),
        help_text=(
            "Udvalget læser svaret i sagen. Det kan ikke ændres, når det er sendt."
        ),
        error_messages={"required": "Skriv jeres svar."},
    )
