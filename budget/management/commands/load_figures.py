"""Loads what the system is born with: districts, schools, frames, figures of day treatment, targets."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand
from django.db import models, transaction

from budget.models import (
    DayTreatmentFigure,
    DayTreatmentProvider,
    DayTreatmentTotal,
    FundingSource,
    Target,
)
from budget.models.figures import IN_CARE
from skolefleks.models import District, School

Row = TypeVar("Row", bound=models.Model)


DATA = Path(__file__).resolve().parents[2] / "data"


# What each file was transcribed from (budget/data/README.md).
STATUS_DAY = date(2020, 4, 3)


TABLE = (
    "SkoleFleks-forslaget, »Dagbehandlingstilbud (undervisning)«, status 3. april 2020"
)


REPORT = "Rapport om dagbehandling, juni 2020 (antal personer, ikke helårspersoner)"


TARGETS = "SkoleFleks-forslaget, »Målsætning, måltal og evaluering«"


class Command(BaseCommand):
    help = "Loads the figures in budget/data; what is there already stays, and what differs is put right."

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        """All files or none; a second run changes nothing."""
        self.changed = 0
        districts = self._districts()
        self._figures(districts)
        self._totals_and_targets()
        self._providers_and_frames()
        self.stdout.write(f"Figures loaded: {self.changed} rows new or changed.")

    def _districts(self) -> dict[str, District]:
        """The districts in the file's order, each with its school of the same name."""
        names = dict.fromkeys(
            row["district"] for row in rows("day_treatment_by_district")
        )
        names.pop(IN_CARE, None)
        for place, name in enumerate(names, start=1):
            district = self._put(District, {"name": name}, {"sort_key": place})
            self._put(School, {"name": name}, {"district_id": district.pk})
        return {district.name: district for district in District.objects.all()}

    def _figures(self, districts: dict[str, District]) -> None:
        for row in rows("day_treatment_by_district"):
            district = (
                None if row["district"] == IN_CARE else districts[row["district"]]
            )
            figure = {
                "full_year_pupils": row["full_year_pupils"],
                "amount": row["amount_dkk"],
            }
            dated = {"counted_on": STATUS_DAY, "source": TABLE, "is_demo": False}
            self._put(
                DayTreatmentFigure,
                {"year": row["year"], "district": district},
                {**figure, **dated},
            )

    def _totals_and_targets(self) -> None:
        for row in rows("day_treatment_totals"):
            total = {
                "full_year_pupils": row["full_year_pupils"],
                "amount": row["amount_dkk"],
                "source": TABLE,
            }
            self._put(DayTreatmentTotal, {"year": row["year"]}, total)
        for row in rows("targets"):
            self._put(
                Target,
                {"year": row["year"]},
                {"level_of": row["level_of"], "source": TARGETS},
            )

    def _providers_and_frames(self) -> None:
        for row in rows("day_treatment_providers_2020"):
            self._put(
                DayTreatmentProvider,
                {"name": row["provider"]},
                {"pupils": row["pupils"], "source": REPORT},
            )
        for row in rows("funding"):
            self._put(FundingSource, {"name": row["name"]}, {"centre": row["centre"]})

    def _put(
        self, model: type[Row], key: dict[str, Any], values: dict[str, Any]
    ) -> Row:
        """The row with `key`, its `values` as in the file; written only where it is new or differs."""
        manager = model._default_manager
        row, is_new = manager.get_or_create(**key, defaults=values)
        columns = {column.attname: column for column in model._meta.concrete_fields}
        wanted = {
            name: columns[name].to_python(value) for name, value in values.items()
        }
        if not is_new and any(
            getattr(row, name) != value for name, value in wanted.items()
        ):
            manager.filter(pk=row.pk).update(**values)
            row.refresh_from_db()
            is_new = True
        self.changed += is_new
        return row


def rows(name: str) -> list[dict[str, str]]:
    """The lines of `budget/data/<name>.csv`."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
