"""Who laid a paper on a case is told where it was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say

if TYPE_CHECKING:
    from applications.models import Paper


def tell_of_refusal(paper: Paper) -> None:
    """The one who laid it on; the paper's name is not repeated, it may hold a child's."""
    number = paper.application.number
    tell(
        [paper.uploaded_by],
        number=number,
        path=reverse("applications:papers", args=[number]),
        text=say("bilag-afvist"),
        topic="paper.refused",
    )
