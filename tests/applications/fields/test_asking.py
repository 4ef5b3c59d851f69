"""What the committee asks for stands at the field concerned: asked by the committee, met by the school, seen by both."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.urls import reverse

from applications.reading import queries as reading_queries
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import AccessEntry
from tests.conftest import text_of
from tests.house.test_ceilings import asked as taken
from visitation.cases import actions as cases

QUESTION = "Hvor tit er Anna væk?"


def at(step, application, *more):
    return reverse(f"applications:{step}", args=[application.number, *more])


@pytest.fixture
def pupil(submitted):
    return submitted.pupil_cases.select_related("pupil").first()


@pytest.fixture
def asks(submitted, pupil):
    planned = submitted.planned_measures.get()
    return {
        f"pupil:{pupil.pk}.description": QUESTION,
        "environment.support_hours_use": "Hvem giver timerne?",
        f"planned:{planned.pk}": "Hvad koster det?",
        "papers": "Læg skemaet på.",
    }


@pytest.fixture
def sent_back(submitted, chair, asks):
    cases.send_back(submitted, note="Skriv mere.", asks=asks, by=chair)
    submitted.refresh_from_db()
    return submitted


@pytest.fixture
def corrected(sent_back, leader):
    """One of the fields was changed, one not; submitted again."""
    sent_back.support_hours_use = "Pædagogen giver dem."
    writing.write(sent_back, fields=["support_hours_use"], step="environment", by=leader)
    submission.submit(sent_back, by=leader)
    return sent_back


def test_the_committee_asks_at_the_fields_it_names(submitted, pupil, committee, post):
    url, place = reverse("send_back", args=[submitted.number]), f"pupil:{pupil.pk}.description"
    page = committee.get(url).content.decode()
    assert f'name="ask_{place}"' in page
    assert "Elevens billede." in page
    post(
        committee,
        url,
        {
            "note": "Mere.",
            f"ask_{place}": QUESTION,
            "ask_papers": "Læg skemaet på.",
            "ask_plan": " ",
        },
    )
    submitted.refresh_from_db()
    assert submitted.asks == {place: QUESTION, "papers": "Læg skemaet på."}


def test_the_page_where_one_asks_is_read_with_a_trace_and_few_queries(submitted, committee):
    url = reverse("send_back", args=[submitted.number])
    assert taken(committee, url) <= 12
    assert AccessEntry.objects.filter(kind="view", subject=submitted.number).count() == 2


def test_a_question_without_a_note_comes_back_with_what_was_typed(submitted, committee, post):
    answer = post(
        committee,
        reverse("send_back", args=[submitted.number]),
        {"ask_cooperation.ppr_daily": QUESTION},
    )
    assert answer.status_code == 422
    assert re.search(
        rf"<details[^>]* open>(?:(?!</details>).)*{re.escape(QUESTION)}",
        answer.content.decode(),
        re.DOTALL,
    )


def test_nothing_can_be_asked_at_a_place_that_is_not_the_cases(submitted, committee, post):
    data = {
        "note": "Mere.",
        "ask_pupil:1.description": "x",
        "ask_environment.status": "x",
        "ask_pupils.cpr": "x",
    }
    post(committee, reverse("send_back", args=[submitted.number]), data)
    submitted.refresh_from_db()
    assert submitted.asks == {}


def test_a_question_stands_right_above_its_field(sent_back, pupil, school):
    pages = {
        at("pupil", sent_back, pupil.pk): "description",
        at("environment", sent_back): "support_hours_use",
    }
    for page, field in pages.items():
        above = rf'id="ask-[^"]*\.{field}"(?:(?!form-group).)*</div>\s*<div id="div_id_{field}"'
        assert re.search(above, school.get(page).content.decode(), re.DOTALL)


def test_a_question_about_a_row_stands_in_its_card_and_one_about_a_step_at_its_top(
    sent_back, school
):
    plan = school.get(at("plan", sent_back)).content.decode()
    assert (
        plan.index("Planlagt tiltag 1</h3>")
        < plan.index('id="ask-planned:')
        < plan.index('id="div_id_planned-0-kind"')
    )
    papers = school.get(at("papers", sent_back)).content.decode()
    assert papers.index('id="ask-papers"') < papers.index("Læg et bilag på")


def test_a_question_about_one_pupil_stands_at_no_other(sent_back, pupil, school):
    other = sent_back.pupil_cases.exclude(pk=pupil.pk).get()
    assert 'id="ask-' not in school.get(at("pupil", sent_back, other.pk)).content.decode()


@pytest.mark.parametrize("page", ["check", "leadership", "case"])
def test_each_question_is_a_link_to_its_field_from_the_steps_and_the_case(
    page, sent_back, asks, pupil, school
):
    url = sent_back.get_absolute_url() if page == "case" else at(page, sent_back)
    content = school.get(url).content.decode()
    assert f'href="{at("pupil", sent_back, pupil.pk)}#ask-pupil:{pupil.pk}.description"' in content
    assert len(re.findall(r'href="[^"]*#ask-', content)) == len(asks)


def test_the_step_indicator_counts_what_is_not_answered(sent_back, leader, school):
    steps = reading_queries.WholeApplication(sent_back).steps(
        "check", reading_queries.open_questions(reading_queries.WholeApplication(sent_back))
    )
    assert [note for *_, note in steps] == [
        "1 spørgsmål",
        "1 spørgsmål",
        "1 spørgsmål",
        "",
        "",
        "1 spørgsmål",
        "",
    ]
    sent_back.support_hours_use = "Pædagogen giver dem."
    writing.write(sent_back, fields=["support_hours_use"], step="environment", by=leader)
    assert "Læringsmiljø 1 spørgsmål" not in text_of(school.get(at("check", sent_back)))


def test_a_question_about_what_is_taken_out_stays_to_be_read(sent_back, pupil, leader, school):
    place = f"ask-pupil:{pupil.pk}.description"
    writing.remove_pupil(pupil, by=leader)
    content = school.get(at("pupils", sent_back)).content.decode()
    assert f'id="{place}"' in content
    assert f'href="{at("pupils", sent_back)}#{place}"' in content
    assert "spørger om »Elev A.B.: Beskrivelse af eleven«" in content


def test_a_field_that_is_asked_for_is_shown_whatever_the_pupils_age(submitted, chair, school):
    assert (
        'name="mentor"'
        not in school.get(at("cooperation", submitted), follow=True).content.decode()
    )
    cases.send_back(submitted, note="Mere.", asks={"cooperation.mentor": "Hvem?"}, by=chair)
    assert 'name="mentor"' in school.get(at("cooperation", submitted)).content.decode()


def test_both_sides_see_which_of_the_asked_fields_were_changed(corrected, school, committee):
    for reader in (school, committee):
        shown = text_of(reader.get(reverse("changes", args=[corrected.number])))
        assert re.search(r"Støttetimernes anvendelse Ændret Hvem giver timerne\?", shown)
        assert re.search(r"Beskrivelse af eleven Ikke ændret Hvor tit er Anna væk\?", shown)


def test_before_the_school_submits_again_the_committee_sees_no_change(sent_back, leader, committee):
    sent_back.support_hours_use = "Pædagogen giver dem."
    writing.write(sent_back, fields=["support_hours_use"], step="environment", by=leader)
    for url in (sent_back.get_absolute_url(), reverse("changes", args=[sent_back.number])):
        assert " Ændret" not in text_of(committee.get(url))
    assert "Hvem giver timerne?" in text_of(committee.get(sent_back.get_absolute_url()))


def test_when_nothing_is_asked_any_more_no_question_stands_at_the_form(corrected, chair, school):
    cases.send_back(corrected, note="Et par tal til.", by=chair)
    assert "#ask-" not in school.get(at("check", corrected)).content.decode()


def test_what_is_asked_lies_encrypted(sent_back):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sent_back_asks FROM applications_application WHERE id = %s", [sent_back.pk]
        )
        assert QUESTION.encode() not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize("page", ["case", "check"])
def test_questions_cost_a_step_one_query_and_the_case_page_none(
    page, submitted, asks, chair, school
):
    def cost():
        return taken(
            school, submitted.get_absolute_url() if page == "case" else at(page, submitted)
        )

    cases.send_back(submitted, note="Mere.", by=chair)
    without = cost()
    submitted.refresh_from_db()
    submitted.sent_back_asks = json.dumps(asks)
    submitted.save(update_fields=["sent_back_asks"])
    assert cost() == without + (page == "check") <= 13
