"""What is typed at the emergency door: three things, and one answer for whatever is wrong.

The third is a code or what a passkey signed.
"""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.mfa.base.internal.flows import check_rate_limit
from django import forms
from django.core.exceptions import ValidationError

from skolefleks.emergency import factors, rules
from skolefleks.forms import Form
from skolefleks.models import User
from skolefleks.signin import actions as signin

WRONG = "E-mail, adgangskode, kode eller passkey er forkert."
NEITHER = "Skriv koden, eller brug en passkey."


class OnceInput(forms.HiddenInput):
    """What was sent is not sent again: a question is answered once."""

    def format_value(self, value: Any) -> None:
        return None


class AnswerField(forms.CharField):
    """What a passkey signed; the browser writes it (front/passkey.js)."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=factors.ANSWER, widget=OnceInput)


class EmergencyForm(Form):
    """E-mail, password and the second factor: a code, or what a passkey signed."""

    # None is: of code and passkey there must be one.
    optional_fields: ClassVar[frozenset[str]] = frozenset()

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
        required=False,
        help_text="De seks cifre, som appen viser nu. Tomt, når du bruger en passkey",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )

    answer = AnswerField()

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        self.request = request
        self.person: User | None = None
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Find the person; what was wrong of the three is said to nobody."""
        typed: dict[str, Any] = super().clean() or {}
        if not self.errors and not typed["code"] and not typed["answer"]:
            self.add_error("code", NEITHER)
        if self.errors:
            return typed

        # Counted and written down by allauth's own adapter, as every password is.
        person = get_adapter().authenticate(
            self.request, email=typed["email"].lower(), password=typed["password"]
        )
        if person is None or not rules.has_access(person):
            raise ValidationError(WRONG)
        self._require_second(person, typed)
        self.person = person
        return typed

    def _require_second(self, person: Any, typed: dict[str, Any]) -> None:
        try:
            forget_tries = check_rate_limit(person)
        except ValidationError:
            signin.note_lock_out(person.email)
            raise
        factor = _factor_that_opens(person, typed)
        if factor is None:
            signin.note_refusal(person, reason="code")
            raise ValidationError(WRONG)
        forget_tries()
        factor.record_usage()


class KeyForm(Form):
    """A passkey that the browser has just made."""

    answer = AnswerField()


def _factor_that_opens(person: Any, typed: dict[str, Any]) -> Any:
    """The passkey that signed, or the code's; None where it does not fit."""
    if typed["answer"]:
        return factors.key_that_answered(person, typed["answer"])
    factor: Any = rules.code_of(person)
    code = typed["code"].replace(" ", "")
    if factor is None or not factor.wrap().validate_code(code):
        return None
    return factor
