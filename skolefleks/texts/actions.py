"""Writing a text anew, signing what speaks of the law, taking back what has not begun."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from skolefleks import audit
from skolefleks.danish import today
from skolefleks.models import Notice, Role, TextVersion, User
from skolefleks.notices import mail
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.texts import declarations, queries, rules, wording

if TYPE_CHECKING:
    from datetime import date

# What a notice is about that is about no case.
SUBJECT = "Tekster"
WAITS = "En tekst om reglerne venter på din underskrift."

# What nobody has signed is told of so many days before its day, and again on it.
DAYS_BEFORE = 7
NEAR = "En tekst om reglerne gælder snart og er ikke underskrevet."
BEGUN = (
    "En tekst om reglerne gælder nu og er ikke underskrevet: breve med den er udkast."
)

OVERTAKEN = "Teksten er ændret i mellemtiden. Genindlæs siden."


@transaction.atomic
def write(
    key: str, *, text: str, starts_on: date, reason: str, after: int, by: User
) -> TextVersion:
    """Let the text read so from that day on; one on the law is a draft until it is signed.

    `after` is how many versions there were when `by` saw it. Raises Overtaken
    where somebody has written one since, and Refusal at the field.
    """
    require(by, Permission.SETTINGS_KEEP, at=EVERYWHERE)
    declaration = declarations.every()[key]
    rules.require_fit(declaration, text)
    rules.require_day(declaration, starts_on, today())
    before = wording.Wording(starts_on).reading(key)
    # The same words once more may be signed by somebody.
    needs_signature = declaration.speaks_of_law and not before.is_signed
    if text == before.text and not needs_signature:
        raise Refusal("Det er den tekst, der gælder i forvejen.", field="text")

    version = _create(
        TextVersion(
            key=key,
            number=after + 1,
            text=text,
            starts_on=starts_on,
            reason=reason,
            written_by=by,
            written_at=timezone.now(),
            takes_two=declaration.speaks_of_law,
        )
    )
    terms = {"text": key, "number": version.number}
    audit.record("write_text", version, by=by, starts_on=f"{starts_on}", **terms)
    if version.takes_two:
        _ask_for_signature(version, by=by)
    return version


@transaction.atomic
def sign(version: TextVersion, *, by: User) -> None:
    """Stand in for what a text says of the law: what is made with it is no draft any more.

    Raises OwnText, NotPossible, Overtaken.
    """
    require(by, Permission.SETTINGS_KEEP, at=EVERYWHERE)
    rules.require_signable(version, by)

    # The row is asked in the same statement: of two who sign at once one does.
    unsigned = TextVersion.objects.standing().filter(pk=version.pk, signed_by=None)
    if not unsigned.update(signed_by=by, signed_at=timezone.now()):
        raise Overtaken(OVERTAKEN)
    audit.record("sign_text", version, by=by, text=version.key, number=version.number)


@transaction.atomic
def withdraw(version: TextVersion, *, by: User) -> None:
    """Take back a version that has not begun. Raises NotPossible, Overtaken."""
    require(by, Permission.SETTINGS_KEEP, at=EVERYWHERE)
    day = today()
    if not rules.may_withdraw(version, day):
        raise NotPossible("Teksten gælder allerede. Skriv en ny version i stedet.")

    standing = TextVersion.objects.standing().filter(pk=version.pk)
    if not standing.update(withdrawn_by=by, withdrawn_on=day):
        raise Overtaken(OVERTAKEN)
    terms = {"text": version.key, "number": version.number}
    audit.record("withdraw_text", version, by=by, **terms)


@transaction.atomic
def remind_of_unsigned() -> None:
    """Tell the administrators of texts that begin, or have begun, without a signature."""
    day = today()
    for version in queries.unsigned_from(day - timedelta(days=DAYS_BEFORE)):
        if version.starts_on <= day:
            _remind(version, BEGUN, topic="text.begun")
        elif version.starts_on <= day + timedelta(days=DAYS_BEFORE):
            _remind(version, NEAR, topic="text.near")


def _create(version: TextVersion) -> TextVersion:
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError:
        raise Overtaken(OVERTAKEN) from None
    return version


def _ask_for_signature(version: TextVersion, *, by: User) -> None:
    mail.tell(
        queries.signers(by),
        number=SUBJECT,
        path=_path_of(version),
        text=WAITS,
        topic="settings",
    )


def _remind(version: TextVersion, text: str, *, topic: str) -> None:
    """Once each: who wrote it is told too, since nobody else may be there to sign."""
    path = _path_of(version)
    if Notice.objects.filter(topic=topic, path=path).exists():
        return
    people = User.objects.holding(Role.ADMINISTRATOR)
    mail.tell(people, number=SUBJECT, path=path, text=text, topic=topic)


def _path_of(version: TextVersion) -> str:
    return reverse("text_version", args=[version.key, version.number])
