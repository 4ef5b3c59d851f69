"""Goes back to a backup: sets database and papers aside, and restores it in their place."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from skolefleks.operations import backups
from skolefleks.operations.manifest import Refused


class Command(BaseCommand):
    help = (
        "Sets database and papers aside and restores the backup in FOLDER. Stop web, worker and"
        " beat first. Where it fails, all is as before."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Say what was restored, and where the rest lies until somebody removes it."""
        try:
            backup, aside = backups.rollback(options["folder"])
        except Refused as error:
            raise CommandError(str(error)) from error

        self.stdout.write(
            f"Back at {backup.made_at}, version {backup.version}: {sum(backup.rows.values())} rows"
            f" and {len(backup.papers)} papers. The books are proved."
        )
        self.stdout.write(
            f"Audit trail: {backup.trail['length']} entries, head {backup.trail['head']}"
        )
        self.stdout.write(
            f"Set aside, until you remove it: database {aside.database}, papers {aside.papers}"
        )
