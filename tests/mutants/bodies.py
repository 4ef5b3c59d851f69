"""Puts another body into a function that is loaded already, wherever it is known by now."""

from __future__ import annotations

import ast
import gc
import importlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import _lru_cache_wrapper
from types import CodeType, FunctionType, ModuleType

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


def forget_results(modules: Iterable[str]) -> None:
    """Let the modules' functions be entered that keep in memory what they returned."""
    for module in modules:
        for thing in vars(loaded_from(module)).values():
            if type(thing) is _lru_cache_wrapper:
                thing.cache_clear()


def loaded_from(module: str) -> ModuleType:
    return importlib.import_module(module.removesuffix(".py").replace("/", "."))


@contextmanager
def replaced(module: str, source: str) -> Iterator[None]:
    """The module's functions with the bodies that `source` has for them.

    Those too that a decorator has made already: they stand inside another function.
    """
    path = str(loaded_from(module).__file__)
    codes = codes_by_name(compile(source, path, "exec", dont_inherit=True))

    before = []
    for function in functions_from(path):
        code = codes.get(function.__code__.co_qualname)
        if code is not None:
            before.append((function, function.__code__))
            function.__code__ = code
    try:
        yield
    finally:
        for function, code in before:
            function.__code__ = code


def functions_from(path: str) -> list[FunctionType]:
    """All functions there are that come from the file."""
    # The suite keeps what is loaded from the collector (`tests/servers.py`), which then lists none.
    gc.unfreeze()
    # By `type`: to ask a lazy object for its class would make it.
    functions = [one for one in gc.get_objects() if type(one) is FunctionType]
    return [one for one in functions if one.__code__.co_filename == path]


def codes_by_name(code: CodeType) -> dict[str, CodeType]:
    """The code of every function in a module's code; of two with one name the last."""
    codes = {}
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            # Not of a lambda or a comprehension: they are made anew with the function around.
            if not inner.co_name.startswith("<"):
                codes[inner.co_qualname] = inner
            codes |= codes_by_name(inner)
    return codes
