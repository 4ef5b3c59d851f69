"""What holds for a challenge, for the dialogue on a case, and for an adviser's statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.lifecycle import Status
from applications.models import Capacity, DialogueEntry
from skolefleks.permissions import Permission as P
from skolefleks.permissions import schools_of
from skolefleks.refusals import NotPossible, Refusal

if TYPE_CHECKING:
    from applications.models import Application, PupilCase
    from skolefleks.models import User


# An adviser may state something until the committee has decided.
STATED_IN = (Status.CHALLENGE, Status.DRAFT, Status.SUBMITTED, Status.SENT_BACK)

# Whose statement the school asks for; the other advisers are invited to the
# dialogue only.
ASKED_TO_STATE = (Capacity.PPR, Capacity.CASEWORKER)

# A note of something that was said says when that was, and who took part; a
# message does not.
NOTES = (DialogueEntry.Kind.CONVERSATION, DialogueEntry.Kind.PHONE)


def description_from_worry(pupil_case: PupilCase) -> str:
    """What the application first says of a pupil: the school's worry, and since when it has it."""
    description = str(pupil_case.worry)
    if pupil_case.worried_since:
        description += f"\n\nSiden: {pupil_case.worried_since}"
    return description


def speaks_for_school(user: User, application: Application) -> bool:
    """Whether `user` writes in the dialogue as the school; otherwise as an invited adviser."""
    return application.school_id in schools_of(user, P.DIALOGUE_WRITE)


def require_challenge(application: Application) -> None:
    """Raises NotPossible once the challenge has become an application."""
    if application.status != Status.CHALLENGE:
        raise NotPossible(
            "Udfordringen er blevet til en ansøgning. Skriv videre i den."
        )


def require_open_dialogue(application: Application) -> None:
    """Raises NotPossible for a case that was withdrawn: its dialogue is only read."""
    if application.status == Status.WITHDRAWN:
        raise NotPossible(
            "Sagen er trukket tilbage. Dialogen kan læses, men ikke fortsættes."
        )


def require_own_words(entry: DialogueEntry, user: User) -> None:
    """Raises Refusal for an entry that somebody else wrote."""
    if entry.written_by_id != user.pk:
        raise Refusal("Du kan kun rette det, du selv har skrevet.")


def require_open_for_statements(application: Application) -> None:
    """Raises NotPossible once the case is decided or withdrawn."""
    if application.status not in STATED_IN:
        raise NotPossible(
            "Sagen er afgjort eller trukket tilbage, så udtalelsen kan ikke ændres nu."
        )
