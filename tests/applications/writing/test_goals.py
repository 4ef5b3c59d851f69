"""Goals: each pupil has one before the application is submitted, with a baseline; and what counts as support hours."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from applications.models import Goal, PlannedMeasure, TriedMeasure
from applications.writing import actions as writing
from skolefleks.danish import today
from tests.applications.writing.test_pages import at, at_pupil, typed
from tests.conftest import NEXT


@pytest.fixture
def desk(client_for, leader):
    return client_for(leader)


@pytest.fixture
def pupil(draft):
    return draft.pupil_cases.select_related("application", "pupil").first()


def with_goals(page, **changes):
    """The page of planned measures as the browser would send it, its goals among it."""
    goals = page.context["goals"]
    fields = [*goals.management_form, *(field for form in goals for field in form)]
    data = {field.html_name: field.value() for field in fields}
    return typed(
        page,
        **{name: value for name, value in data.items() if value is not None} | changes,
    )


TOLD = {
    "kind": "scale",
    "what": "Er med i klassen",
    "how_measured": "Samtale hver fredag",
    "due_on": f"31.07.{NEXT}",
}


TOLD |= {
    "low_anchor": "går fra alt",
    "high_anchor": "er med hele dagen",
    "baseline": "3",
    "target": "6,5",
}


def test_a_pupil_without_a_goal_stops_the_application_at_its_place(desk, draft, pupil):
    pupil.goals.all().delete()
    (item,) = writing.summarise(draft).missing
    assert item.url(draft) == f"{at('plan', draft)}#div_id_goals-{pupil.pk}"
    assert (
        f'id="div_id_goals-{pupil.pk}"' in desk.get(at("plan", draft)).content.decode()
    )


def test_a_goal_is_written_at_its_pupil(desk, post, draft, pupil):
    pupil.goals.all().delete()
    page = desk.get(at("plan", draft))
    typed_in = {f"goals-1-{name}": value for name, value in TOLD.items()}
    assert (
        post(desk, at("plan", draft), with_goals(page, **typed_in)).status_code == 302
    )
    goal = pupil.goals.get()
    assert goal.is_complete
    assert goal.way == "fra 3 til 6,5 på en skala fra 1 til 10"
    assert writing.summarise(draft).missing == []


@pytest.mark.parametrize("lacking", [name for name in TOLD if name != "kind"])
def test_a_goal_that_leaves_out_how_it_is_known_is_not_one(lacking):
    whole = TOLD | {"due_on": today(), "baseline": Decimal(3), "target": Decimal(6)}
    assert Goal(**whole).is_complete
    assert not Goal(
        **whole | {lacking: None if lacking in {"due_on", "baseline", "target"} else ""}
    ).is_complete


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("scale", "11"),
        ("scale", "0"),
        ("attendance", "101"),
        ("own", "-1"),
        ("own", "æ"),
    ],
)
def test_a_figure_outside_its_measure_is_told_and_all_is_kept(
    desk, post, draft, kind, value
):
    page = desk.get(at("plan", draft))
    answer = post(
        desk,
        at("plan", draft),
        with_goals(page, **{"goals-0-kind": kind, "goals-0-target": value}),
    )
    assert answer.status_code == 422
    assert "target" in answer.context["goals"].forms[0].errors
    assert value in answer.content.decode()


def test_one_more_goal_is_for_the_pupil_it_was_asked_for(desk, post, draft, pupil):
    page = desk.get(at("plan", draft))
    answer = post(desk, at("plan", draft), with_goals(page, then=f"add:{pupil.pk}"))
    rows = dict(
        desk.get(answer.headers["Location"].partition("#")[0]).context["goals"].by_pupil
    )
    assert [len(forms) for case, forms in rows.items()] == [2, 1]


def test_goals_move_among_their_own_pupils_only(desk, post, draft, pupil):
    other = draft.pupil_cases.last()
    for case in (pupil, other):
        Goal.objects.create(pupil_case=case, what="Andet", position=5)
    page = desk.get(at("plan", draft))
    at_second = next(
        n
        for n, form in enumerate(page.context["goals"])
        if form.instance == pupil.goals.last()
    )
    post(desk, at("plan", draft), with_goals(page, then=f"up:goals:{at_second}"))
    assert [goal.what for goal in pupil.goals.all()] == ["Andet", "Mere i skole"]
    assert [goal.what for goal in other.goals.all()] == ["Mere i skole", "Andet"]


def test_a_goal_cannot_be_given_to_another_schools_pupil(
    desk, post, draft, other_leader, schools
):
    theirs = writing.add_pupil(
        writing.start(school=schools["Hedegårdsskolen"], by=other_leader),
        by=other_leader,
    )
    page = desk.get(at("plan", draft))
    post(desk, at("plan", draft), with_goals(page, **{"goals-0-pupil": str(theirs.pk)}))
    assert not theirs.goals.exists()


def test_the_committee_reads_the_goals_on_the_case(submitted, chair, client_for):
    page = client_for(chair).get(submitted.get_absolute_url()).content.decode()
    assert "Fra 70 til 90 procent fremmøde" in page


# -- what it costs, and the nine hours --
def test_the_measures_prices_stand_beside_the_tariff(desk, draft):
    for cost in (120_000, 30_000, None):
        PlannedMeasure.objects.create(
            application=draft, kind="other", what="Tiltag", cost=cost
        )
    page = desk.get(at("plan", draft)).content.decode()
    assert "150.000\xa0kr." in page
    assert "400.000\xa0kr." in page
    assert "Støttetimer har ingen pris her" in page


@pytest.mark.parametrize(
    ("hours", "is_support", "ended", "stops"),
    [
        ("6", True, None, True),
        ("5.9", True, None, False),
        ("6", False, None, False),
        ("6", True, -1, False),
        ("6", True, 0, True),
    ],
)
def test_running_support_beside_the_pupils_own_hours_counts(
    draft, pupil, hours, is_support, ended, stops
):
    ended_on = None if ended is None else today() + timedelta(days=ended)
    TriedMeasure.objects.create(
        application=draft,
        what="Voksen",
        outcome="Ro",
        hours_per_week=Decimal(hours),
        is_support=is_support,
        ended_on=ended_on,
    )
    assert (
        bool(writing.summarise(draft).missing) is stops
    )  # 3 hours stand at each pupil


def test_the_pupils_page_explains_the_sum(desk, draft, pupil):
    TriedMeasure.objects.create(
        application=draft, what="Voksen", hours_per_week=Decimal("2.5"), is_support=True
    )
    page = desk.get(at_pupil(pupil)).content.decode()
    assert "5,5 timer" in page
