"""What a centre chief types: where each school's money goes, and why it is to go there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from budget.models.payments import ACCOUNT, account_string
from budget.proposals.forms import ReasonField
from skolefleks.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import QueryDict

    from skolefleks.models import School


class AccountsForm(Form):
    """One account string a school; left empty, the school has the default."""

    reason = ReasonField()

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
            help_text = "Skolen kan ikke få penge uden en kontostreng."
            if settings.PAYMENT_ACCOUNT:
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

        # The reason comes last, under the schools.
        self.order_fields([*self.schools, "reason"])

    def changes(self) -> list[tuple[School, str]]:
        """The schools whose account string is another now, each with it."""
        changes = []
        for name, school in self.schools.items():
            account = str(self.cleaned_data[name])
            if account != self.accounts.get(school.pk, ""):
                changes.append((school, account))
        return changes

    def arguments(self) -> dict[str, Any]:
        return {"accounts": self.changes(), "reason": self.cleaned_data["reason"]}
