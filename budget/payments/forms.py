"""What a centre chief types about payments.

Up to which day, on which day it was paid, and where a school's money goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from budget.models.payments import ACCOUNT, account_string
from skolefleks.danish import DayField
from skolefleks.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import QueryDict

    from skolefleks.models import School


class ProposeForm(Form):
    """Which instalments are to be paid."""

    until = DayField(label="Rater, der forfalder til og med")


class PaidForm(Form):
    """When the finance system paid."""

    paid_on = DayField(
        label="Betalt den",
        help_text="Bankdagen, hvor økonomisystemet betalte, for eksempel 30.09.2026",
    )

    def arguments(self) -> dict[str, Any]:
        return {"on": self.cleaned_data["paid_on"]}


class AccountsForm(Form):
    """One account string a school; left empty, the school has the default."""

    optional_fields = ()

    def __init__(
        self,
        data: QueryDict | None,
        *,
        schools: Iterable[School],
        accounts: Mapping[int, str],
    ) -> None:
        super().__init__(data)
        self.accounts = accounts
        self.schools = {f"school_{school.pk}": school for school in schools}

        for name, school in self.schools.items():
            help_text = f"Nu bruges standarden: {settings.PAYMENT_ACCOUNT}"
            if school.pk in accounts:
                help_text = ""
            self.fields[name] = forms.CharField(
                label=school.name,
                max_length=ACCOUNT,
                required=False,
                initial=accounts.get(school.pk, ""),
                validators=[account_string],
                help_text=help_text,
                widget=forms.TextInput(
                    attrs={"autocomplete": "off", "spellcheck": "false"}
                ),
            )

    def changes(self) -> list[tuple[School, str]]:
        """The schools whose account string is another now, each with it."""
        changes = []
        for name, school in self.schools.items():
            account = str(self.cleaned_data[name])
            if account != self.accounts.get(school.pk, ""):
                changes.append((school, account))
        return changes

    def arguments(self) -> dict[str, Any]:
        return {"accounts": self.changes()}
