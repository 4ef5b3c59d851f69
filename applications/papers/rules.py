"""What holds for the papers of a case."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from applications.lifecycle import PaperStatus
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.setup import trade

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from applications.models import Application, Paper


# So long an examination may take on an ordinary day.
SOON = timedelta(minutes=1)


def require_room(application: Application) -> None:
    """Raises Refusal where the case holds as many papers as it may (the setting `paper_count`)."""
    papers = application.papers.exclude(status=PaperStatus.REFUSED)
    if papers.count() >= trade.now().paper_count:
        raise Refusal(
            f"En sag kan højst have {trade.now().paper_count} bilag. "
            "Fjern et, eller saml flere i én fil.",
            field="file",
        )


def require_examined(papers: Iterable[Paper]) -> None:
    """Raises Refusal while a paper is being examined: it may turn out to be harmful."""
    for paper in papers:
        if paper.is_waiting:
            raise Refusal(
                f"Et bilag, som {paper.uploaded_by.name} har vedlagt, bliver stadig undersøgt. "
                "Vent lidt, og indsend igen, eller fjern det under Bilag."
            )


def require_removable(paper: Paper) -> None:
    """Raises NotPossible for a paper that the committee has had: what it has seen stays."""
    if paper.is_submitted:
        raise NotPossible(
            "Bilaget fulgte med ansøgningen, da den blev indsendt, og kan derfor ikke fjernes."
        )


def seconds_to_wait(papers: Iterable[Paper], now: datetime) -> int:
    """After how long the list is asked for again; 0 where nothing in it is being examined."""
    laid_on = [paper.uploaded_at for paper in papers if paper.is_waiting]
    if not laid_on:
        return 0
    # Usually it takes a moment; where the scanner is away it may take hours.
    if now - max(laid_on) < SOON:
        return 2
    return 15
