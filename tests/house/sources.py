"""The product's own files and addresses, for the tests that judge all of them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import URLPattern, get_resolver

from tests.house.measures import FLOORS, FUNCTIONS, function_length, source_files

ROOT: Path = settings.BASE_DIR
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
CODE = source_files()

# What was built or installed is nobody's writing.
BUILT = {"node_modules", "dist", ".venv", ".state", "migrations"}
ENDINGS = {".py", ".html", ".css", ".scss", ".js", ".mjs", ".md"}


def written_files() -> list[Path]:
    """Everything in the project that somebody wrote: code, templates, styles, documents."""
    paths = []
    for folder in (*FLOORS, "templates", "tests", "front", "docs"):
        for path in sorted((ROOT / folder).rglob("*")):
            is_built = bool(BUILT & set(path.parts))
            if path.suffix in ENDINGS and not is_built:
                paths.append(path)
    return paths


def place(path: Path) -> str:
    """A file as the project names it."""
    return str(path.relative_to(ROOT))


def places_where(is_wrong: Callable[[Path], Any], paths: Iterable[Path]) -> list[str]:
    """The files of which that is true: one test for all of them, a thousand times cheaper."""
    return [place(path) for path in paths if is_wrong(path)]


@cache
def text_of(path: Path) -> str:
    return path.read_text()


@cache
def tree_of(path: Path) -> ast.Module:
    """Read once for all tests, and not to be changed."""
    return ast.parse(text_of(path))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """(name, lines of its body) of each function in `path`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, FUNCTIONS):
            yield node.name, function_length(node)


def all_addresses(
    patterns: Any = None, prefix: str = ""
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """(name, view) of every address there is."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + str(pattern.name), pattern.callback
            continue

        inner = prefix
        if pattern.namespace:
            inner = f"{prefix}{pattern.namespace}:"
        yield from all_addresses(pattern.url_patterns, inner)


def methods(view: Any) -> set[str]:
    """What `view` answers, as its mark says."""
    while view:
        inside = inspect.getclosurevars(view).nonlocals
        # Of `skolefleks.pages`, and of Django's own mark.
        for name in ("methods", "request_method_list"):
            if name in inside:
                return set(inside[name])
        view = getattr(view, "__wrapped__", None)
    return {"GET", "HEAD", "POST", "PUT", "DELETE"}
