"""The first administrator of an empty site: a link made from the command line, used once."""

from __future__ import annotations

import secrets
from datetime import timedelta

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils import timezone

from skolefleks import audit
from skolefleks.administration import actions as administration
from skolefleks.beginning import queries
from skolefleks.models import FirstLink, Role, User
from skolefleks.refusals import Refusal

# Hours: somebody sits beside the one who typed the command.
LIVES_HOURS = 24


class HasAdministrator(Refusal):
    """An administrator has come in by the sign-on: nobody needs a link any more."""

    message = "Der er allerede en systemadministrator. Bed om en rolle på skærmen."


class Unusable(Refusal):
    """The link is none of ours, too old, or used."""

    message = "Linket virker ikke. Det kan være brugt, eller der er gået et døgn."


@transaction.atomic
def make_link(email: str, name: str) -> str:
    """A new link's secret for that person; earlier ones are over. Raises HasAdministrator.

    It may be asked for again until an administrator has come in by the
    municipality's sign-on: that may not work at the first try.
    """
    _require_no_administrator()
    queries.open_links().delete()
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    link = FirstLink.objects.create(
        digest=queries.digest_of(secret),
        email=email.strip().lower(),
        name=name,
        made_at=now,
        expires_at=now + timedelta(hours=LIVES_HOURS),
    )
    audit.record("make_first_link", link, by=None)
    return secret


@transaction.atomic
def use(secret: str) -> User:
    """Make the link's person the first administrator, and return them.

    Raises Unusable: of two who use it at once the second, too.
    """
    # One statement asks and writes: only one request finds it unused.
    is_used = queries.open_links().filter(digest=queries.digest_of(secret))
    if not is_used.update(used_at=timezone.now()):
        raise Unusable
    _require_no_administrator()

    link = FirstLink.objects.get(digest=queries.digest_of(secret))
    person = User.objects.filter(email=link.email).first()
    if person is None:
        person = User.objects.create_user(link.email, link.name)
    administration.give_role(person, Role.ADMINISTRATOR)
    audit.record("use_first_link", link, by=person)
    return person


def _require_no_administrator() -> None:
    administrators = User.objects.holding(Role.ADMINISTRATOR)
    if SocialAccount.objects.filter(user__in=administrators).exists():
        raise HasAdministrator
