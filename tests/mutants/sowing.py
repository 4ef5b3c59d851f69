"""Faults that are sown into a module, one at a time, as somebody might make them.

Each is a change of one place in the source: a lock or a trail line taken away, a bound moved by
one, a comparison or a condition turned round, two sides of an `and` exchanged for an `or`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

TURNED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


@dataclass(frozen=True)
class Fault:
    """One fault: where it stands, what it is, and the module's source with it."""

    module: str
    line: int
    # `f`, `Class.f`, or `f.<locals>.g`.
    function: str
    what: str
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is called by where it is known: the line may move."""
        return self.module, self.function, self.what

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.what}"


def faults_in(project: Path, module: str) -> list[Fault]:
    """Every fault that can be sown into the body of one of the module's functions."""
    source = (project / module).read_text()
    faults = []
    for number in range(len(list(places_in(ast.parse(source))))):
        tree = ast.parse(source)
        node, function = list(places_in(tree))[number]
        what, change = change_of(node) or ("", None)
        assert change is not None
        change()
        changed = ast.unparse(ast.fix_missing_locations(tree))
        faults.append(Fault(module, node.lineno, function, what, changed))
    return faults


def places_in(
    node: ast.AST, function: str = "", around: str = ""
) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """(what can be changed, the innermost function whose body holds it) for all below `node`."""
    if function and isinstance(node, ast.expr | ast.stmt) and change_of(node) is not None:
        yield node, function

    for child in ast.iter_child_nodes(node):
        if child in idle_parts_of(node):
            continue
        if isinstance(node, ast.FunctionDef) and child in node.body:
            name = around + node.name
            yield from places_in(child, name, f"{name}.<locals>.")
        elif isinstance(node, ast.ClassDef):
            yield from places_in(child, function, f"{around}{node.name}.")
        else:
            yield from places_in(child, function, around)


def idle_parts_of(node: ast.AST) -> list[ast.AST | None]:
    """What has no effect when it runs: annotations, and code for the type checker."""
    if isinstance(node, ast.arg | ast.AnnAssign):
        return [node.annotation]
    if isinstance(node, ast.FunctionDef):
        return [node.returns]
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return [node.test, *node.body]
    return []


def functions_of(tree: ast.AST, around: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    """(its qualified name, function) for each, the outer before those inside it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield around + node.name, node
            yield from functions_of(node, f"{around}{node.name}.<locals>.")
        elif isinstance(node, ast.ClassDef):
            yield from functions_of(node, f"{around}{node.name}.")
        else:
            yield from functions_of(node, around)


def change_of(node: ast.AST) -> tuple[str, Callable[[], None]] | None:
    """What is wrong with the node once it is changed, and the change; None where there is none."""
    change = None
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        change = call_taken_away(node)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        change = compare_turned(node)
    elif isinstance(node, ast.If):
        change = condition_turned(node)
    elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in TURNED:
        change = operator_turned(node)
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        change = number_moved(node)
    return change


def call_taken_away(node: ast.Expr) -> tuple[str, Callable[[], None]]:
    name = ast.unparse(node.value).split("(")[0]

    def change() -> None:
        node.value = ast.Constant(value=None)

    return f"without {name}(...)", change


def compare_turned(node: ast.Compare) -> tuple[str, Callable[[], None]]:
    text = ast.unparse(node)

    def change() -> None:
        node.ops[0] = TURNED[type(node.ops[0])]()

    return f"turned: {text}", change


def condition_turned(node: ast.If) -> tuple[str, Callable[[], None]]:
    text = ast.unparse(node.test)

    def change() -> None:
        node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)

    return f"if not: {text}", change


def operator_turned(node: ast.BinOp | ast.BoolOp) -> tuple[str, Callable[[], None]]:
    text = ast.unparse(node)

    def change() -> None:
        node.op = TURNED[type(node.op)]()

    return f"turned: {text}", change


def number_moved(node: ast.Constant) -> tuple[str, Callable[[], None]]:
    number = int(node.value)

    def change() -> None:
        node.value = number + 1

    return f"{number} is {number + 1}", change
