"""The pages of texts: found, written after they were seen, and seen as the letter they become."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from skolefleks.danish import today
from skolefleks.models import TextVersion
from skolefleks.texts import actions, declarations
from tests.conftest import text_of
from tests.house.test_ceilings import asked

pytestmark = pytest.mark.django_db

TITLE = "brev-overskrift"
PAGE = "/administration/tekster/brev-overskrift/"


@pytest.fixture
def desk(client_for, admin):
    return client_for(admin)


def sent(text="Svar: {elev}", **more):
    return {
        "text": text,
        "starts_on": f"{today():%d.%m.%Y}",
        "reason": "Plain tale.",
        "after": "0",
        **more,
    }


def test_the_list_finds_texts_and_says_what_is_changed(desk, admin):
    shelves = text_of(desk.get(reverse("texts")))
    assert "Breve til skolen" in shelves
    assert "Afgørelse om SkoleFleks" not in shelves
    page = text_of(desk.get(reverse("texts"), {"gruppe": "breve-til-skolen"}))
    assert "Afgørelse om SkoleFleks: {elev}" in page
    assert "Kvalitetsudvalget for SkoleFleks traf afgørelsen" in page
    searched = text_of(desk.get(reverse("texts"), {"q": "forfalder"}))
    assert "Udbetalt: der kommer mere" in searched
    assert "brev-overskrift" not in searched
    changed = desk.get(reverse("texts"), {"vis": "aendrede"})
    assert "Søgningen fandt intet" in text_of(changed)


def test_a_group_is_ordered_by_what_its_names_begin_with(desk):
    page = desk.get(reverse("texts"), {"gruppe": "hjaelp-ved-felterne"})
    [shelf] = page.context["shelves"]
    assert [part.subject for part in shelf.parts][:3] == ["Elev", "Læringsmiljø", "Afprøvet tiltag"]
    assert sum(len(part.rows) for part in shelf.parts) == len(shelf.rows)
    meetings = text_of(desk.get(reverse("texts"), {"gruppe": "beskeder-moeder"}))
    assert ("Afbud til et møde" in meetings, "Øvrige" in meetings) == (True, True)
    assert "Penge udbetalt" not in meetings


def test_no_group_is_too_long_to_look_through():
    groups = Counter(text.group for text in declarations.every().values())
    assert max(groups.values()) < 50


def test_a_text_is_seen_before_it_is_kept(desk, post):
    first = post(desk, PAGE, sent())
    assert "Svar: Sofie Holm" in text_of(first)
    assert not TextVersion.objects.exists()
    seen = first.context["seen"]
    other = post(desk, PAGE, sent("Noget andet: {elev}", seen=seen))
    assert "Ikke gemt endnu" in text_of(other)
    kept = post(desk, PAGE, sent(seen=seen))
    assert kept.status_code == 302
    assert TextVersion.objects.get().text == "Svar: {elev}"


def test_a_wrong_placeholder_is_told_at_the_field_and_the_words_stay(desk, post):
    page = post(desk, PAGE, sent("Svar til {fornavn}"))
    assert page.status_code == 422
    assert "»{fornavn}« findes ikke her" in text_of(page)
    assert "Svar til {fornavn}" in text_of(page)


def test_what_is_typed_is_seen_as_the_letter_that_it_becomes(desk, post):
    paper = post(desk, PAGE, sent(paper="pdf"))
    assert paper["Content-Type"] == "application/pdf"
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages)
    assert "Svar: Sofie Holm" in words
    assert "UDKAST" in words
    assert not TextVersion.objects.exists()


def test_a_version_is_seen_and_taken_back(desk, admin, post):
    day = today() + timedelta(days=2)
    actions.write(TITLE, text="Svar: {elev}", starts_on=day, reason="Nyt.", after=0, by=admin)
    page = desk.get(reverse("text_version", args=[TITLE, 1])).content.decode()
    assert "<del>" in page
    assert "Svar: Sofie Holm" in page
    assert desk.get(reverse("text_pdf", args=[TITLE, 1])).status_code == 200
    post(desk, reverse("withdraw_text", args=[TITLE, 1]))
    assert "Taget tilbage" in text_of(desk.get(PAGE))


def test_a_text_that_there_is_none_of_is_not_found(desk):
    assert desk.get("/administration/tekster/hemmelig/").status_code == 404
    assert desk.get(reverse("text_version", args=[TITLE, 10**20])).status_code == 404


def test_the_pages_ask_the_same_however_many_versions_there_are(desk, admin, client_for):
    before = asked(desk, reverse("texts")), asked(desk, PAGE)
    for number in range(12):
        actions.write(
            TITLE,
            text=f"Svar {number}: {{elev}}",
            starts_on=today(),
            reason="Nyt.",
            after=number,
            by=admin,
        )
    assert (asked(desk, reverse("texts")), asked(desk, PAGE)) == before
    assert max(before) <= 8
