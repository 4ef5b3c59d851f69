"""What a case is in law, what is said of it in writing, and what the law asks for before it is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from skolefleks.danish import day, today
from visitation.law import rules as law_texts
from visitation.models import Classification, Hearing

if TYPE_CHECKING:
    from applications.models import Application


Kind = Classification.Kind


HEARD_FIRST = (Kind.DECISION, Kind.COMPLAINT)  # kinds in which the party is heard before a decision


def classifications(application: Application) -> list[Classification]:
    """What the case was said to be, the newest first."""
    return list(
        Classification.objects.filter(application=application)
        .select_related("set_by")
        .order_by("-set_at")
    )


def kind_of(application: Application) -> Kind:
    """What the case is in law: as it was set last, else as the municipality's setting has it."""
    newest = (
        Classification.objects.filter(application=application)
        .order_by("-set_at")
        .values_list("kind", flat=True)
    )
    return Kind(newest.first() or settings.CLASSIFICATION)


def legal_text(application: Application) -> law_texts.Kind:
    """The rule and the guidance on complaint ('' where there is none) for a letter in the case."""
    return law_texts.texts().kinds[kind_of(application)]


def hearings(application: Application) -> list[Hearing]:
    return list(Hearing.objects.filter(application=application).select_related("noted_by"))


def unheard(application: Application) -> str:
    """Why the case cannot be decided yet, in a sentence; '' where nothing is missing. Takes one or two queries."""
    if kind_of(application) not in HEARD_FIRST:
        return ""
    held = hearings(application)
    if not held:
        return "Parten skal høres, før sagen kan afgøres. Der er ikke noteret nogen partshøring."
    open_until = [hearing.deadline_on for hearing in held if is_open(hearing)]
    if open_until:
        return f"Partshøringen er ikke slut: fristen for svar er {day(max(open_until))}, og svaret er ikke kommet."
    return ""


def is_open(hearing: Hearing) -> bool:
    """Whether an answer may still come: none has, and its deadline is not past."""
    return hearing.answered_on is None and hearing.deadline_on >= today()
