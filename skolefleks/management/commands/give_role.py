"""Gives a person a role, or ends it: how the first people come into a new SkoleFleks."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from skolefleks.administration import actions as administration
from skolefleks.models import SCHOOL_ROLES, Role, School, User
from skolefleks.refusals import Refusal


class Command(BaseCommand):
    help = (
        "Gives EMAIL a role, storing the person where they are new; with --end, ends it."
        " Twice is as good as once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "email", help="the address that the single sign-on knows the person by"
        )
        parser.add_argument("role", choices=Role.values)
        parser.add_argument(
            "--name", default="", help="the person's name, where they are new"
        )
        parser.add_argument(
            "--school", default="", help="the school's name, for a school's role"
        )
        parser.add_argument("--centre", default="", help="the centre's short name")
        parser.add_argument(
            "--title",
            default="",
            help="what the person is called instead of the role's own name",
        )
        parser.add_argument("--end", action="store_true", help="end the role")
        parser.add_argument(
            "--by",
            default="",
            help="the administrator who answers for it; none before there is the first one",
        )

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        role = Role(options["role"])
        school = _school(role, options["school"])
        centre = options["centre"]
        actor = _actor(options["by"])

        try:
            outcome = self.change(role, school, centre, actor, options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{options['email']}, {role.value}: {outcome}.")

    def change(
        self,
        role: Role,
        school: School | None,
        centre: str,
        actor: User | None,
        options: dict[str, Any],
    ) -> str:
        """Give or end the role; what was done, in words."""
        if options["end"]:
            person = _person(options["email"], "")
            is_new = administration.end_role(
                person, role, school=school, centre=centre, by=actor
            )
            outcome = "ended"
            nothing_new = "not held: nothing to end"
        else:
            person = _person(options["email"], options["name"])
            is_new = administration.give_role(
                person,
                role,
                school=school,
                centre=centre,
                title=options["title"],
                by=actor,
            )
            outcome = "given"
            nothing_new = "held already: nothing changed"

        if not is_new:
            return nothing_new
        return outcome


def _actor(email: str) -> User | None:
    """Who the trail will name: an administrator, or nobody while there is none."""
    administrators = User.objects.holding(Role.ADMINISTRATOR)
    # The first administrator has nobody who could answer for them.
    if not email:
        if administrators.exists():
            raise CommandError(
                "Say with --by which administrator answers for it: the trail names them."
            )
        return None

    actor = administrators.filter(email=email.strip().lower()).first()
    if actor is None:
        raise CommandError(f"{email} is no administrator here.")
    return actor


def _person(email: str, name: str) -> User:
    """The person with this address; a new one where `name` says who it is."""
    email = email.strip().lower()
    person = User.objects.filter(email=email).first()
    if person is not None:
        return person

    if not name:
        raise CommandError(
            f"Nobody here has the address {email}."
            " If the person is new, say who it is with --name."
        )
    # `create_user` stores any text: a mail to it would be tried for hours.
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"{email} is no e-mail address.") from error
    return User.objects.create_user(email, name)


def _school(role: Role, name: str) -> School | None:
    needs_school = role in SCHOOL_ROLES
    if needs_school and not name:
        raise CommandError(f"{role.value} needs --school.")
    if name and not needs_school:
        raise CommandError(
            f"{role.value} is not held at a school: leave out --school."
        )
    if not name:
        return None

    try:
        return School.objects.get(name__iexact=name)
    except School.DoesNotExist:
        names = School.objects.values_list("name", flat=True)
        known_schools = ", ".join(names) or "none yet; run load_figures"
        message = f"No school is called {name}. There are: {known_schools}."
        raise CommandError(message) from None
