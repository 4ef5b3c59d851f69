"""The floors, the subjects and their rooms: who may know whom, and no circles."""

from __future__ import annotations

import ast
import graphlib
import re
import shutil
import subprocess
import sys

import grimp
import pytest
from django.core.management import call_command

from tests.house.measures import FLOORS
from tests.house.sources import (
    CODE,
    ROOT,
    TESTS,
    functions,
    place,
    places_where,
    text_of,
    tree_of,
    written_files,
)

NO_ROOMS = {"utils", "helpers", "services", "signals", "mixins", "managers", "constants"}
# These may hold something: the models' lists, and Celery's application, which Django must load.
FILLED_PACKAGES = {f"{floor}/models/__init__.py" for floor in FLOORS} | {"skolefleks/__init__.py"}
MACHINE = re.compile(r"(?<![\w.])/(work|root|home|Users)/\w")


def test_no_file_is_longer_than_400_lines():
    long = {}
    for path in written_files():
        lines = len(path.read_text().splitlines())
        if lines > 400:
            long[place(path)] = lines
    assert long == {}


def test_no_file_is_a_drawer_for_everything():
    assert [place(path) for path in written_files() if path.stem in NO_ROOMS] == []


def test_a_package_is_a_folder_and_holds_no_list_of_names():
    packages = [path for path in CODE if path.name == "__init__.py"]
    filled = {place(path) for path in packages if path.read_text().strip()}
    assert filled <= FILLED_PACKAGES


def opens_without_a_word(path):
    return text_of(path).strip() and not ast.get_docstring(tree_of(path))


def test_every_module_opens_with_a_sentence():
    assert places_where(opens_without_a_word, CODE) == []


def has_a_signal(path):
    return re.search(r"@receiver|^from django.*\bsignals\b", text_of(path), re.MULTILINE)


def test_nothing_happens_behind_ones_back():
    """No signals, no `save` of one's own, no html trusted but the charts drawn here."""
    assert places_where(has_a_signal, CODE) == []
    assert places_where(lambda path: "def save(" in text_of(path), CODE) == []
    trusting = places_where(lambda path: "mark_safe" in text_of(path), CODE)
    assert trusting == ["skolefleks/charts.py"]


def assignments_of_status(path):
    """The lines of `path` that set a status: `x.status = ...` and `update(status=...)`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Assign):
            targets = [target for target in node.targets if isinstance(target, ast.Attribute)]
            if any(target.attr == "status" for target in targets):
                yield f"{place(path).split('/')[0]}: {ast.unparse(node)}"

        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            keywords = {keyword.arg for keyword in node.keywords}
            if node.func.attr == "update" and "status" in keywords:
                yield f"{place(path).split('/')[0]}: {ast.unparse(node)}"


def test_only_move_writes_a_status():
    lines = set()
    for path in CODE:
        lines.update(assignments_of_status(path))
    assert lines == {
        "skolefleks: rows.update(status=step.target)",
        "skolefleks: thing.status = step.target",
        # Read from the row that was just locked.
        "applications: application.status = row.status",
    }


def test_nothing_written_names_a_place_on_somebodys_machine():
    paths = [*written_files(), ROOT / "README.md", ROOT / "Makefile", ROOT / "pyproject.toml"]
    named = []
    for path in paths:
        if path.exists() and MACHINE.search(path.read_text()):
            named.append(place(path))
    assert named == []


def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


# -- who knows whom --------------------------------------------------------------------


@pytest.fixture(scope="module")
def house():
    return grimp.build_graph(*FLOORS, cache_dir=None)


def imports_of(house):
    return {module: house.find_modules_directly_imported_by(module) for module in house.modules}


def test_no_files_know_each_other_in_a_circle(house):
    graphlib.TopologicalSorter(imports_of(house)).prepare()


def test_a_circle_would_be_noticed(house):
    imports = imports_of(house)
    imports["budget.tariff"] = {*imports["budget.tariff"], "budget.books.actions"}
    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter(imports).prepare()


MONEY = (
    "budget.books.actions",
    "budget.books.claims",
    "budget.payments.actions",
    "budget.payments.planning",
    "budget.payments.settling",
)
# Doors beside views and actions that may ask for a movement of money.
MONEY_DOORS = {"budget.tasks", "visitation.caseload"}


def test_only_the_committees_acts_and_the_books_own_rooms_move_money(house):
    movers = set()
    for module in MONEY:
        movers.update(house.find_modules_that_directly_import(module))

    strangers = set()
    for mover in movers:
        floor, *_, room = mover.split(".")
        is_door = any(mover.startswith(door) for door in MONEY_DOORS)
        is_act_of_visitation = floor == "visitation" and mover.count(".") == 2 and room in ACTS
        is_budgets_own = floor == "budget" and room in BUDGETS_ROOMS
        if not (is_door or is_act_of_visitation or is_budgets_own):
            strangers.add(mover)
    assert strangers == set()
    assert "visitation.decisions.actions" in movers


ACTS = {"actions"}
# The rooms of budget in which money is planned, moved, or put right.
BUDGETS_ROOMS = {"actions", "approval", "planning", "reach", "reversing", "settling", "views"}


def names_of_upper_floors(path):
    """Words in `path`'s code that name a floor above its own, docstrings and comments left out."""
    floor = place(path).split("/")[0]
    order = list(FLOORS)
    upper = order[order.index(floor) + 1 :]
    for node in ast.walk(tree_of(path)):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and any(re.match(rf"{name}[.:]", node.value) for name in upper):
            yield node.value


