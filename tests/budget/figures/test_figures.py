"""What the system is born with: every figure from a file, with its date and its source."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import call_command

from budget.figures import actions, queries
from budget.management.commands import load_figures
from budget.models import (
    DayTreatmentFigure,
    DayTreatmentProvider,
    DayTreatmentTotal,
    FundingSource,
    Target,
)
from skolefleks.models import District, Membership, Role, School, User
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


@pytest.fixture
def figures(db):
    call_command("load_figures", verbosity=0)


def lines_of(name):
    path = settings.BASE_DIR / "budget" / "data" / f"{name}.csv"
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def all_rows():
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


def test_every_line_of_the_table_is_a_figure(figures):
    stored = {}
    for figure in DayTreatmentFigure.objects.select_related("district"):
        key = (figure.place_name, figure.year)
        stored[key] = (figure.full_year_pupils, figure.amount)

    expected = {}
    for line in lines_of("day_treatment_by_district"):
        key = (line["district"], int(line["year"]))
        expected[key] = (Decimal(line["full_year_pupils"]), int(line["amount_dkk"]))
    assert stored == expected


def test_the_printed_totals_are_kept_as_printed(figures):
    stored = {}
    for total in DayTreatmentTotal.objects.all():
        stored[total.year] = (total.full_year_pupils, total.amount)

    expected = {}
    for line in lines_of("day_treatment_totals"):
        amount = Decimal(line["amount_dkk"])
        expected[int(line["year"])] = (Decimal(line["full_year_pupils"]), amount)
    assert stored == expected
    assert queries.day_treatment().differing_years == [2014, 2016]


def test_every_figure_carries_its_date_and_its_source(figures):
    days = {figure.counted_on for figure in DayTreatmentFigure.objects.all()}

    assert days == {date(2020, 4, 3)}
    for model in (DayTreatmentFigure, DayTreatmentTotal, DayTreatmentProvider, Target):
        assert not model.objects.filter(source="").exists()
    assert not DayTreatmentFigure.objects.filter(is_demo=True).exists()


def test_those_placed_in_care_are_no_district(figures):
    assert [district.name for district in District.objects.all()] == list(SCHOOLS)
    assert [school.name for school in School.objects.all()] == list(SCHOOLS)
    assert DayTreatmentFigure.objects.filter(district=None).count() == 7


def test_the_targets_are_the_levels_of_2018_and_2017(figures):
    day_treatment = queries.day_treatment()

    levels = [(level.year, level.pupils_of(day_treatment.total)) for level in day_treatment.levels]
    assert levels == [(2021, Decimal("55.8")), (2022, Decimal("49.2"))]


def test_figures_that_are_loaded_again_change_nothing(figures, capsys):
    before = all_rows()

    call_command("load_figures")

    assert "0 rows" in capsys.readouterr().out
    assert all_rows() == before


def test_a_figure_that_went_wrong_is_put_right(figures, capsys):
    figure = DayTreatmentFigure.objects.get(year=2019, district__name="Baltorpskolen")
    DayTreatmentFigure.objects.filter(pk=figure.pk).update(amount=1)

    call_command("load_figures")

    assert "1 rows" in capsys.readouterr().out
    figure.refresh_from_db()
    assert figure.amount == 4_830_367


@pytest.fixture
def a_chief(figures):
    """A centre chief in a system whose schools come from the file."""
    user = User.objects.create(email="clara@demo.example", name="Clara Centerchef")
    Membership.objects.create(user=user, role=Role.CENTRE_CHIEF, centre="C-SIK")
    return user


def test_a_target_that_a_chief_removed_stays_removed(a_chief):
    target = Target.objects.earliest("year")
    actions.drop_target(target, by=a_chief)

    call_command("load_figures")

    assert not Target.objects.filter(pk=target.year).exists()


def test_a_target_that_a_chief_set_anew_stays_as_it_is(a_chief):
    target = Target.objects.earliest("year")
    level = target.level_of
    actions.set_target(
        year=target.year, level_of=2016, source="Ny aftale", replaces=level, by=a_chief
    )

    call_command("load_figures")

    target.refresh_from_db()
    assert target.level_of == 2016


def test_a_missing_file_loads_nothing_at_all(db, monkeypatch, tmp_path):
    for file in load_figures.DATA.glob("day_*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(load_figures, "DATA", tmp_path)

    with pytest.raises(FileNotFoundError):
        call_command("load_figures")
    assert not any(model.objects.exists() for model in MODELS)
