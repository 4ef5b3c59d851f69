"""A case of a pupil's own at another school: what the old school's case says of that pupil."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model
from django.utils import timezone

from applications.lifecycle import Status
from applications.models import (
    Application,
    Goal,
    Invitation,
    PlannedMeasure,
    PupilCase,
    Submission,
    TriedMeasure,
)
from applications.models.copies import LIFE
from applications.writing import actions as writing
from skolefleks import audit
from skolefleks.danish import today
from skolefleks.encryption import EncryptedTextField
from skolefleks.pdf_text import name_remover

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from skolefleks.models import School, User

    Hide = Callable[[str], str]

Row = TypeVar("Row", bound=Model)

# The old school's own people, and what is only said of several
# pupils.
LEFT_BEHIND = {"daily_leader_name", "representative_name", "joint_reason"}


def copy_case(pupil_case: PupilCase, *, school: School, by: User) -> PupilCase:
    """Open a case for the pupil at `school`, dealt with already, with what the old one says.

    Of other pupils of the old case nothing comes along: where a
    shared text names one, it says the initials. Papers stay at
    the old case. Called in the transaction of the act that
    decided it, whose right it is.
    """
    source = pupil_case.application
    hide = _other_names(pupil_case)
    application = _copy_application(source, school, hide)
    copied = _copy(pupil_case, {"application": application, "position": 0}, hide)

    for goal in Goal.objects.filter(pupil_case=pupil_case):
        _copy(goal, {"pupil_case": copied}, hide)
    rows: Iterable[Model]
    for model in (TriedMeasure, PlannedMeasure, Invitation):
        rows = model._default_manager.filter(application=source)
        _copy_all(rows, application, hide)
    # Whoever may not judge the old case may not judge this one.
    _copy_all(source.recusals.filter(lifted_at=None), application, hide)
    _copy_all(source.statements.exclude(signed_at=None), application, hide)

    _keep_what_was_submitted(application)
    audit.record("move_case", application, by=by, source=source.number)
    return copied


def _copy_application(source: Application, school: School, hide: Hide) -> Application:
    """A closed application with its texts; its status and its times are its own."""
    now = timezone.now()
    application = Application(
        number=writing.next_number(today().year),
        school=school,
        status=Status.CLOSED,
        created_by=source.created_by,
        created_at=now,
        updated_at=now,
        closed_at=now,
        submitted_by=source.submitted_by,
        submitted_at=source.submitted_at,
    )
    for field in source._meta.concrete_fields:
        if field.name not in LIFE | LEFT_BEHIND:
            value = _value(source, field, hide)
            setattr(application, field.attname, value)
    application.save(force_insert=True)
    return application


def _keep_what_was_submitted(application: Application) -> None:
    """The copy that the committee reads, as of any case that was submitted."""
    whole = writing.summarise(application)
    submitted_by, submitted_at = application.submitted_by, application.submitted_at
    if submitted_by and submitted_at:
        Submission.objects.create(
            application=application,
            number=1,
            at=submitted_at,
            by=submitted_by,
            content=json.dumps(whole.blocks, ensure_ascii=False),
        )


def _other_names(pupil_case: PupilCase) -> Hide:
    others = pupil_case.application.pupil_cases.exclude(pk=pupil_case.pk)
    return name_remover([(other.name, other.initials) for other in others])


def _copy_all(rows: Iterable[Model], application: Application, hide: Hide) -> None:
    for row in rows:
        _copy(row, {"application": application}, hide)


def _copy(row: Row, changed: dict[str, Any], hide: Hide) -> Row:
    """The row under a key of its own: its texts are sealed anew."""
    copied = type(row)()
    for field in row._meta.concrete_fields:
        if field.name in changed:
            setattr(copied, field.name, changed[field.name])
        elif not field.primary_key:
            setattr(copied, field.attname, _value(row, field, hide))
    copied.save(force_insert=True)
    return copied


def _value(row: Model, field: Any, hide: Hide) -> Any:
    value = getattr(row, field.attname)
    if value and isinstance(field, EncryptedTextField):
        return hide(value)
    return value
