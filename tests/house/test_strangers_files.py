"""What somebody sends is opened in the workshop alone, by modules that the site never loads."""

from __future__ import annotations

import ast

from tests.house.sources import CODE, place, places_where, tree_of

OPENERS = {"PIL", "pikepdf", "pypdfium2", "openpyxl", "zipfile", "tarfile", "lxml", "xml"}

# Loaded by `skolefleks/workshop.py`, and by one another.
IN_THE_WORKSHOP = {
    *(f"applications/papers/{name}.py" for name in "cleaning drawing pdfs pictures word".split()),
    "budget/reconciliation/workbooks.py",
    "skolefleks/profile/drawing.py",
}

# They count the pages of a PDF that we made.
OWN_FILES = {"applications/reading/summary.py", "visitation/amendments/paper.py"}

# It reads what the sign-on has signed: bounded, and by defusedxml.
SIGNED = {"skolefleks/federation/privileges.py"}


def imports_of(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def opens_a_file(path):
    return any(name.split(".")[0] in OPENERS for name in imports_of(path))


def loads_the_workshop(path):
    return any(f"{name.replace('.', '/')}.py" in IN_THE_WORKSHOP for name in imports_of(path))


def test_a_file_is_opened_where_it_may_be():
    outside = [path for path in CODE if place(path) not in IN_THE_WORKSHOP]
    assert set(places_where(opens_a_file, outside)) == OWN_FILES | SIGNED
    assert places_where(loads_the_workshop, outside) == ["applications/papers/jobs.py"]
