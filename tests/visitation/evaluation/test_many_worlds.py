"""The same question of many made-up years: can a count of 1-4 be computed back?"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from skolefleks import suppression
from tests.visitation.evaluation import test_computed_back as attack
from tests.visitation.evaluation.solver import Solver
from tests.visitation.evaluation.worlds import World, sheets_of
from visitation.evaluation import publishing

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def _without_years(monkeypatch):
    """The key figures beside those of earlier years are of tables that these worlds lack."""
    empty = {"key": "years", "rows": [], "total": None, "title": "År", "columns": []}
    monkeypatch.setattr(
        publishing, "years_table", lambda *_: {**empty, "first": "", "adds_up": False}
    )


def versions_of(seed):
    """A year, another version of it with other figures, and the first figures once more."""
    first, other = World(seed).figures(), World(seed + 1_000).figures()
    public = []
    for figures in (first, other, first):
        public.append(publishing.published(figures, before=public))
    return list(zip((first, other, first), public, strict=True))


def computed_back(seed):
    solver, true, keys = Solver(), {}, {}
    versions = []
    for number, (figures, public) in enumerate(versions_of(seed), start=1):
        version = SimpleNamespace(evaluation=SimpleNamespace(span="school"), number=number)
        versions.append(version)
        known = {table["key"]: table for table in figures["tables"]}
        attack.learn_from(solver, version, sheets_of(public), known)
        for key, table in known.items():
            keys[key] = [row["name"] for row in table["rows"]]
            for row in table["rows"]:
                true[f"school {number} {key} {row['name']}"] = row["cells"][0]
    attack.learn_that_nothing_changed(solver, versions[0], versions[2], keys)
    certain = solver.certain()
    assert all(true.get(name, value) == value for name, value in certain.items())
    return {name: value for name, value in certain.items() if suppression.is_small(value)}


MORE = [pytest.param(seed, marks=pytest.mark.long) for seed in range(8, 25)]


@pytest.mark.parametrize("seed", [*range(8), *MORE])
def test_no_world_gives_a_small_count_back(seed):
    assert computed_back(seed) == {}


def test_hidden_alone_many_would_be_given_back(monkeypatch):
    monkeypatch.setattr(suppression, "hidden_lines", suppression.hidden_alone)
    assert sum(bool(computed_back(seed)) for seed in range(10)) >= 3
