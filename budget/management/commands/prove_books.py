"""Proves the books again, as /budget/bevis/ does; exit code 1 when something differs."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from budget.books.proof import prove


class Command(BaseCommand):
    help = (
        "Proves the books from their lines; "
        "exits with 1 and the first difference of each kind when they differ."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """A line for each check."""
        checks = prove()
        for check in checks:
            if check.holds:
                self.stdout.write(f"OK   {check.title}")
                continue
            self.stdout.write(f"FEJL {check.title}")
            self.stdout.write(f"     {check.difference}")

        # All of them first: one difference often explains another.
        if not all(check.holds for check in checks):
            sys.exit(1)
