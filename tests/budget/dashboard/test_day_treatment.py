"""Day treatment on the dashboard: held against its levels, drawn once, made-up years marked."""

from __future__ import annotations

import pytest

from budget.dashboard import charts, district_charts
from budget.figures import queries as figure_queries
from budget.models import DayTreatmentFigure
from skolefleks.danish import kr
from skolefleks.models import District

# What the dashboard fetches at its foot.
PAGE = "/budget/dagbehandling/"


def test_day_treatment_is_held_against_the_levels(figures, client_for, chief):
    page = client_for(chief).get(PAGE)

    part = page.context["part"]
    rows = {}
    for row in part["rows"]:
        levels = [text for _, text in row["levels"]]
        rows[row["name"]] = (row["latest"], levels, row["change"])
    assert rows["Måløvhøj Skole"] == ("13,5", ["7,2", "7,1"], "+6,4")
    assert rows["Hedegårdsskolen"] == ("6,7", ["6,2", "7,5"], "−0,8")
    assert rows["Anbragt"] == ("8,2", ["6,9", "5,5"], "+2,7")
    assert part["total"]["latest"] == "62,1"
    assert (
        "62,1 helårspersoner i 2020: 6,3 over 2018-niveauet (måltal for 2021)"
        " og 12,9 over 2017-niveauet"
    ) in page.text


def test_the_dashboard_fetches_it_and_leads_to_it(figures, client_for, chief):
    client = client_for(chief)
    text = client.get("/budget/").text
    assert f'hx-get="{PAGE}"' in text
    assert f'<a href="{PAGE}">' in text

    part = client.get(PAGE, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert part.strip() in client.get(PAGE).text


def test_totals_are_as_printed_and_the_page_says_where_they_differ(figures, client_for, chief):
    page = client_for(chief).get(PAGE)

    chart = page.context["part"]["total_chart"]
    cells = {row[0]: row[1:] for row in chart.rows}
    assert cells["2014"][0] == "30,4"
    assert cells["2020"] == ["62,1", kr(18_134_577), kr(292_022)]
    assert "For 2014 og 2016 afviger de lidt fra distrikternes sum" in page.text


def test_the_charts_have_every_figure_in_their_tables(figures):
    chart = district_charts.district_chart(figure_queries.day_treatment())

    years = [str(year) for year in range(2014, 2021)]
    assert [name for name, _ in chart.columns] == ["Distrikt", *years]
    for name, *cells in chart.rows[:5]:
        figures_of_district = DayTreatmentFigure.objects.filter(district__name=name)
        pupils = figures_of_district.order_by("year").values_list("full_year_pupils", flat=True)
        assert cells == [str(value).replace(".", ",") for value in pupils]


@pytest.fixture
def made_up_figures(figures):
    """A year for every district and those in care that nobody has counted."""
    for district in (*District.objects.all(), None):
        DayTreatmentFigure.objects.create(
            district=district,
            year=2021,
            full_year_pupils=9,
            amount=1,
            counted_on="2021-12-31",
            source="x",
            is_demo=True,
        )


def test_made_up_figures_are_marked_wherever_they_are_shown(made_up_figures, client_for, chief):
    page = client_for(chief).get(PAGE)

    part = page.context["part"]
    assert ("2021*", True) in part["district_chart"].columns
    assert part["total_chart"].rows[-1][0] == "2021*"
    for chart in (part["total_chart"], part["district_chart"]):
        for svg in (chart.wide, chart.narrow):
            assert ">2021*<" in svg
            assert ">2021<" not in svg
    assert "* 2021: demodata" in page.text
    assert part["latest"] == "2020"


def test_a_chart_is_drawn_once_and_never_again(figures, client_for, chief, settings, monkeypatch):
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "charts"}}
    client = client_for(chief)
    first = client.get(PAGE).text

    def draw_again(spec):
        pytest.fail("a chart was drawn twice")

    monkeypatch.setattr("skolefleks.charts.convert", draw_again)
    assert client.get(PAGE).text.count("<svg") == first.count("<svg")


@pytest.mark.parametrize("chart_of", [charts.total_chart, district_charts.district_chart])
def test_a_chart_needs_no_style_and_no_script_and_names_itself(figures, chart_of):
    chart = chart_of(figure_queries.day_treatment())

    label = 'aria-label="Helårspersoner i dagbehandling'
    for svg in (chart.wide, chart.narrow):
        assert svg.startswith(f'<svg role="img" {label}')
        for word in ("style", "<script", " id=", " on", "href", "30.4"):
            assert word not in svg


def test_a_name_in_a_chart_is_text_and_nothing_else(figures):
    District.objects.filter(name="Skovlunde Skole").update(name='<script>"&')

    svg = district_charts.district_chart(figure_queries.day_treatment()).wide
    tag = svg.split(">", 1)[0]
    assert "<script" not in svg
    assert tag.count('"') % 2 == 0
