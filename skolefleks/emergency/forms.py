"""What is typed at the emergency door: three things, and one answer for whatever is wrong."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.base.internal.flows import check_rate_limit
from django import forms
from django.core.exceptions import ValidationError

from skolefleks.emergency import rules
from skolefleks.forms import Form
from skolefleks.models import User
from skolefleks.signin import actions as signin

WRONG = "E-mail, adgangskode eller kode er forkert."


class EmergencyForm(Form):
    """E-mail, password and the code of the second factor."""

    email = forms.EmailField(
        label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="Adgangskode",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label="Kode",
        max_length=12,
        help_text="De seks cifre, som appen viser nu",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        self.request = request
        self.person: User | None = None
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Find the person; what was wrong of the three is said to nobody."""
        typed: dict[str, Any] = super().clean() or {}
        if self.errors:
            return typed

        # Counted and written down by allauth's own adapter, as every password is.
        person = get_adapter().authenticate(
            self.request, email=typed["email"].lower(), password=typed["password"]
        )
        factor = None
        if person is not None:
            factor = rules.factor_of(person)
        if factor is None:
            raise ValidationError(WRONG)
        self._require_code(person, factor, typed["code"])
        self.person = person
        return typed

    def _require_code(self, person: Any, factor: Any, code: str) -> None:
        try:
            forget_tries = check_rate_limit(person)
        except ValidationError:
            signin.note_lock_out(person.email)
            raise
        if not factor.wrap().validate_code(code.replace(" ", "")):
            signin.note_refusal(person, reason="code")
            raise ValidationError(WRONG)
        forget_tries()
        factor.record_usage()
