"""What the sign-on says of a person, and the little of it that is kept."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from skolefleks import cpr
from skolefleks.federation import privileges, saml

# What is kept of all that the sign-on says of a person: the rest may hold a CPR
# number.
KEPT = ("sub", "email", "email_verified", "name")


log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Said:
    """How sure the sign-on is of the person, and the words that may give roles.

    `words` is None where nothing was said of roles, which is not the same as none.
    """

    level: str = ""
    words: frozenset[str] | None = None


def said_by(data: dict[str, Any], claim: str) -> Said:
    """What is asked of the claims, before they are thrown away."""
    id_token = data.get("id_token") or {}
    # The token's own word: of the person's page nobody said when it was asked.
    level = str(id_token.get("acr", ""))
    for part in (id_token, data.get("userinfo") or {}):
        if claim in part:
            return Said(level, _words(part[claim]))
    return Said(level)


def said_by_assertion(attributes: dict[str, list[str]], cvr: str) -> Said:
    """What is asked of an OIOSAML assertion; privileges that cannot be read were not said."""
    loa = attributes.get(saml.LOA) or [""]
    level = loa[0].removeprefix(f"{saml.LOA}/")
    if saml.PRIVILEGES not in attributes:
        return Said(level)

    words: frozenset[str] = frozenset()
    try:
        for text in attributes[saml.PRIVILEGES]:
            words |= privileges.words(text, cvr)
    except privileges.Unreadable as error:
        log.warning("sign_on.privileges", extra={"reason": str(error)})
        return Said(level)
    return Said(level, words)


def without_the_rest(data: dict[str, Any]) -> dict[str, Any]:
    """The claims that are used, in the same two parts; none that looks like a CPR number."""
    claims_by_part = {}
    for part in ("userinfo", "id_token"):
        claims = data.get(part) or {}
        claims_by_part[part] = {
            name: claims[name]
            for name in KEPT
            if name in claims and not cpr.is_held_in(str(claims[name]))
        }
    return claims_by_part


def _words(claim: Any) -> frozenset[str] | None:
    """The words of a list, or the one word; None of what is neither."""
    if isinstance(claim, str):
        return frozenset([claim])
    if isinstance(claim, list) and all(isinstance(word, str) for word in claim):
        return frozenset(claim)
    return None
