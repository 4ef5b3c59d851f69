"""Which lines of the trail a function can write, read from the code: through all that it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from tests.house.measures import FLOORS, ROOT
from tests.house.sources import tree_of

# The module of each step of a life, and of each line of the trail.
WRITERS = {"audit.record": 0, "audit.record_each": 0, "move": 1, "follow": 1}
GROUND = {"skolefleks/audit.py", "skolefleks/statemachine.py"}


@dataclass
class Function:
    """A function: the verbs that it writes itself, and the functions that it names."""

    verbs: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


def modules() -> Iterator[tuple[str, ast.Module]]:
    """(`visitation.decisions.actions`, its tree) of all the code."""
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            place = path.relative_to(ROOT)
            if "migrations" in place.parts or str(place) in GROUND:
                continue
            yield ".".join(place.with_suffix("").parts), tree_of(path)


def imports_of(tree: ast.AST) -> dict[str, str]:
    """What each name of the module stands for, as far as it is imported."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


@cache
def functions() -> dict[str, Function]:
    """Every function of the code by its whole name; what a class holds belongs to the class."""
    every = {}
    for module, tree in modules():
        imports = imports_of(tree)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                every[f"{module}.{node.name}"] = read(node, module, imports)
    return every


def read(node: ast.AST, module: str, imports: dict[str, str]) -> Function:
    function = Function()
    # What is called `grant` in a function that takes a grant is not the act of that name.
    own = {inner.arg for inner in ast.walk(node) if isinstance(inner, ast.arg)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            own.add(inner.id)

    for inner in ast.walk(node):
        if is_line(inner):
            function.verbs.append(verb_of(inner))
        elif isinstance(inner, ast.Attribute | ast.Name):
            first, _, rest = ast.unparse(inner).partition(".")
            if first not in own:
                whole = imports.get(first, f"{module}.{first}")
                function.names.add(f"{whole}.{rest}".rstrip("."))
    return function


def is_line(node: ast.AST) -> bool:
    """Whether it is a call that writes a line, or takes a step that writes one."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in WRITERS


def verb_of(call: ast.Call) -> str:
    """The verb as it is written; of one that is worked out, what it is worked out from."""
    verb = call.args[WRITERS[ast.unparse(call.func)]]
    if isinstance(verb, ast.Constant):
        return str(verb.value)
    return f"<{ast.unparse(verb)}>"


@cache
def reached_from(name: str) -> set[str]:
    """The function, all that it calls, and all that they call."""
    reached = {name}
    waiting = [name]
    while waiting:
        for other in functions()[waiting.pop()].names & functions().keys():
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached


def lines_of(name: str) -> list[str]:
    """The verbs of all lines that the function can write, one for each place that writes one."""
    verbs = []
    for one in reached_from(name):
        verbs += functions()[one].verbs
    return sorted(verbs)


def places() -> dict[str, list[str]]:
    """Every function that writes to the trail itself, and its verbs."""
    return {name: one.verbs for name, one in functions().items() if one.verbs}


def acts() -> list[str]:
    """Every public function of a room that is called `actions`."""
    return [name for name in functions() if is_act(name)]


def is_act(name: str) -> bool:
    *folders, room, last = name.split(".")
    is_function = last == last.lower() and not last.startswith("_")
    return bool(folders) and room == "actions" and is_function
