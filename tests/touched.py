"""Runs the tests that a change touches: those of each subject with a changed file, and of the
house.

    python -m tests.touched [BASE]

BASE is what the change is compared with, HEAD by default: then it is what is not committed yet.
No browser is started. A change to a floor's models, life or tasks runs all tests of that floor.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.house.measures import FLOORS, ROOT

ALWAYS = ("tests/house/test_structure.py", "tests/house/test_plain.py")


def changed_files(base: str) -> list[Path]:
    """The project's files that differ from `base`, new ones too."""
    differing = git("diff", "--name-only", base)
    new = git("ls-files", "--others", "--exclude-standard")
    return [Path(line) for line in (differing + new).splitlines()]


def git(*arguments: str) -> str:
    answer = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return answer.stdout


def tests_of(path: Path) -> Path | None:
    """The folder or file of tests that judges `path`; None where there is none."""
    parts = path.parts
    if parts[0] == "templates":
        parts = parts[1:]
    if parts[0] == "tests":
        return path if path.name.startswith("test_") else None
    if parts[0] not in FLOORS:
        return None

    subject = Path("tests", *parts[:2])
    if (ROOT / subject).is_dir():
        return subject
    return Path("tests", parts[0])


def main(arguments: list[str]) -> int:
    base = "HEAD"
    if arguments:
        base = arguments[0]

    chosen = {Path(name) for name in ALWAYS}
    for path in changed_files(base):
        tests = tests_of(path)
        if tests is not None and (ROOT / tests).exists():
            chosen.add(tests)

    names = sorted(str(path) for path in chosen)
    print("Tests of this change:", *names)
    return subprocess.call([sys.executable, "-m", "pytest", "-q", "-m", "not browser", *names])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
