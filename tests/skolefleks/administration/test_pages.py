"""The pages of people: the list, one person, an invitation, a file."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from skolefleks.models import AccessEntry, Membership, Role, User
from tests.conftest import text_of
from tests.scenes import beside

pytestmark = pytest.mark.django_db

HEADS = "navn;e-mail;rolle;skole;center;titel"
NEW = "ny@ballerup.example"


@pytest.fixture
@beside
def browser(admin, client_for):
    return client_for(admin)


def page(browser, query=""):
    return text_of(browser.get(reverse("people") + query))


def test_the_list_is_searched_by_name_role_school_and_standing(browser, leader, chair, adviser):
    User.objects.filter(pk=leader.pk).update(last_login=timezone.now())
    assert "Lene Baltorp" in page(browser, "?q=lene+balt")
    assert "Frida Formand" not in page(browser, "?q=lene+balt")
    assert "Pia Rådgiver" not in page(browser, "?rolle=committee_chair")
    assert "Lene Baltorp" in page(browser, f"?skole={leader.memberships.get().school_id}")
    assert "Lene Baltorp" not in page(browser, "?status=aldrig")
    assert "Frida Formand" not in page(browser, "?orden=senest")
    assert "Ingen passer" in page(browser, "?q=ingen+hedder+det")


@pytest.mark.parametrize("query", ["?rolle=konge", "?skole=x", "?status=x", "?q=%00", "?orden=x"])
def test_what_makes_no_sense_is_left_out(query, browser, chair):
    assert "Frida Formand" in page(browser, query)


def test_a_person_with_their_work_as_numbers_and_no_case(browser, draft, leader):
    words = text_of(browser.get(reverse("person", args=[leader.pk])))
    assert "Åbne sager, personen skriver på 1" in words
    assert draft.number not in words
    assert not AccessEntry.objects.exists()


def test_one_is_told_that_ones_own_access_is_for_another(browser, admin, post):
    words = text_of(browser.get(reverse("person", args=[admin.pk])))
    assert "Du kan ikke ændre din egen adgang" in words
    assert "Giv en rolle" not in words
    post(browser, reverse("deactivate", args=[admin.pk]))
    assert User.objects.get(pk=admin.pk).is_active


def test_an_invitation_is_refused_at_its_field_and_nothing_is_lost(browser, post, chair):
    answer = post(browser, reverse("invite"), {"name": "Ny Ny", "role": "school_leader"})
    words = text_of(answer)
    assert answer.status_code == 422
    assert "Skriv »E-mail«." in words
    form = {"name": "Ny Ny", "email": NEW, "role": "school_leader"}
    answer = post(browser, reverse("invite"), form)
    assert "Vælg skolen" in text_of(answer)
    assert 'value="Ny Ny"' in answer.text
    assert not User.objects.filter(email=NEW).exists()


def test_the_same_invitation_twice_is_one_person(browser):
    form = {"name": "Ny", "email": NEW, "role": "adviser", "idempotency_key": str(uuid.uuid4())}
    answers = [browser.post(reverse("invite"), form) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert User.objects.get(email=NEW).roles == {Role.ADVISER}


def test_a_role_is_given_and_ended_on_the_page(browser, adviser, post, chair):
    days = {"ends_on": "31.12.2026", "stands_in_for": chair.pk}
    post(browser, reverse("give_role", args=[adviser.pk]), {"role": "committee_chair", **days})
    role = adviser.memberships.get(role=Role.COMMITTEE_CHAIR)
    words = text_of(browser.get(reverse("person", args=[adviser.pk])))
    assert "vikar for Frida Formand" in words
    post(browser, reverse("end_role", args=[adviser.pk, role.pk]))
    assert "Tidligere roller" in text_of(browser.get(reverse("person", args=[adviser.pk])))


# -- a file --


def upload(browser, *lines):
    content = "\n".join((HEADS, *lines)).encode()
    file = SimpleUploadedFile("mennesker.csv", content, "text/csv")
    form = {"idempotency_key": str(uuid.uuid4()), "file": file}
    return browser.post(reverse("import_people"), form)


def confirm(browser, answer):
    form = answer.context["form"].initial
    return browser.post(reverse("confirm_import"), {**form, "idempotency_key": str(uuid.uuid4())})


def test_a_file_is_looked_through_before_it_is_done(browser, adviser, schools):
    answer = upload(
        browser,
        f"Ny Leder;{NEW};Distriktsskoleleder;baltorpskolen;;Skoleleder",
        f"Ny Leder;{NEW};Rådgiver;;;",
        f"{adviser.name};{adviser.email};Følgegruppen;;;",
    )
    assert "Nye: 2. Får en rolle: 1." in text_of(answer)
    assert not User.objects.filter(email=NEW).exists()
    assert confirm(browser, answer).status_code == 302
    assert User.objects.get(email=NEW).roles == {Role.SCHOOL_LEADER, Role.ADVISER}
    assert Role.IMPLEMENTATION_GROUP in User.objects.get(pk=adviser.pk).roles


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (";a@b.dk;Rådgiver;;;", "Navnet mangler"),
        ("A;ikke en mail;Rådgiver;;;", "er ikke en e-mail"),
        ("A;a@b.dk;Konge;;;", "er ikke en rolle"),
        ("A;a@b.dk;Distriktsskoleleder;Andeby Skole;;", "ingen skole, der hedder"),
        ("A;a@b.dk;Distriktsskoleleder;;;", "Vælg skolen"),
        ("A;a@b.dk;Centerchef;;C-XYZ;", "er ikke et center"),
        ("A 010115-1234;a@b.dk;Rådgiver;;;", "CPR-nummer"),
        ("Ny B;ny@b.dk;Rådgiver;;;", "to gange"),
        ("Ny C;ny@b.dk;Følgegruppen;;;", "står også ved Ny B"),
    ],
)
def test_one_faulty_line_and_nothing_is_done(line, words, browser, schools):
    answer = upload(browser, "Ny B;ny@b.dk;Rådgiver;;;", line)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "Linje 3" in text_of(answer)
    assert not User.objects.filter(email="ny@b.dk").exists()


def test_ones_own_role_is_in_no_file(browser, admin):
    answer = upload(browser, f"{admin.name};{admin.email};Centerchef;;C-SIK;")
    assert "egen adgang" in text_of(answer)


def test_what_changed_meanwhile_is_shown_anew(browser, adviser):
    answer = upload(
        browser, f"{adviser.name};{adviser.email};Følgegruppen;;;", f"A;{NEW};Rådgiver;;;"
    )
    Membership.objects.create(user=adviser, role=Role.IMPLEMENTATION_GROUP)
    again = confirm(browser, answer)
    assert again.status_code == 409
    assert not User.objects.filter(email=NEW).exists()
    assert confirm(browser, again).status_code == 302


def test_a_head_that_is_too_long_for_csv_is_refused_in_words(browser):
    content = f"{'x' * 140_000};{HEADS}\n"
    file = SimpleUploadedFile("mennesker.csv", content.encode(), "text/csv")
    form = {"idempotency_key": str(uuid.uuid4()), "file": file}
    assert "Linje 1 kan ikke læses" in text_of(browser.post(reverse("import_people"), form))


def test_a_name_is_one_line_without_what_turns_or_hides_it(browser):
    confirm(browser, upload(browser, f'"Ny\r\nLeder\u202e\x07";{NEW};Rådgiver;;;'))
    assert User.objects.get(email=NEW).name == "Ny Leder"


def test_a_file_that_is_none_is_refused(browser):
    file = SimpleUploadedFile("x.csv", b"\x00\x01", "text/csv")
    form = {"idempotency_key": str(uuid.uuid4()), "file": file}
    assert browser.post(reverse("import_people"), form).status_code == 422
