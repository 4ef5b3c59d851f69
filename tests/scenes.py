"""The cast on stage before a test: made by the product's acts, and put back for the tests after it.

The first test that asks for some fixtures of the cast has them made. Their rows and objects are
kept as a scene, and a test with the same fixtures in the same order gets them as they were then: in
a tenth of the time.
"""

from __future__ import annotations

import pickle
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from django.db import connection

from skolefleks.danish import today
from tests.roles import without_triggers

# A scene that is older is made anew: what looks at the clock would find its rows too old. The
# sweeper, for one, takes up a message after a minute.
FRESH_SECONDS = 40

# Where the fixtures of the cast stand. One of the same name elsewhere (a folder's own `pools`) is
# none of them.
CAST_MODULES = {"tests.conftest", "tests.defaults"}

CAST = set(
    "centres schools leader staff other_leader adviser ppr challenge member chair secretary"
    " two_roles chief chief_bur follower admin sources pools draft submitted case granted"
    " provisional released".split()
)

# Fixtures beside the cast, which change nothing that it depends on: it may be put back before them.
HARMLESS = set(
    "person client_for committee school post settings_of_nobody cast_on_stage"
    " _nothing_is_remembered _papers_of_its_own _the_chair_decides_alone"
    " _tables_are_emptied_quickly django_db_setup django_db_modify_db_settings".split()
)

# A test with one of these fixtures commits its rows, and makes them itself. So does one that is
# marked with `transaction`.
COMMITTING = {"transactional_db", "live_server"}


def kept(fixture: Any) -> Any:
    """Mark a slow fixture of one file as part of the cast.

    What it returns is not None and can be pickled. It changes rows alone: no file, no setting, no
    clock.
    """
    fixture.is_kept = True
    return fixture


def harmless(fixture: Any) -> Any:
    """Mark a fixture of one file that changes nothing which making the cast depends on.

    A browser, an address, a function that the test calls: the cast is put back before it.
    """
    fixture.is_harmless = True
    return fixture


@dataclass(frozen=True)
class Scene:
    """A cast's rows as SQL, and its objects pickled: each test gets its own."""

    rows: str
    objects: bytes
    kept_at: float

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.kept_at < FRESH_SECONDS


# By `_key_of`.
SCENES: dict[Any, Scene] = {}

# The objects that are put back for a test, by the names of their fixtures.
ON_STAGE = pytest.StashKey[dict[str, Any]]()


@pytest.fixture(autouse=True)
def cast_on_stage(
    request: pytest.FixtureRequest,
    settings_of_nobody: None,
    _papers_of_its_own: None,
    _the_chair_decides_alone: None,
) -> None:
    """Make the test's fixtures of the cast, or put them back as they were made for another test."""
    # A test that runs again must not get what was put back for it before.
    request.node.stash[ON_STAGE] = {}
    cast = _cast_of(request.node)
    if not cast:
        return

    request.getfixturevalue("db")
    key = _key_of(cast)
    scene = SCENES.get(key)
    if scene and scene.is_fresh:
        with without_triggers() as cursor:
            cursor.execute(scene.rows)
        request.node.stash[ON_STAGE] = pickle.loads(scene.objects)  # noqa: S301  our own
        return

    with without_triggers() as cursor:
        before = _fingerprints(cursor)
    names = [fixturedef.argname for fixturedef in cast]
    objects = {name: request.getfixturevalue(name) for name in names}
    # Runs the deferred triggers and constraints as a commit would, so that the trail is sealed.
    connection.check_constraints()
    with without_triggers() as cursor:
        rows = _rows_since(before, cursor)
    SCENES[key] = Scene(rows, pickle.dumps(objects), time.monotonic())


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: pytest.FixtureRequest) -> Any:
    """Let pytest take the object that was put back, and not call the fixture."""
    on_stage = request.node.stash.get(ON_STAGE, {})
    if fixturedef.argname not in on_stage or not _is_cast(fixturedef):
        return None
    thing = on_stage[fixturedef.argname]
    # As pytest does after a fixture's call.
    fixturedef.cached_result = (thing, fixturedef.cache_key(request), None)
    # For None, which a thing may be, pytest would make it.
    return True


def _cast_of(item: Any) -> list[Any]:
    """The test's fixtures of the cast in their order, up to another that might change the rows."""
    mark = item.get_closest_marker("django_db")
    is_marked = mark is not None and mark.kwargs.get("transaction")
    if is_marked or COMMITTING.intersection(item.fixturenames):
        return []

    cast = []
    for fixturedef in _in_order(item):
        if _is_cast(fixturedef):
            cast.append(fixturedef)
        elif not _is_harmless(fixturedef):
            break
    return cast


def _key_of(cast: list[Any]) -> tuple[Any, ...]:
    names = [f"{fixturedef.func.__module__}.{fixturedef.argname}" for fixturedef in cast]
    # The day, since most dates of the cast are counted from today.
    return (today(), *names)


def _in_order(item: Any) -> list[Any]:
    """The test's fixtures in the order pytest sets them up, each after those that it needs."""
    definitions = item._fixtureinfo.name2fixturedefs
    names_visited = set()
    ordered = []

    def visit(name: str) -> None:
        if name in names_visited or name not in definitions:
            return
        names_visited.add(name)
        # Of several with this name the nearest counts, a folder's or a file's own: it comes last.
        nearest = definitions[name][-1]
        for argument in nearest.argnames:
            visit(argument)
        ordered.append(nearest)

    for name in item.fixturenames:
        visit(name)
    return ordered


def _is_cast(fixturedef: Any) -> bool:
    if hasattr(fixturedef.func, "is_kept"):
        return True
    return fixturedef.argname in CAST and fixturedef.func.__module__ in CAST_MODULES


def _is_harmless(fixturedef: Any) -> bool:
    if hasattr(fixturedef.func, "is_harmless"):
        return True
    module = fixturedef.func.__module__
    if module.startswith(("_pytest.", "pytest_django.", "faker.")):
        return True
    return fixturedef.argname in HARMLESS and module in {*CAST_MODULES, __name__}


@cache
def _columns() -> dict[str, list[str]]:
    """The columns of each table, but for those that the database computes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, array_agg(quote_ident(attname) ORDER BY attnum)"
            " FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' GROUP BY relname"
        )
        return dict(cursor.fetchall())


def _fingerprints(cursor: Any) -> dict[str, str | None]:
    """A hash of all rows of each table; None for a table without rows."""
    hash_of_rows = "(SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM \"{}\" t)"
    tables = list(_columns())
    hashes = [hash_of_rows.format(table) for table in tables]
    cursor.execute(f"SELECT {', '.join(hashes)}")
    return dict(zip(tables, cursor.fetchone(), strict=True))


def _rows_since(before: dict[str, str | None], cursor: Any) -> str:
    """The SQL that inserts all rows that have come since; only into tables that were empty."""
    statements = []
    for table, fingerprint in _fingerprints(cursor).items():
        if fingerprint == before[table]:
            continue
        assert before[table] is None, f"the cast changes rows of {table} that were there before"

        # The database writes the rows as SQL itself: `('1', 'Lene'), ('2', NULL)`.
        columns = _columns()[table]
        values = ", ', ', ".join(f"quote_nullable({column})" for column in columns)
        row = f"concat('(', {values}, ')')"
        cursor.execute(f"SELECT string_agg({row}, ', ') FROM \"{table}\"")
        [rows] = cursor.fetchone()
        statements.append(f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES {rows}')
    return "; ".join(statements)
