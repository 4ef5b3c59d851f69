"""Goals: each pupil has one, with a baseline; and what counts as support hours."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from applications.models import Goal, PlannedMeasure, TriedMeasure
from applications.writing import actions as writing
from skolefleks.danish import today
from tests.applications.writing.desk import at, at_pupil, with_goals
from tests.conftest import NEXT

WHOLE_GOAL = {
    "kind": "scale",
    "what": "Er med i klassen",
    "how_measured": "Samtale hver fredag",
    "due_on": f"31.07.{NEXT}",
    "low_anchor": "går fra alt",
    "high_anchor": "er med hele dagen",
    "baseline": "3",
    "target": "6,5",
}


def test_a_pupil_without_a_goal_stops_the_application_at_its_place(desk, draft, pupil_case):
    pupil_case.goals.all().delete()
    (item,) = writing.summarise(draft).missing
    assert item.url(draft) == f"{at('plan', draft)}#div_id_goals-{pupil_case.pk}"
    page = desk.get(at("plan", draft)).content.decode()
    assert f'id="div_id_goals-{pupil_case.pk}"' in page


def test_a_goal_is_written_at_its_pupil(desk, post, draft, pupil_case):
    pupil_case.goals.all().delete()
    page = desk.get(at("plan", draft))
    words = {f"goals-1-{name}": value for name, value in WHOLE_GOAL.items()}
    answer = post(desk, at("plan", draft), with_goals(page, **words))
    assert answer.status_code == 302
    goal = pupil_case.goals.get()
    assert goal.is_complete
    assert goal.way == "fra 3 til 6,5 på en skala fra 1 til 10"
    assert writing.summarise(draft).missing == []


NO_WORDS = ("what", "how_measured", "low_anchor", "high_anchor")
NO_FIGURE = ("due_on", "baseline", "target")


@pytest.mark.parametrize(
    ("name", "nothing"), [*((name, "") for name in NO_WORDS), *((name, None) for name in NO_FIGURE)]
)
def test_a_goal_that_leaves_out_how_it_is_known_is_not_one(name, nothing):
    figures = {"due_on": today(), "baseline": Decimal(3), "target": Decimal(6)}
    whole = WHOLE_GOAL | figures
    assert Goal(**whole).is_complete
    assert not Goal(**whole | {name: nothing}).is_complete


@pytest.mark.parametrize(
    ("kind", "value"),
    [("scale", "11"), ("scale", "0"), ("attendance", "101"), ("own", "-1"), ("own", "æ")],
)
def test_a_figure_outside_its_measure_is_refused_and_all_is_kept(desk, post, draft, kind, value):
    page = desk.get(at("plan", draft))
    words = {"goals-0-kind": kind, "goals-0-target": value}
    answer = post(desk, at("plan", draft), with_goals(page, **words))
    assert answer.status_code == 422
    assert "target" in answer.context["goals"].forms[0].errors
    assert value in answer.content.decode()


def test_one_more_goal_is_for_the_pupil_it_was_asked_for(desk, post, draft, pupil_case):
    page = desk.get(at("plan", draft))
    button = f"add:{pupil_case.pk}"
    answer = post(desk, at("plan", draft), with_goals(page, then=button))

    address, _, _ = answer.headers["Location"].partition("#")
    goals = desk.get(address).context["goals"]
    assert [len(forms) for _, forms in goals.by_pupil] == [2, 1]


def test_goals_move_among_their_own_pupils_only(desk, post, draft, pupil_case):
    other = draft.pupil_cases.last()
    for owner in (pupil_case, other):
        Goal.objects.create(pupil_case=owner, what="Andet", position=5)
    page = desk.get(at("plan", draft))
    rows = [form.instance for form in page.context["goals"]]
    place = rows.index(pupil_case.goals.last())
    post(desk, at("plan", draft), with_goals(page, then=f"up:goals:{place}"))
    assert [goal.what for goal in pupil_case.goals.all()] == ["Andet", "Mere i skole"]
    assert [goal.what for goal in other.goals.all()] == ["Mere i skole", "Andet"]


def test_a_goal_cannot_be_given_to_another_schools_pupil(desk, post, draft, other_leader, schools):
    foreign = writing.start(school=schools["Hedegårdsskolen"], by=other_leader)
    theirs = writing.add_pupil(foreign, by=other_leader)
    page = desk.get(at("plan", draft))
    post(desk, at("plan", draft), with_goals(page, **{"goals-0-pupil": str(theirs.pk)}))
    assert not theirs.goals.exists()


def test_the_committee_reads_the_goals_on_the_case(submitted, chair, client_for):
    page = client_for(chair).get(submitted.get_absolute_url()).content.decode()
    assert "Fra 70 til 90 procent fremmøde" in page


# -- what it costs, and the nine hours --
def test_the_measures_prices_stand_beside_the_tariff(desk, draft):
    for cost in (120_000, 30_000, None):
        PlannedMeasure.objects.create(application=draft, kind="other", what="Tiltag", cost=cost)
    page = desk.get(at("plan", draft)).content.decode()
    assert "150.000\xa0kr." in page
    assert "400.000\xa0kr." in page
    assert "Støttetimer har ingen pris her" in page


@pytest.mark.parametrize(
    ("hours", "is_support", "ended_on", "stops"),
    [
        ("6", True, None, True),
        ("5.9", True, None, False),
        ("6", False, None, False),
        ("6", True, today() - timedelta(days=1), False),
        ("6", True, today(), True),
    ],
)
def test_running_support_beside_the_pupils_own_hours_counts(
    draft, pupil_case, hours, is_support, ended_on, stops
):
    TriedMeasure.objects.create(
        application=draft,
        what="Voksen",
        outcome="Ro",
        hours_per_week=Decimal(hours),
        is_support=is_support,
        ended_on=ended_on,
    )
    # 3 hours stand at each pupil, and the limit is 9.
    assert bool(writing.summarise(draft).missing) is stops


def test_the_pupils_page_explains_the_sum(desk, draft, pupil_case):
    TriedMeasure.objects.create(
        application=draft, what="Voksen", hours_per_week=Decimal("2.5"), is_support=True
    )
    page = desk.get(at_pupil(pupil_case)).content.decode()
    assert "5,5 timer" in page
