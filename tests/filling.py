"""Applications as a school fills them in: all that a complete one holds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.utils import timezone

from applications.models import (
    Application,
    Capacity,
    Goal,
    Invitation,
    PlannedMeasure,
    PupilCase,
    Statement,
    TriedMeasure,
)
from applications.writing import actions as writing
from skolefleks.danish import today
from skolefleks.development.fictive import fictive_cpr
from skolefleks.models import Membership, Role, User

YEAR = today().year

NEXT = YEAR + 1

TEXTS = (
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
    "daily_leader_name",
    "representative_name",
)


@contextmanager
def summed_up_later() -> Iterator[None]:
    """What lists show is not written with each act inside: most tests begin by filling in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "_sum_up", lambda draft: None)
        yield


def fill(application: Application, *names: str, by: User, tariff: int = 200_000) -> Application:
    """Write all that a complete application holds, for the pupils `names`."""
    for field in TEXTS:
        setattr(application, field, f"Opdigtet tekst om {field}.")
    application.legal_basis = Application.LegalBasis.SECTION_9_4
    with summed_up_later():
        writing.write(application, fields=[*TEXTS, "legal_basis"], step="environment", by=by)

    TriedMeasure.objects.create(
        application=application, what="Co-teaching", outcome="Færre konflikter"
    )
    PlannedMeasure.objects.create(
        application=application,
        kind="resource_person",
        what="Voksen",
        expected_effect="Fravær ned",
        how_known="Tal",
    )
    with summed_up_later():
        for name in names:
            write_pupil(writing.add_pupil(application, by=by), name, by=by, tariff=tariff)

    state(application, by=by)
    writing.summarise(application)
    application.refresh_from_db()
    return application


def state(
    application: Application, *, by: User, text: str = "PPR kender eleverne og støtter indsatsen."
) -> Statement:
    """PPR's signed statement as it is stored; nobody is told and nothing is recorded."""
    psychologist, is_new = User.objects.get_or_create(
        email="ppr@demo.example", defaults={"name": "Nadia Psykolog"}
    )
    if is_new:
        Membership.objects.create(
            user=psychologist, role=Role.ADVISER, centre="C-BUR", title="PPR-psykolog"
        )

    as_ppr = {"application": application, "capacity": Capacity.PPR}
    Invitation.objects.create(user=psychologist, invited_by=by, **as_ppr)
    now = timezone.now()
    return Statement.objects.create(
        written_by=psychologist, text=text, written_at=now, signed_at=now, **as_ppr
    )


def write_pupil(
    pupil_case: PupilCase, name: str, *, by: User, tariff: int = 200_000, cpr: str = ""
) -> PupilCase:
    """All that is asked about one pupil."""
    pupil_case.name = name
    pupil_case.grade = 4
    pupil_case.kind = PupilCase.Kind.RETENTION
    pupil_case.description = "Elevens billede."
    pupil_case.pupil_voice = "»Jeg vil gerne blive.«"
    pupil_case.support_hours = 3

    pupil_case.parents_informed = PupilCase.Informed.YES
    pupil_case.parents_informed_on = date(YEAR, 9, 1)
    pupil_case.parents_informed_by = "Klasselæreren"
    pupil_case.parents_informed_how = "På et møde"

    pupil_case.requested_tariff = tariff
    pupil_case.tariff_reason = ""
    if tariff != 200_000:
        pupil_case.tariff_reason = "Behovet er større."
    pupil_case.starts_on = date(NEXT, 1, 1)
    pupil_case.ends_on = date(NEXT, 7, 31)
    pupil_case.caseworker_name = "Sagsbehandler Opdigtet"

    goal = {
        "kind": "attendance",
        "what": "Mere i skole",
        "how_measured": "Fravær",
        "baseline": 70,
        "target": 90,
        "due_on": pupil_case.ends_on,
    }
    Goal.objects.get_or_create(pupil_case=pupil_case, defaults=goal)

    if not cpr:
        cpr = fictive_cpr(random.Random(pupil_case.pk.int), born=2016)
    writing.write_pupil(pupil_case, cpr=cpr, by=by)
    return pupil_case
