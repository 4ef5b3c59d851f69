"""Restores a backup into an empty database and an empty folder of papers, and proves it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from skolefleks.operations import backups
from skolefleks.operations.manifest import Refused


class Command(BaseCommand):
    help = "Restores the backup in FOLDER; database and papers must be empty."
    # The tables are not there yet.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Say what was restored; it is proved by then."""
        try:
            backup = backups.restore(options["folder"])
        except Refused as error:
            raise CommandError(str(error)) from error

        self.stdout.write(
            f"Restored {sum(backup.rows.values())} rows and {len(backup.papers)} papers"
            f" of {backup.made_at}, version {backup.version}. The books are proved."
        )
        self.stdout.write(
            f"Audit trail: {backup.trail['length']} entries, head {backup.trail['head']}"
        )
