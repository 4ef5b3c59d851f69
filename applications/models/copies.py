"""An application as it was submitted, kept while the school writes on in its rows.

The school writes in the rows themselves. From the day a case is sent back, the
committee is shown this copy of them instead: `ApplicationQuerySet.marked_for`
puts it on the application.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core import serializers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

# What happens to a case, in contrast to what is written in it. It stands as it is
# now. All other columns are what was submitted, so that a new field of the form
# is kept back without being named.
LIFE = {
    "id",
    "number",
    "school",
    "status",
    "created_by",
    "created_at",
    "updated_at",
    "applied_at",
    "revision",
    "submitted_by",
    "submitted_at",
    "resubmitted_at",
    "sent_back_at",
    "handed_over_at",
    "days_at_school",
    "closed_at",
    "sent_back_note",
    "sent_back_asks",
    "sent_back_copy",
    "withdrawn_reason",
    "answer",
    "granted",
    "granted_from",
    "effort_ends_on",
}


@dataclass
class Copy:
    """The rows of an application as they were submitted; none of them is ever saved.

    The models know this file, so that it does not know theirs.
    """

    application: Any
    pupil_cases: list[Any] = field(default_factory=list)
    tried_measures: list[Any] = field(default_factory=list)
    planned_measures: list[Any] = field(default_factory=list)
    goals: list[Any] = field(default_factory=list)


def write_copy(application: Model) -> str:
    """The application's rows as JSON, read anew from the database."""
    model = type(application)
    rows: list[Model] = [model._default_manager.get(pk=application.pk)]
    rows += rows_of("PupilCase", application=application)
    rows += rows_of("TriedMeasure", application=application)
    rows += rows_of("PlannedMeasure", application=application)
    rows += rows_of("Goal", pupil_case__application=application)
    return str(serializers.serialize("json", rows))


def rows_of(name: str, **chosen: Model) -> list[Model]:
    """The rows of one of this application's models, which all know the application's."""
    return list(apps.get_model("applications", name)._default_manager.filter(**chosen))


def read_copy(text: str) -> Copy:
    """The rows that `write_copy` wrote. Takes a query for the pupils' CPR numbers."""
    rows: dict[str, list[Model]] = {}
    # A column that was removed since is no reason to show the committee nothing.
    for row in serializers.deserialize("json", text, ignorenonexistent=True):
        rows.setdefault(type(row.object).__name__, []).append(row.object)

    [application] = rows["Application"]
    copy = Copy(
        application,
        pupil_cases=rows.get("PupilCase", []),
        tried_measures=rows.get("TriedMeasure", []),
        planned_measures=rows.get("PlannedMeasure", []),
        goals=rows.get("Goal", []),
    )
    _add_pupils(copy.pupil_cases)
    return copy


def show_copies(rows: Iterable[Any]) -> None:
    """Put the copy on each of `marked_for` whose committee's side is seen."""
    for row in rows:
        # What `values` gives are no applications, and of an encrypted text it
        # gives nothing.
        if getattr(row, "is_marked_reviewable", False):
            show_copy(row)


def show_copy(application: Any) -> Copy | None:
    """Put what was submitted on an application that the school has again; None where it has not.

    Its pupils and measures are then those of the copy. Asked for in another way
    than through `applications.reading.queries.WholeApplication`, there are
    none.
    """
    if application.sent_back_copy is None:
        return None
    copy = read_copy(application.sent_back_copy)

    for column in application._meta.concrete_fields:
        if column.name not in LIFE:
            setattr(
                application, column.attname, getattr(copy.application, column.attname)
            )
    for pupil_case in copy.pupil_cases:
        pupil_case.application = application

    application.copy = copy
    _shut(application, "pupil_cases", copy.pupil_cases)
    _shut(application, "tried_measures", copy.tried_measures)
    _shut(application, "planned_measures", copy.planned_measures)
    return copy


def _shut(application: Any, relation: str, rows: Iterable[Model]) -> None:
    """Let `application.relation.all()` be `rows`, and every narrower question find nothing.

    A page that asks past the copy shows too little, and never what is not submitted.
    """
    answers = getattr(application, relation).none()
    answers._result_cache = list(rows)
    answers._prefetch_done = True
    # Django keeps what `prefetch_related` read in this place, and asks it first.
    prefetched = application.__dict__.setdefault("_prefetched_objects_cache", {})
    prefetched[relation] = answers


def _add_pupils(pupil_cases: list[Any]) -> None:
    pupil_ids = [
        pupil_case.pupil_id for pupil_case in pupil_cases if pupil_case.pupil_id
    ]
    pupils = apps.get_model("applications", "Pupil")._default_manager.in_bulk(
        pupil_ids
    )
    for pupil_case in pupil_cases:
        pupil_case.pupil = pupils.get(pupil_case.pupil_id)
