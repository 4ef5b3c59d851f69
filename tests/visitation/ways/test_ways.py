"""Who decided stands true: on the decision, in the letter, and at the next meeting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from skolefleks.danish import day, today
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import many, text_of
from tests.deciding import deliver, meeting_with, wish_terms
from tests.meetings import under_way
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.minutes import queries as minutes
from visitation.models import Decision, Document, Grant, WaitingPlace, WrittenRound
from visitation.recusals import actions as recusals
from visitation.releases import actions as releases
from visitation.ways import actions, rules

URGENT = rules.Way(rules.Basis.ALONE, rules.Ground.URGENT, "Skolen lukker om en uge.")
SLIP = rules.Way(rules.Basis.ALONE, rules.Ground.SLIP, "Beløbet var skrevet forkert.")


def sent_round(case, chair, days=7, what=rules.What.FIRST):
    deadline = today() + timedelta(days=days)
    return actions.send_round(
        case,
        what=what,
        sent_form="outcome=rejected&grounds=Nej",
        proposal=[["Afgørelse", "Afslag"]],
        deadline=deadline,
        by=chair,
    )


def letter_of(application):
    return Document.objects.filter(application=application, kind="letter").latest("made_at").source


def test_one_person_outside_a_meeting_is_not_the_committee(case, pools, chair, secretary):
    for person in (chair, secretary):
        with pytest.raises(NotPossible, match="ikke på et møde"):
            decisions.grant(case, wish_terms(), grounds="Behov.", by=person)
    with pytest.raises(NotPossible, match="kun formanden"):
        decisions.grant(case, wish_terms(), grounds="Behov.", way=URGENT, by=secretary)
    assert not Decision.objects.exists()
    assert not Grant.objects.exists()


def test_the_chair_alone_says_so_in_the_letter_and_never_that_the_committee_decided(
    case, pools, chair
):
    for pupil_case in case.application.pupil_cases.all():
        decisions.reject(pupil_case, grounds="Nej.", way=URGENT, by=chair)
    releases.release(case.application, by=chair)
    letter = letter_of(case.application)
    assert "af formanden alene" in letter
    assert "fordi sagen hastede" in letter
    assert "Kvalitetsudvalget har behandlet" not in letter
    assert "traf afgørelsen på mødet" not in letter


def test_a_letter_says_on_which_day_the_meeting_decided_whenever_it_was_planned_for(
    case, chair, three
):
    under_way(case.application, by=chair, present=three, days=5)
    for pupil_case in case.application.pupil_cases.all():
        decisions.reject(pupil_case, grounds="Nej.", by=chair)
    releases.release(case.application, by=chair)
    assert f"traf afgørelsen på mødet den {day(today())}" in letter_of(case.application)


def test_what_the_municipality_has_not_settled_the_chair_may_not(case, chair, settings):
    settings.CHAIR_ALONE = ("slip",)
    with pytest.raises(NotPossible):
        decisions.reject(case, grounds="Nej.", way=URGENT, by=chair)


def test_a_slip_is_mended_by_the_chair_alone_and_a_new_case_is_no_slip(case, pools, chair):
    with pytest.raises(NotPossible):
        decisions.grant(case, wish_terms(), grounds="Behov.", way=SLIP, by=chair)
    for pupil_case in case.application.pupil_cases.select_related("pupil"):
        decisions.reject(pupil_case, grounds="Nej.", way=URGENT, by=chair)
    releases.release(case.application, by=chair)
    released = Decision.objects.released().get(pupil_case=case)
    new = corrections.correct(released, wish_terms(), grounds="Rettet.", way=SLIP, by=chair)
    assert (new.basis, new.ground) == ("alone", "slip")


def test_a_case_at_a_meeting_is_decided_there_and_nowhere_else(case, pools, chair, three):
    meeting_with(case.application, three, by=chair)
    with pytest.raises(NotPossible, match="det møde, der er i gang"):
        decisions.reject(case, grounds="Nej.", way=URGENT, by=chair)
    assert decisions.reject(case, grounds="Nej.", by=chair).basis == "meeting"


def test_a_meeting_of_too_few_can_put_a_case_off_and_nothing_else(case, chair, three):
    meeting_with(case.application, three[:2], by=chair)
    with pytest.raises(NotPossible) as refusal:
        decisions.reject(case, grounds="Nej.", by=chair)
    assert "skriv flere på" not in str(refusal.value)
    assert decisions.postpone(case, grounds="Vi er for få.", by=chair).is_postponed


def test_the_next_meeting_is_told_and_it_stands_in_its_minutes(case, chair, three, schools, leader):
    decisions.reject(case, grounds="Nej.", way=URGENT, by=chair)
    [other] = many(1, school=schools["Hedegårdsskolen"], by=leader)
    meeting = under_way(other.application, by=chair, present=three)
    [line] = minutes.minutes_of(meeting)["told_of"]
    assert "af formanden alene" in line["text"]
    assert line["reason"] == "Skolen lukker om en uge."
    assert not Decision.objects.to_be_told().exists()


# -- in writing ------------------------------------------------------------------------------------
def test_a_round_is_decided_when_all_have_agreed_and_those_who_agreed_took_part(case, chair, three):
    written = sent_round(case, chair)
    way = rules.Way(rules.Basis.WRITTEN)
    for member in three:
        with pytest.raises(NotPossible, match="ikke tilsluttet"):
            decisions.reject(case, grounds="Nej", way=way, by=chair)
        actions.answer_round(written, agrees=True, by=member)
    decision = decisions.reject(case, grounds="Nej", way=way, by=chair)
    assert (decision.basis, decision.written_round) == ("written", written)
    took_part = {row.user for row in decision.participants.filter(part="took_part")}
    assert took_part == {chair, *three}


def test_what_was_agreed_to_decides_that_and_nothing_else(case, chair, three):
    written = sent_round(case, chair, what=rules.What.ENDING)
    for member in three:
        actions.answer_round(written, agrees=True, by=member)
    with pytest.raises(NotPossible, match="ikke tilsluttet"):
        decisions.reject(case, grounds="Nej", way=rules.Way(rules.Basis.WRITTEN), by=chair)


def test_one_who_asks_for_a_meeting_ends_the_round(case, chair, three):
    written = sent_round(case, chair)
    with pytest.raises(Refusal, match="hvorfor"):
        actions.answer_round(written, agrees=False, by=three[0])
    actions.answer_round(written, agrees=False, reason="Det er dyrt.", by=three[0])
    with pytest.raises(NotPossible):
        actions.answer_round(written, agrees=True, by=three[1])
    with pytest.raises(NotPossible):
        decisions.reject(case, grounds="Nej", way=rules.Way(rules.Basis.WRITTEN), by=chair)
    assert WrittenRound.objects.get().status == "to_meeting"


def test_nobody_answers_twice_nor_who_does_not_count(case, chair, secretary, three):
    written = sent_round(case, chair)
    with pytest.raises(Overtaken):
        actions.answer_round(written, agrees=True, by=chair)
    with pytest.raises(Exception, match="svare i skriftlig"):
        actions.answer_round(written, agrees=True, by=secretary)


def test_too_few_who_may_judge_the_case_are_not_asked(case, chair, member):
    with pytest.raises(NotPossible, match="Kun 2"):
        sent_round(case, chair)


def test_the_members_are_told_of_a_round_and_the_chair_of_the_answer(
    case, chair, three, mailoutbox
):
    deliver()
    mailoutbox.clear()
    written = sent_round(case, chair)
    deliver()
    assert {mail.to[0] for mail in mailoutbox} == {member.email for member in three}
    actions.answer_round(written, agrees=False, reason="Det er dyrt.", by=three[0])
    deliver()
    assert mailoutbox[-1].to == [chair.email]
    assert "Det er dyrt" not in mailoutbox[-1].body


# -- what the database keeps -----------------------------------------------------------------------
def test_who_decided_can_never_be_changed_nor_left_out(case, chair):
    decision = decisions.reject(case, grounds="Nej.", way=URGENT, by=chair)
    rows = Decision.objects.filter(pk=decision.pk)
    for change in ({"basis": "written"}, {"basis": "before", "ground": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    decision.pk, decision.status, decision.basis = None, "undone", "before"
    with pytest.raises(DatabaseError), transaction.atomic():
        decision.save(force_insert=True)


# -- the pages -------------------------------------------------------------------------------------
def test_a_round_goes_from_the_form_to_the_decision_word_for_word(
    case, pools, chair, three, client_for, post, decision_form
):
    page = reverse("decide", args=[case.application.number, case.pk])
    deadline = f"{today() + timedelta(days=5):%d.%m.%Y}"
    sent = post(client_for(chair), page, {**decision_form, "way": "written", "deadline": deadline})
    written = WrittenRound.objects.get()
    assert sent.url == written.get_absolute_url()
    for member in three:
        post(client_for(member), sent.url, {"answer": "agree"})
    post(client_for(chair), page, {"conclude": "1", "grounds": "Noget helt andet."})
    decision = Decision.objects.get()
    assert decision.basis == "written"
    assert decision.grounds == decision_form["grounds"]


def test_a_round_proposes_nothing_that_its_outcome_does_not_ask_for(
    case, pools, chair, three, client_for, post, decision_form
):
    page = reverse("decide", args=[case.application.number, case.pk])
    deadline = f"{today() + timedelta(days=5):%d.%m.%Y}"
    # The form comes with the school's wish filled in, and a rejection leaves it there.
    way = {"way": "written", "deadline": deadline}
    post(client_for(chair), page, decision_form | {"outcome": "rejected"} | way)
    labels = [label for label, _ in WrittenRound.objects.get().lines]
    assert labels == ["Afgørelse", "Behovets tyngde", "Begrundelse"]


def test_a_round_that_proposes_the_waiting_list_puts_the_pupil_on_it(
    case, pools, chair, three, client_for, post, decision_form
):
    page = reverse("decide", args=[case.application.number, case.pk])
    deadline = f"{today() + timedelta(days=5):%d.%m.%Y}"
    wish = decision_form | {"outcome": "waiting", "tariff": "215.000", "weight": "5"}
    sent = post(client_for(chair), page, wish | {"way": "written", "deadline": deadline})
    read = text_of(client_for(three[0]).get(sent.url))
    assert "på venteliste" in read
    assert "215.000" in read
    assert not WaitingPlace.objects.exists()
    for member in three:
        post(client_for(member), sent.url, {"answer": "agree"})
    post(client_for(chair), page, {"conclude": "1", "tariff": "300.000"})
    place = WaitingPlace.objects.get()
    assert (place.tariff, place.weight, place.decision.basis) == (215_000, 5, "written")


def test_the_chair_says_why_alone_and_the_secretary_is_offered_nothing(
    case, pools, chair, secretary, client_for, post, decision_form
):
    page = reverse("decide", args=[case.application.number, case.pk])
    refused = post(client_for(chair), page, {**decision_form, "way": "urgent"})
    assert refused.status_code == 422
    assert rules.NO_REASON in text_of(refused)
    assert "Gem afgørelsen" not in text_of(client_for(secretary).get(page))
    typed = {**decision_form, "way": "urgent", "way_reason": "Kan ikke vente."}
    assert post(client_for(secretary), page, typed).status_code == 422
    assert post(client_for(chair), page, typed).status_code == 302
    told = text_of(client_for(chair).get(case.application.get_absolute_url()))
    assert "af formanden alene" in told
    assert "Kan ikke vente." in told


def test_who_is_disqualified_sees_nothing_of_a_round(case, chair, three, client_for):
    written = sent_round(case, chair)
    recusals.declare(case.application, by=three[0], reason="Nabo.")
    closed = client_for(three[0])
    assert closed.get(written.get_absolute_url()).status_code == 404
    listed = text_of(closed.get(reverse("visitation:rounds")))
    assert case.application.number not in listed


def test_who_cannot_decide_here_reads_it_before_the_form(case, client_for, secretary):
    page = reverse("decide", args=[case.application.number, case.pk])
    text = text_of(client_for(secretary).get(page))
    assert text.index("Kan ikke afgøres her nu") < text.index("Udvalgets afgørelse")
    assert "Gem afgørelsen" not in text


def test_what_is_decided_already_is_not_sent_to_an_agenda(case, chair, secretary, client_for):
    for pupil_case in case.application.pupil_cases.all():
        decisions.reject(pupil_case, grounds="Nej.", way=URGENT, by=chair)
    releases.release(case.application, by=chair)
    page = reverse("correct_decision", args=[case.application.number, case.pk])
    text = text_of(client_for(secretary).get(page))
    assert "Kan ikke afgøres her nu" in text
    assert "Sæt den på dagsordenen" not in text


def test_the_form_says_whether_the_follow_ups_move_with_the_period(case, chair, client_for, pools):
    follows = "Retter du perioden og ikke dagene, følger de med"
    address = [case.application.number, case.pk]
    assert follows in text_of(client_for(chair).get(reverse("decide", args=address)))
    for pupil_case in case.application.pupil_cases.select_related("pupil"):
        decisions.grant(pupil_case, wish_terms(), grounds="Behov.", way=URGENT, by=chair)
    releases.release(case.application, by=chair)
    page = client_for(chair).get(reverse("correct_decision", args=address))
    assert follows not in text_of(page)
