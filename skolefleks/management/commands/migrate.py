"""Django's `migrate`, and after it the rights of the application's and the reader's roles."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections, transaction

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

        super().handle(*args, **options)
        if not only_looks:
            with transaction.atomic(using=connection.alias):
                roles.grant(connection)
