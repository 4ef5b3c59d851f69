"""What taking an application back asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skolefleks.forms import Form
from skolefleks.textfields import LongText

if TYPE_CHECKING:
    from applications.models import Application


class WithdrawForm(Form):
    """Why a case is taken back; asked of whoever takes one that the committee has had."""

    reason = LongText(
        "Hvorfor trækker I ansøgningen tilbage?",
        "En sætning er nok. Udvalget ser den.",
        rows=3,
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.error_messages["required"] = (
            "Skriv kort, hvorfor. Udvalget er i gang med sagen."
        )

        # Before the committee has had the case, nobody is owed a reason.
        reason.required = application.submitted_at is not None
        if reason.required:
            return

        reason.label = "Hvorfor lukker I kladden?"
        if application.is_challenge:
            reason.label = "Hvorfor lukker I udfordringen?"
        reason.help_text = (
            "En sætning er nok. Skolen og de inviterede rådgivere kan læse den; "
            "udvalget ser den ikke."
        )
