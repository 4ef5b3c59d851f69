"""What holds for the papers of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from skolefleks.refusals import NotPossible, Refusal

if TYPE_CHECKING:
    from applications.models import Application, Paper


def require_room(application: Application) -> None:
    """Raises Refusal where the case holds as many papers as it may (`settings.PAPER_COUNT`)."""
    if application.papers.count() >= settings.PAPER_COUNT:
        raise Refusal(
            f"En sag kan højst have {settings.PAPER_COUNT} bilag. "
            "Fjern et, eller saml flere i én fil.",
            field="file",
        )


def require_removable(paper: Paper) -> None:
    """Raises NotPossible for a paper that the committee has had: what it has seen stays."""
    if paper.is_submitted:
        raise NotPossible(
            "Bilaget fulgte med ansøgningen, da den blev indsendt, og kan derfor ikke fjernes."
        )
