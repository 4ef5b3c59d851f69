"""Django's `migrate`, and after it the rights of the application's and the reader's roles."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from skolefleks.operations import roles


class Command(migrate.Command):
    help = "Migrates as the owner of the tables, and grants the other roles what they need."

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        only_looks = options["plan"] or options["check_unapplied"]

        try:
            roles.require_all(connection)
        except roles.WrongRole as refusal:
            raise CommandError(str(refusal)) from refusal
        require_all_or_none(connection)

        super().handle(*args, **options)
        if not only_looks:
            with transaction.atomic(using=connection.alias):
                roles.grant(connection)


def require_all_or_none(connection: BaseDatabaseWrapper) -> None:
    """Raises CommandError for a database that took some of the steps that are one by now.

    Django would find nothing to do there.
    """
    history = MigrationRecorder(connection).applied_migrations()
    for migration in MigrationLoader(None).disk_migrations.values():
        missing = [step for step in migration.replaces if step not in history]
        if missing and len(missing) < len(migration.replaces):
            app, name = missing[0]
            raise CommandError(
                f"This database lacks {app}.{name}, and this version has that step no more. "
                "Migrate it with the version of 27 November 2026 first."
            )
