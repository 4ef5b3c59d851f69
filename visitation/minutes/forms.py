"""What chair and secretary type of a meeting: when and where, the agenda's order and minutes, who is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from applications.models import TEXT

if TYPE_CHECKING:
    from django.http import QueryDict


class WordsForm(forms.Form):
    """A text of the minutes, on top of how it was read."""

    text = forms.CharField(
        max_length=TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": str(TEXT)}),
    )
    read = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    optional_fields = ()
    is_overtaken = False
    theirs = ""  # what somebody else wrote meanwhile

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        label: str,
        prefix: str,
        text: str = "",
        read: str = "",
    ) -> None:
        super().__init__(data, prefix=prefix, initial={"text": text, "read": read})
        self.fields["text"].label = label
