"""How people come in: nobody signs up by themselves; an administrator knows them before the municipality's sign-on."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm


class LoginForm(AllauthLoginForm):
    """E-mail and password; only outside production."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail"
        self.fields["password"].label = "Adgangskode"
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
