"""The way between a case's own pages, the same on each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from skolefleks.permissions import Permission as P
from skolefleks.permissions import may

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.models import User


# fmt: off
PAGES = (
    # name of the address   label           right at the case   the committee's own: nobody else's, and not the disqualified's
    ("case",                "Sagen",        P.CASE_READ,        False),
    ("assessments",         "Vurderinger",  P.QUEUE_READ,       True),
    ("questions",           "Spørgsmål",    P.QUESTION_ASK,     True),
    ("questions",           "Spørgsmål",    P.QUESTION_ANSWER,  False),
    ("letters",             "Breve",        P.CASE_READ,        False),
    ("classification",      "Retligt",      P.QUEUE_READ,       True),
    ("impartiality",        "Habilitet",    P.QUEUE_READ,       True),
)


# fmt: on
def tabs_of(
    application: Application, user: User, here: str, kept: str = ""
) -> list[tuple[str, str, None, bool]]:
    """For components/tabs.html; `application` comes from `marked_for(user)`. Takes no query.

    `kept` is carried on to each. A case that was never submitted is one page.
    """
    pages = PAGES if application.submitted_at else ()
    return [
        (label, reverse(name, args=[application.number]) + kept, None, name == here)
        for name, label, right, internal in pages
        if may(user, right, at=application) and (application.is_reviewable or not internal)
    ]
