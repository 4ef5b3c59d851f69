"""A member who disagrees has it written down at the decision, for the committee alone."""

from __future__ import annotations

import io

import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import terms, text_of
from tests.deciding import deliver
from tests.meetings import held, members, under_way
from tests.scenes import kept
from visitation.decisions import actions as decisions
from visitation.dissents import actions
from visitation.minutes import actions as minutes
from visitation.minutes import queries as minutes_queries
from visitation.models import Document
from visitation.recusals import actions as recusals
from visitation.recusals import rules as recusal_rules
from visitation.releases import actions as releases

TEXT = "Jeg ville have givet Anna mere."


@pytest.fixture
@kept
def others(person):
    return members(person)


@pytest.fixture
@kept
def meeting(case, submitted, chair, others, pools):
    return under_way(submitted, by=chair, present=[chair, *others])


@pytest.fixture
@kept
def decision(meeting, case, chair):
    made = decisions.grant(case, terms(), grounds="Behovet er stort.", by=chair)
    return made.decision


def url(meeting, decision):
    return reverse("visitation:dissent", args=[meeting.pk, decision.pupil_case_id])


def written(meeting):
    return str(minutes_queries.minutes_of(meeting)["points"])


def test_it_stands_in_the_minutes_with_initials(meeting, decision, others):
    assert actions.note_dissent(decision, member=others[0], text=TEXT, by=others[0])
    points = written(meeting)
    assert f"Protokolleret uenighed, {others[0].name}" in points
    assert "Jeg ville have givet A.B. mere." in points


def test_it_stands_in_the_paper_of_the_minutes(meeting, decision, others, committee):
    actions.note_dissent(decision, member=others[0], text="Taksten er for lav.", by=others[0])
    paper = committee.get(reverse("visitation:minutes_pdf", args=[meeting.pk])).content
    pages = pypdf.PdfReader(io.BytesIO(paper)).pages
    assert "Taksten er for lav." in " ".join(page.extract_text() for page in pages)


def test_the_last_words_of_a_member_stand(meeting, decision, others):
    for text in ("Taksten er for lav.", "Perioden er for kort."):
        actions.note_dissent(decision, member=others[0], text=text, by=others[0])
    assert "for lav" not in written(meeting)
    assert "Perioden er for kort." in written(meeting)
    assert meeting.events.filter(kind="dissent").count() == 2


def test_the_secretary_writes_it_for_a_member(decision, others, secretary):
    actions.note_dissent(decision, member=others[0], text=TEXT, by=secretary)
    with pytest.raises(PermissionDenied):
        actions.note_dissent(decision, member=others[0], text=TEXT, by=others[1])


def test_who_took_no_part_has_none(decision, member):
    with pytest.raises(Refusal, match="deltog i afgørelsen"):
        actions.note_dissent(decision, member=member, text=TEXT, by=member)


def test_approved_minutes_take_no_more(meeting, decision, others, chair):
    minutes.approve_minutes(held(meeting, by=chair), by=chair)
    with pytest.raises(NotPossible, match="godkendt"):
        actions.note_dissent(decision, member=others[0], text=TEXT, by=others[0])


def test_an_undone_decision_takes_its_dissent_along(meeting, decision, others, chair):
    actions.note_dissent(decision, member=others[0], text="Taksten er for lav.", by=others[0])
    decisions.undo(decision, by=chair)
    assert "for lav" not in written(meeting)
    with pytest.raises(NotPossible, match="fortrudt"):
        actions.note_dissent(decision, member=others[0], text=TEXT, by=others[0])


def test_who_is_disqualified_neither_writes_nor_reads_it(
    meeting, decision, submitted, others, chair, client_for
):
    actions.note_dissent(decision, member=others[0], text="Taksten er for lav.", by=others[0])
    recusals.set_recusal(submitted, others[1], reason="Er nabo.", by=chair)
    with pytest.raises(recusal_rules.Recused):
        actions.note_dissent(decision, member=others[1], text=TEXT, by=others[1])
    signed_in = client_for(others[1])
    assert signed_in.get(url(meeting, decision)).status_code == 404
    page = signed_in.get(reverse("visitation:minutes", args=[meeting.pk]))
    assert "for lav" not in text_of(page)


def test_the_schools_letter_says_nothing_of_it(meeting, decision, submitted, others, chair):
    actions.note_dissent(decision, member=others[0], text="Taksten er for lav.", by=others[0])
    for pupil in submitted.pupil_cases.exclude(pk=decision.pupil_case_id):
        decisions.reject(pupil, grounds="Skolen har selv midlerne.", by=chair)
    releases.release(submitted, by=chair)
    deliver()
    letters = list(Document.objects.filter(application=submitted))
    assert letters
    assert not any("for lav" in letter.source for letter in letters)


def test_it_is_written_from_the_room_and_comes_back_there(
    meeting, decision, others, client_for, post
):
    signed_in = client_for(others[0])
    page = signed_in.get(reverse("visitation:minutes", args=[meeting.pk]))
    assert url(meeting, decision) in page.content.decode()
    sent = {"member": others[0].pk, "text": TEXT}
    answer = post(signed_in, f"{url(meeting, decision)}?fra=moede", sent)
    assert answer.url == reverse("visitation:meeting_mode", args=[meeting.pk])


def test_a_number_is_refused_and_what_was_typed_stays(meeting, decision, others, client_for, post):
    sent = {"member": others[0].pk, "text": "Om 010115-6789."}
    answer = post(client_for(others[0]), url(meeting, decision), sent)
    assert answer.status_code == 422
    assert "Om 010115-6789." in answer.content.decode()
