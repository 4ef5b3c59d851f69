"""What a centre chief types to a tariff above the ceiling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from applications.models import TEXT
from skolefleks.forms import Form
from skolefleks.textfields import FreeText, text_area

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import QueryDict

# What the button that agrees sends in the field `answer`; the other sends
# "refuse".
AGREE = "agree"


class AnswerForm(Form):
    """One row's answer; the reason is for a refusal."""

    reason = FreeText(
        label="Begrundelse, hvis du afviser",
        max_length=TEXT,
        required=False,
        widget=text_area(2),
        help_text="Udvalget læser den.",
    )

    optional_fields = ()

    def __init__(self, decision: UUID, data: QueryDict | None = None) -> None:
        # The page has a form in each row: their ids have to differ.
        super().__init__(data, auto_id=f"id_%s_{decision}")
        self.decision = decision

    @property
    def agrees(self) -> bool:
        return bool(self.data.get("answer") == AGREE)

    def arguments(self) -> dict[str, Any]:
        # Whoever agrees needs no reason, and one that was left in the field
        # is not kept.
        if self.agrees:
            return {"agrees": True, "reason": ""}
        return {"agrees": False, "reason": self.cleaned_data["reason"]}
