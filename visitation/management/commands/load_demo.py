"""The demo's people and cases: opdigtede, the same every time, placed around today. Refused in production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from applications.models import Application
from skolefleks.models import User
from visitation.caseload import stories


class Command(BaseCommand):
    help = "Indlæser demoens personer og sager, hvis der ingen er."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demoen findes ikke i produktion.")

        if User.objects.exists():
            self.stdout.write("Demoens data er der allerede.")
            return

        stories.tell_all()
        cases, people = Application.objects.count(), User.objects.count()
        self.stdout.write(f"{cases} sager og {people} personer er indlæst.")
