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
from skolefleks.notices import letters
from skolefleks.notices.letters import Mail
from skolefleks.notices.sentences import say
from skolefleks.numbers import is_case_number
from skolefleks.texts import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from skolefleks.models import User


def tell(
    people: Iterable[User],
    *,
    number: str,
    path: str,
    text: str = "",
    topic: str = "waits",
    must_act: bool = True,
    at_once: bool = False,
    has_own_mail: bool = False,
) -> None:
    """A notice to each of `people` with the sentence `text`, which names no child.

    A mail comes at once where the person chose so: by default only where
    somebody `must_act`. The rest waits for the daily mail. An alarm comes
    `at_once` to everybody. What `has_own_mail`, with a file for the calendar,
    is in no other.
    """
    text = text or say("venter")
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
    mail = Mail.DIGEST
    if any(notice.must_act for notice in notices):
        mail = Mail.DIGEST_OF_TASKS

    _send(person, mail, what=cases, link=settings.SITE_ADDRESS + reverse("notices"))


def send_at_once(person: User, notice: Notice) -> None:
    """The mail of one notice."""
    mail = Mail.NEWS
    if notice.must_act:
        mail = Mail.TASK

    what = _subject_in_words(notice.subject)
    _send(person, mail, what=what, link=settings.SITE_ADDRESS + notice.path)


def _subject_in_words(subject: str) -> str:
    """`Sag: AB-2026-0042`; what is no case has a name of its own: `Møde 3. december 2026`."""
    if is_case_number(subject):
        return f"Sag: {subject}"
    return subject


def _send(person: User, mail: Mail, *, what: str, link: str) -> None:
    choose = settings.SITE_ADDRESS + reverse("own_settings")
    subject, body = letters.compose(
        mail, wording.now(), what=what, link=link, choose=choose
    )
    send_mail(subject, body, None, [person.email])
