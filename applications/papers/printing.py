"""A paper as it is printed with others: its pages as pictures, drawn in the workshop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from skolefleks import confined

if TYPE_CHECKING:
    from applications.models import Paper


def pages_of(paper: Paper) -> list[bytes]:
    """The paper's pages as JPEGs; none of what cannot be drawn, as a Word document.

    They were drawn when it was examined.
    """
    if paper.is_image and paper.drawn is None:
        # Laid on before pictures were drawn too, and not drawn by night yet.
        return shrunk(paper.content)
    return [page.content for page in paper.page_pictures.order_by("number")]


def shrunk(content: bytes) -> list[bytes]:
    """A picture as small as paper needs, made in the workshop; none where it cannot be."""
    outcome = confined.run(
        "applications.papers.jobs.shrink", content, settings.PAPER_SIDE
    )
    if not outcome.is_whole:
        return []
    return outcome.parts
