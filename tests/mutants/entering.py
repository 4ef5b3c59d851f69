"""Which tests enter which functions, and how long each takes: kept between runs.

A test is run again once its file reads otherwise, or one of the functions has come or gone. What
is kept is a hint only: where it has grown old, a fault is found by fewer tests, never by more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest


class Entering:
    def __init__(self, path: Path, functions: Iterable[str]) -> None:
        self.path = path
        self.functions = "\n".join(sorted(functions))
        self.marks: dict[Path, str] = {}
        self.tests = self.read()
        self.added: dict[str, dict[str, Any]] = {}

    def read(self) -> dict[str, dict[str, Any]]:
        if not self.path.exists():
            return {}
        tests: dict[str, dict[str, Any]] = json.loads(self.path.read_text())
        return tests

    def __contains__(self, item: pytest.Item) -> bool:
        kept = self.tests.get(item.nodeid)
        return kept is not None and kept["mark"] == self.mark_of(item.path)

    def add(self, item: pytest.Item, seconds: float, functions: set[str]) -> None:
        self.tests[item.nodeid] = self.added[item.nodeid] = {
            "mark": self.mark_of(item.path),
            "seconds": seconds,
            "functions": sorted(functions),
        }

    def forget(self, item: pytest.Item) -> None:
        self.tests.pop(item.nodeid, None)

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Another run may have written since.
        self.path.write_text(json.dumps(self.read() | self.added, indent=0))

    def seconds(self, item: pytest.Item) -> float:
        return float(self.tests[item.nodeid]["seconds"])

    def enters(self, item: pytest.Item, function: str) -> bool:
        return item in self and function in self.tests[item.nodeid]["functions"]

    def mark_of(self, path: Path) -> str:
        if path not in self.marks:
            whole = f"{path.read_text()}\n{self.functions}"
            self.marks[path] = hashlib.sha256(whole.encode()).hexdigest()
        return self.marks[path]
