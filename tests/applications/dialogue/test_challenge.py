"""A case that begins as a challenge: who sees it, and how it becomes an application."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications.dialogue import actions as dialogue
from applications.dialogue import rules
from applications.lifecycle import Status
from applications.models import Application, PupilCase
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import AuditEntry
from skolefleks.refusals import NotPossible
from tests.conftest import text_of

NEW = reverse("applications:new_challenge")
WORRY = "Cilla går hjem midt i timen."
TYPED = {"name": "Cilla Dam", "grade": "3", "worry": WORRY, "worried_since": "august"}


def url(name, application):
    return reverse(f"applications:{name}", args=[application.number])


# -- opened --


def test_a_school_opens_a_challenge_in_one_page(leader, schools, client_for, post):
    client = client_for(leader)
    answer = post(client, NEW, TYPED)

    application = Application.objects.get()
    assert answer.url == url("challenge", application)
    assert application.status == Status.CHALLENGE
    assert (application.initials, application.grades) == (["C.D."], [3])
    assert application.pupil_cases.get().worry == WORRY
    assert "Cilla går hjem" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("field", ["name", "worry"])
def test_a_challenge_says_who_and_what(field, leader, schools, client_for, post):
    answer = post(client_for(leader), NEW, TYPED | {field: ""})
    assert answer.status_code == 422
    assert not Application.objects.exists()


def test_nobody_opens_a_challenge_for_another_school(leader, schools):
    elsewhere = schools["Hedegårdsskolen"]
    with pytest.raises(PermissionDenied):
        dialogue.start_challenge(PupilCase(name="X"), school=elsewhere, cpr="", by=leader)
    assert not Application.objects.exists()


# -- read --


@pytest.mark.parametrize("page", ["challenge", "case", "dialogue"])
def test_the_way_says_that_the_case_is_a_challenge(page, challenge, leader, client_for):
    address = challenge.get_absolute_url()
    if page != "case":
        address = url(page, challenge)
    assert "Udfordring Du er her" in text_of(client_for(leader).get(address))


def test_a_challenge_stands_on_the_start_page_and_in_the_list(challenge, leader, client_for):
    client = client_for(leader)
    assert challenge.number in text_of(client.get("/"))
    for tab in ("", "?fane=kladder"):
        page = client.get(f"/ansoegninger/{tab}").content.decode()
        assert url("challenge", challenge) in page

    with_committee = client.get("/ansoegninger/?fane=hos-udvalget")
    assert challenge.number not in text_of(with_committee)


def test_the_committee_knows_of_no_challenge(challenge, chair, client_for):
    client = client_for(chair)
    assert client.get(challenge.get_absolute_url()).status_code == 404
    assert challenge.number not in text_of(client.get("/visitation/?vis=alle"))


def test_an_invited_adviser_reads_the_worry(challenge, leader, ppr, client_for):
    writing.invite(challenge, adviser=ppr, by=leader)
    page = client_for(ppr).get(challenge.get_absolute_url())
    assert WORRY in text_of(page)


def test_the_committee_reads_the_description_and_not_the_worry(submitted, chair, client_for):
    pupil_case = submitted.pupil_cases.first()
    pupil_case.worry = "Kun til PPR."
    pupil_case.save()

    page = text_of(client_for(chair).get(submitted.get_absolute_url()))
    assert pupil_case.description in page
    assert "Kun til PPR." not in page


# -- becomes an application --


def test_an_application_comes_of_it_without_typing_anything_twice(
    challenge, leader, ppr, client_for, post
):
    writing.invite(challenge, adviser=ppr, by=leader)
    entry = dialogue.write_entry(challenge, kind="message", text="Kan I hjælpe os?", by=leader)
    before = challenge.pupil_cases.get()
    answer = post(client_for(leader), url("apply", challenge))

    challenge.refresh_from_db()
    after = challenge.pupil_cases.get()
    assert answer.url == url("pupils", challenge)
    assert challenge.status == Status.DRAFT
    assert after == before
    assert after.description.startswith(before.worry)
    assert list(challenge.dialogue.all()) == [entry]
    assert challenge.has_invited(ppr)


@pytest.mark.parametrize(
    ("worried_since", "description"),
    [("", "Han går."), ("i august", "Han går.\n\nSiden: i august")],
)
def test_the_description_begins_with_the_worry_and_since_when(worried_since, description):
    pupil_case = PupilCase(worry="Han går.", worried_since=worried_since)
    assert rules.description_from_worry(pupil_case) == description


def test_the_worry_stays_as_it_was_written(challenge, leader, client_for):
    dialogue.apply(challenge, by=leader)
    pupil_case = challenge.pupil_cases.get()
    assert pupil_case.worry == WORRY

    pupil_case.description = "Skrevet om."
    writing.write_pupil(pupil_case, cpr="", by=leader)
    page = client_for(leader).get(challenge.get_absolute_url())
    assert WORRY in text_of(page)


def test_what_became_an_application_is_no_challenge_any_more(challenge, leader):
    dialogue.apply(challenge, by=leader)
    pupil_case = challenge.pupil_cases.get()
    pupil_case.application = challenge

    with pytest.raises(NotPossible, match="ansøgning"):
        dialogue.write_challenge(pupil_case, cpr="", by=leader)
    with pytest.raises(NotPossible):
        dialogue.apply(challenge, by=leader)


def test_a_challenge_is_not_written_in_as_an_application(challenge, leader, client_for):
    with pytest.raises(NotPossible):
        writing.add_pupil(challenge, by=leader)
    step = client_for(leader).get(url("environment", challenge))
    assert step.status_code == 302


# -- closed --


def test_a_challenge_that_passed_is_closed(challenge, leader):
    submission.withdraw(challenge, reason="Det gik over.", by=leader)

    assert challenge.status == Status.WITHDRAWN
    lines = AuditEntry.objects.filter(subject=challenge.number, verb="withdraw")
    assert lines.exists()


def test_closing_a_challenge_speaks_of_no_application(challenge, leader, client_for, post):
    client = client_for(leader)
    page = text_of(client.get(url("withdraw", challenge)))
    assert "Luk udfordringen?" in page
    assert "nsøgning" not in page

    answer = post(client, url("withdraw", challenge))
    after = client.get(answer.url).content.decode()
    assert f"{challenge.number} er lukket." in after


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("draft", "Hvorfor lukker I kladden?"), ("submitted", "Udvalget ser den.")],
)
def test_one_is_told_who_reads_why_a_case_was_taken_back(
    state, sentence, leader, client_for, request
):
    application = request.getfixturevalue(state)
    page = client_for(leader).get(url("withdraw", application))
    assert sentence in text_of(page)
