"""The school is told when it has applied for the child before, of its own cases alone."""

from __future__ import annotations

import pytest

from applications.lifecycle import Status
from applications.models import Application, Pupil, PupilCase
from applications.reading import same_child
from applications.writing import actions as writing
from tests.applications.writing.desk import at
from tests.conftest import text_of

TOLD = "I har søgt om eleven før"


@pytest.fixture
def written_again(case, leader):
    """A draft of the same school with the same child, under the same number."""
    application = writing.start(school=case.application.school, by=leader)
    again = writing.add_pupil(application, by=leader)
    again.name, again.initials, again.pupil = case.name, case.initials, case.pupil
    again.save()
    return again


@pytest.fixture
def under_another_number(case, written_again):
    born = case.pupil.cpr[:6]
    written_again.pupil = Pupil.by_cpr(f"{born}{int(case.pupil.cpr[6:]) + 1:04d}")
    written_again.save()
    return written_again


@pytest.mark.parametrize("step", ["pupils", "check"])
def test_the_school_is_told_of_its_other_case(case, written_again, school, step):
    page = text_of(school.get(at(step, written_again.application)))
    assert TOLD in page
    assert f"er også på {case.application.number}" in page


def test_the_same_name_and_birthday_under_another_number_is_asked(
    case, under_another_number, school
):
    page = text_of(school.get(at("pupils", under_another_number.application)))
    assert "En elev med samme navn og fødselsdag" in page
    assert case.application.number in page


def test_another_schools_case_is_not_told(case, written_again, school, schools):
    elsewhere = schools["Hedegårdsskolen"]
    Application.objects.filter(pk=case.application.pk).update(school=elsewhere)
    assert TOLD not in text_of(school.get(at("pupils", written_again.application)))


def test_what_was_withdrawn_is_not_told(case, written_again, school):
    Application.objects.filter(pk=case.application.pk).update(status=Status.WITHDRAWN)
    assert TOLD not in text_of(school.get(at("pupils", written_again.application)))


def test_a_namesake_of_another_day_is_not_the_child(case, under_another_number):
    under_another_number.pupil = Pupil.by_cpr("0201156789")
    others = same_child.known_at_school(under_another_number.application, [under_another_number])
    assert others == []


def test_one_query_tells_of_all(case, written_again, django_assert_num_queries):
    rows = PupilCase.objects.filter(application=written_again.application)
    pupil_cases = list(rows.select_related("pupil")) * 3
    with django_assert_num_queries(1):
        told = same_child.known_at_school(written_again.application, pupil_cases)
    assert [one.same for one in told] == [[case.application]] * 3
