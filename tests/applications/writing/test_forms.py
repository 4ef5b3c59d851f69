"""The steps of the form: what is typed is kept, what is nonsense is refused at its field."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications.lifecycle import Status
from applications.models import Application, PupilCase
from applications.writing import actions as writing
from applications.writing.forms.pupil import PupilForm
from skolefleks.danish import today
from skolefleks.textfields import CPR_IN_TEXT
from tests.applications.writing.desk import at, at_pupil, typed
from tests.conftest import NEXT

CPR = "010115-1234"

NEW = "/ansoegninger/ny/"


# -- starting and writing --
def test_one_click_starts_a_draft_at_its_first_step(desk, post, schools):
    answer = post(desk, NEW)
    started = Application.objects.get()
    assert answer.headers["Location"] == at("pupils", started)
    assert started.school == schools["Baltorpskolen"]


def test_a_foreign_school_in_the_form_is_never_used(desk, post, schools):
    foreign = schools["Hedegårdsskolen"]
    post(desk, NEW, {"school": foreign.pk, "status": "closed"})
    started = Application.objects.get()
    assert (started.school.name, started.status) == ("Baltorpskolen", Status.DRAFT)


def test_who_leads_two_schools_says_which(person, schools, client_for, post):
    user = person("Sanne Skovlunde", "school_leader", "Skovlunde Skole")
    user.memberships.create(role="school_staff", school=schools["Skovvejens Skole"])
    client = client_for(user)

    answer = post(client, NEW, {"school": schools["Baltorpskolen"].pk})
    assert answer.status_code == 422

    post(client, NEW, {"school": schools["Skovvejens Skole"].pk})
    assert Application.objects.get().school.name == "Skovvejens Skole"


def test_a_half_written_pupil_is_saved(desk, post, leader, schools):
    application = writing.start(school=schools["Baltorpskolen"], by=leader)
    pupil_case = writing.add_pupil(application, by=leader)
    words = {"name": "Karla Ø. Åberg", "then": "stay"}
    assert post(desk, at_pupil(pupil_case), words).status_code == 302

    pupil_case.refresh_from_db()
    assert pupil_case.name == "Karla Ø. Åberg"
    assert pupil_case.initials == "K.Ø.Å."
    assert pupil_case.requested_tariff is None


def test_an_empty_cpr_field_leaves_the_stored_number(desk, post, pupil_case):
    page = desk.get(at_pupil(pupil_case))
    assert pupil_case.pupil.cpr not in page.content.decode()
    assert f"{pupil_case.pupil.cpr[:6]}-xxxx" in page.content.decode()
    post(desk, at_pupil(pupil_case), typed(page, description="Nyt."))
    stored = PupilCase.objects.select_related("pupil").get(pk=pupil_case.pk)
    assert (stored.pupil.cpr, stored.description) == (pupil_case.pupil.cpr, "Nyt.")


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
    ("field", "value"), NONSENSE, ids=[f"{field}={value[:12]}" for field, value in NONSENSE]
)
def test_nonsense_is_refused_at_its_field_and_changes_nothing(desk, post, pupil_case, field, value):
    page = desk.get(at_pupil(pupil_case))
    words = {"pupil_voice": "Det her har jeg skrevet.", field: value}
    answer = post(desk, at_pupil(pupil_case), typed(page, **words))

    form = answer.context["form"]
    assert answer.status_code == 422
    assert list(form.errors) == [field]
    assert form[field].value() == value
    assert "Det her har jeg skrevet." in answer.content.decode()
    stored = PupilCase.objects.get(pk=pupil_case.pk)
    assert stored.pupil_voice == pupil_case.pupil_voice


def test_a_text_too_long_says_by_how_much(desk, post, draft):
    answer = post(desk, at("leadership", draft), {"daily_leader_name": "x" * 212})
    assert "12 tegn for lang" in answer.content.decode()


def test_a_line_break_counts_as_one_character(desk, post, draft):
    answer = post(desk, at("cooperation", draft), {"ppr_setup": "x\r\n" * 3_000})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.ppr_setup == ("x\n" * 3_000).strip()


def test_a_status_in_the_form_is_never_used(desk, post, draft):
    forged = {"status": "closed", "school": "2", "requested": "9"}
    post(desk, at("leadership", draft), forged | {"legal_basis": "other"})

    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert draft.requested == 400_000
    assert draft.legal_basis == "other"


def test_a_number_in_a_text_is_refused_and_the_text_stays_on_the_page(desk, post, draft):
    words = {"ppr_setup": f"Vi talte om {CPR} i går.", "then": "stay"}
    page = post(desk, at("cooperation", draft), words).content.decode()
    assert CPR_IN_TEXT in page
    assert "Vi talte om" in page

    draft.refresh_from_db()
    assert CPR not in draft.ppr_setup


def test_the_same_child_twice_is_refused_at_the_number(desk, post, pupil_case):
    other = pupil_case.application.pupil_cases.last()
    page = desk.get(at_pupil(other))
    words = {"cpr": pupil_case.pupil.cpr, "description": "Bliver stående."}
    answer = post(desk, at_pupil(other), typed(page, **words))
    assert answer.status_code == 422
    assert "cpr" in answer.context["form"].errors
    assert "Bliver stående." in answer.content.decode()


def test_too_many_support_hours_stop_with_the_reason(desk, post, pupil_case):
    page = desk.get(at_pupil(pupil_case))
    words = typed(page, support_hours="9", then="next")
    answer = post(desk, at_pupil(pupil_case), words)
    assert answer.headers["Location"] == at_pupil(pupil_case)
    assert "specialundervisning" in desk.get(at_pupil(pupil_case)).content.decode()
    post(desk, at("submit", pupil_case.application))
    assert Application.objects.get().status == Status.DRAFT


def test_the_pupils_page_says_what_the_wish_costs_each_fiscal_year(desk, leader, pupil_case):
    pupil_case.requested_tariff = 265_000
    pupil_case.ends_on = pupil_case.ends_on.replace(year=NEXT + 1)
    writing.write_pupil(pupil_case, cpr=pupil_case.pupil.cpr, by=leader)
    prices = desk.get(at_pupil(pupil_case)).context["prices"]
    assert [year for year, *_ in prices] == [NEXT, NEXT + 1]
    assert prices[0][2:] == (265_000, 200_000)


def test_what_belongs_to_an_age_is_asked_at_that_age(desk, draft):
    fields = desk.get(at("cooperation", draft)).context["form"].fields
    assert "coordinator" in fields
    assert "kui_cooperation" not in fields


def test_all_ages_are_asked_where_no_age_is_known(desk, leader, schools):
    application = writing.start(school=schools["Baltorpskolen"], by=leader)
    page = desk.get(at("cooperation", application))
    assert {"coordinator", "kui_cooperation"} <= set(page.context["form"].fields)
    assert "Alle felter vises" in page.content.decode()


def test_a_row_that_holds_only_a_nought_is_not_empty(draft):
    form = PupilForm({"grade": "0"}, instance=PupilCase(application=draft))
    assert form.is_valid()
    assert not form.is_empty


def test_a_row_that_holds_only_a_number_is_not_empty(draft):
    form = PupilForm({"cpr": "020116-4000"}, instance=PupilCase(application=draft))
    assert form.is_valid()
    assert not form.is_empty


def test_a_row_without_anything_is_empty(draft):
    form = PupilForm({}, instance=PupilCase(application=draft))
    assert form.is_valid()
    assert form.is_empty
