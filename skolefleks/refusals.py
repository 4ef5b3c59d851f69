"""What an act says when it is not done: a sentence for the person, and the field it belongs to."""

from __future__ import annotations


class Refusal(Exception):
    """An act was refused and changed nothing.

    `str()` is Danish, for the screen; `field` names the form field, if it is
    about one.
    """

    message = "Det kan ikke lade sig gøre."

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message or self.message)
        self.field = field


class Overtaken(Refusal):
    """Somebody else moved the thing first."""

    message = "Sagen er ændret af en anden i mellemtiden. Genindlæs siden, og se, hvad der er sket."


class NotPossible(Refusal):
    """The lifecycle has no such step from where the thing is."""

    message = "Det kan ikke gøres, som sagen står nu."
