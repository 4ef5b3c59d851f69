"""A new application that begins with what was written in one that led to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models, transaction

from applications.fields.declarations import BLOCK_KINDS
from applications.models import Application, Goal, PupilCase
from applications.reading import rules as reading_rules
from applications.writing import actions
from skolefleks import audit
from skolefleks.refusals import NotPossible

if TYPE_CHECKING:
    from skolefleks.models import User

Row = TypeVar("Row", bound=models.Model)

# That the parents were told was of the old application: it is asked anew.
OF_THE_OLD_ONE = {
    "parents_informed",
    "parents_informed_on",
    "parents_informed_by",
    "parents_informed_how",
    "parents_exception",
}

# Which row it is, and whose.
OWN = {"id", "application", "pupil_case"}


@transaction.atomic
def copy(old: Application, *, by: User) -> Application:
    """Open a draft with the texts, pupils, measures and goals of `old`; its papers stay there.

    Raises PermissionDenied, and NotPossible for a case that is not over without
    a grant.
    """
    if not reading_rules.may_be_copied(old):
        raise NotPossible(
            "Kun en sag, der er afslået eller trukket tilbage, kopieres."
        )

    new = actions.start(school=old.school, by=by)
    for kind in BLOCK_KINDS:
        if kind.model is Application:
            for field in kind.fields:
                setattr(new, field.name, getattr(old, field.name))
    new.save()

    pupils: dict[Any, PupilCase] = {}
    for pupil_case in old.pupil_cases.all():
        pupils[pupil_case.pk] = _copy(pupil_case, application=new)
    measures: list[Any] = [*old.tried_measures.all(), *old.planned_measures.all()]
    for measure in measures:
        # Before the copy, which keeps what the row says.
        measure.pupil = pupils.get(measure.pupil_id)
        _copy(measure, application=new)
    for goal in Goal.objects.filter(pupil_case__application=old):
        _copy(goal, pupil_case=pupils[goal.pupil_case_id])

    actions.summarise(new)
    audit.record("copy_application", new, by=by, of=old.number)
    return new


def _copy(row: Row, **owner: models.Model) -> Row:
    """A new row that says the same, of another application."""
    new = type(row)(**owner)
    for column in row._meta.concrete_fields:
        if column.name not in OWN | OF_THE_OLD_ONE:
            setattr(new, column.name, getattr(row, column.name))
    new.save()
    return new
