"""The demo: it loads, it is the same every time, and its books add up."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from applications.models import Application
from budget.books import proof
from skolefleks.models import User
from visitation.caseload import scene, tariffs
from visitation.models import Effort, Grant


@pytest.mark.django_db
def test_the_demo_has_its_cases_and_people_and_its_books_are_proved(settings, tmp_path):
    settings.DEMO = True
    settings.PAPERS_DIR = tmp_path
    call_command("load_figures", verbosity=0)
    call_command("load_demo", verbosity=0)

    cases = scene.read_data("cases")
    challenges = scene.read_data("dialogue")["challenges"]
    # A pupil who moved has a case at each school.
    moved = Effort.objects.exclude(moved_from=None).count()
    assert Application.objects.count() == len(cases) + len(challenges) + moved
    assert User.objects.count() == len(scene.read_data("people"))
    assert Grant.objects.exists()

    # The trail is sealed at commit, which a test never reaches.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert [check.difference for check in proof.prove() if not check.holds] == []


@pytest.mark.django_db
def test_the_demo_is_refused_in_production(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demo")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("tariff", "direction"), [(150_000, "below"), (215_000, "above"), (900_000, "far_above")]
)
def test_a_tariff_that_is_not_the_unit_tariff_is_explained(tariff, direction):
    sentences = tariffs.COMMITTEE["deviations"][direction]
    assert tariffs.deviation_of(tariff, 3) == sentences[3 % len(sentences)]


def test_the_unit_tariff_needs_no_explanation(settings):
    assert tariffs.deviation_of(settings.UNIT_TARIFF, 3) == ""
