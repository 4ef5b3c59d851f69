"""The municipality's own scales: kept by the administrator, measured on by the school."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from skolefleks.danish import today
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import text_of
from tests.visitation.efforts.conftest import effort, running  # noqa: F401
from visitation.efforts.queries import standing_of
from visitation.measurements import actions as measurements
from visitation.measurements import charts
from visitation.measurements import queries as measurement_queries
from visitation.models import Measurement, Scale
from visitation.scales import actions, queries

PAGE = "/indsatser/skalaer/"
FORM = {"name": "ORS, sumscore", "licence": "Kommunen, til 2029", "lowest": "0", "highest": "40"}
FORM |= {"direction": "up", "youngest": "8"}


@pytest.fixture
def scale(admin):
    figures = {"lowest": Decimal(0), "highest": Decimal(40), "direction": "up", "oldest": 12}
    return actions.add_scale(name="ORS, sumscore", licence="Kommunen", by=admin, **figures)


@pytest.fixture
def goal(scale, running, leader):  # noqa: F811
    said = {"what": "Trives bedre", "baseline": Decimal(18), "target": Decimal(30), "due_on": None}
    return actions.measure_by(running, scale=scale, **said, by=leader)


def test_the_database_takes_no_second_scale_of_a_name(scale):
    """Of two who look at once neither sees the other's; by the key alone both would stand."""
    with pytest.raises(IntegrityError, match="each_scale_has_its_own_name"), transaction.atomic():
        Scale.objects.create(key="ors-anden", name="ors, SUMSCORE", lowest=0, direction="up")
    assert Scale.objects.filter(name__iexact=scale.name).count() == 1


def take(goal, value, by):
    return measurements.take(
        goal.effort,
        Measurement.Voice.PUPIL,
        measured_on=today(),
        answers=[measurements.Answer(goal, Decimal(value))],
        filled_in_by=Measurement.FilledInBy.TOGETHER,
        how=Measurement.How.FORM,
        by=by,
    )


def test_the_administrator_adds_one_and_takes_it_out_of_use(admin, client_for, post):
    client = client_for(admin)
    assert post(client, PAGE, FORM).status_code == 302
    assert "8 år" in text_of(client.get(PAGE))
    scale = Scale.objects.get(name="ORS, sumscore")
    post(client, f"{PAGE}{scale.pk}/udgaa/")
    assert "Ude af brug" in text_of(client.get(PAGE))


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"name": "skala fra 1 til 10"}, "allerede en skala"),
        ({"highest": "0"}, "over det laveste"),
        ({"oldest": "7"}, "før den begynder"),
        ({"licence": ""}, "hvem der har licensen"),
    ],
)
def test_what_is_no_scale_is_said_at_its_field(changed, error, admin, client_for, post):
    answer = post(client_for(admin), PAGE, FORM | changed)
    assert answer.status_code == 422
    assert error in text_of(answer)


def test_a_built_in_scale_stays_and_no_school_adds_one(admin, leader):
    with pytest.raises(NotPossible):
        actions.retire_scale(Scale.objects.get(goal_kind="scale"), by=admin)
    with pytest.raises(PermissionDenied):
        actions.retire_scale(Scale.objects.get(goal_kind="scale"), by=leader)


def test_a_sum_score_is_measured_on_its_own_scale_and_drawn_on_it(goal, scale, leader):
    with pytest.raises(Refusal, match="0 til 40"):
        take(goal, 41, leader)
    [row] = take(goal, 22, leader)
    assert row.scale == scale
    [curve] = [one for one in _curves(goal.effort) if one.goal.pk == goal.pk]
    assert charts.domain_of(curve) == [0, 40]


def _curves(effort):  # noqa: F811
    return measurement_queries.curves_of(standing_of(effort))


def test_it_is_offered_by_age_and_not_once_it_is_retired(scale, running, admin):  # noqa: F811
    assert queries.offered_to(running) == [scale]
    scale.oldest = 6
    scale.save()
    assert queries.offered_to(running) == []


def test_what_was_begun_goes_on_after_the_scale_is_retired(goal, scale, admin, leader):
    actions.retire_scale(scale, by=admin)
    assert take(goal, 20, leader)
    with pytest.raises(NotPossible):
        actions.measure_by(
            goal.effort,
            scale=scale,
            what="Mere",
            baseline=Decimal(1),
            target=Decimal(2),
            due_on=None,
            by=leader,
        )


def test_the_school_puts_it_on_the_plan(scale, running, school, post):  # noqa: F811
    url = f"{running.get_absolute_url()}plan/skala/"
    form = {"scale": scale.pk, "what": "Trives", "baseline": "18", "target": "30"}
    assert post(school, url, form).status_code == 302
    assert "fra 18 til 30 point på ORS" in text_of(school.get(f"{running.get_absolute_url()}plan/"))
