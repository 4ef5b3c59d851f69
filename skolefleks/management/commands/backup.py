"""Makes a backup of the database and the papers, of the same moment, while the site works."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from skolefleks.installation import ForeignPapers
from skolefleks.operations import backups
from skolefleks.operations.manifest import Refused


class Command(BaseCommand):
    help = "Backs up database and papers into FOLDER, which must be new or empty."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Say what is in it. Both heads are to be kept elsewhere."""
        try:
            backup = backups.make(options["folder"])
        except (Refused, ForeignPapers) as error:
            raise CommandError(str(error)) from error

        self.stdout.write(
            f"Backed up {sum(backup.rows.values())} rows and {len(backup.papers)} papers"
            f" to {options['folder']}."
        )
        self.stdout.write(
            f"Audit trail: {backup.trail['length']} entries, head {backup.trail['head']}"
        )
        backups.note(backup)
        access_log = backup.access_log or {}
        self.stdout.write(
            f"Access log: {access_log['length']} seals, head {access_log['head']}"
        )

        for name, chain in (("audit trail", backup.trail), ("access log", access_log)):
            if chain["broken_at"] is not None:
                raise CommandError(
                    f"The {name} is broken at {chain['broken_at']}: somebody changed it."
                )
        if backup.missing:
            raise CommandError(
                f"{len(backup.missing)} papers have a row and no file: {backup.missing}"
            )
