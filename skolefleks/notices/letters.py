"""What a mail says, in the words that the municipality has for it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skolefleks.texts.wording import Wording


class Mail(Enum):
    """The texts of its subject and its body."""

    TASK = ("mail-emne-opgave", "mail-opgave")
    NEWS = ("mail-emne-nyt", "mail-nyt")
    DIGEST = ("mail-emne-nyt", "mail-samlet")
    # What is new of the day, where some of it is to be done.
    DIGEST_OF_TASKS = ("mail-emne-opgave", "mail-samlet")

    @property
    def subject(self) -> str:
        return self.value[0]

    @property
    def body(self) -> str:
        return self.value[1]


def compose(
    mail: Mail, wording: Wording, *, what: str, link: str, choose: str
) -> tuple[str, str]:
    """Its subject and its body."""
    subject = wording.say(mail.subject)
    body = wording.say(mail.body, hvad=what, link=link, vaelg=choose)
    return subject, f"{body}\n"
