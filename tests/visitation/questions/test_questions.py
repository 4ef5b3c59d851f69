"""Written questions: asked by a deliberate second step, answered once.

They stand on the case for the committee and the school alone.
"""

from __future__ import annotations

import threading
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

import applications.tasks  # noqa: F401
import visitation.tasks  # noqa: F401  both register what the worker does with the outbox
from applications.models import Recusal
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks import outbox
from skolefleks.models import Notice, OutboxMessage
from skolefleks.refusals import NotPossible, Overtaken
from tests.conftest import text_of
from tests.racing import at_once
from tests.scenes import beside, kept
from visitation.cases import actions as cases
from visitation.models import Question
from visitation.questions import actions as questions
from visitation.recusals import rules as recusal_rules

ASKED, ANSWERED = "Hvornår kan praktikken begynde?", "Praktikken kan begynde i august."


@pytest.fixture
@beside
def url(submitted):
    return reverse("questions", args=[submitted.number])


@pytest.fixture
@kept
def question(submitted, member):
    return questions.ask(submitted, text=ASKED, by=member)


def answer_url(question):
    return reverse("answer_question", args=[question.application.number, question.pk])


def notices_of(user):
    """What the person is told of questions, once all that waits is delivered."""
    waiting = OutboxMessage.objects.filter(topic__startswith="question", done_at__isnull=True)
    for message in waiting.order_by("created_at"):
        outbox.deliver(message.pk)

    notices = Notice.objects.filter(user=user, topic__startswith="question")
    return list(notices.values_list("topic", "must_act"))


# -- asking ----------------------------------------------------------------------------
def test_a_question_is_looked_through_before_it_is_sent(submitted, url, member, client_for, post):
    client, page = client_for(member), reverse("ask_question", args=[submitted.number])
    first = post(client, page, {"text": ASKED})
    assert "Det læser skolen " + ASKED in text_of(first)
    assert not Question.objects.exists()
    assert ASKED in text_of(post(client, page, {"text": ASKED, "ret": "1"}))
    assert not Question.objects.exists()
    assert post(client, page, {"text": ASKED, "send": "1"}).url == url
    assert Question.objects.get().text == ASKED


@pytest.mark.parametrize("text", ["", "x" * 601])
def test_a_question_is_short_and_what_was_typed_stays(text, submitted, committee, post):
    answer = post(
        committee, reverse("ask_question", args=[submitted.number]), {"text": text, "send": "1"}
    )
    assert (answer.status_code, text in answer.content.decode()) == (422, True)
    assert not Question.objects.exists()


def test_nothing_is_asked_of_a_case_that_the_school_has(submitted, chair, committee, post):
    cases.send_back(submitted, note="Mere.", by=chair)
    answer = post(
        committee, reverse("ask_question", args=[submitted.number]), {"text": ASKED, "send": "1"}
    )
    assert "Spørgsmålet er ikke sendt" in text_of(answer)
    assert ASKED in answer.content.decode()


@pytest.mark.parametrize("who", ["leader", "staff", "adviser", "chief", "follower"])
def test_who_is_not_of_the_committee_asks_nothing(who, submitted, request):
    with pytest.raises(PermissionDenied):
        questions.ask(submitted, text=ASKED, by=request.getfixturevalue(who))


# -- answering -------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["leader", "staff"])
def test_the_school_answers_on_the_case(who, question, url, client_for, committee, post, request):
    client = client_for(request.getfixturevalue(who))
    assert ASKED in text_of(client.get(url))
    assert post(client, answer_url(question), {"text": ANSWERED}).url == url
    for reader in (client, committee):
        assert f"{ASKED} Skolen svarer" in text_of(reader.get(url))
        assert ANSWERED in text_of(reader.get(url))


def test_an_empty_answer_is_refused(question, school, post):
    answer = post(school, answer_url(question), {"text": " "})
    assert (answer.status_code, "Skriv jeres svar" in text_of(answer)) == (422, True)


