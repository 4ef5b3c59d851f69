"""What the committee asks for stands at its field: asked there, met there, seen by both sides."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.urls import reverse

from applications.reading import queries
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import AccessEntry
from tests.conftest import text_of
from tests.house.test_ceilings import asked as queries_of
from tests.scenes import kept
from visitation.cases import actions as cases

QUESTION = "Hvor tit er Anna væk?"

# Why the committee sends it back in these tests; not what it asks at the fields.
NOTE = "Skriv mere."


def step_url(step, application, *more):
    return reverse(f"applications:{step}", args=[application.number, *more])


@pytest.fixture
@kept
def pupil_case(submitted):
    return submitted.pupil_cases.select_related("pupil").first()


@pytest.fixture
@kept
def asks(submitted, pupil_case):
    planned = submitted.planned_measures.get()
    return {
        f"pupil:{pupil_case.pk}.description": QUESTION,
        "environment.support_hours_use": "Hvem giver timerne?",
        f"planned:{planned.pk}": "Hvad koster det?",
        "papers": "Læg skemaet på.",
    }


@pytest.fixture
@kept
def sent_back(submitted, chair, asks):
    cases.send_back(submitted, note=NOTE, asks=asks, by=chair)
    submitted.refresh_from_db()
    return submitted


def answer_about_the_hours(application, by):
    application.support_hours_use = "Pædagogen giver dem."
    fields = ["support_hours_use"]
    writing.write(application, fields=fields, step="environment", by=by)


@pytest.fixture
@kept
def corrected(sent_back, leader):
    """One of the fields was changed, one not; submitted again."""
    answer_about_the_hours(sent_back, leader)
    submission.submit(sent_back, by=leader)
    return sent_back


# -- the committee asks --


def test_the_committee_asks_at_the_fields_it_names(submitted, pupil_case, committee, post):
    url = reverse("send_back", args=[submitted.number])
    place = f"pupil:{pupil_case.pk}.description"
    page = committee.get(url).content.decode()
    assert f'name="ask_{place}"' in page
    assert "Elevens billede." in page

    asked = {f"ask_{place}": QUESTION, "ask_papers": "Læg skemaet på.", "ask_plan": " "}
    post(committee, url, {"note": NOTE, **asked})
    submitted.refresh_from_db()
    assert submitted.asks == {place: QUESTION, "papers": "Læg skemaet på."}


def test_the_page_where_one_asks_is_read_with_a_trace_and_few_queries(submitted, committee):
    url = reverse("send_back", args=[submitted.number])
    assert queries_of(committee, url) <= 12
    assert AccessEntry.objects.filter(kind="view", subject=submitted.number).count() == 2


def test_a_question_without_a_note_comes_back_with_what_was_typed(submitted, committee, post):
    url = reverse("send_back", args=[submitted.number])
    answer = post(committee, url, {"ask_cooperation.ppr_daily": QUESTION})
    assert answer.status_code == 422

    unfolded = rf"<details[^>]* open>(?:(?!</details>).)*{re.escape(QUESTION)}"
    assert re.search(unfolded, answer.content.decode(), re.DOTALL)


@pytest.mark.parametrize("place", ["pupil:1.description", "environment.status", "pupils.cpr"])
def test_nothing_can_be_asked_at_a_place_that_is_not_the_cases(place, submitted, committee, post):
    url = reverse("send_back", args=[submitted.number])
    post(committee, url, {"note": NOTE, f"ask_{place}": "x"})
    submitted.refresh_from_db()
    assert submitted.asks == {}


# -- the school sees it where it is answered --


def test_a_question_stands_right_above_its_field(sent_back, pupil_case, school):
    pages = {
        step_url("pupil", sent_back, pupil_case.pk): "description",
        step_url("environment", sent_back): "support_hours_use",
    }
    for page, field in pages.items():
        question = rf'id="ask-[^"]*\.{field}"(?:(?!form-group).)*</div>'
        above = rf'{question}\s*<div id="div_id_{field}"'
        assert re.search(above, school.get(page).content.decode(), re.DOTALL)


def test_a_question_about_a_row_stands_in_its_card(sent_back, school):
    plan = school.get(step_url("plan", sent_back)).content.decode()
    heading = plan.index("Planlagt tiltag 1</h3>")
    question = plan.index('id="ask-planned:')
    first_field = plan.index('id="div_id_planned-0-kind"')
    assert heading < question < first_field


def test_a_question_about_a_step_stands_at_its_top(sent_back, school):
    papers = school.get(step_url("papers", sent_back)).content.decode()
    assert papers.index('id="ask-papers"') < papers.index("Vedlæg et bilag")


def test_a_question_about_one_pupil_stands_at_no_other(sent_back, pupil_case, school):
    other = sent_back.pupil_cases.exclude(pk=pupil_case.pk).get()
    page = school.get(step_url("pupil", sent_back, other.pk))
    assert 'id="ask-' not in page.content.decode()


@pytest.mark.parametrize("page", ["check", "leadership", "case"])
def test_each_question_is_a_link_to_its_field_from_the_steps_and_the_case(
    page, sent_back, asks, pupil_case, school
):
    url = sent_back.get_absolute_url()
    if page != "case":
        url = step_url(page, sent_back)
    content = school.get(url).content.decode()

    of_pupil = step_url("pupil", sent_back, pupil_case.pk)
    assert f'href="{of_pupil}#ask-pupil:{pupil_case.pk}.description"' in content
    assert len(re.findall(r'href="[^"]*#ask-', content)) == len(asks)


def test_the_step_indicator_counts_what_is_not_answered(sent_back):
    whole = queries.WholeApplication(sent_back)
    steps = whole.steps("check", queries.open_questions(whole))
    notes = {label: note for label, _, _, note in steps if note}
    assert notes == {
        "Elever": "1 spørgsmål",
        "Læringsmiljø": "1 spørgsmål",
        "Planlagte tiltag": "1 spørgsmål",
        "Bilag": "1 spørgsmål",
    }
    assert len(steps) == 7


def test_a_question_that_is_answered_is_counted_no_more(sent_back, leader, school):
    answer_about_the_hours(sent_back, leader)
    page = text_of(school.get(step_url("check", sent_back)))
    assert "Læringsmiljø 1 spørgsmål" not in page


def test_a_question_about_what_is_taken_out_stays_to_be_read(sent_back, pupil_case, leader, school):
    place = f"ask-pupil:{pupil_case.pk}.description"
    writing.remove_pupil(pupil_case, by=leader)

    pupils = step_url("pupils", sent_back)
    content = school.get(pupils).content.decode()
    assert f'id="{place}"' in content
    assert f'href="{pupils}#{place}"' in content
    assert "spørger om »Elev A.B.: Beskrivelse af eleven«" in content


def test_a_field_that_is_asked_for_is_shown_whatever_the_pupils_age(submitted, chair, school):
    cooperation = step_url("cooperation", submitted)
    assert 'name="mentor"' not in school.get(cooperation, follow=True).content.decode()

    cases.send_back(submitted, note=NOTE, asks={"cooperation.mentor": "Hvem?"}, by=chair)
    assert 'name="mentor"' in school.get(cooperation).content.decode()


# -- what is changed since --


def test_both_sides_see_which_of_the_asked_fields_were_changed(corrected, school, committee):
    for reader in (school, committee):
        shown = text_of(reader.get(reverse("changes", args=[corrected.number])))
        assert re.search(r"Støttetimernes anvendelse Ændret Hvem giver timerne\?", shown)
        assert re.search(r"Beskrivelse af eleven Ikke ændret Hvor tit er Anna væk\?", shown)


def test_before_the_school_submits_again_the_committee_sees_no_change(sent_back, leader, committee):
    answer_about_the_hours(sent_back, leader)
    for url in (sent_back.get_absolute_url(), reverse("changes", args=[sent_back.number])):
        assert " Ændret" not in text_of(committee.get(url))
    assert "Hvem giver timerne?" in text_of(committee.get(sent_back.get_absolute_url()))


def test_when_nothing_is_asked_any_more_no_question_stands_at_the_form(corrected, chair, school):
    cases.send_back(corrected, note="Et par tal til.", by=chair)
    assert "#ask-" not in school.get(step_url("check", corrected)).content.decode()


def test_what_is_asked_lies_encrypted(sent_back):
    with connection.cursor() as cursor:
        sql = "SELECT sent_back_asks FROM applications_application WHERE id = %s"
        cursor.execute(sql, [sent_back.pk])
        stored = bytes(cursor.fetchone()[0])
    assert QUESTION.encode() not in stored


@pytest.mark.parametrize(("page", "more"), [("case", 0), ("check", 1)])
def test_questions_cost_a_step_one_query_and_the_case_page_none(
    page, more, submitted, asks, chair, school
):
    url = submitted.get_absolute_url()
    if page != "case":
        url = step_url(page, submitted)
    cases.send_back(submitted, note=NOTE, by=chair)
    without_questions = queries_of(school, url)

    submitted.refresh_from_db()
    submitted.sent_back_asks = json.dumps(asks)
    submitted.save(update_fields=["sent_back_asks"])
    # The last step asks two more: where else its pupils are, and of the next meeting.
    assert queries_of(school, url) == without_questions + more <= 14 + 2 * more
