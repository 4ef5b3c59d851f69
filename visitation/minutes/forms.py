"""What chair and secretary write in the minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from skolefleks.forms import Form
from skolefleks.refusals import Overtaken
from skolefleks.textfields import TEXT, FreeText
from visitation.minutes import rules

if TYPE_CHECKING:
    from django.http import QueryDict

    from skolefleks.refusals import Refusal
    from visitation.models import AgendaItem, FreePoint

SAID = "Hvad der blev sagt"


class WordsForm(Form):
    """One text of the minutes, on top of how it was read.

    Where somebody else was faster, `theirs` is what they wrote, and the form is
    sent again on top of that.
    """

    text = FreeText(
        max_length=TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": str(TEXT)}),
    )
    read = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    optional_fields = ()
    is_overtaken = False
    theirs = ""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        prefix: str,
        label: str = "",
        text: str | None = "",
    ) -> None:
        super().__init__(
            data,
            prefix=prefix,
            initial={"text": text or "", "read": rules.mark_of(text)},
        )
        self.fields["text"].label = label
        # A draft remembers which text it was written on top of (front/drafts.js).
        mark = self.fields["read"].widget
        mark.attrs["data-draft-mark"] = self.add_prefix("text")

    def has_changed(self) -> bool:
        """Whether another text was sent than stands there; what was read is no text."""
        typed = self["text"].data or ""
        # A browser sends a line break as two characters.
        now = str(self.initial["text"] or "")
        return typed.replace("\r\n", "\n") != now.replace("\r\n", "\n")

    def show_refusal(self, refusal: Refusal) -> None:
        super().show_refusal(refusal)
        self.is_overtaken = isinstance(refusal, Overtaken)

    def show_beside(self, now: WordsForm) -> None:
        """Keep what was typed, and show what stands in the minutes `now` where it was changed."""
        if self.is_overtaken:
            self.data = {**self.data, self.add_prefix("read"): now.initial["read"]}
            self.theirs = str(now.initial["text"])


def of_point(data: QueryDict | None, point: AgendaItem | FreePoint) -> WordsForm:
    """What was said of a case or at a free point, on top of how it stands."""
    return WordsForm(data, prefix=str(point.pk), label=SAID, text=point.said)
