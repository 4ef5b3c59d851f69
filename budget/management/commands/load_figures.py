"""Loads what the system is born with.

Districts, schools, frames, figures of day treatment, targets.
"""

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
from skolefleks.models import AuditEntry, Centre, District, School

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
    help = (
        "Loads the figures in budget/data; what is there already stays, what differs is put right,"
        " and what somebody has set or removed on the screen is left alone."
    )

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        """All files or none; a second run changes nothing."""
        # Districts first: the figures of day treatment point at them.
        self.changed = 0
        self.districts: dict[str, District] = {}
        self._load_districts()
        self._load_day_treatment()
        self._load_totals()
        self._load_targets()
        self._load_providers()
        self._load_frames()
        self.stdout.write(f"Figures loaded: {self.changed} rows new or changed.")

    def _load_districts(self) -> None:
        """The districts in the file's order, each with its school of the same name."""
        names = []
        for row in rows_of("day_treatment_by_district"):
            name = row["district"]
            # The row of pupils in care is no district.
            if name != IN_CARE and name not in names:
                names.append(name)

        for place, name in enumerate(names, start=1):
            self.districts[name] = self._district(name, place)

    def _district(self, name: str, place: int) -> District:
        """The district of the file; one that an administrator has renamed is known by its place."""
        same_name = District.objects.filter(name=name).first()
        district = same_name or District.objects.filter(sort_key=place).first()
        if district is None:
            district = self._put(District, {"name": name}, {"sort_key": place})
            self._put(School, {"name": name}, {"district_id": district.pk})
        return district

    def _load_day_treatment(self) -> None:
        districts = self.districts
        for row in rows_of("day_treatment_by_district"):
            district = None
            if row["district"] != IN_CARE:
                district = districts[row["district"]]
            self._put(
                DayTreatmentFigure,
                {"year": row["year"], "district": district},
                {
                    "full_year_pupils": row["full_year_pupils"],
                    "amount": row["amount_dkk"],
                    "counted_on": STATUS_DAY,
                    "source": TABLE,
                    # A figure of the demo that the paper gives too becomes the paper's.
                    "is_demo": False,
                },
            )

    def _load_totals(self) -> None:
        for row in rows_of("day_treatment_totals"):
            self._put(
                DayTreatmentTotal,
                {"year": row["year"]},
                {
                    "full_year_pupils": row["full_year_pupils"],
                    "amount": row["amount_dkk"],
                    "source": TABLE,
                },
            )

    def _load_targets(self) -> None:
        for row in rows_of("targets"):
            # A target that a chief removed is no gap to be filled.
            if _is_somebodys(Target, row["year"]):
                continue
            values = {"level_of": row["level_of"], "source": TARGETS}
            self._put(Target, {"year": row["year"]}, values)

    def _load_providers(self) -> None:
        for row in rows_of("day_treatment_providers_2020"):
            values = {"pupils": row["pupils"], "source": REPORT}
            self._put(DayTreatmentProvider, {"name": row["provider"]}, values)

    def _load_frames(self) -> None:
        for place, row in enumerate(rows_of("centres"), start=1):
            values = {"name": row["name"], "sort_key": place}
            self._put(Centre, {"key": row["key"]}, values)
        for row in rows_of("funding"):
            values = {"centre_id": row["centre"]}
            self._put(FundingSource, {"name": row["name"]}, values)

    def _put(
        self, model: type[Row], key: dict[str, Any], values: dict[str, Any]
    ) -> Row:
        """The row with `key`, its `values` as in the file.

        Written only where it is new or differs.
        """
        manager = model._default_manager
        row, is_new = manager.get_or_create(**key, defaults=values)
        if is_new:
            self.changed += 1
            return row

        # The file holds texts: each is compared as its column would keep it.
        columns = {column.attname: column for column in model._meta.concrete_fields}
        if _is_somebodys(model, row.pk):
            return row
        for name, value in values.items():
            if getattr(row, name) != columns[name].to_python(value):
                manager.filter(pk=row.pk).update(**values)
                row.refresh_from_db()
                self.changed += 1
                break
        return row


def _is_somebodys(model: type[models.Model], key: object) -> bool:
    """Whether the trail has a line on it: somebody answers for how it is now."""
    lines = AuditEntry.objects.filter(
        object_type=model._meta.label_lower, object_id=str(key)
    )
    return lines.exists()


def rows_of(name: str) -> list[dict[str, str]]:
    """The lines of `budget/data/<name>.csv`."""
    path = DATA / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
