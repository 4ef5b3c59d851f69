"""Mail that says that something waits, and where. Never what it is about: no name, no text of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skolefleks.models import User

_BODY = """En opgave venter i SkoleFleks.

Sag: {number}
{url}

Du får mailen, fordi du skal tage stilling til noget i sagen. Mailen indeholder ingen personoplysninger.
"""


def tell(people: Iterable[User], *, number: str, path: str) -> None:
    """One mail to each of `people`: a case number and a link."""
    body = _BODY.format(number=number, url=settings.SITE_ADDRESS + path)
    for person in people:
        send_mail("En opgave venter i SkoleFleks", body, None, [person.email])
