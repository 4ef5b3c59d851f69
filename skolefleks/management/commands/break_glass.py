"""Makes the emergency access, gives it other keys, or takes it away."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from skolefleks.emergency import actions
from skolefleks.models import Role, User
from skolefleks.refusals import Refusal

MADE = """Password:  {password}
Secret:    {secret}
App:       {address}

They are said once. Enter the secret in an authenticator app, keep the password apart from it,
and try the door: /konto/noedadgang/, from an address in BREAK_GLASS_NETWORKS."""


class Command(BaseCommand):
    help = (
        "Makes the emergency access with the address EMAIL and prints its keys, each time others;"
        " with --end, takes it away."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "email", help="an address that the sign-on sends nobody with"
        )
        parser.add_argument(
            "--by", required=True, help="the administrator who answers for it"
        )
        parser.add_argument("--end", action="store_true", help="take it away")

    def handle(self, *_args: Any, **options: Any) -> None:
        administrators = User.objects.holding(Role.ADMINISTRATOR)
        actor = administrators.filter(email=options["by"].strip().lower()).first()
        if actor is None:
            raise CommandError(f"{options['by']} is no administrator here.")
        try:
            self.stdout.write(self.change(options["email"], actor, options["end"]))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def change(self, email: str, actor: User, is_over: bool) -> str:
        """Make it or take it away; what was done, in words."""
        if not is_over:
            keys = actions.make(email, by=actor)
            return MADE.format(**keys._asdict(), address=keys.address(email))
        if not actions.take_away(email, by=actor):
            return f"{email}: there is none."
        return f"{email}: taken away."
