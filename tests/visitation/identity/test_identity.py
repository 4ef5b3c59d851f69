"""One child under two numbers: the number is exchanged, two rows become one, all of it logged."""

from __future__ import annotations

from functools import partial

import pytest

from applications.models import Pupil, PupilCase
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.encryption import key_ring
from skolefleks.models import AuditEntry
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import terms, text_of
from tests.filling import fill
from tests.racing import race
from visitation.decisions import actions as decisions
from visitation.identity import actions, queries
from visitation.models import Grant

REAL = "0201156789"
REPLACEMENT = "6201156789"


@pytest.fixture
def twin(case, schools, leader):
    """The same child in another application, under a new number; of the same day."""
    application = writing.start(school=schools["Baltorpskolen"], by=leader)
    fill(application, "Anna Berg", by=leader)
    submission.submit(application, by=leader)
    born = case.pupil.cpr[:6]
    other = Pupil.by_cpr(f"{born}{int(case.pupil.cpr[6:]) + 1:04d}")
    PupilCase.objects.filter(application=application).update(pupil=other)
    return PupilCase.objects.select_related("pupil", "application").get(application=application)


@pytest.fixture
def without_number(case):
    """The child has a replacement number yet."""
    case.pupil.cpr, case.pupil.cpr_index = REPLACEMENT, key_ring().blind(REPLACEMENT)
    case.pupil.save()
    return case


def test_the_school_is_led_there_from_a_replacement_number_alone(case, without_number, school):
    page = case.application.get_absolute_url()
    assert "Udskift nummeret" in text_of(school.get(page))
    case.pupil.cpr = REAL
    case.pupil.save()
    assert "Udskift nummeret" not in text_of(school.get(page))


def test_a_replacement_number_is_exchanged_and_found_again(without_number, leader):
    case = without_number
    actions.exchange_number(case, cpr=REAL, by=leader)
    pupil = Pupil.by_cpr(REAL)
    assert (pupil.pk, pupil.cpr) == (case.pupil_id, REAL)
    line = AuditEntry.objects.get(verb="exchange_number")
    assert REAL not in str(line.payload)


@race("applications.writing.actions.lock", held=NotPossible, off=type(None))
def test_of_two_who_exchange_a_number_at_once_one_does(without_number, leader, together, outcome):
    acts = []
    for _ in range(2):
        cases = PupilCase.objects.select_related("pupil", "application__school")
        seen = cases.get(pk=without_number.pk)
        acts.append(partial(actions.exchange_number, seen, cpr=REAL, by=leader))
    [_, answer] = together(*acts)
    assert type(answer) is outcome


def test_another_schools_cases_keep_the_number_that_they_have(
    without_number, schools, other_leader
):
    theirs = writing.start(school=schools["Hedegårdsskolen"], by=other_leader)
    copied = writing.add_pupil(theirs, by=other_leader)
    PupilCase.objects.filter(pk=copied.pk).update(pupil=without_number.pupil)
    copied.refresh_from_db()
    actions.exchange_number(copied, cpr=REAL, by=other_leader)
    without_number.refresh_from_db()
    copied.refresh_from_db()
    assert (without_number.pupil.cpr, copied.pupil.cpr) == (REPLACEMENT, REAL)


def test_another_replacement_number_is_no_real_one(without_number, leader):
    with pytest.raises(Refusal, match="også et erstatningsnummer"):
        actions.exchange_number(without_number, cpr=REPLACEMENT, by=leader)


def test_a_real_number_is_taken_away_by_no_school(case, leader):
    before = case.pupil.cpr
    with pytest.raises(Refusal, match="ikke et erstatningsnummer"):
        actions.exchange_number(case, cpr=REAL, by=leader)
    assert Pupil.objects.get(pk=case.pupil_id).cpr == before


def test_the_same_name_and_birthday_are_asked_about_and_joined(case, twin, chair, committee, post):
    assert queries.look_alikes(twin, chair) == [case]
    url = f"/sager/{twin.application.number}/elev/{twin.pk}/"
    assert "Samme navn og fødselsdag?" in text_of(committee.get(f"{url}afgoerelse/"))
    post(committee, f"{url}samme/", {"other": str(case.pk)})
    case.refresh_from_db()
    assert case.pupil_id == twin.pupil_id


def test_joined_they_are_granted_once_a_day(case, twin, granted, pools, chair):
    actions.join(twin, case, by=chair)
    twin.refresh_from_db()
    assert Grant.objects.get().pupil_id == twin.pupil_id
    with pytest.raises(decisions.AlreadyGranted):
        decisions.grant(twin, terms(), grounds="Igen.", by=chair)


def test_what_is_decided_after_they_are_joined_is_decided_of_the_one(case, twin, pools, chair):
    # The page was read before.
    case.pupil, twin.pupil  # noqa: B018
    actions.join(twin, PupilCase.objects.get(pk=case.pk), by=chair)
    decisions.grant(case, terms(), grounds="Behov.", by=chair)
    assert Grant.objects.get().pupil_id == twin.pupil_id


def test_two_with_a_grant_each_on_the_same_days_are_not_joined(case, twin, granted, pools, chair):
    decisions.grant(twin, terms(), grounds="Også her.", by=chair)
    with pytest.raises(actions.Overlapping):
        actions.join(twin, case, by=chair)
