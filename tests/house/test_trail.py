"""Every act leaves its lines in the trail, and the table of them misses none."""

from __future__ import annotations

import ast

import pytest

from tests.house import reaching
from tests.house.measures import ROOT
from tests.house.trail_table import SILENT, WRITES

QUIET = set(" ".join(SILENT.values()).split())
ROWS = {}
for module, acts in WRITES.items():
    for act, verbs in acts.items():
        ROWS[f"{module}.{act}"] = sorted(verbs.split())


def test_every_act_is_in_the_table():
    assert set(reaching.acts()) - ROWS.keys() == QUIET
    assert not QUIET & ROWS.keys()


@pytest.mark.parametrize("module", WRITES)
def test_each_act_can_write_the_lines_that_the_table_says(module):
    lines = {act: reaching.lines_of(f"{module}.{act}") for act in WRITES[module]}
    assert lines == {act: ROWS[f"{module}.{act}"] for act in WRITES[module]}


def test_who_is_said_to_write_nothing_writes_nothing():
    assert [act for act in QUIET if reaching.lines_of(act)] == []


def test_every_place_that_writes_a_line_is_on_the_way_of_an_act():
    reached = set().union(*map(reaching.reached_from, ROWS))
    assert reaching.places().keys() - reached == set()


# -- and it bites ----------------------------------------------------------------------
def without_each_line(place):
    """The function at `place` as the code would be, each time with another of its lines away."""
    module, name = place.rsplit(".", 1)
    source = (ROOT / module.replace(".", "/")).with_suffix(".py").read_text()
    tree = ast.parse(source)
    [function] = [node for node in tree.body if getattr(node, "name", "") == name]
    for node in ast.walk(function):
        if isinstance(node, ast.Expr) and reaching.is_line(node.value):
            call = node.value
            node.value = ast.Constant(None)
            yield reaching.read(function, module, reaching.imports_of(tree))
            node.value = call


def test_a_line_taken_out_of_the_code_anywhere_is_noticed(monkeypatch):
    lines = 0
    for place in reaching.places():
        act = next(act for act in ROWS if place in reaching.reached_from(act))
        for changed in without_each_line(place):
            with monkeypatch.context() as patch:
                patch.setitem(reaching.functions(), place, changed)
                reaching.reached_from.cache_clear()
                assert reaching.lines_of(act) != ROWS[act], place
            lines += 1
        reaching.reached_from.cache_clear()
    assert lines == sum(map(len, reaching.places().values()))
