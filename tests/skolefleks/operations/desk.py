"""An operator's desk: the management commands run as in the image, on databases of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

from tests.template import PROGRAMS


@dataclass
class Place:
    """A database with its folder of papers."""

    name: str
    papers: Path

    @property
    def url(self) -> str:
        return make_conninfo(owner(), dbname=self.name)

    def manage(self, *words: Any, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a management command; what it says is in stdout."""
        place = {
            "DATABASE_URL": self.url,
            "PAPERS_DIR": str(self.papers),
            "POSTGRES_PROGRAMS": str(PROGRAMS),
        }
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            env={**os.environ, **place, **env},
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.papers.glob("??/*")}


def owner() -> str:
    """The address of who owns the tables and may make databases."""
    return os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])


@contextmanager
def empty_place(folder: Path) -> Iterator[Place]:
    """A database with nothing in it; it goes with all that a rollback set aside beside it."""
    name = f"place_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(owner(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield Place(name, folder / name)
        find = "SELECT datname FROM pg_database WHERE datname LIKE %s"
        for (each,) in connection.execute(find, [f"{name}%"]).fetchall():
            connection.execute(f"DROP DATABASE {each}")
