"""The cast on stage before a test: made by the product's acts, and put back for the tests after it.

The first test with a scene makes it as its fixtures say. Its rows and its objects are kept, and a
test with the same fixtures in the same order finds them again as they were, in a tenth of the time.
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

# What a test finds is no older than what it would make itself, on a slow machine: the sweeper,
# for one, takes up a message after a minute.
FRESH_SECONDS = 40

# Where the cast is made; a folder that has its own `pools` makes them anew.
STAGES = {"tests.conftest", "tests.defaults"}

CAST = set(
    "centres schools leader staff other_leader adviser ppr challenge member chair secretary"
    " two_roles chief chief_bur follower admin sources pools draft submitted case granted"
    " provisional released".split()
)

# They change nothing that making the cast depends on, so that it may come before them.
BESIDE = set(
    "person client_for committee school post settings_of_nobody cast_on_stage"
    " _nothing_is_remembered _papers_of_its_own _the_chair_decides_alone"
    " _tables_are_emptied_quickly django_db_setup django_db_modify_db_settings".split()
)

# With these, or a mark, a test's rows are seen by other connections, and it makes them itself.
COMMITTED = {"transactional_db", "live_server"}


def kept(fixture: Any) -> Any:
    """Mark a dear fixture of one file as part of the cast.

    It gives something to pickle, not None, and changes rows alone: no file, no setting, no clock.
    """
    fixture.is_kept = True
    return fixture


@dataclass(frozen=True)
class Scene:
    """Rows as SQL, and objects as bytes: each test gets its own."""

    rows: str
    objects: bytes
    kept_at: float

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.kept_at < FRESH_SECONDS


KEPT: dict[Any, Scene] = {}

ON_STAGE = pytest.StashKey[dict[str, Any]]()


@pytest.fixture(autouse=True)
def cast_on_stage(
    request: pytest.FixtureRequest,
    settings_of_nobody: None,
    _papers_of_its_own: None,
    _the_chair_decides_alone: None,
) -> None:
    """Make what the test wants of the cast, or put it back as it was made for another one."""
    cast = _cast_of(request.node)
    if not cast:
        return

    request.getfixturevalue("db")
    key = _key_of(cast)
    scene = KEPT.get(key)
    if scene and scene.is_fresh:
        with without_triggers() as cursor:
            cursor.execute(scene.rows)
        request.node.stash[ON_STAGE] = pickle.loads(scene.objects)  # noqa: S301  our own
        return

    with without_triggers() as cursor:
        before = _fingerprints(cursor)
    objects = {one.argname: request.getfixturevalue(one.argname) for one in cast}
    # As a commit would: the trail is sealed, and what was put off is looked at.
    connection.check_constraints()
    with without_triggers() as cursor:
        rows = _rows_since(before, cursor)
    KEPT[key] = Scene(rows, pickle.dumps(objects), time.monotonic())


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: pytest.FixtureRequest) -> Any:
    """What is put back is not made."""
    on_stage = request.node.stash.get(ON_STAGE, {})
    if fixturedef.argname not in on_stage or not _is_cast(fixturedef):
        return None
    thing = on_stage[fixturedef.argname]
    fixturedef.cached_result = (thing, fixturedef.cache_key(request), None)
    return thing


def _cast_of(item: Any) -> list[Any]:
    """The test's fixtures of the cast in their order, up to one that might change them."""
    mark = item.get_closest_marker("django_db")
    is_committed = mark is not None and mark.kwargs.get("transaction")
    if is_committed or COMMITTED.intersection(item.fixturenames):
        return []

    cast = []
    for fixturedef in _in_order(item):
        if _is_cast(fixturedef):
            cast.append(fixturedef)
        elif not _is_beside(fixturedef):
            break
    return cast


def _key_of(cast: list[Any]) -> tuple[Any, ...]:
    # By day: most dates of the cast are counted from today.
    return (today(), *[f"{one.func.__module__}.{one.argname}" for one in cast])


def _in_order(item: Any) -> list[Any]:
    """The definitions of the test's fixtures as pytest sets them up, each after what it asks."""
    definitions = item._fixtureinfo.name2fixturedefs
    seen = set()
    ordered = []

    def visit(name: str) -> None:
        if name in seen or name not in definitions:
            return
        seen.add(name)
        # The nearest one: a folder's or a file's own comes last.
        nearest = definitions[name][-1]
        for asked in nearest.argnames:
            visit(asked)
        ordered.append(nearest)

    for name in item.fixturenames:
        visit(name)
    return ordered


def _is_cast(fixturedef: Any) -> bool:
    if hasattr(fixturedef.func, "is_kept"):
        return True
    return fixturedef.argname in CAST and fixturedef.func.__module__ in STAGES


def _is_beside(fixturedef: Any) -> bool:
    module = fixturedef.func.__module__
    if module.startswith(("_pytest.", "pytest_django.", "faker.")):
        return True
    return fixturedef.argname in BESIDE and module in {*STAGES, __name__}


@cache
def _columns() -> dict[str, list[str]]:
    """All tables with their columns, but those that the database computes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, array_agg(quote_ident(attname) ORDER BY attnum)"
            " FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' GROUP BY relname"
        )
        return dict(cursor.fetchall())


def _fingerprints(cursor: Any) -> dict[str, str | None]:
    """What each table holds, in short; None for nothing."""
    whole = "(SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM \"{}\" t)"
    tables = list(_columns())
    cursor.execute(f"SELECT {', '.join(whole.format(table) for table in tables)}")
    return dict(zip(tables, cursor.fetchone(), strict=True))


def _rows_since(before: dict[str, str | None], cursor: Any) -> str:
    """SQL that puts back the rows of all tables that were empty; the others are as they were."""
    sentences = []
    for table, now in _fingerprints(cursor).items():
        if now == before[table]:
            continue
        assert before[table] is None, f"the cast changes rows of {table} that were there before"
        columns = _columns()[table]
        values = ", ', ', ".join(f"quote_nullable({column})" for column in columns)
        cursor.execute(f"SELECT string_agg(concat('(', {values}, ')'), ', ') FROM \"{table}\"")
        [rows] = cursor.fetchone()
        sentences.append(f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES {rows}')
    return "; ".join(sentences)
