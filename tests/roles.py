"""The suite works as the application's role, on tables that the owner has made.

Its connection was opened by the superuser of its own server and gave that up at once: every right
is the application's, `SET ROLE` too. Only so can a negative control be the owner for a moment, in
the middle of a test's own transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pgtrigger
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.utils import timezone
from psycopg.pq import TransactionStatus

from skolefleks.development.servers import NAME, OWNER
from skolefleks.models import User

ADMINISTRATOR = "postgres"


def be_owner() -> None:
    """Let connections be opened as the owner, who creates and removes the tests' databases."""
    connection.close()
    connection_created.disconnect(_give_up_rights)
    connection.settings_dict["USER"] = OWNER


def be_application() -> None:
    connection.close()
    connection_created.connect(_give_up_rights)
    connection.settings_dict["USER"] = ADMINISTRATOR


@contextmanager
def as_owner() -> Iterator[None]:
    """This thread's connection with the owner's rights, for a negative control."""
    _become(OWNER)
    try:
        yield
    finally:
        # A broken transaction runs nothing more, and takes the role back with it.
        if connection.connection.info.transaction_status != TransactionStatus.INERROR:
            _become(NAME)


@contextmanager
def undone() -> Iterator[None]:
    """What is written within it goes again: many attempts on the same books."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def guards_off(*names: str) -> Iterator[None]:
    """The guards with these names left out, as the owner alone can; without names all of them."""
    with as_owner(), pgtrigger.ignore(*names):
        yield


def leave(person: User) -> None:
    """End all the person's roles, those too that nobody else holds."""
    with guards_off("skolefleks.Membership:the_last_holder_keeps_the_role"):
        person.memberships.update(ended_at=timezone.now())


def count_rows(*models: type[Model]) -> None:
    """Let the database know how many rows their tables have, as autovacuum does otherwise.

    Of tables that it saw empty last it thinks that they still are: a query over
    three hundred efforts took more than ten minutes.
    """
    tables = ", ".join(f'"{model._meta.db_table}"' for model in models)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def empty_tables(*, but: set[str]) -> None:
    """Delete all rows, but those of migrations and of what they brought.

    As the server's administrator, for whom neither guards nor keys between the
    tables are asked, so that the order does not matter.
    """
    kept = but | {"django_migrations", "django_content_type", "auth_permission"}
    tables = connection.introspection.django_table_names(only_existing=True)
    emptying = [f'DELETE FROM "{table}"' for table in tables if table not in kept]

    with without_triggers() as cursor:
        cursor.execute("; ".join(emptying))


@contextmanager
def without_triggers() -> Iterator[CursorWrapper]:
    """The server's administrator for a moment: no trigger fires, and no key is asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET SESSION AUTHORIZATION {ADMINISTRATOR}; SET session_replication_role = replica"
        )
        yield cursor
        cursor.execute(f"SET session_replication_role = origin; SET SESSION AUTHORIZATION {NAME}")


def _give_up_rights(sender: object, **_: object) -> None:
    """Every new connection of every thread, before it is used."""
    _become(NAME)


def _become(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION AUTHORIZATION {role}")
