"""Whether a count of 1-4 can be computed back from all that the implementation group sees."""

from __future__ import annotations

import io
import re
from datetime import date
from itertools import chain

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from skolefleks import suppression
from tests.conftest import SCHOOLS, YEAR
from tests.deciding import deliver
from tests.visitation.evaluation.caseload import Caseload
from tests.visitation.evaluation.signing import freeze
from tests.visitation.evaluation.solver import Solver
from visitation.evaluation import publishing
from visitation.evaluation.rules import Period, Span

pytestmark = pytest.mark.long

FISCAL = Period(Span.FISCAL, YEAR - 1)
SCHOOL = Period(Span.SCHOOL, YEAR - 1)

# Pupils in each district: where one has few, where two have, where it takes three to hide one.
DISTRICTS = [(3, 7, 6, 9, 8), (1, 5, 6, 9, 8), (2, 0, 6, 0, 8), (4, 4, 7, 6, 10)]

# The tables that are shares of something, and the row of which total each adds up to.
GOALS = ("standings", "voice_pupil", "voice_parents", "voice_school", "voice_ppr")

VIEWS = ("Nået", "På vej", "Uændret", "Gået tilbage")

# Columns of the follow-ups' table, and where each count of a row stands in its counts.
CLOCKS = {0: "due", 1: "in_time", 3: "to_tell", 4: "told"}
COUNTS = {"due": 0, "in_time": 1, "late": 2, "to_tell": 3, "told": 4}


def caseload_of(counts, schools, by, seed=7):
    makers = []
    for seed_more, (name, count) in enumerate(zip(SCHOOLS, counts, strict=True)):
        maker = Caseload({name: schools[name]}, by=by, seed=seed + seed_more)
        maker.made = 100 * seed_more
        maker.make(count, first=date(YEAR - 1, 2, 1), days=300)
        makers.append(maker)
    return makers


@pytest.fixture
def freeze_all(schools, leader, chair, chief, chief_bur, wide_pools):
    """Three versions of a fiscal year, of which the last has two pupils more, and a school year."""
    signers = {"chair": chair, "chiefs": (chief, chief_bur)}

    def make(counts):
        makers = caseload_of(counts, schools, leader)
        versions = [freeze(period, **signers) for period in (FISCAL, SCHOOL, FISCAL)]
        makers[2].make(2, first=date(YEAR - 1, 3, 1), days=200)
        return [*versions, freeze(FISCAL, **signers)]

    return make


@pytest.fixture
def frozen(freeze_all):
    return freeze_all(DISTRICTS[0])


def sheets_of(client, version):
    """(table, row) and its cells, from the spreadsheet as it is fetched."""
    answer = client.get(f"{version.get_absolute_url()}evaluering.xlsx")
    tables = {}
    for sheet in load_workbook(io.BytesIO(answer.content)).worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        tables[sheet.title] = {row[0]: list(row[1:]) for row in rows[1:] if row[0]}
    return tables


def learn_from(solver, version, tables, known):
    """All that one version says. `known` are its tables by their keys, as the page has them."""
    mark = f"{version.evaluation.span} {version.number}"
    total_goals = first_cell(tables, known["standings"], "I alt")
    for key, table in known.items():
        rows = tables.get(sheet_name(table), {})
        names = [row["name"] for row in table["rows"]]
        total = first_cell(tables, table, "I alt")
        if key in GOALS:
            total = total_goals
        if table["adds_up"] and isinstance(total, int):
            solver.learn({f"{mark} {key} {name}": 1 for name in names}, total)
        for name in names:
            if rows and isinstance(rows[name][0], int):
                solver.learn({f"{mark} {key} {name}": 1}, rows[name][0])
        if key.startswith("voice_"):
            learn_from_shares(solver, f"{mark} {key}", rows)
        if key == "process":
            learn_of_clocks(solver, mark, names, rows)


def learn_from_shares(solver, mark, rows):
    """A count and its share tell how many goals the voice has measured."""
    for number, share, *_ in rows.values():
        if isinstance(number, int) and number and isinstance(share, int | float):
            measured = {f"{mark} {view}": 1 for view in VIEWS}
            solver.learn(measured, round(100 * number / share))


def learn_of_clocks(solver, mark, names, rows):
    """Each column adds up to its total; what was not in time is the rest of what was due."""
    for place, column in CLOCKS.items():
        unknowns = {f"{mark} {column} {name}": 1 for name in names}
        for name in (*names, "I alt"):
            value = rows.get(name, [None] * 6)[place]
            if isinstance(value, int):
                learnt = unknowns if name == "I alt" else {f"{mark} {column} {name}": 1}
                solver.learn(learnt, value)
    for name in names:
        first, second = f"{mark} {CLOCKS[0]} {name}", f"{mark} {CLOCKS[1]} {name}"
        solver.learn({first: 1, second: -1, f"{mark} late {name}": -1}, 0)
        solver.learn({f"{mark} process {name}": 1, first: -1}, 0)


def sheet_name(table):
    return "".join(letter for letter in table["title"] if letter not in "[]:*?/\\")[:31]


def first_cell(tables, table, name):
    return tables.get(sheet_name(table), {}).get(name, [None])[0]


