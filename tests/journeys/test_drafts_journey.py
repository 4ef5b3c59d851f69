"""Texts outside the seven steps: signed out mid-sentence, Back, another window, another person."""

from __future__ import annotations

import pytest

from applications.models import Application
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import Session
from tests.browser import CHROMIUM, Visitor, chromium
from tests.filling import fill
from tests.meetings import members, under_way
from visitation.agenda import actions as agenda
from visitation.decisions import actions as decisions

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

TEXT = "Vi mangler at høre, hvad forældrene siger til planen."


@pytest.fixture
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def site(live_server, submitted):
    return live_server.url


def signs_in(visitor, client_for, person):
    cookie = client_for(person).cookies["skolefleks"].value
    visitor.context.add_cookies([{"name": "skolefleks", "value": cookie, "url": visitor.site}])


@pytest.fixture
def reader(browser, site, chair, client_for):
    visitor = Visitor(browser, site)
    signs_in(visitor, client_for, chair)
    return visitor


def types(page, text):
    page.locator("textarea").first.press_sequentially(text)


def sends(page):
    page.locator("main form [type=submit]").first.click()


def says(page, text):
    page.locator(".sf-draft", has_text=text).first.wait_for(timeout=15_000)


def pages_of_the_committee(application):
    """Sending back, a question, a recusal, the legal nature, a decision."""
    case = application.get_absolute_url()
    pupil = application.pupil_cases.first()
    parts = ("oplysninger/", "spoergsmaal/", "habilitet/", "retligt/")
    return [*(f"{case}{part}" for part in parts), f"{case}elev/{pupil.pk}/afgoerelse/"]


def pages_of_the_school(application):
    """A challenge, the dialogue, taking back."""
    number = application.number
    return [
        "/ansoegninger/ny/udfordring/",
        f"/ansoegninger/{number}/dialog/",
        f"/ansoegninger/{number}/traek-tilbage/",
    ]


def is_kept_and_there_again(visitor, path):
    visitor.go(path)
    types(visitor.page, TEXT)
    says(visitor.page, "Kladden er gemt")
    visitor.go("/")
    visitor.go(path)
    says(visitor.page, "er sat ind")
    assert visitor.page.locator("textarea").first.input_value() == TEXT


def test_every_text_of_the_committee_is_kept_and_there_again(reader, submitted):
    for path in pages_of_the_committee(submitted):
        is_kept_and_there_again(reader, path)


def test_every_text_of_the_school_is_kept_and_there_again(
    browser, site, submitted, leader, client_for
):
    school = Visitor(browser, site)
    signs_in(school, client_for, leader)
    for path in pages_of_the_school(submitted):
        is_kept_and_there_again(school, path)


def test_a_worry_is_kept_beside_a_cpr_number(browser, site, leader, client_for):
    school = Visitor(browser, site)
    signs_in(school, client_for, leader)
    school.go("/ansoegninger/ny/udfordring/")
    school.write(cpr="020115-6789")
    types(school.page, TEXT)
    says(school.page, "Kladden er gemt")


@pytest.fixture
def room(submitted, schools, leader, chair, person):
    other = fill(writing.start(school=schools["Baltorpskolen"], by=leader), "Ida Lund", by=leader)
    submission.submit(other, by=leader)
    meeting = under_way(submitted, other, by=chair, present=members(person))
    agenda.take_up(meeting.items.first(), by=chair)
    return meeting


def test_words_typed_when_the_room_goes_on_stand_in_the_minutes(reader, room, chair):
    reader.go(f"{room.get_absolute_url()}gang/")
    reader.page.get_by_text("Skriv til referatet").click()
    types(reader.page, TEXT)
    next_point = room.items.last()
    agenda.take_up(next_point, by=chair)
    reader.page.get_by_role("heading", name=next_point.application.number).wait_for()

    reader.go(f"{room.get_absolute_url()}referat/")
    says(reader.page, "er sat ind")
    assert reader.page.locator("textarea").first.input_value() == TEXT


def test_who_writes_while_something_is_decided_writes_on(reader, room, submitted, chair):
    page = reader.page
    reader.go(f"{room.get_absolute_url()}gang/")
    page.get_by_text("Skriv til referatet").click()
    types(page, "Skolen fremlagde")
    decisions.reject(submitted.pupil_cases.first(), grounds="Intet behov.", by=chair)
    says(page, "er sat ind")
    page.keyboard.type(" sagen.")
    assert page.locator("textarea").first.input_value() == "Skolen fremlagde sagen."


def test_who_is_signed_out_loses_nothing(reader, submitted, chair, client_for):
    reader.go(f"{submitted.get_absolute_url()}oplysninger/")
    page = reader.page
    types(page, "Vi mangler ")
    says(page, "Kladden er gemt")
    Session.objects.all().delete()

    types(page, "forældrenes ord.")
    sends(page)
    says(page, "Du er logget ud")
    signs_in(reader, client_for, chair)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    says(page, "Kladden er gemt")
    with page.expect_navigation():
        sends(page)
    assert Application.objects.get().status == "sent_back"


def test_another_person_meanwhile_saves_nothing(reader, submitted, secretary, client_for):
    reader.go(f"{submitted.get_absolute_url()}oplysninger/")
    types(reader.page, "Vi mangler ")
    says(reader.page, "Kladden er gemt")
    signs_in(reader, client_for, secretary)
    types(reader.page, "mere.")
    says(reader.page, "hører til en anden bruger")
    assert reader.page.locator("textarea").first.input_value() == "Vi mangler mere."


def test_a_draft_is_thrown_away(reader, submitted):
    path = f"{submitted.get_absolute_url()}oplysninger/"
    reader.go(path)
    types(reader.page, TEXT)
    says(reader.page, "Kladden er gemt")
    reader.go(path)
    reader.page.get_by_role("button", name="Kassér kladden").click()
    says(reader.page, "Kladden er kasseret")
    reader.go(path)
    assert reader.page.locator("textarea").first.input_value() == ""


def test_back_to_a_refused_decision_finds_the_grounds_again(reader, submitted):
    page = reader.page
    address = f"{reader.site}{pages_of_the_committee(submitted)[-1]}"
    page.goto(address)
    # Without a weight nothing is granted.
    page.check("[name=outcome][value=granted]")
    page.fill("[name=grounds]", TEXT)
    page.get_by_role("button", name="Gem afgørelsen").click()
    page.locator("[data-error-summary]").wait_for()
    page.goto(f"{reader.site}{submitted.get_absolute_url()}")
    page.go_back()
    says(page, "er sat ind")
    assert page.input_value("[name=grounds]") == TEXT
