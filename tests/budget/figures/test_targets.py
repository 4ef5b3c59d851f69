"""Figures of day treatment: looked through, never overwritten silently, and remembered."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from budget.figures import actions, queries, rules
from budget.models import DayTreatmentFigure, FigureImport, Target
from skolefleks.models import AuditEntry
from skolefleks.refusals import Overtaken
from tests.conftest import SCHOOLS
from tests.scenes import kept

PLACES = [*SCHOOLS, "Anbragt"]
HEADINGS = "distrikt;år;helårspersoner;udgift;opgjort;kilde\n"
GOOD = HEADINGS + "Baltorpskolen;2021;15,5;4.500.000;31.12.2021;Rapport\n"

TARGETS = "/budget/maaltal/"
UPLOAD = "/budget/maaltal/fil/"
CONFIRM = "/budget/maaltal/gem/"
FIGURE = "/budget/maaltal/tal/"
LEVEL = "/budget/maaltal/niveau/"


@pytest.fixture
@kept
def figures(schools):
    call_command("load_figures", verbosity=0)


def line(district="Baltorpskolen", year=2021, pupils="15.5", amount=4_500_000):
    return rules.Line(district, year, Decimal(pupils), amount, date(2021, 12, 31), "Rapport")


def save(*lines, by):
    fingerprint = rules.fingerprint(queries.changes(lines))
    return actions.enter(lines, fingerprint=fingerprint, by=by)


def upload(post, client, text):
    file = SimpleUploadedFile("tal.csv", text.encode(), content_type="text/csv")
    return post(client, UPLOAD, {"file": file, "source": "", "counted_on": ""})


# -- looked through, then saved ------------------------------------------------------------
def test_a_file_is_shown_before_it_is_saved(figures, client_for, chief, post):
    text = GOOD + "Baltorpskolen;2019;99,9;;31.12.2021;Ny\n"

    page = upload(post, client_for(chief), text)

    assert [change.line.year for change in page.context["new"]] == [2021]
    assert ("Helårspersoner", "15,6", "99,9") in page.context["changed"][0].differences
    assert not DayTreatmentFigure.objects.filter(year=2021).exists()


def test_a_file_that_is_saved_gets_a_receipt(figures, client_for, chief, post):
    client = client_for(chief)
    page = upload(post, client, GOOD + "Baltorpskolen;2019;99,9;;31.12.2021;Ny\n")

    answer = post(client, CONFIRM, page.context["form"].initial)

    [receipt] = FigureImport.objects.all()
    assert answer.url == f"/budget/maaltal/kvittering/{receipt.pk}/"
    assert (receipt.new, receipt.changed, receipt.file_name) == (1, 1, "tal.csv")
    assert "fra filen tal.csv" in client.get(answer.url).text


def test_a_file_with_one_faulty_line_changes_nothing(figures, client_for, chief, post):
    page = upload(post, client_for(chief), GOOD + "Ukendt;2021;1,0;;1.1.2021;x\n")

    assert page.status_code == 422
    assert "Linje 3" in page.text
    assert not DayTreatmentFigure.objects.filter(year=2021).exists()
    assert not FigureImport.objects.exists()


def test_what_changed_after_the_preview_is_shown_again_and_not_overwritten(
    figures, client_for, chief, chief_bur, post
):
    form = upload(post, client_for(chief), GOOD).context["form"]
    save(line(pupils="3.0"), by=chief_bur)

    page = post(client_for(chief), CONFIRM, form.initial)
    assert page.status_code == 409
    assert ("Helårspersoner", "3,0", "15,5") in page.context["changed"][0].differences
    assert DayTreatmentFigure.objects.get(year=2021).full_year_pupils == 3

    post(client_for(chief), CONFIRM, page.context["form"].initial)
    assert DayTreatmentFigure.objects.get(year=2021).full_year_pupils == Decimal("15.5")


TYPED = {
    "district": "Anbragt",
    "year": "2020",
    "pupils": "8,3",
    "amount": "",
    "counted_on": "1.2.2021",
    "source": "x",
}


def test_a_typed_figure_is_shown_before_it_is_saved(figures, client_for, chief, post):
    page = post(client_for(chief), FIGURE, TYPED)

    assert ("Helårspersoner", "8,2", "8,3") in page.context["changed"][0].differences
    assert "Tallet i alt følger ikke med" in page.text


def test_a_figure_of_the_future_is_refused(figures, client_for, chief, post):
    page = post(client_for(chief), FIGURE, {**TYPED, "counted_on": "1.2.2099"})

    assert page.status_code == 422


def test_the_old_figure_stands_in_the_trail_and_in_the_history(figures, client_for, chief):
    save(line(year=2019, pupils="99.9"), by=chief)

    entry = AuditEntry.objects.get(verb="change_figure")
    assert entry.actor_id == chief.pk
    assert entry.payload["was"]["pupils"] == "15.6"
    assert entry.payload["pupils"] == "99.9"
    text = client_for(chief).get("/budget/maaltal/historik/").text
    assert "Baltorpskolen 2019: 99,9 helårspersoner" in text
    assert "Før: 15,6 helårspersoner, 4.830.367" in text


def test_tables_and_charts_follow_and_an_unknown_amount_is_no_amount(figures, client_for, chief):
    lines = [line(place, amount=None, pupils="10.0") for place in PLACES]
    save(*lines, by=chief)

    day_treatment = queries.day_treatment()
    assert day_treatment.latest == 2021
    assert day_treatment.total.by_year[2021] == 60
    assert day_treatment.average_cost(2021) is None
    part = client_for(chief).get("/budget/").context["day_treatment"]
    assert part["total"]["latest"] == "60,0"
    assert part["total_chart"].rows[-1] == ["2021", "60,0", "–", "–"]


def test_a_year_without_all_districts_has_no_total_and_says_which_are_missing(
    figures, client_for, chief
):
    save(line("Baltorpskolen", pupils="12.4"), by=chief)
    day_treatment = queries.day_treatment()
    assert day_treatment.latest == 2020
    assert 2021 not in day_treatment.total.by_year
    assert "Hedegårdsskolen" in day_treatment.missing[2021]
    for address in ("/budget/", "/budget/maaltal/"):
        text = client_for(chief).get(address).text
        assert "For 2021 mangler Hedegårdsskolen" in text
        assert "43,4 under" not in text


def test_saving_what_stands_changes_nothing(figures, chief):
    save(line(), by=chief)
    entries = AuditEntry.objects.count()

    with pytest.raises(actions.NothingNew):
        save(line(), by=chief)
    assert AuditEntry.objects.count() == entries


def test_only_a_centre_chief_changes_a_figure(figures, chair, admin, follower, leader):
    for user in (chair, admin, follower, leader):
        with pytest.raises(PermissionDenied):
            save(line(), by=user)
        with pytest.raises(PermissionDenied):
            actions.set_target(year=2030, level_of=2018, source="x", replaces=None, by=user)


@pytest.mark.parametrize("content", ["", "distrikt;år;helårspersoner\nx;1;1\n", "\x00"])
def test_a_page_that_was_tampered_with_saves_nothing(figures, client_for, chief, post, content):
    sent = {
        "content": content,
        "fingerprint": "x",
        "file_name": "",
        "idempotency_key": str(uuid.uuid4()),
    }

    assert post(client_for(chief), CONFIRM, sent).status_code == 302
    assert not FigureImport.objects.exists()


# -- levels to be back at ------------------------------------------------------------------
def test_a_new_level_becomes_a_column_on_the_dashboard(figures, client_for, chief, post):
    data = {"year": "2027", "level_of": "2019", "source": "Budgetaftalen", "replaces": ""}

    assert post(client_for(chief), LEVEL, data).url == TARGETS

    part = client_for(chief).get("/budget/").context["day_treatment"]
    assert ("Måltal 2027", "2019-niveau") in part["columns"]


def test_a_level_is_replaced_only_after_it_was_shown(figures, client_for, chief, post):
    data = {"year": "2021", "level_of": "2016", "source": "Ny aftale", "replaces": ""}
    page = post(client_for(chief), LEVEL, data)
    assert "allerede et måltal for 2021: 2018-niveauet" in page.text
    assert page.context["form"]["replaces"].value() == "2018"
    assert Target.objects.get(year=2021).level_of == 2018

    post(client_for(chief), LEVEL, {**data, "replaces": "2018"})
    assert Target.objects.get(year=2021).level_of == 2016
    assert AuditEntry.objects.get(verb="set_target").payload["was"] == 2018


def test_the_level_of_a_later_year_is_refused(figures, client_for, chief, post):
    data = {"year": "2021", "level_of": "2022", "source": "x", "replaces": ""}

    assert post(client_for(chief), LEVEL, data).status_code == 422


def test_a_level_other_than_was_seen_is_not_replaced(figures, chief):
    with pytest.raises(Overtaken):
        actions.set_target(year=2021, level_of=2016, source="x", replaces=2017, by=chief)


def test_a_level_can_be_dropped(figures, chief):
    actions.drop_target(Target.objects.get(year=2021), by=chief)

    assert [level.year for level in queries.day_treatment().levels] == [2022]


def test_the_page_says_where_every_figure_comes_from(figures, client_for, member, chief):
    page = client_for(member).get(TARGETS)

    assert page.context["sources"][0][:2] == ("2014-2020", "alle")
    assert "status 3. april 2020" in page.text
    assert "Indlæs en fil" not in page.text
    assert "Indlæs en fil" in client_for(chief).get(TARGETS).text
