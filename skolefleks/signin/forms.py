"""Sign-in by e-mail and password, outside production."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm


class LoginForm(AllauthLoginForm):
    """allauth's form with Danish labels, and without placeholders that repeat them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail"
        self.fields["password"].label = "Adgangskode"

        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
