"""The way between a case's own pages, the same on each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse

from skolefleks.permissions import Permission as P
from skolefleks.permissions import may

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.models import User


class CasePage(NamedTuple):
    """A page of a case: the name of its address, its label, and the right at the case it asks for.

    An internal page is the committee's own: nobody else's, and not the disqualified's.
    """

    address: str
    label: str
    right: P
    is_internal: bool


# fmt: off
PAGES = (
    #        address           label          right              internal
    CasePage("case",           "Sagen",       P.CASE_READ,       False),
    CasePage("assessments",    "Vurderinger", P.QUEUE_READ,      True),
    CasePage("questions",      "Spørgsmål",   P.QUESTION_ASK,    True),
    CasePage("questions",      "Spørgsmål",   P.QUESTION_ANSWER, False),
    CasePage("letters",        "Breve",       P.CASE_READ,       False),
    CasePage("classification", "Retligt",     P.QUEUE_READ,      True),
    CasePage("impartiality",   "Habilitet",   P.QUEUE_READ,      True),
)
# fmt: on


def tabs_of(
    application: Application,
    user: User,
    here: str,
    suffix: str = "",
) -> list[tuple[str, str, None, bool]]:
    """The pages of the case that `user` may open, for components/tabs.html. Takes no query.

    The case is marked for `user`. `suffix` is carried on in each address. A case that was never
    submitted is one page, and has no tabs.
    """
    if not application.submitted_at:
        return []

    # "questions" stands twice: committee and school have it by different rights, nobody by both.
    tabs = []
    for page in PAGES:
        if page.is_internal and not application.is_reviewable:
            continue
        if may(user, page.right, at=application):
            url = reverse(page.address, args=[application.number]) + suffix
            tabs.append((page.label, url, None, page.address == here))
    return tabs
