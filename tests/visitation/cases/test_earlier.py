"""What was decided for the same pupil in another case stands beside this one."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications.submission import actions as submission
from applications.writing import actions as writing
from tests.conftest import text_of
from tests.filling import fill
from visitation.recusals import actions as recusals


@pytest.fixture
def again(released, schools, other_leader):
    """Another school applies for the pupil who was granted and the one who was rejected."""
    application = writing.start(school=schools["Hedegårdsskolen"], by=other_leader)
    fill(application, "Anna Berg", "Bo Carlsen", by=other_leader)
    earlier = released.pupil_cases.order_by("position")
    for pupil_case, before in zip(
        application.pupil_cases.order_by("position"), earlier, strict=True
    ):
        writing.write_pupil(pupil_case, cpr=before.pupil.cpr, by=other_leader)
    submission.submit(application, by=other_leader)
    return application


def shown(client, application):
    return text_of(client.get(reverse("earlier_cases", args=[application.number])))


def test_grant_and_rejection_of_the_pupils_stand_with_case_tariff_and_period(
    again, released, committee
):
    text = shown(committee, again)
    assert text.count(released.number) == 2
    assert "215.000 kr. pr. år" in text
    assert "Afslag" in text
    assert "Der er ikke truffet andre afgørelser" in shown(committee, released)


def test_a_case_that_the_reader_is_out_of_is_left_out(again, released, chair, secretary, committee):
    recusals.set_recusal(released, chair, reason="Nær slægtning.", by=secretary)
    assert released.number not in shown(committee, again)


def test_it_is_fetched_by_the_case_and_by_the_decision(again, committee):
    address = reverse("earlier_cases", args=[again.number])
    pupil_case = again.pupil_cases.first()
    for page in (again.get_absolute_url(), reverse("decide", args=[again.number, pupil_case.pk])):
        assert f'hx-get="{address}"' in committee.get(page).content.decode()
