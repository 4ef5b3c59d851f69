"""What is done to an application: start, write, submit, withdraw. Nothing here moves money or decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from applications.lifecycle import Status
from applications.models import (
    Application,
    Capacity,
    Goal,
    Invitation,
    Pupil,
    PupilCase,
    Submission,
)
from applications.reading import queries as reading_queries
from skolefleks import audit, outbox
from skolefleks.danish import today
from skolefleks.models import Role, School, User
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import move

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from applications.fields import rules as fields_rules
    from applications.models import PlannedMeasure, TriedMeasure


_SUMMARY = (
    "initials",
    "kinds",
    "grades",
    "pupil_count",
    "requested",
    "filled",
    "expected",
)  # what lists show


class Incomplete(Refusal):
    """Something is missing; `items` says what."""

    def __init__(self, items: list[fields_rules.Item]) -> None:
        self.items = items
        super().__init__("Ansøgningen kan ikke indsendes endnu. Se, hvad der mangler.")


@transaction.atomic
def start(*, school: School, by: User) -> Application:
    """Open a draft with a case number. Raises PermissionDenied for a school that is not one's own."""
    return open_case(school=school, status=Status.DRAFT, by=by)


def open_case(*, school: School, status: Status, by: User) -> Application:
    """The one place a case comes into being: as a challenge, or as a draft."""
    now = timezone.now()
    application = Application(
        school=school, status=status, created_by=by, created_at=now, updated_at=now
    )
    require(by, Permission.APPLICATION_WRITE, at=application)
    application.number = _next_number(today().year)
    application.save()
    audit.record("start", application, by=by)
    return application


@transaction.atomic
def add_pupil(application: Application, *, by: User) -> PupilCase:
    """One more pupil, still empty, at the end."""
    require_editable(application, by=by)
    last = application.pupil_cases.last()
    case = PupilCase.objects.create(
        application=application, position=last.position + 1 if last else 0
    )
    audit.record("add_pupil", application, by=by, pupil_case=str(case.pk))
    summarise(application)
    return case


@transaction.atomic
def remove_pupil(case: PupilCase, *, by: User) -> None:
    """Take a pupil out of a draft; what was written of them is gone. Raises Refusal where something was decided."""
    require_editable(case.application, by=by)
    audit.record("remove_pupil", case.application, by=by, pupil_case=str(case.pk))
    try:
        case.delete()
    except ProtectedError as error:
        raise Refusal(
            "Udvalget har allerede behandlet eleven, som derfor ikke kan fjernes fra ansøgningen."
        ) from error
    summarise(case.application)


@transaction.atomic
def write_pupil(case: PupilCase, *, cpr: str, by: User) -> None:
    """Store what was written of a pupil; `cpr` is ten digits or ''. Raises Refusal where the pupil is there already."""
    require_editable(case.application, by=by)
    store_pupil(case, cpr=cpr)
    touch(case.application, by=by, step="pupil")


def store_pupil(case: PupilCase, *, cpr: str) -> None:
    """Save `case` as the pupil with this CPR number (ten digits), or as nobody known yet ('')."""
    case.pupil = Pupil.by_cpr(cpr) if cpr else None
    case.initials = _initials(case.name)
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as error:
        raise Refusal("Eleven står allerede på ansøgningen.", field="cpr") from error


@transaction.atomic
def write(
    application: Application,
    *,
    fields: Collection[str],
    step: str,
    by: User,
    measures: Sequence[TriedMeasure | PlannedMeasure] = (),
    goals: Sequence[Goal] = (),
    removed: Sequence[TriedMeasure | PlannedMeasure | Goal] = (),
) -> None:
    """Store what was written in `fields` on one step of the form, and its `measures` and `goals` in their order."""
    require_editable(application, by=by)
    for row in removed:
        row.delete()
    for position, measure in enumerate(measures):
        measure.application, measure.position = application, position
        _put(measure)
    for position, goal in enumerate(goals):
        goal.position = position
        _put(goal)
    touch(application, by=by, step=step, fields=fields)


@transaction.atomic
def jot(
    application: Application,
    *,
    fields: Collection[str],
    rows: Sequence[TriedMeasure | PlannedMeasure | Goal],
    step: str,
    by: User,
) -> None:
    """Store what is being typed, field by field. Order and removal wait for a button."""
    require_editable(application, by=by)
    for row in rows:
        _put(row)
    touch(application, by=by, step=step, fields=fields)