def test_who_answers_second_is_told_and_keeps_what_they_wrote(question, school, staff, post):
    questions.answer(question, text=ANSWERED, by=staff)
    answer = post(school, answer_url(question), {"text": "Mit lange svar."})
    assert answer.status_code == 422
    for words in ("Peder Baltorp har allerede svaret", "Mit lange svar.", ANSWERED):
        assert words in text_of(answer)
    assert Question.objects.get().answer == ANSWERED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_the_first_wins(question, leader, staff):
    acts = [
        partial(
            questions.answer,
            Question.objects.select_related("application").get(),
            text=by.name,
            by=by,
        )
        for by in (leader, staff)
    ]
    answers = at_once(acts * 3)
    assert sum(isinstance(answer, Overtaken) for answer in answers) == 5
    stands = Question.objects.get()
    assert stands.answer == stands.answered_by.name
    assert OutboxMessage.objects.filter(topic="question.answered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_locks_both_would_answer(question, leader, staff, monkeypatch):
    met = threading.Barrier(2)
    monkeypatch.setattr("applications.writing.actions.lock", lambda application: None)
    monkeypatch.setattr(Question, "refresh_from_db", lambda question, **_: met.wait(30))
    copies = [Question.objects.select_related("application").get() for _ in range(2)]
    acts = [
        partial(questions.answer, copies[0], text=leader.name, by=leader),
        partial(questions.answer, copies[1], text=staff.name, by=staff),
    ]
    assert at_once(acts) == [None, None]
    assert OutboxMessage.objects.filter(topic="question.answered").count() == 2


@pytest.mark.parametrize("who", ["other_leader", "adviser", "member", "chair"])
def test_nobody_else_answers_for_the_school(who, question, request):
    with pytest.raises(PermissionDenied):
        questions.answer(question, text=ANSWERED, by=request.getfixturevalue(who))


def test_a_case_that_is_over_takes_no_answer(question, submitted, leader):
    submission.withdraw(submitted, reason="Flyttet.", by=leader)
    with pytest.raises(NotPossible):
        questions.answer(question, text=ANSWERED, by=leader)


# -- who is told, who sees -------------------------------------------------------------
def test_the_school_must_act_and_the_committee_has_news(
    question, leader, other_leader, member, chair, secretary
):
    assert notices_of(leader) == [("question.asked", True)]
    questions.answer(question, text=ANSWERED, by=leader)
    assert notices_of(member) == notices_of(chair) == [("question.answered", False)]
    assert notices_of(secretary) == notices_of(other_leader) == []


def test_no_notice_says_what_was_asked_or_answered(question, leader, chair):
    questions.answer(question, text=ANSWERED, by=leader)
    notices_of(chair)
    texts = " ".join(Notice.objects.values_list("text", flat=True)) + str(
        list(OutboxMessage.objects.values("payload"))
    )
    assert "praktik" not in texts.lower()


def test_whoever_is_disqualified_meanwhile_hears_nothing_and_sees_nothing(
    question, submitted, url, leader, member, client_for
):
    now = timezone.now()
    Recusal.objects.create(
        application=submitted, user=member, origin="declared", set_by=member, set_at=now
    )
    questions.answer(question, text=ANSWERED, by=leader)
    assert notices_of(member) == []
    assert client_for(member).get(url).status_code == 404
    with pytest.raises(recusal_rules.Recused):
        questions.ask(submitted, text=ASKED, by=member)


def test_an_invited_adviser_sees_neither(question, submitted, url, leader, adviser, client_for):
    writing.invite(submitted, adviser=adviser, by=leader)
    questions.answer(question, text=ANSWERED, by=leader)
    client = client_for(adviser)
    assert client.get(url).status_code == 403
    page = client.get(submitted.get_absolute_url()).content.decode()
    assert not [text for text in (ASKED, ANSWERED, "Spørgsmål") if text in page]


def test_the_school_is_not_told_who_of_the_committee_asked(question, url, school, committee):
    assert "Mads Medlem" not in school.get(url).content.decode()
    assert "Mads Medlem" in committee.get(url).content.decode()


def test_what_waits_for_an_answer_stands_on_the_schools_start_page(
    question, leader, school, client_for, other_leader
):
    assert "Udvalget spørger" in text_of(school.get("/"))
    assert "Udvalget spørger" not in text_of(client_for(other_leader).get("/"))
    questions.answer(question, text=ANSWERED, by=leader)
    assert "Udvalget spørger" not in text_of(school.get("/"))


def test_the_queue_says_how_the_question_stands(question, leader, committee):
    assert "afventer svar" in text_of(committee.get("/visitation/"))
    questions.answer(question, text=ANSWERED, by=leader)
    assert "svar modtaget" in text_of(committee.get("/visitation/"))
