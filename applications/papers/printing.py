"""A paper as it is printed with others: its pages as pictures, drawn in the workshop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from skolefleks import confined

if TYPE_CHECKING:
    from applications.models import Paper


def pages_of(paper: Paper) -> list[bytes]:
    """The paper's pages as JPEGs; none of what cannot be drawn, as a Word document.

    A PDF's pages were drawn when it was examined. A picture is read in the
    workshop once more, where it is made as small as paper needs.
    """
    if not paper.is_image:
        pages = paper.page_pictures.order_by("number")
        return [page.content for page in pages]

    outcome = confined.run(
        "applications.papers.jobs.shrink", paper.content, settings.PAPER_SIDE
    )
    if not outcome.is_whole:
        return []
    return outcome.parts
