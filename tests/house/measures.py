"""How plainly the code reads, as a table of numbers with a bound each.

    python -m tests.house.measures            the whole product, and whether each bound holds
    python -m tests.house.measures FOLDER     the same for one folder
    python -m tests.house.measures --files    each file with what stands out in it

Tests and migrations are left out. `test_plain.py` holds the product to the bounds. A number is met
by writing plainly, never by splitting a thought over files.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("skolefleks", "budget", "applications", "visitation")
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class Measures:
    """What is counted in one file, or in several together."""

    lines: int = 0
    non_blank: int = 0
    characters: int = 0
    wide: int = 0
    comments: int = 0
    conditionals: int = 0
    nested_conditionals: list[str] = field(default_factory=list)
    comprehensions: int = 0
    crowded_comprehensions: list[str] = field(default_factory=list)
    function_lengths: list[tuple[int, str]] = field(default_factory=list)
    longest_file: int = 0

    def add(self, other: Measures) -> None:
        self.lines += other.lines
        self.non_blank += other.non_blank
        self.characters += other.characters
        self.wide += other.wide
        self.comments += other.comments
        self.conditionals += other.conditionals
        self.comprehensions += other.comprehensions
        self.nested_conditionals += other.nested_conditionals
        self.crowded_comprehensions += other.crowded_comprehensions
        self.function_lengths += other.function_lengths
        self.longest_file = max(self.longest_file, other.longest_file)

    @property
    def characters_a_line(self) -> float:
        """Of a line that is not blank, its indentation included."""
        return self.characters / max(self.non_blank, 1)

    @property
    def wide_share(self) -> float:
        """Percent of the lines that are over 100 characters."""
        return 100 * self.wide / max(self.lines, 1)

    @property
    def conditionals_per_1000(self) -> float:
        return 1000 * self.conditionals / max(self.lines, 1)

    @property
    def comprehensions_per_1000(self) -> float:
        return 1000 * self.comprehensions / max(self.lines, 1)

    @property
    def comment_share(self) -> float:
        """Percent of the lines that are a comment alone."""
        return 100 * self.comments / max(self.lines, 1)

    @property
    def function_p95(self) -> int:
        """The length in lines that 95 % of the functions keep within."""
        lengths = sorted(length for length, _ in self.function_lengths)
        if not lengths:
            return 0
        return lengths[int(0.95 * (len(lengths) - 1))]

    @property
    def longest_function(self) -> int:
        return max((length for length, _ in self.function_lengths), default=0)


def source_files(folder: Path | None = None) -> list[Path]:
    """The product's own Python files, or those under `folder`."""
    folders = [ROOT / floor for floor in FLOORS]
    if folder is not None:
        folders = [folder]

    paths = []
    for one in folders:
        if one.is_file():
            paths.append(one)
            continue
        paths += sorted(path for path in one.rglob("*.py") if "migrations" not in path.parts)
    return paths


def measure(path: Path) -> Measures:
    text = path.read_text()
    lines = text.splitlines()
    non_blank = [line for line in lines if line.strip()]
    tree = ast.parse(text)

    found = Measures(
        lines=len(lines),
        non_blank=len(non_blank),
        characters=sum(len(line) for line in non_blank),
        wide=sum(len(line) > 100 for line in lines),
        comments=sum(line.lstrip().startswith("#") for line in lines),
        longest_file=len(lines),
    )
    place = path.name
    if path.is_relative_to(ROOT):
        place = str(path.relative_to(ROOT))

    for node in ast.walk(tree):
        here = f"{place}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.IfExp):
            found.conditionals += 1
            if is_nested(node):
                found.nested_conditionals.append(here)
        elif isinstance(node, COMPREHENSIONS):
            found.comprehensions += 1
            if is_crowded(node):
                found.crowded_comprehensions.append(here)
        elif isinstance(node, FUNCTIONS):
            found.function_lengths.append((function_length(node), f"{here} {node.name}"))
    return found


def is_nested(node: ast.IfExp) -> bool:
    """Whether a conditional expression holds another."""
    return any(isinstance(inner, ast.IfExp) for inner in ast.walk(node) if inner is not node)


def is_crowded(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> bool:
    """Whether a comprehension has more than one `for`, or more than one `if`."""
    return len(node.generators) > 1 or len(node.generators[0].ifs) > 1


def function_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function's body, its docstring not counted."""
    body = node.body
    if ast.get_docstring(node):
        body = body[1:]
    if not body:
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def measure_all(paths: Iterable[Path]) -> Measures:
    whole = Measures()
    for path in paths:
        whole.add(measure(path))
    return whole


def bounds(whole: Measures) -> Iterator[tuple[str, float, float, bool]]:
    """(what, how much, its bound, whether it holds) for each measure."""
    at_most = (
        ("characters a non-blank line", whole.characters_a_line, 42),
        ("percent of lines over 100", whole.wide_share, 0.3),
        ("conditional expressions per 1,000 lines", whole.conditionals_per_1000, 10),
        ("comprehensions per 1,000 lines", whole.comprehensions_per_1000, 20),
        ("functions, 95th percentile in lines", whole.function_p95, 30),
        ("longest function in lines", whole.longest_function, 45),
        ("nested conditional expressions", len(whole.nested_conditionals), 0),
        ("comprehensions of two", len(whole.crowded_comprehensions), 0),
        ("longest file in lines", whole.longest_file, 400),
    )
    for name, value, bound in at_most:
        yield name, value, bound, value <= bound

    yield ("percent of comment lines", whole.comment_share, 3.5, whole.comment_share >= 3.5)


def print_table(whole: Measures) -> None:
    for name, value, bound, holds in bounds(whole):
        mark = "ok"
        if not holds:
            mark = "NOT MET"
        print(f"{name:45} {value:8.1f}   bound {bound:6.1f}   {mark}")


def print_files(paths: Iterable[Path]) -> None:
    """One line a file, the densest first."""
    rows = [(measure(path), path) for path in paths]
    rows.sort(key=lambda row: -row[0].characters_a_line)
    for found, path in rows:
        columns = (
            f"{found.characters_a_line:5.1f} chars",
            f"{found.wide:3} wide",
            f"{found.conditionals_per_1000:4.0f} if-else",
            f"{found.comprehensions_per_1000:4.0f} compr",
            f"{found.comment_share:4.1f} % comments",
            f"{found.longest_function:3} longest",
            f"{len(found.nested_conditionals):2} nested",
            f"{len(found.crowded_comprehensions):2} of two",
        )
        print("  ".join(columns), path)


def main(arguments: list[str]) -> int:
    folders = [Path(name).resolve() for name in arguments if not name.startswith("--")]
    paths = source_files()
    if folders:
        paths = []
        for folder in folders:
            paths += source_files(folder)

    if "--files" in arguments:
        print_files(paths)
    whole = measure_all(paths)
    print_table(whole)
    for place in whole.nested_conditionals + whole.crowded_comprehensions:
        print("  ", place)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
