"""Which faults a test has found before: they are kept, so that a run can go on."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.mutants.sowing import Fault


class Known:
    """A file with a line for each fault that was found."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: set[str] = set()
        if path.exists():
            self.lines = set(path.read_text().splitlines())

    def __contains__(self, fault: Fault) -> bool:
        return line_of(fault) in self.lines

    def add(self, fault: Fault) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as file:
            file.write(f"{line_of(fault)}\n")


def line_of(fault: Fault) -> str:
    # The whole module goes in: once it reads otherwise, the fault is another.
    whole = f"{fault.module} {fault.source}"
    return hashlib.sha256(whole.encode()).hexdigest()
