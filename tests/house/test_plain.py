"""The code reads plainly: the bounds of `measures.py`, and what no linter holds."""

from __future__ import annotations

import ast

import pytest

from tests.house.measures import bounds, measure, measure_all, print_table, source_files
from tests.house.sources import CODE, TESTS, place, tree_of

# A thing is a noun and a function a verb: none of these says what it holds. `heard` is missing,
# since it is the trade's own: the party of a hearing (models/law.py).
PARTICIPLES = {
    "found", "told", "said", "held", "gone", "asked", "seen", "kept", "taken", "sent", "shown",
    "known", "made", "given", "wanted", "listed", "named", "written", "meant",
}  # fmt: skip

# A column of the database keeps its name: what was said of a case, in the minutes.
COLUMNS = {"visitation/models/meetings.py said"}


def test_the_product_keeps_within_the_bounds_of_plain_code(capsys):
    whole = measure_all(source_files())
    with capsys.disabled():
        print()
        print_table(whole)
    assert [name for name, _, _, holds in bounds(whole) if not holds] == []


def test_a_test_is_read_as_plainly():
    whole = measure_all(TESTS)
    assert whole.nested_conditionals == []
    assert whole.crowded_comprehensions == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("x = (1 if a else 2) if b else 3", "nested_conditionals"),
        ("x = [a for b in c for a in b]", "crowded_comprehensions"),
        ("x = [a for a in b if a if a > 1]", "crowded_comprehensions"),
    ],
)
def test_a_line_to_be_solved_would_be_noticed(line, what, tmp_path):
    file = tmp_path / "dense.py"
    file.write_text(line)
    assert getattr(measure(file), what) == [f"{file.name}:1"]


def hidden_conditionals(tree):
    """Conditional expressions inside a call, an f-string or a comprehension."""
    around = (ast.Call, ast.JoinedStr, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    for node in ast.walk(tree):
        if not isinstance(node, around):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.IfExp):
                yield inner.lineno


def test_a_conditional_expression_stands_alone():
    places = set()
    for path in CODE:
        for line in hidden_conditionals(tree_of(path)):
            places.add(f"{place(path)}:{line}")
    assert sorted(places) == []


def names_in(tree):
    """(name, line) of every function, argument and variable."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


def test_no_name_is_a_bare_participle():
    places = []
    for path in CODE:
        for name, line in names_in(tree_of(path)):
            is_column = f"{place(path)} {name}" in COLUMNS
            if name.strip("_") in PARTICIPLES and not is_column:
                places.append(f"{place(path)}:{line} {name}")
    assert places == []


def test_every_public_act_and_rule_says_what_it_does():
    silent = []
    for path in CODE:
        if path.name not in {"actions.py", "rules.py"}:
            continue
        for node in tree_of(path).body:
            is_public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if is_public and not ast.get_docstring(node):
                silent.append(f"{place(path)}:{node.lineno} {node.name}")
    assert silent == []
