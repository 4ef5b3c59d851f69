"""Sows faults into the code that must not be wrong, and counts those that the tests find.

    make mutants                            120 faults over all of it, half an hour on one core
    make mutants ARGS="--faults 20 books"   20 faults in what has `books` in its name
    make mutants ARGS="--seed 7"            other faults
    make mutants ARGS="books/claims.py:98"  every fault in that line

What was found stands in `.state/mutants`, and is not sown again: a run that was stopped goes on,
and one after a new test asks only for what was left.

A fault needs only the tests of its own subject, and of these the ones that enter the function it
stands in, the quickest first: the tests are run once without a fault, and say what they enter,
which is kept too (`entering.py`). All of it happens in one process (`sower.py`). Those that no test
found are named at the end. A fault that changes nothing one can see (an equivalent one) is named in
`EQUIVALENT` with its reason, and not counted.
"""

from __future__ import annotations

import argparse
import ast
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutants.entering import Entering
from tests.mutants.known import Known
from tests.mutants.sower import Sower
from tests.mutants.sowing import Fault, faults_in, functions_of
from tests.mutants.subjects import EQUIVALENT, SUBJECTS

PROJECT = Path(__file__).resolve().parents[2]
FOUND = PROJECT / ".state" / "mutants"
ENTERED = PROJECT / ".state" / "mutants.json"
ENOUGH = 0.95


def main(arguments: list[str]) -> int:
    options = parsed(arguments)
    faults = chosen_faults(options.names, options.faults, options.seed)
    print(f"{len(faults)} faults, seed {options.seed}.", flush=True)

    known = Known(FOUND)
    left = [fault for fault in faults if fault not in known]
    print(f"{len(faults) - len(left)} of them were found before.", flush=True)
    if not left:
        return 0

    sower = Sower(left, SUBJECTS, known, Entering(ENTERED, functions_asked()))
    tests: dict[str, None] = {}
    for fault in left:
        tests |= dict.fromkeys(SUBJECTS[fault.module].split())
    # Python's own output is left alone: the sower writes there.
    options = ["-q", "-n", "0", "--capture=sys", "-p", "no:cacheprovider"]
    answer = pytest.main([*options, "-m", "not browser and not long", *tests], plugins=[sower])
    if answer not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        return int(answer)

    for fault in sower.survivors:
        print("not found:", fault)
    share = 1 - len(sower.survivors) / max(len(faults), 1)
    print(f"{len(faults) - len(sower.survivors)} of {len(faults)} found: {share:.0%}")
    return int(share < ENOUGH)


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="only modules with one of these in their name")
    parser.add_argument("--faults", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def chosen_faults(names: list[str], count: int, seed: int) -> list[Fault]:
    """So many faults, as evenly over the modules as they have them.

    A module's faults come in the same order, whatever else is asked beside it.
    """
    by_module = []
    for module in SUBJECTS:
        if not is_asked(module, names):
            continue
        every = faults_in(PROJECT, module)
        # Before any is left out: a new reason in `EQUIVALENT` must not change which are asked.
        random.Random(f"{seed} {module}").shuffle(every)
        asked = [fault for fault in every if is_asked(module, names, fault.line)]
        by_module.append([fault for fault in asked if fault.key not in EQUIVALENT])

    chosen: list[Fault] = []
    while len(chosen) < count and any(by_module):
        for faults in by_module:
            if faults and len(chosen) < count:
                chosen.append(faults.pop())
    return chosen


def is_asked(module: str, names: list[str], line: int | None = None) -> bool:
    """Whether a name is part of the module's; without a line, whatever line the name asks for."""
    for name in names:
        part, _, number = name.partition(":")
        if part in module and (not number or line in {None, int(number)}):
            return True
    return not names


def functions_asked() -> Iterator[str]:
    """Every function that faults are sown into, with its module."""
    for module in SUBJECTS:
        tree = ast.parse((PROJECT / module).read_text())
        for name, _ in functions_of(tree):
            yield f"{module} {name}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
