"""What people are told: a notice for each, and mail by their own choice.

Neither says what a case is about: no name and no text of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone

from skolefleks import outbox
from skolefleks.models import MailChoice, Notice
from skolefleks.numbers import is_case_number

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
    at_once: bool = False,
    has_own_mail: bool = False,
) -> None:
    """A notice to each of `people` with the fixed sentence `text`, which names nobody.

    A mail comes at once where the person chose so: by default only where
    somebody `must_act`. The rest waits for the daily mail. An alarm comes
    `at_once` to everybody. What `has_own_mail`, with a file for the calendar,
    is in no other.
    """
    for person in people:
        notice = Notice(
            user=person,
            topic=topic,
            subject=number,
            text=text,
            path=path,
            must_act=must_act,
        )

        wants_tasks_at_once = person.mail_choice == MailChoice.ACTING and must_act
        wants_all_at_once = person.mail_choice == MailChoice.AT_ONCE
        if at_once or wants_all_at_once or wants_tasks_at_once:
            notice.mailed_at = timezone.now()
        if has_own_mail:
            notice.mailed_at = timezone.now()
        notice.save()

        # A message of its own: an address that is refused holds up neither the
        # notice nor the others' mails.
        if notice.mailed_at and not has_own_mail:
            outbox.post("notices.mail", notice=notice.pk, user=person.pk)


def send_digest(person: User, notices: Sequence[Notice]) -> None:
    """One mail of all that is new: the case numbers, each once, and where to read on."""
    subjects = dict.fromkeys(notice.subject for notice in notices)
    cases = "\n".join(_subject_in_words(subject) for subject in subjects)
    must_act = any(notice.must_act for notice in notices)

    url = settings.SITE_ADDRESS + reverse("notices")
    _send(person, _DIGEST, must_act=must_act, cases=cases, url=url)


def send_at_once(person: User, notice: Notice) -> None:
    """The mail of one notice."""
    body = _NEWS
    if notice.must_act:
        body = _TASK

    what = _subject_in_words(notice.subject)
    url = settings.SITE_ADDRESS + notice.path
    _send(person, body, must_act=notice.must_act, what=what, url=url)


def _subject_in_words(subject: str) -> str:
    """`Sag: AB-2026-0042`; what is no case has a name of its own: `Møde 3. december 2026`."""
    if is_case_number(subject):
        return f"Sag: {subject}"
    return subject


def _send(person: User, body: str, *, must_act: bool, **values: str) -> None:
    subject = "Nyt i SkoleFleks"
    if must_act:
        subject = "En opgave venter i SkoleFleks"

    settings_url = settings.SITE_ADDRESS + reverse("own_settings")
    choose = f"Vælg selv, hvornår du får mail: {settings_url}"
    send_mail(subject, body.format(choose=choose, **values), None, [person.email])
