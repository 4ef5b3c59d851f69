"""What people are told: a notice for each, and mail by their own choice. Never what a case is about: no name, no text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone

from skolefleks.models import MailChoice, Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from skolefleks.models import User


WAITS = "Sagen venter på dig"


_TASK = """En opgave venter i SkoleFleks.

{what}
{url}

Du får mailen, fordi noget venter på dig. Mailen indeholder ingen personoplysninger.
{choose}
"""


_NEWS = """Der er nyt i SkoleFleks.

{what}
{url}

Mailen indeholder ingen personoplysninger.
{choose}
"""


_DIGEST = """Der er nyt i SkoleFleks.

{cases}

Dine beskeder:
{url}

Mailen indeholder ingen personoplysninger.
{choose}
"""


def tell(
    people: Iterable[User],
    *,
    number: str,
    path: str,
    text: str = WAITS,
    topic: str = "waits",
    must_act: bool = True,
) -> None:
    """A notice to each of `people`, with the fixed sentence `text`; a mail at once where they chose so.

    By default at once is where somebody `must_act`; the rest waits for the daily mail. `text` names nobody.
    """
    for person in people:
        notice = Notice(
            user=person, topic=topic, subject=number, text=text, path=path, must_act=must_act
        )
        at_once = person.mail_choice == MailChoice.AT_ONCE
        if at_once or (must_act and person.mail_choice == MailChoice.ACTING):
            notice.mailed_at = timezone.now()
        notice.save()
        if notice.mailed_at:
            _send(
                person,
                _TASK if must_act else _NEWS,
                task=must_act,
                what=_named(number),
                url=settings.SITE_ADDRESS + path,
            )


def send_digest(person: User, waiting: Sequence[Notice]) -> None:
    """One mail of all that is new: the case numbers, and where to read on."""
    numbers = list(dict.fromkeys(notice.subject for notice in waiting))
    cases = "\n".join(_named(number) for number in numbers)
    task = any(notice.must_act for notice in waiting)
    _send(person, _DIGEST, task=task, cases=cases, url=settings.SITE_ADDRESS + reverse("notices"))


def _named(subject: str) -> str:
    """`Sag: SF-2026-0042`; what is no case has a name of its own, as `Møde 3. december 2026`."""
    return f"Sag: {subject}" if subject.startswith("SF-") else subject


def _send(person: User, body: str, *, task: bool, **values: str) -> None:
    choose = f"Vælg selv, hvornår du får mail: {settings.SITE_ADDRESS}{reverse('own_settings')}"
    subject = "En opgave venter i SkoleFleks" if task else "Nyt i SkoleFleks"
    send_mail(subject, body.format(choose=choose, **values), None, [person.email])
