"""This checkout beside another one, each row asked of one and then of the other.

Two runs of the same commit differ by 15 % on a small machine, so one run after the other says
little. Here what slows the machine down for a moment slows both down.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.measure import ACT, OTHER, WARM_ROUNDS
from tests.bench.table import as_text

PROJECT = Path(__file__).resolve().parents[2]
SIDE = Path(__file__).with_name("side.py")

# A row of this checkout may be slower than the other's by so much.
AIM = 0.05

HEAD = ["Page", "1,000 cases: there", "here", "", "10,000 cases: there", "here", ""]


class Side:
    """One checkout, served by itself; `rows` are its (label, kind, every how many rounds)."""

    def __init__(self, folder: Path, rounds: int) -> None:
        command = [folder / ".venv" / "bin" / "python", SIDE, str(rounds)]
        self.process: Any = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.rows: list[tuple[str, str, int]] = self._next_list()

    def ask(self, label: str, number: int) -> list[float]:
        """Milliseconds of the row, of the smaller database and of the larger."""
        self._tell(label, number)
        times: list[float] = self._next_list()
        return times

    def let_another_thread_answer(self) -> None:
        self._tell("", 0)

    def end(self) -> None:
        """Its servers and databases are taken away as soon as nothing more is asked."""
        self.process.stdin.close()
        self.process.wait()

    def _tell(self, label: str, number: int) -> None:
        print(json.dumps([label, number]), file=self.process.stdin, flush=True)

    def _next_list(self) -> Any:
        for line in self.process.stdout:
            if line.startswith("["):
                return json.loads(line)
            # What it tells a reader while it fills its databases.
            print(line, end="", flush=True)
        raise SystemExit("One of the two ended before it was done; what it said stands above.")


def compare(other: Path, rounds: int, part: str) -> str:
    """The table: medians of the rows that both have, with `part` in their names."""
    # One after the other: filling takes both processors.
    sides = [Side(other.resolve(), rounds), Side(PROJECT, rounds)]
    try:
        return table(measure_in_turn(sides, rounds, part))
    finally:
        for each in sides:
            each.end()


def measure_in_turn(
    sides: list[Side], rounds: int, part: str
) -> dict[str, list[list[list[float]]]]:
    """By the row's label: of each side, each round's milliseconds on both databases."""
    there = {label for label, _, _ in sides[0].rows}
    rows = [row for row in sides[1].rows if row[0] in there and part in row[0]]
    for each in sides:
        warm_up(each, rows)

    times: dict[str, list[list[list[float]]]] = {label: [[], []] for label, _, _ in rows}
    for number in range(rounds):
        # Neither is always the first to be asked.
        in_turn = [0, 1]
        if number % 2:
            in_turn = [1, 0]
        for label, _, every in rows:
            if number % every:
                continue
            for which in in_turn:
                times[label][which].append(sides[which].ask(label, number))
    return times


def warm_up(each: Side, rows: list[tuple[str, str, int]]) -> None:
    for _ in range(WARM_ROUNDS):
        for label, kind, _ in rows:
            # An act uses up what was prepared for its round.
            if kind not in {ACT, OTHER}:
                each.ask(label, 0)
        each.let_another_thread_answer()


def table(times: dict[str, list[list[list[float]]]]) -> str:
    rows = [HEAD]
    for label, (there, here) in times.items():
        row = [label]
        for size in (0, 1):
            before = median(each[size] for each in there)
            now = median(each[size] for each in here)
            row += [f"{before:.1f}", f"{now:.1f}", change(now / before - 1)]
        rows.append(row)
    note = f"Milliseconds, medians. * marks what is slower here by more than {AIM:.0%}."
    return "\n".join([*as_text(rows), "", note])


def change(share: float) -> str:
    """`-4 % `, `+9 %*` where it is over the aim."""
    mark = " "
    if share > AIM:
        mark = "*"
    return f"{share:+.0%}{mark}"
