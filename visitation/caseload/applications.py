"""The demo's applications, written on the case by its school before it is submitted."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from applications.models import (
    Application,
    Goal,
    PlannedMeasure,
    PupilCase,
    TriedMeasure,
)
from applications.writing import actions as writing
from skolefleks.danish import age_on, born_on, today
from skolefleks.development.fictive import fictive_cpr

if TYPE_CHECKING:
    from datetime import date

    from skolefleks.models import School, User
    from visitation.caseload.scene import Scene


APPLICATION_FIELDS = [
    "learning_environment",
    "joint_reason",
    "support_hours_use",
    "support_hours_yield",
    "ppr_contact",
    "ppr_setup",
    "ppr_daily",
    "coordinator",
    "family_cooperation",
    "leisure_cooperation",
    "kui_cooperation",
    "workplace_training",
    "mentor",
    "exam_path",
    "daily_leader_name",
    "representative_name",
    "legal_basis",
]

PUPIL_FIELDS = [
    "name",
    "kind",
    "description",
    "pupil_voice",
    "caseworker_name",
    "caseworker_cooperation",
    "parents_informed_by",
    "parents_informed_how",
    "tariff_reason",
]

# What a case aims at. Opdigtede, as all of the demo.
GOALS: dict[str, dict[str, Any]] = {
    "attendance": {
        "kind": "attendance",
        "what": "Eleven er i skole hver dag.",
        "baseline": 62,
        "target": 90,
        "how_measured": "Fraværsregistreringen, opgjort af klasselæreren hver fredag.",
    },
    "calm": {
        "kind": "own",
        "what": "Eleven kommer gennem dagen uden konflikter.",
        "unit": "konflikter om ugen",
        "baseline": 6,
        "target": 1,
        "how_measured": "Skema, som de voksne i klassen fører hver dag.",
    },
    "belonging": {
        "kind": "scale",
        "what": "Eleven føler sig som en del af klassen.",
        "baseline": 3,
        "target": 7,
        "low_anchor": "er alene i alle pauser",
        "high_anchor": "er med i fællesskabet hele dagen",
        "how_measured": (
            "Samtale med eleven og klasselærerens vurdering den første mandag i måneden."
        ),
    },
}

# The goals of every pupil: one that the pupil can speak to, and one that is counted.
GOALS_OF_ALL = ("belonging", "attendance")

# The goal that goes with the kind of the first planned measure, beside them.
GOAL_OF_MEASURE = {"resource_person": "calm"}


def write_application(
    scene: Scene, data: dict[str, Any], *, school: School, by: User
) -> Application:
    """A draft with all that cases.json says of it; `data` is its part of that file."""
    application = writing.start(school=school, by=by)
    for field in APPLICATION_FIELDS:
        setattr(application, field, data[field])
    writing.write(application, fields=APPLICATION_FIELDS, step="environment", by=by)

    _write_measures(scene, application, data)
    for pupil in data["pupils"]:
        _write_pupil(scene, application, pupil, by=by)

    # A school that has not come to its plan has no goals yet either.
    if data["planned"]:
        _set_goals(application, data["planned"][0]["kind"])
    return application


def _write_measures(
    scene: Scene, application: Application, data: dict[str, Any]
) -> None:
    for position, measure in enumerate(data["tried"]):
        TriedMeasure.objects.create(
            application=application,
            position=position,
            what=measure["what"],
            outcome=measure["outcome"],
            started_on=scene.day_or_none(measure["started_on"]),
            ended_on=scene.day_or_none(measure["ended_on"]),
            hours_per_week=measure["hours_per_week"],
        )
    for position, measure in enumerate(data["planned"]):
        PlannedMeasure.objects.create(
            application=application, position=position, **measure
        )


def _write_pupil(
    scene: Scene, application: Application, pupil: dict[str, Any], *, by: User
) -> None:
    pupil_case = writing.add_pupil(application, by=by)
    for field in PUPIL_FIELDS:
        setattr(pupil_case, field, pupil[field])
    pupil_case.grade = pupil["grade"]
    pupil_case.is_protected = pupil["protected"]
    pupil_case.support_hours = pupil["support_hours_per_week"]
    pupil_case.requested_tariff = pupil["requested_tariff"]
    pupil_case.starts_on = scene.day_or_none(pupil["starts_on"])
    pupil_case.ends_on = scene.day_or_none(pupil["ends_on"])

    if pupil["parents_informed_days_ago"] is not None:
        pupil_case.parents_informed = PupilCase.Informed.YES
        # Before the application, whenever that is: the clock stands on the day it
        # is written.
        pupil_case.parents_informed_on = today() - timedelta(days=3)

    cpr = ""
    if pupil["name"]:
        cpr = _cpr_of(scene, pupil)
    writing.write_pupil(pupil_case, cpr=cpr, by=by)


def _set_goals(application: Application, measure: str) -> None:
    """Two or three goals for each pupil, to be reached when the period ends."""
    names = list(GOALS_OF_ALL)
    if measure in GOAL_OF_MEASURE:
        names.append(GOAL_OF_MEASURE[measure])

    for pupil_case in application.pupil_cases.all():
        for position, name in enumerate(names):
            Goal.objects.create(
                pupil_case=pupil_case,
                position=position,
                due_on=pupil_case.ends_on,
                **GOALS[name],
            )
    # Goals count in the checklist, and were stored without the act that counts.
    writing.summarise(application)


def _cpr_of(scene: Scene, pupil: dict[str, Any]) -> str:
    """One number a person, of the age and gender that cases.json gives."""
    # A person may stand in two cases, as an extension does, and keeps the number.
    person = pupil["person"]
    if person not in scene.cpr_numbers:
        scene.cpr_numbers[person] = _draw_cpr(person, pupil, on=scene.today)
    return scene.cpr_numbers[person]


def _draw_cpr(person: str, pupil: dict[str, Any], *, on: date) -> str:
    age = pupil["age"]
    dice = random.Random(person)  # noqa: S311 - the demo is the same every time

    # Who is so old was born in one of two years; the day decides whether the
    # number fits.
    for _ in range(500):
        born = on.year - age - dice.randrange(2)
        cpr = fictive_cpr(dice, born=born, female=pupil["gender"] == "f")
        if age_on(born_on(cpr), on) == age:
            break
    return cpr