def learn_that_nothing_changed(solver, first, second, keys):
    """Two versions of the same figures: what one hides is what the other shows, or hides too."""
    for key, names in keys.items():
        for name in names:
            solver.learn(
                {
                    f"{first.evaluation.span} {first.number} {key} {name}": 1,
                    f"{second.evaluation.span} {second.number} {key} {name}": -1,
                },
                0,
            )


def computed_back(versions, client):
    """The counts of 1-4 that are certain to who has read everything, with their true values."""
    solver = Solver()
    true = {}
    keys = {}
    for version in versions:
        known = {table["key"]: table for table in version.figures(published=False)["tables"]}
        learn_from(solver, version, sheets_of(client, version), known)
        for key, table in known.items():
            if table["adds_up"]:
                keys[key] = [row["name"] for row in table["rows"]]
            for row in table["rows"]:
                mark = f"{version.evaluation.span} {version.number}"
                true[f"{mark} {key} {row['name']}"] = row["cells"][0]
                if key == "process":
                    for column, place in COUNTS.items():
                        true[f"{mark} {column} {row['name']}"] = row["counts"][place]
    fiscal = [version for version in versions if version.evaluation.span == "fiscal"]
    learn_that_nothing_changed(solver, fiscal[0], fiscal[1], keys)
    certain = solver.certain()
    assert all(true[name] == value for name, value in certain.items())
    return {name: value for name, value in certain.items() if suppression.is_small(value)}


# Each takes as long as ten other tests.
OTHERS = [pytest.param(counts, marks=pytest.mark.long) for counts in DISTRICTS[2:]]


@pytest.mark.parametrize("counts", [*DISTRICTS[:2], *OTHERS], ids=str)
def test_no_count_of_1_to_4_can_be_computed_back(counts, freeze_all, follower, chair, client_for):
    versions = freeze_all(counts)
    assert computed_back(versions, client_for(follower)) == {}
    # The others see them all.
    assert len(computed_back(versions, client_for(chair))) > 10


def one_world(counts, request):
    names = ("schools", "leader", "chair", "chief", "chief_bur")
    schools, leader, chair, *chiefs = (request.getfixturevalue(name) for name in names)
    makers = caseload_of(counts, schools, leader)
    versions = [freeze(FISCAL, chair=chair, chiefs=chiefs) for _ in range(2)]
    return makers, versions


def test_hidden_alone_they_would_be_computed_back(
    wide_pools, request, follower, client_for, monkeypatch
):
    monkeypatch.setattr(suppression, "hidden_lines", suppression.hidden_alone)
    _, versions = one_world((3, 7, 6, 9, 8), request)
    found = computed_back(versions, client_for(follower))
    assert found["fiscal 1 districts Baltorpskolen"] == 3


def test_other_rows_hidden_in_a_later_version_would_give_them_back(
    wide_pools, request, follower, client_for, monkeypatch
):
    hide = suppression.hidden_lines

    def other_rows(lines, *, before=()):
        """The first version hides the smallest beside the small ones, the second the largest."""
        hidden = hide(lines)
        if before and len(hidden) == 2 and lines[0].counts == (3,):
            return frozenset({lines[0].name, lines[3].name})
        return hidden

    monkeypatch.setattr(suppression, "hidden_lines", other_rows)
    _, versions = one_world((3, 7, 6, 9, 8), request)
    found = computed_back(versions, client_for(follower))
    assert found["fiscal 2 districts Baltorpskolen"] == 3


# -- the three ways to read it ---------------------------------------------------------------------
def cells_of_page(client, version):
    page = client.get(version.get_absolute_url()).content.decode()
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in row] for row in cells]


def test_page_paper_and_spreadsheet_hide_the_same(frozen, follower, client_for):
    deliver()
    client = client_for(follower)
    for version in frozen:
        page = sum(row[1:].count("skjult") for row in cells_of_page(client, version))
        sheets = sheets_of(client, version).values()
        rows = chain.from_iterable(sheet.values() for sheet in sheets)
        in_file = sum(cells.count("skjult") for cells in rows)
        answer = client.get(f"{version.get_absolute_url()}evaluering.pdf")
        pages = PdfReader(io.BytesIO(answer.content)).pages
        text = " ".join(page.extract_text() for page in pages)
        notes = str(version.figures(published=True)["tables"]).count("er skjult")
        assert page == in_file == text.count("skjult") - notes > 0
        assert len(pages) <= 8


def test_the_stored_text_for_them_knows_no_hidden_count(frozen):
    for version in frozen:
        for table in version.figures(published=True)["tables"]:
            for row in table["rows"]:
                assert row["counts"] == []
                assert not row["hidden"] or set(row["cells"]) == {None}


def test_what_happened_in_the_year_stands_in_the_school_year_alone(frozen):
    fiscal, school, *_ = (version.figures(published=True) for version in frozen)
    flows = [table["rows"] for table in fiscal["tables"] if table["is_flow"]]
    assert len(flows) >= 2
    assert flows == [[]] * len(flows)
    assert any(table["rows"] for table in school["tables"] if table["is_flow"])
    assert publishing.IN_SCHOOL_YEAR in str(fiscal)


def test_the_dashboard_gives_none_of_them_back(frozen, follower, client_for):
    """Of the same year it shows all districts, none of them small, or no district at all."""
    page = client_for(follower).get(f"/budget/?aar={YEAR - 1}")
    rows = page.context["district_part"]["rows"]
    assert not any(suppression.is_small(row.places) for row, *_ in rows)
    assert len(rows) in {0, 5}
