"""An application goes from its writer to the school leader: signed, or handed back."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from applications.handover import actions as handover
from applications.models import Application, HandOver
from applications.reading import listing
from applications.submission import actions as submission
from skolefleks.models import AuditEntry, Notice
from skolefleks.refusals import NotPossible
from tests.conftest import text_of
from tests.deciding import deliver


@pytest.fixture
def handed(draft, staff):
    handover.hand_over(draft, note="Se på taksten.", by=staff)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def check(draft):
    return reverse("applications:check", args=[draft.number])


def waiting_for(user):
    return list(Application.objects.filter(listing.waits_for(user)))


def newest(user):
    return Notice.objects.filter(user=user).latest("id").text


def test_what_is_handed_over_waits_for_the_leader_with_the_note(
    handed, leader, staff, school, check
):
    deliver()
    assert (waiting_for(leader), waiting_for(staff)) == ([handed], [])
    assert newest(leader) == "En ansøgning er klar til din underskrift"
    assert "Se på taksten." in text_of(school.get(check))


def test_the_leader_signs_by_submitting(handed, leader, staff):
    submission.submit(handed, by=leader)
    deliver()
    assert HandOver.objects.get().status == "signed"
    assert newest(staff) == "Skolelederen har underskrevet og indsendt ansøgningen"
    assert AuditEntry.objects.filter(verb="sign", subject=handed.number).exists()


def test_handed_back_it_is_the_writers_again_and_says_why(handed, leader, staff, client_for, check):
    handover.hand_back(handed, answer="Skriv mere om målene.", by=leader)
    deliver()
    assert newest(staff) == "Skolelederen har givet ansøgningen tilbage til dig"
    assert "Skriv mere om målene." in text_of(client_for(staff).get(check))
    assert HandOver.objects.get().status == "returned"


def test_it_lies_with_the_leader_once(handed, staff):
    with pytest.raises(NotPossible):
        handover.hand_over(handed, note="Igen.", by=staff)
    handover.take_back(handed, by=staff)
    handover.hand_over(handed, note="Igen.", by=staff)
    assert HandOver.objects.count() == 2


def test_an_incomplete_one_is_not_handed_over(draft, staff, client_for, post):
    Application.objects.filter(pk=draft.pk).update(legal_basis="")
    url = reverse("applications:hand_over", args=[draft.number])
    answer = post(client_for(staff), url, {"note": "Værsgo."})
    assert answer.status_code == 422
    assert "Værsgo." in answer.content.decode()
    assert not HandOver.objects.exists()


def test_the_review_shows_every_part_with_its_way_back(draft, school, check):
    page = school.get(check).content.decode()
    titles = re.findall(r"Ret<span class=\"sr-only\"> ([^<]+)</span>", page)
    assert {"Læringsmiljø", "Samarbejde", "Ledelse"} < set(titles)
    assert len([title for title in titles if title.startswith("Elev")]) == 2
    assert "data-print" in page
