"""What an administrator types of the municipality itself."""

from __future__ import annotations

from typing import Any

from django import forms

from skolefleks import confined
from skolefleks.forms import Form
from skolefleks.profile import rules
from skolefleks.profile.actions import NAMES
from skolefleks.setup import trade
from skolefleks.setup.declarations import DECLARATIONS
from skolefleks.textfields import FreeText


def _drawn_anew(content: bytes) -> bytes:
    most = (rules.LOGO_PIXELS, rules.LOGO_SIDE)
    outcome = confined.run("skolefleks.profile.drawing.draw", content, *most)
    if not outcome.is_whole:
        raise forms.ValidationError(rules.NO_PICTURE)
    if not outcome.parts:
        raise forms.ValidationError("Billedet er for stort. Gør det mindre.")
    return outcome.parts[0]


class ProfileForm(Form):
    """A line for each part of the profile, and a picture."""

    picture = forms.FileField(
        label="Logo",
        required=False,
        help_text="PNG eller JPEG. Vælg kun en fil, når logoet skal skiftes.",
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        now = trade.now()
        super().__init__(data, files)
        for name in NAMES:
            if name == "logo":
                continue
            declaration = DECLARATIONS[name]
            self.fields[name] = FreeText(
                label=declaration.label,
                help_text=declaration.meaning,
                max_length=declaration.most,
                required=bool(declaration.least),
                initial=getattr(now, name),
            )
        self.order_fields([*NAMES, "picture"])

    def clean_colour(self) -> str:
        """Small letters: the same colour has one spelling."""
        return str(self.cleaned_data["colour"]).lower()

    def clean_picture(self) -> bytes | None:
        """The picture drawn anew; before it is read, what is too large is refused."""
        picture = self.cleaned_data["picture"]
        if not picture:
            return None
        if picture.size > rules.LOGO_BYTES:
            raise forms.ValidationError("Billedet må højst fylde 1 MB.")
        return _drawn_anew(picture.read())

    def arguments(self) -> dict[str, Any]:
        lines = {name: self.cleaned_data[name] for name in NAMES if name != "logo"}
        return {"lines": lines, "picture": self.cleaned_data["picture"]}

    def show_refusal(self, refusal: Any) -> None:
        if refusal.field == "logo":
            refusal.field = "picture"
        super().show_refusal(refusal)
