"""What a centre chief types: a proposal of money into the pool or from one place to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from budget.models.proposals import REASON
from budget.proposals.reach import FrameYear
from skolefleks.danish import KrField
from skolefleks.forms import Form
from skolefleks.textfields import FreeText

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import QueryDict

    from budget.models import FundingSource


# DKK: beyond it a number is a typing error. No rule of the trade.
MOST = 100_000_000


class ReasonField(FreeText):
    """Why; the page counts the characters that are left."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "data-count": str(REASON)})
        super().__init__(
            label="Begrundelse", max_length=REASON, widget=widget, **kwargs
        )


class ReasonForm(Form):
    """Why a posting is corrected, or a proposal turned down."""

    reason = ReasonField()


class ProposalForm(Form):
    """What every proposal has: a choice of open years and of frames, and the reason.

    All other fields are its terms: while they are typed, the page asks what they would change.
    """

    def __init__(
        self,
        data: QueryDict | None,
        *,
        years: Iterable[int],
        sources: Iterable[FundingSource],
    ) -> None:
        super().__init__(data)
        self.sources = {str(source.pk): source for source in sources}
        self.term_fields = [name for name in self.fields if name != "reason"]

        year_choices = [("", "Vælg")]
        for year in years:
            year_choices.append((str(year), str(year)))
        source_choices = [("", "Vælg")]
        for key, source in self.sources.items():
            source_choices.append((key, label_of(source)))

        # `data-terms` tells htmx which fields to send while they are typed; the reason is not sent.
        for name in self.term_fields:
            field = self.fields[name]
            field.widget.attrs["data-terms"] = ""
            if isinstance(field, forms.ChoiceField) and name.endswith("year"):
                field.choices = year_choices
            if isinstance(field, forms.ChoiceField) and name.endswith("source"):
                field.choices = source_choices

    def frame_year(self, prefix: str = "") -> FrameYear:
        """The year and the frame that the fields with `prefix` choose."""
        year = int(self.cleaned_data[f"{prefix}year"])
        source = self.sources[self.cleaned_data[f"{prefix}source"]]
        return FrameYear(year, source)

    def has_terms(self) -> bool:
        """Whether all but the reason is typed, and makes sense."""
        if not self.is_bound:
            return False
        # Reading the errors fills `cleaned_data`; a field with an error is not in it.
        return not any(name in self.errors for name in self.term_fields)

    def lines(self) -> dict[tuple[int, int], int]:
        """Whole DKK by (year, frame's id), for the figures before and after."""
        raise NotImplementedError


class AllocationForm(ProposalForm):
    """Money from a frame into a year's pool, or back."""

    year = forms.ChoiceField(label="Regnskabsår")
    source = forms.ChoiceField(label="Ramme")
    direction = forms.ChoiceField(
        label="Hvad",
        choices=[("in", "Tildel puljen mere"), ("out", "Tag tilbage fra puljen")],
        initial="in",
        widget=forms.RadioSelect,
    )
    amount = KrField(label="Beløb", maximum=MOST)
    reason = ReasonField()

    def arguments(self) -> dict[str, Any]:
        return {
            "part": self.frame_year(),
            "amount": self.signed_amount,
            "reason": self.cleaned_data["reason"],
        }

    @property
    def signed_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if self.cleaned_data["direction"] == "out":
            return -amount
        return amount

    def lines(self) -> dict[tuple[int, int], int]:
        part = self.frame_year()
        return {(part.year, part.source.pk): self.signed_amount}


class TransferForm(ProposalForm):
    """Money from one frame and year to another."""

    from_year = forms.ChoiceField(label="Fra regnskabsår")
    from_source = forms.ChoiceField(label="Fra ramme")
    to_year = forms.ChoiceField(label="Til regnskabsår")
    to_source = forms.ChoiceField(label="Til ramme")
    amount = KrField(label="Beløb", maximum=MOST)
    reason = ReasonField(
        help_text="For eksempel: det frie beløb føres over til næste år."
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        giving = (data.get("from_year"), data.get("from_source"))
        taking = (data.get("to_year"), data.get("to_source"))

        if all(giving) and giving == taking:
            self.add_error(
                "to_year", "Vælg et andet år eller en anden ramme at flytte til."
            )
        return data

    def arguments(self) -> dict[str, Any]:
        return {
            "giving": self.frame_year("from_"),
            "taking": self.frame_year("to_"),
            "amount": self.cleaned_data["amount"],
            "reason": self.cleaned_data["reason"],
        }

    def lines(self) -> dict[tuple[int, int], int]:
        giving = self.frame_year("from_")
        taking = self.frame_year("to_")
        amount: int = self.cleaned_data["amount"]
        return {
            (giving.year, giving.source.pk): -amount,
            (taking.year, taking.source.pk): amount,
        }


class OpeningForm(ProposalForm):
    """A field for each frame, filled with the start figures."""

    reason = ReasonField()

    def __init__(
        self,
        data: QueryDict | None,
        *,
        year: int,
        sources: Iterable[FundingSource],
        start: Mapping[str, int],
    ) -> None:
        frames = list(sources)
        super().__init__(data, years=[], sources=frames)
        self.year = year

        amount_fields: dict[str, forms.Field] = {}
        for source in frames:
            name = f"source_{source.pk}"
            field = KrField(label=label_of(source), minimum=0, maximum=MOST)
            field.widget.attrs["data-terms"] = ""
            amount_fields[name] = field
            self.initial[name] = start.get(source.name, 0)
        self.term_fields = list(amount_fields)

        # The reason is asked for last.
        self.fields = {**amount_fields, **self.fields}

    def amounts(self) -> dict[FundingSource, int]:
        return {
            source: self.cleaned_data[f"source_{key}"]
            for key, source in self.sources.items()
        }

    def arguments(self) -> dict[str, Any]:
        return {
            "year": self.year,
            "amounts": self.amounts(),
            "reason": self.cleaned_data["reason"],
        }

    def lines(self) -> dict[tuple[int, int], int]:
        return {
            (self.year, source.pk): amount for source, amount in self.amounts().items()
        }


def label_of(source: FundingSource) -> str:
    return f"{source.name} ({source.centre_id})"
