"""What the system is born with: every figure from a file, with its date and its source."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import call_command

from budget.figures import queries as figure_queries
from budget.models import (
    DayTreatmentFigure,
    DayTreatmentProvider,
    DayTreatmentTotal,
    FundingSource,
    Target,
)
from skolefleks.models import District, School
from tests.conftest import SCHOOLS

MODELS = (
    District,
    School,
    FundingSource,
    DayTreatmentFigure,
    DayTreatmentTotal,
    DayTreatmentProvider,
    Target,
)


def load(capsys=None):
    call_command("load_figures")
    return capsys.readouterr().out if capsys else ""


def lines(name):
    with (settings.BASE_DIR / "budget" / "data" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def loaded(db):
    load()


def test_every_line_of_the_table_is_a_figure(loaded):
    stored = {
        (figure.district.name if figure.district else "Anbragt", figure.year): (
            figure.full_year_pupils,
            figure.amount,
        )
        for figure in DayTreatmentFigure.objects.select_related("district")
    }
    assert stored == {
        (line["district"], int(line["year"])): (
            Decimal(line["full_year_pupils"]),
            int(line["amount_dkk"]),
        )
        for line in lines("day_treatment_by_district")
    }


def test_the_printed_totals_are_kept_as_printed(loaded):
    stored = {
        total.year: (total.full_year_pupils, total.amount)
        for total in DayTreatmentTotal.objects.all()
    }
    assert stored == {
        int(line["year"]): (Decimal(line["full_year_pupils"]), Decimal(line["amount_dkk"]))
        for line in lines("day_treatment_totals")
    }
    assert figure_queries.day_treatment().differing_years == [2014, 2016]


def test_every_figure_carries_its_date_and_its_source(loaded):
    assert {figure.counted_on for figure in DayTreatmentFigure.objects.all()} == {date(2020, 4, 3)}
    for model in (DayTreatmentFigure, DayTreatmentTotal, DayTreatmentProvider, Target):
        assert not model.objects.filter(source="").exists()
    assert not DayTreatmentFigure.objects.filter(is_demo=True).exists()


def test_placed_in_care_is_no_district(loaded):
    assert [district.name for district in District.objects.all()] == list(SCHOOLS)
    assert [school.name for school in School.objects.all()] == list(SCHOOLS)
    assert DayTreatmentFigure.objects.filter(district=None).count() == 7


def test_the_targets_are_the_levels_of_2018_and_2017(loaded):
    figures = figure_queries.day_treatment()
    assert [(level.year, level.of(figures.total)) for level in figures.levels] == [
        (2021, Decimal("55.8")),
        (2022, Decimal("49.2")),
    ]


def test_loading_again_changes_nothing(loaded, capsys):
    before = [list(model.objects.order_by("pk").values()) for model in MODELS]
    assert "0 rows" in load(capsys)
    assert [list(model.objects.order_by("pk").values()) for model in MODELS] == before


def test_a_figure_that_went_wrong_is_put_right(loaded, capsys):
    DayTreatmentFigure.objects.filter(year=2019, district__name="Baltorpskolen").update(amount=1)
    assert "1 rows" in load(capsys)
    assert (
        DayTreatmentFigure.objects.get(year=2019, district__name="Baltorpskolen").amount
        == 4_830_367
    )


def test_a_missing_file_loads_nothing_at_all(db, monkeypatch, tmp_path):
    from budget.management.commands import load_figures

    for file in load_figures.DATA.glob("day_*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(load_figures, "DATA", tmp_path)
    with pytest.raises(FileNotFoundError):
        load()
    assert not any(model.objects.exists() for model in MODELS)
