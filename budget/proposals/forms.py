"""What a centre chief types: a proposal of money into the pool or from one place to another, an index, and reasons."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from budget.models.proposals import REASON
from skolefleks.danish import DayField, KrField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import QueryDict

    from budget.models import FundingSource


MOST = 100_000_000  # DKK; a typing error's limit, no rule


MOST_PERCENT = 25  # likewise


_PERCENT = re.compile(r"([0-9]{1,2})(?:,([0-9]{1,2}))? ?%?")


def _reason(label: str = "Begrundelse", **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": str(REASON)}),
        **kwargs,
    )


def _amount_of(source: FundingSource) -> KrField:
    field = KrField(label=f"{source.name} ({source.centre})", minimum=0, maximum=MOST)
    field.widget.attrs["data-terms"] = ""
    return field


class ReasonForm(forms.Form):
    """Why a posting is corrected, or a proposal turned down."""

    reason = _reason()


class ProposalForm(forms.Form):
    """What every proposal has: a choice of open years and of frames, and the reason."""

    def __init__(
        self, data: QueryDict | None, *, years: Iterable[int], sources: Iterable[FundingSource]
    ) -> None:
        super().__init__(data)
        self.sources = {str(source.pk): source for source in sources}
        choices = [("", "Vælg"), *((str(year), str(year)) for year in years)]
        frames = [
            ("", "Vælg"),
            *((key, f"{source.name} ({source.centre})") for key, source in self.sources.items()),
        ]
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField) and name.endswith(("year", "source")):
                field.choices = choices if name.endswith("year") else frames
            if name != "reason":
                field.widget.attrs["data-terms"] = ""

    def frame_year(self, prefix: str = "") -> tuple[int, FundingSource]:
        """The year and the frame that `prefix` names."""
        data = self.cleaned_data
        return int(data[f"{prefix}year"]), self.sources[data[f"{prefix}source"]]

    def lines(self) -> dict[tuple[int, int], int]:
        """Whole DKK by (year, frame's id), for the figures before and after."""
        raise NotImplementedError


class AllocationForm(ProposalForm):
    year = forms.ChoiceField(label="Regnskabsår")
    source = forms.ChoiceField(label="Ramme")
    direction = forms.ChoiceField(
        label="Hvad",
        choices=[("in", "Tildel puljen mere"), ("out", "Tag tilbage fra puljen")],
        initial="in",
        widget=forms.RadioSelect,
    )
    amount = KrField(label="Beløb", maximum=MOST)
    reason = _reason()

    @property
    def signed(self) -> int:
        amount: int = self.cleaned_data["amount"]
        return amount if self.cleaned_data["direction"] == "in" else -amount

    def lines(self) -> dict[tuple[int, int], int]:
        year, source = self.frame_year()
        return {(year, source.pk): self.signed}


class TransferForm(ProposalForm):
    from_year = forms.ChoiceField(label="Fra regnskabsår")
    from_source = forms.ChoiceField(label="Fra ramme")
    to_year = forms.ChoiceField(label="Til regnskabsår")
    to_source = forms.ChoiceField(label="Til ramme")
    amount = KrField(label="Beløb", maximum=MOST)
    reason = _reason(help_text="For eksempel: det frie beløb føres over til næste år.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        giving, taking = [
            (data.get(f"{side}_year"), data.get(f"{side}_source")) for side in ("from", "to")
        ]
        if all(giving) and giving == taking:
            self.add_error("to_year", "Vælg et andet år eller en anden ramme at flytte til.")
        return data

    def lines(self) -> dict[tuple[int, int], int]:
        (from_year, giving), (to_year, taking) = self.frame_year("from_"), self.frame_year("to_")
        amount: int = self.cleaned_data["amount"]
        return {(from_year, giving.pk): -amount, (to_year, taking.pk): amount}


class OpeningForm(ProposalForm):
    """A field for each frame, filled with the start figures."""

    reason = _reason()

    def __init__(
        self,
        data: QueryDict | None,
        *,
        year: int,
        sources: Iterable[FundingSource],
        start: Mapping[str, int],
    ) -> None:
        self.year, frames = year, list(sources)
        super().__init__(data, years=[], sources=frames)
        amounts = {f"source_{source.pk}": _amount_of(source) for source in frames}
        self.fields = {**amounts, **self.fields}
        self.initial = {f"source_{source.pk}": start.get(source.name, 0) for source in frames}

    def amounts(self) -> dict[FundingSource, int]:
        return {source: self.cleaned_data[f"source_{key}"] for key, source in self.sources.items()}

    def lines(self) -> dict[tuple[int, int], int]:
        return {(self.year, source.pk): amount for source, amount in self.amounts().items()}


class PercentField(forms.Field):
    """A percentage above nothing with at most two decimals, typed with a comma; `2.5` is refused as ambiguous."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "decimal", "data-suffix": "%"}), **kwargs
        )

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        typed = _PERCENT.fullmatch(str(value).strip())
        if not typed or not str(value).isascii():
            raise ValidationError("Skriv procenten med komma, for eksempel 2,5.")
        percent = Decimal(f"{typed[1]}.{typed[2] or 0}")
        if not 0 < percent <= MOST_PERCENT:
            raise ValidationError(f"Procenten skal være over 0 og højst {MOST_PERCENT}.")
        return percent


class IndexForm(forms.Form):
    """An index of prices: by how much, and from which day on (in the address, so that the preview can be shown again)."""

    procent = PercentField(label="Takster hæves med", help_text="I procent, for eksempel 2,5")
    fra = DayField(label="Fra og med")
