"""What is typed in a form is kept until it is sent, for the one who typed it alone."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from skolefleks import cpr
from skolefleks.drafts import actions as drafts
from skolefleks.drafts import queries
from skolefleks.models import Draft
from skolefleks.refusals import Refusal
from skolefleks.tasks import tidy

FORM = "/sager/SF-2026-0001/send-tilbage/ note"


def keep(client, person, **fields):
    data = {"idempotency_key": str(uuid.uuid4()), "form": FORM, "person": person.pk, **fields}
    return client.post(reverse("keep_draft"), data)


def read(client):
    return json.loads(client.get(reverse("draft"), {"form": FORM}).content)


def test_what_is_typed_is_there_again(chair, committee):
    assert keep(committee, chair, note="Hvad siger PPR?").status_code == 204
    assert keep(committee, chair, note="Hvad siger PPR nu?").status_code == 204
    assert read(committee)["fields"] == {"note": ["Hvad siger PPR nu?"]}
    assert Draft.objects.count() == 1


def test_it_is_there_for_nobody_else(chair, committee, client_for, secretary):
    keep(committee, chair, note="Hvad siger PPR?")
    assert read(client_for(secretary)) == {}


def test_it_is_not_kept_in_another_persons_name(chair, committee, secretary):
    assert keep(committee, secretary, note="Hvad siger PPR?").status_code == 409
    assert not Draft.objects.exists()


def test_it_lies_encrypted(chair):
    drafts.keep(FORM, {"note": ["Kvidder"]}, by=chair)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM skolefleks_draft t")
        [(row,)] = cursor.fetchall()
    assert "Kvidder" not in row
    assert b"Kvidder".hex() not in row


@pytest.mark.parametrize(
    ("form", "text", "why"),
    [
        (FORM, "Om 020115-6789", "CPR-nummeret"),
        (f"{FORM}?q=020115-6789", "x", "CPR-nummeret"),
        (FORM, "x" * 100_001, "for lang"),
        ("https://example.invalid/", "x", "hører ikke til"),
        ("/" * 301, "x", "hører ikke til"),
    ],
)
def test_what_no_form_of_ours_sends_is_refused(chair, form, text, why):
    with pytest.raises(Refusal, match=why):
        drafts.keep(form, {"note": [text]}, by=chair)
    assert not Draft.objects.exists()


def test_a_refused_draft_says_why(chair, committee):
    answer = keep(committee, chair, note="Om 020115-6789")
    assert answer.status_code == 422
    assert "CPR-nummeret" in answer.json()["refused"]


def test_beside_a_cpr_number_in_its_own_field_the_text_is_kept(chair, committee):
    answer = keep(committee, chair, worry="Han går hjem.", cpr="020115-6789")
    assert answer.status_code == 204
    assert read(committee)["fields"] == {"worry": ["Han går hjem."]}


def test_an_id_whose_digits_look_like_a_number_keeps_no_text_from_being_kept(chair):
    meeting = "0a020115-6789-4abc-8def-0123456789ab"
    mark = "c0201156789fe1b2c3d4"
    assert cpr.is_held_in(mark)
    drafts.keep(f"/visitation/moeder/{meeting}/referat/ text", {"read": [mark]}, by=chair)
    with pytest.raises(Refusal, match="CPR"):
        drafts.keep(FORM, {"note": [f"Han er {mark}."]}, by=chair)


def test_what_is_sent_is_no_draft_any_more(chair, committee, post, submitted):
    url = reverse("send_back", args=[submitted.number])
    drafts.keep(FORM, {"note": ["Hvad siger PPR?"]}, by=chair)
    assert post(committee, url, {"note": "", "draft": FORM}).status_code == 422
    assert Draft.objects.exists()

    answer = post(committee, url, {"note": "Hvad siger PPR?", "draft": FORM})
    assert answer.status_code == 302
    assert not Draft.objects.exists()


def test_a_draft_is_thrown_away_by_its_writer(chair, committee):
    keep(committee, chair, note="Hvad siger PPR?")
    assert keep(committee, chair, discard="1").status_code == 204
    assert read(committee) == {}


def test_nobody_comes_back_to_it_for_long(chair, settings):
    drafts.keep(FORM, {"note": ["Hvad siger PPR?"]}, by=chair)
    days = timedelta(days=settings.DRAFT_DAYS)
    Draft.objects.update(saved_at=timezone.now() - days + timedelta(minutes=1))
    tidy()
    assert Draft.objects.exists()

    Draft.objects.update(saved_at=timezone.now() - days - timedelta(minutes=1))
    tidy()
    assert not Draft.objects.exists()


def test_a_person_keeps_a_bounded_number_the_newest(chair, settings):
    settings.DRAFT_COUNT = 2
    for number in range(3):
        drafts.keep(f"/side/{number}/ note", {"note": [str(number)]}, by=chair)
    assert [queries.draft_of(f"/side/{n}/ note", chair) != {} for n in range(3)] == [
        False,
        True,
        True,
    ]


def test_the_form_of_many_texts_stands_for_every_draft_of_its_address(chair):
    drafts.keep("/moede/gem/ a-text", {"a-text": ["Fra lokalet"]}, by=chair)
    drafts.keep("/moede/gem/ *", {"b-text": ["Fra referatet"]}, by=chair)
    drafts.keep("/moede/gem/mere/ a-text", {"a-text": ["En anden side"]}, by=chair)
    kept = queries.draft_of("/moede/gem/ *", chair)["fields"]
    assert kept == {"a-text": ["Fra lokalet"], "b-text": ["Fra referatet"]}
    drafts.discard("/moede/gem/ *", by=chair)
    assert Draft.objects.get().form == "/moede/gem/mere/ a-text"


# -- signed out meanwhile --------------------------------------------------------------
def test_a_button_pressed_while_signed_out_leads_back_to_its_page(client, submitted):
    page = submitted.get_absolute_url()
    url = reverse("send_back", args=[submitted.number])
    answer = client.post(url, {"note": "x"}, HTTP_REFERER=f"http://testserver{page}?fane=1")
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?next={page}%3Ffane%3D1"
    assert "det blev ikke gjort endnu" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("referer", ["https://example.invalid/x", "", "http://["])
def test_no_other_site_is_led_back_to(client, submitted, referer):
    url = reverse("send_back", args=[submitted.number])
    answer = client.post(url, HTTP_REFERER=referer)
    assert answer["Location"] == f"{reverse('account_login')}?next=/"


def test_an_address_of_a_button_says_so_in_danish(committee, submitted):
    answer = committee.get(reverse("release", args=[submitted.number]))
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "hører til en knap" in answer.content.decode()


def test_a_form_sent_twice_with_another_text_gives_the_text_back(committee, post, submitted):
    url = reverse("send_back", args=[submitted.number])
    first = {"idempotency_key": str(uuid.uuid4()), "note": "Hvad siger PPR?"}
    assert committee.post(url, first).status_code == 302
    again = committee.post(url, first | {"note": "Hvad siger skolens leder?"})
    assert again.status_code == 409
    assert "Hvad siger skolens leder?" in again.content.decode()


def test_what_is_refused_by_a_message_is_kept_as_it_was_sent(submitted, chair, committee, post):
    keep(committee, chair, note="Hvad siger")
    url = reverse("release", args=[submitted.number])
    answer = post(committee, url, {"draft": FORM, "note": "Hvad siger PPR?"})
    assert answer.status_code == 302
    assert read(committee)["fields"] == {"note": ["Hvad siger PPR?"]}


def test_what_is_refused_at_a_field_is_there_when_one_comes_back(submitted, committee, post):
    url = reverse("send_back", args=[submitted.number])
    sent = {"draft": FORM, "note": "Hvad siger PPR?" * 1000}
    assert post(committee, url, sent).status_code == 422
    assert read(committee)["fields"] == {"note": [sent["note"]]}
    # Of many texts the browser alone knows which were changed.
    post(committee, url, sent | {"draft": "/moede/gem/ *"})
    assert not Draft.objects.filter(form="/moede/gem/ *").exists()


def test_without_javascript_a_text_sent_signed_out_is_given_back(submitted, client, post):
    url = reverse("send_back", args=[submitted.number])
    answer = post(client, url, {"note": "Hvad siger PPR til det?"})
    assert answer.status_code == 401
    page = answer.content.decode()
    assert "Hvad siger PPR til det?" in page
    # One signs in beside it: it stands nowhere else.
    assert 'target="_blank" rel="noopener">Log ind' in page
    assert "kladde" not in page
    assert "no-store" in answer["Cache-Control"]


def test_with_a_draft_one_is_led_to_sign_in(submitted, client, post):
    url = reverse("send_back", args=[submitted.number])
    sent = {"note": "Hvad siger PPR til det?", "draft": FORM}
    assert post(client, url, sent).status_code == 302
