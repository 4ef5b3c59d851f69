"""A case that begins as a challenge: who sees it, and how it becomes an application without typing anything twice."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications.dialogue import actions as dialogue
from applications.lifecycle import Status
from applications.models import Application, PupilCase
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import AuditEntry
from skolefleks.refusals import NotPossible
from tests.conftest import text_of

WRITTEN = {
    "name": "Cilla Dam",
    "grade": "3",
    "worry": "Cilla går hjem midt i timen.",
    "worried_since": "august",
}


def url(name, application):
    return reverse(f"applications:{name}", args=[application.number])


def test_a_school_opens_a_challenge_in_one_page(leader, schools, client_for, post):
    client = client_for(leader)
    answer = post(client, reverse("applications:new_challenge"), WRITTEN)
    opened = Application.objects.get()
    assert answer.url == url("challenge", opened)
    assert (opened.status, opened.initials, opened.grades) == (
        Status.CHALLENGE,
        ["C.D."],
        [3],
    )
    assert opened.pupil_cases.get().worry == WRITTEN["worry"]
    assert "Cilla går hjem" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("field", ["name", "worry"])
def test_a_challenge_says_who_and_what(field, leader, schools, client_for, post):
    answer = post(
        client_for(leader), reverse("applications:new_challenge"), WRITTEN | {field: ""}
    )
    assert answer.status_code == 422
    assert not Application.objects.exists()


def test_nobody_opens_a_challenge_for_another_school(leader, schools):
    with pytest.raises(PermissionDenied):
        dialogue.start_challenge(
            PupilCase(name="X"), school=schools["Hedegårdsskolen"], cpr="", by=leader
        )
    assert not Application.objects.exists()


def test_the_way_says_that_the_case_is_a_challenge(challenge, leader, client_for):
    for address in (
        url("challenge", challenge),
        challenge.get_absolute_url(),
        url("dialogue", challenge),
    ):
        assert "Udfordring Du er her" in text_of(client_for(leader).get(address))


def test_a_challenge_stands_on_the_start_page_and_in_the_list(
    challenge, leader, client_for
):
    client = client_for(leader)
    assert challenge.number in text_of(client.get("/"))
    for tab in ("", "?fane=kladder"):
        assert (
            url("challenge", challenge)
            in client.get(f"/ansoegninger/{tab}").content.decode()
        )
    assert challenge.number not in text_of(
        client.get("/ansoegninger/?fane=hos-udvalget")
    )


def test_the_committee_knows_of_no_challenge(challenge, chair, client_for):
    client = client_for(chair)
    assert client.get(challenge.get_absolute_url()).status_code == 404
    assert challenge.number not in text_of(client.get("/visitation/?vis=alle"))


def test_an_invited_adviser_reads_the_worry(challenge, leader, ppr, client_for):
    writing.invite(challenge, adviser=ppr, by=leader)
    assert "Cilla går hjem midt i timen." in text_of(
        client_for(ppr).get(challenge.get_absolute_url())
    )


def test_an_application_comes_of_it_without_typing_anything_twice(
    challenge, leader, ppr, client_for, post
):
    writing.invite(challenge, adviser=ppr, by=leader)
    entry = dialogue.write_entry(
        challenge, kind="message", text="Kan I hjælpe os?", by=leader
    )
    pupil = challenge.pupil_cases.get()
    assert post(client_for(leader), url("apply", challenge)).url == url(
        "pupils", challenge
    )
    challenge.refresh_from_db()
    assert challenge.status == Status.DRAFT
    assert challenge.pupil_cases.get() == pupil
    assert challenge.pupil_cases.get().description.startswith(pupil.worry)
    assert list(challenge.dialogue.all()) == [entry]
    assert challenge.has_invited(ppr)


def test_the_worry_stays_as_it_was_written(challenge, leader, client_for):
    dialogue.apply(challenge, by=leader)
    pupil = challenge.pupil_cases.get()
    assert pupil.worry == "Cilla går hjem midt i timen."
    pupil.description = "Skrevet om."
    writing.write_pupil(pupil, cpr="", by=leader)
    assert "Cilla går hjem midt i timen." in text_of(
        client_for(leader).get(challenge.get_absolute_url())
    )


def test_the_committee_reads_the_description_and_not_the_worry(
    submitted, chair, client_for
):
    pupil = submitted.pupil_cases.first()
    pupil.worry = "Kun til PPR."
    pupil.save()
    page = text_of(client_for(chair).get(submitted.get_absolute_url()))
    assert pupil.description in page
    assert "Kun til PPR." not in page


def test_what_became_an_application_is_no_challenge_any_more(challenge, leader):
    dialogue.apply(challenge, by=leader)
    pupil = challenge.pupil_cases.get()
    pupil.application = challenge
    with pytest.raises(NotPossible, match="ansøgning"):
        dialogue.write_challenge(pupil, cpr="", by=leader)
    with pytest.raises(NotPossible):
        dialogue.apply(challenge, by=leader)


def test_a_challenge_is_not_written_in_as_an_application(challenge, leader, client_for):
    with pytest.raises(NotPossible):
        writing.add_pupil(challenge, by=leader)
    assert client_for(leader).get(url("environment", challenge)).status_code == 302


def test_a_challenge_that_passed_is_closed(challenge, leader):
    submission.withdraw(challenge, reason="Det gik over.", by=leader)
    assert challenge.status == Status.WITHDRAWN
    assert AuditEntry.objects.filter(subject=challenge.number, verb="withdraw").exists()


def test_closing_a_challenge_speaks_of_no_application(
    challenge, leader, client_for, post
):
    client = client_for(leader)
    shown = text_of(client.get(url("withdraw", challenge)))
    assert "Luk udfordringen?" in shown
    assert "nsøgning" not in shown
    answer = client.get(post(client, url("withdraw", challenge)).url)
    assert f"{challenge.number} er lukket." in answer.content.decode()


@pytest.mark.parametrize(
    ("case", "said"),
    [("draft", "Hvorfor lukker I kladden?"), ("submitted", "Udvalget ser den.")],
)
def test_one_is_told_who_reads_why_a_case_was_taken_back(
    case, said, leader, client_for, request
):
    application = request.getfixturevalue(case)
    assert said in text_of(client_for(leader).get(url("withdraw", application)))