BELOW = [path for path in CODE if place(path).startswith(("budget/", "applications/"))]


def test_no_floor_names_a_floor_above_it():
    named = {}
    for path in BELOW:
        words = list(names_of_upper_floors(path))
        if words:
            named[place(path)] = words
    assert named == {}


def lint_imports(folder):
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy_of_the_house(tmp_path):
    left_out = shutil.ignore_patterns("*.json", "*.csv", "__pycache__")
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, tmp_path / floor, ignore=left_out)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy_of_the_house):
    answer = lint_imports(copy_of_the_house)
    assert answer.returncode == 0, answer.stdout


BREACHES = {
    "look down, never up": ("budget/models/books.py", "import applications.models"),
    "cannot move money": ("applications/writing/actions.py", "import budget.books.actions"),
    "Only the committee's acts spend": ("visitation/queue/views.py", "import budget.books.actions"),
    "In a subject": ("visitation/decisions/actions.py", "import visitation.decisions.views"),
    "The subjects of visitation": ("visitation/agenda/actions.py", "import visitation.room.views"),
    "The subjects of applications": (
        "applications/reading/queries.py",
        "import applications.tasks",
    ),
    "The subjects of budget": ("budget/books/actions.py", "import budget.dashboard.views"),
}


def told_of(contract, answer):
    """What is said under the name of a broken contract."""
    broken = answer.split("\nBroken contracts\n")[1]
    # Each has a line under its name.
    _, *sections = re.split(r"\n([^\n]+)\n-+\n", broken)
    told = dict(zip(sections[::2], sections[1::2], strict=True))
    [name] = [name for name in told if contract in name]
    return told[name]


def test_steps_in_the_wrong_direction_would_be_noticed(copy_of_the_house):
    for name, line in BREACHES.values():
        file = copy_of_the_house / name
        file.write_text(f"{file.read_text()}\n{line}\n")
    answer = lint_imports(copy_of_the_house)
    assert answer.returncode == 1
    for contract, (name, line) in BREACHES.items():
        step = f"{name.removesuffix('.py')} -> {line.removeprefix('import ')}".replace("/", ".")
        assert step in told_of(contract, answer.stdout)


def test_no_test_is_longer_than_15_lines():
    long = []
    for path in TESTS:
        for name, length in functions(path):
            if name.startswith("test_") and length > 15:
                long.append((place(path), name, length))
    assert long == []


def test_no_merge_was_left_half_done():
    marks = re.compile("^(<{7}|>{7}) ", re.MULTILINE)
    told = [ROOT / "CHANGELOG.md", ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    files = [*written_files(), *(ROOT / "templates").rglob("*.*"), *told]
    assert [place(path) for path in files if marks.search(path.read_text())] == []
