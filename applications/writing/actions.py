"""What is done to an application while the school has it. Nothing here moves money or decides."""

from __future__ import annotations

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
    Statement,
)
from applications.reading import queries as reading
from applications.writing import rules
from skolefleks import audit, outbox
from skolefleks.danish import today
from skolefleks.models import Role, School, User
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import Refusal
from skolefleks.setup import trade

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from applications.models import PlannedMeasure, TriedMeasure

    Row = TriedMeasure | PlannedMeasure | Goal

# The fields of the row that lists show, so that a list reads no other table.
SUMMARY_FIELDS = (
    "initials",
    "kinds",
    "grades",
    "pupil_count",
    "requested",
    "filled",
    "expected",
)

ANSWER_FIELDS = ("answer", "granted", "granted_from", "effort_ends_on")


@transaction.atomic
def start(*, school: School, by: User) -> Application:
    """Open a draft with a case number.

    Raises PermissionDenied for a school that is not one's own, and SchoolClosed.
    """
    return open_case(school=school, status=Status.DRAFT, by=by)


def open_case(*, school: School, status: Status, by: User) -> Application:
    """Open a case, as a challenge or as a draft: the one place where a case comes into being."""
    now = timezone.now()
    application = Application(
        school=school, status=status, created_by=by, created_at=now, updated_at=now
    )
    require(by, Permission.APPLICATION_WRITE, at=application)
    rules.require_open(school, today())
    if status == Status.DRAFT:
        application.applied_at = now

    # After the checks: taking a number locks the counter until the transaction ends.
    application.number = next_number(today().year)
    application.save()
    audit.record("start", application, by=by)
    return application


@transaction.atomic
def add_pupil(application: Application, *, by: User) -> PupilCase:
    """Add one more pupil, still empty, at the end."""
    require_editable(application, by=by)

    position = 0
    last = application.pupil_cases.last()
    if last:
        position = last.position + 1

    pupil_case = PupilCase.objects.create(application=application, position=position)
    audit.record("add_pupil", application, by=by, pupil_case=str(pupil_case.pk))
    summarise(application)
    return pupil_case


@transaction.atomic
def remove_pupil(pupil_case: PupilCase, *, by: User) -> None:
    """Remove a pupil from an application; what was written of them is lost.

    Raises Refusal where the committee has decided something about the pupil.
    """
    application = pupil_case.application
    require_editable(application, by=by)

    # Before the row is deleted: afterwards it has no key.
    audit.record("remove_pupil", application, by=by, pupil_case=str(pupil_case.pk))
    # A statement that its adviser has not signed would keep the pupil from being deleted: it stays,
    # and names no pupil any more.
    drafts = Statement.objects.filter(signed_at__isnull=True)
    drafts.filter(pupil=pupil_case).update(pupil=None)
    try:
        pupil_case.delete()
    except ProtectedError as error:
        raise Refusal(
            "Udvalget har allerede behandlet eleven, eller en rådgiver har underskrevet"
            " en udtalelse om eleven, som derfor ikke kan fjernes fra ansøgningen."
        ) from error
    summarise(application)


@transaction.atomic
def write_pupil(pupil_case: PupilCase, *, cpr: str, by: User) -> None:
    """Store what was written of a pupil; `cpr` is ten digits or ''.

    Raises Refusal at the CPR number where the pupil is on the application already.
    """
    require_editable(pupil_case.application, by=by)
    store_pupil(pupil_case, cpr=cpr)
    touch(pupil_case.application, by=by, step="pupil")


def store_pupil(pupil_case: PupilCase, *, cpr: str) -> None:
    """Save the pupil's case, linked to the pupil with this CPR number (ten digits).

    With '' it is linked to none, until the number is written. Raises Refusal at the CPR number
    where the pupil is on the application already.
    """
    pupil_case.pupil = None
    if cpr:
        pupil_case.pupil = Pupil.by_cpr(cpr)
    pupil_case.initials = rules.initials_of(pupil_case.name)

    try:
        # A savepoint: what else was typed is stored after the refusal, in the same transaction.
        with transaction.atomic():
            pupil_case.save()
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
    removed: Sequence[Row] = (),
) -> None:
    """Store what was written in `fields` of one step, and its rows in the order they are given.

    Raises Refusal for a new row whose key another row has.
    """
    require_editable(application, by=by)

    for row in removed:
        row.delete()

    for position, measure in enumerate(measures):
        measure.application = application
        measure.position = position
        _save_row(measure)

    for position, goal in enumerate(goals):
        goal.position = position
        _save_row(goal)

    touch(application, by=by, step=step, fields=fields)


@transaction.atomic
def write_typed(
    application: Application,
    *,
    fields: Collection[str],
    rows: Sequence[Row],
    step: str,
    by: User,
    pupils: list[PupilCase] | None = None,
) -> None:
    """Store what is being typed: the fields and rows in which something is new.

    Rows are put in order and removed by `write`, once a button is pressed. `pupils` are the
    application's where they were read already, since its row is held. Raises Refusal for a new row
    whose key another row has.
    """
    require_editable(application, by=by)
    for row in rows:
        _save_row(row)
    touch(application, by=by, step=step, fields=fields, pupils=pupils)


