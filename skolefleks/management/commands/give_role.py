"""Gives a person a role, or ends it: how the first people come into a new SkoleFleks."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from skolefleks.administration import actions as administration
from skolefleks.models import SCHOOL_ROLES, Centre, Role, School, User


class Command(BaseCommand):
    help = "Gives EMAIL a role, storing the person where they are new; with --end, ends it. Twice is as good as once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address that the single sign-on knows the person by")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--name", default="", help="the person's name, where they are new")
        parser.add_argument("--school", default="", help="the school's name, for a school's role")
        parser.add_argument("--centre", choices=Centre.values, default="")
        parser.add_argument(
            "--title", default="", help="what the person is called instead of the role's own name"
        )
        parser.add_argument("--end", action="store_true", help="end the role")

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        role = Role(options["role"])
        place = {"school": _school(role, options["school"]), "centre": options["centre"]}
        if options["end"]:
            done = administration.end_role(_person(options["email"], ""), role, **place)
            said = "ended" if done else "not held: nothing to end"
        else:
            done = administration.give_role(
                _person(options["email"], options["name"]), role, title=options["title"], **place
            )
            said = "given" if done else "held already: nothing changed"
        self.stdout.write(f"{options['email']}, {role.value}: {said}.")


def _person(email: str, name: str) -> User:
    """The person with this address; a new one where `name` says who it is."""
    email = email.strip().lower()
    person = User.objects.filter(email=email).first()
    if person is None and not name:
        raise CommandError(
            f"Nobody here has the address {email}. If the person is new, say who it is with --name."
        )
    if person is None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is no e-mail address.") from error
        person = User.objects.create_user(email, name)
    return person


def _school(role: Role, name: str) -> School | None:
    if bool(name) != (role in SCHOOL_ROLES):
        wants = (
            "needs --school"
            if role in SCHOOL_ROLES
            else "is not held at a school: leave out --school"
        )
        raise CommandError(f"{role.value} {wants}.")
    if not name:
        return None
    try:
        return School.objects.get(name__iexact=name)
    except School.DoesNotExist:
        known = (
            ", ".join(School.objects.values_list("name", flat=True)) or "none yet; run load_figures"
        )
        raise CommandError(f"No school is called {name}. There are: {known}.") from None
