"""Changing the municipality's profile: each line a change of a setting, from today on."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction

from skolefleks.danish import today
from skolefleks.models import Logo
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.profile import rules
from skolefleks.setup import actions as setup
from skolefleks.setup import queries, trade
from skolefleks.setup.declarations import DECLARATIONS
from skolefleks.setup.kinds import Group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skolefleks.models import User

NAMES = [name for name, one in DECLARATIONS.items() if one.group is Group.MUNICIPALITY]
REASON = "Kommunens profil"


@transaction.atomic
def change_profile(
    lines: Mapping[str, str], *, by: User, picture: bytes | None = None
) -> list[str]:
    """Write what is another now, and return the names of it.

    `picture` is a new logo, which the form has had drawn anew. Raises Refusal at the
    field, and Overtaken where somebody changed the same line meanwhile.
    """
    require(by, Permission.SETTINGS_KEEP, at=EVERYWHERE)
    rules.require_colour(lines["colour"])
    rules.require_prefix(lines["number_prefix"])
    rules.require_kle(lines.get("kle", ""))
    changed = dict(lines)
    if picture is not None:
        changed["logo"] = _keep(picture, by=by)

    names = []
    now = trade.now()
    for name, value in changed.items():
        if value == getattr(now, name):
            continue
        setup.change(
            name,
            value=value,
            starts_on=today(),
            reason=REASON,
            after=queries.last_number(name),
            by=by,
        )
        names.append(name)
    return names


def _keep(content: bytes, *, by: User) -> str:
    digest = hashlib.sha256(content).hexdigest()
    Logo.objects.get_or_create(
        sha256=digest, defaults={"content": content, "made_by": by}
    )
    return digest