@transaction.atomic
def invite(application: Application, *, adviser: User, by: User) -> None:
    """Give an adviser the right to read this one case; a second time changes nothing.

    The adviser's titles say in which capacity (PPR, caseworker or other). Raises Refusal for
    somebody who is no adviser.
    """
    require(by, Permission.ADVISER_INVITE, at=application)
    if Role.ADVISER not in adviser.roles:
        raise Refusal("Kun rådgivere kan inviteres.", field="adviser")

    titles = [
        membership.title
        for membership in adviser.current_memberships
        if membership.role == Role.ADVISER
    ]
    _, is_new = Invitation.objects.get_or_create(
        application=application,
        user=adviser,
        defaults={"invited_by": by, "capacity": Capacity.by_titles(titles)},
    )
    if is_new:
        audit.record("invite", application, by=by, adviser=adviser.pk)
        outbox.post(
            "application.invited", application=str(application.pk), adviser=adviser.pk
        )


def require_editable(application: Application, *, by: User) -> None:
    """Check that `by` may write in the application now, and lock it until the transaction ends.

    Raises PermissionDenied, or NotPossible once the application is with the committee.
    """
    require(by, Permission.APPLICATION_WRITE, at=application)
    # Checked under the lock: somebody else may submit the application at this moment.
    lock(application)
    rules.require_at_school(application)


def lock(application: Application, *, whole: bool = False) -> None:
    """Hold the row until the transaction ends, and read its status and revision as they are now.

    All that stands in it where the `whole` row is asked for.
    """
    rows = Application.objects.select_for_update(no_key=True)
    if whole:
        application.refresh_from_db(from_queryset=rows)
        return
    row = rows.only("status", "revision").get(pk=application.pk)
    application.status = row.status
    application.revision = row.revision


def summarise(
    application: Application, draft: reading.WholeApplication | None = None
) -> reading.WholeApplication:
    """Write what lists show of the application on its row; returns what was read for it.

    `draft` is what the caller has read already, after locking the row; else it is read here.
    """
    draft = draft or reading.WholeApplication(application)
    _sum_up(draft)
    application.save(update_fields=SUMMARY_FIELDS)
    return draft


def touch(
    application: Application,
    *,
    by: User,
    step: str,
    fields: Collection[str] = (),
    pupils: list[PupilCase] | None = None,
) -> None:
    """Store `fields`, note that somebody wrote on `step`, and bring the lists up to date.

    All of it is one write of the row.
    """
    application.updated_at = timezone.now()
    application.revision += 1
    _sum_up(reading.WholeApplication(application, pupils))
    application.save(
        update_fields=[*fields, "updated_at", "revision", *SUMMARY_FIELDS]
    )
    audit.record("write", application, by=by, step=step)


def note_answer(
    application: Application,
    *,
    answer: str,
    granted: int,
    starts_on: date | None,
    ends_on: date | None,
) -> None:
    """Note what came of the case for the lists: the answer, whole DKK a year, the period.

    Called in the transaction of the act that made it known.
    """
    application.answer = answer
    application.granted = granted
    application.granted_from = starts_on
    application.effort_ends_on = ends_on
    application.save(update_fields=ANSWER_FIELDS)


def _sum_up(draft: reading.WholeApplication) -> None:
    """Set the fields of the application that lists show (SUMMARY_FIELDS), without saving them."""
    application = draft.application
    # Sent back, it keeps what was submitted: that is what the committee's lists show meanwhile.
    if application.status == Status.SENT_BACK:
        return
    pupils = draft.pupil_cases

    application.initials = [rules.initials_on_lists(pupil) for pupil in pupils]
    application.kinds = sorted({pupil.kind for pupil in pupils if pupil.kind})
    application.grades = sorted(
        {pupil.grade for pupil in pupils if pupil.grade is not None}
    )
    application.pupil_count = len(pupils)
    application.requested = draft.requested
    application.filled = sum(item.is_filled for item in draft.items)
    application.expected = len(draft.items)


def _save_row(row: Row) -> None:
    """Save a row; raises Refusal for a new one whose key another row has."""
    try:
        # A savepoint: the transaction can go on after the refusal.
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refusal(
            "En række kunne ikke gemmes. Genindlæs siden, og prøv igen."
        ) from error


def next_number(year: int) -> str:
    """The year's next case number, `AB-2027-0042`; two who ask at once get different numbers."""
    with connection.cursor() as cursor:
        # One statement counts and locks, and makes the row of a new year where it is missing.
        cursor.execute(
            "INSERT INTO applications_casecounter AS counter (year, last) VALUES (%s, 1)"
            " ON CONFLICT (year) DO UPDATE SET last = counter.last + 1 RETURNING last",
            [year],
        )
        number = cursor.fetchone()[0]
    return f"{trade.now().number_prefix}-{year}-{number:04d}"


@transaction.atomic
def take_over_cases(school: School, *, into: School, by: User) -> int:
    """Move the cases of a school that is merged `into` another; returns how many.

    The texts of the cases stay as they were written.
    """
    require(by, Permission.PLACES_LOOK_AFTER, at=EVERYWHERE)
    cases = list(Application.objects.filter(school=school).order_by("pk"))
    case_ids = [application.pk for application in cases]
    Application.objects.filter(pk__in=case_ids).update(school=into)
    audit.record_each("take_over_case", cases, by=by)
    return len(cases)
