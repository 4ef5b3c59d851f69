"""What a text may say: its placeholders, and no markup of any kind."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from skolefleks import pdf_text
from skolefleks.danish import day
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.texts.declarations import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from skolefleks.models import TextVersion, User
    from skolefleks.texts.declarations import Text

# `{sidste_dag}`: small letters and nothing else. No format, no attribute.
_PLACEHOLDER = re.compile(r"\{([a-zæøå_]+)\}")
_BRACE = re.compile(r"[{}]")

# What would be markup to a browser, a template or the letters' typesetter.
# Nothing of it would run there either; it is refused where somebody sees it.
_MARKUP = re.compile(r"</?[A-Za-z!?/]|\{\{|\{%|\{#|#[A-Za-z]|&[#\w]+;|\\|`|\]\(|\*\*")

# What the municipality has to write itself stands in such brackets.
UNFINISHED = "["

NO_WORDS = "Skriv teksten."
NO_MARKUP = (
    "Skriv almindelig tekst uden koder: »{code}« bliver ikke til andet end de tegn."
)


class OwnText(Refusal):
    """Somebody would sign what they wrote."""

    message = "Du har selv skrevet teksten. En anden skal underskrive den."


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with the values in the places of their names.

    Once only: a value with braces in it stays as it is. Raises KeyError for a
    name that has no value.
    """
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)


def items_of(text: str) -> list[str]:
    """The lines of a list, without a dash before them."""
    lines = [line.strip().removeprefix("- ").strip() for line in text.splitlines()]
    return [line for line in lines if line]


def problem_in(declaration: Text, text: str) -> str:
    """Why the text cannot be used, as a sentence; '' where it can."""
    if not text.strip() and not declaration.may_be_empty:
        return NO_WORDS
    code = _MARKUP.search(text)
    if code:
        return NO_MARKUP.replace("{code}", code[0])
    if declaration.shape is Shape.LINE and "\n" in text.strip():
        return "Teksten er på én linje. Tag linjeskiftet ud."

    wrong_placeholder = _wrong_placeholder_in(declaration, text)
    if wrong_placeholder:
        return wrong_placeholder
    # The examples are as long as what usually comes in their places.
    length = len(fill(text, declaration.examples))
    if declaration.longest and length > declaration.longest:
        return (
            f"Teksten må højst fylde {declaration.longest} tegn."
            f" Med eksemplerne i felterne fylder den {length}."
        )
    return _unprintable_in(text)


def _wrong_placeholder_in(declaration: Text, text: str) -> str:
    by_name = {one.name: one for one in declaration.placeholders}
    names = _PLACEHOLDER.findall(text)
    for name in names:
        if name not in by_name:
            return f"»{{{name}}}« findes ikke her. {_choices(declaration)}"

    # What is left of braces belongs to no placeholder.
    if _BRACE.search(_PLACEHOLDER.sub("", text)):
        return (
            "En krøllet parentes er ikke lukket, eller der står andet end et navn i den."
            f" {_choices(declaration)}"
        )
    for placeholder in declaration.needs:
        if placeholder.name not in names:
            return (
                f"»{placeholder.in_braces}« mangler:"
                f" {placeholder.meaning[0].lower()}{placeholder.meaning[1:]}"
            )
    return ""


def _choices(declaration: Text) -> str:
    names = ", ".join(one.in_braces for one in declaration.placeholders)
    if not names:
        return "Teksten har ingen flettefelter."
    return f"Brug {names}."


def _unprintable_in(text: str) -> str:
    signs = pdf_text.unprintable(text)
    if not signs:
        return ""
    return f"Tegnet »{signs[0]}« kan ikke stå i et brev. Skriv det på en anden måde."


def require_fit(declaration: Text, text: str) -> None:
    """Raise Refusal at the field for a text that cannot be used."""
    problem = problem_in(declaration, text)
    if problem:
        raise Refusal(problem, field="text")


def first_day(declaration: Text, today: date) -> date:
    """The first day that a new version may hold from.

    What speaks of the law begins on a new day: then all that was made on a day
    says the same.
    """
    if declaration.speaks_of_law:
        return today + timedelta(days=1)
    return today


def require_day(declaration: Text, starts_on: date, today: date) -> None:
    """Raise Refusal where the text would reach back."""
    earliest = first_day(declaration, today)
    if starts_on < earliest:
        raise Refusal(
            f"Teksten kan tidligst gælde fra {day(earliest)}.", field="starts_on"
        )


def require_signable(version: TextVersion, by: User) -> None:
    """Raise OwnText, or NotPossible for what needs no signature or is not finished."""
    if version.written_by_id == by.pk:
        raise OwnText
    if not version.waits_for_signature:
        raise NotPossible("Teksten venter ikke på en underskrift. Genindlæs siden.")
    if UNFINISHED in version.text:
        raise NotPossible(
            "Der står noget i skarpe parenteser, som kommunen selv skal skrive."
            " Skriv en ny version uden dem."
        )


def may_sign(version: TextVersion, user: User) -> bool:
    """Whether the person is another than the one who wrote what waits."""
    return version.waits_for_signature and version.written_by_id != user.pk


def may_withdraw(version: TextVersion, today: date) -> bool:
    """Whether the version has not begun: then it can still be taken back."""
    return version.withdrawn_on is None and version.starts_on > today
