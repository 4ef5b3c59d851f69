"""Loads the demo's people and cases, which are opdigtede. Refused in production."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from applications.models import Application
from skolefleks.models import User
from visitation.caseload import nordby, stories

MUNICIPALITIES = {"": stories.tell_all, "nordby": nordby.tell_all}


class Command(BaseCommand):
    help = "Indlæser demoens personer og sager, hvis der ingen er."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--municipality", choices=MUNICIPALITIES, default="")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load all, or nothing where there are people already: `make demo` may be run again."""
        if not settings.DEMO:
            raise CommandError("Demoen findes ikke i produktion.")

        if User.objects.exists():
            self.stdout.write("Demoens data er der allerede.")
            return

        MUNICIPALITIES[options["municipality"]]()
        cases = Application.objects.count()
        people = User.objects.count()
        self.stdout.write(f"{cases} sager og {people} personer er indlæst.")
