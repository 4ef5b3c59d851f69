"""Sows faults into the code that must not be wrong, and counts those that the tests find.

    make mutants                            120 faults over all of it, half an hour on two cores
    make mutants ARGS="--faults 20 books"   20 faults in what has `books` in its name
    make mutants ARGS="--seed 7"            other faults

A fault needs only the tests of its own subject. Each is sown into a copy of the project; those that
no test found are named at the end. A fault that changes nothing one can see (an equivalent one) is
named in `EQUIVALENT` with its reason, and not counted.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import Queue

from tests.mutants.sowing import Fault, faults_in

PROJECT = Path(__file__).resolve().parents[2]
WORKERS = 2
# A fault may make an endless loop: that is found too, by the time it takes.
SECONDS = 600
ENOUGH = 0.95

# What must not be wrong, and the tests of its subject.
SUBJECTS = {
    "budget/tariff.py": "tests/budget/test_tariff.py",
    "budget/books/actions.py": "tests/budget/books tests/visitation/decisions",
    "budget/books/proof.py": "tests/budget/books",
    "budget/payments/actions.py": "tests/budget/payments",
    "budget/payments/planning.py": "tests/budget/payments",
    "budget/proposals/actions.py": "tests/budget/proposals",
    "visitation/decisions/actions.py": "tests/visitation/decisions tests/visitation/corrections",
    "visitation/decisions/rules.py": "tests/visitation/decisions",
    "visitation/corrections/actions.py": "tests/visitation/corrections tests/visitation/decisions",
    "visitation/releases/actions.py": "tests/visitation/releases tests/visitation/decisions",
    "visitation/letters/actions.py": "tests/visitation/letters",
    "visitation/letters/texts.py": "tests/visitation/letters",
    "visitation/recusals/actions.py": "tests/visitation/recusals",
    "visitation/outlook/rules.py": "tests/visitation/outlook",
    "skolefleks/permissions.py": "tests/house/test_permissions.py tests/skolefleks",
    "skolefleks/statemachine.py": "tests/skolefleks",
    "skolefleks/idempotency.py": "tests/skolefleks",
    "skolefleks/audit.py": "tests/skolefleks",
    "skolefleks/encryption.py": "tests/skolefleks",
    "skolefleks/outbox.py": "tests/skolefleks",
    "applications/fields/rules.py": "tests/applications/fields tests/applications/writing",
    "applications/submission/actions.py": "tests/applications",
}

# (place, what) -> why nobody could see it.
EQUIVALENT: dict[tuple[str, str], str] = {}


def main(arguments: list[str]) -> int:
    options = parsed(arguments)
    faults = chosen_faults(options.names, options.faults, options.seed)
    print(f"{len(faults)} faults, seed {options.seed}.", flush=True)

    state = Path(tempfile.mkdtemp(prefix="skolefleks-mutants-"))
    try:
        fields: Queue[Path] = Queue()
        for number in range(WORKERS):
            fields.put(copy_of_project(state / f"copy{number}"))
        with ThreadPoolExecutor(WORKERS) as pool:
            results = list(pool.map(partial(is_found, fields=fields), faults))
    finally:
        shutil.rmtree(state, ignore_errors=True)

    survivors = [fault for fault, found in zip(faults, results, strict=True) if not found]
    for fault in survivors:
        print("not found:", fault)
    share = 1 - len(survivors) / max(len(faults), 1)
    print(f"{len(faults) - len(survivors)} of {len(faults)} found: {share:.0%}")
    return 0 if share >= ENOUGH else 1


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="only modules with one of these in their name")
    parser.add_argument("--faults", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def chosen_faults(names: list[str], count: int, seed: int) -> list[Fault]:
    """So many faults, as evenly over the modules as they have them."""
    dice = random.Random(seed)
    by_module = []
    for module in SUBJECTS:
        if names and not any(name in module for name in names):
            continue
        faults = [fault for fault in faults_in(PROJECT / module) if not is_equivalent(fault)]
        dice.shuffle(faults)
        by_module.append(faults)

    chosen: list[Fault] = []
    while len(chosen) < count and any(by_module):
        for faults in by_module:
            if faults and len(chosen) < count:
                chosen.append(faults.pop())
    return chosen


def is_equivalent(fault: Fault) -> bool:
    return (str(fault.path.relative_to(PROJECT)), fault.what) in EQUIVALENT


def copy_of_project(folder: Path) -> Path:
    left_out = shutil.ignore_patterns(".git", ".venv", "node_modules", ".state", "__pycache__")
    shutil.copytree(PROJECT, folder, ignore=left_out)
    for tool in (".venv", "node_modules"):
        (folder / tool).symlink_to((PROJECT / tool).resolve())
    return folder


def is_found(fault: Fault, fields: Queue[Path]) -> bool:
    """Sow the fault into a copy that is free, and ask its subject's tests."""
    folder = fields.get()
    module = fault.path.relative_to(PROJECT)
    try:
        (folder / module).write_text(fault.source)
        answer = run_tests(folder, SUBJECTS[str(module)].split())
    finally:
        shutil.copy(fault.path, folder / module)
        fields.put(folder)

    verdict = "found" if answer else "NOT FOUND"
    print(f"{verdict:9} {replace(fault, path=module)}", flush=True)
    return answer


def run_tests(folder: Path, tests: list[str]) -> bool:
    """Whether a test failed, or did not end in time. The run has servers of its own."""
    options = ["-x", "-q", "-n", "0", "-m", "not browser", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, *tests]
    try:
        answer = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return answer.returncode != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
