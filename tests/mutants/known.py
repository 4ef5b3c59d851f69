"""Which faults were asked before: they are kept, so that a run can go on."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.mutants.sowing import Fault


class Known:
    """A file with a line for each fault that was found, or not found by the tests as they read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: set[str] = set()
        if path.exists():
            self.lines = set(path.read_text().splitlines())

    def __contains__(self, fault: Fault) -> bool:
        return line_of(fault) in self.lines

    def add(self, fault: Fault) -> None:
        self.write(line_of(fault))

    def was_missed_by(self, fault: Fault, tests: str) -> bool:
        return line_of(fault, tests) in self.lines

    def add_missed(self, fault: Fault, tests: str) -> None:
        """Note that no test found it; `tests` are their texts, or what stands for them."""
        self.write(line_of(fault, tests))

    def write(self, line: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as file:
            file.write(f"{line}\n")


def line_of(fault: Fault, tests: str = "") -> str:
    # The whole module goes in: once it reads otherwise, the fault is another.
    whole = f"{fault.module} {fault.source}{tests}"
    return hashlib.sha256(whole.encode()).hexdigest()
