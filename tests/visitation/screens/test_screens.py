"""The pupil's own screen: one question at a time, no name, an answer of the pupil's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from skolefleks.drafts import actions as drafts
from skolefleks.models import AccessEntry, AuditEntry, Draft
from skolefleks.refusals import NotPossible, Refusal
from tests.visitation.screens.conftest import QUESTION, handing
from visitation.measurements import actions as measurements
from visitation.models import Measurement, Screen, ScreenQuestion
from visitation.screens import actions, views


def page_of(browser):
    return browser.get("/skaerm/").content.decode()


def answer_of(goal, **fields):
    return measurements.Answer(goal, **fields)


def test_the_page_asks_in_the_words_for_the_pupil_and_shows_no_name(effort, screen, browser):
    page = page_of(browser)
    assert "Tør du række hånden op i timen?" in page
    assert "Tør slet ikke" in page
    hidden = [effort.application.number, effort.school.name, effort.pupil_case.initials]
    hidden += [effort.pupil_case.name, effort.begun_by.name, "<nav", "SkoleFleks"]
    assert [word for word in hidden if word in page] == []


def test_the_screen_works_without_javascript_and_reads_aloud_only_with_it(screen, browser):
    page = page_of(browser)
    assert page.count('type="radio"') == 10
    assert "data-read-aloud hidden" in page


def test_the_words_are_no_draft_once_the_screen_is_handed_over(effort, goal, leader, browser, post):
    form = handing(effort)
    drafts.keep(form, QUESTION, by=leader)
    answer = post(browser, form, QUESTION | {drafts.FIELD: form})
    assert answer.url == "/skaerm/"
    assert not Draft.objects.exists()


def test_an_answer_is_the_pupils_own(screen, browser, leader):
    browser.post("/skaerm/", {"number": 2, "answer": "7"})
    row = Measurement.objects.get()
    assert (row.value, row.voice, row.how, row.filled_in_by) == (7, "pupil", "screen", "self")
    assert row.by == leader


@pytest.mark.parametrize("reason", ["declined", "unsure"])
def test_not_answering_is_an_answer(screen, browser, reason):
    browser.post("/skaerm/", {"number": 2, "answer": reason})
    assert Measurement.objects.get().not_measured == reason


@pytest.mark.parametrize("answer", ["", "0", "11", "4.5", "x", "absent"])
def test_what_is_no_answer_is_asked_again(screen, browser, answer):
    page = browser.post("/skaerm/", {"number": 2, "answer": answer})
    assert page.status_code == 422
    assert "Tryk på et ansigt" in page.content.decode()
    assert not Measurement.objects.exists()


def test_what_was_answered_today_is_not_asked_again(effort, goal, measure, leader):
    answer = answer_of(goal, not_measured="declined")
    screen = actions.hand_over(effort, Measurement.Voice.PUPIL, words={}, by=leader)
    actions.answer(screen, number=2, answer=answer)
    with pytest.raises(Refusal, match="ingen mål"):
        actions.hand_over(effort, Measurement.Voice.PUPIL, words={}, by=leader)
    # The parents answer for themselves.
    actions.hand_over(effort, Measurement.Voice.PARENTS, words={}, by=leader)


def test_a_goal_in_percent_is_not_asked_with_faces(screen):
    assert [question.goal.number for question in screen.questions.all()] == [2]


def test_the_words_are_remembered_for_the_next_time(effort, screen, leader, client_for):
    actions.close(screen)
    page = client_for(leader).get(handing(effort)).content.decode()
    assert "Tør du række hånden op i timen?" in page


def test_a_cpr_number_in_the_words_is_refused(effort, goal, browser, post):
    answer = post(browser, handing(effort), {"words-2": "Er du 020115-6789?"})
    assert answer.status_code == 422
    assert not Screen.objects.exists()


def test_a_question_is_never_changed(screen):
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        ScreenQuestion.objects.update(screen=screen)


def test_reading_it_is_logged_as_the_adults_and_handing_over_is_in_the_trail(
    screen, browser, leader, effort
):
    browser.get("/skaerm/")
    entry = AccessEntry.objects.latest("pk")
    assert (entry.user_id, entry.subject) == (leader.pk, effort.application.number)
    assert AuditEntry.objects.get(verb="hand_over_screen").payload == {"voice": "pupil", "goals": 1}


def test_nobody_answers_on_a_screen_whose_adult_lost_the_right(screen, browser, leader):
    leader.memberships.all().delete()
    assert browser.post("/skaerm/", {"number": 2, "answer": "7"}).status_code == 302
    assert browser.get("/skaerm/").status_code == 410
    assert not Measurement.objects.exists()


def test_a_closed_screen_takes_no_answer(screen, goal):
    actions.close(screen)
    actions.close(screen)
    with pytest.raises(NotPossible):
        actions.answer(screen, number=2, answer=answer_of(goal, not_measured="declined"))


def test_a_screen_is_over_to_the_second(screen):
    screen.ends_at = timezone.now()
    assert not views.queries.rules.is_open(screen, timezone.now())
    assert views.queries.rules.is_open(screen, timezone.now() - timedelta(seconds=1))


def test_ppr_and_committee_hand_over_no_screen(effort, goal, chair, client_for):
    assert client_for(chair).get(handing(effort)).status_code == 403


def test_an_effort_without_a_scale_has_nothing_to_hand_over(effort, browser):
    page = browser.get(handing(effort)).content.decode()
    assert "Der er ingen mål at spørge om" in page


def test_a_face_grows_gladder_with_its_value():
    faces = views.faces()
    assert [face.value for face in faces] == list(range(1, 11))
    assert faces[0].mouth != faces[9].mouth
    assert len({face.mouth for face in faces}) == 5


def test_somebody_signed_in_stays_so_on_an_address_without_a_screen(effort, browser):
    assert browser.get("/skaerm/").status_code == 410
    assert browser.get(effort.get_absolute_url()).status_code == 200
