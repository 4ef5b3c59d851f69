"""What must be right before the site serves anybody; if it is not, it does not start, in words."""

from __future__ import annotations

import logging
import sys
import time
from typing import NoReturn

from django.conf import settings
from django.db import DatabaseError, connection

from skolefleks.operations import canary, roles

# gunicorn ends on this code, instead of starting a worker again and again.
BOOT_ERROR = 3

WAIT_SECONDS = 2

log = logging.getLogger(__name__)


class NoWayIn(Exception):
    """Production without a sign-on: a site that nobody can enter."""


Unsound = (roles.WrongRole, canary.WrongKeys, NoWayIn)

NO_WAY_IN = (
    "Nobody could sign in: set OIDC_SERVER_URL or SAML_METADATA_FILE"
    " (or BREAK_GLASS_NETWORKS, while the sign-on is away)."
)


class Start:
    """How far this process has come with its examination."""

    # A web process that found no database: it is examined before its first answer.
    is_pending = False


def require_sound() -> None:
    """Examine the database's role and the keys; raises WrongRole, WrongKeys and DatabaseError."""
    canary.readable_ring()
    roles.require_application(connection)
    canary.require_right_keys()
    Start.is_pending = False


def require_a_way_in() -> None:
    """Raises NoWayIn for a production that has neither sign-on nor emergency access."""
    providers = settings.SOCIALACCOUNT_PROVIDERS.values()
    has_sign_on = any(provider["APPS"] for provider in providers)
    if settings.PRODUCTION and not has_sign_on and not settings.BREAK_GLASS_NETWORKS:
        raise NoWayIn(NO_WAY_IN)


def of_the_site() -> None:
    """Examine a web process before its first request.

    With the database away it starts, shows the page that says so, and is
    examined when the database is back: a worker that is renewed meanwhile must
    not take the site down.
    """
    try:
        require_a_way_in()
        require_sound()
    except Unsound as refusal:
        _refuse(refusal)
    except DatabaseError as error:
        Start.is_pending = True
        log.warning("start.database_away", extra={"error": type(error).__name__})
    finally:
        connection.close()


def of_a_process() -> None:
    """Examine a worker or beat, which wait for the database: without it they have nothing to do."""
    while True:
        try:
            require_sound()
        except Unsound as refusal:
            _refuse(refusal)
        except DatabaseError as error:
            log.warning("start.database_away", extra={"error": type(error).__name__})
            time.sleep(WAIT_SECONDS)
            continue
        finally:
            # A process that is forked from this one opens its own.
            connection.close()
        return


def _refuse(refusal: Exception) -> NoReturn:
    log.critical("start.refused", extra={"why": str(refusal)})
    print(f"SkoleFleks does not start. {refusal}", file=sys.stderr)  # noqa: T201
    raise SystemExit(BOOT_ERROR)
