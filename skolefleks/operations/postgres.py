"""pg_dump and pg_restore, and the database as their arguments name it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from skolefleks.operations.manifest import LEFT_OUT, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

# Django's own words for the connection, which libpq does not know.
NOT_LIBPQ = {"pool", "isolation_level", "assume_role", "server_side_binding"}

# Where one stands who creates and renames a database.
MAINTENANCE = "postgres"


def dump(path: Path, *, snapshot: str) -> None:
    """Write the database as `snapshot` sees it to `path`, in pg_dump's own compressed format."""
    without_rows = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    _run(
        "pg_dump",
        "--format=custom",
        f"--snapshot={snapshot}",
        f"--file={path}",
        *without_rows,
    )


def restore(path: Path) -> None:
    """Put the dump into the empty database, all of it or, after an error, nothing.

    What is made belongs to whoever we connect as: the roles have other names
    elsewhere.
    """
    _run(
        "pg_restore",
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        str(path),
    )


def is_empty() -> bool:
    """Whether the database holds no table."""
    with connection.cursor() as cursor:
        return not connection.introspection.table_names(cursor)


def require_may_create() -> None:
    """Raise Refused where our role may not make databases."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            raise Refused(
                "This role may not make a database: ALTER ROLE ... CREATEDB."
            )


def set_aside(new_name: str) -> None:
    """Rename our database, and make an empty one of its name.

    Raises Refused while somebody is connected to it.
    """
    name = _name()
    connection.close()
    with _maintenance() as maintenance:
        try:
            maintenance.execute(_rename(name, new_name))
        except psycopg.errors.ObjectInUse:
            raise Refused(
                "Others are connected to the database: stop web, worker, mailer and beat first."
            ) from None

        try:
            create = sql.SQL("CREATE DATABASE {}")
            maintenance.execute(create.format(sql.Identifier(name)))
        except psycopg.Error:
            maintenance.execute(_rename(new_name, name))
            raise


def put_back(set_aside_name: str) -> None:
    """Undo `set_aside`: what was made meanwhile is dropped."""
    name = _name()
    connection.close()
    with _maintenance() as maintenance:
        # Not WITH (FORCE): it would need the right to end the superuser's vacuum.
        drop = sql.SQL("DROP DATABASE {}")
        maintenance.execute(drop.format(sql.Identifier(name)))
        maintenance.execute(_rename(set_aside_name, name))


def _rename(old: str, new: str) -> sql.Composed:
    statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    return statement.format(sql.Identifier(old), sql.Identifier(new))


def _maintenance() -> AbstractContextManager[psycopg.Connection]:
    address = make_conninfo(_address(), dbname=MAINTENANCE, password=_password())
    return psycopg.connect(address, autocommit=True)


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _password() -> str:
    return str(connection.settings_dict["PASSWORD"])


def _address() -> str:
    """The database in libpq's words, without the password."""
    details = connection.settings_dict
    parts = {
        "dbname": details["NAME"],
        "user": details["USER"],
        "host": details["HOST"],
        "port": details["PORT"],
    }
    options = {
        name: value
        for name, value in details["OPTIONS"].items()
        if name not in NOT_LIBPQ
    }
    parts |= options

    return make_conninfo(**{name: value for name, value in parts.items() if value})


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on our database; raises Refused with what it said."""
    command = [
        _path_of(program),
        f"--dbname={_address()}",
        "--no-password",
        *arguments,
    ]
    done = subprocess.run(  # noqa: S603  our own program, and no word of a user's
        command, env=dict(_environment()), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Refused(f"{program}: {done.stderr.strip()}")


def _path_of(program: str) -> str:
    if not settings.POSTGRES_PROGRAMS:
        return program
    return str(Path(settings.POSTGRES_PROGRAMS, program))


def _environment() -> Iterator[tuple[str, str]]:
    """The password goes by the environment, since everybody sees a process's arguments."""
    yield "PATH", os.environ.get("PATH", os.defpath)
    if _password():
        yield "PGPASSWORD", _password()

    # The image has the programs' libraries beside them, apart from Python's own.
    libraries = Path(settings.POSTGRES_PROGRAMS).parent / "lib"
    if settings.POSTGRES_PROGRAMS and libraries.is_dir():
        yield "LD_LIBRARY_PATH", str(libraries)
