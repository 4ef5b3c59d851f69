"""What is typed in a search box is found the same way in every list, a pupil's name too."""

from __future__ import annotations

import pytest

from applications.models import Application, PupilCase
from applications.reading.searching import find, is_name
from skolefleks.models import AccessEntry, School
from tests.conftest import text_of
from visitation.cases import actions as cases


@pytest.mark.parametrize(
    ("typed", "name", "fits"),
    [
        ("anna berg", "Anna-Sofie Berg", True),
        ("SOFIE", "Anna-Sofie Berg", True),
        ("bo", "Bo Carlsen", True),
        ("bo", "Bodil Carlsen", False),
        ("berg anna", "Anna Berg", True),
        ("annika", "Anna Berg", False),
        ("nguyen", "Nguyễn Thị An", True),
        ("nguyễn thi", "Nguyen Thi An", True),
        ("soren", "Søren Dahl", True),
        ("soeren", "Søren Dahl", True),
        ("søren", "Soren Dahl", True),
        ("aase", "Åse Bach", True),
        ("åse", "Aase Bach", True),
        ("anna-sofie", "Anna Sofie Berg", True),
        ("obrien", "Mia O’Brien", True),
        ("møller", "Anna Berg", False),
    ],
)
def test_a_name_is_found_by_its_parts(typed, name, fits):
    assert is_name(name, typed.split()) is fits


@pytest.mark.parametrize("text", ["Anna", "carlsen", "bo", "baltorp", "A.B."])
def test_both_lists_find_a_case_by_name_school_and_initials(text, submitted, school, committee):
    for client, url in ((school, "/ansoegninger/"), (committee, "/visitation/?vis=alle&")):
        page = text_of(client.get(f"{url}{'' if '?' in url else '?'}q={text}"))
        assert submitted.number in page
    assert AccessEntry.objects.filter(kind="search").count() == 2


@pytest.mark.parametrize("text", ["nguyen", "Nguyễn", "NGUYEN THI", "nguyễn-thị"])
def test_every_list_finds_a_name_typed_without_its_accents(text, submitted, school, committee):
    pupil = submitted.pupil_cases.first()
    pupil.name = "Nguyễn Thị An"
    pupil.save()
    for client, url in ((school, "/ansoegninger/"), (committee, "/visitation/?vis=alle")):
        page = text_of(client.get(url, {"q": text, "vis": "alle"}))
        assert submitted.number in page


def test_a_school_is_found_however_its_letters_are_typed(submitted):
    School.objects.filter(pk=submitted.school_id).update(name="Åløkke Skole")
    assert find(Application.objects.all(), "aaloekke").exists()
    assert find(Application.objects.all(), "alokk").exists()


def test_a_protected_name_is_not_found(submitted):
    PupilCase.objects.update(is_protected=True)
    assert not find(Application.objects.all(), "Anna").exists()


def test_the_committee_finds_the_name_that_was_submitted(submitted, chair):
    cases.send_back(submitted, note="Mere.", by=chair)
    pupil = submitted.pupil_cases.first()
    pupil.name = "Zita Berg"
    pupil.save()
    rows = Application.objects.all()
    assert find(rows, "Zita").exists()
    assert not find(rows, "Zita", as_submitted=True).exists()
    assert find(rows, "Anna", as_submitted=True).exists()


def test_another_schools_pupil_is_not_found(submitted, client_for, other_leader):
    page = client_for(other_leader).get("/ansoegninger/?q=Anna")
    assert submitted.number not in page.content.decode()


@pytest.mark.parametrize("list_", ["/ansoegninger/", "/visitation/"])
def test_a_cpr_number_is_neither_searched_nor_kept(list_, submitted, school, committee):
    client = school if "ansoeg" in list_ else committee
    answer = client.get(list_, {"q": "020115-6789"})
    assert answer.status_code == 302
    assert "6789" not in answer["Location"]
    assert "Der søges ikke på CPR-numre" in client.get(answer["Location"]).content.decode()
