"""What an act asks for: which school, which reason, which adviser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from skolefleks.textfields import LongText

if TYPE_CHECKING:
    from applications.models import Application


class WithdrawForm(forms.Form):
    """Why a case is taken back; asked of whoever takes one that the committee has had."""

    reason = LongText(
        "Hvorfor trækker I ansøgningen tilbage?", "En sætning er nok. Udvalget ser den.", rows=3
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.required = application.submitted_at is not None
        reason.error_messages["required"] = "Skriv kort, hvorfor. Udvalget er i gang med sagen."
        if not reason.required:
            reason.label = (
                "Hvorfor lukker I udfordringen?"
                if application.is_challenge
                else "Hvorfor lukker I kladden?"
            )
            reason.help_text = "En sætning er nok. Skolen og de inviterede rådgivere kan læse den; udvalget ser den ikke."
