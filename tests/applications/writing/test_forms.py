"""The steps of the form: what is typed is kept, what is nonsense is told at its field, what is foreign is never used."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from applications.lifecycle import Status
from applications.models import Application, PupilCase
from applications.writing import actions as writing
from skolefleks.danish import today
from tests.applications.writing.test_pages import at, at_pupil, typed
from tests.conftest import NEXT
from tests.filling import fill

CPR = "010115-1234"


@pytest.fixture
def desk(client_for, leader):
    return client_for(leader)


@pytest.fixture
def pupil(draft):
    return draft.pupil_cases.select_related("application", "pupil").first()


# -- starting and writing --
def test_one_click_starts_a_draft_at_its_first_step(desk, post, schools):
    answer = post(desk, "/ansoegninger/ny/")
    started = Application.objects.get()
    assert answer.headers["Location"] == at("pupils", started)
    assert started.school == schools["Baltorpskolen"]


def test_a_foreign_school_in_the_form_is_never_used(desk, post, schools):
    post(
        desk,
        "/ansoegninger/ny/",
        {"school": schools["Hedegårdsskolen"].pk, "status": "closed"},
    )
    started = Application.objects.get()
    assert (started.school.name, started.status) == ("Baltorpskolen", Status.DRAFT)


def test_who_leads_two_schools_says_which(person, schools, client_for, post):
    user = person("Sanne Skovlunde", "school_leader", "Skovlunde Skole")
    user.memberships.create(role="school_staff", school=schools["Skovvejens Skole"])
    client = client_for(user)
    assert (
        post(
            client, "/ansoegninger/ny/", {"school": schools["Baltorpskolen"].pk}
        ).status_code
        == 422
    )
    post(client, "/ansoegninger/ny/", {"school": schools["Skovvejens Skole"].pk})
    assert Application.objects.get().school.name == "Skovvejens Skole"


def test_a_half_written_pupil_is_saved(desk, post, leader, schools):
    application = writing.start(school=schools["Baltorpskolen"], by=leader)
    case = writing.add_pupil(application, by=leader)
    assert (
        post(
            desk, at_pupil(case), {"name": "Karla Ø. Åberg", "then": "stay"}
        ).status_code
        == 302
    )
    case.refresh_from_db()
    assert (case.name, case.initials, case.requested_tariff) == (
        "Karla Ø. Åberg",
        "K.Ø.Å.",
        None,
    )


def test_an_empty_cpr_field_leaves_the_stored_number(desk, post, pupil):
    page = desk.get(at_pupil(pupil))
    assert pupil.pupil.cpr not in page.content.decode()
    assert f"{pupil.pupil.cpr[:6]}-xxxx" in page.content.decode()
    post(desk, at_pupil(pupil), typed(page, description="Nyt."))
    stored = PupilCase.objects.select_related("pupil").get(pk=pupil.pk)
    assert (stored.pupil.cpr, stored.description) == (pupil.pupil.cpr, "Nyt.")


NONSENSE = [
    ("requested_tariff", "-1"),
    ("requested_tariff", "1e9"),
    ("requested_tariff", "200.00"),
    ("requested_tariff", "æ"),
    ("requested_tariff", "0"),
    ("requested_tariff", "99999999999999"),
    ("starts_on", "31.02.2027"),
    ("starts_on", "01.01.0001"),
    ("ends_on", f"31.12.{NEXT - 1}"),
    ("ends_on", "æ"),
    ("cpr", "320115-1234"),
    ("cpr", "010115-1234-567"),
    ("cpr", "12345"),
    ("cpr", "010115-1234"),
    ("grade", "12"),
    ("kind", "expulsion"),
    ("parents_informed", "maybe"),
    ("parents_informed_on", (today() + timedelta(days=1)).isoformat()),
    ("support_hours", "-1"),
    ("support_hours", "NaN"),
    ("support_hours", "1e3"),
    ("support_hours", "mange"),
    ("name", "x" * 201),
    ("description", "x" * 6_001),
    ("description", "æ" * 1_000_000),
]


@pytest.mark.parametrize(
    ("field", "value"),
    NONSENSE,
    ids=[f"{field}={value[:12]}" for field, value in NONSENSE],
)
def test_nonsense_is_told_at_its_field_and_changes_nothing(
    desk, post, pupil, field, value
):
    page = desk.get(at_pupil(pupil))
    answer = post(
        desk,
        at_pupil(pupil),
        typed(page, **{"pupil_voice": "Det her har jeg skrevet.", field: value}),
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "Det her har jeg skrevet." in answer.content.decode()
    assert answer.context["form"][field].value() == value
    assert PupilCase.objects.get(pk=pupil.pk).pupil_voice == pupil.pupil_voice


def test_a_text_too_long_says_by_how_much(desk, post, draft):
    answer = post(desk, at("leadership", draft), {"daily_leader_name": "x" * 212})
    assert "12 tegn for lang" in answer.content.decode()


def test_a_line_break_counts_as_one_character(desk, post, draft):
    answer = post(desk, at("cooperation", draft), {"ppr_setup": "x\r\n" * 3_000})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.ppr_setup == ("x\n" * 3_000).strip()


def test_a_status_in_the_form_is_never_used(desk, post, draft):
    post(
        desk,
        at("leadership", draft),
        {"status": "closed", "school": "2", "requested": "9", "legal_basis": "other"},
    )
    draft.refresh_from_db()
    assert (draft.status, draft.requested, draft.legal_basis) == (
        Status.DRAFT,
        400_000,
        "other",
    )


def test_a_number_in_a_text_is_warned_of_and_saved(desk, post, draft):
    post(
        desk,
        at("cooperation", draft),
        {"ppr_setup": f"Vi talte om {CPR} i går.", "then": "stay"},
    )
    page = desk.get(at("cooperation", draft)).content.decode()
    assert "Der ser ud til at stå et CPR-nummer" in page
    assert desk.get(at("leadership", draft)).context["suspects"] == []


def test_the_same_child_twice_is_told_at_the_number(desk, post, pupil):
    other = pupil.application.pupil_cases.last()
    page = desk.get(at_pupil(other))
    answer = post(
        desk,
        at_pupil(other),
        typed(page, cpr=pupil.pupil.cpr, description="Bliver stående."),
    )
    assert answer.status_code == 422
    assert "cpr" in answer.context["form"].errors
    assert "Bliver stående." in answer.content.decode()


def test_too_many_support_hours_stop_with_the_reason(desk, post, pupil):
    page = desk.get(at_pupil(pupil))
    answer = post(desk, at_pupil(pupil), typed(page, support_hours="9", then="next"))
    assert answer.headers["Location"] == at_pupil(pupil)
    assert "specialundervisning" in desk.get(at_pupil(pupil)).content.decode()
    post(desk, at("submit", pupil.application))
    assert Application.objects.get().status == Status.DRAFT


def test_the_pupils_page_says_what_the_wish_costs_each_fiscal_year(desk, leader, pupil):
    pupil.requested_tariff, pupil.ends_on = (
        265_000,
        pupil.ends_on.replace(year=NEXT + 1),
    )
    writing.write_pupil(pupil, cpr=pupil.pupil.cpr, by=leader)
    prices = desk.get(at_pupil(pupil)).context["prices"]
    assert [year for year, *_ in prices] == [NEXT, NEXT + 1]
    assert prices[0][2:] == (265_000, 200_000)


# -- rows --
def test_one_more_measure_keeps_what_was_typed(desk, post, draft):
    page = desk.get(at("plan", draft))
    answer = post(
        desk,
        at("plan", draft),
        typed(page, **{"planned-0-what": "Udeskole", "then": "add"}),
    )
    page = desk.get(answer.headers["Location"].partition("#")[0])
    assert [form["what"].value() for form in page.context["rows"]] == ["Udeskole", None]


def test_a_measure_marked_for_removal_is_gone(desk, post, draft):
    page = desk.get(at("environment", draft))
    post(
        desk,
        at("environment", draft),
        typed(page, **{"tried-0-DELETE": "on", "learning_environment": "To klasser."}),
    )
    draft.refresh_from_db()
    assert not draft.tried_measures.exists()
    assert draft.learning_environment == "To klasser."


def test_a_wrong_row_keeps_the_whole_page(desk, post, draft):
    page = desk.get(at("environment", draft))
    wrong = {
        "tried-0-started_on": "01.03.2026",
        "tried-0-ended_on": "01.02.2026",
        "learning_environment": "Bliver.",
    }
    answer = post(desk, at("environment", draft), typed(page, **wrong))
    assert answer.status_code == 422
    assert "Bliver." in answer.content.decode()
    assert draft.tried_measures.get().started_on is None


@pytest.mark.parametrize("row", [uuid.uuid4(), "æ", "' OR 1=1", ""])
def test_a_foreign_row_in_the_form_is_never_changed(
    desk, post, draft, leader, schools, row
):
    other = fill(
        writing.start(school=schools["Baltorpskolen"], by=leader), "Eva Fog", by=leader
    )
    row = row or other.planned_measures.get().pk
    answer = post(
        desk,
        at("plan", draft),
        typed(
            desk.get(at("plan", draft)), **{"planned-0-id": row, "planned-0-what": "Ny"}
        ),
    )
    assert answer.status_code == 422
    assert {
        m.what for m in (*other.planned_measures.all(), *draft.planned_measures.all())
    } == {"Voksen"}


@pytest.mark.parametrize("total", ["", "æ", "-1", "31", "1000000"])
def test_a_nonsense_number_of_rows_is_refused(desk, post, draft, total):
    answer = post(
        desk,
        at("plan", draft),
        typed(desk.get(at("plan", draft)), **{"planned-TOTAL_FORMS": total}),
    )
    assert answer.status_code in {302, 422}
    assert draft.planned_measures.get().what == "Voksen"


def test_what_belongs_to_an_age_is_asked_at_that_age(desk, draft):
    asked = desk.get(at("cooperation", draft)).context["form"].fields
    assert "coordinator" in asked
    assert "kui_cooperation" not in asked


def test_all_ages_are_asked_where_no_age_is_known(desk, leader, schools):
    application = writing.start(school=schools["Baltorpskolen"], by=leader)
    page = desk.get(at("cooperation", application))
    assert {"coordinator", "kui_cooperation"} <= set(page.context["form"].fields)
    assert "Alle felter vises" in page.content.decode()