@transaction.atomic
def submit(application: Application, *, by: User) -> None:
    """Hand the application to the committee. Raises Incomplete with all that is missing, Refusal for a paper in quarantine."""
    lock(application)
    application.refresh_from_db()  # what somebody else wrote while we waited counts
    written = _summarised(application)
    if written.missing:
        raise Incomplete(written.missing)
    if application.papers.filter(is_waiting=True).exists():
        raise Refusal(
            "Et bilag bliver stadig undersøgt for skadelig kode. Vent lidt, og indsend igen, eller fjern det."
        )
    now = timezone.now()
    Application.objects.filter(pk=application.pk).update(
        submitted_by=by, submitted_at=now, updated_at=now
    )
    move(application, "submit", by=by)
    application.refresh_from_db(fields=["submitted_by", "submitted_at", "updated_at"])
    content = json.dumps(written.blocks, ensure_ascii=False)
    Submission.objects.create(
        application=application,
        number=application.submissions.count() + 1,
        at=now,
        by=by,
        content=content,
    )
    outbox.post("application.submitted", application=str(application.pk))


@transaction.atomic
def withdraw(application: Application, *, reason: str, by: User) -> None:
    """Take the application back. `reason` is asked for when the committee has it.

    What the committee has decided meanwhile, unknown to the school, it undoes itself: it is told.
    """
    lock(application)
    was_with_committee = application.status == Status.SUBMITTED
    move(application, "withdraw", by=by)
    if was_with_committee:
        outbox.post("application.withdrawn", application=str(application.pk))
    application.withdrawn_reason = reason
    application.updated_at = timezone.now()
    application.save(update_fields=["withdrawn_reason", "updated_at"])


@transaction.atomic
def invite(application: Application, *, adviser: User, by: User) -> None:
    """Give an adviser the right to this one case, as what their title says; a second time changes nothing."""
    require(by, Permission.ADVISER_INVITE, at=application)
    if Role.ADVISER not in adviser.roles:
        raise Refusal("Kun rådgivere kan inviteres.", field="adviser")
    capacity = Capacity.by_titles(
        m.title for m in adviser.current_memberships if m.role == Role.ADVISER
    )
    defaults = {"invited_by": by, "capacity": capacity}
    _, new = Invitation.objects.get_or_create(
        application=application, user=adviser, defaults=defaults
    )
    if new:
        audit.record("invite", application, by=by, adviser=adviser.pk)
        outbox.post("application.invited", application=str(application.pk), adviser=adviser.pk)


def require_editable(application: Application, *, by: User) -> None:
    """Raises PermissionDenied, or NotPossible once the application is with the committee."""
    require(by, Permission.APPLICATION_WRITE, at=application)
    lock(application)
    if not application.is_editable:
        raise NotPossible("Ansøgningen er hos udvalget og kan ikke ændres nu.")


def lock(application: Application) -> None:
    """Hold the row until the transaction ends, and read where it stands now."""
    locked = (
        Application.objects.select_for_update(no_key=True)
        .only("status", "revision")
        .get(pk=application.pk)
    )
    application.status = locked.status
    application.revision = locked.revision


def summarise(application: Application) -> list[fields_rules.Item]:
    """Write what lists show of `application` on its row; returns its checklist."""
    return _summarised(application).items


def touch(application: Application, *, by: User, step: str, fields: Collection[str] = ()) -> None:
    """Store `fields`, note that somebody wrote on `step`, and bring the lists up to date: one write of the row."""
    application.updated_at = timezone.now()
    application.revision += 1
    _sum_up(application)
    application.save(update_fields=[*fields, "updated_at", "revision", *_SUMMARY])
    audit.record("write", application, by=by, step=step)


def _summarised(application: Application) -> reading_queries.Draft:
    written = _sum_up(application)
    application.save(update_fields=_SUMMARY)
    return written


def _sum_up(application: Application) -> reading_queries.Draft:
    read = reading_queries.draft(application)
    application.initials = [
        "Beskyttet" if pupil.is_protected else pupil.initials or "?" for pupil in read.pupils
    ]
    application.kinds = sorted({pupil.kind for pupil in read.pupils if pupil.kind})
    application.grades = sorted({pupil.grade for pupil in read.pupils if pupil.grade is not None})
    application.pupil_count = len(read.pupils)
    application.requested = read.requested
    application.filled, application.expected = (
        sum(item.filled for item in read.items),
        len(read.items),
    )
    return read


def _put(row: TriedMeasure | PlannedMeasure | Goal) -> None:
    """Save a row. Raises Refusal for a new one under a key that is somebody else's."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refusal("En række kunne ikke gemmes. Genindlæs siden, og prøv igen.") from error


def _next_number(year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO applications_casecounter AS counter (year, last) VALUES (%s, 1)"
            " ON CONFLICT (year) DO UPDATE SET last = counter.last + 1 RETURNING last",
            [year],
        )
        return f"SF-{year}-{cursor.fetchone()[0]:04d}"


def _initials(name: str) -> str:
    """`Anna Sofie Berg` is A.S.B."""
    return "".join(f"{part[0].upper()}." for part in name.replace("-", " ").split())[:12]


def note_effort(application: Application, *, ends_on: date | None) -> None:
    """The last day of the case's last running grant, None without one. In the transaction of the act that decided it."""
    application.effort_ends_on = ends_on
    Application.objects.filter(pk=application.pk).update(effort_ends_on=ends_on)
