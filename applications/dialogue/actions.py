"""A case before it is an application: a pupil on the edge, and what worries the school."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from applications.lifecycle import AT_SCHOOL, Status
from applications.models import DialogueEntry, DialogueShare, Statement
from applications.writing import actions as writing
from skolefleks import audit, outbox
from skolefleks.permissions import Permission, require, schools_of
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import move

if TYPE_CHECKING:
    from datetime import date

    from applications.models import Application, PupilCase
    from skolefleks.models import School, User


@transaction.atomic
def start_challenge(case: PupilCase, *, school: School, cpr: str, by: User) -> Application:
    """Open a case with the one pupil `case` that worries the school; `cpr` is ten digits or ''."""
    application = writing.open_case(school=school, status=Status.CHALLENGE, by=by)
    case.application = application
    writing.store_pupil(case, cpr=cpr)
    writing.touch(application, by=by, step="challenge")
    return application


@transaction.atomic
def write_challenge(case: PupilCase, *, cpr: str, by: User) -> None:
    """Store what is written of the challenge. Raises NotPossible once it has become an application."""
    require(by, Permission.APPLICATION_WRITE, at=case.application)
    writing.lock(case.application)
    if case.application.status != Status.CHALLENGE:
        raise NotPossible("Udfordringen er blevet til en ansøgning. Skriv videre i den.")
    writing.store_pupil(case, cpr=cpr)
    writing.touch(case.application, by=by, step="challenge")


@transaction.atomic
def apply(application: Application, *, by: User) -> None:
    """Make an application of a challenge: the same case, pupil, advisers and dialogue; the worry begins the description.

    The worry stays readable to the school and the advisers as it was written; the committee gets the description.
    """
    writing.lock(application)
    move(application, "apply", by=by)
    for case in application.pupil_cases.all():
        if case.worry and not case.description:
            case.description = (
                f"{case.worry}\n\nSiden: {case.worried_since}" if case.worried_since else case.worry
            )
            case.save(update_fields=["description"])
    writing.touch(application, by=by, step="challenge")


STATED_IN = (Status.CHALLENGE, Status.DRAFT, Status.SUBMITTED, Status.SENT_BACK)


@dataclass(frozen=True)
class Said:
    """What an entry holds: a message is text alone, a note says when it was and who took part."""

    kind: str
    text: str
    happened_on: date | None = None
    took_part: str = ""


@transaction.atomic
def write_entry(application: Application, said: Said, *, by: User) -> DialogueEntry:
    """Add a message or a note. The other side is told that there is one."""
    return _written(application, said, corrects=None, by=by)


@transaction.atomic
def correct(entry: DialogueEntry, *, text: str, by: User) -> DialogueEntry:
    """Put right what oneself wrote, beneath it; what was written stays. Raises Refusal for somebody else's words."""
    if entry.written_by_id != by.pk:
        raise Refusal("Du kan kun rette det, du selv har skrevet.")
    said = Said(DialogueEntry.Kind.CORRECTION, text)
    return _written(entry.application, said, corrects=entry.corrects or entry, by=by)


@transaction.atomic
def share(entry: DialogueEntry, *, by: User) -> None:
    """Let the committee read the entry and its corrections. Cannot be taken back: it may have been read."""
    require(by, Permission.APPLICATION_WRITE, at=entry.application)
    if entry.corrects_id:
        raise NotPossible("En rettelse følger det, den retter.")
    _, new = DialogueShare.objects.get_or_create(
        entry=entry, defaults={"shared_by": by, "shared_at": timezone.now()}
    )
    if new:
        audit.record("share", entry, by=by)


@transaction.atomic
def write_statement(
    application: Application, *, text: str, by: User, key: UUID | None = None
) -> Statement:
    """Keep the adviser's own draft; nobody else reads it. `key` is what a new one is stored under.

    Raises NotPossible once the case is decided or withdrawn, and where what `key` names was signed meanwhile.
    """
    statement = _own_draft(application, key=key, by=by)
    statement.text, statement.written_at = text, timezone.now()
    statement.save()
    audit.record("write_statement", statement, by=by)
    return statement


@transaction.atomic
def sign(application: Application, *, text: str, by: User, key: UUID | None = None) -> Statement:
    """Sign `text` in one's own name: school and committee read it now, and nobody changes it any more.

    Raises NotPossible as `write_statement` does, so that nothing is signed twice.
    """
    if not text.strip():
        raise Refusal("Skriv udtalelsen, før du underskriver den.", field="text")
    statement = _own_draft(application, key=key, by=by)
    statement.text = text
    statement.signed_at = statement.written_at = timezone.now()
    statement.save()
    audit.record("sign", statement, by=by, capacity=statement.capacity)
    writing.summarise(application)
    outbox.post("statement.signed", statement=str(statement.pk))
    return statement


def _own_draft(application: Application, *, key: UUID | None, by: User) -> Statement:
    """The draft that `by` has on the case, or a new one as what they were invited as."""
    require(by, Permission.STATEMENT_WRITE, at=application)
    writing.lock(application)
    if application.status not in STATED_IN:
        raise NotPossible(
            "Sagen er afgjort eller trukket tilbage, så udtalelsen kan ikke ændres nu."
        )
    draft = Statement.objects.filter(
        application=application, written_by=by, signed_at__isnull=True
    ).first()
    if draft is None:
        draft = Statement(pk=key or uuid4(), application=application, written_by=by)
        if Statement.objects.filter(pk=draft.pk).exists():
            raise NotPossible(
                "Udtalelsen er underskrevet et andet sted imens. Åbn siden igen for at skrive en ny."
            )
    draft.application, draft.capacity = application, application.invitations.get(user=by).capacity
    return draft


def _written(
    application: Application, said: Said, *, corrects: DialogueEntry | None, by: User
) -> DialogueEntry:
    require(by, Permission.DIALOGUE_WRITE, at=application)
    writing.lock(application)
    if application.status == Status.WITHDRAWN:
        raise NotPossible("Sagen er trukket tilbage. Dialogen kan læses, men ikke fortsættes.")
    at_school = application.school_id in schools_of(by, Permission.DIALOGUE_WRITE)
    entry = DialogueEntry.objects.create(
        application=application,
        kind=said.kind,
        text=said.text,
        took_part=said.took_part,
        happened_on=said.happened_on,
        corrects=corrects,
        written_by=by,
        written_as="" if at_school else application.invitations.get(user=by).capacity,
        written_at=timezone.now(),
    )
    if application.status in AT_SCHOOL:  # a case that is talked about does not lie still
        type(application).objects.filter(pk=application.pk).update(updated_at=timezone.now())
    audit.record("write_entry", entry, by=by, kind=said.kind)
    outbox.post("dialogue.written", entry=str(entry.pk))
    return entry
