"""A follow-up in the browser: its report is saved while typing and handed in, its outcome given."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.conftest import text_of
from visitation.models import StatusReport


@pytest.fixture
def url(window):
    return f"{window.effort.get_absolute_url()}opfoelgninger/{window.pk}/"


def test_the_report_begins_with_the_plan(url, school):
    page = school.get(f"{url}statusrapport/")
    assert "Ressourceperson" in page.content.decode()
    assert not StatusReport.objects.exists()


def test_a_report_is_saved_while_somebody_types(url, school, post):
    sent = {"then": "autosave", "only": ["progress"], "progress": "Fremad."}
    answer = post(school, f"{url}statusrapport/", sent)
    assert answer.status_code == 200
    assert answer.json()["errors"] == {}
    assert StatusReport.objects.get().progress == "Fremad."


def test_a_draft_is_the_schools_own(url, school, committee, post):
    post(school, f"{url}statusrapport/", {"carried_out": "Hemmelig kladde.", "progress": ""})
    assert "Hemmelig kladde" in text_of(school.get(url))
    assert "Hemmelig kladde" not in text_of(committee.get(url))


def test_a_report_that_is_handed_in_is_read_by_the_committee(url, school, committee, post):
    sent = {"then": "hand_in", "carried_out": "Som planlagt.", "progress": "Fremad."}
    assert post(school, f"{url}statusrapport/", sent).status_code == 302
    assert "Som planlagt." in text_of(committee.get(url))


def test_the_pupils_words_need_a_word_or_a_cross(url, school, post):
    voice = f"{url}stemme/eleven/"
    assert post(school, voice, {"how": "together"}).status_code == 422
    assert post(school, voice, {"how": "together", "is_declined": "on"}).status_code == 302
    assert "Ønsker ikke at udtale sig" in text_of(school.get(url))


def test_talk_and_outcome_stand_on_the_page(url, school, post, reported):
    day = reported.opens_on.isoformat()
    talk = {"held_on": day, "present": ["pupil", "ppr"]}
    assert post(school, f"{url}samtale/", talk).status_code == 302
    outcome = {"outcome": "step_down", "grounds": "Går godt."}
    assert post(school, f"{url}resultat/", outcome).status_code == 302
    page = text_of(school.get(url))
    assert "Resultat: Trap ned" in page
    assert "Eleven, PPR" in page


def test_who_is_not_signed_in_is_led_to_sign_in(url):
    assert Client().get(url).status_code == 302
