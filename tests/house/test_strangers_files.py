"""What somebody sends is opened in the workshop alone, by modules that the site never loads."""

from __future__ import annotations

import ast

import pytest

from tests.house.sources import CODE, place

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
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("path", CODE, ids=place)
def test_a_file_is_opened_where_it_may_be(path):
    if place(path) in IN_THE_WORKSHOP | {"applications/papers/jobs.py"}:
        return
    names = list(imports_of(path))
    if place(path) not in OWN_FILES | SIGNED:
        assert not [name for name in names if name.split(".")[0] in OPENERS]
    loaded = {f"{name.replace('.', '/')}.py" for name in names}
    assert not loaded & IN_THE_WORKSHOP
