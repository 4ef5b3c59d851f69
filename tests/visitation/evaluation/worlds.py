"""Evaluations of made-up years, without a database: many kinds of small numbers at little cost."""

from __future__ import annotations

import io
import random
from collections import Counter

from openpyxl import load_workbook

from tests.conftest import SCHOOLS
from visitation.evaluation import afterwards, outcomes, report
from visitation.evaluation.activity import PROCESS_COLUMNS, PUPIL_COLUMNS, Tally, _pupil_row
from visitation.evaluation.population import Sum
from visitation.evaluation.rules import View
from visitation.evaluation.tables import Row, Table
from visitation.measurements.rules import Standing
from visitation.models import Measurement, Now

TALLIED = ("due", "in_time", "to_tell", "told_in_time")

GROUPS = {
    "districts": ("Elever efter distrikt", SCHOOLS),
    "ages": ("Elever efter alder", ("6-13 år", "14-17 år", "Alder ikke oplyst")),
    "kinds": ("Fastholdelse og tilbageslusning", ("Fastholdelse", "Tilbageslusning")),
}


class World:
    """A school year in which so many pupils have goals, follow-ups and whereabouts."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.pupils = self.dice.choice((3, 8, 16, 25, 33))
        self.goals = int(self.pupils * self.dice.choice((0.5, 1, 1.5)))

    def figures(self) -> dict:
        tables = [
            *(self.group(key, *words) for key, words in GROUPS.items()),
            self.standings(),
            *(self.voice(voice) for voice in Measurement.Voice),
            *(self.whereabouts(months) for months in (6, 12)),
            self.process(),
        ]
        stored = [table.as_json() for table in tables]
        words = {"name": "Skoleåret", "texts": [], "signatures": [], "span": "school"}
        return {**words, "tables": stored}

    def parts(self, whole: int, number: int) -> list[int]:
        weights = [self.dice.choice((0, 1, 1, 2, 4)) for _ in range(number)]
        weights[0] += not sum(weights)
        drawn = Counter(self.dice.choices(range(number), weights, k=whole))
        return [drawn[place] for place in range(number)]

    def group(self, key, title, names) -> Table:
        rows = []
        for name, count in zip(names, self.parts(self.pupils, len(names)), strict=True):
            rows.append(_pupil_row(name, Sum(count, 280 * count, 200_000 * count), 365))
        days, amount = 280 * self.pupils, 200_000 * self.pupils
        total = _pupil_row("I alt", Sum(self.pupils, days, amount), 365)
        return Table(key, "activity", title, "", PUPIL_COLUMNS, rows, total, adds_up=True)

    def standings(self) -> Table:
        rows = []
        for standing, count in zip(Standing, self.parts(self.goals, 6), strict=True):
            rows.append(outcomes._share_row(standing.value.capitalize(), count, self.goals))
        total = Row("I alt", (self.goals, None, None, None), (self.goals,))
        columns = outcomes.SHARE_COLUMNS
        return Table("standings", "outcomes", "Reglen", "", columns, rows, total, adds_up=True)

    def voice(self, voice) -> Table:
        *measured, too_few = self.parts(self.goals, 5)
        rows = []
        for view, count in zip(View, measured, strict=False):
            rows.append(outcomes._share_row(view.value, count, sum(measured)))
        rows.append(Row(View.TOO_FEW.value, (too_few, None, None, None), (too_few,)))
        total = outcomes._share_row("Nået eller på vej", sum(measured[:2]), sum(measured))
        key, columns = f"voice_{voice.value}", outcomes.SHARE_COLUMNS
        return Table(key, "outcomes", voice.label, "", columns, rows, total, adds_up=True)

    def whereabouts(self, months) -> Table:
        counts = self.parts(self.pupils, len(Now))
        counted = Counter(dict(zip(Now.values, counts, strict=True)))
        return afterwards._table(f"whereabouts_{months}", f"Efter {months}", Now, counted, note="")

    def process(self) -> Table:
        rows, in_all = [], Tally()
        for name in SCHOOLS:
            tally = Tally()
            tally.due = self.dice.choice((0, 2, 8, 20))
            tally.in_time = self.dice.randint(0, tally.due)
            tally.to_tell = self.dice.randint(0, tally.due)
            tally.told_in_time = self.dice.randint(0, tally.to_tell)
            for what in TALLIED:
                setattr(in_all, what, getattr(in_all, what) + getattr(tally, what))
            rows.append(tally.row(name))
        total = in_all.row("I alt")
        return Table("process", "process", "Til tiden", "", PROCESS_COLUMNS, rows, total,
                     adds_up=True, is_flow=True)  # fmt: skip


def sheets_of(figures: dict) -> dict:
    """(table, row) and its cells, from the spreadsheet as it would be fetched."""
    tables = {}
    for sheet in load_workbook(io.BytesIO(report.workbook_of(figures))).worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        tables[sheet.title] = {row[0]: list(row[1:]) for row in rows[1:] if row[0]}
    return tables
