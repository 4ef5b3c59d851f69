"""`manage.py find_cpr_numbers`: which rows hold a CPR number in a text of theirs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from skolefleks.operations import old_texts


class Command(BaseCommand):
    help = (
        "Names the rows whose texts hold a CPR number; never the number or the text."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """One line a field with the keys of its rows; raises CommandError where there is one."""
        count = 0
        for name, keys in old_texts.fields_with_numbers():
            count += len(keys)
            self.stdout.write(f"{name}: {' '.join(keys)}")

        if count:
            raise CommandError(f"{count} texts seem to hold a CPR number.")
        self.stdout.write("No text seems to hold a CPR number.")
