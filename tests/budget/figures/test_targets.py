"""Figures of day treatment: typed or read from a file, looked through, never overwritten silently, and remembered."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from budget.figures import actions as figure_actions
from budget.figures import queries as figure_queries
from budget.figures import reading
from budget.figures import rules as figure_rules
from budget.models import DayTreatmentFigure, FigureImport, Target
from skolefleks.models import AuditEntry
from skolefleks.refusals import Overtaken
from tests.conftest import SCHOOLS

PLACES = [*SCHOOLS, "Anbragt"]


DAY = date(2021, 12, 31)


GOOD = "distrikt;år;helårspersoner;udgift;opgjort;kilde\nBaltorpskolen;2021;15,5;4.500.000;31.12.2021;Rapport\n"


@pytest.fixture
def loaded(schools):
    call_command("load_figures", verbosity=0)


def line(district="Baltorpskolen", year=2021, pupils="15.5", amount=4_500_000, source="Rapport"):
    return figure_rules.Line(district, year, Decimal(pupils), amount, DAY, source)


def saved(*lines, by, shown=None):
    return figure_actions.enter(
        lines, shown=shown or figure_rules.fingerprint(figure_rules.compare(lines)), by=by
    )


def read(text, **otherwise):
    return reading.read(text, places=PLACES, **otherwise)


# -- the file ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.replace("\n", "\r\n").encode(),
        b'district,year,full_year_pupils,amount_dkk,counted_on,source\nbaltorpskolen,2021,"15,5",4500000,2021-12-31,Rapport\n',
        GOOD.replace("15,5", "15.5").replace("4.500.000", "4500000 kr.").encode(),
        (GOOD + ";;;;;\n\n").encode(),
    ],
)
def test_a_file_is_read_however_the_spreadsheet_wrote_it(content):
    sheet = read(reading.decode(content))
    assert (sheet.lines, sheet.errors) == ([line()], [])


def test_what_is_written_is_read_back_as_it_was():
    lines = [line(), line("Anbragt", amount=None, source='Med "anførsel"; og semikolon')]
    assert read(reading.write(lines)).lines == lines


FAULTY = """Ukendt;2021;9,99;1;;x
Skovlunde Skole;21;1,0;1;1.1.2021;x
Baltorpskolen;2021;1,0;;1.1.2021;x
Måløvhøj Skole;2021
"""


def test_every_faulty_line_is_named_with_all_that_is_wrong():
    sheet = read(GOOD + FAULTY)
    said = dict(sheet.errors)
    assert (len(sheet.lines), sorted(said)) == (1, [3, 4, 5, 6])
    assert "»Ukendt« findes ikke" in said[3]
    assert "højst én decimal" in said[3]
    assert "mangler en dato" in said[3]
    assert "fire cifre" in said[4]
    assert "står allerede i linje 2" in said[5]
    assert "kolonner" in said[6]


@pytest.mark.parametrize("pupils", ["", "x", "-1", "1,55", "1.234,5", "１２", "1e3", "=1+1"])
def test_a_figure_that_is_none_is_refused(pupils):
    assert read(GOOD.replace("15,5", pupils)).errors[0][0] == 2


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("cp1252"),
        b"\x00\x01",
        b"",
        b"a;b\n1;2\n",
        GOOD.partition("\n")[0].encode(),
        b'distrikt;"\n',
    ],
)
def test_what_is_no_such_file_is_refused_whole(content):
    with pytest.raises(reading.Unreadable):
        read(reading.decode(content))


def test_date_and_source_of_the_form_hold_for_lines_without():
    sheet = read("distrikt;år;helårspersoner\nAnbragt;2021;8\n", counted_on=DAY, source="Rapport")
    assert sheet.lines == [line("Anbragt", pupils="8.0", amount=None)]


# -- looked through, then saved -----------------------------------------------------------------------------------------
def upload(post, client, text):
    file = SimpleUploadedFile("tal.csv", text.encode(), content_type="text/csv")
    return post(client, "/budget/maaltal/fil/", {"file": file, "source": "", "counted_on": ""})


def test_a_file_is_shown_saved_and_receipted(loaded, client_for, chief, post):
    client = client_for(chief)
    page = upload(post, client, GOOD + "Baltorpskolen;2019;99,9;;31.12.2021;Ny\n")
    assert [change.line.year for change in page.context["new"]] == [2021]
    assert ("Helårspersoner", "15,6", "99,9") in page.context["changed"][0].differences
    assert not DayTreatmentFigure.objects.filter(year=2021).exists()
    answer = post(client, "/budget/maaltal/gem/", page.context["form"].initial)
    [receipt] = FigureImport.objects.all()
    assert answer.url == f"/budget/maaltal/kvittering/{receipt.pk}/"
    assert (receipt.new, receipt.changed, receipt.file_name) == (1, 1, "tal.csv")
    assert "fra filen tal.csv" in client.get(answer.url).text


def test_one_faulty_line_and_nothing_is_taken(loaded, client_for, chief, post):
    page = upload(post, client_for(chief), GOOD + "Ukendt;2021;1,0;;1.1.2021;x\n")
    assert page.status_code == 422
    assert "Linje 3" in page.text
    assert not DayTreatmentFigure.objects.filter(year=2021).exists()
    assert not FigureImport.objects.exists()


def test_what_changed_after_the_preview_is_shown_again_and_not_overwritten(
    loaded, client_for, chief, chief_bur, post
):
    shown = upload(post, client_for(chief), GOOD).context["form"].initial
    saved(line(pupils="3.0"), by=chief_bur)
    page = post(client_for(chief), "/budget/maaltal/gem/", shown)
    assert page.status_code == 409
    assert ("Helårspersoner", "3,0", "15,5") in page.context["changed"][0].differences
    assert DayTreatmentFigure.objects.get(year=2021).full_year_pupils == 3
    post(client_for(chief), "/budget/maaltal/gem/", page.context["form"].initial)
    assert DayTreatmentFigure.objects.get(year=2021).full_year_pupils == Decimal("15.5")


def test_a_typed_figure_is_looked_through_too(loaded, client_for, chief, post):
    typed = {
        "district": "Anbragt",
        "year": "2020",
        "pupils": "8,3",
        "amount": "",
        "counted_on": "1.2.2021",
        "source": "x",
    }
    page = post(client_for(chief), "/budget/maaltal/tal/", typed)
    assert ("Helårspersoner", "8,2", "8,3") in page.context["changed"][0].differences
    assert "Tallet i alt følger ikke med" in page.text
    assert (
        post(
            client_for(chief), "/budget/maaltal/tal/", {**typed, "counted_on": "1.2.2099"}
        ).status_code
        == 422
    )


def test_the_old_figure_stands_in_the_trail_and_in_the_history(loaded, client_for, chief):
    saved(line(year=2019, pupils="99.9"), by=chief)
    entry = AuditEntry.objects.get(verb="change_figure")
    assert (entry.actor_id, entry.payload["was"]["pupils"], entry.payload["pupils"]) == (
        chief.pk,
        "15.6",
        "99.9",
    )
    text = client_for(chief).get("/budget/maaltal/historik/").text
    assert "Baltorpskolen 2019: 99,9 helårspersoner" in text
    assert "Før: 15,6 helårspersoner, 4.830.367" in text


def test_tables_and_charts_follow_and_an_unknown_amount_is_no_amount(loaded, client_for, chief):
    saved(*(line(place, amount=None, pupils="10.0") for place in PLACES), by=chief)
    figures = figure_queries.day_treatment()
    assert (figures.latest, figures.total.by_year[2021]) == (2021, 60)
    assert figures.average_cost(2021) is None
    page = client_for(chief).get("/budget/")
    assert page.context["day_treatment"]["total"]["latest"] == "60,0"
    assert page.context["day_treatment"]["total_chart"].rows[-1] == ["2021", "60,0", "–", "–"]


def test_saving_what_stands_changes_nothing(loaded, chief):
    saved(line(), by=chief)
    entries = AuditEntry.objects.count()
    with pytest.raises(figure_actions.NothingNew):
        saved(line(), by=chief)
    assert AuditEntry.objects.count() == entries


def test_only_a_centre_chief_changes_a_figure(loaded, chair, admin, follower, leader):
    for user in (chair, admin, follower, leader):
        with pytest.raises(PermissionDenied):
            saved(line(), by=user)
        with pytest.raises(PermissionDenied):
            figure_actions.set_target(year=2030, level_of=2018, source="x", replaces=None, by=user)


def test_a_page_that_was_tampered_with_saves_nothing(loaded, client_for, chief, post):
    for content in ("", "distrikt;år;helårspersoner\nx;1;1\n", "\x00"):
        sent = {
            "content": content,
            "shown": "x",
            "file_name": "",
            "idempotency_key": str(uuid.uuid4()),
        }
        assert post(client_for(chief), "/budget/maaltal/gem/", sent).status_code == 302
    assert not FigureImport.objects.exists()


# -- levels to be back at -----------------------------------------------------------------------------------------------
def test_a_new_level_becomes_a_line_on_the_dashboard(loaded, client_for, chief, post):
    data = {"year": "2027", "level_of": "2019", "source": "Budgetaftalen", "replaces": ""}
    assert post(client_for(chief), "/budget/maaltal/niveau/", data).url == "/budget/maaltal/"
    assert ("Måltal 2027", "2019-niveau") in client_for(chief).get("/budget/").context[
        "day_treatment"
    ]["columns"]


def test_a_level_is_replaced_only_after_it_was_shown(loaded, client_for, chief, post):
    data = {"year": "2021", "level_of": "2016", "source": "Ny aftale", "replaces": ""}
    page = post(client_for(chief), "/budget/maaltal/niveau/", data)
    assert "allerede et måltal for 2021: 2018-niveauet" in page.text
    assert Target.objects.get(year=2021).level_of == 2018
    post(client_for(chief), "/budget/maaltal/niveau/", {**data, "replaces": "2018"})
    assert Target.objects.get(year=2021).level_of == 2016
    assert AuditEntry.objects.get(verb="set_target").payload["was"] == 2018


def test_a_level_of_the_future_is_refused_and_one_can_be_dropped(loaded, client_for, chief, post):
    data = {"year": "2021", "level_of": "2022", "source": "x", "replaces": ""}
    assert post(client_for(chief), "/budget/maaltal/niveau/", data).status_code == 422
    with pytest.raises(Overtaken):
        figure_actions.set_target(year=2021, level_of=2016, source="x", replaces=2017, by=chief)
    figure_actions.drop_target(Target.objects.get(year=2021), by=chief)
    assert [level.year for level in figure_queries.day_treatment().levels] == [2022]


def test_the_page_says_where_every_figure_comes_from(loaded, client_for, member, chief):
    page = client_for(member).get("/budget/maaltal/")
    assert page.context["sources"][0][:2] == ("2014-2020", "alle")
    assert "status 3. april 2020" in page.text
    assert "Indlæs en fil" not in page.text
    assert "Indlæs en fil" in client_for(chief).get("/budget/maaltal/").text
