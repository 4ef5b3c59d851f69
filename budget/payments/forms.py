"""What a centre chief types about payments: up to which day, on which day it was paid, where a school's money goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from budget.models.payments import ACCOUNT, account_string
from skolefleks.danish import DayField

if TYPE_CHECKING:
    from skolefleks.models import School


class ProposeForm(forms.Form):
    """Which instalments are to be paid."""

    until = DayField(label="Rater, der forfalder til og med")


class PaidForm(forms.Form):
    """When the finance system paid."""

    paid_on = DayField(
        label="Betalt den",
        help_text="Bankdagen, hvor økonomisystemet betalte, for eksempel 30.09.2026",
    )


class AccountsForm(forms.Form):
    """One account string a school; left empty, the school has the default."""

    optional_fields = ()

    def __init__(
        self, *args: Any, schools: list[School], accounts: dict[int, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.schools, self.accounts = (
            {f"school_{school.pk}": school for school in schools},
            accounts,
        )
        for name, school in self.schools.items():
            self.fields[name] = forms.CharField(
                label=school.name,
                max_length=ACCOUNT,
                required=False,
                initial=accounts.get(school.pk, ""),
                validators=[account_string],
                help_text=""
                if school.pk in accounts
                else f"Nu bruges standarden: {settings.PAYMENT_ACCOUNT}",
                widget=forms.TextInput(
                    attrs={"autocomplete": "off", "spellcheck": "false"}
                ),
            )

    def changes(self) -> list[tuple[School, str]]:
        """The schools whose account string is another now, each with it."""
        typed = [
            (school, str(self.cleaned_data[name]))
            for name, school in self.schools.items()
        ]
        return [
            (school, account)
            for school, account in typed
            if account != self.accounts.get(school.pk, "")
        ]
