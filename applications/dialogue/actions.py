"""What is done before and beside an application: a challenge, the dialogue, statements."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from applications.dialogue import queries, rules
from applications.lifecycle import AT_SCHOOL, Status
from applications.models import (
    Application,
    Capacity,
    DialogueEntry,
    DialogueShare,
    Statement,
)
from applications.writing import actions as writing
from skolefleks import audit, outbox
from skolefleks.models import Role
from skolefleks.notices import mail
from skolefleks.permissions import EVERYWHERE, require, schools_of
from skolefleks.permissions import Permission as P
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import move

if TYPE_CHECKING:
    from datetime import date

    from applications.models import PupilCase
    from skolefleks.models import School, User


# -- the challenge --


@transaction.atomic
def start_challenge(
    pupil_case: PupilCase,
    *,
    school: School,
    cpr: str,
    by: User,
) -> Application:
    """Open a case with the one pupil that worries the school; `cpr` is ten digits or ''."""
    application = writing.open_case(school=school, status=Status.CHALLENGE, by=by)

    pupil_case.application = application
    writing.store_pupil(pupil_case, cpr=cpr)
    writing.touch(application, by=by, step="challenge")
    return application


@transaction.atomic
def write_challenge(pupil_case: PupilCase, *, cpr: str, by: User) -> None:
    """Store what is written of the challenge; `cpr` is ten digits or ''.

    Raises NotPossible once the challenge has become an application.
    """
    application = pupil_case.application
    require(by, P.APPLICATION_WRITE, at=application)
    writing.lock(application)
    rules.require_challenge(application)

    writing.store_pupil(pupil_case, cpr=cpr)
    writing.touch(application, by=by, step="challenge")


@transaction.atomic
def apply(application: Application, *, by: User) -> None:
    """Make an application of a challenge: the same case, pupil, advisers and dialogue.

    The description of the pupil begins with the worry. School and advisers can
    still read the worry as it was written; the committee reads the description.
    """
    writing.lock(application)
    move(application, "apply", by=by)
    application.applied_at = timezone.now()
    application.save(update_fields=["applied_at"])

    # What the school has described itself is never written over.
    for pupil_case in application.pupil_cases.all():
        if pupil_case.worry and not pupil_case.description:
            pupil_case.description = rules.description_from_worry(pupil_case)
            pupil_case.save(update_fields=["description"])

    writing.touch(application, by=by, step="challenge")


# -- the dialogue --


@transaction.atomic
def write_entry(
    application: Application,
    *,
    kind: str,
    text: str,
    happened_on: date | None = None,
    took_part: str = "",
    by: User,
) -> DialogueEntry:
    """Add a message, or a note that says when it was and who took part. The other side is told.

    Raises NotPossible for a case that was withdrawn.
    """
    require(by, P.DIALOGUE_WRITE, at=application)
    entry = DialogueEntry(
        application=application,
        kind=kind,
        text=text,
        happened_on=happened_on,
        took_part=took_part,
    )
    return _add(entry, by=by)


@transaction.atomic
def correct(entry: DialogueEntry, *, text: str, by: User) -> DialogueEntry:
    """Add a correction beneath what oneself wrote; what was written stays.

    Raises Refusal for somebody else's words, NotPossible for a case that was
    withdrawn.
    """
    rules.require_own_words(entry, by)
    require(by, P.DIALOGUE_WRITE, at=entry.application)

    # A correction of a correction stands beneath the same first entry: there are
    # two levels only.
    corrected = entry.corrects or entry
    correction = DialogueEntry(
        application=entry.application,
        kind=DialogueEntry.Kind.CORRECTION,
        text=text,
        corrects=corrected,
    )
    return _add(correction, by=by)


@transaction.atomic
def share(entry: DialogueEntry, *, by: User) -> None:
    """Let the committee read the entry and its corrections. Sharing it again changes nothing.

    It cannot be taken back: the entry may have been read. Raises NotPossible
    for a correction.
    """
    require(by, P.APPLICATION_WRITE, at=entry.application)
    if entry.corrects_id:
        raise NotPossible("En rettelse følger det, den retter.")

    defaults = {"shared_by": by, "shared_at": timezone.now()}
    _, is_new = DialogueShare.objects.get_or_create(entry=entry, defaults=defaults)
    if is_new:
        audit.record("share", entry, by=by)


def _add(entry: DialogueEntry, *, by: User) -> DialogueEntry:
    application = entry.application
    # First the row: a case that is withdrawn at this moment gets no entry after it.
    writing.lock(application)
    rules.require_open_dialogue(application)

    entry.written_by = by
    entry.written_at = timezone.now()
    if not rules.speaks_for_school(by, application):
        entry.written_as = application.invitations.get(user=by).capacity
    entry.save(force_insert=True)

    # A case that is talked about does not lie still: nobody is reminded of it.
    if application.status in AT_SCHOOL:
        Application.objects.filter(pk=application.pk).update(updated_at=timezone.now())

    audit.record("write_entry", entry, by=by, kind=entry.kind)
    outbox.post("dialogue.written", entry=str(entry.pk))
    return entry


# -- statements --


@transaction.atomic
def write_statement(
    application: Application,
    *,
    text: str,
    by: User,
    pupil: PupilCase | None = None,
    key: UUID | None = None,
) -> Statement:
    """Keep the adviser's own draft; nobody else reads it. `key` is what a new one is stored under.

    Raises NotPossible once the case is decided or withdrawn, and where the
    statement that `key` names was signed meanwhile.
    """
    statement = _draft_to_write(application, key=key, by=by)

    statement.pupil = pupil
    statement.text = text
    statement.written_at = timezone.now()
    statement.save()
    # Nothing is posted: a draft is nobody else's business.
    audit.record("write_statement", statement, by=by)
    return statement


@transaction.atomic
def sign(
    application: Application,
    *,
    text: str,
    by: User,
    pupil: PupilCase | None = None,
    key: UUID | None = None,
) -> Statement:
    """Sign `text` in one's own name: school and committee read it, and nobody changes it any more.

    Raises Refusal without a text, and NotPossible as `write_statement` does, so
    that nothing is signed twice.
    """
    if not text.strip():
        raise Refusal("Skriv udtalelsen, før du underskriver den.", field="text")
    statement = _draft_to_write(application, key=key, by=by)

    now = timezone.now()
    statement.pupil = pupil
    statement.text = text
    statement.written_at = now
    statement.signed_at = now
    statement.save()

    audit.record("sign", statement, by=by, capacity=statement.capacity)
    # PPR's statement is among what an application must have: the lists count anew.
    writing.summarise(application)
    outbox.post("statement.signed", statement=str(statement.pk))
    return statement


def _draft_to_write(
    application: Application, *, key: UUID | None, by: User
) -> Statement:
    """The draft that `by` has on the case, or a new one in the capacity they were invited in."""
    require(by, P.STATEMENT_WRITE, at=application)
    writing.lock(application)
    rules.require_open_for_statements(application)

    draft = queries.draft_statement(application, by)
    if draft is None:
        draft = Statement(pk=key or uuid4(), written_by=by)
        # The page that was opened with this key is older than the signature:
        # nothing of it is stored, or the adviser would have a second statement
        # without knowing it.
        if Statement.objects.filter(pk=draft.pk).exists():
            raise NotPossible(
                "Udtalelsen er i mellemtiden underskrevet et andet sted. "
                "Åbn siden igen for at skrive en ny."
            )

    draft.application = application
    draft.capacity = application.invitations.get(user=by).capacity
    return draft


# -- when somebody else takes over --


@transaction.atomic
def pass_on_invitations(person: User, *, to: User, by: User) -> int:
    """Let the adviser `to` have the open cases that `person` was invited to; how many."""
    require(by, P.PEOPLE_LOOK_AFTER, at=EVERYWHERE)
    if Role.ADVISER not in to.roles:
        return 0

    invitations = list(queries.open_invitations(person).select_related("application"))
    titles = [role.title for role in to.current_memberships]
    already = set(queries.open_invitations(to).values_list("application", flat=True))
    for invitation in invitations:
        application = invitation.application
        if application.pk in already:
            invitation.delete()
        else:
            invitation.user = to
            invitation.invited_by = by
            invitation.capacity = Capacity.by_titles(titles)
            invitation.save(update_fields=["user", "invited_by", "capacity"])
        audit.record(
            "pass_on_invitation", application, by=by, adviser=to.pk, of=person.pk
        )
        outbox.post(
            "application.invited", application=str(application.pk), adviser=to.pk
        )
    return len(invitations)


@transaction.atomic
def pass_on_cases(person: User, *, to: User, by: User) -> int:
    """Tell the colleague at the same school of the cases that `person` was writing; how many.

    Who began a case stays: that is its history. Everybody at the school can
    write on.
    """
    require(by, P.PEOPLE_LOOK_AFTER, at=EVERYWHERE)
    cases = queries.cases_begun(person).filter(
        school__in=schools_of(to, P.APPLICATION_WRITE)
    )
    for application in cases:
        audit.record("pass_on_case", application, by=by, to=to.pk, of=person.pk)
        mail.tell(
            [to],
            number=application.number,
            path=application.get_absolute_url(),
            topic="application.passed_on",
        )
    return len(cases)
