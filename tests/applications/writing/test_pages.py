"""The school's pages: found by the right ones, kept through a refusal, sent once, cheap."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from applications.lifecycle import Status
from applications.models import Application, Invitation
from applications.writing import actions as writing
from skolefleks.models import AccessEntry, AuditEntry
from skolefleks.statemachine import move
from tests.applications.writing.desk import at, at_pupil
from tests.filling import write_pupil

LIST = "/ansoegninger/"


STEPS = ("pupils", "environment", "plan", "cooperation", "leadership", "check")


PAGE_QUERIES, LIST_QUERIES = 12, 8


# -- who finds what --
@pytest.mark.parametrize("step", [*STEPS, "receipt", "withdraw", "invite"])
def test_another_schools_case_is_not_there(draft, client_for, other_leader, step):
    assert client_for(other_leader).get(at(step, draft)).status_code == 404


def test_another_schools_pupil_is_not_there_even_under_an_own_number(
    pupil_case, client_for, other_leader, schools
):
    own = writing.start(school=schools["Hedegårdsskolen"], by=other_leader)
    url = reverse("applications:pupil", args=[own.number, pupil_case.pk])
    assert client_for(other_leader).get(url).status_code == 404


@pytest.mark.parametrize("name", ["adviser", "member", "chair", "chief", "follower", "admin"])
def test_who_works_at_no_school_has_no_such_pages(request, client_for, draft, name):
    client = client_for(request.getfixturevalue(name))
    assert client.get(LIST).status_code == 403
    assert client.get(at("pupils", draft)).status_code == 403


def test_a_list_holds_the_own_schools_cases_only(draft, client_for, two_roles, schools):
    page = client_for(two_roles).get(LIST, {"fane": "alle"})
    assert draft.number not in page.content.decode()
    assert page.context["schools"] == [schools["Hedegårdsskolen"]]


@pytest.mark.parametrize("text", ["SF-", "A.B.", "ab", "B. C."])
def test_a_case_is_found_by_number_and_initials(draft, desk, text):
    assert draft.number in desk.get(LIST, {"q": text}).content.decode()


def test_a_case_is_found_by_the_last_part_of_its_number(draft, desk):
    found = desk.get(LIST, {"q": str(int(draft.number[-4:]))})
    assert [row.application.number for row in found.context["rows"]] == [draft.number]
    assert AccessEntry.objects.filter(kind=AccessEntry.Kind.SEARCH, subject="").exists()


@pytest.mark.parametrize(
    "text", ["%", "'; --", "æ" * 40, "SF-2026-9999", "\N{GRINNING FACE}", "9998", "SF-\x009"]
)
def test_a_search_that_fits_nothing_says_so(draft, desk, text):
    page = desk.get(LIST, {"q": text})
    assert page.status_code == 200
    assert "Ingen sager passer" in page.content.decode()


def test_reading_a_step_is_logged(draft, desk, leader):
    desk.get(at("plan", draft))
    entry = AccessEntry.objects.get()
    assert entry.user_id == leader.pk
    assert entry.kind == AccessEntry.Kind.VIEW
    assert entry.subject == draft.number


# -- the acts --
def test_submitting_leads_to_the_receipt_with_the_number(desk, post, draft):
    answer = post(desk, at("submit", draft))
    assert answer.headers["Location"] == at("receipt", draft)
    receipt = desk.get(answer.headers["Location"]).content.decode()
    assert draft.number in receipt
    assert "Det sker der nu" in receipt


def test_an_incomplete_application_says_what_is_missing_with_links(desk, post, pupil_case, leader):
    pupil_case.description = ""
    writing.write_pupil(pupil_case, cpr=pupil_case.pupil.cpr, by=leader)
    answer = post(desk, at("submit", pupil_case.application))
    assert answer.status_code == 422
    link = f'href="{at_pupil(pupil_case)}#div_id_description"'
    assert link in answer.content.decode()
    assert 'id="div_id_description"' in desk.get(at_pupil(pupil_case)).content.decode()


def test_the_pedagogical_leader_sees_who_submits_and_may_not(
    client_for, staff, leader, post, draft
):
    client = client_for(staff)
    page = client.get(at("check", draft)).content.decode()
    assert leader.name in page
    assert "Indsend ansøgning</button>" not in page
    assert post(client, at("submit", draft)).status_code == 403


def test_the_steps_of_a_submitted_case_lead_to_the_case(submitted, desk):
    for step in STEPS:
        answer = desk.get(at(step, submitted))
        assert answer.headers["Location"] == f"/sager/{submitted.number}/"


def test_writing_after_submission_is_refused_and_keeps_the_words(submitted, desk, post):
    words = {"ppr_setup": "Skrevet for sent."}
    answer = post(desk, at("cooperation", submitted), words)
    assert answer.status_code == 422
    assert "kan ikke ændres nu" in answer.content.decode()
    assert "Skrevet for sent." in answer.content.decode()
    submitted.refresh_from_db()
    assert submitted.ppr_setup != "Skrevet for sent."


def test_adding_and_removing_pupils_after_submission_is_refused(submitted, desk, post):
    pupil_case = submitted.pupil_cases.first()
    pupil_of_the_case = [submitted.number, pupil_case.pk]
    remove = reverse("applications:remove_pupil", args=pupil_of_the_case)
    assert post(desk, at("add_pupil", submitted)).status_code == 422
    assert post(desk, remove).status_code == 422
    assert submitted.pupil_cases.count() == 2


def test_a_sent_back_case_says_on_every_step_what_is_asked(submitted, desk, chair):
    submitted.sent_back_note = "Hvordan er PPR med?"
    submitted.save(update_fields=["sent_back_note"])
    move(submitted, "send_back", by=chair)
    for step in STEPS:
        assert "Hvordan er PPR med?" in desk.get(at(step, submitted)).content.decode()


def test_a_submitted_case_is_withdrawn_with_a_reason_only(submitted, desk, post):
    withdraw = at("withdraw", submitted)
    assert post(desk, withdraw, {"reason": " "}).status_code == 422
    assert post(desk, withdraw, {"reason": "Eleven er flyttet."}).status_code == 302
    submitted.refresh_from_db()
    assert submitted.status == Status.WITHDRAWN


def test_a_draft_is_withdrawn_without_a_reason(draft, desk, post):
    post(desk, at("withdraw", draft))
    draft.refresh_from_db()
    assert draft.status == Status.WITHDRAWN


def test_an_adviser_is_invited_from_the_list(draft, desk, post, adviser, chief):
    assert post(desk, at("invite", draft), {"adviser": chief.pk}).status_code == 422
    assert post(desk, at("invite", draft), {"adviser": "æ"}).status_code == 422
    assert post(desk, at("invite", draft), {"adviser": adviser.pk}).status_code == 302
    assert Invitation.objects.filter(application=draft, user=adviser).exists()
    assert not Invitation.objects.filter(user=chief).exists()


# -- once, and at what price --
def test_a_doubled_submission_is_one(draft, desk):
    key = {"idempotency_key": str(uuid.uuid4())}
    answers = [desk.post(at("submit", draft), key) for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {at("receipt", draft)}
    assert AuditEntry.objects.filter(verb="submit").count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_submissions_at_once_are_one(draft, client_for, leader):
    key = {"idempotency_key": str(uuid.uuid4())}
    cookies = client_for(leader).cookies

    def send(_):
        client = Client()
        client.cookies = cookies
        try:
            return client.post(at("submit", draft), key).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(send, range(20))) == {302}
    assert AuditEntry.objects.filter(verb="submit").count() == 1


def test_a_form_without_its_key_is_refused(draft, desk):
    assert desk.post(at("submit", draft)).status_code == 400
    assert Application.objects.get().status == Status.DRAFT


@pytest.mark.parametrize("step", STEPS)
def test_a_steps_queries_do_not_grow_with_its_pupils(
    draft, desk, leader, adviser, step, django_assert_max_num_queries, django_assert_num_queries
):
    desk.get(at(step, draft))
    # One for the words of the help. The last one shows the whole application, who
    # has handed it over, where else its pupils are, and the next meeting.
    most = PAGE_QUERIES + 1 + 2 * (step == "check")
    with django_assert_max_num_queries(most) as few:
        desk.get(at(step, draft))
    for number in range(5):
        write_pupil(writing.add_pupil(draft, by=leader), f"Elev {number}", by=leader)
    with django_assert_num_queries(len(few)):
        desk.get(at(step, draft))


def test_the_lists_queries_do_not_grow_with_its_cases(
    draft, desk, leader, schools, django_assert_max_num_queries, django_assert_num_queries
):
    desk.get(LIST)
    with django_assert_max_num_queries(LIST_QUERIES) as few:
        desk.get(LIST, {"q": "SF-"})
    for _ in range(30):
        writing.start(school=schools["Baltorpskolen"], by=leader)
    with django_assert_num_queries(len(few)) as many:
        page = desk.get(LIST, {"q": "SF-"})
    assert len(page.context["rows"]) == 25
    assert not [q for q in many.captured_queries if "learning_environment" in q["sql"]]


def test_the_pages_hold_no_name_and_no_number_in_title_or_address(draft, desk, pupil_case):
    for url in [at_pupil(pupil_case), *(at(step, draft) for step in STEPS)]:
        page = desk.get(url).content.decode()
        assert f"<title>{draft.number} - SkoleFleks</title>" in page
        assert pupil_case.pupil.cpr not in url
