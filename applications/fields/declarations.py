"""The application's fields, each declared once, by the step and the block of text they stand in.

Form, checklist, frozen copy, differences, case page, summary and the
committee's questions are made from the declarations. A new field is written in
the list of its block (`pupil_fields`, `shared_fields`, `row_fields`); a model's
field that is neither there nor in `UNDECLARED` fails the suite.
"""

from __future__ import annotations

from applications.fields.field import BlockKind
from applications.fields.pupil_fields import PUPIL_FIELDS
from applications.fields.row_fields import GOAL_FIELDS, PLANNED_FIELDS, TRIED_FIELDS
from applications.fields.shared_fields import (
    COOPERATION_FIELDS,
    ENVIRONMENT_FIELDS,
    LEADERSHIP_FIELDS,
)
from applications.models import (
    Application,
    Goal,
    PlannedMeasure,
    PupilCase,
    TriedMeasure,
)

# The steps of the school's form by their name in `urls`, in their order.
STEPS = {
    "pupils": "Elever",
    "environment": "Læringsmiljø",
    "plan": "Planlagte tiltag",
    "cooperation": "Samarbejde",
    "leadership": "Ledelse",
    "papers": "Bilag",
    "check": "Gennemse og indsend",
}

# What the committee can ask about: at the last step there is nothing to write.
STEPS_ASKED_ABOUT = {step: title for step, title in STEPS.items() if step != "check"}

PUPIL = BlockKind("pupil", "pupils", "Elev", PupilCase, PUPIL_FIELDS)
ENVIRONMENT = BlockKind(
    "environment", "environment", "Læringsmiljø", Application, ENVIRONMENT_FIELDS
)
# A case has any number of each of these three.
TRIED = BlockKind(
    "tried",
    "environment",
    "Afprøvet tiltag",
    TriedMeasure,
    TRIED_FIELDS,
    has_rows=True,
    summary="Det er prøvet",
    check="Mindst ét afprøvet tiltag med, hvad der kom ud af det",
)
PLANNED = BlockKind(
    "planned",
    "plan",
    "Planlagt tiltag",
    PlannedMeasure,
    PLANNED_FIELDS,
    has_rows=True,
    summary="Planlagte tiltag og forventet effekt",
    check="Mindst ét planlagt tiltag med forventet effekt",
)
GOAL = BlockKind(
    "goal",
    "plan",
    "Mål",
    Goal,
    GOAL_FIELDS,
    has_rows=True,
    summary="Mål",
    check="Mindst ét mål: fra hvad til hvad, hvornår og målt hvordan",
)
COOPERATION = BlockKind(
    "cooperation", "cooperation", "Samarbejde", Application, COOPERATION_FIELDS
)
LEADERSHIP = BlockKind(
    "leadership", "leadership", "Ledelse", Application, LEADERSHIP_FIELDS
)

# In the order of the text.
BLOCK_KINDS = (PUPIL, ENVIRONMENT, TRIED, PLANNED, GOAL, COOPERATION, LEADERSHIP)

# What the committee asks about as a whole, and what it never asks about. By their
# names, since the blocks that are looked through may be copies older than a
# declaration.
ROW_KINDS = {kind.kind for kind in BLOCK_KINDS if kind.has_rows}

NEVER_ASKED_ABOUT: set[str] = set()
for block_kind in BLOCK_KINDS:
    NEVER_ASKED_ABOUT.update(
        field.name for field in block_kind.fields if not field.may_be_asked_about
    )

# The fields of these models that no reader of an application meets, and why.
UNDECLARED = {
    Application: {
        "id": "the key",
        "number": "the case's, not the application's: it stands above every page",
        "school": "the case's",
        "status": "written by the lifecycle",
        "created_by": "who began the case: the trail's matter",
        "created_at": "the trail's matter",
        "updated_at": "the trail's matter",
        "applied_at": "the trail's matter",
        "revision": "counts the writings",
        "submitted_by": "written when it is submitted",
        "submitted_at": "written when it is submitted",
        "resubmitted_at": "written when it is submitted",
        "sent_back_at": "written when it is sent back",
        "handed_over_at": "written when it is handed to the leader",
        "days_at_school": "written when it is submitted again",
        "closed_at": "written when its decisions are released",
        "sent_back_note": "the committee's words",
        "sent_back_asks": "the committee's words",
        "sent_back_copy": "what was submitted, all of it, while the school writes on",
        "withdrawn_reason": "the school's words on leaving, not of the application",
        "initials": "a sum of the pupils, for lists",
        "kinds": "a sum of the pupils, for lists",
        "grades": "a sum of the pupils, for lists",
        "pupil_count": "a sum of the pupils, for lists",
        "requested": "a sum of the pupils, for lists",
        "filled": "a sum of the checklist, for lists",
        "expected": "a sum of the checklist, for lists",
        "answer": "written when its decisions are released",
        "granted": "written when its decisions are released",
        "granted_from": "written when its decisions are released",
        "effort_ends_on": "written when its decisions are released",
    },
    PupilCase: {
        "id": "the key",
        "application": "what it belongs to",
        "position": "its place among the pupils",
        "pupil": "who it is: declared as `cpr`, under which one writes it",
        "initials": "made from the name",
        "worry": "the challenge's, which has a form of its own",
        "worried_since": "the challenge's, which has a form of its own",
    },
    TriedMeasure: {
        "id": "the key",
        "application": "what it belongs to",
        "position": "its place among the rows",
    },
    PlannedMeasure: {
        "id": "the key",
        "application": "what it belongs to",
        "position": "its place among the rows",
    },
    Goal: {
        "id": "the key",
        "pupil_case": "whose it is",
        "position": "its place among the rows",
    },
}
