"""Makes the link by which the first administrator of an empty site comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from skolefleks.beginning import actions
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = (
        "Prints a link that makes its person the first administrator; it works once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address the sign-on knows")
        parser.add_argument("--name", required=True, help="the person's name")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            secret = actions.make_link(options["email"], options["name"])
        except ValidationError as error:
            raise CommandError(f"{options['email']} is no e-mail address.") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

        address = f"{settings.SITE_ADDRESS}{reverse('begin')}?kode={secret}"
        self.stdout.write(address)
        self.stdout.write(
            f"It works once, within {actions.LIVES_HOURS} hours."
            " Give it to nobody but the person."
        )
