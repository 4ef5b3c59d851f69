"""Puts another body into a function that is loaded already, wherever it is known by now."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from types import CodeType, FunctionType
from typing import Any

from tests.mutants.sowing import functions_of

# Called by every function with a note, as it is entered.
listeners: list[Callable[[str], None]] = []


def note(function: str) -> None:
    for listener in listeners:
        listener(function)


def with_notes(module: str, source: str) -> str:
    """The module's source, each of its functions saying first that it is entered."""
    tree = ast.parse(source)
    for name, node in functions_of(tree):
        place = f"{module} {name}"
        say = f"__import__({__name__!r}, fromlist=['note']).note({place!r})"
        # A docstring stays the first.
        first = int(ast.get_docstring(node) is not None)
        node.body[first:first] = ast.parse(say).body
    return ast.unparse(ast.fix_missing_locations(tree))


@contextmanager
def replaced(module: str, source: str) -> Iterator[None]:
    """The module's functions with the bodies that `source` has for them."""
    loaded = importlib.import_module(module.removesuffix(".py").replace("/", "."))
    whole = compile(source, str(loaded.__file__), "exec", dont_inherit=True)

    before = []
    for name, _ in functions_of(ast.parse(source)):
        function = function_named(loaded, name)
        before.append((function, function.__code__))
        function.__code__ = code_named(whole, name)
    try:
        yield
    finally:
        for function, code in before:
            function.__code__ = code


def function_named(loaded: Any, name: str) -> FunctionType:
    """The plain function behind its decorators."""
    *classes, last = name.split(".")
    for one in classes:
        loaded = getattr(loaded, one)

    thing = vars(loaded)[last]
    if isinstance(thing, classmethod | staticmethod):
        thing = thing.__func__
    elif isinstance(thing, property):
        thing = thing.fget
    elif isinstance(thing, cached_property):
        thing = thing.func
    return inspect.unwrap(thing)


def code_named(whole: CodeType, name: str) -> CodeType:
    """The code of a function in the code of its module; of two with one name the last."""
    code = whole
    for part in name.split("."):
        inner = [one for one in code.co_consts if isinstance(one, CodeType)]
        [*_, code] = [one for one in inner if one.co_name == part]
    return code
